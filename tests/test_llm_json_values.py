"""JSON from outside is read, unless it is nested as no honest text is."""

from __future__ import annotations

import json

import pytest

from lispcore import Interpreter  # allows deep recursion, which is what makes depth dangerous
from lispcore.llm.json_values import MAX_NESTING, read_json
from lispcore.llm.providers.dialect import parse_arguments


@pytest.fixture(autouse=True)
def interpreter() -> Interpreter:
    from fake_host import FakeHost

    return Interpreter(FakeHost())


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":[', '"]",['])
@pytest.mark.parametrize("depth", [300, 200_000])
def test_depth_is_refused(opening: str, depth: int) -> None:
    with pytest.raises(ValueError):
        read_json("[" + opening * depth)
    text = '{"a": ' + opening * depth
    assert parse_arguments(text) == ({}, text)


def test_width_is_no_depth() -> None:
    wide = [[{"a": "[[[[{{{{\\"}] for _ in range(MAX_NESTING * 2)]
    assert read_json(json.dumps(wide)) == wide
    deep = "[" * MAX_NESTING + "]" * MAX_NESTING
    assert read_json(deep) == json.loads(deep)


def test_no_number_takes_a_day_to_read() -> None:
    assert read_json("[" + "9" * 10_000 + "]") == [10**10_000 - 1]
    with pytest.raises(ValueError, match="more than 10000 digits"):
        read_json('{"a": ' + "9" * 50_000_000 + "}")
