"""What the emitters of one unit share."""

from __future__ import annotations

from typing import Any, Protocol

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.python_syntax import literal, load
from lispcore.compiler.facts.cursors import Cursors
from lispcore.compiler.facts.flow_typing import Flow
from lispcore.compiler.facts.induction import Induction
from lispcore.compiler.facts.invariants import Invariants
from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.facts.waiting_functions import Waiting
from lispcore.compiler.meanings import Primitive
from lispcore.compiler.numeric.sites import Site
from lispcore.core.nodes import Global, Lambda, Node, Span, Variable
from lispcore.values.types import EMPTY, FALSE, TRUE, Keyword

# The names of flags begin like this, see `Unit.flag`.
FLAG_PREFIX = " same "


class Definer(Protocol):
    """Writes definitions that are set aside, see lazy_functions.py."""

    def define(self, em: Any, function: Lambda) -> None:
        """Writes where the definition of a function is made."""


class Unit:
    """What the emitters of one unit share: constants, counters, what is known of globals."""

    def __init__(self, facts: Facts, constants: dict[str, Any], first_constant: int) -> None:
        self.facts = facts
        self.constants = constants
        self.next_constant = first_constant
        self.next_name = 0
        self.names: dict[Variable, str] = {}  # in Python
        self.in_steps = False  # functions have to be there in steps, too, see stepwise.py
        self.guarded: set[str] = set()  # globals that earlier units rely on, see `SetGlobal`
        # What the analyses have found for the emission; without them it writes the general way.
        self.waiting: Waiting | None = None  # which functions may wait
        self.induction = Induction()
        self.cursors = Cursors()
        self.invariants = Invariants()
        self.flow = Flow()
        self.library: dict[Global, Primitive] = {}  # see library_uses.py
        self.leaving: set[Lambda] = set()
        self.sites: dict[Node, Site] = {}  # what can be machine code
        self.written: dict[Lambda, ast.FunctionDef] = {}  # those of the functions that may wait
        self.flags: dict[str, str] = {}
        self.lazy: dict[Lambda, Definer] = {}  # functions that are not written with the unit
        self.mark = ""  # begins the names of constants, after " c"
        # Python name -> the numbers of the functions that are written under it, in order.
        self.functions: dict[str, list[int]] = {}

    def unique(self, base: str) -> str:
        """Returns a Python name that is used nowhere else in the unit."""
        self.next_name += 1
        return f"{base} {self.next_name}"

    def constant_name(self, value: Any) -> str:
        """Returns the global under which generated code finds a value that Python cannot write."""
        if type(value) is Keyword:
            name = f":{value.name}"
        else:
            self.next_constant += 1
            name = f" c{self.mark}{self.next_constant}"
        self.constants[name] = value
        return name

    def constant(self, value: Any, span: Span) -> ast.expr:
        """Returns an expression for any value."""
        kind = type(value)
        if value is None or kind is float or kind is bool:
            if kind is float and value != value:
                return load(self.constant_name(value), span)
            return literal(value, span)
        if kind is int:
            if value.bit_length() > 512:
                return load(self.constant_name(value), span)
            return literal(value, span)
        if kind is str:
            try:
                value.encode()
            except UnicodeEncodeError:
                return load(self.constant_name(value), span)
            return literal(value, span)
        if value is TRUE:
            return load(" #t", span)
        if value is FALSE:
            return load(" #f", span)
        if value is EMPTY:
            return load(" ()", span)
        if kind is tuple and all(type(item) is int or type(item) is str for item in value):
            return literal(value, span)
        return load(self.constant_name(value), span)

    def flag(self, name: str) -> str:
        """Returns the global that says whether a function of the unit is what it is defined as.

        It holds from the definition on until anything that compiled code relies on is redefined.
        """
        if name not in self.flags:
            self.next_constant += 1
            self.flags[name] = f"{FLAG_PREFIX}{self.next_constant}"
            self.constants[self.flags[name]] = False
        return self.flags[name]
