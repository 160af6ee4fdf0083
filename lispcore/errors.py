"""Errors as the program's author sees them: what was wrong, where, and what to try.

    LispError                  a mistake in the user's program or its input
      Thrown                   a value that a program threw
      .kind                    "eval" "type-error" "arity" "unbound" "reader" "io" "llm" "user" …
    Stopped                    the user pressed Stop; no program can catch it

A defect of ours stays an ordinary Python exception (a fault), and is never shown as a LispError.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lispcore.values import Value, type_name


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of a Lisp stack: the function and where in it control was (1-based).

    `file` is the name of the text it stands in, such as ``<input>`` or a path.
    """

    name: str
    line: int
    column: int
    file: str = ""


class LispError(Exception):
    """A mistake in a program.

    `kind` becomes ``:type`` of the map that ``catch`` receives, `fields` its further entries (names
    without colon), `value` what ``throw`` was given. `line` and `column` are 1-based, 0 while not
    known, `file` names the text that they mean; `hint` says what to try; `given` is the value that
    had the wrong type.
    """

    given: Value

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
        super().__init__(message)
        self.message = message
        self.kind = kind
        self.hint = hint
        self.line = line
        self.column = column
        self.file = ""
        self.value = value
        self.fields = fields
        self.stack: list[Frame] = []

    def __str__(self) -> str:
        return self.message


class Thrown(LispError):
    """What ``throw`` and ``raise`` raise: any value. Cheap to make, because loops throw a lot."""

    # Class attributes: an instance costs one assignment until somebody reads the rest.
    kind = "user"
    hint = None
    line = 0
    column = 0
    fields: dict[str, Any] = {}  # noqa: RUF012 - never changed in place

    def __init__(self, value: Value) -> None:
        self.value = value

    def __getattr__(self, name: str) -> Any:
        if name == "message":
            from lispcore.printer import print_value

            self.message = print_value(self.value)
            return self.message
        if name == "stack":
            self.stack = []
            return self.stack
        raise AttributeError(name)


class Stopped(BaseException):
    """The user stopped the program. Not an `Exception`, so that no ``catch`` holds it up."""


def wrong_type(function: str, expected: str, got: Value, argument: int = 0) -> LispError:
    """Returns the error for an argument of the wrong type.

    `expected` names the accepted types ("string", "list or vector"), `argument` counts from 1.
    """
    place = f"{function}: argument {argument}" if argument else function
    error = LispError(
        f"{place} expected {expected}, got {type_name(got)}",
        kind="type-error",
        expected=expected,
        got=type_name(got),
    )
    error.given = got
    return error
