"""Matches a regular expression in time linear in the text, whatever the pattern.

All ways to match go through the text at once (Thompson's and Pike's construction): a thread for
each, in the order in which a backtracking engine would try them, so that the results are the same.
What a list of threads becomes with the next character is computed once and then remembered, as a
table that grows while it is used.

Python's own engine is faster where it is safe; regex_risk.py tells where.
"""

from __future__ import annotations

import re
from typing import Any, Final

from lispcore.library.regex.regex_tree import Both, Capture, Character, Either, Node, Place, Repeat

# A larger pattern is refused: each character of a text may visit all of them.
MAX_INSTRUCTIONS: Final = 20_000
# The table is forgotten when it has grown to so many lists of threads.
MAX_REMEMBERED: Final = 3000

_CHARACTER: Final = 0  # (kind, predicate); the next instruction follows
_PLACE: Final = 1  # (kind, predicate)
_SPLIT: Final = 2  # (kind, preferred target, other target)
_JUMP: Final = 3  # (kind, target)
_SAVE: Final = 4  # (kind, slot)
_MATCH: Final = 5


class PatternTooLarge(Exception):
    """Written out, the pattern has too many parts."""


class Found:
    """A match: the part of `re.Match` that the library uses."""

    __slots__ = ("_slots", "_text")

    def __init__(self, text: str, slots: tuple[int, ...]) -> None:
        self._text = text
        self._slots = slots

    def start(self) -> int:
        """Returns where the match begins."""
        return self._slots[0]

    def end(self) -> int:
        """Returns where the match ends."""
        return self._slots[1]

    def span(self) -> tuple[int, int]:
        """Returns both."""
        return self._slots[0], self._slots[1]

    def __getitem__(self, number: int) -> str | None:
        start, end = self._slots[2 * number], self._slots[2 * number + 1]
        return None if start < 0 or end < 0 else self._text[start:end]

    def group(self) -> str:
        """Returns the text of the whole match."""
        return self._text[self._slots[0] : self._slots[1]]

    def groups(self) -> tuple[str | None, ...]:
        """Returns the texts of all groups, None for one that took no part."""
        return tuple(self[number] for number in range(1, len(self._slots) // 2))


class _Step:
    """What a list of threads becomes: the next list, and where each thread of it comes from.

    `moves` holds for each thread its predecessor (-1: a match that begins here) and the slots that
    it sets; `match` the same for the thread that has matched, if any.
    """

    __slots__ = ("match", "moves", "threads")

    def __init__(
        self,
        threads: _Threads,
        moves: list[tuple[int, tuple[int, ...]]],
        match: tuple[int, tuple[int, ...]] | None,
    ) -> None:
        self.threads = threads
        self.moves = moves
        self.match = match


class _Threads:
    """A list of places in the program, and the steps from it that are known."""

    __slots__ = ("places", "steps")

    def __init__(self, places: tuple[int, ...]) -> None:
        self.places = places
        self.steps: dict[tuple[int, int, bool], _Step] = {}


class Automaton:
    """A compiled pattern. `search` is that of a compiled pattern of Python."""

    def __init__(self, tree: Node, groups: int) -> None:
        self._code: list[tuple[int, ...]] = []
        self._tests: list[Any] = []  # what Character instructions ask
        self._places: list[Any] = []  # what Place instructions ask
        self._numbers: dict[tuple[int, str], int] = {}
        self._slots = 2 * groups
        self._write(Capture(0, tree))
        self._code.append((_MATCH,))
        # Characters that fit the same instructions are of the same class.
        self._class_of: dict[str, int] = {"": -1}
        self._classes: dict[int, int] = {}
        self._fits: list[int] = []
        self._forget()

    # --- from the tree to instructions ----------------------------------------------------------

    def _write(self, node: Node) -> None:
        code = self._code
        if len(code) > MAX_INSTRUCTIONS:
            raise PatternTooLarge
        if isinstance(node, Character):
            code.append((_CHARACTER, self._number(_CHARACTER, node.text, self._tests)))
        elif isinstance(node, Place):
            code.append((_PLACE, self._number(_PLACE, node.text, self._places)))
        elif isinstance(node, Both):
            for part in node.parts:
                self._write(part)
        elif isinstance(node, Capture):
            code.append((_SAVE, 2 * node.number))
            self._write(node.body)
            code.append((_SAVE, 2 * node.number + 1))
        elif isinstance(node, Either):
            self._write_either(node)
        elif isinstance(node, Repeat):
            self._write_repeat(node)
        else:
            raise TypeError(node)

    def _number(self, kind: int, text: str, tests: list[Any]) -> int:
        if (kind, text) not in self._numbers:
            self._numbers[kind, text] = len(tests)
            tests.append(re.compile(text).match)
        return self._numbers[kind, text]

    def _write_either(self, node: Either) -> None:
        code = self._code
        ends = []
        for part in node.parts[:-1]:
            split = len(code)
            code.append(())
            self._write(part)
            ends.append(len(code))
            code.append(())
            code[split] = (_SPLIT, split + 1, len(code))
        self._write(node.parts[-1])
        for end in ends:
            code[end] = (_JUMP, len(code))

    def _write_repeat(self, node: Repeat) -> None:
        code = self._code
        for _ in range(node.low if node.high is not None else max(node.low - 1, 0)):
            self._write(node.body)
        splits = []
        if node.high is not None:
            for _ in range(node.high - node.low):
                splits.append(len(code))
                code.append(())
                self._write(node.body)
        else:
            # One turn and then perhaps more: a turn that matches nothing ends the loop but counts.
            if node.low == 0:
                splits.append(len(code))
                code.append(())
            body = len(code)
            self._write(node.body)
            here = len(code)
            again, out = (body, here + 1) if node.greedy else (here + 1, body)
            code.append((_SPLIT, again, out))
        for split in splits:
            targets = (split + 1, len(code)) if node.greedy else (len(code), split + 1)
            code[split] = (_SPLIT, *targets)

    # --- matching -------------------------------------------------------------------------------

    def search(self, text: str, position: int = 0) -> Found | None:
        """Returns the first match at or behind a position; the ways are tried as Python would."""
        threads = self._start
        slots: list[tuple[int, ...]] = []
        best: tuple[int, ...] | None = None
        unset = (-1,) * self._slots
        class_of, places = self._class_of, self._places
        for here in range(position, len(text) + 1):
            character = text[here : here + 1]
            kind = class_of.get(character)
            if kind is None:
                kind = self._classify(character)
            truths = self._truths(text, here) if places else 0
            key = (kind, truths, best is None)
            step = threads.steps.get(key)
            if step is None:
                step = self._step(threads, key)
            if step.match is not None:
                source, sets = step.match
                best = _with(unset if source < 0 else slots[source], sets, here)
            if step.moves:
                slots = [
                    _with(unset if source < 0 else slots[source], sets, here)
                    if sets
                    else slots[source]
                    for source, sets in step.moves
                ]
            elif best is not None:
                break
            threads = step.threads
        return None if best is None else Found(text, best)

    def _truths(self, text: str, here: int) -> int:
        truths = 0
        for index, test in enumerate(self._places):
            if test(text, here):
                truths |= 1 << index
        return truths

    def _classify(self, character: str) -> int:
        fits = sum(1 << index for index, test in enumerate(self._tests) if test(character))
        kind = self._classes.get(fits)
        if kind is None:
            kind = self._classes[fits] = len(self._fits)
            self._fits.append(fits)
        if len(self._class_of) < 100_000:
            self._class_of[character] = kind
        return kind

    def _forget(self) -> None:
        self._start = _Threads(())
        self._known: dict[tuple[int, ...], _Threads] = {(): self._start}

    def _step(self, threads: _Threads, key: tuple[int, int, bool]) -> _Step:
        """Computes what becomes of threads, and remembers it."""
        kind, truths, may_begin = key
        fits = self._fits[kind] if kind >= 0 else 0
        sources = [(place, index) for index, place in enumerate(threads.places)]
        if may_begin:
            sources.append((0, -1))
        places: list[int] = []
        moves: list[tuple[int, tuple[int, ...]]] = []
        match = None
        seen: set[int] = set()
        for start, source in sources:
            for place, sets in self._closure(start, truths, seen):
                instruction = self._code[place]
                if instruction[0] == _MATCH:
                    match = (source, sets)
                    break
                if fits >> instruction[1] & 1:
                    places.append(place + 1)
                    moves.append((source, sets))
            if match is not None:
                break  # the threads behind this one have lost
        after = tuple(places)
        following = self._known.get(after)
        if following is None:
            if len(self._known) > MAX_REMEMBERED:
                self._forget()
            following = self._known[after] = _Threads(after)
        step = threads.steps[key] = _Step(following, moves, match)
        return step

    def _closure(
        self, start: int, truths: int, seen: set[int]
    ) -> list[tuple[int, tuple[int, ...]]]:
        """Returns where a thread gets without a character, in order, and the slots it sets."""
        found: list[tuple[int, tuple[int, ...]]] = []
        waiting: list[tuple[int, tuple[int, ...]]] = [(start, ())]
        code = self._code
        while waiting:
            place, sets = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            instruction = code[place]
            kind = instruction[0]
            if kind == _SPLIT:
                waiting.append((instruction[2], sets))
                waiting.append((instruction[1], sets))
            elif kind == _JUMP:
                waiting.append((instruction[1], sets))
            elif kind == _SAVE:
                waiting.append((place + 1, (*sets, instruction[1])))
            elif kind == _PLACE:
                if truths >> instruction[1] & 1:
                    waiting.append((place + 1, sets))
            else:
                found.append((place, sets))
                if kind == _MATCH:
                    break
        return found


def _with(slots: tuple[int, ...], sets: tuple[int, ...], value: int) -> tuple[int, ...]:
    """Returns slots with some of them set to a value."""
    changed = list(slots)
    for slot in sets:
        changed[slot] = value
    return tuple(changed)
