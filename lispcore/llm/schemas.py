"""Checks what a model sends against a JSON schema, in words that the model can act on.

Only what tool parameters and extraction use: type, properties, required, items, enum, minimum,
maximum, additionalProperties false.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

# The model reads them when it is asked again: more than these would hide the first.
MAX_PROBLEMS: Final = 10

_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list, tuple),
    "object": (dict,),
    "null": (type(None),),
}


def problems_of(schema: Mapping[str, Any], value: Any, whole: str = "the arguments") -> list[str]:
    """Returns what is wrong with a JSON value, in order; empty if it fits the schema.

    `whole` is what the value as a whole is called.
    """
    problems: list[str] = []
    work: list[tuple[str, Mapping[str, Any], Any]] = [("", schema, value)]
    while work and len(problems) < MAX_PROBLEMS:
        place, wanted, given = work.pop()
        problem = _problem(wanted, given)
        if problem:
            problems.append(f"{place or whole}: {problem}")
            continue
        inner: list[tuple[str, Mapping[str, Any], Any]] = []
        if isinstance(given, dict):
            inner = _members(place, wanted, given, problems)
        elif isinstance(given, list) and isinstance(wanted.get("items"), dict):
            inner = [(f"{place}[{i}]", wanted["items"], item) for i, item in enumerate(given)]
        work.extend(reversed(inner))
    return problems


def _problem(schema: Mapping[str, Any], value: Any) -> str:
    kind = schema.get("type")
    accepted = _TYPES.get(kind) if isinstance(kind, str) else None
    if accepted and (
        not isinstance(value, accepted) or (isinstance(value, bool) and bool not in accepted)
    ):
        whole = isinstance(value, float) and value.is_integer()
        if not (kind == "integer" and whole):
            return f"expected {kind}, got {_json_type(value)}"
    choices = schema.get("enum")
    if isinstance(choices, (list, tuple)) and value not in choices:
        return "expected one of " + ", ".join(repr(choice) for choice in choices)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        least, most = schema.get("minimum"), schema.get("maximum")
        if isinstance(least, (int, float)) and value < least:
            return f"expected at least {least}, got {value}"
        if isinstance(most, (int, float)) and value > most:
            return f"expected at most {most}, got {value}"
    return ""


def _members(
    place: str, schema: Mapping[str, Any], value: Mapping[str, Any], problems: list[str]
) -> list[tuple[str, Mapping[str, Any], Any]]:
    properties = schema.get("properties") or {}
    dot = f"{place}." if place else ""
    for name in schema.get("required") or ():
        if name not in value:
            problems.append(f"{dot}{name}: missing")
    if schema.get("additionalProperties") is False:
        for name in value:
            if name not in properties:
                known = ", ".join(properties) or "none"
                problems.append(f"{dot}{name}: unknown parameter; known are: {known}")
    return [
        (dot + name, properties[name], entry)
        for name, entry in value.items()
        if isinstance(properties.get(name), dict)
    ]


def _json_type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    for name, types in _TYPES.items():
        if isinstance(value, types):
            return name
    return type(value).__name__
