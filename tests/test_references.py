"""What comments and documents name exists: files of ours, and the functions and classes in them.

A name that was forgotten when a file moved sends every reader the wrong way, and nothing else that
is run notices it.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("benchmarks", "building", "docs", "lispcore", "tests", "web")
NOT_OURS = {"node_modules", "__pycache__", "fixtures", "programs"}

FILE = re.compile(
    r"(?<![\w*<>{}./-])(?:(?:\.\.?|[\w@-]+)/)*[\w-]+\.(?:py|mjs|js|md|css)\b(?![\w(/])"
)
FOLDER = re.compile(r"(?<![\w/.`<:-])(?:[a-z_]+/)+(?![\w*<])")
NAME = re.compile(r"(?<!`)`([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)(?:\(\))?`(?!`)")
# Blocks of contributing.md make files of these names, in a copy of the tree.
MADE = re.compile(r"new file: (\S+)")
# No quote stands in front of it, so it stands in no text.
COMMENT = re.compile(r"""^[^"'#\n]*(#[^\n]*)$""", re.MULTILINE)
LONG_TEXT = re.compile(r'""".*?"""', re.DOTALL)
SCRIPT_COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)

# Names that only look like a file of ours.
OTHERS = {"Node.js", "main-1f90c2ab77.js", "MAIN-K3QX7ZPA.js"}
BUILT = {"dist", "web/node_modules", "wheels"}


def _files() -> Iterator[Path]:
    yield from (each for each in ROOT.iterdir() if each.is_file())
    for folder in FOLDERS:
        for path, folders, names in os.walk(ROOT / folder):
            folders[:] = [each for each in folders if each not in NOT_OURS]
            yield from (Path(path, name) for name in names)


FILES = sorted(each.relative_to(ROOT).as_posix() for each in _files())
# Every ending of every path: `facts/tails.py` is enough to find it.
ENDINGS = {path.split("/", at)[-1] for path in FILES for at in range(path.count("/") + 1)}
FOLDER_ENDINGS = {
    folder.as_posix().split("/", at)[-1]
    for path in FILES
    for folder in Path(path).parents
    for at in range(folder.as_posix().count("/") + 1)
}
PYTHON = [each for each in FILES if each.endswith(".py")]
READ = [each for each in FILES if each.endswith((".py", ".js", ".mjs", ".css", ".md"))]


@cache
def parts(file: str) -> tuple[set[str], list[tuple[int, str]]]:
    """Returns the words in the code of a Python file, and its comments with their lines."""
    text = (ROOT / file).read_text()
    lines = text.split("\n")
    found: list[tuple[int, str]] = []
    waiting: list[ast.AST] = [ast.parse(text)]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            continue
        waiting += node.body
        told = node.body[0] if node.body else None
        if (
            isinstance(told, ast.Expr)
            and isinstance(told.value, ast.Constant)
            and isinstance(told.value.value, str)
        ):
            last = told.end_lineno or told.lineno
            found.append((told.lineno, told.value.value))
            lines[told.lineno - 1 : last] = [""] * (last + 1 - told.lineno)
    code = "\n".join(lines)
    bare = LONG_TEXT.sub(lambda each: "\n" * each.group().count("\n"), code)
    for each in COMMENT.finditer(bare):
        found.append((bare.count("\n", 0, each.start(1)) + 1, each.group(1)))
    return set(re.findall(r"\w+", COMMENT.sub("", code))), found


def comments(file: str) -> list[tuple[int, str]]:
    """Returns what a file says to people, with the lines where it begins."""
    if file.endswith(".py"):
        return parts(file)[1]
    text = (ROOT / file).read_text()
    if file.endswith(".md"):
        return [(1, text)]
    return [
        (text.count("\n", 0, each.start()) + 1, each.group())
        for each in SCRIPT_COMMENT.finditer(text)
    ]


def lost(file: str) -> Iterator[str]:
    """Yields the names of files and folders in a file's comments under which there is none."""
    for line, text in comments(file):
        made = set(MADE.findall(text)) if file.endswith(".md") else set()
        beside = {Path(each).name for each in made}
        for each in FILE.finditer(text):
            name = each.group()
            end = re.sub(r"^(?:\.\.?/)+", "", name)
            if not (end in ENDINGS or end in OTHERS or end in made or Path(end).name in beside):
                yield f"{line + text.count(chr(10), 0, each.start())}: {name}"
        for each in FOLDER.finditer(text) if file.endswith(".py") else ():
            name = each.group().rstrip("/")
            if name not in FOLDER_ENDINGS and name not in BUILT:
                yield f"{line + text.count(chr(10), 0, each.start())}: {name}/"


@pytest.mark.parametrize("folder", ["", *FOLDERS])
def test_files_that_are_named_exist(folder: str) -> None:
    inside = [each for each in READ if (each.split("/")[0] if "/" in each else "") == folder]
    assert [f"{file}:{each}" for file in inside for each in lost(file)] == []


def test_names_that_are_quoted_exist() -> None:
    words = {each for file in PYTHON for each in parts(file)[0]}
    words.update(dir(builtins), keyword.kwlist, (Path(each).stem for each in PYTHON))
    modules: dict[str, set[str]] = {}
    for file in PYTHON:
        modules.setdefault(Path(file).stem, set()).update(parts(file)[0])
    gone = []
    for file in PYTHON:
        if not file.startswith("lispcore/"):
            continue
        for line, text in comments(file):
            for each in NAME.finditer(text):
                first, _, second = each.group(1).partition(".")
                if second in ("", "py"):
                    there = first in words
                elif first in sys.stdlib_module_names:
                    there = True
                else:
                    there = second in modules.get(first, words)
                if not there:
                    at = line + text.count("\n", 0, each.start())
                    gone.append(f"{file}:{at}: {each.group(1)}")
    assert gone == []


def test_what_is_lost_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "See tails.py, facts/tails.py and facts/heads.py; emit/, omit/; `nodes.py`, gone.js."
    monkeypatch.setitem(globals(), "comments", lambda file: [(3, text)])
    assert list(lost("some.py")) == ["3: facts/heads.py", "3: gone.js", "3: omit/"]
