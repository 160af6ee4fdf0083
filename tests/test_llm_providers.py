"""What each provider is sent for the same request."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from images import PDF, png
from lispcore.llm.catalog import settings_for
from lispcore.llm.failures import InvalidRequest
from lispcore.llm.http import Credential, HttpRequest
from lispcore.llm.messages import Media, Message, Text, Thinking, ToolCall, ToolResult, text_message
from lispcore.llm.requests import Request, Settings, Tool
from lispcore.llm.wire_formats import OVER_THE_WIRE

IMAGE = png(2, 2)
IMAGE64 = base64.b64encode(IMAGE).decode()
SCHEMA = {
    "type": "object",
    "properties": {"country": {"type": "string", "description": "Its name"}},
    "required": ["country"],
    "additionalProperties": False,
}
LOOKUP = Tool("lookup", "Looks up", SCHEMA)
CALL = ToolCall("c1", "lookup", {"country": "Norway"}, signature="c2ln")
RESULT = ToolResult("c1", "lookup", "Oslo")

PLAIN = Request(
    (text_message("system", "Be kind."), text_message("user", "Grüße 🌍")),
    model="m-1",
    max_tokens=50,
    temperature=0.5,
    stop_sequences=("END",),
)
PICTURE = Request((Message("user", (Text("What is it?"), Media("image/png", IMAGE))),), model="m-1")
DOCUMENT = Request((Message("user", (Text("Read"), Media("application/pdf", PDF))),), model="m-1")
TOOLS = Request(
    (
        text_message("user", "Capital?"),
        Message("assistant", (Text("Let me see."), CALL)),
        Message("tool", (RESULT,)),
    ),
    model="m-1",
    tools=(LOOKUP,),
)


def settings_of(name: str, **changes: Any) -> Settings:
    settings = settings_for(name)
    assert settings is not None
    return replace(settings, **changes)


def build(name: str, request: Request, **changes: Any) -> tuple[HttpRequest, Any]:
    settings = settings_of(name, **changes)
    http = OVER_THE_WIRE[settings.dialect].build_request(request, settings)
    return http, json.loads(http.body)


# --- addresses, headers, keys ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "base_url", "url"),
    [
        ("anthropic", "https://api.anthropic.com", "https://api.anthropic.com/v1/messages"),
        ("anthropic", "http://h:1/v1/", "http://h:1/v1/messages"),
        ("anthropic", "http://h:1/proxy", "http://h:1/proxy/v1/messages"),
        ("anthropic", "http://h:1/v1/messages", "http://h:1/v1/messages"),
        ("openai", "https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions"),
        ("openai", "http://h:1", "http://h:1/v1/chat/completions"),
        ("openai", "http://h:1/api/paas/v4", "http://h:1/api/paas/v4/chat/completions"),
        ("openai", "http://h:1/gateway", "http://h:1/gateway/chat/completions"),
        ("openai", "http://h:1/v1?version=2", "http://h:1/v1/chat/completions?version=2"),
        (
            "gemini",
            "http://h:1",
            "http://h:1/v1beta/models/m-1:streamGenerateContent?alt=sse",
        ),
        (
            "gemini",
            "http://h:1/v1beta",
            "http://h:1/v1beta/models/m-1:streamGenerateContent?alt=sse",
        ),
        ("ollama", "http://h:1", "http://h:1/api/chat"),
        ("ollama", "http://h:1/api", "http://h:1/api/chat"),
        ("ollama", "http://h:1/v1", "http://h:1/api/chat"),
        ("groq", "", "https://api.groq.com/openai/v1/chat/completions"),
        ("perplexity", "", "https://api.perplexity.ai/chat/completions"),
    ],
)
def test_address(name: str, base_url: str, url: str) -> None:
    changes = {"base_url": base_url} if base_url else {}
    http, _ = build(name, PLAIN, **changes)
    assert (http.method, http.url) == ("POST", url)


def test_only_needed_headers_are_sent() -> None:
    content = ("content-type", "application/json")
    assert build("openai", PLAIN)[0].headers == (content,)
    assert build("gemini", PLAIN)[0].headers == (content,)
    assert build("ollama", PLAIN)[0].headers == (content,)
    assert build("anthropic", PLAIN)[0].headers == (
        content,
        ("anthropic-version", "2023-06-01"),
        ("anthropic-dangerous-direct-browser-access", "true"),
    )


def test_the_host_is_told_which_key_to_add() -> None:
    assert build("anthropic", PLAIN)[0].credential == Credential("anthropic", "x-api-key")
    assert build("gemini", PLAIN)[0].credential == Credential("gemini", "x-goog-api-key")
    assert build("groq", PLAIN)[0].credential == Credential("groq", "authorization", "Bearer ")


def test_a_key_of_the_programs_own_goes_into_the_request() -> None:
    http, _ = build("mistral", PLAIN, api_key=" sk-own\n")
    assert http.credential is None
    assert ("authorization", "Bearer sk-own") in http.headers
    with pytest.raises(InvalidRequest, match="characters that no key has"):
        build("mistral", PLAIN, api_key="sk\r\nx-evil: 1")


# --- plain requests ----------------------------------------------------------------------------


def test_anthropic() -> None:
    _, body = build("anthropic", PLAIN)
    assert body == {
        "model": "m-1",
        "max_tokens": 50,
        "stream": True,
        "system": "Be kind.",
        "messages": [{"role": "user", "content": [{"type": "text", "text": "Grüße 🌍"}]}],
        "temperature": 0.5,
        "stop_sequences": ["END"],
    }
    assert build("anthropic", replace(PLAIN, max_tokens=None))[1]["max_tokens"] == 4096


@pytest.mark.parametrize(
    ("model", "limit"),
    [
        ("claude-3-haiku-20240307", 4096),
        ("claude-3-5-sonnet-latest", 8192),
        ("claude-opus-4-20250514", 32_000),
        ("claude-opus-4-1-20250805", 32_000),
        ("claude-opus-4-5", 64_000),
        ("claude-sonnet-4-6", 64_000),
        ("claude-haiku-4-5-20251001", 64_000),
        ("local-model", 4096),
    ],
)
def test_anthropics_limit_follows_the_model(model: str, limit: int) -> None:
    unlimited = replace(PLAIN, model=model, max_tokens=None)
    assert build("anthropic", unlimited)[1]["max_tokens"] == limit
    thinking = build("anthropic", replace(unlimited, reasoning_effort="low"))[1]
    assert thinking["max_tokens"] == (limit if limit > 2048 else limit + 2048)
    assert build("anthropic", replace(unlimited, max_tokens=7))[1]["max_tokens"] == 7


def test_anthropic_merges_neighbours_of_one_role_and_drops_empty_text() -> None:
    messages = [text_message(*pair) for pair in [("user", "a"), ("user", ""), ("user", "b")]]
    _, body = build("anthropic", Request(tuple(messages)))
    (turn,) = body["messages"]
    assert [block["text"] for block in turn["content"]] == ["a", "", "b"]
    with_image = Message("user", (Text(""), Media("image/png", IMAGE)))
    _, body = build("anthropic", Request((with_image,)))
    assert [block["type"] for block in body["messages"][0]["content"]] == ["image"]


def test_anthropic_thinks_with_a_budget_above_the_limit_and_without_temperature() -> None:
    _, body = build("anthropic", replace(PLAIN, reasoning_effort="low"))
    assert body["thinking"] == {"type": "enabled", "budget_tokens": 2048}
    assert body["max_tokens"] == 2048 + 50
    assert "temperature" not in body
    assert "thinking" not in build("anthropic", replace(PLAIN, reasoning_effort="none"))[1]


def test_openai() -> None:
    _, body = build("openai", PLAIN, base_url="http://h:1/v1")
    assert body == {
        "model": "m-1",
        "messages": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": "Grüße 🌍"},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 50,
        "temperature": 0.5,
        "stop": ["END"],
    }


@pytest.mark.parametrize(
    ("name", "base_url", "key"),
    [
        ("openai", "https://api.openai.com/v1", "max_completion_tokens"),
        ("openai", "http://localhost:1/v1", "max_tokens"),
        ("openrouter", "https://openrouter.ai/api/v1", "max_tokens"),
    ],
)
def test_openai_names_the_limit_as_the_server_wants_it(name: str, base_url: str, key: str) -> None:
    other = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}[key]
    _, body = build(name, PLAIN, base_url=base_url)
    assert (body[key], other in body) == (50, False)
    _, body = build(name, replace(PLAIN, refused=frozenset({key})), base_url=base_url)
    assert (body[other], key in body) == (50, False)


def test_openai_effort_is_for_reasoning_models() -> None:
    request = replace(PLAIN, reasoning_effort="high")
    assert build("openai", replace(request, model="gpt-5.5"))[1]["reasoning_effort"] == "high"
    assert "reasoning_effort" not in build("groq", request)[1]


def test_gemini() -> None:
    _, body = build("gemini", replace(PLAIN, reasoning_effort="medium"))
    assert body == {
        "contents": [{"role": "user", "parts": [{"text": "Grüße 🌍"}]}],
        "systemInstruction": {"parts": [{"text": "Be kind."}]},
        "generationConfig": {
            "maxOutputTokens": 50,
            "temperature": 0.5,
            "stopSequences": ["END"],
            "thinkingConfig": {"thinkingBudget": 8192},
        },
    }
    with pytest.raises(InvalidRequest, match="no model name"):
        build("gemini", replace(PLAIN, model="../secret?x"))


def test_ollama() -> None:
    _, body = build("ollama", PLAIN)
    assert body == {
        "model": "m-1",
        "messages": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": "Grüße 🌍"},
        ],
        "stream": True,
        "options": {"num_predict": 50, "temperature": 0.5, "stop": ["END"]},
    }


@pytest.mark.parametrize("name", ["anthropic", "openai", "gemini", "ollama"])
def test_the_system_option_comes_before_system_messages(name: str) -> None:
    http, _ = build(name, replace(PLAIN, system="First."))
    text = http.body.decode()
    assert text.index("First.") < text.index("Be kind.")


@pytest.mark.parametrize("name", ["anthropic", "openai", "gemini", "ollama"])
def test_system_messages_alone_are_nothing_to_answer(name: str) -> None:
    with pytest.raises(InvalidRequest, match="nothing to answer"):
        build(name, Request((text_message("system", "x"),), model="m"))


# --- images and documents ----------------------------------------------------------------------


def test_image_on_the_wire() -> None:
    source = {"type": "base64", "media_type": "image/png", "data": IMAGE64}
    url = f"data:image/png;base64,{IMAGE64}"
    text = {"type": "text", "text": "What is it?"}
    expected = {
        "anthropic": [text, {"type": "image", "source": source}],
        "openai": [text, {"type": "image_url", "image_url": {"url": url}}],
    }
    for name, content in expected.items():
        assert build(name, PICTURE)[1]["messages"] == [{"role": "user", "content": content}]
    inline = {"inlineData": {"mimeType": "image/png", "data": IMAGE64}}
    parts = [{"text": "What is it?"}, inline]
    assert build("gemini", PICTURE)[1]["contents"] == [{"role": "user", "parts": parts}]
    message = {"role": "user", "content": "What is it?", "images": [IMAGE64]}
    assert build("ollama", PICTURE)[1]["messages"] == [message]


def test_document_where_the_provider_takes_it() -> None:
    block = build("anthropic", DOCUMENT)[1]["messages"][0]["content"][1]
    assert (block["type"], block["source"]["media_type"]) == ("document", "application/pdf")
    file = build("openai", DOCUMENT)[1]["messages"][0]["content"][1]["file"]
    assert file["file_data"].startswith("data:application/pdf;base64,")
    part = build("gemini", DOCUMENT)[1]["contents"][0]["parts"][1]
    assert part["inlineData"]["mimeType"] == "application/pdf"


@pytest.mark.parametrize("name", ["ollama", "groq", "lmstudio"])
def test_document_is_refused_where_the_provider_takes_none(name: str) -> None:
    with pytest.raises(InvalidRequest, match=f"{name} takes images but no documents") as caught:
        build(name, DOCUMENT)
    assert "PNG or JPEG" in caught.value.advice


@pytest.mark.parametrize("name", ["anthropic", "openai", "ollama", "gemini"])
def test_a_picture_of_an_answer_goes_back_where_it_is_taken(name: str) -> None:
    answer = Message("assistant", (Text("Here."), Media("image/png", IMAGE)))
    request = Request((text_message("user", "x"), answer, text_message("user", "bluer")), model="m")
    text = json.dumps(build(name, request)[1])
    assert "Here." in text
    assert (base64.b64encode(IMAGE).decode() in text) == (name == "gemini")


@pytest.mark.parametrize("name", ["anthropic", "openai", "gemini", "ollama"])
@pytest.mark.parametrize("role", ["system", "tool"])
def test_images_belong_to_the_user(name: str, role: str) -> None:
    message = Message(role, (Media("image/png", IMAGE),))
    with pytest.raises(InvalidRequest, match="only stand in a user message"):
        build(name, Request((text_message("user", "x"), message), model="m"))


# --- tools -------------------------------------------------------------------------------------


def test_anthropic_tools() -> None:
    _, body = build("anthropic", TOOLS)
    lookup = {"name": "lookup", "description": "Looks up", "input_schema": SCHEMA}
    mark = {"cache_control": {"type": "ephemeral"}}
    assert body["tools"] == [lookup | mark]
    assert body["messages"][1:] == [
        {
            "role": "assistant",
            "content": [
                {"type": "text", "text": "Let me see."},
                {"type": "tool_use", "id": "c1", "name": "lookup", "input": {"country": "Norway"}},
            ],
        },
        {
            "role": "user",
            "content": [{"type": "tool_result", "tool_use_id": "c1", "content": "Oslo", **mark}],
        },
    ]


def test_anthropic_gets_its_thoughts_and_failed_results_back() -> None:
    thoughts = (Thinking("hm", "sig"), Thinking("", "secret", redacted=True), CALL)
    failed = ToolResult("c1", "lookup", "no", is_error=True)
    messages = (
        text_message("user", "x"),
        Message("assistant", thoughts),
        Message("tool", (failed,)),
        text_message("user", "go on"),
    )
    _, body = build("anthropic", Request(messages))
    assert body["messages"][1]["content"][:2] == [
        {"type": "thinking", "thinking": "hm", "signature": "sig"},
        {"type": "redacted_thinking", "data": "secret"},
    ]
    result, text = body["messages"][2]["content"]
    assert result["is_error"] is True
    mark = {"cache_control": {"type": "ephemeral"}}
    assert text == {"type": "text", "text": "go on", **mark}


def test_openai_tools() -> None:
    _, body = build("openai", TOOLS)
    function = {"name": "lookup", "description": "Looks up", "parameters": SCHEMA}
    assert body["tools"] == [{"type": "function", "function": function}]
    call = {"name": "lookup", "arguments": '{"country": "Norway"}'}
    assert body["messages"][1:] == [
        {
            "role": "assistant",
            "content": "Let me see.",
            "tool_calls": [{"id": "c1", "type": "function", "function": call}],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "Oslo"},
    ]


def test_gemini_tools() -> None:
    _, body = build("gemini", TOOLS)
    (declaration,) = body["tools"][0]["functionDeclarations"]
    assert "additionalProperties" not in declaration["parameters"]
    assert declaration["parameters"]["properties"] == SCHEMA["properties"]
    assert body["contents"][1:] == [
        {
            "role": "model",
            "parts": [
                {"text": "Let me see."},
                {
                    "functionCall": {
                        "id": "c1",
                        "name": "lookup",
                        "args": {"country": "Norway"},
                    },
                    "thoughtSignature": "c2ln",
                },
            ],
        },
        {
            "role": "user",
            "parts": [
                {
                    "functionResponse": {
                        "id": "c1",
                        "name": "lookup",
                        "response": {"result": "Oslo"},
                    }
                }
            ],
        },
    ]
    bare = replace(TOOLS, tools=(Tool("now", "", {"type": "object", "properties": {}}),))
    assert "parameters" not in build("gemini", bare)[1]["tools"][0]["functionDeclarations"][0]


def test_ollama_tools() -> None:
    _, body = build("ollama", TOOLS)
    assert body["messages"][1:] == [
        {
            "role": "assistant",
            "content": "Let me see.",
            "tool_calls": [{"function": {"name": "lookup", "arguments": {"country": "Norway"}}}],
        },
        {"role": "tool", "tool_name": "lookup", "content": "Oslo"},
    ]


# --- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialect", "body", "expected"),
    [
        ("anthropic", {"error": {"type": "t", "message": "m"}}, ("t", "m")),
        ("openai", {"error": {"message": "m", "type": "t", "code": "c"}}, ("c", "m")),
        ("openai", {"error": "m"}, ("error", "m")),
        ("openai", {"object": "error", "message": "m", "type": "t"}, ("t", "m")),
        ("openai", {"detail": "m"}, ("error", "m")),
        (
            "openai",
            {"detail": [{"loc": ["body", "n"], "msg": "bad"}]},
            ("validation_error", "body.n: bad"),
        ),
        ("gemini", [{"error": {"message": "m", "status": "S", "code": 400}}], ("S", "m")),
        ("ollama", {"error": "m"}, ("error", "m")),
    ],
)
def test_error_bodies(dialect: str, body: Any, expected: tuple[str, str]) -> None:
    detail = OVER_THE_WIRE[dialect].read_error(body)
    assert detail is not None
    assert (detail.type, detail.message) == expected


@pytest.mark.parametrize("dialect", OVER_THE_WIRE)
@pytest.mark.parametrize("body", [None, 1, "x", [], {}, {"error": None}])
def test_anything_else_is_no_error(dialect: str, body: Any) -> None:
    assert OVER_THE_WIRE[dialect].read_error(body) is None


# --- what tools return beside words ------------------------------------------------------------

DRAWN = ToolResult("c1", "draw", "[image/png]", media=(Media("image/png", IMAGE),))
DREW = Request(
    (
        text_message("user", "Draw."),
        Message("assistant", (ToolCall("c1", "draw"), ToolCall("c2", "lookup"))),
        Message("tool", (DRAWN, ToolResult("c2", "lookup", "Oslo"))),
    ),
    model="m-1",
    tools=(LOOKUP,),
)
DATA_URL = f"data:image/png;base64,{IMAGE64}"


def test_anthropic_sees_what_tools_draw() -> None:
    (first, _) = build("anthropic", DREW)[1]["messages"][-1]["content"]
    source = {"type": "base64", "media_type": "image/png", "data": IMAGE64}
    words = {"type": "text", "text": "[image/png]"}
    assert first["content"] == [words, {"type": "image", "source": source}]


def test_responses_see_what_tools_draw() -> None:
    *_, first, _ = build("openai", DREW, dialect="openai-responses")[1]["input"]
    picture = {"type": "input_image", "image_url": DATA_URL, "detail": "auto"}
    assert first["output"] == [{"type": "input_text", "text": "[image/png]"}, picture]


@pytest.mark.parametrize("name", ["openai", "mistral"])
def test_chat_completions_see_what_tools_draw_after_all_results(name: str) -> None:
    messages = build(name, DREW)[1]["messages"]
    roles = [each["role"] for each in messages]
    assert roles[2:4] == ["tool", "tool"]
    # Mistral lets no user speak right after a tool.
    assert roles[4:] == (["assistant", "user"] if name == "mistral" else ["user"])
    words, picture = messages[-1]["content"]
    assert words == {"type": "text", "text": "This is what draw returned:"}
    assert picture["image_url"]["url"] == DATA_URL


def test_gemini_sees_what_tools_draw() -> None:
    data = {"mimeType": "image/png", "data": IMAGE64}
    new = build("gemini", replace(DREW, model="gemini-3-pro"))[1]["contents"][-1]["parts"]
    assert new[0]["functionResponse"]["parts"] == [{"inlineData": data}]
    old = build("gemini", replace(DREW, model="gemini-2.5-pro"))[1]["contents"][-1]["parts"]
    assert [next(iter(part)) for part in old] == [
        "functionResponse", "functionResponse", "text", "inlineData"
    ]  # fmt: skip
    assert old[-1] == {"inlineData": data}


def test_ollama_sees_what_tools_draw() -> None:
    messages = build("ollama", DREW)[1]["messages"]
    assert messages[-1]["images"] == [IMAGE64]
    assert [each["role"] for each in messages[-3:]] == ["tool", "tool", "user"]


def test_sound_of_tools_is_for_models_that_are_made_for_it() -> None:
    heard = ToolResult("c1", "say", "[audio/wav]", media=(Media("audio/wav", b"RIFF"),))
    messages = (*DREW.messages[:1], Message("assistant", (ToolCall("c1", "say"),)))
    request = replace(DREW, messages=(*messages, Message("tool", (heard,))), tools=())
    assert build("openai", request)[1]["messages"][-1]["role"] == "tool"
    heard_by = build("openai", replace(request, model="gpt-audio"))[1]["messages"][-1]
    assert heard_by["content"][1]["type"] == "input_audio"


@pytest.mark.parametrize("name", ["anthropic", "openai", "ollama"])
def test_sound_of_tools_is_named_where_no_model_hears_it(name: str) -> None:
    heard = replace(DRAWN, content="[audio/ogg]", media=(Media("audio/ogg", b"OggS"),))
    messages = (*DREW.messages[:2], Message("tool", (heard, DREW.messages[2].parts[1])))
    text = json.dumps(build(name, replace(DREW, messages=messages))[1])
    assert "[audio/ogg]" in text
    assert base64.b64encode(b"OggS").decode() not in text


# --- schemas of tools as servers write them ----------------------------------------------------


@pytest.mark.parametrize(
    "member",
    [
        {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        {"type": ["string", "null"]},
        {"type": "string", "format": "uri"},
        {"type": "integer", "enum": [1, 2]},
        {"$ref": "#/$defs/n"},
        {"const": "x"},
        {"type": "object"},
        {"type": "array"},
        {},
    ],
)
def test_gemini_gets_what_its_subset_cannot_say_as_json_schema(member: dict[str, Any]) -> None:
    schema = {"type": "object", "properties": {"a": member}, "$defs": {"n": {"type": "integer"}}}
    (tools,) = build("gemini", replace(TOOLS, tools=(Tool("t", "", schema),)))[1]["tools"]
    assert tools["functionDeclarations"] == [
        {"name": "t", "description": "", "parametersJsonSchema": schema}
    ]


@pytest.mark.parametrize("name", ["anthropic", "openai", "openai-responses", "gemini", "ollama"])
def test_alternatives_at_the_top_become_members_that_may_be_there(name: str) -> None:
    text = {"type": "string"}
    schema = {
        "type": "object",
        "anyOf": [{"properties": {"id": text}, "required": ["id"]}, {"properties": {"name": text}}],
        "$ref": "#/$defs/more",
        "$defs": {"more": {"type": "object", "properties": {"page": {"type": "integer"}}}},
    }
    dialect = {"dialect": name} if name == "openai-responses" else {}
    provider = name.removesuffix("-responses")
    request = replace(TOOLS, tools=(Tool("t", "", schema),))
    sent = json.dumps(build(provider, request, **dialect)[1]["tools"])
    assert "anyOf" not in sent
    assert "$ref" not in sent
    assert '"required"' not in sent
    assert all(f'"{member}"' in sent for member in ("id", "name", "page"))


# --- answers that say nothing, and nothing but white space --------------------------------------


def test_claude_gets_no_blank_texts_and_no_blank_end() -> None:
    said = Message("assistant", (Text("\n\n"), CALL))
    messages = (text_message("user", "x"), said, Message("tool", (RESULT,)))
    calls = build("anthropic", Request(messages, model="m"))[1]["messages"][1]["content"]
    assert [each["type"] for each in calls] == ["tool_use"]
    begun = (text_message("user", "x"), text_message("assistant", "Once upon \n"))
    last = build("anthropic", Request(begun, model="m"))[1]["messages"][-1]
    assert last == {"role": "assistant", "content": [{"type": "text", "text": "Once upon"}]}


def test_gemini_gets_no_empty_answers() -> None:
    messages = (
        text_message("user", "a"),
        Message("assistant", (Text(""),)),
        text_message("user", "b"),
    )
    contents = build("gemini", Request(messages, model="m"))[1]["contents"]
    assert contents == [{"role": "user", "parts": [{"text": "a"}, {"text": "b"}]}]
