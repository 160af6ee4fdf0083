"""The answer cache: what it keeps, how long, and for whom."""

from __future__ import annotations

import pytest

from lispcore.llm import answer_cache
from lispcore.llm.answer_cache import AnswerCache, free_of_charge, size_of
from lispcore.llm.events import Event, Finished, TextDelta, ToolCallReady, UsageReport
from lispcore.llm.messages import ToolCall, text_message
from lispcore.llm.recordings import STREAM, Recording
from lispcore.llm.requests import Request, Tool
from lispcore.llm.usage import Usage

WHOLE: list[Event] = [TextDelta("a"), TextDelta("b"), Finished("end_turn")]
ASKED = Request((text_message("user", "q"),), max_tokens=5)


class Shelf:
    """A store in memory."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def load(self, key: str) -> str | None:
        return self.texts.get(key)

    def save(self, key: str, text: str) -> None:
        self.texts[key] = text

    def clear(self) -> None:
        self.texts.clear()


def answer(*events: Event) -> Recording:
    return Recording("k", STREAM, "p", events=list(events), is_ready=True)


def test_an_answer_comes_back_until_it_is_too_old() -> None:
    cache = AnswerCache(None)
    cache.keep("k", answer(*WHOLE), 100.0)
    found, is_stored = cache.find("k", 109.0, 10.0, ASKED)
    assert found is not None
    assert found.events == WHOLE
    assert not is_stored
    assert cache.find("k", 110.0, 10.0, ASKED) == (None, False)
    assert cache.find("other", 100.0, 10.0, ASKED) == (None, False)


def test_an_answer_outlives_the_program_in_the_store() -> None:
    shelf = Shelf()
    AnswerCache(shelf).keep("k", answer(*WHOLE), 100.0, 5)
    found, is_stored = AnswerCache(shelf).find("k", 101.0, 10.0, ASKED)
    assert found is not None
    assert found.events == WHOLE
    assert is_stored
    assert AnswerCache(shelf).find("k", 200.0, 10.0, ASKED) == (None, False)


def test_a_damaged_entry_is_no_entry() -> None:
    for text in ("", "{", "null", '{"v":1}', '{"v":1,"kind":"stream","key":"k"}', "\x00"):
        shelf = Shelf()
        shelf.texts["k"] = text
        assert AnswerCache(shelf).find("k", 0.0, 10.0) == (None, False), text


def test_an_answer_that_was_cut_off_only_answers_the_same_limit() -> None:
    cache = AnswerCache(None)
    cache.keep("k", answer(TextDelta("a"), Finished("max_tokens")), 0.0, 5)
    assert cache.find("k", 0.0, 10.0, ASKED)[0] is not None
    assert cache.find("k", 0.0, 10.0, Request(ASKED.messages, max_tokens=50))[0] is None


def test_a_wish_for_a_tool_only_answers_who_has_the_tool() -> None:
    cache = AnswerCache(None)
    cache.keep("k", answer(ToolCallReady(ToolCall("1", "f")), Finished("tool_use")), 0.0)
    assert cache.find("k", 0.0, 10.0, ASKED)[0] is None
    equipped = Request(ASKED.messages, tools=(Tool("f", "", {}),))
    assert cache.find("k", 0.0, 10.0, equipped)[0] is not None


def test_clearing_forgets_everything() -> None:
    shelf = Shelf()
    cache = AnswerCache(shelf)
    cache.keep("k", answer(*WHOLE), 0.0)
    cache.hits = 3
    assert cache.clear() == 1
    assert cache.hits == 0
    assert shelf.texts == {}
    assert cache.find("k", 0.0, 10.0) == (None, False)


def test_the_entry_used_longest_ago_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_cache, "MAX_BYTES", 20 * size_of(answer(*WHOLE)))
    cache = AnswerCache(None)
    for number in range(20):
        cache.keep(str(number), answer(*WHOLE), 0.0)
    cache.find("0", 0.0, 10.0)
    cache.keep("new", answer(*WHOLE), 0.0)
    assert len(cache) == 20
    assert cache.find("0", 0.0, 10.0)[0] is not None
    assert cache.find("1", 0.0, 10.0)[0] is None


def test_a_kept_answer_costs_nothing() -> None:
    assert free_of_charge([TextDelta("a"), UsageReport(Usage(3, 4))]) == [TextDelta("a")]
