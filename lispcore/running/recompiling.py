"""Deoptimisation: what is kept of compiled units, and how functions that exist get other code.

Code contains what names meant when it was compiled: library functions and small functions of the
program written in place, constants, kinds, which calls need no check. When a unit is about to
change such a name, all units that assumed anything of it are compiled again, and every function
object of theirs that exists anywhere, in a global, in a closure, in a list, in a task that has not
begun, gets the new code. A Python function can do that: its code is a field of it. Only its
variables from outside cannot be changed, so these must be the same ones in the same order, which
is why their Python names do not depend on what was optimised (`FunctionEmitter.name_variable`).
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable
from types import CodeType, FunctionType
from typing import Any, Final, NamedTuple, Protocol

from lispcore.compiler.emit.lazy_functions import LazyFunctions, Written
from lispcore.compiler.emit.unit import FLAG_PREFIX
from lispcore.compiler.passes.inline_functions import Definitions
from lispcore.compiler.pipeline import Compiled
from lispcore.compiler.work import Again, Knowledge
from lispcore.core.copying import UnitCopier
from lispcore.core.nodes import Lambda, Sequence, SetGlobal, next_number
from lispcore.expanding.expander import Expander
from lispcore.reading.positions import Spans
from lispcore.reading.reader import Source, read_source
from lispcore.running.lazy_units import LazyUnits
from lispcore.running.program_cache import CompiledProgram
from lispcore.running.progress import Progress
from lispcore.values.types import Value


class Session(Protocol):
    """What is needed of the interpreter."""

    globals: dict[str, Any]
    macros: dict[str, Any]
    knowledge: Knowledge
    definitions: Definitions
    progress: Progress

    def compile(self, main: Lambda, file: str, again: Again | None = None) -> Compiled:
        """Compiles a unit and gives the session the constants of its code."""


# So many units are kept before it is looked which of them have functions left.
MOST_UNITS: Final = 400


class Texts(NamedTuple):
    """The forms of a unit with their places, in which no macro had a part.

    `taken` are the names of special forms that meant something else in the program.
    """

    forms: list[tuple[Value, Any]]
    spans: Spans
    taken: Collection[str]


class CompiledUnit:
    """What is kept of a unit so that it can be compiled again.

    `assumed` names the globals whose meaning is written into its code, `defined` those that it
    defines as functions, `number` says when it was compiled. Its core form comes from its `texts`,
    or is the `original` that nobody has changed; functions are numbered there from `base` on.
    """

    __slots__ = (
        "assumed", "base", "codes", "defined", "file", "lazy", "number", "numbers", "original",
        "ready", "texts", "waiting",
    )  # fmt: skip

    def __init__(self, file: str, base: int, texts: Texts | Source | None) -> None:
        self.file = file
        self.base = base
        self.texts = texts
        self.original: Lambda | None = None
        self.number = 0
        self.assumed: set[str] = set()
        self.defined: list[str] = []
        # The code of each function by the function's number, and the numbers by the identity of
        # the code; also of code that functions may still have because it could not be exchanged.
        self.codes: dict[int, list[CodeType]] = {}
        self.numbers: dict[int, tuple[CodeType, int, int]] = {}
        # Functions that are not written with the unit, see lazy_units.py.
        self.lazy: LazyFunctions | None = None
        self.waiting: dict[int, FunctionType] = {}
        self.ready: dict[int, CodeType] = {}

    def enter_code(self, code: CodeType, functions: dict[str, list[int]]) -> None:
        """Notes the code of the unit; `functions` are the numbers of those with each name."""
        self.codes = {}
        self._enter(_inner_codes(code), functions, self.base)

    def enter_written(self, number: int, written: Written, base: int) -> None:
        """Notes the code of a function that was not written with the unit."""
        self._enter([written.code], written.functions, base)

    def _enter(self, stack: list[CodeType], functions: dict[str, list[int]], base: int) -> None:
        waiting = {name: numbers[::-1] for name, numbers in functions.items()}
        while stack:
            each = stack.pop()
            left = waiting.get(each.co_name)
            if left:
                # Python may write the code of one function twice.
                number = (left.pop() if len(left) > 1 else left[0]) - base
                versions = self.codes.setdefault(number, [])
                self.numbers[id(each)] = (each, number, len(versions))
                versions.append(each)
            stack += _inner_codes(each)

    def has_code(self) -> set[int]:
        """Returns the numbers of functions of which there is code, also from earlier."""
        return {number for _, number, _ in self.numbers.values()}

    def code_of(self, number: int) -> CodeType:
        """Returns the present code of a function."""
        return self.codes[number][-1]

    def replacement(self, code: CodeType) -> CodeType | None:
        """Returns the present code of the function that has this code."""
        _, number, version = self.numbers[id(code)]
        versions = self.codes.get(number)
        if not versions:
            return None
        # Of two versions the second is right in any place, see tail_calls.py.
        new = versions[min(version, len(versions) - 1)]
        return new if _variables(new) == _variables(code) else None


class CompiledUnits:
    """The units of a session, and what happens to them when names change their meaning."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lazy = LazyUnits(session.globals, session.progress)
        self._units: list[CompiledUnit] = []
        self._most = MOST_UNITS

    def enter(self, unit: CompiledUnit, made: Compiled) -> Compiled:
        """Notes what a unit defines, before it runs, and compiles again what that makes stale.

        Returns what is to be run: the unit may be among it.
        """
        knowledge, definitions = self._session.knowledge, self._session.definitions
        knowledge.units += 1
        unit.number = knowledge.units
        unit.assumed = made.facts.assumed
        unit.enter_code(made.code, made.functions)
        self._set_aside(unit, made.lazy)
        changed = self._note_definitions(unit, made)
        evaluated = knowledge.evaluated
        if evaluated.are_all_in_doubt:
            changed = changed.union(*(each.assumed for each in self._units))
        elif evaluated.evaluates:
            changed |= evaluated.in_doubt()
        if evaluated.evaluates and not definitions.is_closed:
            # From now on anything may be redefined while it runs.
            changed |= definitions.close() | knowledge.unsteady
        definitions.forget(changed)
        if changed and any(not each.assumed.isdisjoint(changed) for each in self._units):
            lost = self._compile_again(changed)
            if not unit.assumed.isdisjoint(lost):
                made, _ = self._renew(unit, changed | lost)
        if not definitions.is_closed:
            definitions.enter(made.facts.definitions, made.facts.assumed)
        if unit.codes or unit.lazy is not None:
            self._units.append(unit)
        if len(self._units) > self._most:
            self._units = with_functions(self._units)
            self._most = MOST_UNITS + 2 * len(self._units)
        return made

    def recall(self, program: CompiledProgram, source: Source, file: str) -> None:
        """Enters the unit of a program whose code was kept."""
        unit = CompiledUnit(file, 0, source)
        unit.number = self._session.knowledge.units
        unit.assumed, unit.defined = set(program.assumed), list(program.defined)
        unit.enter_code(program.code, program.functions)
        self._lazy.enter(unit, program.lazy)
        self._units.append(unit)

    def need(self, names: Iterable[str]) -> None:
        """Writes the functions that code with these names can reach, see lazy_units.py."""
        self._lazy.need(names)

    def _set_aside(self, unit: CompiledUnit, lazy: LazyFunctions | None) -> None:
        if lazy is not None:
            lazy.base = unit.base
        self._lazy.enter(unit, lazy)

    def _note_definitions(self, unit: CompiledUnit, made: Compiled) -> set[str]:
        """Notes what a unit defines or changes; returns these names."""
        facts, knowledge = made.facts, self._session.knowledge
        changed: set[str] = set()
        for node in made.nodes.get(SetGlobal, ()):
            name = node.name
            changed.add(name)
            knowledge.changed_at[name] = unit.number
            knowledge.user_defined.add(name)
            self._session.macros.pop(name, None)
            if not node.is_definition:
                knowledge.settable.add(name)
            if name in facts.records:
                knowledge.records[name] = facts.records[name]
                knowledge.steady.add(name)
                continue
            knowledge.records.pop(name, None)
            if type(node.value) is Lambda:
                unit.defined.append(name)
            known = facts.functions.get(name)
            if known is not None and known not in facts.tails.bouncing:
                knowledge.steady.add(name)
            else:
                knowledge.steady.discard(name)
                knowledge.unsteady.add(name)
        return changed

    def _compile_again(self, changed: set[str]) -> set[str]:
        """Gives functions new code that no longer contains what these names used to mean.

        The new code looks the names up, so it is right before and after the redefinition itself.
        Returns the functions that may answer TAIL from now on.
        """
        values = self._session.globals
        flags = [each for each in values if each.startswith(FLAG_PREFIX)]
        values.update(dict.fromkeys(flags, False))
        compiled: dict[CompiledUnit, None] = {}
        before = changed
        lost = changed
        while lost:
            units = [each for each in self._units if not each.assumed.isdisjoint(lost)]
            compiled.update(dict.fromkeys(units))
            lost = set()
            for unit in units:
                lost |= self._renew(unit, changed)[1]
            changed = changed | lost
        exchange_code(compiled)
        return changed - before

    def _renew(self, unit: CompiledUnit, changed: set[str]) -> tuple[Compiled, set[str]]:
        """Compiles a unit again; returns its code, and which of its functions may answer TAIL now.

        Others may rely on it that they never do.
        """
        knowledge = self._session.knowledge
        again = Again(unit.number, changed)
        made = self._session.compile(self._core_form(unit), unit.file, again)
        unit.assumed = made.facts.assumed
        unit.enter_code(made.code, made.functions)
        self._set_aside(unit, made.lazy)
        lost: set[str] = set()
        for name in unit.defined:
            known = made.facts.functions.get(name)
            is_steady = known is not None and known not in made.facts.tails.bouncing
            is_own = knowledge.changed_at[name] == unit.number
            if is_own and name in knowledge.steady and not is_steady:
                knowledge.steady.discard(name)
                knowledge.unsteady.add(name)
                lost.add(name)
        return made, lost

    def _core_form(self, unit: CompiledUnit) -> Lambda:
        """Returns the core form of a unit, as it was before it was compiled."""
        if unit.original is not None:
            copied: Lambda = UnitCopier().copy(unit.original)
            return copied
        texts = unit.texts
        if type(texts) is Source:
            read = read_source(texts.text, texts.name)
            forms = list(zip(read.forms, read.top_spans, strict=True))
            texts = unit.texts = Texts(forms, read.spans, frozenset())
        assert type(texts) is Texts
        unit.base = next_number()
        session = self._session
        macros, defined = session.macros, session.knowledge.user_defined
        session.macros, session.knowledge.user_defined = {}, set(texts.taken)
        try:
            expander = Expander(texts.spans, session)
            expander.foretell([form for form, _ in texts.forms])
            nodes = [expander.expand(form, None, span) for form, span in texts.forms]
        finally:
            session.macros, session.knowledge.user_defined = macros, defined
        body = nodes[0] if len(nodes) == 1 else Sequence(nodes, nodes[0].span)
        return Lambda("<program>", [], None, body, nodes[0].span)


# --- code of functions ----------------------------------------------------------------------------


def _variables(code: CodeType) -> list[str]:
    """Returns the names of the variables from outside, without their numbers."""
    return [name.rpartition(" ")[0] for name in code.co_freevars]


def exchange_code(units: Iterable[CompiledUnit]) -> list[Any]:
    """Gives all functions of these units their present code; returns those for which it fails."""
    exchanged: dict[int, CodeType | None] = {}
    for unit in units:
        for identity, (code, _, _) in unit.numbers.items():
            new = unit.replacement(code)
            if new is not code:
                exchanged[identity] = new
    left: list[Any] = []
    for function in _functions():
        code = function.__code__
        if id(code) in exchanged:
            new = exchanged[id(code)]
            if new is None:
                left.append(function)
            else:
                function.__code__ = new
    kept = {id(function.__code__) for function in left}
    for unit in units:
        present = {id(code) for versions in unit.codes.values() for code in versions}
        for identity in unit.numbers.keys() - present - kept:
            del unit.numbers[identity]
    return left


def with_functions(units: list[CompiledUnit]) -> list[CompiledUnit]:
    """Returns those of the units of which any function still exists."""
    used: set[int] = set()
    for function in _functions():
        stack = [function.__code__]
        while stack:
            code = stack.pop()
            if id(code) in used:
                continue
            used.add(id(code))
            stack.extend(part for part in code.co_consts if type(part) is CodeType)
    return [unit for unit in units if unit.waiting or not used.isdisjoint(unit.numbers)]


def _inner_codes(code: CodeType) -> list[CodeType]:
    """Returns the code of the functions directly in another one's, the last one first."""
    return [part for part in reversed(code.co_consts) if type(part) is CodeType]


def _functions() -> list[Any]:
    return [each for each in gc.get_objects() if type(each) is FunctionType]


__all__ = ["CompiledUnit", "CompiledUnits", "Texts"]
