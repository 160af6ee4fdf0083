"""Requests of Anthropic Messages: the body, thinking, and what of it is to be kept in the cache.

Claude keeps the beginning of a request where it is marked (``cache_control``), and charges a tenth
for what it finds again. Marked are the tools, the system prompt, the end of the conversation and
the end that it had one turn before, where the cache was written last: four marks are allowed. What
is not going to be sent again stays unmarked, for writing costs a quarter more.
"""

from __future__ import annotations

import re
from typing import Any, Final

from lispcore.llm.media import PDF
from lispcore.llm.messages import (
    Media,
    Message,
    Part,
    ServerStep,
    Text,
    Thinking,
    ToolCall,
    ToolResult,
)
from lispcore.llm.providers.dialect import (
    Base64,
    calls_of,
    shown_of,
    system_text,
    top_level_object,
)
from lispcore.llm.requests import (
    CODE_EXECUTION,
    DEFAULT_MAX_TOKENS,
    WEB_FETCH,
    WEB_SEARCH,
    Request,
    ServerTool,
    Settings,
    goes_on,
)
from lispcore.llm.response_schemas import closed_schema, is_fully_typed, is_object

# Tokens to think with, by effort; the API's minimum is 1,024.
_LEAST_BUDGET: Final = 1024
_THINKING_BUDGETS: Final = {
    "low": 2048,
    "medium": 8192,
    "high": 16384,
    "xhigh": 32768,
    "max": 49152,
}
_EFFORTS: Final = frozenset(_THINKING_BUDGETS)
# Names the form in which steps of the server go back, see `ServerStep.form`.
FORM: Final = "anthropic"

# How long an answer may be where the program sets no limit: what the model can say at most, for
# the API insists on a limit. Servers that only speak like Anthropic get the usual one.
_LONGEST_ANSWERS: Final = (
    (re.compile(r"claude-(instant|2|3-(opus|sonnet|haiku))"), 4096),
    (re.compile(r"claude-3-5"), 8192),
    (re.compile(r"claude-opus-4(-[01])?(@|-\d{6}|-latest|$)"), 32_000),
    (re.compile(r"claude-"), 64_000),
)

# Models that refuse a budget and want an effort instead.
_ADAPTIVE_MODELS: Final = re.compile(r"(.*/)?claude-(opus-4-[7-9]|[a-z]+-[5-9]|[a-z]+-preview)")
# Beside thinking, only these values are taken.
_LEAST_TOP_P: Final = 0.95


def build_body(request: Request, settings: Settings) -> dict[str, Any]:
    """Returns the body of a request."""
    model = request.model or settings.model
    body: dict[str, Any] = {
        "model": model,
        "max_tokens": request.max_tokens or longest_answer(model),
        "messages": _turns(request),
        "stream": True,
    }
    system = system_text(request)
    if system:
        body["system"] = system
    body |= _thinking(request, model, body["max_tokens"])
    body |= _sampling(request, thinks="thinking" in body)
    body |= _tools(request)
    schema = request.response_schema
    if schema is not None and is_object(schema) and is_fully_typed(schema):
        if "output_config" not in request.refused:
            form = {"type": "json_schema", "schema": closed_schema(schema)}
            body["output_config"] = {**body.get("output_config", {}), "format": form}
    for name, value in (("metadata", _metadata(request)), ("service_tier", request.service_tier)):
        if value and name not in request.refused:
            body[name] = value
    _mark_for_cache(body, request)
    return body


def _sampling(request: Request, *, thinks: bool) -> dict[str, Any]:
    top_p = request.top_p
    if thinks:  # the others are not allowed together with it
        given = {"top_p": top_p if top_p is not None and top_p >= _LEAST_TOP_P else None}
    else:
        given = {"temperature": request.temperature, "top_p": top_p, "top_k": request.top_k}
    sampling: dict[str, Any] = {
        name: value
        for name, value in given.items()
        if value is not None and name not in request.refused
    }
    if request.stop_sequences:
        sampling["stop_sequences"] = list(request.stop_sequences)
    return sampling


def _tools(request: Request) -> dict[str, Any]:
    listed: list[dict[str, Any]] = [
        {
            "name": tool.name,
            "description": tool.description,
            "input_schema": top_level_object(tool.schema),
        }
        for tool in request.tools
    ]
    listed += [_server_tool(tool) for tool in request.server_tools]
    if not listed:
        return {}
    tools: dict[str, Any] = {"tools": listed}
    kind = {"required": "any"}.get(request.tool_choice or "", request.tool_choice)
    choice: dict[str, Any] = {"type": kind} if kind else {}
    if request.chosen_tool:
        choice = {"type": "tool", "name": request.chosen_tool}
    if request.parallel_tool_calls is False and kind != "none":
        choice = {"type": "auto", **choice, "disable_parallel_tool_use": True}
    if choice and "tool_choice" not in request.refused:
        tools["tool_choice"] = choice
    return tools


# The plain versions: later ones filter results by programs, which not every model can.
_SERVER_TOOLS: Final = {
    WEB_SEARCH: "web_search_20250305",
    WEB_FETCH: "web_fetch_20250910",
    CODE_EXECUTION: "code_execution_20250825",
}
# What has to be asked for beside: names of betas, which newer servers take as a matter of course.
_BETAS: Final = {
    WEB_FETCH: "web-fetch-2025-09-10",
    CODE_EXECUTION: "code-execution-2025-08-25",
}


def betas_of(request: Request) -> list[str]:
    """Returns the names of the betas that a request needs."""
    return [_BETAS[tool.name] for tool in request.server_tools if tool.name in _BETAS]


def _server_tool(tool: ServerTool) -> dict[str, Any]:
    given: dict[str, Any] = {
        "type": _SERVER_TOOLS[tool.name],
        "name": tool.name.replace("-", "_"),
    }
    if tool.name != CODE_EXECUTION:
        given["max_uses"] = tool.max_uses
        given["allowed_domains"] = list(tool.domains) or None
        given["blocked_domains"] = list(tool.blocked) or None
    if tool.name == WEB_FETCH:
        given["citations"] = {"enabled": True}
    return {name: value for name, value in given.items() if value is not None} | dict(tool.options)


def _metadata(request: Request) -> dict[str, Any]:
    # Anthropic takes who the user is, as an opaque id, and nothing else.
    given = request.metadata or {}
    user = next((given[name] for name in ("user_id", "user-id") if given.get(name)), None)
    return {} if user is None else {"user_id": str(user)}


def longest_answer(model: str) -> int:
    """Returns the limit of an answer where the program sets none."""
    found = (most for pattern, most in _LONGEST_ANSWERS if pattern.search(model))
    return next(found, DEFAULT_MAX_TOKENS)


# --- thinking -------------------------------------------------------------------------------------


def _thinking(request: Request, model: str, max_tokens: int) -> dict[str, Any]:
    """Returns the parameters for an effort: a budget, or the effort itself for newer models."""
    is_adaptive = bool(_ADAPTIVE_MODELS.match(model))
    is_forced = request.chosen_tool is not None or request.tool_choice == "required"
    if not _wants_to_think(request) or is_forced or not _may_think(request, is_adaptive):
        return {}
    budget = _budget_of(request)
    if request.max_tokens is None and max_tokens > budget:
        max_tokens -= budget  # together they are what the model can say at most
    shown = {"display": "summarized"} if request.shows_thoughts else {}
    if "display" in request.refused:
        shown = {}
    if "thinking" not in request.refused and not is_adaptive:
        thinking = {"type": "enabled", "budget_tokens": budget, **shown}
        return {"thinking": thinking, "max_tokens": max_tokens + budget}
    if "adaptive" in request.refused:
        return {}
    adaptive: dict[str, Any] = {"thinking": {"type": "adaptive", **shown}}
    if request.reasoning_effort in _EFFORTS:
        adaptive["output_config"] = {"effort": request.reasoning_effort}
    return {**adaptive, "max_tokens": max_tokens + budget}


def _wants_to_think(request: Request) -> bool:
    if request.reasoning_effort is not None:
        return request.reasoning_effort in _EFFORTS
    return bool(request.thinking_budget) or request.shows_thoughts


def _budget_of(request: Request) -> int:
    if request.thinking_budget:
        return max(_LEAST_BUDGET, request.thinking_budget)
    return _THINKING_BUDGETS[request.reasoning_effort or "low"]


def _may_think(request: Request, is_adaptive: bool) -> bool:
    """Tells whether the calls that are being answered were made as thinking wants it.

    With thinking on, a turn that calls tools must begin with its signed thoughts. Another provider
    that made it signed none; a model that decides by itself may have made it without a thought.
    """
    turn = next((each for each in reversed(request.messages) if each.role == "assistant"), None)
    if turn is None or request.messages[-1].role != "tool" or not calls_of(turn):
        return True
    if is_adaptive and all(call.id.startswith(_OWN_CALLS) for call in calls_of(turn)):
        return True
    first = next((part for part in turn.parts if not _is_refused(part)), None)
    return isinstance(first, Thinking)


# Ids that Anthropic gives, its own and those for clouds that resell it.
_OWN_CALLS: Final = "toolu_"


# --- the cache ------------------------------------------------------------------------------------


def _mark_for_cache(body: dict[str, Any], request: Request) -> None:
    """Marks where what was sent ends that a later request begins with."""
    wish = request.prompt_cache
    if wish == "off" or "cache_control" in request.refused or not (wish or goes_on(request)):
        return
    mark: dict[str, Any] = {"type": "ephemeral"}
    if wish == "1h":
        mark["ttl"] = "1h"
    if "tools" in body:
        body["tools"][-1] = {**body["tools"][-1], "cache_control": mark}
    if "system" in body:
        body["system"] = [{"type": "text", "text": body["system"], "cache_control": mark}]
    said = [turn for turn in body["messages"] if turn["role"] == "user"]
    for turn in said[-2:]:
        last = turn["content"][-1]
        if last.get("text") != "":  # an empty one cannot be marked
            turn["content"][-1] = {**last, "cache_control": mark}


# --- messages -------------------------------------------------------------------------------------


def _turns(request: Request) -> list[dict[str, Any]]:
    # Roles must alternate, and all results of one round belong into one user message.
    turns: list[dict[str, Any]] = []
    for message in request.messages:
        role = "assistant" if message.role == "assistant" else "user"
        blocks = _blocks(message)
        if message.role == "system" or (role == "assistant" and not blocks):
            continue
        if turns and turns[-1]["role"] == role:
            turns[-1]["content"].extend(blocks)
        else:
            turns.append({"role": role, "content": blocks})
    if turns and turns[-1]["role"] == "assistant":
        # An answer that goes on must not end in white space.
        last = turns[-1]["content"][-1]
        if last["type"] == "text":
            turns[-1]["content"][-1] = {**last, "text": last["text"].rstrip()}
    return turns


def _blocks(message: Message) -> list[dict[str, Any]]:
    # Text blocks without a letter are refused, and so is reasoning that Anthropic has not signed.
    is_answer = message.role == "assistant"  # whose pictures do not go back
    blocks = [
        _block(part)
        for part in message.parts
        if not _is_refused(part) and not (is_answer and isinstance(part, Media))
    ]
    if not blocks and not is_answer:
        return [{"type": "text", "text": message.text}]
    return blocks


def _is_refused(part: Part) -> bool:
    if isinstance(part, Text):
        return not part.text.strip()
    if isinstance(part, ServerStep):
        return part.form != FORM
    return isinstance(part, Thinking) and bool(part.form)


def _block(part: Part) -> dict[str, Any]:
    if isinstance(part, Text):
        return {"type": "text", "text": part.text}
    if isinstance(part, Media):
        source = {"type": "base64", "media_type": part.media_type, "data": Base64(part.data)}
        kind = "image" if part.media_type.startswith("image/") else "document"
        return {"type": kind, "source": source}
    if isinstance(part, ToolCall):
        return {"type": "tool_use", "id": part.id, "name": part.name, "input": part.arguments}
    if isinstance(part, ToolResult):
        shown = [_block(media) for media in shown_of(part, ("image", PDF))]
        words: Any = [_block(Text(part.content)), *shown] if shown else part.content
        block: dict[str, Any] = {
            "type": "tool_result",
            "tool_use_id": part.call_id,
            "content": words,
        }
        return block | {"is_error": True} if part.is_error else block
    if isinstance(part, ServerStep):
        import json

        step: dict[str, Any] = json.loads(part.data)
        return step
    if part.redacted:
        return {"type": "redacted_thinking", "data": part.signature}
    return {"type": "thinking", "thinking": part.text, "signature": part.signature}
