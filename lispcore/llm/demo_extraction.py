"""The demo model's structured answers: it fills a schema from a text by patterns, and guesses.

A field is filled by its label in the text, else by what its name sounds like, else by its type.
What is not there is left out if it may be, and empty if not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from lispcore.llm.demo_facts import TextFacts
from lispcore.llm.demo_words import choose_category
from lispcore.llm.media import image_size
from lispcore.llm.messages import Media
from lispcore.llm.requests import Request

# A schema may refer to itself: the demo's answer must end.
_MAX_DEPTH: Final = 8
_MAX_ITEMS: Final = 50

_Texts = Callable[[TextFacts], list[str]]
_Numbers = Callable[[TextFacts], list[float]]

# Words in the name of a field -> where texts for it are found. The first row that fits counts.
_TEXT_SOURCES: Final[tuple[tuple[frozenset[str], _Texts], ...]] = tuple(
    (frozenset(words.split()), source)
    for words, source in (
        ("email mail", lambda facts: facts.emails),
        ("url website link homepage site", lambda facts: facts.urls),
        ("phone telephone mobile tel", lambda facts: facts.phones),
        ("currency", lambda facts: [facts.currency] if facts.currency else []),
        ("time hour", lambda facts: facts.times),
        ("year", lambda facts: facts.years),
        (
            "date day when deadline due birthday born start end",
            lambda facts: facts.dates or facts.weekdays,
        ),
        ("id number code reference ref sku tracking", lambda facts: facts.references),
        (
            "amount price total cost fee sum salary budget balance paid tax subtotal",
            lambda facts: [text for text, _ in facts.money],
        ),
        ("country state region", lambda facts: facts.places[1:] + facts.places[:1]),
        (
            "city location place venue address destination where town headquarters hometown",
            lambda facts: facts.places + facts.organisations,
        ),
        (
            "vendor company merchant shop store supplier organisation organization employer brand "
            "restaurant publisher seller business bank university school",
            lambda facts: facts.organisations + [each.text for each in facts.names],
        ),
        (
            "title book movie film song album event headline project product topic",
            lambda facts: facts.titles + facts.people,
        ),
        (
            "name person author customer client buyer sender recipient contact speaker founder "
            "employee patient student user who director artist writer ceo president people person "
            "attendee participant member guest friend speaker",
            lambda facts: facts.people or [each.text for each in facts.names],
        ),
        (
            "description summary text content note comment message sentence reason",
            lambda facts: facts.sentences,
        ),
    )
)
_NUMBER_SOURCES: Final[tuple[tuple[frozenset[str], _Numbers], ...]] = tuple(
    (frozenset(words.split()), source)
    for words, source in (
        ("age", lambda facts: facts.ages),
        ("year", lambda facts: [float(year) for year in facts.years]),
        ("percent percentage rate", lambda facts: facts.percents),
        (
            "amount price total cost fee sum salary budget balance paid tax subtotal value",
            lambda facts: [amount for _, amount in facts.money],
        ),
    )
)


# Words of rows above that say little about where to look.
_VAGUE: Final = frozenset("project product topic description text content note reason".split())


def structured_answer(request: Request) -> str:
    """Returns the JSON that the demo answers to a request with a schema."""
    import json

    schema = request.response_schema or {}
    asked = next((each for each in request.messages if each.role == "user"), None)
    text = asked.text if asked else ""
    if schema.get("type") == "string" and schema.get("enum"):
        return choose_category(text, list(schema["enum"]))
    media = asked.media if asked else ()
    if "similarity" in (schema.get("properties") or {}) and "\n\nText B:\n" in text:
        answer: Any = compared(*text.removeprefix("Text A:\n").split("\n\nText B:\n", 1))
    elif media:
        answer = _Filler(TextFacts(""), media).members(schema, 0)
    else:
        answer = _Filler(TextFacts(text)).members(schema, 0)
    return json.dumps(answer, ensure_ascii=False)


def compared(first: str, second: str) -> dict[str, Any]:
    """Returns how many words two texts share, as a comparison."""
    a, b = (list(dict.fromkeys(re.findall(r"\w+", each.lower()))) for each in (first, second))
    shared = [word for word in a if word in b]
    every = len(set(a) | set(b))
    similarity = round(len(shared) / every, 2) if every else 1.0
    differences = [
        f"only text {name} says: {', '.join(words[:12])}"
        for name, words in (
            ("A", [word for word in a if word not in b]),
            ("B", [word for word in b if word not in a]),
        )
        if words
    ]
    summary = f"The demo model compares words: {len(shared)} of {every} are in both texts."
    return {"similarity": similarity, "differences": differences, "summary": summary}


def _words_of(field: str) -> list[str]:
    """Returns the words of a field's name in singular: ``eventName`` → event, name."""
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", field.replace("_", " "))
    return [re.sub(r"(?<=[a-z]{3})s$", "", part.lower()) for part in parts]


class _Filler:
    """Fills one schema; what was used for one field is used again only if nothing else is left."""

    def __init__(self, facts: TextFacts, media: tuple[Media, ...] = ()) -> None:
        self._facts = facts
        self._media = media
        self._used: set[object] = set()

    def members(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        """Returns an object with the members that are found, and those that must be there."""
        properties = schema.get("properties") or {}
        required = schema.get("required") or ()
        result: dict[str, Any] = {}
        for name, member in properties.items():
            value = self._value(name, member, depth + 1, name in required)
            if value is not None:
                result[name] = value
        return result

    def _value(self, field: str, schema: Mapping[str, Any], depth: int, required: bool) -> Any:
        if schema.get("enum"):
            return self._choice(field, list(schema["enum"]))
        kind = schema.get("type")
        if kind in ("integer", "number"):
            return self._number(field, kind == "integer", required)
        if kind == "boolean":
            return self._truth(field)
        if kind == "array":
            return self._list(field, schema.get("items"), depth)
        if kind == "object":
            return self.members(schema, depth) if depth < _MAX_DEPTH else {}
        return self._text(field, required)

    def _choice(self, field: str, choices: list[Any]) -> Any:
        said = self._labelled(field) or self._facts.text
        texts = [str(choice) for choice in choices]
        return choices[texts.index(choose_category(said, texts))]

    # --- texts ---------------------------------------------------------------------------------

    def _text(self, field: str, required: bool) -> str | None:
        labelled = self._labelled(field)
        if labelled:
            return labelled
        if self._media:
            return self._seen(field)
        beside = self._beside(field)
        if beside:
            return beside
        candidates = self._texts(field)
        if not candidates and required:
            candidates = [*self._facts.quoted, *(each.text for each in self._facts.names)]
        return self._unused(candidates) or ("" if required else None)

    def _labelled(self, field: str) -> str:
        words = " ".join(_words_of(field))
        for label, value in self._facts.labelled.items():
            if " ".join(_words_of(label)) == words:
                return value
        return ""

    def _beside(self, field: str) -> str:
        """Returns a name or a number after the field's name: "Its CEO is Ada", "room B12"."""
        for word in _words_of(field):
            for said in re.finditer(
                rf"\b{word}\b(?:\s+(?:is|was|are|named|called))?\s+(?:the\s+)?",
                self._facts.text,
                re.I,
            ):
                for name in self._facts.names:
                    if name.position == said.end():
                        self._used.add(name.text)
                        return name.text
                number = re.compile(r"#?([A-Z]?\d[\w-]*)").match(self._facts.text, said.end())
                if number and "date" not in field.lower():
                    return number[1]
        return ""

    def _texts(self, field: str) -> list[str]:
        words = set(_words_of(field))
        for names, source in _TEXT_SOURCES:
            if names & words:
                return source(self._facts)
        return []

    def _unused(self, candidates: list[Any]) -> Any:
        for each in candidates:
            if each not in self._used:
                self._used.add(each)
                return each
        return candidates[0] if candidates else None

    def _seen(self, field: str) -> str:
        media = self._media[0]
        kind = media.media_type.rpartition("/")[2].upper()
        if {"format", "type", "kind"} & set(_words_of(field)):
            return kind
        size = image_size(media.data)
        pixels = f" of {size[0]} × {size[1]} pixels" if size else ""
        return f"(the demo model cannot see; it was sent a {kind} file{pixels})"

    # --- numbers and the rest ------------------------------------------------------------------

    def _number(self, field: str, whole: bool, required: bool) -> float | int | None:
        found = self._found_number(field, required)
        if found is None:
            return 0 if required else None
        return int(found) if whole or found.is_integer() else found

    def _found_number(self, field: str, required: bool) -> float | None:
        words = _words_of(field)
        if self._media:
            size = image_size(self._media[0].data) or (0, 0)
            return {"width": float(size[0]), "height": float(size[1])}.get(
                words[-1] if words else ""
            )
        labelled = re.search(r"-?\d[\d,]*(?:\.\d+)?", self._labelled(field))
        if labelled:
            return float(labelled.group().replace(",", ""))
        for word in words:  # "total 5", "5 apples", "the total is 5"
            beside = re.search(
                rf"\b{word}s?\b(?:\s+(?:is|was|of|are|were|=))?\W{{0,3}}(-?\d+(?:\.\d+)?)"
                rf"|(?<![\d.,])(\d+(?:\.\d+)?)\s+{word}s?\b",
                self._facts.text,
                re.IGNORECASE,
            )
            if beside:
                return float(beside.group(1) or beside.group(2))
        for names, source in _NUMBER_SOURCES:
            if names & set(words) and source(self._facts):
                found: float = self._unused(source(self._facts))
                return found
        return self._unused(self._facts.numbers) if required else None

    def _truth(self, field: str) -> bool:
        text = self._labelled(field).lower()
        if text:
            return not re.match(r"(no|false|0|off|none)\b", text)
        for word in _words_of(field):
            if word in ("is", "has", "was", "are"):
                continue
            said = re.search(
                rf"(\b(?:no|not|never|without|isn't|un)\W*\w*\W*)?\b{word}", self._facts.text, re.I
            )
            if said:
                return not said.group(1)
        return False

    def _list(self, field: str, items: Any, depth: int) -> list[Any]:
        if depth >= _MAX_DEPTH:
            return []
        kind = items.get("type") if isinstance(items, Mapping) else None
        if kind == "object":
            filled = [_Filler(TextFacts(each)).members(items, depth + 1) for each in self._pieces()]
            return [each for each in filled if any(each.values())][:_MAX_ITEMS]
        if kind in ("integer", "number"):
            numbers = self._facts.numbers[:_MAX_ITEMS]
            return [int(each) if each.is_integer() else each for each in numbers]
        if isinstance(items, Mapping) and items.get("enum"):
            text = self._facts.text.lower()
            return [each for each in items["enum"] if str(each).lower() in text]
        labelled = self._labelled(field)
        if labelled:
            return [each.strip() for each in labelled.split(",")]
        # Titles and descriptions are found in any text; a list is more than the first of them.
        is_vague = bool(_VAGUE & set(_words_of(field))) and not self._facts.quoted
        found = [] if is_vague else list(dict.fromkeys(self._texts(field)))
        return (found or self._items(field))[:_MAX_ITEMS]

    def _pieces(self) -> list[str]:
        return self._facts.clauses or self._facts.sentences

    def _items(self, field: str) -> list[str]:
        # What another field is about does not belong into the list: "3 apples, total 5 items".
        own = [
            each
            for each in self._facts.items
            if not re.match(r"(total|sum|altogether|in all)\b", each, re.IGNORECASE)
        ]
        return own or self._facts.quoted or [each.text for each in self._facts.names]
