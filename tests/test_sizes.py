"""No function of the language is longer than one can read at once, and few lines have no types.

What counts are the lines from ``def`` to the last one, without the docstring and without tables:
displays of lists, tuples, sets and dictionaries that take more than one line. How many ways lead
through a function, ruff checks (C901 in pyproject.toml).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "lispcore"
LONGEST = 60

_TABLES = (ast.List, ast.Tuple, ast.Set, ast.Dict)


def lines_of(node: ast.stmt | ast.expr) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def tables(node: ast.AST) -> Iterator[ast.expr]:
    """Yields the outermost displays below a node that take several lines."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _TABLES) and lines_of(child) > 1:
            yield child
        else:
            yield from tables(child)


def size(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = function.body[0]
    about = lines_of(first) if ast.get_docstring(function) is not None else 0
    return lines_of(function) - about - sum(lines_of(table) - 1 for table in tables(function))


def functions(text: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f():\n    return 1\n", 2),
        ('def f():\n    """About.\n\n    More.\n    """\n    return 1\n', 2),
        ("def f():\n    return {\n        1: 2,\n        3: [\n            4]}\n", 2),
        ("def f():\n    def g():\n        return 1\n    return g\n", 4),
    ],
)
def test_how_lines_are_counted(text: str, expected: int) -> None:
    assert size(next(functions(text))) == expected


def test_no_function_is_too_long() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}: {function.name} has {size(function)} lines"
        for path in sorted(PACKAGE.rglob("*.py"))
        for function in functions(path.read_text(encoding="utf-8"))
        if size(function) > LONGEST
    ]
    assert found == []


IGNORED = re.compile(r"# type: ignore(\[[a-z-, ]+\])?(.*)")
MOST_IGNORED = 40


def test_few_lines_are_kept_from_the_type_checker() -> None:
    found = [
        (f"{path.relative_to(PACKAGE)}:{number}", match[2])
        for path in sorted(PACKAGE.rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1)
        if (match := IGNORED.search(line))
    ]
    assert len(found) <= MOST_IGNORED
    assert [place for place, reason in found if not reason.strip().startswith("# ")] == []
