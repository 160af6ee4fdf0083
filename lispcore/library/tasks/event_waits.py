"""One wait for several things: timers, channels, key presses, processes."""

from __future__ import annotations

from typing import Final

from lispcore.library.registry import function
from lispcore.library.system.processes import news_of
from lispcore.library.system.terminal_keys import key_within
from lispcore.library.tasks.channels import Channel, receive_now
from lispcore.library.tasks.concurrency import items_argument, milliseconds_argument, tasks
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import Keyword, Map, Value, boolean, intern_keyword

# What the documentation of these functions is filed under.
CHAPTER = "events"

# How often keys, channels and processes are looked at.
POLL_MILLISECONDS: Final = 10.0

_TYPE, _SOURCE, _MS, _VALUE, _HANDLE, _CHANNEL = map(
    intern_keyword, ("type", "source", "ms", "value", "handle", "channel")
)
_OUTPUT, _EXITED = map(intern_keyword, ("output?", "exited?"))
_TIMER, _KEY, _PROC = map(intern_keyword, ("timer", "key", "proc"))


@function(
    "time/tick",
    "milliseconds:number",
    "map",
    "Returns a source for `event/select` that is ready after so many milliseconds.",
    [("(time/tick 16)", "{:ms 16 :type :timer}")],
)
def tick(milliseconds: Value) -> Map:
    milliseconds_argument("time/tick", milliseconds)
    return Map({_TYPE: _TIMER, _MS: milliseconds})


@function(
    "event/select",
    "sources:sequence [milliseconds:number]",
    "map or nil",
    "Waits for the first of several sources and returns an event: {:type … :source source}, with "
    "what came under :value, and for a process :output? and :exited?. nil if nothing came within "
    "so many milliseconds. Sources are {:type :timer :ms n}, {:type :channel :channel c}, {:type "
    ":key} (on a terminal) and {:type :proc :handle p}.",
    [
        ("(get-in (event/select (list (time/tick 30) (time/tick 5)) 100) [:source :ms])", "5"),
        ("(event/select (list (time/tick 100)) 5)", "nil"),
        (
            "(let ((c (channel/new))) (async (channel/send c 7)) "
            "(:value (event/select (list {:type :channel :channel c}) 50)))",
            "7",
        ),
    ],
)
def select(sources: Value, milliseconds: Value = None) -> Value:
    waiting = [_source(each) for each in items_argument("event/select", sources)]
    limit = None
    if milliseconds is not None:
        limit = milliseconds_argument("event/select", milliseconds, 2)
    elif not waiting:
        raise LispError("event/select: without a source and without a time it would wait for ever")
    passed = 0.0
    while True:
        for source in waiting:
            event = _event(source, passed)
            if event is not None:
                return event
        if limit is not None and passed >= limit:
            return None
        timers = [source for source in waiting if source.get(_TYPE) is _TIMER]
        ends = [_due(timer) for timer in timers] + ([] if limit is None else [limit])
        if len(timers) < len(waiting):
            ends.append(passed + POLL_MILLISECONDS)
        tasks().sleep(min(ends) - passed)
        passed = min(ends)


def _source(source: Value) -> Map:
    """Returns a source that has the right shape, or raises the error for it."""
    if not isinstance(source, Map):
        raise wrong_type("event/select", "map", source, 1)
    kind = source.get(_TYPE)
    if kind is _TIMER:
        milliseconds_argument("event/select :ms", source.get(_MS))
    elif kind is _CHANNEL:
        if type(source.get(_CHANNEL)) is not Channel:
            raise wrong_type("event/select :channel", "channel", source.get(_CHANNEL))
    elif kind not in (_KEY, _PROC):
        raise LispError(
            "event/select: a source needs a :type, one of :timer, :channel, :key and :proc",
            hint="(time/tick 16) makes a timer",
        )
    return source


def _due(timer: Map) -> float:
    return milliseconds_argument("event/select :ms", timer.get(_MS))


def _event(source: Map, passed: float) -> Map | None:
    """Returns the event of a source that is ready, else None."""
    kind = source.get(_TYPE)
    if kind is _TIMER:
        return _fired(source) if passed >= _due(source) else None
    if kind is _CHANNEL:
        found = receive_now(source.get(_CHANNEL))
        return None if found is None else _fired(source, {_VALUE: found[0]})
    if kind is _PROC:
        written, ended = news_of("event/select", source.get(_HANDLE))
        more = {_OUTPUT: boolean(written), _EXITED: boolean(ended)}
        return _fired(source, more) if written or ended else None
    key = key_within("event/select", 0.0)
    return None if key is None else _fired(source, {_VALUE: key})


def _fired(source: Map, more: dict[Keyword, Value] | None = None) -> Map:
    """Returns the event of a source: its type, the source itself, and what came."""
    return Map({_SOURCE: source, _TYPE: source.get(_TYPE), **(more or {})})
