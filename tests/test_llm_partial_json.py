"""The beginning of a JSON value, cut at every character."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lispcore.llm.partial_json import partial_value

WHOLE: dict[str, Any] = {
    "name": 'Ada "L" \\ é \u2603',
    "n": -12.5e3,
    "ok": True,
    "tags": ["a", "b", {"x": None, "y": [1, 2]}],
    "e": {},
    "z": "end",
}


def begins(part: Any, whole: Any) -> bool:
    """Tells whether a value can become another one by growing."""
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(name in whole and begins(each, whole[name]) for name, each in part.items())
    if isinstance(whole, list) and isinstance(part, list):
        return len(part) <= len(whole) and all(map(begins, part, whole))
    if isinstance(whole, str) and isinstance(part, str):
        return whole.startswith(part)
    return bool(part == whole) and type(part) is type(whole)


@pytest.mark.parametrize("escaped", [True, False])
def test_it_only_grows(escaped: bool) -> None:
    text = json.dumps(WHOLE, ensure_ascii=escaped)
    before: Any = {}
    for end in range(1, len(text) + 1):
        value, _ = partial_value("Here it is: " + text[:end])
        assert begins(value, WHOLE), text[:end]
        assert begins(before, value), text[:end]
        before = value
    assert before == WHOLE


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", (None, False)),
        ("Well", (None, False)),
        ("{", ({}, False)),
        ("[", ([], False)),
        ('{"a', ({}, False)),
        ('{"a": ', ({}, False)),
        ('{"a": "b', ({"a": "b"}, True)),
        ('{"a": "b\\', ({"a": "b"}, True)),
        ('{"a": "b\\u00e', ({"a": "b"}, True)),
        ('{"a": "b\\\\', ({"a": "b\\"}, True)),
        ('{"a": 1', ({}, False)),
        ('{"a": 1,', ({"a": 1}, False)),
        ("[true, fal", ([True], False)),
        ('```json\n{"a": 1}\n```', ({"a": 1}, False)),
        ("{]", (None, False)),
        ("{a: 1", (None, False)),
    ],
)
def test_what_can_be_said_already(text: str, value: Any) -> None:
    assert partial_value(text) == value
