"""Every program of the project as a text: cases, examples, the manual, benchmarks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lispcore.library.language.help import documented
from test_cases import CASES, read_cases

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```lisp\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Program(NamedTuple):
    """A text, where it stands, and whether it ends with an error on purpose."""

    where: str
    text: str
    fails: bool


def programs() -> Iterator[Program]:
    """Yields all programs of the project."""
    for path in CASES:
        for line, text, expected in read_cases(path):
            yield Program(f"{path.name}:{line}", text, "error" in expected)
    for name, entry in documented():
        for text, value in entry.examples:
            yield Program(f"the example of {name}", text, value.startswith("error: "))
    for folder in ("web/examples", "benchmarks"):
        for path in sorted((ROOT / folder).rglob("*.lisp")):
            yield Program(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"), False)
    for path in sorted((ROOT / "docs" / "manual").glob("*.md")):
        # The programs of a page belong together: they run one after the other.
        text = "\n".join(BLOCK.findall(path.read_text("utf-8")))
        yield Program(path.name, text, False)
