"""The beginning of a JSON value: what can be said of it while it still arrives.

Texts grow. Numbers, names and words such as ``true`` count once they are whole, and a member once
its value has begun.
"""

from __future__ import annotations

import re
from typing import Any, Final

from lispcore.llm.json_values import read_json

_START: Final = re.compile(r"[{\[]")
_STEP: Final = re.compile(r'["{}\[\]]')
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_HALF_ESCAPE: Final = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?\Z")
# What stands at the end and is not whole: a word or a number, a name without a value, a comma.
_UNFINISHED: Final = re.compile(r"[^\s,:{}\[\]\"]+\Z")
_NAME: Final = re.compile(r'"(?:[^"\\]|\\.)*"\s*:?\s*\Z', re.DOTALL)


def partial_value(text: str) -> tuple[Any, bool]:
    """Returns the value that a text begins to say, and whether its last text is still growing.

    The value is None while nothing has begun; raises nothing.
    """
    opening = _START.search(text)
    if opening is None:
        return None, False
    body = text[opening.start() :]
    closers, end, growing = _scan(body)
    kept = body[:end]
    if growing:
        begun = body[end:]
        if _is_name(kept, closers):
            kept, growing = kept.rstrip(), False
        else:
            kept += _closed(begun)
    elif closers:
        kept = _UNFINISHED.sub("", kept)
    kept = _without_loose_end(kept, closers)
    try:
        return read_json(kept + "".join(reversed(closers))), growing
    except ValueError:
        return None, False


def _scan(body: str) -> tuple[list[str], int, bool]:
    """Returns the brackets that are still open, where what is whole ends, and if a text is cut."""
    closers: list[str] = []
    position = 0
    while True:
        step = _STEP.search(body, position)
        if step is None:
            return closers, len(body), False
        mark = step[0]
        if mark == '"':
            string = _STRING.match(body, step.start())
            if string is None:
                return closers, step.start(), True
            position = string.end()
            continue
        position = step.end()
        if mark in "{[":
            closers.append("}" if mark == "{" else "]")
        elif closers:
            closers.pop()
            if not closers:
                return closers, position, False


def _is_name(before: str, closers: list[str]) -> bool:
    return closers[-1] == "}" and before.rstrip()[-1:] in ("{", ",")


def _closed(begun: str) -> str:
    half = _HALF_ESCAPE.search(begun)
    # A backslash that is itself escaped begins nothing.
    if half is not None and (half.start() - len(begun[: half.start()].rstrip("\\"))) % 2 == 0:
        begun = begun[: half.start()]
    return begun + '"'


def _without_loose_end(kept: str, closers: list[str]) -> str:
    """Returns the text without a name that has no value yet, and without a comma at its end."""
    kept = kept.rstrip()
    if closers and closers[-1] == "}":
        name = _NAME.search(kept)
        if name is not None and kept[: name.start()].rstrip()[-1:] in ("{", ","):
            kept = kept[: name.start()].rstrip()
    return kept.removesuffix(",")
