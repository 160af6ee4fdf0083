"""Which parameter an error blames, and that it is not sent to the same model again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from images import png
from lispcore.llm.catalog import settings_for
from lispcore.llm.client import ask
from lispcore.llm.failures import ModelError, ProviderError
from lispcore.llm.messages import Media, Message, ToolCall, ToolResult, text_message
from lispcore.llm.refusals import BUDGET, Refusal, adapted, refused_parameter
from lispcore.llm.requests import Request, Tool

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


# --- values and combinations ----------------------------------------------------------------------

WHOLE = {
    "openai": {"choices": [{"message": {"content": "ok"}, "finish_reason": "stop"}]},
    "anthropic": {"content": [{"type": "text", "text": "ok"}], "stop_reason": "end_turn"},
    "ollama": {"message": {"content": "ok"}, "done": True, "done_reason": "stop"},
    "gemini": {"candidates": [{"content": {"parts": [{"text": "ok"}]}, "finishReason": "STOP"}]},
}
TOOLS = (Tool("now", "", {"type": "object", "properties": {}}),)


class Strict(FakeHost):
    """A host whose server refuses what `rule` objects to, as (message, parameter)."""

    def __init__(self, provider: str, rule: Any) -> None:
        super().__init__()
        self.provider = provider
        self.rule = rule

    def fetch(self, request: Any) -> FakeResponse:
        self.requests.append(request)
        objection = self.rule(json.loads(request.body))
        headers = {"content-type": "application/json"}
        if objection is None:
            whole = WHOLE.get(self.provider, WHOLE["openai"])
            return FakeResponse(json.dumps(whole).encode(), headers=headers)
        error = {"message": objection, "type": "invalid_request_error"}
        return FakeResponse(json.dumps({"error": error}).encode(), status=400, headers=headers)

    def ask(self, model: str = "gpt-5.5", **more: Any) -> tuple[int, Any]:
        """Returns how many requests a call took, and the last one's body."""
        before = len(self.requests)
        settings = settings_for(self.provider, "", model, "key")
        assert settings is not None
        ask(Request((text_message("user", "x"),), **more), settings, self)
        return len(self.requests) - before, json.loads(self.requests[-1].body)

    @property
    def notes(self) -> list[str]:
        """What the record of the last call says."""
        found: list[str] = self.records[-1]["notes"]
        return found


def no_minimal(body: Any) -> str | None:
    if body.get("reasoning_effort") == "minimal":
        return (
            "Unsupported value: 'reasoning_effort' does not support 'minimal' with this model. "
            "Supported values are: 'none', 'low', 'medium', 'high', and 'xhigh'."
        )
    if "temperature" in body and body.get("reasoning_effort") != "none":
        return "Unsupported parameter: 'temperature' is not supported with this model."
    return None


def test_a_refused_effort_costs_only_itself() -> None:
    host = Strict("openai", no_minimal)
    count, body = host.ask(reasoning_effort="minimal")
    assert (count, body["reasoning_effort"]) == (2, "low")
    assert "reasoning effort low instead of minimal: HTTP 400" in host.notes[0]
    for effort in ("none", "low", "medium", "high", "xhigh"):
        count, body = host.ask(reasoning_effort=effort)
        assert (count, body["reasoning_effort"]) == (1, effort)
        assert host.notes == []
    count, body = host.ask(reasoning_effort="minimal")
    assert (count, body["reasoning_effort"]) == (1, "low")
    assert host.notes == [
        "asked with the reasoning effort low instead of minimal, as was refused before"
    ]


def test_a_temperature_is_refused_beside_an_effort_only() -> None:
    host = Strict("openai", no_minimal)
    count, body = host.ask(temperature=0.5)
    assert (count, "temperature" in body) == (2, False)
    count, body = host.ask(temperature=0.2, reasoning_effort="none")
    assert (count, body["temperature"]) == (1, 0.2)
    count, body = host.ask(temperature=0.7)
    assert (count, "temperature" in body) == (1, False)
    assert host.notes == ["asked without temperature, as was refused before"]


def test_one_value_of_a_temperature() -> None:
    host = Strict(
        "openai",
        lambda body: (
            "'temperature' does not support 0.1 with this model"
            if body.get("temperature") == 0.1
            else None
        ),
    )
    assert "temperature" not in host.ask(temperature=0.1)[1]
    assert host.ask(temperature=0.9)[1]["temperature"] == 0.9
    assert host.ask(temperature=0.1)[0] == 1


def test_tools_beside_an_effort() -> None:
    message = (
        "Function tools with reasoning_effort are not supported for gpt-5.6 in "
        "/v1/chat/completions. To use function tools, use /v1/responses or set reasoning_effort "
        "to 'none'."
    )
    host = Strict(
        "openai",
        lambda body: (
            message if body.get("tools") and body.get("reasoning_effort") != "none" else None
        ),
    )
    count, body = host.ask(model="gpt-5.6", tools=TOOLS)
    assert (count, body["reasoning_effort"]) == (2, "none")
    count, body = host.ask(model="gpt-5.6", tools=TOOLS, reasoning_effort="high")
    assert (count, body["reasoning_effort"]) == (1, "none")
    assert "instead of high" in host.notes[0]
    count, body = host.ask(model="gpt-5.6", reasoning_effort="high")
    assert (count, body["reasoning_effort"]) == (1, "high")
    assert "reasoning_effort" not in host.ask(model="gpt-5.6")[1]


@pytest.mark.parametrize("beginning", ["effort 'xhigh' is not supported. ", "Invalid effort. "])
def test_claude_goes_on_thinking(beginning: str) -> None:
    host = Strict(
        "anthropic",
        lambda body: (
            f"output_config.effort: {beginning}Supported levels: high, low, max, medium"
            if body.get("output_config", {}).get("effort") == "xhigh"
            else None
        ),
    )
    count, body = host.ask(model="claude-opus-4-7", reasoning_effort="xhigh")
    assert (count, body["output_config"]) == (2, {"effort": "high"})
    assert body["thinking"] == {"type": "adaptive"}
    assert host.ask(model="claude-opus-4-7", reasoning_effort="low")[0] == 1


def test_efforts_that_are_the_same_to_a_provider() -> None:
    host = Strict(
        "gemini",
        lambda body: (
            "Budget 0 is invalid. This model only works in thinking mode."
            if body.get("generationConfig", {}).get("thinkingConfig") == {"thinkingBudget": 0}
            else None
        ),
    )
    count, body = host.ask(model="gemini-2.5-pro", reasoning_effort="none")
    assert (count, body["generationConfig"]["thinkingConfig"]) == (2, {"thinkingBudget": 1024})


@pytest.mark.parametrize("effort", [None, "low"])
def test_a_limit_beyond_what_a_model_can_say(effort: str | None) -> None:
    host = Strict(
        "anthropic",
        lambda body: (
            f"max_tokens: {body['max_tokens']} > 32000, which is the maximum allowed number"
            if body["max_tokens"] > 32000
            else None
        ),
    )
    assert host.ask(model="claude-x", reasoning_effort=effort)[1]["max_tokens"] <= 32000
    body = host.ask(model="claude-x", reasoning_effort=effort, max_tokens=31_999)[1]
    assert body["max_tokens"] <= 32000
    assert host.ask(model="claude-x", max_tokens=7)[1]["max_tokens"] == 7


@pytest.mark.parametrize(
    ("provider", "model", "effort", "is_noted"),
    [
        ("xai", "grok-4.3", "high", False),
        ("mistral", "mistral-large-latest", "low", False),
        ("deepseek", "deepseek-v4-flash", "none", False),
        ("openrouter", "anthropic/claude-sonnet-4.6", "high", False),
        ("ollama", "gemma4", "high", False),
        ("moonshot", "kimi-k2.6", "high", True),
        ("openrouter", "openai/gpt-5.2", "high", False),
        ("openai", "gpt-4.1", "low", True),
        ("openai", "gpt-5.5", "low", False),
        ("anthropic", "claude-sonnet-4-6", "none", False),
        ("anthropic", "claude-sonnet-4-6", "minimal", True),
        ("gemini", "gemini-2.5-flash", "none", False),
    ],
)
def test_an_effort_that_is_not_sent_is_noted(
    provider: str, model: str, effort: str, is_noted: bool
) -> None:
    host = Strict(provider, lambda body: None)
    host.ask(model=model)
    assert host.notes == []
    host.ask(model=model, reasoning_effort=effort)
    noted = [f"the reasoning effort {effort} was not sent: none is known to be taken by {model} of "
             f"{provider}"]  # fmt: skip
    assert host.notes == (noted if is_noted else [])


def test_without_any_effort_left_none_is_sent() -> None:
    host = Strict(
        "openai",
        lambda body: (
            f"Unsupported value: 'reasoning_effort' does not support '{body['reasoning_effort']}'"
            if "reasoning_effort" in body and body["reasoning_effort"] != "high"
            else None
        ),
    )
    count, body = host.ask(reasoning_effort="medium")
    assert body["reasoning_effort"] == "high"
    assert count <= 5


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "unknown variant `image_url`, expected `text` at line 1 column 210"),
        (404, "No endpoints found that support image input"),
        (400, "messages[3].content must be a string"),
        (400, "m is not a multimodal model"),
        (400, "This model does not support images."),
        (400, "Image inputs are not supported by this model."),
        (500, "this model is missing data required for image input"),
    ],
)
def test_who_sees_no_pictures_is_told_what_tools_returned(status: int, message: str) -> None:
    drawn = ToolResult("c", "draw", "[image/png]", media=(Media("image/png", png(2, 2)),))
    call = Message("assistant", (ToolCall("c", "draw"),))
    asked = Request((text_message("user", "Draw."), call, Message("tool", (drawn,))))
    refusal = FakeResponse(json.dumps({"error": {"message": message}}).encode(), status=status)
    where = settings_for("openai", base_url="http://h:1/v1", model="m", api_key="k")
    assert where is not None
    host = FakeHost(refusal, said(), said())
    ask(asked, where, host)
    ask(asked, where, host)
    assert ["image_url" in str(each.body) for each in host.requests] == [True, False, False]
    assert "without the pictures that tools returned, which are named" in str(host.records)
    # A picture of the visitor's own is another matter.
    host = FakeHost(FakeResponse(refusal.pieces[0], status=status))
    seen = Message("user", (Media("image/png", png(2, 2)),))
    with pytest.raises(ProviderError):
        ask(Request((seen,)), where, host)


VERIFY = "Your organization must be verified to stream this model."
MIME = "Function calling with a response mime type: 'application/json' is unsupported"


@pytest.mark.parametrize(
    ("provider", "status", "message", "parameter", "asked", "gone"),
    [
        ("openai", 400, VERIFY, "stream", {}, "stream"),
        ("openai", 403, "You are not allowed to request logprobs from this model", "",
         {"logprobs": 2}, "logprobs"),
        ("openai", 400, "Flex is not available for this model.", "service_tier",
         {"service_tier": "flex"}, "service_tier"),
        ("anthropic", 400, "service_tier: Input should be 'auto' or 'standard_only'", "",
         {"service_tier": "priority"}, "service_tier"),
        ("gemini", 400, MIME, "", {"response_format": "json"}, "responseMimeType"),
    ],
)  # fmt: skip
def test_what_goes_on_without(
    provider: str, status: int, message: str, parameter: str, asked: dict[str, Any], gone: str
) -> None:
    error = {"message": message, "param": parameter, "type": "invalid_request_error"}
    refusal = FakeResponse(json.dumps({"error": error}).encode(), status=status)
    where = settings_for(provider, "http://h:1/v1", "m", "key")
    assert where is not None
    host = FakeHost(refusal)
    with pytest.raises(IndexError):  # nothing more is said, but it is asked
        ask(Request((text_message("user", "x"),), **asked), where, host)
    first, second = (str(each.body) for each in host.requests)
    assert gone in first
    assert gone not in second


def test_an_answer_that_may_not_be_streamed_comes_whole() -> None:
    error = {"message": VERIFY, "param": "stream"}
    host = FakeHost(FakeResponse(json.dumps({"error": error}).encode(), status=400), said())
    where = settings_for("openai", "http://h:1/v1", "m", "key")
    assert where is not None
    assert ask(Request((text_message("user", "x"),)), where, host).text == "ok"


def test_a_budget_to_think_with_that_is_out_of_range_becomes_the_nearest() -> None:
    message = "The thinking budget 32768 is invalid. Please choose a value between 1 and 24576."
    refusal = FakeResponse(json.dumps({"error": {"message": message}}).encode(), status=400)
    where = settings_for("gemini", "http://h:1/v1beta", "gemini-2.5-flash", "key")
    assert where is not None
    host = FakeHost(refusal)
    question = (text_message("user", "x"),)
    with pytest.raises(IndexError):
        ask(Request(question, reasoning_effort="max"), where, host)
    assert '"thinkingBudget": 24576' in str(host.requests[-1].body)
    known = Refusal(BUDGET, "", ("24576",), effort="max")
    low = adapted(Request(question, reasoning_effort="low"), (known,))
    assert low.thinking_budget is None
