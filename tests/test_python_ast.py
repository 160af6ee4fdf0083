"""Nodes made quickly are the nodes that Python makes, and its compiler takes them."""

from __future__ import annotations

import ast

import pytest

from lispcore.compiler.emit import python_ast

KINDS = [
    name
    for name, kind in vars(ast).items()
    if isinstance(kind, type)
    and issubclass(kind, ast.AST)
    and kind._fields
    and "lineno" in kind._attributes
    and kind.__module__ in ("ast", "_ast")
    and kind.__name__ not in ("Num", "Str", "Bytes", "NameConstant", "Ellipsis")  # of Python 3.7
]


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_node_keeps_its_fields_and_its_place(name: str) -> None:
    original = getattr(ast, name)
    values = [f"field {index}" for index in range(len(original._fields))]
    given = dict(zip(original._fields, values, strict=True))
    node = getattr(python_ast, name)(**given, span=(3, 5, 4, 1))
    assert isinstance(node, original)
    assert type(node).__name__ == name
    assert list(ast.iter_fields(node)) == list(zip(original._fields, values, strict=True))
    place = (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
    assert place == (3, 4, 4, 0)


def test_the_place_comes_behind_what_is_given() -> None:
    nodes: list[ast.expr | ast.stmt] = [
        python_ast.Constant(1, (3, 5, 4, 1)),
        python_ast.Assign([], python_ast.Constant(1), (3, 5, 4, 1)),
        python_ast.Pass((3, 5, 4, 1)),
    ]
    assert [(node.lineno, node.col_offset) for node in nodes] == [(3, 4)] * 3


def test_walking_gives_what_python_gives() -> None:
    tree = ast.parse("def f(a, *b, c=1):\n    for x in [a, *b]:\n        return {**c, x: f'{x}'}")
    assert list(python_ast.walk(tree)) == list(ast.walk(tree))


def test_a_span_of_nowhere_is_the_start_of_the_text() -> None:
    node = python_ast.Pass()
    assert (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset) == (1, 0, 1, 0)


def test_what_has_no_place_is_as_python_has_it() -> None:
    assert python_ast.Add is ast.Add
    assert python_ast.expr is ast.expr
    assert python_ast.Name is python_ast.Name
    with pytest.raises(AttributeError):
        python_ast.Nothing  # type: ignore[attr-defined]  # noqa: B018


def test_places_reach_the_code() -> None:
    left, right = python_ast.Name("a", ast.Load()), python_ast.Name("b", ast.Load())
    for node, column in ((left, 7), (right, 9)):
        node.lineno = node.end_lineno = 3
        node.col_offset, node.end_col_offset = column, column + 1
    total = python_ast.BinOp(left, ast.Add(), right, span=(3, 8, 3, 11))  # type: ignore[call-arg]
    code = compile(ast.Expression(total), "<test>", "eval")
    assert (3, 3, 7, 10) in list(code.co_positions())
    assert eval(code, {"a": 1, "b": 2}) == 3
