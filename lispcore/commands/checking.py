"""What is wrong with a program before it runs, and what names mean."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from typing import Any

from lispcore.commands.programs import read_program
from lispcore.commands.reports import complain
from lispcore.library.language.help import describe_entry, entry_of, public_names
from lispcore.services.diagnosing import diagnose


def check_files(words: list[str]) -> int:
    """Prints ``file:line:column: message`` for the mistakes of programs, without running them.

    The status is 1 if there is a mistake, and 2 if a file cannot be read. What a program itself
    catches is a warning. With --json all is one JSON list.
    """
    status = 0
    rows: list[dict[str, Any]] = []
    for path in words:
        if path == "--json":
            continue
        piece = read_program(path)
        if piece is None:
            status = 2
            continue
        for found in diagnose(piece.text, path, os.path.dirname(path)):
            if found.severity == "error":
                status = max(status, 1)
            rows.append({"file": path, **asdict(found)})
    if "--json" in words:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return status
    for row in rows:
        word = "warning: " if row["severity"] == "warning" else ""
        print(f"{row['file']}:{row['line']}:{row['column']}: {word}{row['message']}")
        if row["hint"]:
            print(f"  hint: {row['hint']}")
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
