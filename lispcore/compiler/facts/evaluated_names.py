"""Symbol flow: what a program may redefine by code that no compiler has seen, by ``eval``.

When ``eval`` runs, functions are on the stack whose code cannot be exchanged any more. So nothing
may be assumed of a name that the evaluated code can define. That code is data, and a symbol in data
comes from somewhere: from a quoted part of the program, or from a function that makes symbols of
texts. Hence three cases:

- the session evaluates nothing: nothing is in doubt;
- it evaluates, and all its symbols were quoted: the quoted ones are in doubt, if there is also one
  that defines something;
- it makes symbols, too, or reads programs while it runs: everything is in doubt.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Any, Final

from lispcore.compiler.meanings import may_make_symbols, may_read_program, possible_meanings
from lispcore.core.nodes import Call, Constant, Global, Lambda, Sequence
from lispcore.core.walking import Survey
from lispcore.values.types import List, Map, Symbol, Value, Vector

# Special forms that define something begin like this; and some others change definitions, too.
_DEFINING: Final = "def"
_CHANGING: Final = frozenset(("set!", "import", "module"))


class EvaluatedNames:
    """What is known of a session's data, and what may become of it."""

    def __init__(self) -> None:
        self.quoted: set[str] = set()
        self.evaluates = False
        self.makes_symbols = False
        self.defines = False

    def copy(self) -> EvaluatedNames:
        """Returns the same knowledge, for another session."""
        made = EvaluatedNames()
        made.quoted = self.quoted.copy()
        made.evaluates, made.defines = self.evaluates, self.defines
        made.makes_symbols = self.makes_symbols
        return made

    __copy__ = copy

    def note(self, main: Lambda, nodes: Survey) -> None:
        """Takes in what a unit quotes and calls, before it is compiled."""
        names = {node.name for node in nodes[Global]}
        if _only_reads(main):
            names = {name for name in names if not may_read_program(name)}
        for known in possible_meanings(names):
            self.evaluates |= known.evaluates
            self.makes_symbols |= known.makes_symbols
        for node in nodes[Constant]:
            if type(node.value) in (Symbol, List, Vector, Map):
                self.note_data(node.value)

    def note_data(self, value: Value) -> None:
        """Takes in the symbols in a value that the program contains."""
        stack: list[Any] = [value]
        while stack:
            each = stack.pop()
            kind = type(each)
            if kind is Symbol:
                name = each.name
                if name not in self.quoted:
                    self.quoted.add(name)
                    self.defines |= name.startswith(_DEFINING) or name in _CHANGING
                    self.makes_symbols |= may_make_symbols(name) or name in _CHANGING - {"set!"}
            elif kind is List:
                stack += each.cells[: each.count]
            elif kind is Vector:
                stack += each.items
            elif kind is Map:
                stack += each.keys()
                stack += each.values()

    @property
    def are_all_in_doubt(self) -> bool:
        """Whether evaluated code may define any name."""
        return self.evaluates and self.makes_symbols

    def in_doubt(self) -> Set[str]:
        """Returns the names that evaluated code may define, if these are not all."""
        return self.quoted if self.evaluates and self.defines else frozenset()


def _only_reads(main: Lambda) -> bool:
    """Tells whether a unit only reads a file: then no code of its own is on the stack meanwhile."""
    body = main.body
    if type(body) is Sequence and len(body.parts) == 1:
        body = body.parts[0]
    return (
        type(body) is Call
        and type(body.function) is Global
        and may_read_program(body.function.name)
        and all(type(each) is Constant for each in body.arguments)
    )
