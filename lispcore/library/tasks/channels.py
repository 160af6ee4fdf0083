"""Channels: bounded queues through which tasks hand values to one another, first in, first out."""

from __future__ import annotations

from collections import deque
from typing import Any, Final, NoReturn

from lispcore.library.arguments import integer_argument
from lispcore.library.registry import WaitKind, function
from lispcore.library.tasks.concurrency import tasks
from lispcore.tasks.context import running
from lispcore.tasks.resuming import WAITS, begins
from lispcore.tasks.waiting import Task, Wait
from lispcore.values.borders import stays
from lispcore.values.errors import LispError, Stopped, wrong_type
from lispcore.values.printing import print_value
from lispcore.values.types import TYPE_NAMES, Value, boolean

CHAPTER = "concurrency"

MAX_CAPACITY: Final = 100_000_000  # more values than memory has room for


class Channel:
    """Values on their way, and the tasks that wait to send or to receive."""

    __slots__ = ("capacity", "closed", "items", "number", "receivers", "senders")

    def __init__(self, number: int, capacity: int) -> None:
        self.number = number
        self.capacity = capacity
        self.closed = False
        self.items: deque[Value] = deque()
        self.receivers: deque[Task] = deque()
        # In their inboxes is the value that they want to put in.
        self.senders: deque[Task] = deque()


TYPE_NAMES[Channel] = "channel"
stays(Channel)


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
    waits=WaitKind.NEVER,
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
    waits=WaitKind.LAST,
)
def send(channel: Value, value: Value) -> None:
    if begin_send(channel, value) is WAITS:
        running().tasks.come_back()


@begins(send, "channel/send")
def begin_send(channel: Value, value: Value) -> Any:
    """Sends, or begins to wait until there is room."""
    if type(channel) is not Channel:
        channel_argument("channel/send", channel)
    if channel.closed:
        raise _closed_error(value)
    if channel.receivers:
        # What `Scheduler.wake` does, without the call: receivers of a channel always wait.
        scheduler = running().tasks
        receiver = channel.receivers.popleft()
        scheduler.waiting.pop(receiver, None)
        receiver.inbox = value
        scheduler.ready.append(receiver)
        return None
    if len(channel.items) < channel.capacity:
        channel.items.append(value)
        return None
    scheduler = running().tasks
    if scheduler.closing:
        raise Stopped
    # What `Scheduler.begin` does.
    me = scheduler.current
    me.wait = _SENDING
    me.on = channel
    me.inbox = value
    scheduler.waiting[me] = None
    channel.senders.append(me)
    return WAITS


def _refuse(channel: Channel, value: Value) -> NoReturn:
    """Ends a wait for room in a channel that was closed meanwhile."""
    raise _closed_error(value)


def _closed_error(value: Value) -> LispError:
    text = print_value(value)
    if len(text) > 60:
        text = text[:57] + "..."
    return LispError(
        f"channel/send: channel is closed; value {text} was dropped",
        hint="(channel/closed? c) tells beforehand",
    )


_SENDING: Final = Wait(
    lambda channel: f"waits to send to channel {channel.number}, which is full",
    lambda channel, task: channel.senders.remove(task),
)
# What a sender's wait becomes when the channel is closed.
_REFUSED: Final = Wait(finish=_refuse)


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
    waits=WaitKind.LAST,
)
def receive(channel: Value) -> Value:
    value = begin_receive(channel)
    return value if value is not WAITS else running().tasks.come_back()


@begins(receive, "channel/recv")
def begin_receive(channel: Value) -> Any:
    """Receives, or begins to wait until there is something."""
    if type(channel) is not Channel:
        channel_argument("channel/recv", channel)
    if channel.items:
        return _take(channel) if channel.senders else channel.items.popleft()
    if channel.closed:
        return None
    scheduler = running().tasks
    if scheduler.closing:
        raise Stopped
    # What `Scheduler.begin` does, without the call: nothing is waited for as often as this.
    me = scheduler.current
    me.wait = _RECEIVING
    me.on = channel
    scheduler.waiting[me] = None
    channel.receivers.append(me)
    return WAITS


# Receivers are given the value itself, and nil once the channel is closed.
_RECEIVING: Final = Wait(
    lambda channel: f"waits to receive from channel {channel.number}, which is empty",
    lambda channel, task: channel.receivers.remove(task),
)


def _take(source: Channel) -> Value:
    """Returns the next value, and lets the sender who waits longest put in its own."""
    value = source.items.popleft()
    if source.senders:
        sender = source.senders.popleft()
        source.items.append(sender.inbox)
        scheduler = running().tasks
        scheduler.waiting.pop(sender, None)
        sender.inbox = None
        scheduler.ready.append(sender)
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
    waits=WaitKind.NEVER,
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
    waits=WaitKind.NEVER,
)
def close(channel: Value) -> None:
    target = channel_argument("channel/close", channel)
    target.closed = True
    while target.receivers:
        tasks().wake(target.receivers.popleft())
    while target.senders:
        sender = target.senders.popleft()
        sender.wait = _REFUSED
        tasks().wake(sender, sender.inbox)


# --- questions ---------------------------------------------------------------------------------


@function(
    "channel?",
    "value:any",
    "bool",
    "Tells whether a value is a channel.",
    [("(channel? (channel/new 1))", "#t"), ("(channel? 42)", "#f")],
    waits=WaitKind.NEVER,
)
def is_channel(value: Value) -> Value:
    return boolean(type(value) is Channel)


@function(
    "channel/closed?",
    "channel:channel",
    "bool",
    "Tells whether a channel is closed.",
    [("(let ((c (channel/new))) (channel/close c) (channel/closed? c))", "#t")],
    waits=WaitKind.NEVER,
)
def is_closed(channel: Value) -> Value:
    return boolean(channel_argument("channel/closed?", channel).closed)


@function(
    "channel/empty?",
    "channel:channel",
    "bool",
    "Tells whether a channel holds no values.",
    [("(channel/empty? (channel/new))", "#t")],
    waits=WaitKind.NEVER,
)
def is_empty(channel: Value) -> Value:
    return boolean(not channel_argument("channel/empty?", channel).items)


@function(
    "channel/full?",
    "channel:channel",
    "bool",
    "Tells whether a channel holds as many values as it can.",
    [("(let ((c (channel/new 1))) (channel/send c 1) (channel/full? c))", "#t")],
    waits=WaitKind.NEVER,
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
    waits=WaitKind.NEVER,
)
def count(channel: Value) -> Value:
    return len(channel_argument("channel/count", channel).items)
