"""The demo's structured answers: patterns that fill schemas, the same every time."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from fake_host import FakeHost
from images import PDF, png
from lispcore.llm.catalog import settings_for
from lispcore.llm.client import ask
from lispcore.llm.demo_extraction import compared
from lispcore.llm.demo_facts import TextFacts
from lispcore.llm.demo_words import choose_category
from lispcore.llm.messages import Media, Message, Text, text_message
from lispcore.llm.requests import Request
from lispcore.llm.schemas import problems_of


def schema_of(fields: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    properties = {
        name: {"type": kind} if isinstance(kind, str) else kind for name, kind in fields.items()
    }
    required = [name for name in fields if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def filled(fields: dict[str, Any], text: str, *optional: str) -> Any:
    schema = schema_of(fields, optional)
    answer = answered(Request((text_message("user", text),), response_schema=schema))
    assert problems_of(schema, answer) == []
    return answer


def answered(request: Request) -> Any:
    settings = settings_for("demo")
    assert settings is not None
    reply = ask(request, settings, FakeHost())
    assert ask(request, settings, FakeHost()) == reply
    return json.loads(reply.text)


STRINGS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}


@pytest.mark.parametrize(
    ("fields", "text", "answer"),
    [
        ({"vendor": "string", "amount": "number", "date": "string"},
         "I bought coffee for $4.50 at Blue Bottle on Jan 15, 2025",
         {"vendor": "Blue Bottle", "amount": 4.5, "date": "2025-01-15"}),
        ({"name": "string", "age": "integer"}, "Alice is 30 years old", {"name": "Alice", "age": 30}),
        ({"name": "string", "age": "number", "city": "string", "country": "string"},
         "John Smith is a 34-year-old engineer living in Oslo, Norway.",
         {"name": "John Smith", "age": 34, "city": "Oslo", "country": "Norway"}),
        ({"title": "string", "authors": STRINGS, "year": "integer"},
         '"Dune" (1965) was written by Frank Herbert.',
         {"title": "Dune", "authors": ["Frank Herbert"], "year": 1965}),
        ({"event_name": "string", "date": "string", "location": "string", "price": "string"},
         "Join us for TechConf 2025 on March 15th at the Oslo Convention Center. Tickets are $299.",
         {"event_name": "TechConf 2025", "date": "2025-03-15",
          "location": "Oslo Convention Center", "price": "$299"}),
        ({"items": {"type": "array"}, "total": "number"}, "3 apples, 2 oranges, total 5 items",
         {"items": ["3 apples", "2 oranges"], "total": 5}),
        ({"hobbies": STRINGS}, "I'm Alice and I like hiking, tea and painting.",
         {"hobbies": ["hiking", "tea", "painting"]}),
        ({"email": "string", "website": "string", "phone": "string"},
         "Write to bob@example.org, see https://example.org/x or call +1 555 123 4567.",
         {"email": "bob@example.org", "website": "https://example.org/x",
          "phone": "+1 555 123 4567"}),
        ({"from": "string", "passengers": "integer", "date": "string"},
         "Two passengers fly from Berlin to Rome on 3 May 2026",
         {"from": "Berlin", "passengers": 2, "date": "2026-05-03"}),
        ({"Invoice number": "string", "total": "number", "paid": "boolean", "tags": STRINGS},
         "Invoice number: A-7\nTotal: $1,015.50\nPaid: no\nTags: a, b",
         {"Invoice number": "A-7", "total": 1015.5, "paid": False, "tags": ["a", "b"]}),
        ({"mood": {"enum": ["glad", "sad"]}}, "I lost it and I cry", {"mood": "sad"}),
        ({"scores": {"type": "array", "items": {"type": "number"}}}, "It was 3, 4.5 and two",
         {"scores": [3, 4.5, 2]}),
        ({"company": "string", "ceo": "string", "founded": "integer", "headquarters": "string"},
         "Tesla was founded in 2003. Its CEO is Elon Musk and it is based in Austin, Texas.",
         {"company": "Tesla", "ceo": "Elon Musk", "founded": 2003, "headquarters": "Austin"}),
        ({"order_id": "string", "products": STRINGS, "sender": "string"},
         "Hi, I'm Maria Lopez. I want a refund for order #4521: a red lamp and two chairs.",
         {"order_id": "4521", "products": ["a red lamp", "two chairs"], "sender": "Maria Lopez"}),
        ({"room": "string", "day": "string", "time": "string", "attendees": STRINGS},
         "Meet Bob, Carol and Dan on Monday at 3pm in room B12.",
         {"room": "B12", "day": "Monday", "time": "3pm", "attendees": ["Bob", "Carol", "Dan"]}),
        ({"urgent": "boolean", "broken": "boolean"}, "It is urgent, nothing is broken? Not broken.",
         {"urgent": True, "broken": True}),
    ],
)  # fmt: skip
def test_fields_are_found(fields: dict[str, Any], text: str, answer: Any) -> None:
    assert filled(fields, text) == answer


def test_lists_of_objects_come_from_lines_or_clauses() -> None:
    person = schema_of({"name": "string", "age": "integer"})
    people = {"type": "array", "items": person}
    wanted = {"people": [{"name": "Ann", "age": 3}, {"name": "Bob", "age": 5}]}
    assert filled({"people": people}, "Ann is 3 years old and Bob is 5 years old.") == wanted
    assert filled({"people": people}, "- Ann, aged 3\n- Bob, aged 5\n") == wanted


def test_what_is_not_there_is_left_out_or_empty() -> None:
    fields: dict[str, Any] = {"nickname": "string", "phone": "string", "count": "integer"}
    assert filled(fields, "hm", "phone") == {"nickname": "", "count": 0}
    nested = schema_of({"street": "string", "when": schema_of({"year": "integer"})})
    assert filled({"address": nested}, "") == {"address": {"street": "", "when": {"year": 0}}}


def test_an_image_is_not_seen_and_nothing_else_is_claimed() -> None:
    fields: dict[str, Any] = {"text": "string", "width": "integer", "height": "integer"}
    message = Message("user", (Media("image/png", png(20, 10)), Text("Extract")))
    answer = answered(Request((message,), response_schema=schema_of(fields)))
    assert "cannot see" in answer["text"]
    assert (answer["width"], answer["height"]) == (20, 10)
    document = Message("user", (Media("application/pdf", PDF), Text("Extract")))
    answer = answered(Request((document,), response_schema=schema_of(fields)))
    assert "PDF" in answer["text"]
    assert (answer["width"], answer["height"]) == (0, 0)


def test_limits_of_tokens_hold_here_too() -> None:
    settings = settings_for("demo")
    assert settings is not None
    schema = schema_of({"text": "string"})
    request = Request((text_message("user", "One two three. Four."),), response_schema=schema)
    assert ask(replace(request, max_tokens=2), settings, FakeHost()).stop_reason == "max_tokens"


@pytest.mark.parametrize(
    ("labels", "text", "label"),
    [
        (["positive", "negative", "neutral"], "I absolutely love this product!", "positive"),
        (["positive", "negative", "neutral"], "This is the worst experience ever.", "negative"),
        (["positive", "negative", "neutral"], "The package arrived on time.", "neutral"),
        (["positive", "negative"], "It is not good.", "negative"),
        (["spam", "ham"], "Win a free prize now!", "spam"),
        (["spam", "ham"], "Shall we have lunch?", "ham"),
        (["billing", "technical", "shipping"], "My card was charged twice", "billing"),
        (["sports", "politics"], "The team scored a late goal", "sports"),
        (["english", "german"], "Das ist nicht mein Hund", "german"),
        (["apples", "oranges"], "I would like some oranges", "oranges"),
        (["a", "b", "other"], "zzz", "other"),
        (["a", "b"], "zzz", "a"),
    ],
)
def test_categories(labels: list[str], text: str, label: str) -> None:
    assert choose_category(text, labels) == label


def test_comparing() -> None:
    same = compared("One two.", "two, one")
    assert (same["similarity"], same["differences"]) == (1.0, [])
    assert compared("", "")["similarity"] == 1.0
    assert compared("a b", "c d")["similarity"] == 0
    assert compared("a b", "a c")["differences"] == ["only text A says: b", "only text B says: c"]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2025-1-5", ["2025-01-05"]),
        ("on 5 January 2025", ["2025-01-05"]),
        ("Jan 5th, 2025 to Feb. 6, 2025", ["2025-01-05", "2025-02-06"]),
        ("31.12.2024", ["2024-12-31"]),
        ("May 5", ["May 5"]),
        ("the 5th of May 2024", ["2024-05-05"]),
        ("2025-13-45", ["2025-13-45"]),
        ("maybe 5", []),
    ],
)
def test_dates(text: str, dates: list[str]) -> None:
    assert TextFacts(text).dates == dates


def test_facts() -> None:
    facts = TextFacts(
        "On Monday, J. R. Tolkien of Acme Inc met Al in Oslo at noon; it cost 12 euros (5%)."
    )
    assert facts.names[0].text == "J. R. Tolkien of Acme Inc"
    assert (facts.people, facts.places) == (["Al"], ["Oslo"])
    assert facts.money == [("12 euros", 12.0)]
    assert (facts.currency, facts.percents, facts.times) == ("EUR", [5.0], ["noon"])


def test_a_long_text_takes_no_longer() -> None:
    text = "Ann Lee met Bob in Oslo, and " * 20_000
    assert filled({"name": "string", "city": "string"}, text)["city"] == "Oslo"


@pytest.mark.parametrize("unit", ["1", "a", "A ", "“", "'", "1,", "A.", "a@", "$1", "1 1", "\n- "])
def test_texts_of_one_thing_only_hold_nothing_up(unit: str) -> None:
    fields: dict[str, Any] = {"name": "string", "email": "string", "phone": "string"}
    numbers: dict[str, Any] = {"total": "number", "rate": "number", "tags": STRINGS}
    assert set(filled({**fields, **numbers, "when": "string"}, unit * 20_000 + "x")) >= {"name"}
