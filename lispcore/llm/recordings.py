"""Recorded calls, and the lines of a tape that hold them (docs/tapes.md describes the format).

A tape is text: one JSON object a line, ``{"v": 1, "kind": …, "key": …, …}``. It holds answers,
never the words of a question, no key and no header; a question is found again by its fingerprint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from lispcore.llm import failures as errors
from lispcore.llm.events import (
    EmbeddingsReady,
    Event,
    Finished,
    MediaReady,
    ModelNamed,
    OddsReport,
    OtherAnswer,
    RankingReady,
    ServerStepReady,
    Source,
    SourceFound,
    TextDelta,
    ThinkingDelta,
    ThinkingReady,
    TokenOdds,
    ToolCallReady,
    UsageReport,
)
from lispcore.llm.failures import ModelError
from lispcore.llm.json_values import read_json
from lispcore.llm.messages import Media, ServerStep, Thinking, ToolCall
from lispcore.llm.usage import Usage

VERSION: Final = 1
# What a line may be: an answer in one piece, one in pieces, vectors, or an order of documents.
COMPLETE: Final = "complete"
STREAM: Final = "stream"
EMBED: Final = "embed"
RERANK: Final = "rerank"
KINDS: Final = (COMPLETE, STREAM, EMBED, RERANK)
# Against a text that is no recording; a link's whole content is smaller (12 MB) …
MAX_TAPE_CHARACTERS: Final = 64 * 1024 * 1024
# … and the tape of a program that runs for days is larger.
MAX_FILE_CHARACTERS: Final = 2 * 1024 * 1024 * 1024
MAX_TURNS: Final = 1_000_000

_USAGE: Final = (
    "prompt_tokens", "completion_tokens", "cache_read_tokens", "cache_creation_tokens",
    "searches", "programs", "cache_hour_tokens",
)  # fmt: skip
_STEP: Final = ("tool", "wanted", "result", "form", "data")
_ERROR_FIELDS: Final = ("message", "provider", "status", "type", "advice", "partial", "parameter")
_ERRORS: Final[dict[str, type[ModelError]]] = {
    each.kind: each
    for each in vars(errors).values()
    if isinstance(each, type) and issubclass(each, ModelError)
}


class TapeError(ValueError):
    """A text is no tape; the message says which line and why."""


@dataclass(slots=True)
class Recording:
    """One recorded call.

    `error` is how it failed, as JSON values. `is_cut`: the program did not listen to the end.
    `is_cached`: a cache had answered, so the call cost nothing. `is_ready`: nothing more will come.
    `turns` number its events among those of calls that overlapped it. `is_anew`: it takes the place
    of all earlier ones of its key, which may still be in the file. `milliseconds` is what it took.
    """

    key: str
    kind: str
    provider: str = ""
    outline: Mapping[str, Any] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    error: Mapping[str, Any] | None = None
    is_cut: bool = False
    is_cached: bool = False
    is_ready: bool = False
    is_anew: bool = False
    turns: list[int] = field(default_factory=list)
    milliseconds: int = 0

    @property
    def text(self) -> str:
        """The words of the answer."""
        return "".join(event.text for event in self.events if type(event) is TextDelta)


# --- to text -------------------------------------------------------------------------------------


def line_of(recording: Recording) -> str:
    """Returns a recording as one line of a tape, without the line's end."""
    import json

    line: dict[str, Any] = {"v": VERSION, "kind": recording.kind, "key": recording.key}
    line.update(_answer_fields(recording))
    if recording.provider:
        line["provider"] = recording.provider
    if recording.error is not None:
        line["error"] = dict(recording.error)
    if recording.is_cut:
        line["cut"] = True
    if recording.is_cached:
        line["cached"] = True
    if recording.is_anew:
        line["anew"] = True
    if recording.milliseconds:
        line["ms"] = recording.milliseconds
    if recording.turns:
        line["turns"] = _runs(recording.turns)
    if recording.outline:
        line["request"] = dict(recording.outline)
    text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    # Half of a surrogate pair cannot be written as UTF-8; JSON has an escape for it.
    return text if _is_writable(text) else json.dumps(line, separators=(",", ":"))


def _runs(numbers: list[int]) -> list[list[int]]:
    """Returns rising numbers as pairs of the first of some that follow each other, and how many."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == sum(runs[-1]):
            runs[-1][1] += 1
        else:
            runs.append([number, 1])
    return runs


def _numbers_of(runs: list[list[int]]) -> list[int]:
    if sum(int(count) for _, count in runs) > MAX_TURNS:
        raise ValueError
    return [number for first, count in runs for number in range(first, first + count)]


def _is_writable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


_BEYOND_WORDS: Final = (
    ThinkingDelta,
    ThinkingReady,
    ToolCallReady,
    ServerStepReady,
    SourceFound,
    MediaReady,
    OtherAnswer,
    OddsReport,
)


def _answer_fields(recording: Recording) -> dict[str, Any]:
    events = recording.events
    answer: dict[str, Any] = {}
    if recording.kind in (COMPLETE, STREAM):
        answer["content"] = recording.text
    if any(type(each) in _BEYOND_WORDS for each in events):
        answer["events"] = _body(events, whole=recording.kind == COMPLETE)
    elif recording.kind == STREAM:
        answer["chunks"] = [each.text for each in events if type(each) is TextDelta]
    for event in events:
        if type(event) is ModelNamed:
            answer["model"] = event.model
        elif type(event) is UsageReport:
            answer.update({name: getattr(event.usage, name) for name in _USAGE})
            answer["charged_usd"] = event.usage.charged_usd
        elif type(event) is EmbeddingsReady:
            answer["embeddings"] = [_numbers(vector) for vector in event.vectors]
        elif type(event) is RankingReady:
            answer["scores"] = [list(each) for each in event.scores]
        elif type(event) is Finished and recording.kind in (COMPLETE, STREAM):
            answer["stop_reason"] = event.reason
    return {name: value for name, value in answer.items() if value != 0}


def _numbers(vector: bytes) -> list[float]:
    """Returns a packed vector as numbers; JSON gives each back exactly."""
    import struct

    return list(struct.unpack(f"<{len(vector) // 8}d", vector))


def _packed(numbers: list[float]) -> bytes:
    import struct

    return struct.pack(f"<{len(numbers)}d", *(float(number) for number in numbers))


def _body(events: list[Event], *, whole: bool) -> list[list[Any]]:
    """Returns what is said, thought and called, in order; with `whole`, adjacent words as one."""
    body: list[list[Any]] = []
    for event in events:
        if type(event) is TextDelta:
            if whole and body and body[-1][0] == "text":
                body[-1][1] += event.text
            else:
                body.append(["text", event.text])
        elif type(event) is ThinkingDelta:
            if whole and body and body[-1][0] == "thinking":
                body[-1][1] += event.text
            else:
                body.append(["thinking", event.text])
        elif type(event) is ThinkingReady:
            thought = event.thinking
            body.append(["thought", _present(thought, "text", "signature", "redacted", "form")])
        elif type(event) is ToolCallReady:
            call = event.call
            given = _present(call, "id", "name", "malformed", "signature")
            body.append(["call", {**given, "arguments": dict(call.arguments)}])
        elif type(event) is ServerStepReady:
            body.append(["step", _present(event.step, *_STEP)])
        elif type(event) is SourceFound:
            found = event.source
            place = [found.start, found.end] if found.end >= 0 else None
            source = _present(found, "url", "title", "quote")
            body.append(["source", source | {"place": place} if place else source])
        elif type(event) is MediaReady:
            body.append(["media", [event.media.media_type, _base64(event.media.data)]])
        elif type(event) is OtherAnswer:
            body.append(["other", event.text])
        elif type(event) is OddsReport:
            odds = [[each.token, each.logprob, *map(list, each.others)] for each in event.tokens]
            body.append(["odds", odds])
    return body


def _base64(data: bytes) -> str:
    from base64 import b64encode

    return b64encode(data).decode("ascii")


def _present(value: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names if getattr(value, name)}


def error_fields(error: ModelError) -> dict[str, Any]:
    """Returns a failure as JSON values; `error_of` makes it an error again."""
    given = {"class": error.kind, **_present(error, *_ERROR_FIELDS)}
    if error.retry_after is not None:
        given["retry_after"] = error.retry_after
    return given


def error_of(given: Mapping[str, Any]) -> ModelError:
    """Returns the recorded failure of a call."""
    kind = _ERRORS.get(str(given.get("class")), ModelError)
    known = {name: given[name] for name in _ERROR_FIELDS if name in given}
    return kind(known.pop("message", ""), retry_after=given.get("retry_after"), **known)


# --- from text -----------------------------------------------------------------------------------


def read_tape(text: str, most: int = MAX_TAPE_CHARACTERS) -> list[Recording]:
    """Returns the recordings of a tape; raises `TapeError` for a line that is none.

    The last line may have broken off, with the process that wrote it: then it does not count.
    """
    if len(text) > most:
        raise TapeError(f"it has more than {most} characters")
    recordings: list[Recording] = []
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            recording = _recording_of(read_json(line))
        except TapeError as problem:
            raise TapeError(f"line {number}: {problem}") from None
        except (ValueError, TypeError, AttributeError, KeyError, IndexError, OverflowError):
            if number == len(lines) and _broke_off(line):
                break
            raise TapeError(f"line {number} is no recording of a call") from None
        if recording.is_anew:
            recording.is_anew = False
            recordings = [each for each in recordings if each.key != recording.key]
        recordings.append(recording)
    return recordings


def _broke_off(line: str) -> bool:
    """Tells whether a line is the beginning of one that holds a recording."""
    start = '{"v":1,"kind":"'
    if not start.startswith(line[: len(start)]):
        return False
    try:
        read_json(line)
    except ValueError:
        return True
    return False


def _recording_of(line: Any) -> Recording:
    if not isinstance(line, dict):
        raise TypeError
    version = line.get("v")
    if version != VERSION:
        raise TapeError(f"its format is {version!r}, and only format {VERSION} can be read")
    kind = line["kind"]
    if kind not in KINDS:
        raise TapeError(f"the kind of call {kind!r} is not known")
    recording = Recording(
        key=_text(line["key"]),
        kind=kind,
        provider=_text(line.get("provider", "")),
        outline=dict(line.get("request") or {}),
        error=dict(line["error"]) if line.get("error") else None,
        is_cut=line.get("cut") is True,
        is_cached=line.get("cached") is True,
        is_ready=True,
        is_anew=line.get("anew") is True,
        turns=_numbers_of(line.get("turns") or []),
        milliseconds=max(int(line.get("ms") or 0), 0),
    )
    recording.events = _events(line, recording.error is None and not recording.is_cut)
    return recording


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _events(line: dict[str, Any], is_whole: bool) -> list[Event]:
    events: list[Event] = []
    if line.get("model"):
        events.append(ModelNamed(_text(line["model"])))
    if line.get("events"):
        events += [_event(name, value) for name, value in line["events"]]
    elif "chunks" in line:
        events += [TextDelta(_text(chunk)) for chunk in line["chunks"]]
    elif line.get("content"):
        events.append(TextDelta(_text(line["content"])))
    if "embeddings" in line:
        events.append(EmbeddingsReady(tuple(_packed(numbers) for numbers in line["embeddings"])))
    if "scores" in line:
        events.append(RankingReady(tuple((int(i), float(score)) for i, score in line["scores"])))
    counts = [int(line.get(name) or 0) for name in _USAGE]
    charged = float(line.get("charged_usd") or 0)
    if any(counts) or charged:
        usage = Usage(**dict(zip(_USAGE, counts, strict=True)))
        events.append(UsageReport(replace(usage, charged_usd=charged)))
    if is_whole:
        called = any(type(each) is ToolCallReady for each in events)
        default = "tool_use" if called else "end_turn"
        events.append(Finished(_text(line.get("stop_reason") or default)))
    return events


def _odd(token: Any, logprob: Any, *others: Any) -> TokenOdds:
    beside = tuple((_text(each[0]), float(each[1])) for each in others)
    return TokenOdds(_text(token), float(logprob), beside)


def _event(name: str, value: Any) -> Event:
    if name == "text":
        return TextDelta(_text(value))
    if name == "thinking":
        return ThinkingDelta(_text(value))
    if name == "thought":
        return ThinkingReady(
            Thinking(
                _text(value.get("text", "")),
                _text(value.get("signature", "")),
                bool(value.get("redacted")),
                _text(value.get("form", "")),
            )
        )
    if name == "step":
        return ServerStepReady(ServerStep(*(_text(value.get(each, "")) for each in _STEP)))
    if name == "source":
        start, end = value.get("place") or (-1, -1)
        url, title, quote = (_text(value.get(each, "")) for each in ("url", "title", "quote"))
        return SourceFound(Source(url, title, quote, int(start), int(end)))
    if name == "media":
        from base64 import b64decode

        kind, data = value
        return MediaReady(Media(_text(kind), b64decode(_text(data), validate=True)))
    if name == "other":
        return OtherAnswer(_text(value))
    if name == "odds":
        return OddsReport(tuple(_odd(*each) for each in value))
    if name == "call":
        return ToolCallReady(
            ToolCall(
                _text(value.get("id", "")),
                _text(value["name"]),
                dict(value["arguments"]),
                _text(value.get("malformed", "")),
                _text(value.get("signature", "")),
            )
        )
    raise TapeError(f"the event {name!r} is not known")
