"""Tools that OpenAI's and xAI's servers run by themselves in Responses, and what came of them."""

from __future__ import annotations

from typing import Any, Final

from lispcore.llm.events import Event, ServerStepReady, Source, SourceFound
from lispcore.llm.messages import ServerStep
from lispcore.llm.providers.dialect import mapping, sequence, string
from lispcore.llm.requests import CODE_EXECUTION, WEB_SEARCH, Request, ServerTool, Settings

SERVER_TOOL_TYPES: Final = {WEB_SEARCH: "web_search", CODE_EXECUTION: "code_interpreter"}


def server_tool(tool: ServerTool, settings: Settings) -> dict[str, Any]:
    """Returns a tool of the server as a request lists it."""
    listed: dict[str, Any] = {"type": SERVER_TOOL_TYPES[tool.name]}
    is_xai = settings.provider == "xai"
    if tool.name == CODE_EXECUTION and not is_xai:
        listed["container"] = {"type": "auto"}
    filters = {}
    if tool.name == WEB_SEARCH and tool.domains:
        filters["allowed_domains"] = list(tool.domains)
    if tool.name == WEB_SEARCH and tool.blocked and is_xai:
        filters["excluded_domains"] = list(tool.blocked)
    if filters:
        listed["filters"] = filters
    return listed | dict(tool.options)


def details_of(request: Request, settings: Settings) -> list[str]:
    """Returns what of its tools' work a server is to tell that it keeps to itself otherwise."""
    if settings.provider == "xai":
        return []
    named = {WEB_SEARCH: "web_search_call.action.sources", CODE_EXECUTION: _OUTPUTS}
    return [named[tool.name] for tool in request.server_tools]


_OUTPUTS: Final = "code_interpreter_call.outputs"


def read_step(item: Any, form: str) -> list[Event]:
    """Returns what one item of an answer says that a tool of the server made; none for others."""
    import json

    kind = string(item.get("type"))
    if kind == "web_search_call":
        action = mapping(item.get("action"))
        wanted = string(action.get("query")) or ", ".join(
            map(string, sequence(action.get("queries")))
        )
        wanted = wanted or string(action.get("url"))
        urls = [string(mapping(each).get("url")) for each in sequence(action.get("sources"))]
        step = ServerStep(WEB_SEARCH, wanted, "\n".join(urls), form, json.dumps(item))
        return [ServerStepReady(step), *(SourceFound(Source(url)) for url in urls if url)]
    if kind == "code_interpreter_call":
        outputs = [mapping(each) for each in sequence(item.get("outputs"))]
        printed = "\n".join(string(each.get("logs")) or string(each.get("url")) for each in outputs)
        step = ServerStep(CODE_EXECUTION, string(item.get("code")), printed, form, json.dumps(item))
        return [ServerStepReady(step)]
    return []
