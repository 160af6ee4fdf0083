"""The programs that are timed, as files: `programs/<name>.lisp` and its twins for other runtimes.

Each file defines a function `benchmark` without parameters. All files of a program give the same
value, an integer or a text. `.py` is the same algorithm as a good Python programmer writes it;
`.hy` and `.lpy` (Basilisp) are there where the program has something to say to those languages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

# What a runtime reads.
SUFFIXES = {
    "lispcore": ".lisp",
    "before": ".lisp",  # another build of the page, see against.py
    "peer": ".lisp",
    "python": ".py",
    "hy": ".hy",
    "basilisp": ".lpy",
}


@dataclass(frozen=True)
class Program:
    """A program to time: `about` is the first sentence of its file."""

    name: str
    about: str
    sources: dict[str, str]  # by suffix

    def source_for(self, runtime: str) -> str | None:
        """Returns the text for a runtime, None if it has none."""
        return self.sources.get(SUFFIXES[runtime])


def read_program(file: Path) -> Program:
    """Returns the program of a `.lisp` file with its twins."""
    sources = {
        suffix: twin.read_text(encoding="utf-8")
        for suffix in dict.fromkeys(SUFFIXES.values())
        if (twin := file.with_suffix(suffix)).is_file()
    }
    about = sources[".lisp"].split("\n", 1)[0].lstrip("; ")
    return Program(file.stem, about, sources)


def read_programs(names: Sequence[str] = (), folder: Path = HERE / "programs") -> list[Program]:
    """Returns all programs by name, or those whose name contains one of `names`."""
    return [
        read_program(file)
        for file in sorted(folder.glob("*.lisp"))
        if not names or any(name in file.stem for name in names)
    ]
