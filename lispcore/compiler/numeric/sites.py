"""Finds the loops and functions that could be machine code: nothing in them but numbers.

Such a loop has no effects, so that it may be left at any moment and gone on with, from the values
its variables had, by the Python code of the same loop. That is what makes machine code safe here:
whatever it cannot do (an integer that outgrows it, a division by zero, a ratio, Stop) it leaves to
the usual code, which does it, or says what is wrong.

Nothing is compiled here. A `Site` keeps what a compiler needs (typing.py, code.py), and the written
code counts rounds by it; `running/numeric_loops.py` decides when it has been enough of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import repeat
from typing import Any, Final

from lispcore.compiler.facts.induction import Induction
from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.meanings import assume_definition, meaning
from lispcore.core.nodes import (
    And,
    Call,
    Constant,
    ForEach,
    Global,
    If,
    Lambda,
    Let,
    Local,
    NamedLet,
    Node,
    Or,
    Sequence,
    SetAll,
    SetLocal,
    Variable,
    While,
    literal_value,
)
from lispcore.core.walking import Survey, all_nodes, children
from lispcore.library.registry import ENTRIES
from lispcore.values.types import Boolean

# The functions that machine code can do the work of, each with how many arguments it may have.
MANY: Final = 8
ARGUMENTS: Final[dict[str, tuple[int, int]]] = {
    "+": (2, MANY), "-": (1, MANY), "*": (2, MANY), "/": (2, 2), "mod": (2, 2),
    "quotient": (2, 2), "remainder": (2, 2), "min": (2, 2), "max": (2, 2), "abs": (1, 1),
    "<": (2, 4), ">": (2, 4), "<=": (2, 4), ">=": (2, 4), "=": (2, 4),
    "zero?": (1, 1), "positive?": (1, 1), "negative?": (1, 1), "even?": (1, 1), "odd?": (1, 1),
    "not": (1, 1), "sqrt": (1, 1), "floor": (1, 1), "ceil": (1, 1), "round": (1, 1),
    "truncate": (1, 1), "int": (1, 1), "float": (1, 1), "exact": (1, 1), "inexact": (1, 1),
    "bit/and": (2, 2), "bit/or": (2, 2), "bit/xor": (2, 2), "bit/not": (1, 1),
    "bit/shift-left": (2, 2), "bit/shift-right": (2, 2),
    "f64-array/ref": (2, 2), "f64-array/length": (1, 1),
    "i64-array/ref": (2, 2), "i64-array/length": (1, 1),
}  # fmt: skip

# So many rounds are run as usual before a loop is worth the trouble: compiling one costs about as
# much time. A round of a loop with others inside it counts for more.
ROUNDS: Final = 1000
OUTER_ROUNDS: Final = 100
OUTER_LEAST: Final = 40
# Functions that call themselves are counted by calls.
CALLS: Final = 1000
# So many rounds and calls machine code does before it asks whether to go on: some milliseconds.
FUEL: Final = 1 << 20


class Site:
    """A loop or function that can be machine code, and how often its usual code has run.

    `rounds` is what the written code takes its rounds from: when it is at an end, the loop is hot.
    A loop that counts is hot when it begins with more than `least` rounds.
    """

    __slots__ = (
        "assigns", "callees", "counts", "function", "jumps", "least", "names", "operators",
        "outer", "patience", "rounds", "small", "step", "variables", "versions",
    )  # fmt: skip

    def __init__(self, function: Lambda, rounds: int) -> None:
        self.function = function
        # Its parameters, then the variables from outside that it reads.
        self.variables: list[Variable] = [*function.parameters]
        self.callees: dict[str, Lambda] = {}
        # The names of the library's functions, also by their other names.
        self.operators: dict[str, str] = {}
        self.jumps: dict[Call, Lambda] = {}  # calls that are the next round of a loop
        self.names: set[Variable] = set()  # of the loops
        self.outer: Site | None = None
        self.counts = False  # it is written as a loop that counts
        self.assigns = False  # a loop without a value, which sets variables
        self.step = 0  # of one that counts like that
        self.rounds: Iterator[None] = repeat(None, rounds)
        self.least: float = ROUNDS
        # Machine code by the types of the variables; None where there can be none.
        self.versions: dict[tuple[type, ...], Any] = {}
        self.patience = ROUNDS  # so many rounds it waits when machine code was of no use
        self.small = 0  # so often one after the other machine code had hardly anything to do


def find_sites(nodes: Survey, facts: Facts, induction: Induction) -> dict[Node, Site]:
    """Returns the loops and functions of a unit that can be machine code."""
    finder = _Finder(facts)
    finder.find_functions()
    sites: dict[Node, Site] = {}
    for node in nodes.get(NamedLet, ()):
        if node.function in facts.tails.repeating and finder.fits(node):
            sites[node.function] = finder.site(node.function)
    for name in finder.functions:
        function = facts.functions[name]
        if function in facts.tails.repeating or name in finder.reached(function):
            sites[function] = finder.site(function)
    for loop in (*nodes.get(While, ()), *nodes.get(ForEach, ())):
        found = finder.assigning_site(loop)
        if found is not None:
            found.counts = type(loop) is ForEach or loop in induction.whiles
            sites[loop] = found
    for site in sites.values():
        _settle(site, sites, facts, induction)
    return sites


def _settle(site: Site, sites: dict[Node, Site], facts: Facts, induction: Induction) -> None:
    """Decides how the rounds of a site are counted."""
    function = site.function
    inner = [
        each.function if type(each) is NamedLet else each
        for each in all_nodes(function.body)
        if type(each) in _LOOPS
    ]
    for loop in inner:
        # Of several around it, the last one is the next one.
        if loop in sites:
            sites[loop].outer = site
    if site.assigns:
        if inner or site.callees:
            site.rounds = repeat(None, OUTER_ROUNDS)
            site.least = OUTER_LEAST
        return
    if function not in facts.tails.repeating:
        site.rounds = repeat(None, CALLS)
        return
    if inner or site.callees:
        site.rounds = repeat(None, OUTER_ROUNDS)
        induction.loops.pop(function, None)
    else:
        site.counts = function in induction.loops


def outer_variables(function: Lambda) -> list[Variable]:
    """Returns the variables from outside that a loop reads, names of loops among them."""
    bound = bound_inside(function.body).union(function.parameters)
    nodes = all_nodes(function.body)
    used = {node.variable: None for node in nodes if type(node) is Local}
    return [each for each in used if each not in bound]


def bound_inside(root: Node) -> set[Variable]:
    """Returns the variables that a body which only computes binds itself."""
    bound: set[Variable] = set()
    for node in all_nodes(root):
        if type(node) is Let:
            bound.update(variable for variable, _ in node.bindings)
        elif type(node) is NamedLet:
            bound.update(node.function.parameters)
        elif type(node) is ForEach:
            bound.add(node.variable)
    return bound


class _Finder:
    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.functions: dict[str, set[str]] = {}  # those that can be, with those that they call
        self._operators: dict[str, str] = {}

    def find_functions(self) -> None:
        """Finds the functions of the unit that only compute, and call only such."""
        facts = self.facts
        for name, function in facts.functions.items():
            if function.rest is not None or name in facts.unsafe or facts.scopes.free.get(function):
                continue
            calls: set[str] = set()
            if self._is_numeric(function.body, calls, function.parameters):
                self.functions[name] = calls
        lost = True
        while lost:
            lost = False
            for name, calls in list(self.functions.items()):
                if not calls <= self.functions.keys():
                    del self.functions[name]
                    lost = True

    def fits(self, node: NamedLet) -> bool:
        """Tells whether a loop only computes."""
        if node.function in self.facts.tails.jumping_out:
            return False
        calls: set[str] = set()
        function = node.function
        return (
            self._is_numeric(function.body, calls, function.parameters)
            and calls <= self.functions.keys()
        )

    def reached(self, function: Lambda) -> set[str]:
        """Returns the functions that a body calls, and those that they call."""
        waiting: set[str] = set()
        self._is_numeric(function.body, waiting, function.parameters)
        found: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting |= self.functions[name]
        return found

    def site(self, function: Lambda) -> Site:
        """Returns the site of a loop or function."""
        facts = self.facts
        site = Site(function, ROUNDS)
        site.operators = self._operators
        site.callees = {name: facts.functions[name] for name in self.reached(function)}
        for each in (function, *site.callees.values()):
            for node in all_nodes(each.body):
                if type(node) is Call and node in facts.tails.jumps:
                    site.jumps[node] = facts.tails.jumps[node]
                    if type(node.function) is Local:
                        site.names.add(node.function.variable)
        for name in site.callees:
            assume_definition(name, facts)
        site.variables += [each for each in outer_variables(function) if each not in site.names]
        return site

    def assigning_site(self, node: While | ForEach) -> Site | None:
        """Returns the site of a loop that sets variables from outside, None if it cannot be one."""
        facts = self.facts
        own: set[Variable] = set()
        counted_by = 0
        if type(node) is While:
            parts: list[Node] = [node.test, node.body]
        else:
            assert type(node) is ForEach
            bounds = counted_bounds(node)
            if bounds is None:
                return None
            counted_by = bounds[2]
            parts = [node.body]
            own = {node.variable}
        assigned = {each: None for part in parts for each in assigned_outside(part, own)}
        home = {facts.scopes.home.get(each) for each in assigned}
        if len(home) > 1 or not assigned or not home.isdisjoint((None,)):
            return None
        if any(
            each in facts.scopes.captured or each in facts.scopes.boxed or each in facts.owners
            for each in assigned
        ):
            return None
        calls: set[str] = set()
        if not all(self._is_numeric(each, calls, own.union(assigned)) for each in parts):
            return None
        if not calls <= self.functions.keys():
            return None
        site = self.site(as_function(node, list(assigned), counted_by))
        call = last_call(site.function)
        site.jumps[call] = site.function
        site.operators = {**site.operators, **_OF_COUNTING}
        site.assigns = True
        site.step = counted_by
        return site

    def _is_numeric(self, node: Node, calls: set[str], settable: Collection[Variable] = ()) -> bool:
        """Tells whether a body only computes; notes the functions of the unit that it calls.

        It may set the variables that it binds itself, and those that are `settable`.
        """
        inside = assigned_outside(node)
        if any(each not in settable for each in inside):
            return False
        waiting = [node]
        while waiting:
            each = waiting.pop()
            kind = type(each)
            if kind is Constant:
                if type(literal_value(each)) not in _CONSTANTS:
                    return False
            elif type(each) is Local:
                if each.variable.letrec and each.variable not in self.facts.certain:
                    return False
            elif type(each) is Call:
                if not self._can_call(each, calls):
                    return False
                waiting += each.arguments
            elif type(each) is NamedLet:
                tails = self.facts.tails
                if each.function not in tails.loops or each.function in tails.jumping_out:
                    return False
                if assigned_outside(each.function.body, set(each.function.parameters)):
                    return False
                waiting += [*each.arguments, each.function.body]
            elif type(each) is ForEach:
                bounds = counted_bounds(each)
                if bounds is None:
                    return False
                waiting += [*bounds[:2], each.body]
            elif type(each) is SetLocal or type(each) is SetAll:
                if not all(map(self._can_set, set_variables(each))):
                    return False
                waiting += children(each)
            elif kind in _FORMS:
                waiting += children(each)
            else:
                return False
        return True

    def _can_set(self, variable: Variable) -> bool:
        scopes = self.facts.scopes
        if variable.letrec and variable not in self.facts.certain:
            return False
        return variable not in scopes.captured and variable not in scopes.boxed

    def _can_call(self, node: Call, calls: set[str]) -> bool:
        facts = self.facts
        if node in facts.tails.jumps or node.helper == "not":
            return True
        if type(node.function) is Global and node.function.name in _OF_COUNTING:
            return True
        callee = node.function
        if type(callee) is not Global:
            return False
        function = facts.functions.get(callee.name)
        if function is not None:
            calls.add(callee.name)
            return len(node.arguments) == len(function.parameters)
        if meaning(node, facts) is None:
            return False
        entry = ENTRIES.get(callee.name)
        name = callee.name if entry is None else entry.name
        least, most = ARGUMENTS.get(name, (1, 0))
        self._operators[callee.name] = name
        return least <= len(node.arguments) <= most


_CONSTANTS: Final = frozenset((int, float, Boolean, type(None)))
_FORMS: Final = frozenset((If, And, Or, Let, Sequence, While))
_LOOPS: Final = frozenset((NamedLet, While, ForEach))
# What a loop over numbers becomes is made of calls under these names, which no program can change.
_OF_COUNTING: Final = {" <": "<", " +": "+", " next": ""}


def assigned_outside(root: Node, bound: set[Variable] | None = None) -> list[Variable]:
    """Returns the variables that a body sets and does not bind itself."""
    known = bound_inside(root).union(bound or ())
    changed = {each: None for node in all_nodes(root) for each in set_variables(node)}
    return [each for each in changed if each not in known]


def set_variables(node: Node) -> list[Variable]:
    """Returns the variables that a node sets."""
    if type(node) is SetLocal:
        return [node.variable]
    return node.variables if type(node) is SetAll else []


def counted_bounds(node: ForEach) -> tuple[Node, Node, int] | None:
    """Returns where a loop over numbers begins and ends, and its step; None for other loops."""
    items = node.iterable
    if type(items) is not Call or items.helper != "counted":
        return None
    start, end, *more = items.arguments
    if not more:
        return start, end, 1
    step = more[0].value if type(more[0]) is Constant else 0
    return (start, end, step) if type(step) is int and 0 < step < 2**31 else None


def as_function(node: While | ForEach, assigned: list[Variable], counted_by: int) -> Lambda:
    """Returns a loop that sets variables as a function of them that calls itself last.

    One over numbers has two variables more, first: the next number, and where they end; it goes on
    by steps of `counted_by`.
    """
    span = node.span
    if type(node) is While:
        test, step, variables = node.test, node.body, assigned
        arguments: list[Node] = [Local(each, span) for each in assigned]
    else:
        assert type(node) is ForEach
        at, end = Variable("at"), Variable("end")
        variables = [at, end, *assigned]
        by = Constant(counted_by, span)
        test = Call(Global(" <", span), [Local(at, span), Local(end, span)], span)
        step = Let([(node.variable, Local(at, span))], node.body, span)
        following = Call(Global(" +", span), [Local(at, span), by], span)
        arguments = [following, *(Local(each, span) for each in variables[1:])]
    again = Call(Global(" next", span), arguments, span)
    body = If(test, Sequence([step, again], span), Constant(None, span), span)
    return Lambda("loop", variables, None, body, span)


def last_call(function: Lambda) -> Call:
    """Returns the call of itself that such a function ends with."""
    assert type(function.body) is If
    assert type(function.body.then) is Sequence
    call = function.body.then.parts[-1]
    assert type(call) is Call
    return call
