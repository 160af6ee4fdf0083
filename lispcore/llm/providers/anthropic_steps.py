"""What Anthropic's servers do by themselves while Claude answers, and what its answer goes by.

A step is a block that asks (``server_tool_use``) and one that holds what came of it
(``web_search_tool_result`` and others). Both must go back as they came where the turn goes on.
"""

from __future__ import annotations

from typing import Any, Final

from lispcore.llm.events import Event, ServerStepReady, Source, SourceFound
from lispcore.llm.messages import ServerStep
from lispcore.llm.providers.anthropic_requests import FORM
from lispcore.llm.providers.dialect import mapping, parse_arguments, string
from lispcore.llm.requests import CODE_EXECUTION, WEB_FETCH, WEB_SEARCH

_TOOLS: Final = {
    "web_search": WEB_SEARCH,
    "web_fetch": WEB_FETCH,
    "code_execution": CODE_EXECUTION,
    "bash_code_execution": CODE_EXECUTION,
    "text_editor_code_execution": CODE_EXECUTION,
}
# Kept by the decoder for itself.
_OWN: Final = ("json", "from")


def read_step(block: dict[str, Any]) -> list[Event]:
    """Returns what one block of a step says, and the sources in it."""
    import json

    kept = {name: value for name, value in block.items() if name not in _OWN}
    kind = string(block.get("type"))
    if kind == "server_tool_use":
        given, _ = parse_arguments("".join(block.get("json", ())))
        kept["input"] = given or dict(mapping(block.get("input")))
        name = string(block.get("name"))
        step = ServerStep(_TOOLS.get(name, name), _wanted(kept["input"]))
    else:
        name = kind.removesuffix("_tool_result")
        step = ServerStep(_TOOLS.get(name, name), result=_result(block.get("content")))
    data = json.dumps(kept, ensure_ascii=False)
    done = ServerStep(step.tool, step.wanted, step.result, FORM, data)
    return [ServerStepReady(done), *_found(block.get("content"))]


def _wanted(given: Any) -> str:
    for name in ("query", "url", "code", "command", "path"):
        if given.get(name):
            return string(given[name])
    return ""


def _result(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(string(mapping(each).get("url")) for each in content)
    value = mapping(content)
    if value.get("error_code"):
        return f"failed: {string(value.get('error_code'))}"
    printed = string(value.get("stdout")) + string(value.get("stderr"))
    if printed or "return_code" in value:
        return printed
    inner = mapping(mapping(value.get("content")).get("source"))
    return string(inner.get("data")) if inner.get("type") == "text" else string(value.get("url"))


def _found(content: Any) -> list[Event]:
    """Returns the pages that a search has come upon, or that were fetched."""
    found: list[Event] = []
    for each in content if isinstance(content, list) else [content]:
        value = mapping(each)
        url = string(value.get("url"))
        title = string(value.get("title")) or string(mapping(value.get("content")).get("title"))
        if url:
            found.append(SourceFound(Source(url, title)))
    return found


def cited(citation: Any, start: int, end: int) -> Event:
    """Returns a citation as a source that counts for a part of the answer."""
    value = mapping(citation)
    url = string(value.get("url")) or string(value.get("source"))
    title = string(value.get("title")) or string(value.get("document_title"))
    return SourceFound(Source(url, title, string(value.get("cited_text")), start, end))
