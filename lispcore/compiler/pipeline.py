"""The front door of the compiler: `compile_unit` makes Python code of the core forms of one unit.

A unit is what a session compiles at once: the forms of a text up to the next macro definition. It
goes through the passes in `PASSES`, each of which reads or changes the core forms, and is then
written as a Python syntax tree (emit/), which Python compiles.

Every pass makes programs faster and none makes them right: each can be switched off by its name,
all of them by `EVERYTHING`, and a program must still give the same.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as Set_
from copy import copy
from dataclasses import dataclass, field
from types import CodeType
from typing import Any, Final, NamedTuple

# These fill the tables of writers.
import lispcore.compiler.emit.conditions
import lispcore.compiler.emit.statements
import lispcore.compiler.primitives  # noqa: F401
from lispcore.compiler.emit.function_bodies import function_definition
from lispcore.compiler.emit.resumable import enter_versions
from lispcore.compiler.emit.unit import Unit
from lispcore.compiler.facts.analysis import analyse
from lispcore.compiler.facts.cursors import Cursors, find_cursors
from lispcore.compiler.facts.evaluated_names import EvaluatedNames
from lispcore.compiler.facts.global_kinds import global_kinds
from lispcore.compiler.facts.induction import Induction, find_induction_variables
from lispcore.compiler.facts.invariants import Invariants, find_invariants
from lispcore.compiler.facts.leaving import find_leaving
from lispcore.compiler.facts.ownership import find_owners
from lispcore.compiler.facts.record_types import RecordFunction, record_functions
from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.facts.waiting_functions import waiting_functions
from lispcore.compiler.library import (
    Primitive,
    library_meanings,
    meaning_of_name,
)
from lispcore.compiler.passes.count_ranges import count_ranges
from lispcore.compiler.passes.inline_functions import Definitions, inline_functions
from lispcore.compiler.passes.inline_loops import inline_cycles, inline_loops
from lispcore.compiler.passes.keep_items import keep_items
from lispcore.compiler.passes.map_updates import take_updates_apart
from lispcore.compiler.passes.scalar_replacement import take_lists_apart
from lispcore.compiler.passes.split_caught import split_caught
from lispcore.core.nodes import Call, Global, Lambda, SetGlobal
from lispcore.core.walking import Survey, survey
from lispcore.values.errors import LispError


@dataclass(slots=True)
class Knowledge:
    """What the earlier units of a session tell the compiler about globals."""

    user_defined: set[str] = field(default_factory=set)
    # Functions that never answer TAIL, and all names that ever meant anything else.
    steady: set[str] = field(default_factory=set)
    unsteady: set[str] = field(default_factory=set)
    # Names that compiled code calls without looking for TAIL.
    guarded: set[str] = field(default_factory=set)
    # Which unit was the last to define or change a global, by its number, and what functions may
    # change at any time; and what evaluated code may define.
    changed_at: dict[str, int] = field(default_factory=dict)
    settable: set[str] = field(default_factory=set)
    evaluated: EvaluatedNames = field(default_factory=EvaluatedNames)
    units: int = 0  # the number of the last one
    records: dict[str, RecordFunction] = field(default_factory=dict)
    # Functions that may wait, each with those of them that it calls.
    waiting: dict[str, set[str]] = field(default_factory=dict)
    constants: int = 0  # how many constants of code have got a name

    def copied(self) -> Knowledge:
        """Returns the same knowledge, which can grow by itself."""
        names = self.__slots__
        return Knowledge(**{name: copy(getattr(self, name)) for name in names})


class Compiled(NamedTuple):
    """What compiling a unit gives: code that defines " main", and what was found out for it.

    `constants` are the globals that the code needs, `functions` the numbers of the functions in it
    by their Python names.
    """

    code: CodeType
    facts: Facts
    nodes: Survey
    constants: dict[str, Any]
    functions: dict[str, list[int]]


class Again(NamedTuple):
    """Why a unit is compiled once more: its number, and the names that mean something else now."""

    unit: int
    changed: Set_[str]


class _AllNames:
    """The set of all names."""

    def __contains__(self, name: object) -> bool:
        return True


class Work:
    """A unit on its way through the passes.

    `main` is the function of its forms, `names` are the globals that it mentions and `helpers` the
    functions of the runtime that it calls, as it was written. `values` are the globals of the
    session as they are now. `defined` are the globals that other units have defined or changed;
    `is_again` tells whether the unit was compiled before.
    """

    def __init__(
        self,
        main: Lambda,
        facts: Facts,
        knowledge: Knowledge,
        definitions: Definitions,
        values: Mapping[str, Any],
    ) -> None:
        self.main = main
        self.facts = facts
        self.knowledge = knowledge
        self.definitions = definitions
        self.values = values
        self.defined = knowledge.user_defined
        self.is_again = False
        self.constants: dict[str, Any] = {}
        self._nodes: Survey | None = survey(main)
        self.names = {node.name for node in self.nodes[Global]}
        self.helpers = {call.helper for call in self.nodes[Call] if call.function is None}
        # What is found for the emission alone.
        self.induction = Induction()
        self.cursors = Cursors()
        self.invariants = Invariants()
        self.leaving: set[Lambda] = set()

    @property
    def nodes(self) -> Survey:
        """All nodes of the unit as it is now, by their class."""
        if self._nodes is None:
            self._nodes = survey(self.main)
        return self._nodes

    def calls(self, wanted: Callable[[Primitive], bool]) -> bool:
        """Tells whether the program mentions a function of the library with such a record."""
        known = (meaning_of_name(name, self.facts) for name in self.names)
        return any(each is not None and wanted(each) for each in known)

    def become(self, main: Lambda) -> None:
        """Notes what a pass has made of the unit."""
        self.main = main
        self._nodes = None


# --- the passes -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass: its name, which switches it off; whether a unit needs it; and what it does.

    `run` returns the function of the unit's forms with what it has changed; None if it has only
    found something out.
    """

    name: str
    run: Callable[[Work], Lambda | None]
    is_needed: Callable[[Work], bool] = lambda work: True


def _record_types(work: Work) -> None:
    """Tells the facts which globals are functions of record types."""
    knowledge, facts = work.knowledge, work.facts
    set_here = [node.name for node in work.nodes.get(SetGlobal, ())]
    known = {name: each for name, each in knowledge.records.items() if name not in facts.unsafe}
    for name in set_here:
        # A recompiled unit does not run its definitions again.
        if not work.is_again or set_here.count(name) > 1:
            known.pop(name, None)
    if not work.is_again:
        made = record_functions(work.main, knowledge.constants)
        knowledge.constants += len(made)
        for name, each in made.items():
            if set_here.count(name) == 1 and name not in facts.unsafe:
                known[name] = each
            work.constants[each.instance] = None
    facts.records = known
    facts.made = {each.instance for each in known.values() if work.values.get(each.instance)}
    facts.steady |= known.keys()


def _global_kinds(work: Work) -> None:
    if not work.facts.evaluates:
        definitions = work.nodes.get(SetGlobal, ())
        work.facts.kinds = global_kinds(definitions, work.facts, work.defined)


def _inline_functions(work: Work) -> Lambda:
    return inline_functions(work.main, work.facts, work.definitions, work.defined)


def _inline_cycles(work: Work) -> Lambda | None:
    if not inline_cycles(work.main, work.facts):
        return None
    analyse(work.main, work.facts)
    return work.main


def _induction_variables(work: Work) -> None:
    work.induction = find_induction_variables(work.nodes, work.facts)


def _list_cursors(work: Work) -> None:
    work.cursors = find_cursors(work.nodes, work.facts, work.induction)


def _loop_invariants(work: Work) -> None:
    called = {node.name for node in work.nodes[Global]}
    work.invariants = find_invariants(work.nodes, called, work.facts, work.cursors)


def _leaving_closures(work: Work) -> None:
    work.leaving = find_leaving(work.facts)


# Before the analysis the forms are as the program was written; behind it, it is known which named
# lets are loops, where variables live, and what they hold.
BEFORE_ANALYSIS: Final = (
    Pass("record types", _record_types),
    Pass("global kinds", _global_kinds),
    # Handlers that read single entries of an error.
    Pass(
        "caught entries",
        lambda work: split_caught(work.main, work.facts),
        lambda work: "caught_map" in work.helpers,
    ),
    # Comprehensions over a range count instead of walking a list.
    Pass(
        "counted ranges",
        lambda work: count_ranges(work.main, work.facts),
        lambda work: "iterable" in work.helpers and work.calls(lambda known: known.is_range),
    ),
    # Updates of map entries by a function or along a path become their steps.
    Pass(
        "map updates",
        lambda work: take_updates_apart(work.main, work.facts),
        lambda work: work.calls(lambda known: known.updater is not None),
    ),
    # Common subexpressions: items that a condition has taken out already.
    Pass("kept items", lambda work: keep_items(work.main, work.nodes, work.facts)),
    # Loop inlining: map, filter, foldl … as loops in place of their calls.
    Pass(
        "inlined loops",
        lambda work: inline_loops(work.main, work.nodes, work.facts),
        lambda work: work.calls(lambda known: bool(known.loops)),
    ),
    # Function inlining, and constant propagation of globals.
    Pass("inlined functions", _inline_functions),
    # Scalar replacement of lists that are made only to be taken apart.
    Pass(
        "scalar replacement",
        lambda work: take_lists_apart(work.main, work.nodes, work.facts),
        lambda work: "destructure" in work.helpers,
    ),
)
BEHIND_ANALYSIS: Final = (
    # Mutual tail recursion as loops.
    Pass("inlined cycles", _inline_cycles),
    # Escape analysis: maps and lists that one variable owns are changed in place.
    Pass("ownership", lambda work: find_owners(work.main, work.nodes, work.facts)),
    # Induction variables: loops that count.
    Pass("induction variables", _induction_variables),
    # Strength reduction: lists in loops as arrays with a length.
    Pass("list cursors", _list_cursors),
    # Loop-invariant code motion: what is asked of a value once instead of in every round.
    Pass("loop invariants", _loop_invariants),
    # Liveness: closures that need no copies of the variables of a loop.
    Pass("leaving closures", _leaving_closures),
)
PASSES: Final = (*BEFORE_ANALYSIS, *BEHIND_ANALYSIS)

# What the analysis and the emitter take for granted can be switched off, too: what functions of the
# library mean, and what functions that the unit defines mean to its own calls.
LIBRARY_MEANINGS: Final = "library meanings"
OWN_MEANINGS: Final = "own meanings"
# Everything that can be switched off: every call is made by name, and nothing is assumed.
EVERYTHING: Final = frozenset((LIBRARY_MEANINGS, OWN_MEANINGS, *(each.name for each in PASSES)))


# Called with the name of each pass that has run, and what it has made; for tests.
observer: Callable[[str, Work], None] | None = None


# --- compiling ------------------------------------------------------------------------------------


def compile_unit(
    main: Lambda,
    file: str,
    knowledge: Knowledge,
    definitions: Definitions,
    values: Mapping[str, Any],
    *,
    again: Again | None = None,
    is_on_stack: bool = True,
    off: Set_[str] = frozenset(),
) -> Compiled:
    """Returns the code that defines the Python function " main" of a unit.

    `main` is the function of its forms, `file` the name under which Python knows the code;
    `knowledge` and `definitions` are those of the session and grow, `values` are its globals.
    `again` says that the unit was compiled before; `is_on_stack`, that older code may go on when
    this has run; `off` names passes that are left out.
    """
    work = Work(main, Facts({}, set()), knowledge, definitions, values)
    facts = work.facts
    if again is None:
        knowledge.evaluated.note(main, work.nodes)
    facts.evaluates = knowledge.evaluated.evaluates
    _find_meanings(work, again, off)
    work.is_again = again is not None
    _run(BEFORE_ANALYSIS, work, off)
    known = facts.library.keys() | facts.steady | facts.records.keys() | facts.kinds.keys()
    analyse(work.main, facts, work.nodes)
    _run(BEHIND_ANALYSIS, work, off)
    facts.assumed |= work.names & (known | facts.functions.keys())
    return _write(work, file, knowledge.guarded.copy() if is_on_stack else set())


def _find_meanings(work: Work, again: Again | None, off: Set_[str]) -> None:
    """Finds of which names a unit can take the present meaning for granted."""
    knowledge, facts = work.knowledge, work.facts
    in_doubt = knowledge.evaluated.in_doubt()
    set_here = {node.name for node in work.nodes.get(SetGlobal, ())}
    if OWN_MEANINGS in off or knowledge.evaluated.are_all_in_doubt:
        facts.unsafe = _AllNames()
    elif again is None:
        facts.steady = knowledge.steady - in_doubt
        facts.unsafe = knowledge.unsteady | in_doubt
    else:
        facts.steady = knowledge.steady - again.changed - in_doubt
        last = knowledge.changed_at
        unsafe = {name for name, unit in last.items() if unit > again.unit}
        unsafe |= knowledge.settable | in_doubt
        facts.unsafe = unsafe
        own = {name for name, unit in last.items() if unit == again.unit}
        work.defined = knowledge.user_defined - (own - unsafe)
    if LIBRARY_MEANINGS not in off and not knowledge.evaluated.are_all_in_doubt:
        facts.library = library_meanings(knowledge.user_defined | set_here | in_doubt)


def _run(passes: Iterable[Pass], work: Work, off: Set_[str]) -> None:
    for each in passes:
        if each.name not in off and each.is_needed(work):
            main = each.run(work)
            if main is not None:
                work.become(main)
            if observer is not None:
                observer(each.name, work)


def _write(work: Work, file: str, guarded: set[str]) -> Compiled:
    """Returns the code of a unit that has gone through all passes.

    Of the `guarded` names code that is on the stack expects that they never answer TAIL.
    """
    knowledge, facts = work.knowledge, work.facts
    unit = Unit(facts, work.constants, knowledge.constants)
    unit.guarded = guarded
    # From now on these must not answer TAIL: the code of this unit does not look for it.
    called = {node.name for node in work.nodes[Global]}
    knowledge.guarded |= called & (facts.library.keys() | facts.steady)
    unit.waiting = waiting_functions(work.main, work.nodes, called, facts, knowledge.waiting)
    unit.induction, unit.cursors = work.induction, work.cursors
    unit.invariants, unit.leaving = work.invariants, work.leaving
    definition = function_definition(unit, work.main, " main", None)
    code = _python_code(ast.Module([definition], []), file)
    knowledge.constants = unit.next_constant
    enter_versions(unit, code)
    return Compiled(code, facts, work.nodes, work.constants, unit.functions)


def _python_code(module: ast.Module, file: str) -> CodeType:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's advice is about Python
            return compile(module, file, "exec", dont_inherit=True)
    except (RecursionError, MemoryError, SyntaxError) as error:
        raise LispError(
            "this program is too deeply nested to be compiled",
            kind="reader",
            hint="move inner parts into functions of their own",
        ) from error
