"""Constraints of JSON Schema in extractions and tools: held to, or refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fake_host import FakeHost
from lispcore import Interpreter
from lispcore.library.models.tools import LispTool, run_tool
from lispcore.llm.messages import ToolCall
from model_replies import answer, asks_for, host_with


def extract(schema: str, *answers: Any, retries: int = 0) -> dict[str, Any]:
    host = host_with(*[answer(json.dumps(each)) for each in answers])
    code = f'(llm/extract {schema} "x" {{:retries {retries}}})'
    found: dict[str, Any] = Interpreter(host).run(code)
    return found


HELD: list[tuple[str, Any, Any]] = [
    ('{:a {:type :string :pattern "^[A-Z]{2}$"}}', {"a": "NO"}, {"a": "no"}),
    ("{:a {:type :string :min-length 2 :maxLength 3}}", {"a": "abc"}, {"a": "a"}),
    ("{:a {:type :string :max-length 3}}", {"a": "abc"}, {"a": "abcd"}),
    ("{:a {:type :list :items :int :min-items 1}}", {"a": [1]}, {"a": []}),
    ("{:a {:type :list :max-items 1}}", {"a": [1]}, {"a": [1, 2]}),
    ("{:a {:type :list :unique-items #t}}", {"a": [1, 2]}, {"a": [1, 1]}),
    ("{:a {:type :number :exclusive-minimum 0}}", {"a": 0.1}, {"a": 0}),
    ("{:a {:type :number :exclusiveMaximum 5}}", {"a": 4}, {"a": 5}),
    ("{:a {:type :int :multiple-of 3}}", {"a": 6}, {"a": 7}),
    ('{:a {:type :string :const "x"}}', {"a": "x"}, {"a": "y"}),
    (
        "{:a {:any-of [{:type :int} {:type :string :min-length 3}]}}",
        {"a": "abc"},
        {"a": "ab"},
    ),
    ("{:a {:one-of [{:type :int :minimum 3} {:type :int :maximum 5}]}}", {"a": 9}, {"a": 4}),
    ("{:a {:all-of [{:minimum 1} {:maximum 5}]}}", {"a": 4}, {"a": 6}),
    ("{:a {:type :int :not {:const 4}}}", {"a": 3}, {"a": 4}),
    (
        "{:a {:type :int :if {:minimum 10} :then {:multiple-of 10} :else {:multiple-of 3}}}",
        {"a": 20},
        {"a": 11},
    ),
    ("{:a {:type :list :contains {:const 1}}}", {"a": [0, 1]}, {"a": [0]}),
    (
        "{:a {:type :list :contains {:const 1} :min-contains 2 :max-contains 2}}",
        {"a": [1, 1]},
        {"a": [1]},
    ),
    (
        "{:a {:type :list :prefix-items [{:type :int} {:type :string}]}}",
        {"a": [1, "b"]},
        {"a": ["b", 1]},
    ),
    (
        '{:a {:type :map :pattern-properties {"^n" {:type :int}}}}',
        {"a": {"n1": 1}},
        {"a": {"n1": "x"}},
    ),
    ("{:a {:type :map :property-names {:max-length 2}}}", {"a": {"ab": 1}}, {"a": {"abc": 1}}),
    (
        "{:a {:type :map :additional-properties {:type :int}}}",
        {"a": {"x": 1}},
        {"a": {"x": "y"}},
    ),
    ("{:a {:type :map :min-properties 1 :max-properties 1}}", {"a": {"x": 1}}, {"a": {}}),
    ("{:a {:type :map :dependent-required {:x [:y]}}}", {"a": {"x": 1, "y": 2}}, {"a": {"x": 1}}),
    (
        "{:a {:type :map :dependent-schemas {:x {:required [:y]}}}}",
        {"a": {"x": 1, "y": 2}},
        {"a": {"x": 1}},
    ),
    (
        '{:type :object :properties {:a {:ref "#/$defs/even"}} '
        ":defs {:even {:type :int :multiple-of 2}}}",
        {"a": 4},
        {"a": 5},
    ),
    (
        '{:type :object :properties {:a {:ref "#/$defs/n"}} :defs {:n {:type :int}}}',
        {"a": 4},
        {"a": "4"},
    ),
    (
        '{:type :object :properties {:a {:ref "#/$defs/n"}} :defs {:n {:minimum 1}}}',
        {"a": 1},
        {"a": 0},
    ),
    (
        '{:type :object :properties {:a {:ref "#/$defs/n"}} '
        ":defs {:n {:type :object :properties {:b {:enum [:x]}} :required [:b]}}}",
        {"a": {"b": "x"}},
        {"a": {"b": "y"}},
    ),
    (
        "{:type :object :properties {:a {:type :int}} :unevaluated-properties #f}",
        {"a": 4},
        {"a": 5, "b": 1},
    ),
    ("{:a {:type :string :format :ipv4}}", {"a": "10.0.0.1"}, {"a": "10.0.0.999"}),
    ("{:a {:type :string :format :date}}", {"a": "2026-11-30"}, {"a": "2026-13-30"}),
    (
        "{:a {:type :string :format :date-time}}",
        {"a": "2026-11-30T10:00:00+00:00"},
        {"a": "2026-11-30"},
    ),
    ("{:a {:type :string :format :uri}}", {"a": "https://a.example/x"}, {"a": "a b"}),
    ("{:a {:type :string :format :duration}}", {"a": "P1DT2H"}, {"a": "P"}),
    ("{:a {:type :string :format :hostname}}", {"a": "a.example"}, {"a": "-a"}),
]


@pytest.mark.parametrize(("schema", "good", "bad"), HELD)
def test_answers_are_held_to_it(schema: str, good: Any, bad: Any) -> None:
    assert extract(schema, good)["error"] is None, extract(schema, good)
    error = extract(schema, bad)["error"]
    assert error is not None
    assert "validation failed" in error["message"]


def test_a_list_of_things_by_reference() -> None:
    schema = '{:type :list :items {:ref "#/$defs/t"} :defs {:t {:type :int :multiple-of 2}}}'
    assert extract(schema, {"items": [2, 4]})["value"] == "(2 4)"
    assert extract(schema, {"items": [2, 3]})["error"] is not None


def test_the_model_is_told_what_was_wrong_and_what_is_asked() -> None:
    host = host_with(answer('{"a": "no"}'), answer('{"a": "NO"}'))
    code = '(llm/extract {:a {:type :string :pattern "^[A-Z]+$"}} "x")'
    assert Interpreter(host).run(code)["value"] == '{:a "NO"}'
    first, second = (json.loads(each.body) for each in host.requests)
    assert 'pattern "^[A-Z]+$"' in first["messages"][0]["content"]
    assert "a: 'no' does not match '^[A-Z]+$'" in second["messages"][-1]["content"]


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ('{:a {:type :string :patern "x"}}', "did you mean :pattern"),
        ("{:a {:type :string :sparkle 3}}", "no constraint that can be held to"),
        ('{:a {:type :string :pattern "("}}', "is no regular expression"),
        ('{:a {:type :string :ref "https://b.example/s.json"}}', "leads to another document"),
        ("{:a {:type :string :min-length -1}}", "the schema is wrong"),
        ('{:type :object :properties {:a {:ref "#/$defs/no"}}}', "refers to what is not there"),
        ("{:a {:any-of [{:type :integr}]}}", "unknown type"),
    ],
)
def test_what_cannot_be_held_to_is_refused(schema: str, message: str) -> None:
    error = extract(schema, {"a": "x"})["error"]
    assert message in f"{error['message']} {error.get('hint')}"


@pytest.mark.parametrize(
    "schema",
    [
        "{:pattern :string :contains :string}",  # fields of these names
        '{:a {:type :string :title "A" :examples ["x"] :default "x"}}',
        "{:not :string}",
        "{:const {:type :string}}",
    ],
)
def test_what_only_looks_like_a_constraint(schema: str) -> None:
    given = {"pattern": "x", "contains": "y", "a": "x", "not": "z", "const": "q"}
    assert extract(schema, given)["error"] is None


def test_tools_are_held_to_it_too() -> None:
    host = host_with(
        asks_for(("pay", {"code": "x"})), asks_for(("pay", {"code": "AB"})), answer("ok")
    )
    code = (
        '(deftool pay "Pays." {:code {:type :string :pattern "^[A-Z]+$"}} (fn (code) code)) '
        '(llm/complete "x" {:tools [pay]})'
    )
    assert Interpreter(host).run(code)["value"] == '"ok"'
    sent = json.loads(host.requests[0].body)["tools"][0]["function"]["parameters"]
    assert sent["properties"]["code"]["pattern"] == "^[A-Z]+$"
    told = [json.loads(each.body)["messages"][-1]["content"] for each in host.requests[1:]]
    assert told[0].startswith("Error: code: 'x' does not match")
    assert told[1] == "AB"


def test_without_the_package_it_is_said() -> None:
    host = host_with(answer('{"a": "x"}'))
    host.missing["jsonschema"] = "this page was built without the Python package jsonschema"
    found = Interpreter(host).run('(llm/extract {:a {:type :string :min-length 1}} "x")')
    assert "without the Python package jsonschema" in found["error"]["message"]
    assert isinstance(host, FakeHost)


def test_a_server_of_tools_holds_to_its_own_schemas() -> None:
    class Remote:
        takes_map = True

        def __call__(self, arguments: Any) -> str:
            return "asked"

    schema = {"type": "object", "properties": {"a": {"minimum": 3, "exclusiveMinimum": True}}}
    tool = LispTool("t", "", None, Remote(), schema)
    assert run_tool({"t": tool}, ToolCall("1", "t", {"a": 1})).content == "asked"
