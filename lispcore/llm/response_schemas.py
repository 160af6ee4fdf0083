"""The schema of an answer, in the part of JSON schema that each provider's structured output takes.

OpenAI (`strict`): every object closed, every property required; what is optional may be null
instead. Anthropic: every object closed. Gemini: an OpenAPI subset, in `providers/gemini.py`. All of
them want to know the type of every part, so a schema with a part of any type is left to the prompt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

# What both OpenAI and Anthropic take; the rest is checked when the answer is there.
_KEPT: Final = ("type", "description", "enum", "const")


def is_object(schema: Mapping[str, Any]) -> bool:
    """Tells whether a schema describes an object, the only answer that every provider can hold."""
    return schema.get("type") == "object"


def is_fully_typed(schema: Mapping[str, Any]) -> bool:
    """Tells whether every part says its type, every object its members, every array its items."""
    work: list[Any] = [schema]
    while work:
        part = work.pop()
        if not isinstance(part, Mapping) or not isinstance(part.get("type"), str):
            return False
        if part["type"] == "object":
            if not part.get("properties"):
                return False
            work.extend(part["properties"].values())
        elif part["type"] == "array":
            work.append(part.get("items"))
    return True


def closed_schema(schema: Mapping[str, Any], *, all_required: bool = False) -> dict[str, Any]:
    """Returns a fully typed schema whose objects have exactly the named members.

    With `all_required`, members that need not be there become members that may be null.
    """
    result: dict[str, Any] = {}
    # Entries are (source, target, may be null): a schema may be nested as deep as it likes.
    work: list[tuple[Mapping[str, Any], dict[str, Any], bool]] = [(schema, result, False)]
    while work:
        source, target, nullable = work.pop()
        target.update({name: source[name] for name in _KEPT if name in source})
        if nullable:
            target["type"] = [source["type"], "null"]
            if "enum" in source:
                target["enum"] = [*source["enum"], None]
        if source["type"] == "array":
            target["items"] = {}
            work.append((source["items"], target["items"], False))
        elif source["type"] == "object":
            members = source["properties"]
            required = source.get("required") or ()
            target["properties"] = {name: {} for name in members}
            target["required"] = list(members if all_required else required)
            target["additionalProperties"] = False
            work.extend(
                (member, target["properties"][name], all_required and name not in required)
                for name, member in members.items()
            )
    return result
