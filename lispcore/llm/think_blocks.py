"""Takes reasoning out of the words: ``<think>…</think>``, as hosts of open models leave it there.

Such blocks stand at the beginning of an answer, before any of its words, one or several. Whatever
comes later is text: a model may well be asked about that mark.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import Final

from lispcore.llm.events import Event, Finished, TextDelta, ThinkingDelta, ToolCallReady

_NAMES: Final = ("think", "thinking", "thought", "reasoning")
_OPENING: Final = re.compile(rf"<({'|'.join(_NAMES)})>", re.IGNORECASE)


def without_think_blocks(events: Iterator[Event]) -> Generator[Event, None, None]:
    """Yields events with the reasoning that opens an answer as `ThinkingDelta`."""
    words = _Words()
    for event in events:
        if isinstance(event, TextDelta):
            yield from words.feed(event.text)
            continue
        if isinstance(event, (ToolCallReady, Finished)):
            yield from words.finish()
        yield event


class _Words:
    """The words of an answer; `_held` are those of which it is not clear yet what they are."""

    def __init__(self) -> None:
        self._held = ""
        self._closing = ""  # while in a block
        self._after_block = False
        self._is_text = False

    def feed(self, text: str) -> list[Event]:
        """Returns what more words say."""
        self._held += text
        found: list[Event] = []
        while self._held and not self._is_text:
            if not (self._thought(found) if self._closing else self._beginning()):
                return found
        if self._held:
            found.append(TextDelta(self._held))
            self._held = ""
        return found

    def finish(self) -> list[Event]:
        """Returns what was held back; what follows begins anew."""
        held, is_thought = self._held, bool(self._closing)
        if self._after_block and not held.strip():
            held = ""
        self._held = self._closing = ""
        self._after_block = self._is_text = False
        if not held:
            return []
        return [ThinkingDelta(held) if is_thought else TextDelta(held)]

    def _beginning(self) -> bool:
        """Looks at what may open a block; tells whether that is clear."""
        words = self._held.lstrip()
        opening = _OPENING.match(words)
        if opening:
            self._closing = f"</{opening[1].lower()}>"
            self._held = words[opening.end() :]
            return True
        if any(f"<{name}>".startswith(words.lower()) for name in _NAMES):
            return False
        self._is_text = True
        if self._after_block:
            self._held = words
        return True

    def _thought(self, found: list[Event]) -> bool:
        """Takes reasoning out of the words; tells whether the block has ended."""
        end = re.search(re.escape(self._closing), self._held, re.IGNORECASE)
        kept = 0 if end else self._overlap()
        thought = self._held[: end.start() if end else len(self._held) - kept]
        if thought:
            found.append(ThinkingDelta(thought))
        self._held = self._held[end.end() if end else len(thought) :]
        if end:
            self._closing = ""
            self._after_block = True
        return bool(end)

    def _overlap(self) -> int:
        """Returns how much of the end may be the beginning of the closing mark."""
        for length in range(min(len(self._closing) - 1, len(self._held)), 0, -1):
            if self._held[-length:].lower() == self._closing[:length]:
                return length
        return 0
