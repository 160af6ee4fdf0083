"""What each provider is told about the shape of an answer, and what happens where it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore.llm.catalog import settings_for
from lispcore.llm.client import ask
from lispcore.llm.messages import text_message
from lispcore.llm.requests import Request
from lispcore.llm.response_schemas import closed_schema, is_fully_typed
from lispcore.llm.wire_formats import OVER_THE_WIRE

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "description": "Who"},
        "age": {"type": "integer", "minimum": 0},
        "mood": {"type": "string", "enum": ["glad", "sad"]},
        "pets": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"kind": {"type": "string"}, "legs": {"type": "integer"}},
                "required": ["kind"],
            },
        },
    },
    "required": ["name", "pets"],
}
LOOSE: dict[str, Any] = {"type": "object", "properties": {"items": {"type": "array"}}}
LABELS: dict[str, Any] = {"type": "string", "enum": ["a", "b"]}

STRICT_PET = {
    "type": "object",
    "properties": {"kind": {"type": "string"}, "legs": {"type": ["integer", "null"]}},
    "required": ["kind", "legs"],
    "additionalProperties": False,
}


def body(name: str, schema: Any, *refused: str, **changes: Any) -> Any:
    settings = settings_for(name)
    assert settings is not None
    request = Request(
        (text_message("user", "x"),), response_schema=schema, refused=frozenset(refused)
    )
    request = replace(request, **changes)
    return json.loads(OVER_THE_WIRE[settings.dialect].build_request(request, settings).body)


# --- schemas ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "typed"),
    [
        (SCHEMA, True),
        (LABELS, True),
        (LOOSE, False),
        ({}, False),
        ({"type": "object"}, False),
        ({"type": "object", "properties": {}}, False),
        ({"type": "object", "properties": {"a": {}}}, False),
        ({"type": "array", "items": {"type": "string"}}, True),
        ({"type": ["string", "null"]}, False),
    ],
)
def test_fully_typed(schema: Any, typed: bool) -> None:
    assert is_fully_typed(schema) is typed


def test_closed_schemas_name_their_members_and_keep_what_every_provider_takes() -> None:
    closed = closed_schema(SCHEMA)
    assert closed["required"] == ["name", "pets"]
    assert closed["additionalProperties"] is False
    assert closed["properties"]["name"] == {"type": "string", "description": "Who"}
    assert closed["properties"]["age"] == {"type": "integer"}
    assert closed["properties"]["pets"]["items"]["required"] == ["kind"]
    assert closed["properties"]["pets"]["items"]["additionalProperties"] is False


def test_optional_members_become_members_that_may_be_null() -> None:
    closed = closed_schema(SCHEMA, all_required=True)
    assert closed["required"] == ["name", "age", "mood", "pets"]
    assert closed["properties"]["age"] == {"type": ["integer", "null"]}
    assert closed["properties"]["mood"] == {
        "type": ["string", "null"],
        "enum": ["glad", "sad", None],
    }
    assert closed["properties"]["pets"]["items"] == STRICT_PET


def test_a_deep_schema_needs_no_deep_stack() -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(5000):
        schema = {"type": "array", "items": schema}
    assert is_fully_typed(schema)
    assert closed_schema(schema)["type"] == "array"


# --- on the wire --------------------------------------------------------------------------------


def test_openai_takes_a_strict_schema() -> None:
    form = body("openai", SCHEMA)["response_format"]
    assert form["type"] == "json_schema"
    assert (form["json_schema"]["name"], form["json_schema"]["strict"]) == ("answer", True)
    assert form["json_schema"]["schema"] == closed_schema(SCHEMA, all_required=True)


def test_openai_takes_a_loose_schema_as_advice() -> None:
    described = body("groq", LOOSE)["response_format"]["json_schema"]
    assert described == {"name": "answer", "strict": False, "schema": LOOSE}


def test_openai_goes_down_the_ladder() -> None:
    assert body("deepseek", SCHEMA)["response_format"] == {"type": "json_object"}
    assert body("openai", SCHEMA, "json_schema")["response_format"] == {"type": "json_object"}
    assert "response_format" not in body("openai", SCHEMA, "json_schema", "response_format")


def test_anthropic_takes_a_closed_schema() -> None:
    form = body("anthropic", SCHEMA)["output_config"]["format"]
    assert form == {"type": "json_schema", "schema": closed_schema(SCHEMA)}
    assert "output_config" not in body("anthropic", SCHEMA, "output_config")
    assert "output_config" not in body("anthropic", LOOSE)


def test_gemini_takes_its_subset_and_labels() -> None:
    config = body("gemini", SCHEMA)["generationConfig"]
    assert config["responseMimeType"] == "application/json"
    assert config["responseSchema"]["properties"]["age"] == {"type": "integer", "minimum": 0}
    assert config["responseSchema"]["required"] == ["name", "pets"]
    assert "additionalProperties" not in json.dumps(config)
    assert body("gemini", LOOSE)["generationConfig"] == {"responseMimeType": "application/json"}
    assert body("gemini", LABELS)["generationConfig"] == {
        "responseMimeType": "text/x.enum",
        "responseSchema": LABELS,
    }
    assert "generationConfig" not in body("gemini", SCHEMA, "responseMimeType")


def test_ollama_takes_any_schema() -> None:
    for schema in (SCHEMA, LOOSE, LABELS):
        assert body("ollama", schema)["format"] == schema
    assert "format" not in body("ollama", SCHEMA, "format")


@pytest.mark.parametrize("name", ["anthropic", "openai"])
def test_answers_that_are_no_objects_are_left_to_the_prompt(name: str) -> None:
    assert not {"output_config", "response_format"} & set(body(name, LABELS))


@pytest.mark.parametrize("name", ["anthropic", "openai", "gemini", "ollama"])
def test_without_a_schema_nothing_is_said(name: str) -> None:
    assert body(name, None) == body(name, None, "output_config")
    assert "format" not in json.dumps(body(name, None)).lower()


# --- what refuses -------------------------------------------------------------------------------

SAID = FakeResponse(
    b'data: {"choices": [{"delta": {"content": "{}"}, "finish_reason": "stop"}]}\n\n'
    b"data: [DONE]\n\n"
)


def refusal(message: str, status: int = 400, **fields: Any) -> FakeResponse:
    return FakeResponse(
        json.dumps({"error": {"message": message, **fields}}).encode(), status=status
    )


def sent_after(name: str, *replies: FakeResponse, **changes: Any) -> list[Any]:
    settings = settings_for(name, "http://h:1/v1", "m", "key")
    assert settings is not None
    host = FakeHost(*replies)
    request = Request((text_message("user", "x"),), response_schema=SCHEMA)
    ask(replace(request, **changes), settings, host)
    return [json.loads(each.body) for each in host.requests]


@pytest.mark.parametrize(
    "first",
    [
        refusal("This response_format type is unavailable now", type="invalid_request_error"),
        refusal("This model does not support response format `json_schema`."),
        refusal(
            "Invalid parameter: 'response_format' of type 'json_schema' is not supported with "
            "this model.",
            param="response_format",
        ),
        refusal("response_format.type `json_schema` is unavailable now", status=422),
    ],
)
def test_a_server_without_schemas_is_asked_for_plain_json(first: FakeResponse) -> None:
    _, second = sent_after("vllm", first, SAID)
    assert second["response_format"] == {"type": "json_object"}


def test_a_server_without_json_is_asked_for_text() -> None:
    refuses = [refusal("Unknown parameter: 'response_format'.", param="response_format")] * 2
    bodies = sent_after("vllm", *refuses, SAID)
    assert "response_format" not in bodies[-1]


def test_an_anthropic_model_without_schemas_is_asked_for_text() -> None:
    whole = {
        "content": [{"type": "text", "text": "{}"}],
        "stop_reason": "end_turn",
    }
    reply = FakeResponse(json.dumps(whole).encode(), headers={"content-type": "application/json"})
    for message in (
        "output_config: Extra inputs are not permitted",
        "'claude-3-haiku-20240307' does not support output format.",
    ):
        first, second = sent_after("anthropic", refusal(message), reply)
        assert "output_config" in first
        assert "output_config" not in second


def test_models_that_refuse_a_thinking_budget_are_given_an_effort() -> None:
    whole = {"content": [{"type": "text", "text": "{}"}], "stop_reason": "end_turn"}
    reply = FakeResponse(json.dumps(whole).encode(), headers={"content-type": "application/json"})
    refused = refusal(
        '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" '
        'and "output_config.effort" to control thinking behavior.'
    )
    first, second = sent_after("anthropic", refused, reply, reasoning_effort="high")
    assert first["thinking"]["type"] == "enabled"
    assert second["thinking"] == {"type": "adaptive"}
    assert second["output_config"]["effort"] == "high"
    assert second["output_config"]["format"]["type"] == "json_schema"


def test_newer_models_are_given_an_effort_at_once() -> None:
    for model in ("claude-opus-4-8", "claude-sonnet-5", "anthropic/claude-haiku-5-5"):
        sent = body("anthropic", None, model=model, reasoning_effort="low", max_tokens=10)
        assert sent["thinking"] == {"type": "adaptive"}
        assert sent["output_config"] == {"effort": "low"}
        assert sent["max_tokens"] > 10
    for model in ("claude-sonnet-4-6", "claude-haiku-4-5"):
        sent = body("anthropic", None, model=model, reasoning_effort="low")
        assert sent["thinking"]["type"] == "enabled"
        assert "output_config" not in sent
    assert "thinking" not in body("anthropic", None, "thinking", "adaptive", reasoning_effort="low")
