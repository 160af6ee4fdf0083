"""What the last run left in a variable, as the editor's help shows it."""

from __future__ import annotations

import json

import pytest

from lispcore import Interpreter
from lispcore.hosts.browser_values import answer, beginning, value_of

PROGRAM = """
(define name "Ada")
(define numbers (range 1 1000001))
(define long (string/repeat "a" 100000))
(define rows '({:name "Ada" :tags (x y)} {:name "Grace" :tags ()}))
(define deep '(1 (2 (3 (4 (5))))))
(define large (expt 7 100000))
(define half 1/2)
(define nothing nil)
(define (double x) (* 2 x))
(define-record-type point (make-point x y) point? (x point-x))
(define here (make-point 1 2))
"""


@pytest.fixture(scope="module")
def session() -> Interpreter:
    made = Interpreter()
    assert made.run(PROGRAM)["error"] is None
    return made


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("name", '"Ada"'),
        ("numbers", "(1 2 3 4 5 6 7 8 9 10 11 12 …)"),
        ("rows", '({:name "Ada" :tags (x y)} {:name "Grace" :tags ()})'),
        ("deep", "(1 (2 (3 (…))))"),
        ("large", "<int>"),
        ("half", "1/2"),
        ("nothing", "nil"),
        ("here", "<point>"),
        ("double", None),
        ("car", None),
        ("unheard", None),
    ],
)
def test_variables_of_the_program_have_their_values(
    session: Interpreter, name: str, text: str | None
) -> None:
    assert value_of(name, session) == text


def test_of_a_long_text_only_the_beginning_is_shown(session: Interpreter) -> None:
    shown = value_of("long", session)
    assert shown is not None
    assert shown.endswith('a" …')
    assert len(shown) < 200


def test_a_value_of_any_size_has_a_short_text() -> None:
    value = Interpreter().eval("(map (fn (n) (map (fn (m) {:n n :m m}) (range 100))) (range 100))")
    assert len(beginning(value)) < 20_000


def test_the_page_asks_in_json(session: Interpreter) -> None:
    question = json.dumps({"service": "value", "text": "", "offset": 0, "name": "name"})
    assert json.loads(answer(question, session)) == {"answer": '"Ada"'}
    assert json.loads(answer(question, None)) == {"answer": None}
    other = json.dumps({"service": "format", "text": "( +  1 2)", "offset": 0})
    assert json.loads(answer(other, session)) == {"answer": "(+ 1 2)\n"}
