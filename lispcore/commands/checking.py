"""What is wrong with a program before it runs, and what names mean."""

from __future__ import annotations

import sys

from lispcore.commands.programs import read_program
from lispcore.commands.reports import complain
from lispcore.hosts.embedding import Interpreter
from lispcore.library.language.help import describe_entry, entry_of, public_names


def check_files(paths: list[str]) -> int:
    """Prints ``file:line:column: message`` for the first mistake of each program.

    The status is 1 if there is a mistake, and 2 if a file cannot be read.
    """
    status = 0
    for path in paths:
        piece = read_program(path)
        if piece is None:
            status = 2
            continue
        error = Interpreter().check_text(piece.text)
        if error is not None:
            status = max(status, 1)
            print(f"{path}:{error.line}:{error.column}: {error.message}")
            if error.hint:
                print(f"  hint: {error.hint}")
    return status


def print_documentation(names: list[str]) -> int:
    """Prints the documentation of names, or all names if none is given."""
    if not names:
        print("\n".join(public_names()))
        return 0
    status = 0
    for name in names:
        entry = entry_of(name)
        if entry is not None:
            print(describe_entry(name, entry), end="")
            continue
        status = 1
        complain(f"nothing is called {name}")
        for each in near(name):
            print(f"  is it {each}?", file=sys.stderr)
    return status


def near(name: str) -> list[str]:
    """Returns a few names that are like one that means nothing."""
    from difflib import get_close_matches

    return get_close_matches(name, public_names(), 3)
