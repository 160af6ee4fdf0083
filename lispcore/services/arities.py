"""How many arguments functions take, and the words for a call with another number of them."""

from __future__ import annotations

from typing import Any, NamedTuple

from lispcore.core.nodes import Bind, Call, If, Lambda, Let, Node, literal_value
from lispcore.services.suggestions import usage_of
from lispcore.values.errors import LispError


class Arity(NamedTuple):
    """So many arguments at least; `most` is None if more are always taken.

    `counts` says what fits a function that is written as several clauses.
    """

    least: int
    most: int | None
    names: tuple[str, ...] | None = None
    counts: tuple[tuple[int, bool], ...] = ()

    def takes(self, count: int) -> bool:
        """Tells whether a call with so many arguments is right."""
        if self.counts:
            return any(count == n or (more and count > n) for n, more in self.counts)
        return self.least <= count and (self.most is None or count <= self.most)

    def expected(self) -> str:
        """Returns the words for the number: ``2 arguments``, ``1 or more arguments``."""
        if self.counts:
            said = " or ".join(f"{n} or more" if more else str(n) for n, more in self.counts)
            return f"{said} arguments"
        if self.most is None:
            return f"{self.least} or more arguments"
        if self.least != self.most:
            return f"{self.least} to {self.most} arguments"
        return counted(self.most)


def counted(number: int) -> str:
    """Returns ``1 argument``, ``2 arguments``."""
    return f"{number} argument{'' if number == 1 else 's'}"


def arity_of_python(function: Any) -> Arity | None:
    """Returns how many arguments a function of the library takes, None if that is not known."""
    code = getattr(function, "__code__", None)
    if code is None:
        return None
    least = code.co_argcount - len(function.__defaults__ or ())
    return Arity(least, None if code.co_flags & 0x04 else code.co_argcount)


def arity_of_lambda(function: Lambda) -> Arity:
    """Returns how many arguments a function of the program takes."""
    names = tuple(each.name for each in function.parameters)
    if function.rest is None:
        return Arity(len(names), len(names), names)
    if not names and (counts := _clauses(function.body)):
        return Arity(0, None, None, counts)
    return Arity(len(names), None, (*names, "&", function.rest.name))


def _clauses(body: Node) -> tuple[tuple[int, bool], ...]:
    """Returns what the clauses of a function take, () if it is not written as several."""
    found = []
    while type(body) is Let and type(body.body) is If and type(body.body.test) is Bind:
        test = body.body.test.value
        if type(test) is not Call or test.helper != "match_sequence":
            return ()
        found.append((literal_value(test.arguments[1]), literal_value(test.arguments[2])))
        body = body.body.otherwise
    is_refused = type(body) is Call and body.helper == "no_arity"
    return tuple(found) if is_refused else ()


def arity_error(name: str, arity: Arity, got: int) -> LispError:
    """Returns the error for a call with a number of arguments that does not fit."""
    hint = usage_of(name)
    if arity.counts:
        hint = "none of its lists of parameters has this length"
    elif hint is None and arity.names is not None:
        hint = f"it is called as ({' '.join([name, *arity.names])})"
    return LispError(f"{name} expects {arity.expected()}, got {got}", kind="arity", hint=hint)
