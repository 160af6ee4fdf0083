"""No compiled code is ever stale: whatever is defined anew counts from then on, everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lispcore import Interpreter

CASES = Path(__file__).parent / "cases" / "redefinition.jsonl"


def case_sessions() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Yields the sessions of the cases with their forms."""
    found: dict[str, list[dict[str, str]]] = {}
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        found.setdefault(case["session"], []).append(case)
    yield from found.items()


@pytest.mark.parametrize(("name", "forms"), case_sessions())
def test_case(name: str, forms: list[dict[str, str]]) -> None:
    interpreter = Interpreter()
    for form in forms:
        result = interpreter.run(form["code"])
        if "value" in form:
            assert result["value"] == form["value"], form["code"]
        if "error" in form:
            error = result["error"]
            assert error, form["code"]
            assert error["type"] == form["error"], form["code"]
