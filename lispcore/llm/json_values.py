"""Reads JSON that others wrote, without trusting it to be shallow.

Python's reader recurses in C, and the interpreter allows so much recursion that a text of a hundred
thousand brackets would overflow the C stack. No provider nests its records deeper than this limit.
"""

from __future__ import annotations

import re
from typing import Any, Final

# Deeper than any schema or answer that was seen, and within Python's own stack in a browser.
MAX_NESTING: Final = 200

# Python takes minutes for a number of some million digits, and cannot be stopped meanwhile.
_MOST_DIGITS: Final = 10_000
_LONG_NUMBER: Final = re.compile(rf"(?<![0-9])[0-9]{{{_MOST_DIGITS + 1}}}")
_TOKENS: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


def read_json(text: str) -> Any:
    """Returns the value of a JSON text; `ValueError` says what is wrong with it."""
    import json

    if text.count("[") + text.count("{") > MAX_NESTING and _is_too_deep(text):
        raise ValueError(f"nested more than {MAX_NESTING} levels deep")
    if len(text) > _MOST_DIGITS and _LONG_NUMBER.search(text):
        raise ValueError(f"a number with more than {_MOST_DIGITS} digits")
    return json.loads(text)


def _is_too_deep(text: str) -> bool:
    depth = 0
    for token in _TOKENS.finditer(text):
        first = token.group()[0]
        if first in "[{":
            depth += 1
            if depth > MAX_NESTING:
                return True
        elif first in "]}":
            depth -= 1
    return False
