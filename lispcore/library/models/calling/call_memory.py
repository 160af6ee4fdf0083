"""What one interpreter remembers of its model calls: cassettes, the cache, the tape of a run.

    scope      the cassette of the `llm/with-cassette` around a call, else the one that was loaded
    played     the recording of a whole run, from a link: it answers instead of every provider
    begin_run_note, note_for_run  hand each call's recording to a host that keeps them for a link

What calls do with all this stands in `taping.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, Final
from weakref import WeakKeyDictionary

from lispcore.library.files import file_system
from lispcore.library.models.calling.cache_files import CacheFiles, cache_folder
from lispcore.library.models.calling.call_order import TurnKeeper, TurnTaker
from lispcore.llm.answer_cache import AnswerCache
from lispcore.llm.fingerprints import in_words, key_of, outline_of
from lispcore.llm.playback import AUTO, MODES, REPLAY, Cassette
from lispcore.llm.recordings import (
    MAX_FILE_CHARACTERS,
    MAX_TAPE_CHARACTERS,
    Recording,
    TapeError,
    line_of,
    read_tape,
)
from lispcore.llm.requests import Request
from lispcore.tasks import context
from lispcore.values.errors import LispError

PATH_VARIABLE: Final = "SEMA_LLM_CASSETTE"
MODE_VARIABLE: Final = "SEMA_LLM_CASSETTE_MODE"
_UNSET: Final[Any] = object()


@dataclass(slots=True)
class Scope:
    """A cassette at work and the file it belongs to.

    A line is added as soon as its call has ended, so that what was paid for outlives the process.
    Calls that overlapped end in another order than they were made in, and what is recorded anew
    stands behind what it replaces: then `save` writes the whole file anew, in order.

    After the form that opened it has ended, tasks may still record; the last one saves.
    `on_file` counts the lines of the file, -1 if none can be added to it; `size` its bytes.
    """

    cassette: Cassette
    path: str
    writes_through: bool = False
    on_file: int = 0
    size: int = 0

    def finish(self, recording: Recording) -> None:
        """Takes in a call that has ended, and writes its line."""
        cassette = self.cassette
        changed = cassette.is_changed
        cassette.finish(recording)
        if self.on_file < 0:
            self._write_whole()
        else:
            is_next = cassette.is_at(self.on_file, recording) and not recording.is_anew
            self._write([line_of(recording) + "\n"], "a")
            cassette.is_changed = changed or not is_next
        if self.writes_through and not cassette.under_way:
            self.save()

    def save(self) -> None:
        """Puts the lines of the file in order, if they are not."""
        if not self.cassette.is_changed:
            return
        if self.on_file >= 0 and self._is_shared():
            return  # somebody else records there, too: nobody takes the other's lines away
        self._write_whole()

    def _is_shared(self) -> bool:
        try:
            return file_system.status(self.path).st_size != self.size
        except OSError:
            return False

    def _write_whole(self) -> None:
        self.on_file = self.size = 0
        self._write(self.cassette.lines(), "w")
        self.cassette.is_changed = False

    def _write(self, lines: list[str], mode: str) -> None:
        data = "".join(lines).encode("utf-8")
        try:
            file_system.make_folder_above(self.path)
            if mode == "w" and file_system.is_file(self.path):
                # What is there stays until all of the new is.
                with file_system.written_whole(file_system.real_path(self.path)) as file:
                    file.write(data)
            else:
                with file_system.open_file(self.path, mode + "b") as file:
                    file.write(data)
        except OSError as error:
            self.on_file = -1  # half a line may stand there
            self.cassette.is_changed = True
            raise LispError(
                f"the tape {self.path} cannot be written: {(error.strerror or 'failed').lower()}",
                kind="io",
                path=self.path,
                hint="the answers so far are in memory: they are written once there is room",
            ) from None
        self.on_file += len(lines)
        self.size += len(data)


# The cassette of the innermost form around, None for none; unset where there is no such form.
_scope: ContextVar[Scope | None] = ContextVar("cassette", default=_UNSET)
# Seconds for which cached answers count; None while the cache is off.
cache_ttl: ContextVar[float | None] = ContextVar("cache ttl", default=None)


@dataclass(slots=True)
class Memory:
    """The state of one interpreter."""

    cache: AnswerCache
    temporary_cache: AnswerCache = field(default_factory=lambda: AnswerCache(None))
    loaded: Scope | None = None
    played: Cassette | None = None
    runs_recorded: int = 0
    turns: TurnKeeper = field(default_factory=TurnKeeper)
    players: list[TurnTaker] = field(default_factory=list)


_memories: WeakKeyDictionary[Any, Memory] = WeakKeyDictionary()


def memory() -> Memory:
    """Returns the memory of the running interpreter."""
    return _memory_of(context.interpreter())


def _memory_of(interpreter: Any) -> Memory:
    found = _memories.get(interpreter)
    if found is None:
        found = _memories[interpreter] = Memory(AnswerCache(CacheFiles(cache_folder())))
        found.loaded = _from_environment()
    return found


def _from_environment() -> Scope | None:
    """Returns the cassette that the environment names for the whole run."""
    host = context.host()
    path = host.environment(PATH_VARIABLE)
    if not path:
        return None
    mode = (host.environment(MODE_VARIABLE) or AUTO).lower()
    if mode not in MODES:
        raise LispError(
            f"{MODE_VARIABLE} is {mode}, expected one of {', '.join(MODES)}", kind="llm"
        )
    scope = open_scope(PATH_VARIABLE, path, mode)
    scope.writes_through = True
    return scope


def play_run(interpreter: Any, tape: str) -> None:
    """Has every model call of an interpreter answered from the recording of a run.

    Raises `LispError` if the text is no tape.
    """
    token = context.enter(interpreter)
    try:
        recordings = _read("the recording", tape)
        found = _memory_of(interpreter)
        found.played = Cassette("", REPLAY, recordings)
        # What the visitor's own cache holds was not there when the run was recorded.
        found.cache = AnswerCache(None)
    finally:
        context.leave(token)


# --- cassettes -----------------------------------------------------------------------------------


def open_scope(name: str, path: str, mode: str) -> Scope:
    """Returns the cassette of a file for the function `name`; in mode "replay" it must exist."""
    found = _memories.get(context.interpreter())
    replaces_all = found is not None and found.played is not None
    try:
        with file_system.open_file(path) as file:
            data = file.read(MAX_FILE_CHARACTERS + 1)
        text = _decoded(data)
    except FileNotFoundError:
        if mode == REPLAY and not replaces_all:
            raise LispError(
                f"{name}: there is no tape {path}",
                kind="io",
                hint="record it first: {:mode :auto}",
                path=path,
            ) from None
        data, text = b"", ""
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not a text in UTF-8"
        raise LispError(
            f"{name}: the tape {path} cannot be read: {reason.lower()}", kind="io", path=path
        ) from None
    cassette = Cassette(path, mode, _read(f"{name}: {path}", text, MAX_FILE_CHARACTERS))
    is_whole = not text or text.endswith("\n")
    return Scope(cassette, path, on_file=len(cassette) if is_whole else -1, size=len(data))


def _decoded(data: bytes) -> str:
    """Returns the text of a tape whose last line may have broken off within a character."""
    whole, _, rest = data.rpartition(b"\n")
    text = whole.decode("utf-8") + "\n" if whole else ""
    try:
        return text + rest.decode("utf-8")
    except UnicodeDecodeError:
        if not whole:
            raise
        return text + rest.decode("utf-8", "ignore")


def _read(name: str, text: str, most: int = MAX_TAPE_CHARACTERS) -> list[Recording]:
    try:
        return read_tape(text, most)
    except TapeError as problem:
        raise LispError(
            f"{name} is no tape: {problem}",
            kind="llm",
            hint="a tape holds one JSON object a line, as llm/with-cassette writes them",
        ) from None


def current_scope() -> Scope | None:
    """Returns the cassette that calls made here go through."""
    found = _scope.get()
    return memory().loaded if found is _UNSET else found


def enter_scope(scope: Scope) -> Any:
    """Puts a cassette in force until `leave_scope`; the cache is off meanwhile."""
    return _scope.set(scope), cache_ttl.set(None)


def leave_scope(tokens: Any) -> None:
    """Undoes one `enter_scope`."""
    _scope.reset(tokens[0])
    cache_ttl.reset(tokens[1])


def load_scope(scope: Scope | None) -> None:
    """Puts a cassette in force from here on, or takes the one away that is."""
    if _scope.get() is _UNSET:
        memory().loaded = scope
    else:
        _scope.set(scope)


# --- the recording of a whole run ----------------------------------------------------------------


def begin_run_note() -> int:
    """Returns the number of a call in its run, given when it is asked; 0 if nobody keeps a tape."""
    if not getattr(context.host(), "keeps_recordings", False):
        return 0
    found = memory()
    if found.played is not None:
        return 0
    found.runs_recorded += 1
    return found.runs_recorded


def note_for_run(
    number: int, recording: Recording, description: Mapping[str, Any], *, is_cached: bool = False
) -> None:
    """Hands a call's recording to the host, with the question in words for whoever shares it."""
    if not number:
        return
    if is_cached:  # a cache has keys of its own
        key, outline = key_of(description), outline_of(description)
        recording = replace(recording, key=key, outline=outline, is_cached=True)
    context.host().record(
        {
            "type": "recording",
            "number": number,
            "line": line_of(recording),
            "asked": in_words(description),
        }
    )


# --- the cache -----------------------------------------------------------------------------------


def find_cached(
    cache: AnswerCache,
    key: str,
    described: Mapping[str, Any],
    ttl_seconds: float,
    request: Request | None = None,
) -> Recording | None:
    """Returns the answer that a cache holds for a call, and counts whether it does.

    `described` is the call as cassettes see it. Answers that an earlier program had kept count as
    such in the recording of a run, so that it plays the same where that program never ran.
    """
    found, was_kept_before = cache.find(key, context.host().now(), ttl_seconds, request)
    played = memory().played
    if found is None and played is not None:
        recorded = played.peek(key_of(described))
        if recorded is not None and recorded.is_cached:
            found = played.find(described)
            assert found is not None
            cache.keep(key, found, context.host().now())
    cache.hits += found is not None
    cache.misses += found is None
    if found is not None and was_kept_before:
        note_for_run(begin_run_note(), found, described, is_cached=True)
    return found
