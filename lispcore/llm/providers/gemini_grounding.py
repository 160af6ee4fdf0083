"""Tools that Gemini's servers run by themselves, and what an answer goes by (grounding)."""

from __future__ import annotations

from typing import Any, Final

from lispcore.llm.events import Event, ServerStepReady, Source, SourceFound
from lispcore.llm.messages import ServerStep
from lispcore.llm.providers.dialect import count, mapping, sequence, string
from lispcore.llm.requests import CODE_EXECUTION, WEB_FETCH, WEB_SEARCH, ServerTool

SERVER_TOOL_FIELDS: Final = {
    WEB_SEARCH: "googleSearch",
    WEB_FETCH: "urlContext",
    CODE_EXECUTION: "codeExecution",
}
# Names the form in which steps of the server go back, see `ServerStep.form`.
FORM: Final = "gemini"


def server_tool(tool: ServerTool) -> dict[str, Any]:
    """Returns a tool of the server as a request lists it."""
    return {SERVER_TOOL_FIELDS[tool.name]: dict(tool.options)}


def read_step(part: Any) -> list[Event]:
    """Returns what a part of an answer says of a step of the server; none for other parts."""
    import json

    program, printed = part.get("executableCode"), part.get("codeExecutionResult")
    if isinstance(program, dict):
        step = ServerStep(CODE_EXECUTION, string(program.get("code")))
    elif isinstance(printed, dict):
        step = ServerStep(CODE_EXECUTION, result=string(printed.get("output")))
    elif "toolCall" in part or "toolResponse" in part:
        told = mapping(part.get("toolCall")) or mapping(part.get("toolResponse"))
        name = string(told.get("toolType")) or string(told.get("name"))
        step = ServerStep(_NAMES.get(name.lower().replace("_", ""), name))
    else:
        return []
    data = json.dumps(part, ensure_ascii=False)
    return [ServerStepReady(ServerStep(step.tool, step.wanted, step.result, FORM, data))]


_NAMES: Final = {
    **{field.lower(): name for name, field in SERVER_TOOL_FIELDS.items()},
    "googlesearchweb": WEB_SEARCH,
}


class Grounding:
    """Puts together what the records of one answer say of its sources.

    Places in the answer are counted in bytes of UTF-8, so its words are kept until the end.
    """

    def __init__(self) -> None:
        self.pays_by_query = True
        self._words: list[str] = []
        self._queries: dict[str, None] = {}
        self._found: list[Any] = []
        self._pages: list[Event] = []

    @property
    def searches(self) -> int:
        """How many searches are charged."""
        asked = len(self._queries)
        return asked if self.pays_by_query else min(asked, 1)

    def said(self, text: str) -> None:
        """Takes in words of the answer."""
        self._words.append(text)

    def read(self, candidate: Any) -> list[Event]:
        """Takes in what one record says; returns the searches that are new in it."""
        grounding = mapping(candidate.get("groundingMetadata"))
        events: list[Event] = []
        for query in map(string, sequence(grounding.get("webSearchQueries"))):
            if query and query not in self._queries:
                self._queries[query] = None
                events.append(ServerStepReady(ServerStep(WEB_SEARCH, query)))
        if grounding.get("groundingChunks"):
            self._found.append(grounding)
        cited = mapping(candidate.get("citationMetadata"))
        self._pages += [
            self._cited(mapping(each))
            for each in sequence(cited.get("citationSources") or cited.get("citations"))
        ]
        fetched = mapping(candidate.get("urlContextMetadata"))
        for each in map(mapping, sequence(fetched.get("urlMetadata"))):
            url = string(each.get("retrievedUrl"))
            failed = not string(each.get("urlRetrievalStatus")).endswith("SUCCESS")
            if url:
                result = "failed" if failed else ""
                events.append(ServerStepReady(ServerStep(WEB_FETCH, url, result)))
                self._pages += [] if failed else [SourceFound(Source(url))]
        return events

    def _cited(self, value: Any) -> Event:
        place = (count(value.get("startIndex")), count(value.get("endIndex")))
        where = place if place[1] > place[0] else (-1, -1)
        return SourceFound(Source(string(value.get("uri")), string(value.get("title")), "", *where))

    def sources(self) -> list[Event]:
        """Returns all sources, once the answer is whole."""
        data = "".join(self._words).encode("utf-8", "surrogatepass")
        events = list(self._pages)
        for grounding in self._found:
            pages = [_page(mapping(each)) for each in sequence(grounding.get("groundingChunks"))]
            events += [SourceFound(page) for page in pages if page.url or page.title]
            for support in map(mapping, sequence(grounding.get("groundingSupports"))):
                segment = mapping(support.get("segment"))
                start, end = count(segment.get("startIndex")), count(segment.get("endIndex"))
                place = [len(data[:at].decode("utf-8", "ignore")) for at in (start, end)]
                for index in sequence(support.get("groundingChunkIndices")):
                    if isinstance(index, int) and 0 <= index < len(pages):
                        page = pages[index]
                        events.append(SourceFound(Source(page.url, page.title, "", *place)))
        return events


def _page(chunk: Any) -> Source:
    for kind in ("web", "retrievedContext", "maps", "image"):
        value = mapping(chunk.get(kind))
        if value:
            url = string(value.get("uri")) or string(value.get("sourceUri"))
            return Source(url, string(value.get("title")), string(value.get("text")))
    return Source()
