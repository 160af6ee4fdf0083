"""The map that ``catch`` binds: what a program sees of an error.

Most handlers look at one entry or at none, and loops catch a lot. So the message and the further
entries are made when they are asked for, and so is the ``:stack-trace``; until then the table keeps
the error and the places of the calls, never Python's frames, which would keep everything alive that
the program had on its stack.
"""

from __future__ import annotations

from types import CodeType, TracebackType
from typing import Any

from lispcore import context
from lispcore.caught_errors import Site, caught_entries
from lispcore.diagnosis import (
    FRAMES_KEPT,
    calls_at,
    explain,
    file_of,
    head_of,
    lisp_frames,
)
from lispcore.errors import Frame, LateError, LispError, Thrown, WrongType
from lispcore.printer import print_value
from lispcore.values import (
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


class _Entries:
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
_entries: dict[int, tuple[CodeType, dict[int, _Entries]]] = {}


def _entries_at(code: CodeType, instruction: int) -> _Entries:
    """Returns the entries of a place."""
    known = _entries.get(id(code))
    if known is None:
        if len(_entries) > 2000:
            _entries.clear()
        known = _entries[id(code)] = (code, {})
    found = known[1].get(instruction)
    if found is None:
        from lispcore.context import interpreter

        calls = calls_at(code, instruction)
        _, line, column = calls[0]
        called = TRACED.get(head_of(interpreter(), code, line, column))
        found = known[1][instruction] = _Entries(
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
            self[_MESSAGE], fields = _entries_of(error, self.places[-1:])
            for name, value in fields.items():
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
                    return _entries_of(error, self.places[-1:])[0]
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
    return Map(table)


def caught_entry(error: BaseException, key: Value) -> Value:
    """Returns one entry of the map of an error, without the map.

    Compiled code asks for it where a handler looks at nothing else, see handlers.py.
    """
    if type(error) is Thrown:
        if key is _VALUE:
            return error.value
        return _USER if key is _TYPE else _thrown_message(error.value)
    kind = _kind_of(error)
    if not kind:
        return whole_map(error).get(key)
    if key is _TYPE:
        return intern_keyword(kind)
    message, fields = _entries_of(error, _innermost(error))
    return message if key is _MESSAGE else fields.get("value")


def _thrown_message(value: Value) -> str:
    return str(value) if type(value) is int else print_value(value)


def _innermost(error: BaseException) -> Places:
    """Returns the place where an error arose, if it is one of Python's."""
    traceback = error.__traceback__
    if traceback is None or isinstance(error, LispError):
        return []
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    return [(traceback.tb_frame.f_code, traceback.tb_lasti)]


def _traceback_of(error: Any) -> TracebackType | None:
    if isinstance(error, LispError) and error.task_traceback is None:
        return error.__traceback__
    in_task: TracebackType | None = getattr(error, "task_traceback", None)
    if in_task is not None and lisp_frames(in_task)[1]:
        # The error of an awaited task shows the task's calls, not those of who waited for it.
        return in_task
    traceback: TracebackType | None = error.__traceback__
    return traceback


def _kind_of(error: BaseException) -> str:
    """Returns the kind of an error if its entries can be made later, else an empty string."""
    of = type(error)
    if of is Thrown:
        return "user"
    if of is LateError:
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
    traceback = error.__traceback__
    if traceback is None or getattr(error, "task_traceback", None) is not None:
        return ""
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    if not traceback.tb_frame.f_code.co_filename.startswith(LISP_FILE_PREFIX):
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
    traceback = _traceback_of(error)
    explained = error if isinstance(error, LispError) else explain(error)
    if explained is not error:
        error.explained = explained  # type: ignore[attr-defined]
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
    return Map(table)


# --- message and further entries, made late -----------------------------------------------------


class _CodeFrame:
    """What is kept of a frame: its code."""

    __slots__ = ("f_code",)

    f_locals: dict[str, Any] = {}  # noqa: RUF012 - nobody changes it
    f_globals: dict[str, Any] = {}  # noqa: RUF012

    def __init__(self, code: CodeType) -> None:
        self.f_code = code


# Messages and entries by all that they depend on: programs make the same mistake in a loop.
_known: dict[Any, tuple[str, dict[str, Any]]] = {}


def _entries_of(error: Any, places: Places) -> tuple[str, dict[str, Any]]:
    """Returns the message and the further entries of an error whose frames are gone."""
    kind = type(error)
    key: Any
    place: Any = places[-1] if places else (None, 0)
    if kind is WrongType:
        function, expected, given, argument = error.args[:4]
        if expected in ("channel", "async-promise"):
            return caught_entries(error, None)
        key = (function, expected, type_name(given), argument)
    elif isinstance(error, LispError):
        if error.kind != "eval" or error.fields:
            return caught_entries(error, None)
        key = error.message
    elif isinstance(error, AttributeError):
        key = (*place, type_name(error.obj))
    else:
        key = (*place, str(error))
    found = _known.get(key)
    if found is None:
        if len(_known) > 500:
            _known.clear()
        found = _known[key] = caught_entries(*_explained(error, places))
    return found


def _explained(error: Any, places: Places) -> tuple[LispError, Site | None]:
    if isinstance(error, LispError):
        return error, None
    code, instruction = places[-1]
    frame: Any = _CodeFrame(code)
    calls = [Frame(*each, file_of(code)) for each in calls_at(code, instruction)]
    return explain(error, None, (calls, [frame])), Site(frame, instruction)
