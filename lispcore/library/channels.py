"""Channels: bounded queues through which tasks hand values to one another, first in, first out."""

from __future__ import annotations

from collections import deque
from typing import Any, Final

from lispcore.errors import LispError, wrong_type
from lispcore.library.arguments import integer_argument
from lispcore.library.concurrency import tasks
from lispcore.library.registry import function
from lispcore.printer import print_value
from lispcore.tasks import Task
from lispcore.values import TYPE_NAMES, Value, boolean

CHAPTER = "concurrency"

MAX_CAPACITY: Final = 100_000_000

_CLOSED: Final = object()


class Channel:
    """Values on their way, and the tasks that wait to send or to receive."""

    __slots__ = ("capacity", "closed", "items", "number", "receivers", "senders")

    def __init__(self, number: int, capacity: int) -> None:
        self.number = number
        self.capacity = capacity
        self.closed = False
        self.items: deque[Value] = deque()
        self.receivers: deque[Task] = deque()
        self.senders: deque[tuple[Task, Value]] = deque()


TYPE_NAMES[Channel] = "channel"


def channel_argument(name: str, value: Value) -> Channel:
    """Returns a channel or raises the error for its type."""
    if type(value) is not Channel:
        error = wrong_type(name, "channel", value, 1)
        error.hint = "(channel/new) makes a channel"
        raise error
    return value


@function(
    "channel/new",
    "[capacity:int]",
    "channel",
    "Returns a channel: a queue that holds up to `capacity` values (1). A task that sends to a "
    "full channel waits, and so does one that receives from an empty one.",
    [
        ("(channel? (channel/new))", "#t"),
        ("(channel/new 0)", "error: capacity must be at least 1"),
    ],
)
def new(capacity: Value = 1) -> Channel:
    size = integer_argument("channel/new", capacity, 1)
    if size < 1:
        raise LispError("channel/new: capacity must be at least 1", hint="the smallest is 1")
    if size > MAX_CAPACITY:
        raise LispError(f"channel/new: capacity must be at most {MAX_CAPACITY}")
    scheduler = tasks()
    scheduler.channels += 1
    return Channel(scheduler.channels, size)


@function(
    "channel/send",
    "channel:channel value:any",
    "nil",
    "Puts a value into a channel. If it is full, waits until somebody receives. A closed channel "
    "takes nothing: that is an error.",
    [
        ("(let ((c (channel/new))) (channel/send c 5) (channel/recv c))", "5"),
        (
            "(let ((c (channel/new))) (channel/close c) (channel/send c 5))",
            "error: channel is closed",
        ),
    ],
)
def send(channel: Value, value: Value) -> None:
    target = channel_argument("channel/send", channel)
    if target.closed:
        raise _closed_error(value)
    if target.receivers:
        tasks().wake(target.receivers.popleft(), (value,))
        return
    if len(target.items) < target.capacity:
        target.items.append(value)
        return
    place: Any = (tasks().current, value)
    target.senders.append(place)

    def finish(answer: Value) -> None:
        if answer is _CLOSED:
            raise _closed_error(value)

    tasks().wait(
        lambda: f"waits to send to channel {target.number}, which is full",
        lambda: _leave(target.senders, place),
        finish,
    )


def _closed_error(value: Value) -> LispError:
    text = print_value(value)
    if len(text) > 60:
        text = text[:57] + "..."
    return LispError(
        f"channel/send: channel is closed; value {text} was dropped",
        hint="(channel/closed? c) tells beforehand",
    )


def _leave(places: deque[Any], place: Any) -> None:
    """Takes a waiting task out of a queue."""
    for index, each in enumerate(places):
        if each is place:
            del places[index]
            return


@function(
    "channel/recv",
    "channel:channel",
    "any",
    "Takes the next value from a channel. If there is none, waits until somebody sends one; nil "
    "once the channel is closed and empty.",
    [
        ("(let ((c (channel/new 2))) (channel/send c 1) (channel/send c 2) (channel/recv c))", "1"),
        ("(let ((c (channel/new))) (channel/close c) (channel/recv c))", "nil"),
        ("(channel/recv (channel/new))", "error: deadlock"),
    ],
)
def receive(channel: Value) -> Value:
    source = channel_argument("channel/recv", channel)
    if source.items:
        return _take(source)
    if source.closed:
        return None
    me = tasks().current
    source.receivers.append(me)
    return tasks().wait(
        lambda: f"waits to receive from channel {source.number}, which is empty",
        lambda: _leave(source.receivers, me),
        lambda answer: None if answer is _CLOSED else answer[0],
    )


def _take(source: Channel) -> Value:
    """Returns the next value, and lets the sender who waits longest put in its own."""
    value = source.items.popleft()
    if source.senders:
        sender, offered = source.senders.popleft()
        source.items.append(offered)
        tasks().wake(sender)
    return value


def receive_now(source: Channel) -> tuple[Value] | None:
    """Returns what a receiver would get without waiting, None if it would have to wait."""
    if source.items:
        return (_take(source),)
    return (None,) if source.closed else None


@function(
    "channel/try-recv",
    "channel:channel",
    "any",
    "Takes the next value from a channel, or returns nil at once if there is none.",
    [
        ("(channel/try-recv (channel/new))", "nil"),
        ("(let ((c (channel/new))) (channel/send c 5) (channel/try-recv c))", "5"),
    ],
)
def try_receive(channel: Value) -> Value:
    source = channel_argument("channel/try-recv", channel)
    return _take(source) if source.items else None


@function(
    "channel/close",
    "channel:channel",
    "nil",
    "Closes a channel: what it holds can still be received, then receivers get nil. It takes no "
    "more values.",
    [
        (
            "(let ((c (channel/new 2))) (channel/send c 1) (channel/close c) "
            "(list (channel/recv c) (channel/recv c)))",
            "(1 nil)",
        ),
    ],
)
def close(channel: Value) -> None:
    target = channel_argument("channel/close", channel)
    target.closed = True
    while target.receivers:
        tasks().wake(target.receivers.popleft(), _CLOSED)
    while target.senders:
        tasks().wake(target.senders.popleft()[0], _CLOSED)


# --- questions ---------------------------------------------------------------------------------


@function(
    "channel?",
    "value:any",
    "bool",
    "Tells whether a value is a channel.",
    [("(channel? (channel/new 1))", "#t"), ("(channel? 42)", "#f")],
)
def is_channel(value: Value) -> Value:
    return boolean(type(value) is Channel)


@function(
    "channel/closed?",
    "channel:channel",
    "bool",
    "Tells whether a channel is closed.",
    [("(let ((c (channel/new))) (channel/close c) (channel/closed? c))", "#t")],
)
def is_closed(channel: Value) -> Value:
    return boolean(channel_argument("channel/closed?", channel).closed)


@function(
    "channel/empty?",
    "channel:channel",
    "bool",
    "Tells whether a channel holds no values.",
    [("(channel/empty? (channel/new))", "#t")],
)
def is_empty(channel: Value) -> Value:
    return boolean(not channel_argument("channel/empty?", channel).items)


@function(
    "channel/full?",
    "channel:channel",
    "bool",
    "Tells whether a channel holds as many values as it can.",
    [("(let ((c (channel/new 1))) (channel/send c 1) (channel/full? c))", "#t")],
)
def is_full(channel: Value) -> Value:
    each = channel_argument("channel/full?", channel)
    return boolean(len(each.items) >= each.capacity)


@function(
    "channel/count",
    "channel:channel",
    "int",
    "Returns how many values a channel holds.",
    [("(let ((c (channel/new 4))) (channel/send c 1) (channel/send c 2) (channel/count c))", "2")],
)
def count(channel: Value) -> Value:
    return len(channel_argument("channel/count", channel).items)
