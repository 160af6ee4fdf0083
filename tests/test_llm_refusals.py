"""Which parameter an error blames, and that it is not sent to the same model again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore.llm.catalog import settings_for
from lispcore.llm.client import ask
from lispcore.llm.failures import ModelError, ProviderError
from lispcore.llm.messages import text_message
from lispcore.llm.refusals import refused_parameter
from lispcore.llm.requests import Request

BODY = (
    b'{"temperature": 1, "max_tokens": 5, "thinkingConfig": {}, "responseMimeType": "x", '
    b'"responseSchema": {}}'
)


@pytest.mark.parametrize(
    ("message", "parameter", "name"),
    [
        ("Unsupported parameter: 'max_tokens' is not supported with this model.", "", "max_tokens"),
        ("Unsupported value.", "temperature", "temperature"),
        ("temperature: Extra inputs are not permitted", "", "temperature"),
        ("Budget 0 is invalid. This model only works in thinking mode.", "", "thinkingConfig"),
        ("Thinking is not supported by this model", "", "thinkingConfig"),
        ("JSON mode is not enabled for models/gemma-3", "", "responseMimeType"),
        ("Enum mode is not enabled for this model", "", "responseMimeType"),
        ("The specified schema produces a constraint that has too many states for serving.", "",
         "responseSchema"),
        ("generation_config.response_schema.properties: should be non-empty for OBJECT type", "",
         "responseSchema"),
        ("Unknown parameter: 'seed'", "", ""),
        ("Unknown parameter.", "stream_options", ""),
        ("temperature must be at most 1", "", ""),
    ],
)  # fmt: skip
def test_recognising(message: str, parameter: str, name: str) -> None:
    error = ProviderError(message, status=400, parameter=parameter)
    assert refused_parameter(error, BODY) == name


@pytest.mark.parametrize(
    ("body", "message", "parameter", "name"),
    [
        ("json_schema", "Invalid schema for response_format 'answer': …", "response_format",
         "json_schema"),
        ("output_config", "Schema is too complex for compilation", "", "output_config"),
        ("output_config", "Schemas contains too many optional parameters (25)", "",
         "output_config"),
    ],
)  # fmt: skip
def test_schemas_that_are_refused(body: str, message: str, parameter: str, name: str) -> None:
    error = ProviderError(message, status=400, parameter=parameter)
    assert refused_parameter(error, f'{{"{body}": 1}}'.encode()) == name


def test_other_statuses_blame_nobody() -> None:
    for status in (0, 401, 404, 429, 500):
        assert (
            refused_parameter(ProviderError("unsupported temperature", status=status), BODY) == ""
        )


def said() -> FakeResponse:
    done = {"choices": [{"message": {"content": "ok"}, "finish_reason": "stop"}]}
    headers = {"content-type": "application/json"}
    return FakeResponse(json.dumps(done).encode(), headers=headers)


def refused() -> FakeResponse:
    error = {"error": {"message": "temperature is not supported", "param": "temperature"}}
    return FakeResponse(json.dumps(error).encode(), status=400)


def send(host: FakeHost, model: str = "m", base_url: str = "http://h:1/v1") -> Any:
    settings = settings_for("openai", base_url, model, "key")
    assert settings is not None
    ask(Request((text_message("user", "x"),), temperature=0.5), settings, host)
    return json.loads(host.requests[-1].body)


def test_what_a_model_refused_is_not_offered_to_it_again() -> None:
    host = FakeHost(refused(), said(), said(), said(), said())
    assert "temperature" not in send(host)
    assert len(host.requests) == 2
    assert "temperature" not in send(host)
    assert len(host.requests) == 3
    assert "temperature" in send(host, model="other")
    assert "temperature" in send(host, base_url="http://elsewhere:1/v1")


def test_another_host_knows_nothing_of_it() -> None:
    send(FakeHost(refused(), said()))
    assert "temperature" in send(FakeHost(said()))


def test_only_an_answer_without_it_proves_it() -> None:
    host = FakeHost(refused(), FakeResponse(b"{}", status=500), said())
    with pytest.raises(ModelError):
        send(host)
    assert "temperature" in send(host)
