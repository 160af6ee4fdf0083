"""Lazy compilation: functions of a long text are written when something can call them.

The passes go over a unit as a whole, but writing Python and compiling that takes most of the time,
and of a thousand functions a run calls few. So a long unit's plain definitions are set aside here,
with all that was found out about them, and its code only says where they are made. Which of them
are needed, and what the others are until then, says running/lazy_units.py.

What is written later is what would have been written at once: it depends on the facts of the unit
alone, and these stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import CodeType
from typing import Any, Final, NamedTuple

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter
from lispcore.compiler.emit.function_bodies import function_definition
from lispcore.compiler.emit.python_code import compile_python
from lispcore.compiler.emit.python_syntax import call_helper, literal, mangle
from lispcore.compiler.emit.stepwise import enter_steps
from lispcore.compiler.emit.unit import Unit
from lispcore.compiler.facts.definite_assignment import forms_of
from lispcore.core.nodes import Global, Lambda, Node, SetGlobal, next_number
from lispcore.core.walking import all_nodes, children

# With fewer definitions nobody notices the difference.
least_functions = 40
# What is nested deeper is written at once: Python may refuse it, and a program must hear of that
# before it runs.
MOST_NESTED: Final = 60


class Written(NamedTuple):
    """The code of a function, the constants that it needs, and the numbers of those inside it."""

    code: CodeType
    constants: dict[str, Any]
    functions: dict[str, list[int]]
    mentions: frozenset[str]  # the globals that it names


class LazyFunctions:
    """The functions of a unit that are not written with it, by their numbers."""

    def __init__(self, unit: Unit, main: Lambda, file: str, chosen: dict[str, Lambda]) -> None:
        self.number = next_number()  # there is no other one of this number
        self.base = 0  # numbers of functions count from here on when the unit is compiled again
        # The global that each defines, and its form.
        self.functions = {each.number: (name, each) for name, each in chosen.items()}
        # Definitions that follow one another are made together.
        self.groups: list[list[int]] = []
        self._unit = unit
        self._main = main
        self._file = file
        self._written: dict[int, Written] = {}
        self._last: ast.stmt | None = None  # makes the last group
        unit.lazy = dict.fromkeys(chosen.values(), self)
        for name in unit.facts.flagged & chosen.keys():
            unit.flag(name)  # a constant of the unit: code that comes later must not reset it

    def define(self, em: FunctionEmitter, function: Lambda) -> None:
        """Writes where the definition of a function is made."""
        if not em.block or em.block[-1] is not self._last:
            span = function.span
            about: list[ast.expr] = [literal(self.number, span), literal(len(self.groups), span)]
            self._last = ast.Expr(call_helper("define_lazily", about, span), span)
            self.groups.append([])
            em.block.append(self._last)
        self.groups[-1].append(function.number)

    def flag_of(self, number: int) -> str | None:
        """Returns the flag that says that the definition holds, see `Unit.flag`."""
        return self._unit.flags.get(self.functions[number][0])

    def write(self, number: int) -> Written:
        """Returns the code of a function."""
        found = self._written.get(number)
        if found is None:
            found = self._written[number] = self._write(*self.functions[number])
        return found

    def _write(self, global_name: str, function: Lambda) -> Written:
        unit = self._unit
        before = unit.constants, unit.functions, unit.mark
        unit.constants, unit.functions, unit.mark = {}, {}, f"{self.number}."
        try:
            around = FunctionEmitter(unit, self._main, None)
            name = mangle(global_name)
            definition = function_definition(unit, function, name, around)
            module = compile_python(definition, self._file)
            if unit.in_steps:
                enter_steps(definition, module)
            code = next(each for each in module.co_consts if type(each) is CodeType)
            names = frozenset(each.name for each in all_nodes(function) if type(each) is Global)
            return Written(code, unit.constants, unit.functions, names)
        finally:
            unit.constants, unit.functions, unit.mark = before


def set_aside(unit: Unit, main: Lambda, file: str) -> LazyFunctions | None:
    """Sets the plain definitions of a long unit aside; None if there are too few of them."""
    plain = dict(_plain_definitions(unit, main))
    return LazyFunctions(unit, main, file, plain) if len(plain) >= least_functions else None


def _plain_definitions(unit: Unit, main: Lambda) -> Iterator[tuple[str, Lambda]]:
    """Yields the functions that can be written by themselves, and the globals that they are."""
    facts = unit.facts
    for node in forms_of(main.body):
        if type(node) is not SetGlobal or not node.is_definition or type(node.value) is not Lambda:
            continue
        name, function = node.name, node.value
        if facts.functions.get(name) is not function or facts.scopes.free.get(function):
            continue
        if name in unit.guarded and function in facts.tails.bouncing:
            continue
        if unit.waiting is not None and function in unit.waiting.globals:
            continue  # it gets a second version with the unit
        if _is_shallow(function):
            function.name = name
            yield name, function


def _is_shallow(function: Lambda) -> bool:
    level: list[Node] = [function]
    for _ in range(MOST_NESTED):
        level = [part for node in level for part in children(node)]
        if not level:
            return True
    return False


def mentions_of(main: Lambda, unit: Unit) -> set[str]:
    """Returns the globals that the forms of a unit name which were not set aside."""
    return {
        each.name
        for form in forms_of(main.body)
        if not (type(form) is SetGlobal and form.value in unit.lazy)
        for each in all_nodes(form)
        if type(each) is Global
    }
