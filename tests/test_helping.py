"""Help while typing (lispcore/services/helping.py): calls, completions, what a name means."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lispcore.services.answers import answer
from lispcore.services.helping import completions, hover, signature


def split(marked: str) -> tuple[str, int]:
    return marked.replace("|", "", 1), marked.index("|")


def call_at(marked: str) -> tuple[str, str] | None:
    """Returns the function at hand and the parameter at hand."""
    found = signature(*split(marked))
    if found is None:
        return None
    at = found["active"]
    begin, end = found["parameters"][at] if at >= 0 else (0, 0)
    return found["name"], found["label"][begin:end]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("(string/trim |", ("string/trim", "text:string")),
        ("(map f| xs)", ("map", "f:function")),
        ("(define (foo aa bb) 1) (foo 1 |)", ("foo", "bb")),
        ("(define (foo aa bb) 1) (foo 1 2 3 |)", ("foo", "")),
        ("(define (foo aa . more) 1) (foo 1 2 3 |)", ("foo", "more")),
        ('(llm/complete "x" {:model |', ("llm/complete", "[options:map]")),
        ('(str f"a ${(string/trim |', ("string/trim", "text:string")),
        ("(unheard-of (str |", ("str", "value")),
        ("(str 1) |", None),
        ("; (str |", None),
        ("|", None),
    ],
)
def test_the_call_at_hand(marked: str, expected: tuple[str, str] | None) -> None:
    assert call_at(marked) == expected


def test_options_of_the_call_at_hand() -> None:
    found = signature(*split('(llm/complete "x" {:temperature |'))
    assert found is not None
    assert "max-tokens" in found["options"]
    assert found["option"] == "temperature"
    schema = signature(*split("(llm/extract {:name |"))
    assert schema is not None
    assert schema["options"] is None


@pytest.mark.parametrize(
    ("marked", "first"),
    [
        ("(define (f longname) (+ lon|", ["longname"]),
        ("(let ((one 1) ([two tree] x)) (f |", ["tree", "two", "one"]),
        ("(let loop ((i 0)) (l|", ["loop"]),
        ("(define (f aa) (fn (ab) (a|", ["ab", "aa"]),
        ("(match x ([au av] (+ a|", ["av", "au"]),
        ("(try 1 (catch err (e|", ["err"]),
        ("(define (f)\n(define inner 1)\n(in|", ["inner"]),
        ("(defun zz-top (x) x)\n(zz|", ["zz-top"]),
        ('(llm/complete "x" {:mod|', [":model"]),
        ('(llm/complete "x" {:model "a" :temp|', [":temperature"]),
        ("(string/trim-l|", ["string/trim-left"]),
        ('(str "a|', []),
        ("; a|", []),
        ('(define a1 1) (str f"${a|', ["a1"]),
    ],
)
def test_the_nearest_comes_first(marked: str, first: list[str]) -> None:
    assert [each["label"] for each in completions(*split(marked))][: len(first) or 1] == first


def test_an_option_is_offered_once() -> None:
    labels = [each["label"] for each in completions(*split('(llm/complete "x" {:model "a" :|'))]
    assert ":seed" in labels
    assert ":model" not in labels


def test_what_a_name_means() -> None:
    text = '(define (foo aa) "Says it." (string/trim aa))'

    def said(name: str) -> Any:
        return hover(text, text.index(name))

    assert said("foo")["signature"] == "(foo aa)"
    assert said("foo")["text"] == "Says it."
    assert said("aa")["kind"] == "local, from line 1"
    assert "white space" in said("string/trim")["text"]
    assert hover(text, 0) is None


def test_questions_are_answered_in_json() -> None:
    def ask(**question: Any) -> Any:
        return json.loads(answer(json.dumps(question)))

    text = "(define (f x)\nx) (f )"
    assert ask(service="diagnose", text=text)["answer"][0]["message"].startswith("f expects")
    assert ask(service="format", text=text)["answer"] == "(define (f x)\n  x) (f)\n"
    assert ask(service="format", text="(a")["error"] == "this ( is never closed (line 1, column 1)"
    assert ask(service="definition", text=text, offset=18)["answer"] == [[9, 10]]
    assert ask(service="rename", text=text, offset=9, name="g")["answer"] == [[9, 10], [18, 19]]
    assert ask(service="rename", text=text, offset=9, name="if")["error"].startswith("rename: if")
    assert ask(service="signature", text=text, offset=20)["answer"]["label"] == "(f x)"
    assert ask(service="hover", text=text, offset=9)["answer"]["name"] == "f"
    assert ask(service="completions", text="(define abc 1) (ab", offset=18)["answer"][0] == {
        "label": "abc", "kind": "value", "detail": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("program", "called"),
    [
        ('(define (greet who) "Says hello." who)', "(greet who)"),
        ('(define greet "Says hello." (fn (who) who))', "(greet who)"),
        ('(define greet (fn (who) "Says hello." who))', "(greet who)"),
        ('(defun greet (who) "Says hello." who)', "(greet who)"),
        ('(defn greet "Says hello." [who] who)', "(greet who)"),
        ('(defn greet "Says hello." ([] 1) ([who other] who))', "(greet who other)"),
        ('(defmacro greet (who) "Says hello." who)', "(greet who)"),
        ('(deftool greet "Says hello." {:who {:type :string}} (fn (who) who))', "greet"),
    ],
)
def test_documentation_of_the_program_is_shown_by_hover_and_signature(
    program: str, called: str
) -> None:
    found = hover(*split(f"{program}\n(gre|et 1)"))
    assert found is not None
    assert (found["signature"], found["text"]) == (called, "Says hello.")
    if called != "greet":
        call = signature(*split(f"{program}\n(greet |"))
        assert call is not None
        assert (call["label"], call["text"]) == (called, "Says hello.")
