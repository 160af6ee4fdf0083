"""What answers go by, as OpenAI and those like it say it: annotations, and lists of pages."""

from __future__ import annotations

from typing import Any

from lispcore.llm.events import Event, Source, SourceFound
from lispcore.llm.providers.dialect import count, mapping, sequence, string


def sources_of(annotations: Any) -> list[Event]:
    """Returns the sources among the annotations of a text.

    Chat completions have their fields in an object of its own (``url_citation``), Responses do not.
    """
    found: list[Event] = []
    for each in sequence(annotations):
        value = mapping(each)
        value = mapping(value.get(string(value.get("type")))) or value
        url = string(value.get("url"))
        title = string(value.get("title")) or string(value.get("filename"))
        if url or title:
            start = count(value.get("start_index"))
            end = count(value.get("end_index"))
            place = (start, end) if end > start else (-1, -1)
            found.append(SourceFound(Source(url, title, string(value.get("content")), *place)))
    return found


def top_level_sources(reply: Any) -> list[Event]:
    """Returns the pages that Perplexity and xAI list beside the answer, in every record of it."""
    results = [mapping(each) for each in sequence(reply.get("search_results"))]
    titles = {string(each.get("url")): string(each.get("title")) for each in results}
    listed = [string(mapping(each).get("url")) or string(each) for each in _citations(reply)]
    found = dict.fromkeys([*listed, *titles])
    return [SourceFound(Source(url, titles.get(url, ""))) for url in found if url]


def _citations(reply: Any) -> list[Any]:
    return sequence(reply.get("citations"))
