"""How a model is asked for data, and how its answer is read."""

from __future__ import annotations

from typing import Any

import pytest

from lispcore.llm.structured import (
    choose_label,
    correction,
    described,
    fitted,
    instructions,
    read_answer,
    shortened,
)

PERSON: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "description": "the full name"},
        "age": {"type": "integer", "minimum": 0, "maximum": 150},
        "mood": {"type": "string", "enum": ["glad", "sad"]},
        "pets": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"kind": {"type": "string"}},
                "required": ["kind"],
            },
        },
        "note": {},
    },
    "required": ["name", "pets"],
}
LIST: dict[str, Any] = {
    "type": "object",
    "properties": {"items": {"type": "array", "items": {"type": "integer"}}},
    "required": ["items"],
}


def test_a_schema_is_described_as_people_write_it() -> None:
    assert described(PERSON) == (
        "{\n"
        '  "name": string (the full name),\n'
        '  "age": whole number at least 0 at most 150 or null if not given,\n'
        '  "mood": one of "glad", "sad" or null if not given,\n'
        '  "pets": [{\n'
        '    "kind": string\n'
        "  }, …],\n"
        '  "note": any value or null if not given\n'
        "}"
    )
    asked = instructions("Extract.", PERSON)
    assert asked.startswith("Extract. Answer with one JSON object")
    assert asked.endswith(described(PERSON))


def test_a_deep_schema_is_described_without_a_deep_stack() -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(3000):
        schema = {"type": "array", "items": schema}
    assert described(schema).startswith("[[[")


def test_corrections_list_what_is_wrong() -> None:
    assert "- age: missing\n- name: missing\n" in correction(["age: missing", "name: missing"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"name": "A", "pets": []}', {"name": "A", "pets": []}),
        (
            '{"name": "A", "age": 2.0, "mood": null, "pets": []}',
            {"name": "A", "age": 2, "pets": []},
        ),
        (
            '{"name": "A", "mood": "GLAD", "pets": []}',
            {"name": "A", "mood": "glad", "pets": []},
        ),
        ('[{"name": "A", "pets": []}]', {"name": "A", "pets": []}),
        ('{"person": {"name": "A", "pets": []}}', {"name": "A", "pets": []}),
        (
            'For example {"name": 1}. Here: {"name": "A", "pets": []}',
            {"name": "A", "pets": []},
        ),
    ],
)
def test_answers_that_fit(text: str, value: Any) -> None:
    answer = read_answer(text, PERSON)
    assert (answer.value, answer.problems, answer.is_found) == (value, (), True)


def test_a_bare_list_is_taken_for_the_one_that_is_wanted() -> None:
    assert read_answer("[1, 2.0]", LIST).value == {"items": [1, 2]}


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ('{"name": 1, "pets": "x"}', ("name: expected string, got integer",
                                      "pets: expected array, got string")),
        ('{"pets": [{"kind": null}]}', ("name: missing", "pets[0].kind: expected string, got null")),
        ('{"name": "A", "age": 200, "pets": []}', ("age: expected at most 150, got 200",)),
        ('{"name": "A", "mood": "odd", "pets": []}',
         ("mood: expected one of 'glad', 'sad'",)),
        ("[1, 2]", ("the answer: expected object, got array",)),
    ],
)  # fmt: skip
def test_answers_that_do_not_fit(text: str, problems: tuple[str, ...]) -> None:
    assert read_answer(text, PERSON).problems == problems


def test_only_what_counts_is_checked() -> None:
    answer = read_answer('{"name": 1, "pets": [], "age": 2.0}', PERSON, {"type": "object"})
    assert (answer.value, answer.problems) == ({"name": 1, "pets": [], "age": 2}, ())


def test_without_json_the_answer_is_quoted() -> None:
    answer = read_answer("I'm sorry, I can't do that.", PERSON)
    assert not answer.is_found
    assert answer.problems == ("the answer holds no JSON: “I'm sorry, I can't do that.”",)
    assert len(shortened("x" * 1000)) < 150


def test_fitting_leaves_the_original_alone() -> None:
    original = {"name": "A", "age": None, "pets": [{"kind": "cat"}]}
    fitted(PERSON, original)
    assert original == {"name": "A", "age": None, "pets": [{"kind": "cat"}]}


LABELS = ["positive", "negative", "very positive", "bug_report"]


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("positive", "positive"),
        (" Positive.\n", "positive"),
        ('"negative"', "negative"),
        ("**Negative**", "negative"),
        (":positive", "positive"),
        ('{"category": "negative"}', "negative"),
        ("The category is: negative", "negative"),
        ("This is very positive.", "very positive"),
        ("bug report", "bug_report"),
        ("Bug_Report", "bug_report"),
        ("<think>negative?</think>positive", "positive"),
        ("positive or negative", None),
        ("impositively", None),
        ("", None),
        ("other", None),
    ],
)
def test_labels(said: str, label: str | None) -> None:
    assert choose_label(said, LABELS) == label


def test_labels_of_any_alphabet_and_without_words() -> None:
    assert choose_label("Ответ: да", ["да", "нет"]) == "да"
    assert choose_label("+", ["+", "-"]) == "+"
    assert choose_label("a-b", ["a-b", "a b"]) == "a-b"


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("spam", "spam"),
        ('"spam"', "spam"),
        ("The text is not spam but", None),
        ("ham", None),  # the longer one may have been meant
        ("spam, since", None),
        ("", None),
    ],
)
def test_of_a_cut_reply_only_a_whole_label_counts(said: str, label: str | None) -> None:
    assert choose_label(said, ["spam", "ham", "hammer"], is_cut=True) == label
