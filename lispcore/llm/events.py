"""What arrives while a model answers, and the whole that it adds up to.

A translator turns stream records into these events; `ReplyBuilder` folds them into a `Reply`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from lispcore.llm.messages import Media, Message, Part, ServerStep, Text, Thinking, ToolCall
from lispcore.llm.usage import Usage


@dataclass(frozen=True, slots=True)
class ModelNamed:
    """The provider says which model answers."""

    model: str


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More words of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ThinkingDelta:
    """More of the reasoning, for whoever wants to watch it."""

    text: str


@dataclass(frozen=True, slots=True)
class ThinkingReady:
    """A block of reasoning is complete, as it must go back to the provider."""

    thinking: Thinking


@dataclass(frozen=True, slots=True)
class ToolCallReady:
    """The model asks for a tool; all arguments have arrived."""

    call: ToolCall


@dataclass(frozen=True, slots=True)
class Source:
    """Something that an answer goes by: a page or a document.

    `quote` are words of it; `start` and `end` are where in the answer it counts, -1 if nobody says.
    """

    url: str = ""
    title: str = ""
    quote: str = ""
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class SourceFound:
    """The answer goes by a source, or the model has come upon it."""

    source: Source


@dataclass(frozen=True, slots=True)
class ServerStepReady:
    """The provider has done something by itself."""

    step: ServerStep


@dataclass(frozen=True, slots=True)
class MediaReady:
    """The answer holds a picture or sound; all of it has arrived."""

    media: Media


@dataclass(frozen=True, slots=True)
class OtherAnswer:
    """One more answer to the same request, whole."""

    text: str


@dataclass(frozen=True, slots=True)
class TokenOdds:
    """A token of the answer with the logarithm of its probability, and those it came before."""

    token: str
    logprob: float
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class OddsReport:
    """How likely the next tokens of the answer were."""

    tokens: tuple[TokenOdds, ...]


@dataclass(frozen=True, slots=True)
class UsageReport:
    """Token counts so far; a later report replaces an earlier one."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class Finished:
    """The closing record.

    `reason` is end_turn, max_tokens, stop_sequence, tool_use, refusal, paused (the provider goes on
    once it gets back what it said) or other.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class EmbeddingsReady:
    """The vectors of all texts of a request, in their order: little-endian 64-bit floats."""

    vectors: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class RankingReady:
    """The documents of a request as (index, score), the best one first."""

    scores: tuple[tuple[int, float], ...]


Event: TypeAlias = (
    ModelNamed
    | TextDelta
    | ThinkingDelta
    | ThinkingReady
    | ToolCallReady
    | ServerStepReady
    | SourceFound
    | MediaReady
    | OtherAnswer
    | OddsReport
    | EmbeddingsReady
    | RankingReady
    | UsageReport
    | Finished
)


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer. `parts` holds text, reasoning and tool calls in the order they came.

    `others` are further answers to the same request, where several were asked for; `thinking` is
    the words of the reasoning, as far as the provider tells them.
    """

    text: str
    parts: tuple[Part, ...]
    usage: Usage
    stop_reason: str
    model: str
    others: tuple[str, ...] = ()
    odds: tuple[TokenOdds, ...] = ()
    thinking: str = ""
    sources: tuple[Source, ...] = ()

    @property
    def server_steps(self) -> tuple[ServerStep, ...]:
        """What the provider did by itself."""
        return tuple(part for part in self.parts if type(part) is ServerStep)

    @property
    def media(self) -> tuple[Media, ...]:
        """The pictures and sounds of the answer."""
        return tuple(part for part in self.parts if type(part) is Media)

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The tools that the model asks for."""
        return tuple(part for part in self.parts if type(part) is ToolCall)

    @property
    def message(self) -> Message:
        """The answer as the message that continues the conversation."""
        return Message("assistant", self.parts)


@dataclass(slots=True)
class ReplyBuilder:
    """Folds events into a reply."""

    model: str = ""
    usage: Usage = field(default_factory=Usage)
    stop_reason: str = ""
    _parts: list[Part] = field(default_factory=list)
    _words: list[str] = field(default_factory=list)
    _all_words: list[str] = field(default_factory=list)
    _others: list[str] = field(default_factory=list)
    _odds: list[TokenOdds] = field(default_factory=list)
    _thoughts: list[str] = field(default_factory=list)
    # In their order, each once; a dict for the sake of long lists.
    _sources: dict[Source, None] = field(default_factory=dict)

    def add(self, event: Event) -> None:
        """Takes in one event."""
        if type(event) is TextDelta:
            self._words.append(event.text)
            self._all_words.append(event.text)
        elif type(event) is ToolCallReady:
            self._end_text()
            self._parts.append(event.call)
        elif type(event) is ThinkingReady:
            self._end_text()
            self._parts.append(event.thinking)
        elif type(event) is ServerStepReady:
            self._end_text()
            self._parts.append(event.step)
        elif type(event) is MediaReady:
            self._end_text()
            self._parts.append(event.media)
        elif type(event) is SourceFound:
            self._sources.setdefault(event.source)
        elif type(event) is ThinkingDelta:
            self._thoughts.append(event.text)
        elif type(event) is OtherAnswer:
            self._others.append(event.text)
        elif type(event) is OddsReport:
            self._odds += event.tokens
        elif type(event) is UsageReport:
            self.usage = event.usage
        elif type(event) is ModelNamed:
            self.model = event.model
        elif type(event) is Finished:
            self.stop_reason = event.reason

    def _end_text(self) -> None:
        text = "".join(self._words)
        self._words.clear()
        if text:
            self._parts.append(Text(text))

    @property
    def text(self) -> str:
        """The words so far."""
        return "".join(self._all_words)

    @property
    def media(self) -> tuple[Media, ...]:
        """The pictures and sounds so far."""
        return tuple(part for part in self._parts if type(part) is Media)

    @property
    def says_nothing(self) -> bool:
        """Tells whether the answer has ended and holds neither words nor pictures nor sounds."""
        return self.stop_reason == "end_turn" and not self.text.strip() and not self.media

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources so far."""
        return tuple(self._sources)

    @property
    def thinking(self) -> str:
        """The words of the reasoning so far; where none were streamed, those of whole blocks."""
        if self._thoughts:
            return "".join(self._thoughts).strip()
        blocks = (part.text for part in self._parts if type(part) is Thinking)
        return "\n\n".join(text for text in blocks if text)

    def reply(self) -> Reply:
        """Returns what has been taken in."""
        self._end_text()
        return Reply(
            self.text,
            tuple(self._parts),
            self.usage,
            self.stop_reason,
            self.model,
            tuple(self._others),
            tuple(self._odds),
            self.thinking,
            self.sources,
        )


def distinct(sources: tuple[Source, ...]) -> list[Source]:
    """Returns one of all that are of the same page or document, in the order in which they came.

    A later one may know the title that an earlier one lacks.
    """
    found: dict[str, Source] = {}
    for each in sources:
        known = found.get(each.url or each.title)
        if known is None or not known.title:
            found[each.url or each.title] = each
    return list(found.values())
