"""The front door of the compiler: `compile_unit` makes Python code of the core forms of one unit.

A unit is what a session compiles at once: the forms of a text up to the next macro definition. It
goes through the passes in `PASSES`, in this order: some change the forms, some find out facts, and
each says which facts it needs and gives. Then it is written as a Python syntax tree (emit/), which
Python compiles. To add a pass, write a function that takes and returns the function of a unit's
forms (core/walking.rewrite is an identity transform to begin with), and a line in `PASSES`.

Every pass makes programs faster and none makes them right: each can be switched off by its name,
all of them by `EVERYTHING`, and a program must still give the same. Tests have the forms verified
behind every pass (verifier.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as Set_
from types import CodeType
from typing import Any, Final, NamedTuple

# These fill the tables of writers.
import lispcore.compiler.emit.conditions
import lispcore.compiler.emit.statements
import lispcore.compiler.primitives  # noqa: F401
from lispcore.compiler.emit.function_bodies import function_definition
from lispcore.compiler.emit.lazy_functions import (
    LazyFunctions,
    mentions_of,
    set_aside,
)
from lispcore.compiler.emit.python_code import compile_python
from lispcore.compiler.emit.resumable import enter_versions
from lispcore.compiler.emit.stepwise import enter_steps
from lispcore.compiler.emit.unit import Unit
from lispcore.compiler.facts.analysis import analyse
from lispcore.compiler.facts.call_versions import find_versions
from lispcore.compiler.facts.cursors import find_cursors
from lispcore.compiler.facts.definite_assignment import certain_names
from lispcore.compiler.facts.effects import find_unnoticed
from lispcore.compiler.facts.flow_typing import find_flow
from lispcore.compiler.facts.global_kinds import global_kinds
from lispcore.compiler.facts.induction import find_induction_variables
from lispcore.compiler.facts.invariants import find_invariants
from lispcore.compiler.facts.late_definitions import late_definitions
from lispcore.compiler.facts.leaving import find_leaving
from lispcore.compiler.facts.library_uses import find_library_uses
from lispcore.compiler.facts.ownership import find_owners
from lispcore.compiler.facts.record_types import record_functions
from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.facts.update_order import find_orders
from lispcore.compiler.facts.waiting_functions import may_wait, waiting_functions
from lispcore.compiler.meanings import (
    library_meanings,
)
from lispcore.compiler.numeric.sites import find_sites
from lispcore.compiler.passes.count_ranges import count_ranges
from lispcore.compiler.passes.inline_functions import Definitions, inline_functions
from lispcore.compiler.passes.inline_loops import inline_cycles, inline_loops
from lispcore.compiler.passes.keep_items import keep_items
from lispcore.compiler.passes.map_updates import take_updates_apart
from lispcore.compiler.passes.scalar_replacement import take_lists_apart
from lispcore.compiler.passes.split_caught import split_caught
from lispcore.compiler.passes.unite_variables import unite_variables
from lispcore.compiler.work import Again, Knowledge, Work
from lispcore.core.nodes import (
    And,
    Bind,
    Global,
    If,
    Lambda,
    Local,
    Or,
    SetAll,
    SetGlobal,
    SetLocal,
    Variable,
)
from lispcore.core.walking import Survey


class Compiled(NamedTuple):
    """What compiling a unit gives: code that defines " main", and what was found out for it.

    `constants` are the globals that the code needs, `functions` the numbers of the functions in it
    by their Python names. `lazy` are the functions that are not in it yet, `mentions` the globals
    that the code names, `variables` what local variables are called in it.
    """

    code: CodeType
    facts: Facts
    nodes: Survey
    constants: dict[str, Any]
    functions: dict[str, list[int]]
    lazy: LazyFunctions | None
    mentions: set[str]
    variables: dict[Variable, str]


# --- the passes -----------------------------------------------------------------------------------


def _always(work: Work) -> bool:
    return True


def _has_definitions(work: Work) -> bool:
    return SetGlobal in work.nodes


def _has_records(work: Work) -> bool:
    return bool(work.knowledge.records) or "record_type" in work.helpers


def _has_choices(work: Work) -> bool:
    nodes = work.nodes
    return If in nodes or And in nodes or Or in nodes


def _has_variables(work: Work) -> bool:
    """Tells whether local variables are used: nothing else loops, owns, counts or is captured."""
    nodes = work.nodes
    return bool(nodes[Local]) or SetLocal in nodes or SetAll in nodes or Bind in nodes


class Pass(NamedTuple):
    """One pass: its name, which switches it off; what it does; and whether a unit wants it.

    `run` returns the function of the unit's forms if it has changed these, or None. `needs` and
    `gives` name facts. After a change of the forms, facts about them are found anew when the next
    pass needs them.
    """

    name: str
    run: Callable[[Work], Lambda | None]
    is_wanted: Callable[[Work], bool] = _always
    needs: Iterable[str] = ()
    gives: Iterable[str] = ()


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


def _inline_functions(work: Work) -> Lambda | None:
    return inline_functions(work.main, work.facts, work.definitions, work.defined)


def _inline_cycles(work: Work) -> Lambda | None:
    return work.main if inline_cycles(work.main, work.facts) else None


def _effects(work: Work) -> None:
    work.facts.unnoticed = find_unnoticed(work.nodes, work.facts)


def _update_order(work: Work) -> None:
    work.facts.orders = find_orders(work.nodes, work.facts)


def _induction_variables(work: Work) -> None:
    work.induction = find_induction_variables(work.nodes, work.facts)


def _list_cursors(work: Work) -> None:
    work.cursors = find_cursors(work.nodes, work.facts, work.induction)


def _loop_invariants(work: Work) -> None:
    called = {node.name for node in work.nodes[Global]}
    work.invariants = find_invariants(work.nodes, called, work.facts, work.cursors)


def _library_uses(work: Work) -> None:
    work.library = find_library_uses(work.nodes, work.facts)


def _flow_typing(work: Work) -> None:
    work.flow = find_flow(work.main, work.facts, work.cursors, work.induction)


def _definite_assignment(work: Work) -> None:
    work.facts.certain = certain_names(work.main, work.nodes, work.values, is_again=work.is_again)


def _call_versions(work: Work) -> None:
    work.facts.versions = find_versions(work.nodes[Lambda], work.facts)


def _leaving_closures(work: Work) -> None:
    work.leaving = find_leaving(work.facts)


def _numeric_sites(work: Work) -> None:
    work.sites = find_sites(work.nodes, work.facts, work.induction)


def _analyse(work: Work) -> None:
    analyse(work.main, work.facts, work.nodes)


# What the analysis finds: every pass behind it relies on that.
ANALYSED: Final = frozenset(("scopes", "tails", "kinds"))
ANALYSIS: Final = Pass("analysis", _analyse, gives=ANALYSED)
# Which calls the emission may write as the records of the library's functions say.
LIBRARY_USES: Final = Pass("library uses", _library_uses, gives=("library uses",))

# A host without WebAssembly does without it.
NUMERIC_LOOPS: Final = "numeric loops"

PASSES: Final = (
    # Which globals are constructors, predicates, accessors of record types.
    Pass("record types", _record_types, _has_records, gives=("records",)),
    # Type inference of globals.
    Pass("global kinds", _global_kinds, _has_definitions, gives=("global kinds",)),
    # Scalar replacement of caught errors: handlers that read single entries.
    Pass(
        "caught entries",
        lambda work: split_caught(work.main, work.facts),
        lambda work: "caught_map" in work.helpers,
    ),
    # Deforestation: comprehensions over a range count instead of walking a list.
    Pass(
        "counted ranges",
        lambda work: count_ranges(work.main, work.facts),
        lambda work: "iterable" in work.helpers and work.calls(lambda known: known.is_range),
    ),
    # Inlining: updates of map entries by a function or along a path become their steps.
    Pass(
        "map updates",
        lambda work: take_updates_apart(work.main, work.facts),
        lambda work: work.calls(lambda known: known.updater is not None),
    ),
    # Common subexpressions: items that a condition has taken out already.
    Pass("kept items", lambda work: keep_items(work.main, work.nodes, work.facts), _has_choices),
    # Loop inlining and fusion: map, filter, foldl … as loops in place of their calls.
    Pass(
        "inlined loops",
        lambda work: inline_loops(work.main, work.nodes, work.facts),
        lambda work: work.calls(lambda known: bool(known.loops)),
    ),
    # Function inlining, and constant propagation of globals.
    Pass(
        "inlined functions",
        _inline_functions,
        lambda work: _has_definitions(work) or bool(work.definitions.nodes),
        gives=("definitions",),
    ),
    # Scalar replacement of lists that are made only to be taken apart.
    Pass(
        "scalar replacement",
        lambda work: take_lists_apart(work.main, work.nodes, work.facts),
        lambda work: "destructure" in work.helpers,
    ),
    # Scope analysis, tail calls, type inference: the emission cannot do without them.
    ANALYSIS,
    # Mutual tail recursion as loops.
    Pass("inlined cycles", _inline_cycles, _has_definitions, needs=ANALYSED),
    # Copy coalescing: loops that take a value over and hand it back use its variable.
    Pass(
        "united variables",
        lambda work: unite_variables(work.main, work.nodes, work.facts),
        _has_variables,
        needs=ANALYSED,
        gives=("handed back",),
    ),
    # Escape analysis: maps and lists that one variable owns are changed in place.
    Pass(
        "ownership",
        lambda work: find_owners(work.main, work.nodes, work.facts),
        _has_variables,
        needs=ANALYSED,
        gives=("owners",),
    ),
    # Effect analysis: which of the new values of variables nobody notices.
    Pass("effects", _effects, _has_variables, needs=ANALYSED, gives=("unnoticed",)),
    # Scheduling: when values that are changed in place are changed.
    Pass(
        "update order",
        _update_order,
        lambda work: bool(work.facts.owners),
        needs=(*ANALYSED, "owners"),
        gives=("orders",),
    ),
    # Induction variables: loops that count.
    Pass(
        "induction variables",
        _induction_variables,
        _has_variables,
        needs=ANALYSED,
        gives=("induction",),
    ),
    # Loops and functions that can be machine code once they are hot.
    Pass(
        NUMERIC_LOOPS,
        _numeric_sites,
        _has_variables,
        needs=(*ANALYSED, "induction"),
        gives=("sites",),
    ),
    # Strength reduction: lists in loops as arrays with a length.
    Pass(
        "list cursors",
        _list_cursors,
        _has_variables,
        needs=(*ANALYSED, "owners", "induction"),
        gives=("cursors",),
    ),
    # Loop-invariant code motion: what is asked of a value once instead of in every round.
    Pass(
        "loop invariants",
        _loop_invariants,
        _has_variables,
        needs=(*ANALYSED, "owners", "cursors"),
        gives=("invariants",),
    ),
    # Occurrence typing: what tests and operations tell of variables.
    Pass(
        "flow typing",
        _flow_typing,
        lambda work: _has_variables(work) or bool(work.facts.kinds),
        needs=(*ANALYSED, "orders", "induction", "cursors"),
        gives=("flow",),
    ),
    # Definite assignment: names that have a value wherever they are used.
    Pass("definite assignment", _definite_assignment, gives=("certain",)),
    # Trampolining: functions that call older ones last are written twice.
    Pass("call versions", _call_versions, _has_variables, needs=ANALYSED, gives=("versions",)),
    # Liveness: closures that need no copies of the variables of a loop.
    Pass(
        "leaving closures",
        _leaving_closures,
        _has_variables,
        needs=ANALYSED,
        gives=("leaving",),
    ),
    # Primitive selection; nor without this.
    LIBRARY_USES,
)

# What the passes and the emitter take for granted can be switched off, too: what functions of the
# library mean, and what functions that the unit defines mean to its own calls.
LIBRARY_MEANINGS: Final = "library meanings"
OWN_MEANINGS: Final = "own meanings"
# And that functions of a long unit are written when they are needed.
LAZY_FUNCTIONS: Final = "lazy functions"
# Everything that can be switched off: every call is made by name, and nothing is assumed.
EVERYTHING: Final = frozenset(
    (
        LIBRARY_MEANINGS,
        OWN_MEANINGS,
        LAZY_FUNCTIONS,
        *(each.name for each in PASSES if each is not ANALYSIS and each is not LIBRARY_USES),
    )
)


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
    in_steps: bool = False,
) -> Compiled:
    """Returns the code that defines the Python function " main" of a unit.

    `main` is the function of its forms, `file` the name under which Python knows the code;
    `knowledge` and `definitions` are those of the session and grow, `values` are its globals.
    `again` says that the unit was compiled before; `is_on_stack`, that older code may go on when
    this has run; `off` names passes that are left out; `in_steps`
    says that functions have to be there in steps, too (stepwise.py).
    """
    work = Work(main, Facts({}, set()), knowledge, definitions, values)
    facts = work.facts
    if again is None:
        knowledge.evaluated.note(main, work.nodes)
    facts.evaluates = knowledge.evaluated.evaluates
    facts.waiting = may_wait(work.nodes, work.names, knowledge.suspended)
    knowledge.suspended |= facts.waiting
    _find_meanings(work, again, off)
    work.is_again = again is not None
    known = {name for name in work.names if name in facts.library or name in facts.steady}
    for each in PASSES:
        if each.name not in off and each.is_wanted(work):
            _run(each, work)
    if not work.known.issuperset(ANALYSED):
        _run(ANALYSIS, work)
    for table in (facts.records, facts.kinds, facts.functions):
        known |= work.names & table.keys()
    facts.assumed |= known
    guarded = knowledge.guarded.copy() if is_on_stack else set()
    return _write(work, file, guarded, LAZY_FUNCTIONS not in off, in_steps)


class _AllNames:
    """The set of all names."""

    def __contains__(self, name: object) -> bool:
        return True


def _find_meanings(work: Work, again: Again | None, off: Set_[str]) -> None:
    """Finds of which names a unit can take the present meaning for granted."""
    knowledge, facts = work.knowledge, work.facts
    in_doubt = knowledge.evaluated.in_doubt()
    setting = work.nodes.get(SetGlobal, ())
    set_here = {node.name for node in setting}
    changing = {node.name for node in setting if not node.is_definition}
    if LIBRARY_MEANINGS not in off and not knowledge.evaluated.are_all_in_doubt:
        facts.library = library_meanings(knowledge.user_defined | set_here | in_doubt)
    late: set[str] = set()
    if again is None and any(name in work.values for name in set_here):
        late = late_definitions(work.main, facts, work.values)
        knowledge.settable |= late  # for the time when the unit may be compiled again, too
    facts.settable = knowledge.settable | changing | late | in_doubt
    if OWN_MEANINGS in off or knowledge.evaluated.are_all_in_doubt:
        facts.unsafe = facts.settable = _AllNames()
    elif again is None:
        facts.steady = knowledge.steady - in_doubt
        facts.unsafe = knowledge.unsteady | late | in_doubt
    else:
        facts.steady = knowledge.steady - again.changed - in_doubt
        last = knowledge.changed_at
        unsafe = {name for name, unit in last.items() if unit > again.unit}
        unsafe |= knowledge.settable | in_doubt
        facts.unsafe = unsafe
        own = {name for name, unit in last.items() if unit == again.unit}
        work.defined = knowledge.user_defined - (own - unsafe)


def _run(each: Pass, work: Work) -> None:
    if not work.known.issuperset(ANALYSED) and not ANALYSED.isdisjoint(each.needs):
        _run(ANALYSIS, work)
    main = each.run(work)
    if main is not None:
        work.become(main)
    work.known.update(each.gives)
    if observer is not None:
        observer(each.name, work)


def _write(work: Work, file: str, guarded: set[str], is_lazy: bool, in_steps: bool) -> Compiled:
    """Returns the code of a unit that has gone through all passes.

    Of the `guarded` names code that is on the stack expects that they never answer TAIL. If it
    `is_lazy`, functions may be left for later.
    """
    knowledge, facts = work.knowledge, work.facts
    unit = Unit(facts, work.constants, knowledge.constants)
    unit.guarded, unit.in_steps = guarded, in_steps
    # From now on these must not answer TAIL: the code of this unit does not look for it.
    called = {node.name for node in work.nodes[Global]}
    settled = (name for name in called if name in facts.library or name in facts.steady)
    knowledge.guarded.update(settled)
    unit.waiting = waiting_functions(work.main, work.nodes, called, facts, knowledge.waiting)
    unit.induction, unit.cursors = work.induction, work.cursors
    unit.invariants, unit.leaving = work.invariants, work.leaving
    unit.flow, unit.library, unit.sites = work.flow, work.library, work.sites
    lazy = set_aside(unit, work.main, file) if is_lazy else None
    if lazy is not None:
        # What is written later relies on the meanings that its names have now.
        facts.assumed |= called & facts.steady
        for table in (facts.library, facts.records, facts.kinds, facts.functions):
            facts.assumed |= called & table.keys()
    definition = function_definition(unit, work.main, " main", None)
    code = compile_python(definition, file)
    knowledge.constants = unit.next_constant
    if in_steps:
        enter_steps(definition, code)
    else:
        enter_versions(unit, code)
    mentions = called if lazy is None else mentions_of(work.main, unit)
    return Compiled(
        code, facts, work.nodes, work.constants, unit.functions, lazy, mentions, unit.names
    )
