"""The recipes of docs/contributing.md, carried out on a copy of the tree.

A recipe is a section ``## To add …``. The test does what a reader would do with its fenced blocks,
in their order; each says in a comment on its first line what to do with the rest:

    # new file: PATH                    the rest is a new file
    # PATH, after: TEXT                 the rest goes below the one line of the file with that text
    # PATH, before: TEXT                the rest goes above it
    # PATH, at the end                  the rest goes to the end of the file

(The comment may be one of any language: # // ; /* */ <!-- -->.) A ``console`` block holds commands
behind a ``$``, run from the top of the tree, and below each what it prints: these lines must be in
its output in that order, and the command must end well. Blocks without such a line are not touched.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOC = ROOT / "docs/contributing.md"
# What is made by tools, or belongs to one checkout only.
LEFT_OUT = (".git", ".venv", "node_modules", "dist", "__pycache__", ".*_cache", ".hypothesis")

SECTION = re.compile(r"^## (To add [^\n]+)\n(.*?)(?=^## |\Z)", re.M | re.S)
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
FIRST_LINE = re.compile(r"^(?:#|//|;+|/\*|<!--) (.*?)(?: \*/| -->)?$")
NEW_FILE = re.compile(r"new file: (\S+)")
PLACE = re.compile(r"(\S+), (?:(after|before): (.+)|at the end)")


class Block(NamedTuple):
    """A fenced block: its language, what its first line says, and the rest."""

    language: str
    order: str
    text: str


def recipes(document: str) -> dict[str, list[Block]]:
    """Returns the blocks of each recipe of a text, by its title."""
    return {title: blocks(body) for title, body in SECTION.findall(document)}


def blocks(section: str) -> list[Block]:
    """Returns the blocks of a section that say what to do."""
    found = []
    for language, text in BLOCK.findall(section):
        first, _, rest = text.partition("\n")
        order = FIRST_LINE.match(first)
        if language == "console":
            found.append(Block(language, "", text))
        elif order and (NEW_FILE.fullmatch(order[1]) or PLACE.fullmatch(order[1])):
            found.append(Block(language, order[1], rest))
    return found


def carry_out(block: Block, tree: Path) -> None:
    """Does what a block says."""
    if block.language == "console":
        for command, expected in commands(block.text):
            run(command, expected, tree)
        return
    new = NEW_FILE.fullmatch(block.order)
    if new:
        path = tree / new[1]
        assert not path.exists(), f"{new[1]} is there already"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, "utf-8")
        return
    place = PLACE.fullmatch(block.order)
    assert place is not None
    name, side, mark = place.groups()
    lines = (tree / name).read_text("utf-8").splitlines(keepends=True)
    at = len(lines)
    if side:
        at = only_line(lines, mark, name) + (side == "after")
    (tree / name).write_text("".join([*lines[:at], block.text, *lines[at:]]), "utf-8")


def only_line(lines: list[str], mark: str, name: str) -> int:
    """Returns the number of the line that has a text in it."""
    found = [number for number, line in enumerate(lines) if mark in line]
    assert len(found) == 1, f"{len(found)} lines of {name} have {mark!r} in them"
    return found[0]


def commands(text: str) -> list[tuple[str, list[str]]]:
    """Returns the commands of a console block, each with the lines that it prints."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def run(command: str, expected: list[str], tree: Path) -> None:
    """Runs a command in the tree; what it prints must hold the expected lines in their order."""
    words = shlex.split(command)
    words[0] = sys.executable if words[0] in ("python", "python3") else words[0]
    if shutil.which(words[0]) is None:
        pytest.skip(f"there is no {words[0]} on this machine")
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        words, cwd=tree, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    shown = f"$ {command}\n{done.stdout}{done.stderr}"
    assert done.returncode == 0, shown
    printed = iter(done.stdout.splitlines())
    for line in expected:
        assert any(line.strip() in each for each in printed), f"{shown}\nwithout: {line}"


RECIPES = recipes(DOC.read_text("utf-8"))


@pytest.mark.parametrize("title", RECIPES)
def test_the_recipe_works_as_it_is_written(title: str, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*LEFT_OUT))
    modules = ROOT / "web/node_modules"
    if modules.is_dir():
        (tree / "web/node_modules").symlink_to(modules)
    steps = RECIPES[title]
    assert any(step.language != "console" for step in steps), "nothing is added"
    assert steps[-1].language == "console", "nothing shows that it works"
    for step in steps:
        carry_out(step, tree)


def test_the_usual_things_to_add_have_a_recipe() -> None:
    wanted = {"a special form", "a library function", "a provider", "a wire format"}
    assert {f"To add {each}" for each in wanted} <= set(RECIPES)


# ------------------------------------------------------------------------- the notation's own tests

EXAMPLE = """
# Title
```python
# new file: outside.py
```
## To add a thing
Some text.
```python
# new file: a/b.py
one
two
```
```js
// a/b.py, after: one
between
```
```css
/* a/b.py, before: one */
first
```
```
; a/b.py, at the end
last
```
```python
# An example that is only looked at.
```
```console
$ python a/b.py
out
```
## Something else
"""


def test_blocks_are_read_and_carried_out(tmp_path: Path) -> None:
    assert list(recipes(EXAMPLE)) == ["To add a thing"]
    *edits, console = recipes(EXAMPLE)["To add a thing"]
    assert console == Block("console", "", "$ python a/b.py\nout\n")
    for edit in edits:
        carry_out(edit, tmp_path)
    assert (tmp_path / "a/b.py").read_text().split() == ["first", "one", "between", "two", "last"]
    with pytest.raises(AssertionError, match="there already"):
        carry_out(edits[0], tmp_path)
    with pytest.raises(AssertionError, match=r"0 lines of a/b\.py have 'three'"):
        carry_out(Block("", "a/b.py, after: three", ""), tmp_path)


def test_commands_must_end_well_and_print_what_is_written(tmp_path: Path) -> None:
    run("python -c 'print(1); print(2); print(3)'", ["1", "3"], tmp_path)
    with pytest.raises(AssertionError, match="without: 1"):
        run("python -c 'print(2); print(1)'", ["2", "1", "1"], tmp_path)
    with pytest.raises(AssertionError, match="no good"):
        run("python -c 'raise SystemExit(\"no good\")'", [], tmp_path)
