"""Requests of OpenAI's chat completions, and of those who imitate them with habits of their own."""

from __future__ import annotations

from typing import Any, Final

from lispcore.llm.http import HttpRequest
from lispcore.llm.media import MP3, PDF, SOUND_AND_FILM, WAV
from lispcore.llm.providers.dialect import (
    check_messages,
    check_server_tools,
    endpoint,
    function_tools,
    json_request,
)
from lispcore.llm.providers.openai_habits import NEW_LIMIT, OLD_LIMIT, Habits, habits_of
from lispcore.llm.providers.openai_messages import chat_messages
from lispcore.llm.requests import WEB_FETCH, Request, ServerTool, Settings, goes_on
from lispcore.llm.response_schemas import closed_schema, is_fully_typed, is_object

_SOUND: Final = (WAV, MP3)
CHAT_PATH: Final = "/chat/completions"


def build_request(request: Request, settings: Settings) -> HttpRequest:
    """Returns the HTTP request for a model request."""
    takes = SOUND_AND_FILM if settings.provider == "openrouter" else _SOUND
    check_messages(request, settings, settings.takes_documents, takes)
    model = request.model or settings.model
    habits = habits_of(settings)
    # Of what tools return: sound is for models that are made for it.
    hears = takes if settings.provider == "openrouter" or "audio" in model else ()
    sees = ("image", *hears, *((PDF,) if settings.takes_documents else ()))
    messages = chat_messages(request, habits, sees)
    body: dict[str, Any] = {"model": model, "messages": messages, "stream": True}
    if "stream" in request.refused:  # then the answer comes whole
        del body["stream"]
    elif "stream_options" not in request.refused:
        body["stream_options"] = {"include_usage": True}
    if request.max_tokens is not None:
        body[_limit_name(request, habits)] = request.max_tokens
    body |= _optional(request, habits)
    body |= _effort(request, habits, model)
    check_server_tools(request, settings, habits.server_tools)
    body |= _tools(request, habits)
    form = _response_format(request, habits)
    if form is not None:
        body["response_format"] = form
    if _marks_cache(request, habits, model):
        body["cache_control"] = {"type": "ephemeral"}
    url = endpoint(settings.base_url, habits.version, CHAT_PATH, version_in_base=True)
    return json_request(url, [], body, habits.key, request, settings)


def _optional(request: Request, habits: Habits) -> dict[str, Any]:
    """Returns the parameters that need no thought, without those that nobody there knows."""
    tells_odds = request.logprobs is not None
    given: dict[str, Any] = {
        "temperature": request.temperature,
        "stop": list(request.stop_sequences) or None,
        "top_p": request.top_p,
        "top_k": request.top_k,
        habits.seed: request.seed,
        "n": request.answers,
        "logprobs": True if tells_odds else None,
        "top_logprobs": request.logprobs or None,
        "metadata": as_texts(request.metadata),
        "service_tier": request.service_tier,
    }
    lacking = habits.lacks | request.refused
    if "logprobs" in lacking:
        lacking |= {"top_logprobs"}
    return {
        name: value for name, value in given.items() if value is not None and name not in lacking
    }


def as_texts(metadata: Any) -> dict[str, str] | None:
    """Returns labels as OpenAI takes them: all of them texts."""
    if not metadata:
        return None
    import json

    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in metadata.items()
    }


def _effort(request: Request, habits: Habits, model: str) -> dict[str, Any]:
    effort = habits.effort_for(request.reasoning_effort, model)
    if not habits.nests_effort:
        taken = effort and "reasoning_effort" not in request.refused
        return {"reasoning_effort": effort} if taken else {}
    if "reasoning" in request.refused:
        return {}
    if request.thinking_budget:  # one or the other
        return {"reasoning": {"max_tokens": request.thinking_budget}}
    if effort:
        return {"reasoning": {"effort": effort}}
    return {"reasoning": {"enabled": True}} if request.shows_thoughts else {}


def _tools(request: Request, habits: Habits) -> dict[str, Any]:
    listed = function_tools(request)
    listed += [_server_tool(tool, habits) for tool in request.server_tools]
    if not listed:
        return {}
    tools: dict[str, Any] = {"tools": listed}
    lacking = habits.lacks | request.refused
    choice: Any = request.tool_choice
    if request.chosen_tool:
        choice = {"type": "function", "function": {"name": request.chosen_tool}}
    if choice and "tool_choice" not in lacking:
        tools["tool_choice"] = choice
    if request.parallel_tool_calls is not None and "parallel_tool_calls" not in lacking:
        tools["parallel_tool_calls"] = request.parallel_tool_calls
    return tools


def _server_tool(tool: ServerTool, habits: Habits) -> dict[str, Any]:
    given: dict[str, Any] = {
        "max_uses": tool.max_uses,
        "allowed_domains": list(tool.domains) or None,
        "blocked_domains" if tool.name == WEB_FETCH else "excluded_domains": list(tool.blocked)
        or None,
    }
    parameters = {name: value for name, value in given.items() if value is not None}
    parameters |= dict(tool.options)
    listed: dict[str, Any] = {"type": habits.server_tools[tool.name]}
    return listed | {"parameters": parameters} if parameters else listed


def _marks_cache(request: Request, habits: Habits, model: str) -> bool:
    """Tells whether the cache of the model behind a mediator has to be asked for."""
    if not (habits.marks_cache and model.startswith("anthropic/")):
        return False
    if request.prompt_cache == "off" or "cache_control" in request.refused:
        return False
    return bool(request.prompt_cache) or goes_on(request)


def _limit_name(request: Request, habits: Habits) -> str:
    # OpenAI itself has renamed the limit, and newer models refuse the old name; elsewhere the new
    # one is mostly unknown and would be ignored in silence. Who refuses one is sent the other.
    if habits.limit not in request.refused:
        return habits.limit
    return OLD_LIMIT if habits.limit == NEW_LIMIT else NEW_LIMIT


def _response_format(request: Request, habits: Habits) -> dict[str, Any] | None:
    # Servers that know no schemas often know plain JSON; the prompt describes the schema as well.
    schema = request.response_schema
    if "response_format" in request.refused:
        return None
    if request.response_format == "json":
        return {"type": "json_object"}
    if schema is None or not is_object(schema):
        return None
    if not habits.schemas or "json_schema" in request.refused:
        return {"type": "json_object"}
    strict = is_fully_typed(schema)
    sent = closed_schema(schema, all_required=True) if strict else schema
    described = {"name": "answer", "schema": sent, "strict": strict}
    return {"type": "json_schema", "json_schema": described}
