"""Errors as the program's author sees them: what was wrong, where, and what to try.

    LispError                  a mistake in the user's program or its input
      LateError                the same with texts that are made when they are read
      Said                     the message of ``error``
      Thrown                   a value that a program threw; see thrown.py
      WrongType                an argument of the wrong type
      TimeLimit                the time that a program may take is over
      .kind                    "eval" "type-error" "arity" "unbound" "reader" "io" "llm" "user" …
    Stopped                    the user pressed Stop; no program can catch it

A defect of ours stays an ordinary Python exception (a fault), and is never shown as a LispError.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

from lispcore.values.types import Value, type_name


class Frame(NamedTuple):
    """One line of a Lisp stack: the function and where in it control was (1-based).

    `file` is the name of the text it stands in, such as ``<input>`` or a path.
    """

    name: str
    line: int
    column: int
    file: str = ""


Texts = Callable[..., tuple[str, str | None]]


class LispError(Exception):
    """A mistake in a program.

    `kind` becomes ``:type`` of the map that ``catch`` receives, `fields` its further entries (names
    without colon), `value` what ``throw`` was given. `line` and `column` are 1-based, 0 while not
    known, `file` names the text that they mean; `hint` says what to try; `given` is the value that
    had the wrong type.

    Programs raise and catch errors in loops, and most handlers look at one thing or at nothing: so
    what is not given is an attribute of the class, and texts are made when they are asked for.
    """

    given: Value
    message: str
    fields: dict[str, Any]
    stack: list[Frame]
    hint: str | None
    kind = "eval"
    line = 0
    column = 0
    file = ""
    value: Value = None
    # How an option is written that the called function does not know: the error is about that.
    option = ""
    # Where the task failed whose error this is, for those who wait for it; see tasks/waiting.py.
    task_traceback: TracebackType | None = None

    def __init__(
        self,
        message: str,
        *,
        kind: str = "eval",
        hint: str | None = None,
        line: int = 0,
        column: int = 0,
        value: Value = None,
        **fields: Any,
    ) -> None:
        self.message = message
        self.hint = hint
        if kind != "eval":
            self.kind = kind
        if line:
            self.line = line
            self.column = column
        if value is not None:
            self.value = value
        if fields:
            self.fields = fields

    def __getattr__(self, name: str) -> Any:
        """Makes what nobody has asked for yet."""
        if name not in ("message", "hint", "fields", "stack"):
            raise AttributeError(name)
        made = getattr(self, "_make_" + name)()
        setattr(self, name, made)
        return made

    def _make_message(self) -> str:
        return ""

    def _make_hint(self) -> str | None:
        return None

    def _make_fields(self) -> dict[str, Any]:
        return {}

    def _make_stack(self) -> list[Frame]:
        return []

    def __str__(self) -> str:
        return self.message


class LateError(LispError):
    """An error whose texts are made when somebody reads them.

    It is made of a function that gives message and hint, and of that function's arguments.
    """

    if TYPE_CHECKING:

        def __init__(self, texts: Texts, *details: Any) -> None: ...
    else:
        # Exception keeps the arguments, and no Python function runs to make one of these.
        __init__ = Exception.__init__

    def _make_message(self) -> str:
        message: str = self.args[0](*self.args[1:])[0]
        return message

    def _make_hint(self) -> str | None:
        hint: str | None = self.args[0](*self.args[1:])[1]
        return hint


class Said(LispError):
    """What ``(error message)`` raises."""

    if TYPE_CHECKING:

        def __init__(self, message: str) -> None: ...
    else:
        __init__ = Exception.__init__

    def _make_message(self) -> str:
        message: str = self.args[0]
        return message


class WrongType(LispError):
    """A value of the wrong type was handed to a library function.

    `hint`, if it is given, makes the hint of the function's name and the value.
    """

    kind = "type-error"
    if TYPE_CHECKING:

        def __init__(
            self, function: str, expected: str, given: Value, argument: int, hint: Any = None
        ) -> None: ...
    else:
        __init__ = Exception.__init__

    @property
    def given(self) -> Value:
        return self.args[2]

    def _make_message(self) -> str:
        function, expected, given, argument = self.args[:4]
        place = f"{function}: argument {argument}" if argument else function
        return f"{place} expected {expected}, got {type_name(given)}"

    def _make_hint(self) -> str | None:
        if len(self.args) < 5:
            return None
        hint: str | None = self.args[4](self.args[0], self.args[2])
        return hint

    def _make_fields(self) -> dict[str, Any]:
        return {"expected": self.args[1], "got": type_name(self.args[2])}


class TimeLimit(LispError, TimeoutError):
    """The program took longer than it may."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"the program took longer than {seconds:g} seconds", kind="timeout", seconds=seconds
        )


class Stopped(BaseException):
    """The user stopped the program. Not an `Exception`, so that no ``catch`` holds it up."""


def wrong_type(function: str, expected: str, got: Value, argument: int = 0) -> LispError:
    """Returns the error for an argument of the wrong type.

    `expected` names the accepted types ("string", "list or vector"), `argument` counts from 1.
    """
    return WrongType(function, expected, got, argument)
