"""The functions of a session that are written when they are needed, see emit/lazy_functions.py.

Before a unit runs, all that its code can reach by names is written. What only evaluated text or the
host asks for by a name is not known by then: a definition that was set aside makes a function whose
code, when it is called, has the real one written, gives itself that, and goes on there.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any, Final, Protocol

from lispcore.compiler.emit.function_bodies import about_function
from lispcore.compiler.emit.lazy_functions import LazyFunctions, Written
from lispcore.compiler.emit.python_syntax import mangle
from lispcore.core.nodes import Lambda
from lispcore.running.program_cache import fresh_constants
from lispcore.running.progress import COMPILED, Progress
from lispcore.values.types import WAITING_FILE

# How far it is, is looked at after so many functions.
FUNCTIONS: Final = 20
_FIRST: Final = " first_call"


class LazyUnit(Protocol):
    """What is needed of a unit that was compiled. Functions have their numbers in the unit."""

    lazy: LazyFunctions | None
    waiting: dict[int, FunctionType]  # those that were made and are not written
    ready: dict[int, CodeType]  # the code of those that are

    def enter_written(self, number: int, written: Written, base: int) -> None:
        """Notes the code of a function that has been written."""

    def has_code(self) -> set[int]:
        """Returns the functions of which there is code, also from earlier."""

    def code_of(self, number: int) -> CodeType:
        """Returns the present code of a function."""


class LazyUnits:
    """All units of a session that have such functions."""

    def __init__(self, values: dict[str, Any], progress: Progress) -> None:
        self._values = values  # the globals of the session
        self._progress = progress
        self._units: dict[int, LazyUnit] = {}  # by the numbers of their LazyFunctions
        # Where a global is defined that was set aside.
        self._places: dict[str, tuple[LazyUnit, int]] = {}
        values[" define_lazily"] = self._define
        values[_FIRST] = self._first

    def enter(self, unit: LazyUnit, lazy: LazyFunctions | None) -> None:
        """Takes note of what was set aside in a unit that was compiled, perhaps again."""
        unit.lazy = lazy
        if lazy is None:
            return
        self._units[lazy.number] = unit
        existing = unit.has_code()
        for number, (name, _) in lazy.functions.items():
            at = number - lazy.base
            if at in existing:
                self._write(unit, lazy, at)
            else:
                self._places[name] = unit, at

    def need(self, names: Iterable[str]) -> None:
        """Writes what is reached from names."""
        places = self._places
        waiting = [name for name in names if name in places] if places else []
        most, count = len(places), 0
        while waiting:
            count += 1
            if count % FUNCTIONS == 0:
                self._progress.reached(COMPILED + (1 - COMPILED) * count / most)
            place = places.pop(waiting.pop(), None)
            if place is None:
                continue
            unit, at = place
            lazy = unit.lazy
            if lazy is not None and at + lazy.base in lazy.functions and at not in unit.ready:
                waiting += [name for name in self._write(unit, lazy, at) if name in places]

    def _write(self, unit: LazyUnit, lazy: LazyFunctions, at: int) -> Iterable[str]:
        """Writes a function of a unit; returns the globals that it names."""
        written = lazy.write(at + lazy.base)
        constants = fresh_constants(written.constants)
        self._values.update(written.constants if constants is None else constants)
        unit.enter_written(at, written, lazy.base)
        unit.ready[at] = written.code
        function = unit.waiting.pop(at, None)
        if function is not None:
            function.__code__ = written.code
        return written.mentions

    def _define(self, number: int, group: int) -> None:
        """Makes the functions of definitions that follow one another."""
        unit = self._units[number]
        lazy = unit.lazy
        assert lazy is not None
        values = self._values
        for each in lazy.groups[group]:
            at = each - lazy.base
            global_name, node = lazy.functions[each]
            name = mangle(global_name)
            code = unit.ready.get(at)
            if code is None:
                waiting = _waiting_code(node, name, (number, at))
                function = FunctionType(waiting, values, name)
                function.__doc__ = about_function(node) or None
                unit.waiting[at] = function
            else:
                function = FunctionType(code, values, name)
            values[name] = function
            flag = lazy.flag_of(each)
            if flag is not None:
                values[flag] = True

    def _first(self, place: tuple[int, int]) -> Any:
        """Returns the function that was called and was not written when it was made."""
        number, at = place
        unit = self._units[number]
        lazy = unit.lazy
        function = unit.waiting.get(at)
        if lazy is not None and at + lazy.base in lazy.functions:
            if at not in unit.ready:
                self.need(self._write(unit, lazy, at))
        elif function is not None:
            function.__code__ = unit.code_of(at)  # it was compiled again, with its unit
            del unit.waiting[at]
        if function is None:
            function = FunctionType(unit.code_of(at), self._values)
        return function


# --- the code of functions that are not written ---------------------------------------------------


@lru_cache(maxsize=100)
def _template(count: int, has_rest: bool) -> CodeType:
    """Returns such code for so many parameters."""
    row = ", ".join([*(f"p{each}" for each in range(count)), *(["*rest"] if has_rest else [])])
    source = f"def waiting({row}):\n    return first_call('place')({row})\n"
    code = compile(source, WAITING_FILE, "exec", dont_inherit=True)
    return next(each for each in code.co_consts if type(each) is CodeType)


def _waiting_code(function: Lambda, name: str, place: tuple[int, int]) -> CodeType:
    """Returns such code for a function, which it finds again by its place."""
    template = _template(len(function.parameters), function.rest is not None)
    variables = [*function.parameters, *([] if function.rest is None else [function.rest])]
    return template.replace(
        co_name=name,
        co_qualname=name,
        co_names=(_FIRST,),
        co_consts=tuple(place if each == "place" else each for each in template.co_consts),
        co_varnames=tuple(f"{each.name} {at}" for at, each in enumerate(variables)),
    )


__all__ = ["LazyUnits"]
