"""How long a backtracking engine may take: a power of the text's length, or worse.

Two ways to match the same text double the work each time a loop offers them: ``(a+)+b``, and
``(a|aa)*``. Loops one after the other that accept the same characters multiply it: ``.*.*x``.
Both are seen in the automaton whose states are the characters of the pattern (Glushkov's):

    2 ** n    some loop of it has two ways from a state back to that state over the same text
    n ** k    there is a path through k loops

where n is the length of the longest stretch of the text that the loops could take; and all that
once for every place where a match may begin.

Two characters of a pattern overlap if some sample character fits both. The samples hold every
character of the pattern itself, so that the ends of all its ranges are among them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Final

from lispcore.library.regex.regex_tree import (
    Both,
    Capture,
    Character,
    Either,
    Node,
    Opaque,
    Place,
    Repeat,
)

# Beyond so many characters of a pattern, or states of one loop, the worst is assumed.
MAX_STATES: Final = 300
MAX_LOOP: Final = 40
# A part that is repeated a fixed number of times counts as written out, up to this many states.
MAX_UNROLLED: Final = 40
# Enough for the ends of the ranges in a pattern; the longest properties have some hundred.
MAX_SAMPLES: Final = 1500
# What a step costs that goes back to an earlier choice, compared with one within a single loop.
STEP_WEIGHT: Final = 16

_USUAL_SAMPLES: Final = (
    "".join(map(chr, range(128))) + "\x85\xa0éßÀſİıΩωжЖ٣१日本語かカ한👍\u0301\u2028"
)


def samples_of(texts: Iterable[str]) -> str:
    """Returns the characters on which the leaves of a pattern are compared."""
    found = dict.fromkeys(_USUAL_SAMPLES)
    for text in texts:
        for each in text:
            found[each] = None
            for other in (each.lower(), each.upper()):
                if len(other) == 1:
                    found[other] = None
        if len(found) > MAX_SAMPLES:
            break
    return "".join(found)


class _Part:
    """What may begin and end a part of the pattern, and whether it can match the empty text."""

    __slots__ = ("empty", "first", "last")

    def __init__(self, empty: bool, first: set[int], last: set[int]) -> None:
        self.empty = empty
        self.first = first
        self.last = last


class TooManyStates(Exception):
    """The pattern is too large to be looked at."""


class _Positions:
    """Glushkov's automaton: a state for each character of the pattern."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.follow: list[dict[int, int]] = []  # state -> next state -> in how many ways
        self.places = 0
        self.repeats_nothing = False  # some counted loop can do nothing in each of its turns

    def build(self, node: Node) -> _Part:
        """Adds the states of a node and returns how they connect with others."""
        if isinstance(node, Character):
            if len(self.texts) >= MAX_STATES:
                raise TooManyStates
            state = len(self.texts)
            self.texts.append(node.text)
            self.follow.append({})
            return _Part(False, {state}, {state})
        if isinstance(node, Capture):
            return self.build(node.body)
        if isinstance(node, Either):
            return self._either([self.build(each) for each in node.parts])
        if isinstance(node, Both):
            return self._sequence([self.build(each) for each in node.parts])
        if isinstance(node, Repeat):
            return self._repeat(node)
        self.places += isinstance(node, Place)
        return _Part(True, set(), set())

    def connect(self, ends: set[int], starts: set[int]) -> None:
        """Notes that each of `starts` may follow each of `ends`."""
        for end in ends:
            ways = self.follow[end]
            for start in starts:
                ways[start] = ways.get(start, 0) + 1

    @staticmethod
    def _either(parts: list[_Part]) -> _Part:
        return _Part(
            any(part.empty for part in parts),
            set().union(*(part.first for part in parts)),
            set().union(*(part.last for part in parts)),
        )

    def _sequence(self, parts: list[_Part]) -> _Part:
        result = _Part(True, set(), set())
        for part in parts:
            self.connect(result.last, part.first)
            first = result.first | part.first if result.empty else result.first
            last = result.last | part.last if part.empty else part.last
            result = _Part(result.empty and part.empty, first, last)
        return result

    def _repeat(self, node: Repeat) -> _Part:
        if node.high == 0:
            return _Part(True, set(), set())
        before = len(self.texts)
        part = self.build(node.body)
        size = len(self.texts) - before
        if part.empty and node.low > 1:
            self.repeats_nothing = True
        if node.low == node.high and node.low * size <= MAX_UNROLLED:
            return self._sequence([part, *(self.build(node.body) for _ in range(node.low - 1))])
        if node.high is None or node.high > 1:
            self.connect(part.last, part.first)
        return _Part(part.empty or node.low == 0, part.first, part.last)


class Risk:
    """How many steps a backtracking engine may need: a function of the text."""

    __slots__ = ("_anchored", "_exponential", "_inside", "_loops", "_run")

    def __init__(self, loops: int, exponential: bool, anchored: bool, run: str) -> None:
        self._loops = loops
        self._exponential = exponential
        self._anchored = anchored
        self._run = re.compile(f"(?:{run})+") if run else None
        self._inside = b""  # of each ASCII character whether loops take it, once it is needed

    def safe_size(self, most: int) -> int:
        """Returns how long a text may be that takes at most `most` steps whatever is in it."""
        if not self._loops:
            return most
        if self._exponential:
            return 0
        return max(int(float(most) ** (1.0 / (self._loops + 1))) - 1, 0)

    def is_safe(self, text: str, most: int) -> bool:
        """Tells whether a search of a text takes no more than `most` steps."""
        if not self._loops or self._run is None or not text.isascii():
            return self.steps(text) <= most
        # The steps grow with the longest run of characters that loops take: ask for a run that is
        # too long rather than look at all of them.
        left = most if self._anchored else most / max(len(text), 1)
        if left < STEP_WEIGHT:
            return self.steps(text) <= most
        if self._exponential:
            allowed = int(math.log2(left / STEP_WEIGHT))
        else:
            allowed = int(left ** (1.0 / min(self._loops, 50)) - 1)
        if not self._inside:
            matches = self._run.fullmatch
            self._inside = bytes(
                1 if code < 128 and matches(chr(code)) else 0 for code in range(256)
            )
        marks = text.encode().translate(self._inside)
        if b"\1" * (allowed + 1) not in marks:
            return True
        return self.steps(text) <= most

    def steps(self, text: str) -> float:
        """Returns how many steps a search of a text may take at the most."""
        if not self._loops:
            return len(text)
        if self._run is None:
            longest = len(text)
        else:
            longest = max((len(each.group()) for each in self._run.finditer(text)), default=0)
        if self._exponential:
            one = STEP_WEIGHT * 2.0 ** min(longest, 1000)
        else:
            one = float(longest + 1) ** min(self._loops, 50)
        return one if self._anchored else one * len(text)


def risk_of(tree: Node) -> Risk:
    """Returns the risk of a pattern; none for what only Python's own engine can match."""
    kinds = _kinds_in(tree)
    if Opaque in kinds or Repeat not in kinds:
        return Risk(0, False, True, "")
    positions = _Positions()
    try:
        whole = positions.build(tree)
    except TooManyStates:
        return Risk(1, True, False, "")
    anchored = _begins_at_the_start(tree)
    follow = positions.follow
    loops = _loops(follow)
    if not loops:
        return Risk(int(positions.repeats_nothing), True, anchored, "")
    masks = _masks(positions.texts)
    inside = set().union(*loops)
    run = "|".join(dict.fromkeys(positions.texts[state] for state in sorted(inside)))
    if positions.repeats_nothing:
        return Risk(1, True, anchored, "")
    if _is_deterministic(follow, masks):
        # A loop that may end the match cannot fail any more, unless something asks for the place.
        may_fail = not inside <= whole.last or positions.places > anchored
        return Risk(int(may_fail), False, anchored, run)
    if any(_is_ambiguous(loop, follow, masks) for loop in loops):
        return Risk(1, True, anchored, run)
    return Risk(_longest_chain(loops, follow), False, anchored, run)


def _kinds_in(tree: Node) -> set[type]:
    """Returns what kinds of nodes a pattern consists of."""
    found: set[type] = set()
    waiting: list[Node] = [tree]
    while waiting:
        node = waiting.pop()
        found.add(type(node))
        if isinstance(node, Both | Either):
            waiting += node.parts
        elif isinstance(node, Repeat | Capture):
            waiting.append(node.body)
    return found


def _begins_at_the_start(tree: Node) -> bool:
    while isinstance(tree, Both | Capture):
        if isinstance(tree, Capture):
            tree = tree.body
        elif tree.parts:
            tree = tree.parts[0]
        else:
            return False
    return isinstance(tree, Place) and tree.text == r"\A"


def _masks(texts: list[str]) -> list[int]:
    """Returns for each state the set of samples that it accepts, as bits."""
    samples = samples_of(texts)
    known: dict[str, int] = {}
    for text in texts:
        if text not in known:
            accepts = re.compile(text).match
            known[text] = sum(1 << index for index, each in enumerate(samples) if accepts(each))
    return [known[text] for text in texts]


def _is_deterministic(follow: list[dict[int, int]], masks: list[int]) -> bool:
    """Tells whether at most one way leads on from every state, whatever comes next."""
    for ways in follow:
        seen = 0
        for state, count in ways.items():
            if count > 1 or seen & masks[state]:
                return False
            seen |= masks[state]
    return True


def _loops(follow: list[dict[int, int]]) -> list[set[int]]:
    """Returns the sets of states that lead to one another (Tarjan's algorithm)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    on_stack: set[int] = set()
    stack: list[int] = []
    found: list[set[int]] = []
    for root in range(len(follow)):
        if root in index:
            continue
        work = [(root, iter(follow[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            state, rest = work[-1]
            for each in rest:
                if each not in index:
                    index[each] = low[each] = len(index)
                    stack.append(each)
                    on_stack.add(each)
                    work.append((each, iter(follow[each])))
                    break
                if each in on_stack:
                    low[state] = min(low[state], index[each])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[state])
                if low[state] == index[state]:
                    loop = set()
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        loop.add(member)
                        if member == state:
                            break
                    if len(loop) > 1 or state in follow[state]:
                        found.append(loop)
    return found


def _is_ambiguous(loop: set[int], follow: list[dict[int, int]], masks: list[int]) -> bool:
    """Tells whether two ways lead from a state of a loop back to it over the same text."""
    inside = {state: [each for each in follow[state] if each in loop] for state in loop}
    if any(follow[state][each] > 1 for state in loop for each in inside[state]):
        return True
    if all(len(ways) < 2 for ways in inside.values()):
        return False
    if len(loop) > MAX_LOOP:
        return True
    # Two runs at once: the pairs of states that they can be in. If a pair of different states lies
    # in one loop with a pair of equal ones, the two runs can part and come together again.
    number = {state: index for index, state in enumerate(sorted(loop))}
    size = len(loop)
    pairs: list[dict[int, int]] = [{} for _ in range(size * size)]
    for left in loop:
        for right in loop:
            ways = pairs[number[left] * size + number[right]]
            for one in inside[left]:
                for other in inside[right]:
                    if masks[one] & masks[other]:
                        ways[number[one] * size + number[other]] = 1
    for component in _loops(pairs):
        equal = any(pair // size == pair % size for pair in component)
        if equal and any(pair // size != pair % size for pair in component):
            return True
    return False


def _longest_chain(loops: list[set[int]], follow: list[dict[int, int]]) -> int:
    """Returns how many loops a path can go through."""
    # Tarjan finds a loop before those that lead to it, so one pass over them is enough, with the
    # states between loops counted by what they reach.
    home = {state: index for index, loop in enumerate(loops) for state in loop}
    reached: dict[int, int] = {}
    length = [0] * len(loops)
    for index, loop in enumerate(loops):
        waiting = [each for state in loop for each in follow[state] if each not in loop]
        seen: set[int] = set()
        best = 0
        while waiting:
            state = waiting.pop()
            if state in seen:
                continue
            seen.add(state)
            if state in home:
                best = max(best, length[home[state]])
            elif state in reached:
                best = max(best, reached[state])
            else:
                waiting += follow[state]
        length[index] = best + 1
    return max(length, default=0)
