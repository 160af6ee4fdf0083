"""The order in which calls of several tasks took turns, kept on a tape and kept to when it plays.

While calls overlap, every visible event of theirs and every end gets the next number; a call that
was alone has none. When such calls are played, an event waits until no other call at play has one
with a smaller number. So what tasks print stands in the order in which the network once gave it.

Only tasks wait here: the program itself keeps all others waiting while it calls a model. Nor can
anybody wait where stacks cannot be switched.
"""

from __future__ import annotations

from typing import Final

from lispcore.library.tasks.concurrency import tasks
from lispcore.llm.events import Event, TextDelta, ThinkingDelta, ThinkingReady, ToolCallReady
from lispcore.llm.recordings import STREAM, Recording

_VISIBLE: Final = (TextDelta, ThinkingDelta, ThinkingReady, ToolCallReady)
# A call may wait for one that waits for time in the program; one that never goes on is given up.
_QUICK_LOOKS: Final = 20
_LOOKS: Final = 1000
_PAUSE_MILLISECONDS: Final = 5.0


def is_visible(event: Event) -> bool:
    """Tells whether a program can see when an event comes."""
    return type(event) in _VISIBLE


class TurnKeeper:
    """Numbers the events of calls that are under way in one interpreter."""

    def __init__(self) -> None:
        self._last = 0
        self._under_way: list[Recording] = []
        self._alone: set[int] = set()

    def begin(self, recording: Recording) -> None:
        """Says that a call begins."""
        self._under_way.append(recording)
        if len(self._under_way) == 1:
            self._alone.add(id(recording))
        else:
            self._alone.difference_update(id(each) for each in self._under_way)

    def number(self, recording: Recording) -> None:
        """Gives the next number to an event that is about to be seen."""
        self._last += 1
        recording.turns.append(self._last)

    def end(self, recording: Recording) -> None:
        """Says that a call has ended."""
        self.number(recording)
        self._under_way = [each for each in self._under_way if each is not recording]
        if id(recording) in self._alone:
            self._alone.discard(id(recording))
            recording.turns.clear()


class TurnTaker:
    """Lets one call be played in turn with the others; `players` holds those at play."""

    def __init__(self, recording: Recording, players: list[TurnTaker]) -> None:
        self._recording = recording
        self._players = players
        self._position = 0
        scheduler = tasks()
        in_task = scheduler.current.number > 0 and scheduler.takes_turns
        self._takes_turns = in_task and bool(recording.turns)
        seen = sum(1 for event in recording.events if is_visible(event))
        self._each = recording.kind == STREAM and len(recording.turns) == seen + 1

    def __enter__(self) -> TurnTaker:
        if self._takes_turns:
            self._players.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        if self._takes_turns:
            self._players.remove(self)

    def wait_for_event(self, event: Event) -> None:
        """Waits until it is this event's turn."""
        if self._takes_turns and self._each and is_visible(event):
            self._wait()
            self._position += 1

    def wait_for_end(self) -> None:
        """Waits until it is the turn of the end."""
        if self._takes_turns:
            self._position = len(self._recording.turns) - 1
            self._wait()

    def _next(self) -> int:
        return self._recording.turns[self._position]

    def _wait(self) -> None:
        mine = self._next()
        looks = 0
        before: list[int] = []
        while looks < _LOOKS:
            # Once this returns, every other task has gone as far as it can.
            tasks().sleep(0.0 if looks < _QUICK_LOOKS else _PAUSE_MILLISECONDS)
            others = [each._next() for each in self._players if each is not self]
            if all(number > mine for number in others):
                return
            looks = looks + 1 if others == before else 0
            before = others
