"""The map that ``catch`` binds: what a program sees of an error.

Most handlers look at one entry or at none, and loops catch a lot. So the message and the further
entries are made when they are asked for, and so is the ``:stack-trace``; until then the table keeps
the error and the places of the calls, never Python's frames, which would keep everything alive that
the program had on its stack.
"""

from __future__ import annotations

from types import CodeType, FunctionType, TracebackType
from typing import Any, NamedTuple

from lispcore.running.caught_errors import Site, caught_entries
from lispcore.running.diagnosis import FRAMES_KEPT, calls_at, explain, file_of, head_of, lisp_frames
from lispcore.tasks import context
from lispcore.values.errors import Frame, LateError, LispError, Said, WrongType
from lispcore.values.printing import print_value
from lispcore.values.thrown import Thrown
from lispcore.values.types import (
    LISP_FILE_PREFIX,
    List,
    Map,
    Value,
    intern_keyword,
    list_from,
    type_name,
)

_TYPE, _MESSAGE, _TRACE, _VALUE = map(intern_keyword, ("type", "message", "stack-trace", "value"))
_NAME, _LINE, _COLUMN, _USER = map(intern_keyword, ("name", "line", "col", "user"))

# The library functions that a :stack-trace names, and under which name; the dialect shows no
# others.
TRACED = {
    name: name for name in "+ - * / < > <= >= mod car cdr nth length append get throw".split()
}
TRACED |= {name: name for name in ("string-length", "string-ref", "contains?")}
TRACED |= {"modulo": "mod", "first": "car", "rest": "cdr"}


class _TraceEntries:
    """What a ``:stack-trace`` shows of one place: made once, because values never change."""

    __slots__ = ("alone", "called", "here", "plain")

    def __init__(self, here: list[Map], called: Map | None) -> None:
        self.here = here
        self.called = called  # the entry of the library function that was called there
        self.plain = list_from(here)
        self.alone = self.plain if called is None else list_from([called, *here])


Places = list[tuple[CodeType, int]]
# More places than this are looked through at once: the error came up from a deep recursion.
MANY_PLACES = 200

# Errors of these kinds also name the library function in which they arose.
_NAMING_KINDS = frozenset(("user", "type-error", "eval"))
# By the identity of the code object (its own hash is slow), which is kept so that it stays its own.
_entries: dict[int, tuple[CodeType, dict[int, _TraceEntries]]] = {}


def _entries_at(code: CodeType, instruction: int) -> _TraceEntries:
    """Returns the entries of a place."""
    known = _entries.get(id(code))
    if known is None:
        if len(_entries) > 2000:
            _entries.clear()
        known = _entries[id(code)] = (code, {})
    found = known[1].get(instruction)
    if found is None:
        from lispcore.tasks.context import interpreter

        calls = calls_at(code, instruction)
        _, line, column = calls[0]
        called = TRACED.get(head_of(interpreter(), code, line, column))
        found = known[1][instruction] = _TraceEntries(
            [
                Map({_NAME: "<lambda>" if name == "<program>" else name, _LINE: at, _COLUMN: from_})
                for name, at, from_ in calls
            ],
            None if called is None else Map({_NAME: called, _LINE: line, _COLUMN: column}),
        )
    return found


def _places(traceback: TracebackType | None) -> Places:
    """Returns the instructions at which functions stood, outermost first; of many both ends."""
    places: Places = []
    while traceback is not None:
        places.append((traceback.tb_frame.f_code, traceback.tb_lasti))
        traceback = traceback.tb_next
    if len(places) > MANY_PLACES:
        places = _in_lisp(places)
        if len(places) > 2 * FRAMES_KEPT:
            places = places[:FRAMES_KEPT] + places[-FRAMES_KEPT:]
    return places


def _in_lisp(places: Places) -> Places:
    return [each for each in places if each[0].co_filename.startswith(LISP_FILE_PREFIX)]


def _trace_of(places: Places, kind: str) -> List:
    """Returns the ``:stack-trace``, innermost first; of a deep stack both ends."""
    places = _in_lisp(places)
    if len(places) == 1:
        # A loop that catches what it throws asks for the same one again and again.
        found = _entries_at(*places[0])
        return found.alone if kind in _NAMING_KINDS else found.plain
    if len(places) > 2 * FRAMES_KEPT:
        places = places[:FRAMES_KEPT] + places[-FRAMES_KEPT:]
    entries = [_entries_at(*place) for place in reversed(places)]
    result = [each for entry in entries for each in entry.here]
    if entries and entries[0].called is not None and kind in _NAMING_KINDS:
        result.insert(0, entries[0].called)
    return list_from(result)


# --- the map ------------------------------------------------------------------------------------


class _CaughtTable(dict[Value, Value]):
    """The entries of a caught error; see above. It is empty for as long as it has an `error`."""

    __slots__ = ("error", "kind", "places", "session")

    session: Any  # the interpreter: the host may look at the map when no program runs
    error: Any
    kind: str
    places: Places

    def _complete(self) -> None:
        error, self.error = self.error, None
        if error is None:
            return
        token = context.enter(self.session)
        try:
            self._make(error)
        finally:
            context.leave(token)

    def _make(self, error: Any) -> None:
        self[_TYPE] = intern_keyword(self.kind)
        if type(error) is Thrown:
            self[_VALUE] = error.value
            self[_MESSAGE] = _thrown_message(error.value)
        else:
            entries = _entries_of(error, self.places[-1] if self.places else None)
            assert entries is not None
            self[_MESSAGE] = entries.message
            for name, value in entries.fields.items():
                self[intern_keyword(name)] = value
        self[_TRACE] = _trace_of(self.places, self.kind)

    def get(self, key: Value, default: Any = None, /) -> Any:
        error = self.error
        if error is not None:
            if key is _VALUE and type(error) is Thrown:
                return error.value
            if key is _TYPE:
                return intern_keyword(self.kind)
            if key is _MESSAGE:
                if type(error) is Thrown:
                    return _thrown_message(error.value)
                token = context.enter(self.session)
                try:
                    entries = _entries_of(error, self.places[-1] if self.places else None)
                    assert entries is not None
                    return entries.message
                finally:
                    context.leave(token)
            self._complete()
        return dict.get(self, key, default)

    def __contains__(self, key: object, /) -> bool:
        self._complete()
        return dict.__contains__(self, key)

    def __len__(self) -> int:
        self._complete()
        return dict.__len__(self)

    def __getitem__(self, key: Value, /) -> Value:
        self._complete()
        return dict.__getitem__(self, key)

    def __iter__(self) -> Any:
        self._complete()
        return dict.__iter__(self)

    def keys(self) -> Any:
        self._complete()
        return dict.keys(self)

    def items(self) -> Any:
        self._complete()
        return dict.items(self)

    def values(self) -> Any:
        self._complete()
        return dict.values(self)

    def copy(self) -> dict[Value, Value]:
        self._complete()
        return dict(self)

    def __or__(self, other: Any, /) -> Any:
        self._complete()
        return dict(self) | other

    def __ror__(self, other: Any, /) -> Any:
        self._complete()
        return other | dict(self)


def error_map(error: BaseException) -> Map:
    """Returns the map that a program sees of an error."""
    kind = _kind_of(error)
    if not kind:
        return whole_map(error)
    table = _CaughtTable()
    table.session = context.interpreter()
    table.error = error
    table.kind = kind
    table.places = _places(_traceback_of(error))
    # Drop the frames: they would keep everything alive that the program had on its stack.
    error.__traceback__ = None
    whole = Map(table)
    error.whole_map = whole  # type: ignore[attr-defined]  # errors of any class
    return whole


def caught_entry(error: BaseException, key: Value) -> Value:
    """Returns one entry of the map of an error, without the map.

    Compiled code asks for it where a handler looks at nothing else, see split_caught.py.
    """
    of = type(error)
    if of is Thrown:
        if key is _VALUE:
            return error.args[0]
        return _USER if key is _TYPE else _thrown_message(error.args[0])
    if key is _TYPE and of in _PLAIN:
        return _EVAL
    if of is Said and key is _MESSAGE and (found := _known.get(error.args[0])) is not None:
        return found.message
    entries = _entries_of(error, None)
    if entries is None:
        return whole_map(error).get(key)
    if key is _MESSAGE:
        return entries.message
    return entries.kind if key is _TYPE else entries.fields.get("value")


def _thrown_message(value: Value) -> str:
    return str(value) if type(value) is int else print_value(value)


def _traceback_of(error: Any) -> TracebackType | None:
    if isinstance(error, LispError) and error.task_traceback is None:
        return error.__traceback__
    in_task: TracebackType | None = getattr(error, "task_traceback", None)
    if in_task is not None and lisp_frames(in_task)[1]:
        # The error of an awaited task shows the task's calls, not those of who waited for it.
        return in_task
    traceback: TracebackType | None = error.__traceback__
    return traceback


def _kind_of(error: BaseException, place: tuple[CodeType, int] | None = None) -> str:
    """Returns the kind of an error if its entries can be made later, else an empty string.

    `place` is where it arose, if that is known already.
    """
    of = type(error)
    if of is Thrown:
        return "user"
    if of in _PLAIN:
        return "eval"
    if of is WrongType:
        # What `*` was given is looked up in the frame.
        return "" if error.args[0] == "*" else "type-error"
    if isinstance(error, LispError):
        fields = error.__dict__.get("fields")
        if fields is not None and not _OWN.isdisjoint(fields):
            return ""
        kind = error.kind
        if kind == "type-error" or kind == "user" or error.message.startswith(_CALLED):
            return ""
        return kind
    if getattr(error, "task_traceback", None) is not None:
        return ""
    if place is None:
        traceback = error.__traceback__
        if traceback is None:
            return ""
        while traceback.tb_next is not None:
            traceback = traceback.tb_next
        place = (traceback.tb_frame.f_code, traceback.tb_lasti)
    if not place[0].co_filename.startswith(LISP_FILE_PREFIX):
        return ""
    if isinstance(error, ZeroDivisionError):
        return "eval"
    if isinstance(error, TypeError):
        return "type-error" if str(error).startswith(_WRONG_OPERANDS) else ""
    return "type-error" if isinstance(error, AttributeError) and error.name == "cells" else ""


# How Python begins to say that the operands of an operator are of wrong types.
_WRONG_OPERANDS = ("unsupported operand", "can only concatenate str", "'<", "'>")
_CALLED = "not callable: "  # the value is looked up in the frame
_OWN = frozenset(("type", "message", "stack-trace", "value"))


def whole_map(error: BaseException) -> Map:
    """Returns the complete map of an error that can be understood only now."""
    known: Map | None = getattr(error, "whole_map", None)
    if known is not None and error.__traceback__ is None:
        return known  # another entry was asked for before, and the frames are gone since then
    traceback = _traceback_of(error)
    explained = error if isinstance(error, LispError) else explain(error)
    if explained is not error:
        error.explained = explained  # type: ignore[attr-defined]  # errors of any class
    found = traceback
    site = None
    while found is not None:
        if found.tb_frame.f_code.co_filename.startswith(LISP_FILE_PREFIX):
            site = Site(found.tb_frame, found.tb_lasti)
        found = found.tb_next
    message, fields = caught_entries(explained, site)
    table: dict[Value, Value] = {
        _TYPE: intern_keyword(explained.kind),
        _MESSAGE: message,
        _TRACE: _trace_of(_places(traceback), explained.kind),
    }
    if explained.kind == "user":
        table[_VALUE] = explained.value
    for name, value in fields.items():
        table[intern_keyword(name)] = value
    error.__traceback__ = None
    whole = Map(table)
    error.whole_map = whole  # type: ignore[attr-defined]  # errors of any class
    return whole


# --- message and further entries, made late -----------------------------------------------------


class _CodeFrame:
    """What is kept of a frame: its code."""

    __slots__ = ("f_code",)

    f_locals: dict[str, Any] = {}  # noqa: RUF012 - nobody changes it
    f_globals: dict[str, Any] = {}  # noqa: RUF012

    def __init__(self, code: CodeType) -> None:
        self.f_code = code


class _Entries(NamedTuple):
    """The entries of an error but its stack, and the code that its place is in."""

    kind: Value
    message: str
    fields: dict[str, Any]
    code: CodeType | None


# Entries by all that they depend on: programs make the same mistake in a loop. Of code the identity
# is the key, because its hash takes long; the entries keep the code alive.
_known: dict[Any, _Entries] = {}
_PLAIN = frozenset((Said, LateError))
_EVAL = intern_keyword("eval")


def _entries_of(error: Any, place: tuple[CodeType, int] | None) -> _Entries | None:
    """Returns the entries of an error, None if they cannot be made without all of its frames.

    `place` is where it arose, for an error whose frames are gone.
    """
    of = type(error)
    key: Any
    if of is Said:
        key = error.args[0]
    elif of is LateError:
        key = error.args[0](*error.args[1:])[0]
    elif of is WrongType:
        function, expected, given, argument = error.args[:4]
        key = (function, expected, _type_key(given), argument)
    elif of is TypeError or of is AttributeError or of is ZeroDivisionError:
        if place is None:
            traceback = error.__traceback__
            if traceback is None:
                return None
            while traceback.tb_next is not None:
                traceback = traceback.tb_next
            place = (traceback.tb_frame.f_code, traceback.tb_lasti)
        detail = _type_key(error.obj) if of is AttributeError else error.args
        key = (id(place[0]), place[1], detail, error.name if of is AttributeError else of)
    else:
        key = None
    found = _known.get(key)
    if found is None:
        found = _new_entries(error, place)
        if found is not None and key is not None and type(found.fields.get("value")) is not str:
            if len(_known) > 500:
                _known.clear()
            _known[key] = found
    return found


def _type_key(value: Value) -> Any:
    """Returns what tells the types of values apart."""
    of = type(value)
    return of if of is not FunctionType else type_name(value)


def _new_entries(error: Any, place: tuple[CodeType, int] | None) -> _Entries | None:
    kind = _kind_of(error, place)
    if not kind:
        return None
    if isinstance(error, LispError) or place is None:
        return _Entries(intern_keyword(kind), *caught_entries(error, None), None)
    code, instruction = place
    frame: Any = _CodeFrame(code)
    calls = [Frame(*each, file_of(code)) for each in calls_at(code, instruction)]
    explained = explain(error, None, (calls, [frame]))
    entries = caught_entries(explained, Site(frame, instruction))
    return _Entries(intern_keyword(kind), *entries, code)
