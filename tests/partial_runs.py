"""What a partial run leaves out of tests with many parameters (`pytest --part N`).

Every test function runs, with every Nth set of its parameters; which ones, each Python begins
elsewhere. So no kind of check is lost where the same tests are run on several Pythons.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

import pytest

# These say what the language is: no example of it is left out.
WHOLE = ("test_cases", "test_documentation")


def is_left_out(at: int, count: int, part: int, minor: int) -> bool:
    """Tells whether a test with `count` sets of parameters goes without the one at a place."""
    return count > part and at % part != minor % part


def left_out(items: Iterable[pytest.Item], part: int) -> list[pytest.Item]:
    """Returns the tests that a run of every Nth leaves out."""
    sets: dict[tuple[str, str], list[pytest.Item]] = {}
    for item in items:
        if item.path.stem not in WHOLE:
            name = getattr(item, "originalname", None) or item.name
            sets.setdefault((item.path.stem, name), []).append(item)
    return [
        item
        for each in sets.values()
        for at, item in enumerate(each)
        if is_left_out(at, len(each), part, sys.version_info.minor)
    ]
