"""What a model sends is checked in words that it can act on."""

from __future__ import annotations

from typing import Any

import pytest

from lispcore.llm.schemas import MAX_PROBLEMS, problems_of

SCHEMA = {
    "type": "object",
    "properties": {
        "city": {"type": "string"},
        "days": {"type": "integer"},
        "unit": {"type": "string", "enum": ["C", "F"]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "where": {
            "type": "object",
            "properties": {"lat": {"type": "number"}},
            "required": ["lat"],
        },
        "any": {},
    },
    "required": ["city"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("value", "problems"),
    [
        ({"city": "Oslo"}, []),
        ({"city": "Oslo", "days": 2.0, "tags": ["a"], "where": {"lat": 1}, "any": [1]}, []),
        ({}, ["city: missing"]),
        ({"city": 3}, ["city: expected string, got integer"]),
        ({"city": "x", "days": 2.5}, ["days: expected integer, got number"]),
        ({"city": "x", "days": True}, ["days: expected integer, got boolean"]),
        ({"city": "x", "unit": "K"}, ["unit: expected one of 'C', 'F'"]),
        ({"city": "x", "tags": ["a", 1]}, ["tags[1]: expected string, got integer"]),
        ({"city": "x", "where": {}}, ["where.lat: missing"]),
        (
            {"city": "x", "town": "y"},
            ["town: unknown parameter; known are: city, days, unit, tags, where, any"],
        ),
        ([], ["the arguments: expected object, got array"]),
        (None, ["the arguments: expected object, got null"]),
    ],
)
def test_problems(value: Any, problems: list[str]) -> None:
    assert problems_of(SCHEMA, value) == problems


def test_depth_and_number_of_problems_are_no_matter() -> None:
    deep: Any = {"type": "string"}
    value: Any = 1
    for _ in range(2_000):
        deep, value = {"type": "array", "items": deep}, [value]
    (problem,) = problems_of(deep, value)
    assert problem.endswith("expected string, got integer")
    many = problems_of({"type": "array", "items": {"type": "string"}}, list(range(1000)))
    assert len(many) == MAX_PROBLEMS
