"""The layers of a model call that spare the call: cassettes and the cache.

A failure is recorded like an answer, with the words that had arrived before it. What a program's
own provider function raised is recorded by type and message. Stop, and a task that was cancelled,
leave nothing behind; a listener that failed leaves what it had heard.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from lispcore.library.models.calling.call_memory import (
    Memory,
    Scope,
    begin_run_note,
    cache_ttl,
    current_scope,
    find_cached,
    memory,
    note_for_run,
)
from lispcore.library.models.calling.call_order import TurnTaker, is_visible
from lispcore.library.models.calling.layers import AskNext, Call, Emit, Postponed
from lispcore.library.models.calling.metering import meters
from lispcore.library.models.calling.model_session import LispProvider
from lispcore.llm.answer_cache import AnswerCache, free_of_charge
from lispcore.llm.catalog import DEMO
from lispcore.llm.events import Event, ModelNamed, ReplyBuilder, ToolCallReady
from lispcore.llm.failures import ModelError, Truncated
from lispcore.llm.fingerprints import describe_request, key_of, kind_of, outline_of
from lispcore.llm.inspection import CallRecord
from lispcore.llm.playback import NotRecorded
from lispcore.llm.recordings import COMPLETE, STREAM, Recording, error_fields, error_of
from lispcore.llm.requests import Settings
from lispcore.tasks import context
from lispcore.values.errors import LispError
from lispcore.values.thrown import Thrown

# --- cassettes -----------------------------------------------------------------------------------


def cassette_layer(call: Call, emit: Emit, ask_next: AskNext) -> None:
    """Plays the answer from a tape, or asks and records it."""
    found = memory()
    scope = None if found.played is not None else current_scope()
    number = call.account.recorded = begin_run_note()
    if scope is None and found.played is None and not number:
        ask_next(call, emit)
        return
    # As the program stated it: a tape must play where no provider is configured at all.
    described = describe_request(call.request)
    recording = _recording_to_play(found, scope, call, described)
    if recording is not None:
        note_for_run(number, recording, described)
        _play(recording, call, emit)
    elif scope is not None or not isinstance(call.provider, LispProvider):
        _record(described, scope, number, call, emit, ask_next)
    else:
        # A program's own provider is a part of the program and runs again when that is played.
        ask_next(call, emit)


def _recording_to_play(
    found: Memory, scope: Scope | None, call: Call, described: Mapping[str, Any]
) -> Recording | None:
    if found.played is not None:
        try:
            return found.played.find(described)
        except NotRecorded as miss:
            if isinstance(call.provider, LispProvider):
                return None
            miss.advice = miss.advice.replace(_RECORD_IT, _RUN_LIVE)
            raise
    return scope.cassette.find(described) if scope is not None else None


_RECORD_IT = "{:mode :auto} records what is missing"
_RUN_LIVE = "a program that was changed, or depends on time or chance, has to be run live"


def _play(recording: Recording, call: Call, emit: Emit) -> None:
    host = context.host()
    for meter in meters.get():
        meter.played += recording.milliseconds / 1000
    model = next((each.model for each in recording.events if type(each) is ModelNamed), call.model)
    call.account.provider = recording.provider or call.provider.provider
    call.account.notes.append("played from a recording")
    turn = TurnTaker(recording, memory().players)
    with turn, PlayedCall(call.account.provider, model) as heard:
        for event in recording.events:
            host.check()
            turn.wait_for_event(event)
            heard(event)
            emit(event)
        turn.wait_for_end()
        if recording.error is not None:
            raise _failure_of(recording.error)
        if recording.is_cut:
            raise Truncated(
                "the recording of this call ends here: the program had stopped listening",
                provider=call.account.provider,
                partial=recording.text,
                advice="record the call again",
            )


def _record(
    described: Mapping[str, Any],
    scope: Scope | None,
    number: int,
    call: Call,
    emit: Emit,
    ask_next: AskNext,
) -> None:
    recording = Recording(key_of(described), _kind(call, described), outline=outline_of(described))
    is_heard = True
    turns = memory().turns

    def note(event: Event) -> None:
        nonlocal is_heard
        recording.events.append(event)
        if call.is_live and is_visible(event):
            turns.number(recording)
        is_heard = False
        emit(event)
        is_heard = True

    if scope is not None:
        scope.cassette.begin(recording)
    turns.begin(recording)
    started = context.host().monotonic()
    try:
        ask_next(call, note)
    except Exception as error:
        turns.end(recording)
        recording.milliseconds = _since(started)
        if isinstance(error, LispError) and error.kind == "cancelled":
            _drop(scope, recording)
            raise
        if is_heard:
            recording.error = _described_failure(error)
        else:
            recording.is_cut = True
        _keep(described, scope, number, call, recording)
        raise
    except BaseException:
        turns.end(recording)
        _drop(scope, recording)
        raise
    turns.end(recording)
    recording.milliseconds = _since(started)
    _keep(described, scope, number, call, recording)


def _since(started: float) -> int:
    return round((context.host().monotonic() - started) * 1000)


def _kind(call: Call, described: Mapping[str, Any]) -> str:
    kind = kind_of(described)
    if kind != "chat":
        return kind
    return STREAM if call.is_live else COMPLETE


def _drop(scope: Scope | None, recording: Recording) -> None:
    if scope is not None:
        scope.cassette.drop(recording)


def _keep(
    described: Mapping[str, Any],
    scope: Scope | None,
    number: int,
    call: Call,
    recording: Recording,
) -> None:
    recording.provider = call.account.provider or call.provider.provider
    named = any(type(each) is ModelNamed for each in recording.events)
    if recording.kind not in (COMPLETE, STREAM) and not named:
        recording.events.insert(0, ModelNamed(call.model))
    recording.is_ready = True
    note_for_run(number, recording, described)
    if scope is not None:
        scope.finish(recording)


def _described_failure(error: Exception) -> dict[str, Any]:
    if isinstance(error, ModelError):
        return error_fields(error)
    from lispcore.library.models.tools import to_json

    if isinstance(error, Thrown):
        try:
            return {"class": "thrown", "value": to_json(error.value)}
        except LispError:
            return {"class": "lisp", "kind": "user", "message": str(error)}
    raised = error if isinstance(error, LispError) else None
    traceback = error.__traceback__
    described = {
        str(key.name): value for key, value in context.interpreter().error_map(error).entries()
    }
    error.__traceback__ = traceback
    return {
        "class": "lisp",
        "kind": raised.kind if raised is not None else described["type"].name,
        "message": str(described.get("message", error)),
        "hint": raised.hint if raised is not None else None,
    }


def _failure_of(given: Mapping[str, Any]) -> Exception:
    from lispcore.library.models.tools import from_json

    if given.get("class") == "thrown":
        return Thrown(from_json(given.get("value")))
    if given.get("class") == "lisp":
        return LispError(
            str(given.get("message", "")), kind=str(given.get("kind")), hint=given.get("hint")
        )
    return error_of(given)


class PlayedCall:
    """A record of a call that was not made, for the inspector; gives a function for each event."""

    def __init__(self, provider: str, model: str) -> None:
        settings = Settings(provider, "", "", model)
        self._record = CallRecord(context.host(), settings, model)
        self._builder = ReplyBuilder(model)
        self._calls: list[ToolCallReady] = []

    def __enter__(self) -> Callable[[Event], None]:
        self._record.start(None, "(played from a recording: nothing was sent)")
        self._record.notes.append("played from a recording")
        return self._hear

    def _hear(self, event: Event) -> None:
        self._builder.add(event)
        self._record.note_event(event)
        if type(event) is ToolCallReady:
            self._calls.append(event)

    def __exit__(self, kind: Any, error: BaseException | None, traceback: Any) -> None:
        self._record.end(self._builder, self._calls, error)


# --- the cache -----------------------------------------------------------------------------------


def cache_layer(call: Call, emit: Emit, ask_next: AskNext) -> None:
    """Gives an answer that was paid for before; a stream comes in the pieces that it came in."""
    ttl = cache_ttl.get()
    if ttl is None:
        ask_next(call, emit)
        return
    cache = cache_for(call.provider)
    key = key_of(describe_for_cache(call))
    described = describe_request(call.request)
    found = find_cached(cache, key, described, ttl, call.request)
    if found is not None:
        call.account.provider = found.provider or call.provider.provider
        call.account.notes.append("answered from the cache")
        for event in free_of_charge(found.events):
            context.host().check()
            emit(event)
        return
    kind = _kind(replace(call, is_live=True), described)
    recording = Recording(key, kind, is_ready=True)

    def note(event: Event) -> None:
        recording.events.append(event)
        emit(event)

    try:
        ask_next(call, note)
    except Postponed:
        cache.misses -= 1
        raise
    recording.provider = call.account.provider
    cache.keep(key, recording, context.host().now(), call.request.max_tokens)


def cache_for(provider: Settings | LispProvider) -> AnswerCache:
    """Returns the cache for a provider's answers.

    A program's own function may be another one in the next program, and the demo model costs
    nothing: their answers are kept no longer than the program runs.
    """
    found = memory()
    is_passing = isinstance(provider, LispProvider) or provider.provider == DEMO
    return found.temporary_cache if is_passing else found.cache


def describe_for_cache(call: Call) -> dict[str, Any]:
    """Returns what a cached answer depends on: the request, and who would be asked."""
    described = describe_request(call.request, call.model, call.provider.provider)
    if isinstance(call.provider, Settings):
        described["base_url"] = call.provider.base_url
    return described
