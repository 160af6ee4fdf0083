"""Scopes: which variable or macro a name means where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lispcore.core.nodes import Variable
from lispcore.values.types import Symbol, Value


class Scope:
    """The names of one binding form. `is_body` marks where an inner define adds its name."""

    __slots__ = ("is_body", "macros", "parent", "variables")

    def __init__(self, parent: Scope | None, is_body: bool = False) -> None:
        self.parent = parent
        self.variables: dict[str, Variable] = {}
        self.macros: dict[str, Any] | None = None
        self.is_body = is_body

    def add(self, name: str) -> Variable:
        """Makes a new variable of this name and returns it."""
        variable = self.variables[name] = Variable(name)
        return variable


def find(scope: Scope | None, name: str) -> Variable | None:
    """Returns the variable that a name means in a scope, or None for a global."""
    while scope is not None:
        variable = scope.variables.get(name)
        if variable is not None:
            return variable
        scope = scope.parent
    return None


def nearest(scope: Scope | None, name: str) -> Any:
    """Returns the variable or the macro function that a name means in a scope, None if neither."""
    while scope is not None:
        macros = scope.macros
        if macros is not None and name in macros:
            return macros[name]
        variable = scope.variables.get(name)
        if variable is not None:
            return variable
        scope = scope.parent
    return None


class PatternMacro:
    """What a macro function has under `rules`, if the names of its templates keep their meaning.

    `scope` is where it was defined. `expand` asks for each name of a template that neither the
    template nor its pattern binds how it is called where the macro is used.
    """

    scope: Scope | None

    def expand(self, arguments: list[Value], names: Callable[[str], Symbol | None]) -> Value:
        """Returns the form for a call with these arguments."""
        raise NotImplementedError
