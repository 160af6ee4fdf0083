"""Documentation of a program's own functions, and the tools that are made of it."""

from __future__ import annotations

import json

import pytest

from fake_host import FakeHost
from lispcore import Interpreter
from model_replies import answer, asks_for, host_with

WEATHER = """
(defn weather
  "Tells the weather.
   city (string): its name
   days (int, optional): how far to look ahead"
  [city days]
  (str city ": sun"))
"""


def value_of(code: str) -> str:
    found = Interpreter(FakeHost()).run(code)
    assert "value" in found, found
    return " ".join(str(found["value"]).split())


@pytest.mark.parametrize(
    "definition",
    [
        '(defn f "Says so." [x] x)',
        '(define (f x) "Says so." x)',
        '(defun f (x) "Says so." (+ x 0))',
        '(define f (lambda (x) "Says so." x))',
        '(define f (fn [x] "Says so." x))',
        '(defn f "Says so." ([x] x) ([x y] y))',
        '(defn f "Says so." [{:keys [x]}] x)',
    ],
)
def test_what_a_function_says_of_itself(definition: str) -> None:
    host = FakeHost()
    found = Interpreter(host).run(f"{definition} (doc f)")
    assert found["error"] is None
    shown = "".join(text for _, text in host.written)
    assert shown.endswith("  Says so.\n"), shown
    # It is no part of what the function does, nor of how it is shown.
    assert "Says so" not in value_of(f"{definition} (str f)")


def test_a_string_alone_is_what_a_function_gives() -> None:
    assert value_of('(define (f) "text") (f)') == '"text"'
    assert value_of('(defn f [x] "text") (list (f 1) (tool? f))') == '("text" #f)'
    host = FakeHost()
    Interpreter(host).run('(define (f) "text") (doc f)')
    assert "A function of this program" in host.written[-1][1]


def test_documentation_stays_where_functions_are_compiled_again() -> None:
    code = (
        '(define (g x) (* x 2)) (defn f "Doubles." [x] (g x)) (f 1) '
        "(define (g x) (* x 3)) (define h f) (list (f 2) (tool/description (tool h)))"
    )
    assert value_of(code) == '(6 "Doubles.")'


def test_an_error_in_a_documented_function_keeps_its_place() -> None:
    code = '(defn inner [x] (car x))\n(defn f "Fails." [x]\n  (inner x)\n  1)\n(f 5)'
    found = Interpreter(FakeHost()).run(code)
    assert found["error"]["line"] == 1
    assert "f" in str(found["error"])


def test_a_model_calls_a_documented_function() -> None:
    host = host_with(asks_for(("weather", {"city": "Oslo"})), answer("Sun in Oslo."))
    found = Interpreter(host).run(
        WEATHER + '(llm/complete "Weather?" {:tools [(tool weather) (tool string/upper)]})'
    )
    assert found["value"] == '"Sun in Oslo."'
    one, two = (each["function"] for each in json.loads(host.requests[0].body)["tools"])
    assert (one["name"], one["description"].split("\n")[0]) == ("weather", "Tells the weather.")
    assert one["parameters"] == {
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "its name"},
            "days": {"type": "integer", "description": "how far to look ahead"},
        },
        "required": ["city"],
        "additionalProperties": False,
    }
    assert two["name"] == "string_upper"
    assert two["parameters"]["properties"]["text"]["type"] == "string"
    result = json.loads(host.requests[1].body)["messages"][-1]
    assert (result["role"], result["content"]) == ("tool", "Oslo: sun")


def test_a_function_of_the_library_is_called() -> None:
    host = host_with(asks_for(("string_upper", {"text": "oslo"})), answer("done"))
    Interpreter(host).run('(llm/complete "x" {:tools [(tool string/upper)]})')
    assert json.loads(host.requests[1].body)["messages"][-1]["content"] == "OSLO"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("(tool 5)", "expected function"),
        ("(defn f [x] x) (tool f)", "f has no documentation"),
        ('(tool (fn (x) x) {:description "d"})', "has no name"),
        ('(defn f "d" [x] x) (tool f {:nam "g"})', "unknown option :nam"),
        ('(defn f "d" [x] x) (tool f {:parameters 5})', "map"),
    ],
)
def test_mistakes(code: str, message: str) -> None:
    found = Interpreter(FakeHost()).run(code)
    assert message in found["error"]["message"], found


def test_what_is_said_goes_before_what_is_found() -> None:
    code = (
        '(defn f "d" [x] x) (define t (tool f {:name "g" :description "e" '
        ":parameters {:x :int}})) (list (tool/name t) (tool/description t) (tool/parameters t))"
    )
    assert value_of(code) == '("g" "e" {:x :int})'
    assert value_of('(deftool t "d" {} (fn () 1)) (tool/name (tool t))') == '"t"'
