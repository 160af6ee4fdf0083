"""JSON as models write it: wrapped in words, nearly right, or cut off."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lispcore.llm.json_repair import MAX_CANDIDATES, Found, find_json, without_thoughts


def values(text: str) -> list[Any]:
    return [found.value for found in find_json(text)]


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        {"a": [1, 2.5, -3e2, None, True, False]},
        {"quote": 'a "b" c, d: {e}', "path": "C:\\new", "lines": "1\n2\t3", "emoji": "é😀"},
        {"deep": {"er": [{"est": []}]}},
        "text",
        7,
    ],
)
def test_valid_json_is_read_as_it_stands(value: Any) -> None:
    assert values(json.dumps(value)) == [value]
    assert values(f" \n{json.dumps(value, indent=2, ensure_ascii=False)}\n") == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('Sure, here it is:\n```json\n{"a": 1}\n```\nAnything else?', {"a": 1}),
        ('```\n{"a": 1}\n```', {"a": 1}),
        ('```json\n{"a": 1}', {"a": 1}),
        ('The answer is {"a": 1}. Good luck!', {"a": 1}),
        ('<think>maybe {"a": 9}?</think>\n{"a": 1}', {"a": 1}),
        ('Use {name} like this: {"name": "Ada"}', {"name": "Ada"}),
        ("{'a': 'b', 'c': [1, 2,],}", {"a": "b", "c": [1, 2]}),
        ("{a: 1, b_c: 'x'}", {"a": 1, "b_c": "x"}),
        ('{"a": True, "b": None, "c": undefined}', {"a": True, "b": None, "c": None}),
        ('{"a": 1, // the first\n "b": 2 /* two */ # end\n}', {"a": 1, "b": 2}),
        ('{"a": "one\ntwo"}', {"a": "one\ntwo"}),
        ('{"a": "He said "hi" to me", "b": 2}', {"a": 'He said "hi" to me', "b": 2}),
        ('{"a": "x"\n "b": "y"}', {"a": "x", "b": "y"}),
        ("{“a”: “b”}", {"a": "b"}),
        ('{"n": 1_000, "f": .5, "d": 2024-01-02}', {"n": 1000, "f": 0.5, "d": "2024-01-02"}),
        ('{"a": hello world, "b": [x, y]}', {"a": "hello world", "b": ["x", "y"]}),
        ('{"a": , "b": 1}', {"a": None, "b": 1}),
        ("{'p': 'C:\\dir', 'q': 'it\\'s', 'u': '\\u00e9\\ud83d\\ude00'}",
         {"p": "C:\\dir", "q": "it's", "u": "é😀"}),
        ('{"a": 1}}} trailing', {"a": 1}),
    ],
)  # fmt: skip
def test_what_is_nearly_json_is_mended(text: str, value: Any) -> None:
    assert values(text)[0] == value


@pytest.mark.parametrize(
    ("text", "value"),
    [('{"a": [1, {"b": 2', {"a": [1, {"b": 2}]}), ("[1, 2", [1, 2]), ('{"a": "unfini', {"a": "unfini"})],
)  # fmt: skip
def test_what_breaks_off_is_closed_and_said_to_be_cut(text: str, value: Any) -> None:
    assert list(find_json(text)) == [Found(value, is_cut=True)]


def test_several_values_come_in_order() -> None:
    assert values('An example: {"a": 0}. The answer: {"a": 1}') == [{"a": 0}, {"a": 1}]


@pytest.mark.parametrize("text", ["", "no json here", "{", "{...}", "{{{{", '{"a" 1}', "}"])
def test_nothing_sensible(text: str) -> None:
    assert [found for found in find_json(text) if found.value] == []


def test_hostile_texts_are_given_up_soon() -> None:
    assert values("{" * 100_000) == []
    assert values("[" * 100_000) == []
    assert len(values("{} " * 1000)) == MAX_CANDIDATES
    assert values('{"a": "' + "x" * 200_000)[0] == {"a": "x" * 200_000}
    assert values("<think>" * 100_000) == []
    assert values("{" + "/*," * 100_000) == []
    assert values("{a: 1}" + " " * 500_000) == [{"a": 1}]
    assert values("x{a: 1}" + "y" * 500_000) == []
    long = {"a": "x" * 600_000}
    assert values(json.dumps(long)) == [long]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("<think>a</think>b", "b"),
        ("a<think>b</think>c<Reasoning>d</reasoning>e", "ace"),
        ("<think>a<think>b</think>c", "c"),
        ("a</think>b", "b"),
        ("<think>a</think>b</think>c", "b</think>c"),
        ("<think>never closed", "<think>never closed"),
    ],
)
def test_thoughts_are_left_out(text: str, rest: str) -> None:
    assert without_thoughts(text) == rest
