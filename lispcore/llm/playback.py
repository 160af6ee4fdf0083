"""A cassette: what of a tape has been played, what was recorded anew, and what is not on it.

Calls are matched by their key. The first call with a key gets the first recording with it, the
second the second; when there are no more, the last one again. So a tape that holds each call once
answers it as often as a program asks, and one that holds a whole run plays it in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lispcore.llm.failures import ModelError
from lispcore.llm.fingerprints import differences, distance, in_words, key_of, kind_of, outline_of
from lispcore.llm.recordings import Recording, line_of

AUTO: Final = "auto"
RECORD: Final = "record"
REPLAY: Final = "replay"
MODES: Final = (AUTO, RECORD, REPLAY)
_MAX_WORDS: Final = 60


class NotRecorded(ModelError):
    """A call that is not on the tape, while only what is on it may be played."""

    kind = "cassette-miss"


class Cassette:
    """A tape in a player. `name` is what messages call it; "" for the recording of a whole run."""

    def __init__(self, name: str, mode: str, recordings: list[Recording]) -> None:
        self.name = name
        self.mode = mode
        self._recordings = recordings
        self._by_key: dict[str, list[Recording]] = {}
        for each in recordings:
            self._by_key.setdefault(each.key, []).append(each)
        self._played: dict[str, int] = {}
        # Keys recorded anew in mode "record": what the tape held of them before is gone.
        self._renewed: set[str] = set()
        self.under_way = 0
        self.is_changed = False

    def __len__(self) -> int:
        return len(self._recordings)

    def is_at(self, position: int, recording: Recording) -> bool:
        """Tells whether a recording has this place on the tape."""
        return position < len(self._recordings) and self._recordings[position] is recording

    def find(self, description: Mapping[str, Any]) -> Recording | None:
        """Returns the recording that answers a call, None if it has to be asked and recorded.

        Raises `NotRecorded` in mode "replay".
        """
        if self.mode == RECORD:
            return None
        key = key_of(description)
        recordings = self._by_key.get(key, [])
        position = self._played.get(key, 0)
        self._played[key] = position + 1
        if recordings:
            found = recordings[min(position, len(recordings) - 1)]
            if found.is_ready:
                return found
        if self.mode == REPLAY:
            raise self._missing(description)
        return None

    def peek(self, key: str) -> Recording | None:
        """Returns the recording that `find` would, without playing it."""
        recordings = self._by_key.get(key)
        if not recordings or self.mode == RECORD:
            return None
        return recordings[min(self._played.get(key, 0), len(recordings) - 1)]

    def begin(self, recording: Recording) -> None:
        """Gives a call its place on the tape, when it is asked: answers may come in any order."""
        if self.mode == RECORD and recording.key not in self._renewed:
            self._renewed.add(recording.key)
            old = {id(each) for each in self._by_key.pop(recording.key, [])}
            recording.is_anew = bool(old)
            self._recordings = [each for each in self._recordings if id(each) not in old]
        self._recordings.append(recording)
        self._by_key.setdefault(recording.key, []).append(recording)
        self.under_way += 1

    def finish(self, recording: Recording) -> None:
        """Says that a call that was begun has its answer, or its failure."""
        recording.is_ready = True
        self.under_way -= 1
        self.is_changed = True

    def drop(self, recording: Recording) -> None:
        """Takes a call back that was begun: it was stopped."""
        self._recordings = [each for each in self._recordings if each is not recording]
        same = self._by_key[recording.key]
        self._by_key[recording.key] = [each for each in same if each is not recording]
        if self.mode != RECORD:
            self._played[recording.key] -= 1
        self.under_way -= 1

    def lines(self) -> list[str]:
        """Returns the whole tape as lines, without the calls that are under way."""
        ready = [each for each in self._recordings if each.is_ready]
        for each in ready:
            each.is_anew = False  # those before it are not written
        return [line_of(each) + "\n" for each in ready]

    def _missing(self, description: Mapping[str, Any]) -> NotRecorded:
        asked_for = in_words(description)
        error = NotRecorded(
            f"cassette miss in :replay mode: {self.name} has no recording of this call, {asked_for}"
            if self.name
            else f"this call is not in the recording that is played: {asked_for}"
        )
        asked = outline_of(description)
        kin = [each for each in self._recordings if kind_of(each.outline) == kind_of(asked)]
        if not kin:
            error.advice = "it holds no such calls; {:mode :auto} records what is missing"
            return error
        nearest = min(kin, key=lambda each: distance(each.outline, asked))
        number = 1 + self._recordings.index(nearest)
        error.advice = (
            f"the nearest recording is call {number}{_answered(nearest)}: "
            f"{_what_differs(nearest, asked)}. {{:mode :auto}} records what is missing"
        )
        return error


def _answered(recording: Recording) -> str:
    words = " ".join(recording.text.split())
    if not words:
        return ""
    shown = words if len(words) <= _MAX_WORDS else words[: _MAX_WORDS - 1] + "…"
    return f", answered with “{shown}”"


def _what_differs(recording: Recording, asked: Mapping[str, Any]) -> str:
    if not recording.outline:
        return "its tape does not say what was asked"
    return "; ".join(differences(recording.outline, asked)) or "nothing seems to differ"
