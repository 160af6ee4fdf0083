"""Answers that are data: how a model is asked for them, and how what it said becomes JSON values.

The schema goes to the provider where it can hold a model to it (`response_schemas.py`), and always
into the prompt, because most servers cannot. What comes back is searched for JSON, mended where
that is safe, and checked; what is wrong with it is put into words that the model can act on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lispcore.llm.json_repair import find_json, without_thoughts
from lispcore.llm.schemas import problems_of

_SHOWN_LENGTH: Final = 120
_MAX_SHOWN_CHOICES: Final = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """JSON from a reply and what is wrong with it.

    Without any JSON `is_found` is false and `value` None; `is_cut` if its end was missing.
    """

    value: Any
    problems: tuple[str, ...]
    is_found: bool = True
    is_cut: bool = False


# --- asking -------------------------------------------------------------------------------------


def instructions(task: str, schema: Mapping[str, Any]) -> str:
    """Returns the system prompt for a task whose answer is a JSON object."""
    return (
        f"{task} Answer with one JSON object of this form and with nothing else, neither "
        f"explanations nor a code fence:\n{described(schema)}"
    )


def correction(problems: Sequence[str]) -> str:
    """Returns what a model is told whose answer did not fit."""
    listed = "\n".join(f"- {problem}" for problem in problems)
    return (
        f"That answer does not fit:\n{listed}\n"
        "Answer again with the whole corrected JSON object and nothing else."
    )


def described(schema: Mapping[str, Any]) -> str:
    """Returns a schema the way people would write it down: JSON with types in place of values."""
    pieces: list[str] = []
    # Pieces of text that are ready, and (schema, indentation, what follows it) still to be written.
    work: list[str | tuple[Mapping[str, Any], int, str]] = [(schema, 0, "")]
    while work:
        item = work.pop()
        if isinstance(item, str):
            pieces.append(item)
            continue
        part, depth, after = item
        note = "; ".join(filter(None, (part.get("description"), _constraints(part))))
        work.append(f" ({note}){after}" if note else after)
        members = part.get("properties")
        if members:
            work.append("\n" + "  " * depth + "}")
            required = part.get("required") or ()
            for position, name in reversed(list(enumerate(members))):
                missing = "" if name in required else " or null if not given"
                comma = "," if position < len(members) - 1 else ""
                work.append((members[name], depth + 1, missing + comma))
                work.append("\n" + "  " * (depth + 1) + _quoted(name) + ": ")
            work.append("{")
        elif part.get("type") == "array" and isinstance(part.get("items"), Mapping):
            work.append(", …]")
            work.append((part["items"], depth, ""))
            work.append("[")
        else:
            work.append(_type_words(part))
    return "".join(pieces)


def _type_words(schema: Mapping[str, Any]) -> str:
    choices = schema.get("enum")
    if choices:
        return "one of " + ", ".join(_quoted(each) for each in choices[:_MAX_SHOWN_CHOICES])
    words = {"array": "list", "object": "object", "integer": "whole number"}
    kind = schema.get("type")
    limits = [
        f"{word} {schema[key]}"
        for key, word in (("minimum", "at least"), ("maximum", "at most"))
        if key in schema
    ]
    named = words.get(str(kind), str(kind)) if kind else "any value"
    return " ".join([named, *limits])


# Said in other words, or of no use to a model.
_SAID: Final = frozenset(
    ("type", "description", "enum", "minimum", "maximum", "properties", "required", "items")
)


def _constraints(schema: Mapping[str, Any]) -> str:
    """Returns what else a part must keep to, as JSON Schema says it."""
    return ", ".join(
        f"{name} {_quoted(value)}" for name, value in schema.items() if name not in _SAID
    )


def _quoted(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)


# --- reading ------------------------------------------------------------------------------------


def read_answer(
    text: str, schema: Mapping[str, Any], checked: Mapping[str, Any] | None = None
) -> Answer:
    """Returns the JSON of a reply that fits a schema, else the one with the fewest problems.

    `checked` is what of the schema counts, without it all of it.
    """
    best: Answer | None = None
    for found in find_json(text):
        value = fitted(schema, found.value)
        wanted = schema if checked is None else checked
        problems = tuple(problems_of(wanted, value, "the answer"))
        answer = Answer(value, problems, is_cut=found.is_cut)
        if not problems:
            return answer
        if best is None or len(problems) < len(best.problems):
            best = answer
    return best or Answer(None, (f"the answer holds no JSON: {shortened(text)}",), is_found=False)


def shortened(text: str) -> str:
    """Returns the beginning of a text in quotation marks, on one line."""
    flat = " ".join(text.split())
    return f"“{flat[:_SHOWN_LENGTH]}…”" if len(flat) > _SHOWN_LENGTH else f"“{flat}”"


def fitted(schema: Mapping[str, Any], value: Any) -> Any:
    """Returns a JSON value without harmless differences from its schema.

    Null in place of an optional member is no member, 2.0 in place of an integer is 2, a choice may
    be written in capitals, and what was wrapped once too often or too little is put right.
    """
    root: list[Any] = [_unwrapped(schema, value)]
    work: list[tuple[Mapping[str, Any], Any, Any]] = [(schema, root, 0)]
    while work:
        wanted, holder, place = work.pop()
        given = holder[place]
        if isinstance(given, dict):
            members = wanted.get("properties") or {}
            required = wanted.get("required") or ()
            kept = {
                name: each
                for name, each in given.items()
                if each is not None or name in required or name not in members
            }
            holder[place] = kept
            work += [(members[name], kept, name) for name in kept if name in members]
        elif isinstance(given, list):
            items = wanted.get("items")
            holder[place] = copied = list(given)
            if isinstance(items, Mapping):
                work += [(items, copied, index) for index in range(len(copied))]
        elif isinstance(given, float) and wanted.get("type") == "integer" and given.is_integer():
            holder[place] = int(given)
        elif isinstance(given, str) and wanted.get("enum"):
            holder[place] = _choice(given, wanted["enum"])
    return root[0]


def _choice(text: str, choices: Sequence[Any]) -> str:
    if text in choices:
        return text
    folded = text.strip().lstrip(":").casefold()
    for choice in choices:
        if isinstance(choice, str) and choice.casefold() == folded:
            return choice
    return text


def _unwrapped(schema: Mapping[str, Any], value: Any) -> Any:
    if schema.get("type") != "object":
        return value
    members = schema.get("properties") or {}
    if isinstance(value, list):
        if len(members) == 1:
            (name,) = members
            if members[name].get("type") == "array":
                return {name: value}
        return value[0] if len(value) == 1 and isinstance(value[0], dict) else value
    if isinstance(value, dict) and len(value) == 1 and members:
        ((name, inner),) = value.items()
        if name not in members and isinstance(inner, dict) and set(inner) & set(members):
            return inner
    return value


# --- labels -------------------------------------------------------------------------------------

_DECORATION: Final = " \t\r\n\"'`*_.,;:!“”‘’()[]{}"


def choose_label(text: str, labels: Sequence[str], *, is_cut: bool = False) -> str | None:
    """Returns the label that a reply names, None if it names none or several of them.

    Of a reply that was cut off nobody knows how it would go on: "not spam, but …" or "spam-like".
    It has to be one whole label, with which no other one begins.
    """
    text = without_thoughts(text)
    if is_cut:
        said_so_far = text.strip(_DECORATION)
        begun = [label for label in labels if label.startswith(said_so_far)]
        return said_so_far if begun == [said_so_far] else None
    said = [text]
    for found in find_json(text):
        said += _texts_of(found.value)
    for each in said:
        bare = each.strip(_DECORATION)
        words = _words(bare)
        for label in labels:
            if label in (each, bare):
                return label
        for label in labels:
            if words.strip() and _words(label) == words:
                return label
    return _only_mentioned(said[-1], labels)


def _texts_of(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [each for each in value.values() if isinstance(each, str)]
    return []


def _words(text: str) -> str:
    """Returns the words of a text in lower case with a space around each."""
    return (
        "".join(f" {word}" for word in re.findall(r"\w+", text.casefold().replace("_", " "))) + " "
    )


def _only_mentioned(text: str, labels: Sequence[str]) -> str | None:
    said = _words(text)
    mentioned = [label for label in labels if _words(label).strip() and _words(label) in said]
    # "very positive" mentions "positive", too.
    longest = [
        label
        for label in mentioned
        if not any(label != other and _words(label) in _words(other) for other in mentioned)
    ]
    return longest[0] if len(longest) == 1 else None
