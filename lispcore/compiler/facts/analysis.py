"""What the emitter must know about core forms before it writes code.

Three walks over the same tree:

1. `_find_loops`: which named lets are plain loops and which calls are their next round; which
   functions call themselves in tail position.
2. `_settle`: for each variable which function binds it, whether another function captures it and
   whether a loop binds it anew; for each function whom it calls in tail position.
3. `_find_bouncing`: which functions may answer `calls.TAIL` instead of a value, and
   `_infer_kinds`: which variables can only hold numbers.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from collections.abc import Sequence as Sequence_
from typing import Any

from lispcore.compiler.facts.record_types import RecordFunction
from lispcore.compiler.kinds import NUMBERS, Kind, common_kind
from lispcore.compiler.library import Primitive, meaning
from lispcore.core.nodes import (
    And,
    Bind,
    Call,
    Constant,
    Define,
    ForEach,
    Global,
    If,
    Kept,
    Lambda,
    Let,
    Local,
    NamedLet,
    Node,
    Or,
    Sequence,
    SetAll,
    SetGlobal,
    SetLocal,
    Try,
    Variable,
    While,
)
from lispcore.core.walking import Survey, all_nodes, children, survey
from lispcore.values.types import Boolean, Character, List, Map, Vector

Loops = tuple[Lambda, ...]


class Facts:
    """What is known about globals when a unit is compiled.

    `library` holds the functions of the library that nobody has redefined, to be asked by
    `library.meaning` alone, which notes in `assumed` what was asked for; `steady` user functions of
    earlier units that never bounce; `unsafe` names that this unit must not make assumptions about.
    `records` says which globals are functions of record types, see records.py; the classes whose
    names are in `made` are there already.
    """

    def __init__(
        self,
        library: dict[str, Primitive],
        steady: set[str],
        unsafe: Container[str] = frozenset(),
    ) -> None:
        self.library = library
        self.steady = steady
        self.unsafe = unsafe
        self.functions: dict[str, Lambda] = {}
        self.definitions: dict[str, Node] = {}  # what later units may write in place
        self.evaluates = False  # the unit can run code that it does not contain
        self.assumed: set[str] = set()  # globals whose present meaning the code contains
        self.flagged: set[str] = set()  # of these, those with a flag, see `Unit.flag`
        self.records: dict[str, RecordFunction] = {}
        self.made: set[str] = set()
        self.kinds: dict[str, str] = {}  # of globals, see global_kinds.py
        # Variables that can own their values, see ownership.py.
        self.owners: dict[Variable, Any] = {}
        self.updates: set[Node] = set()
        self.peeks: set[Node] = set()


def analyse(main: Lambda, facts: Facts, nodes: Survey | None = None) -> None:
    """Annotates all nodes below `main`, the function made of a unit's top-level forms.

    `nodes` are these, if somebody has them.
    """
    nodes = survey(main) if nodes is None else nodes
    _collect_definitions(nodes, facts)
    loops = _LoopFinder(facts)
    while True:
        loops.run(main)
        if not loops.rejected:
            break
    _Settler(facts).run(main)
    functions: list[Lambda] = nodes[Lambda]
    _find_bouncing(functions, facts)
    _infer_kinds(nodes, facts)
    box_variables(functions)


def forget(main: Lambda) -> None:
    """Takes back what an analysis found, so that another can be made of the changed code."""
    for node in all_nodes(main):
        if type(node) is Lambda:
            node.free = {}
            node.tail_targets = set()
            node.tail_calls_unknown = node.self_loop = node.jumps_out = node.inlined = False
            for variable in [*node.parameters, *([node.rest] if node.rest else [])]:
                variable.clear()
        elif type(node) is Let:
            for variable, _ in node.bindings:
                variable.clear()
        elif type(node) in (Define, NamedLet, ForEach, Try, Kept):
            node.variable.clear()  # type: ignore[attr-defined]


def _collect_definitions(nodes: Survey, facts: Facts) -> None:
    """Finds which variables and globals are known to hold one particular lambda."""
    defined: dict[str, list[Node]] = {}
    locally: dict[Variable, list[Node]] = {}
    for node in nodes.get(SetGlobal, ()):
        defined.setdefault(node.name, []).append(node)
    for node in nodes.get(Define, ()):
        locally.setdefault(node.variable, []).append(node.value)
    for node in nodes.get(Let, ()):
        for variable, value in node.bindings:
            locally.setdefault(variable, []).append(value)
    for node in nodes.get(NamedLet, ()):
        node.variable.function = node.function
        node.function.self_variable = node.variable
    for variable, values in locally.items():
        if len(values) > 1:
            variable.assigned = True
        elif not variable.assigned and type(values[0]) is Lambda:
            variable.function = values[0]
            values[0].self_variable = variable
    for name, setters in defined.items():
        only: Any = setters[0]
        if len(setters) == 1 and only.is_definition and type(only.value) is Lambda:
            if name not in facts.unsafe:
                facts.functions[name] = only.value
                only.value.self_global = name
        facts.library.pop(name, None)
        if name not in facts.records:
            facts.steady.discard(name)


class _LoopFinder:
    """Assumes that every named let is a loop, and rejects those that turn out not to be."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.not_loops: set[Lambda] = set()
        self.rejected = False

    def run(self, main: Lambda) -> None:
        self.rejected = False
        self.walk(main.body, ())

    def reject(self, function: Lambda | None) -> None:
        if function is not None and function not in self.not_loops:
            self.not_loops.add(function)
            function.inlined = False
            self.rejected = True

    def walk(self, node: Node, loops: Loops) -> None:
        """Walks a node; `loops` are those whose next round a tail call here could be."""
        kind = type(node)
        if kind is Call:
            self.call(node, loops)  # type: ignore[arg-type]
        elif kind is Constant or kind is Global:
            pass
        elif kind is Local:
            function = node.variable.function  # type: ignore[attr-defined]
            if function is not None and function.self_variable is node.variable:  # type: ignore[attr-defined]
                self.reject(function)
        elif kind is If:
            self.walk(node.test, ())  # type: ignore[attr-defined]
            self.walk(node.then, loops)  # type: ignore[attr-defined]
            self.walk(node.otherwise, loops)  # type: ignore[attr-defined]
        elif kind is Sequence or kind is And or kind is Or:
            for part in node.parts[:-1]:  # type: ignore[attr-defined]
                self.walk(part, ())
            self.walk(node.parts[-1], loops)  # type: ignore[attr-defined]
        elif kind is Let:
            for _, value in node.bindings:  # type: ignore[attr-defined]
                self.walk(value, ())
            self.walk(node.body, loops)  # type: ignore[attr-defined]
        elif kind is Lambda:
            node.self_loop = False  # type: ignore[attr-defined]
            node.jumps_out = False  # type: ignore[attr-defined]
            self.walk(node.body, (node,))  # type: ignore[attr-defined,arg-type]
        elif kind is NamedLet:
            self.named_let(node, loops)  # type: ignore[arg-type]
        elif kind is Try:
            self.walk(node.body, ())  # type: ignore[attr-defined]
            self.walk(node.handler, ())  # type: ignore[attr-defined]
        else:
            for part in children(node):
                self.walk(part, ())

    def named_let(self, node: NamedLet, loops: Loops) -> None:
        for argument in node.arguments:
            self.walk(argument, ())
        function = node.function
        function.self_loop = function.jumps_out = False
        if (
            node.variable.assigned
            or function.rest is not None
            or len(node.arguments) != len(function.parameters)
        ):
            self.reject(function)
        function.inlined = function not in self.not_loops
        self.walk(function.body, (function, *loops) if function.inlined else (function,))

    def call(self, node: Call, loops: Loops) -> None:
        for argument in node.arguments:
            self.walk(argument, ())
        node.jump = None
        callee = node.function
        target: Lambda | None = None
        if type(callee) is Local:
            target = callee.variable.function
            if callee.variable.assigned:
                target = None
        elif type(callee) is Global:
            target = self.facts.functions.get(callee.name)
        elif callee is not None:
            self.walk(callee, ())
            return
        if target is None:
            return
        fits = target.rest is None and len(node.arguments) == len(target.parameters)
        # From an inner loop one can leave for the loop around it, but not further out.
        if fits and target in loops[:2]:
            node.jump = target
            target.self_loop = True
            if target is not loops[0]:
                loops[0].jumps_out = True
        else:
            self.reject(target if target.inlined else None)


class _Settler:
    """Finds out where variables live and whom functions call last."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def run(self, main: Lambda) -> None:
        main.owner = None
        self.function(main)

    def function(self, function: Lambda) -> None:
        for variable in [*function.parameters, *([function.rest] if function.rest else [])]:
            variable.home = function
            variable.in_loop = function.self_loop
            variable.sources = None
        self.walk(function.body, function, function.self_loop, True)

    def bind(self, variable: Variable, home: Lambda, in_loop: bool, value: Node | None) -> None:
        variable.home = home
        variable.in_loop = in_loop
        self.source(variable, value)

    @staticmethod
    def source(variable: Variable, value: Node | None) -> None:
        if value is None:
            variable.sources = None
        elif variable.sources is not None:
            variable.sources.append(value)

    def use(self, variable: Variable, function: Lambda) -> None:
        home = variable.home
        if home is not function and home is not None:
            variable.captured = True
            each: Lambda | None = function
            while each is not None and each is not home:
                each.free[variable] = None
                each = each.owner

    def walk(self, node: Node, function: Lambda, loop: bool, tail: bool) -> None:
        kind: Any = type(node)
        each: Any = node
        if kind is Constant or kind is Global:
            pass
        elif kind is Local:
            if each.variable.home is not function:
                self.use(each.variable, function)
        elif kind is Call:
            self.call(each, function, loop, tail)
        elif kind is If:
            self.walk(each.test, function, loop, False)
            self.walk(each.then, function, loop, tail)
            self.walk(each.otherwise, function, loop, tail)
        elif kind is Sequence or kind is And or kind is Or:
            for part in each.parts[:-1]:
                self.walk(part, function, loop, False)
            self.walk(each.parts[-1], function, loop, tail)
        elif kind is Let:
            for variable, value in each.bindings:
                self.walk(value, function, loop, False)
                self.bind(variable, function, loop, value)
            self.walk(each.body, function, loop, tail)
        elif kind is Lambda:
            each.owner = function
            self.function(each)
        elif kind is NamedLet:
            self.named_let(each, function, loop, tail)
        elif kind is While:
            self.walk(each.test, function, True, False)
            self.walk(each.body, function, True, False)
        elif kind is ForEach:
            self.walk(each.iterable, function, loop, False)
            helper = getattr(each.iterable, "helper", "")
            known = each.iterable if helper in INTEGER_HELPERS else None
            self.bind(each.variable, function, True, known)
            self.walk(each.body, function, True, False)
        elif kind is Try:
            self.walk(each.body, function, loop, False)
            self.bind(each.variable, function, loop, None)
            self.walk(each.handler, function, loop, tail)
        else:
            self.other(each, function, loop)

    def other(self, node: Any, function: Lambda, loop: bool) -> None:
        for part in children(node):
            self.walk(part, function, loop, False)
        if type(node) is Define:
            self.bind(node.variable, function, loop, node.value)
            self.use(node.variable, function)
        elif type(node) is SetAll:
            for variable, value in zip(node.variables, node.values, strict=True):
                self.source(variable, value)
                self.use(variable, function)
        elif type(node) is Kept:
            self.bind(node.variable, function, loop, node.value)
        elif type(node) in (SetLocal, Bind):
            self.source(node.variable, node.value)
            self.use(node.variable, function)

    def named_let(self, node: NamedLet, function: Lambda, loop: bool, tail: bool) -> None:
        for argument in node.arguments:
            self.walk(argument, function, loop, False)
        inner = node.function
        node.variable.home = function
        node.variable.in_loop = loop
        if not inner.inlined:
            inner.owner = function
            self.function(inner)
            self.use(node.variable, function)
            return
        repeats = loop or inner.self_loop
        for variable, value in zip(inner.parameters, node.arguments, strict=True):
            self.bind(variable, function, repeats, value)
        self.walk(inner.body, function, repeats, tail)

    def call(self, node: Call, function: Lambda, loop: bool, tail: bool) -> None:
        for argument in node.arguments:
            self.walk(argument, function, loop, False)
        if node.jump is not None:
            for variable, value in zip(node.jump.parameters, node.arguments, strict=True):
                self.source(variable, value)
            return
        callee = node.function
        if callee is None:
            return
        self.walk(callee, function, loop, False)
        if not tail:
            return
        if type(callee) is Local and callee.variable.function is not None:
            if not callee.variable.assigned:
                function.tail_targets.add(callee.variable.function)
                return
        if type(callee) is Global:
            name = callee.name
            known = self.facts.functions.get(name)
            if known is not None:
                function.tail_targets.add(known)
                return
            facts = self.facts
            if name in facts.steady:
                return
            if meaning(node, facts) is not None:
                return
        elif type(callee) is Constant:
            return
        function.tail_calls_unknown = True


def _find_bouncing(functions: list[Lambda], facts: Facts) -> None:
    """Numbers the cycles of tail calls and spreads `bounces` backwards along tail calls."""
    real = [function for function in functions if not function.inlined]
    _number_cycles(real)
    sizes: dict[int, int] = {}
    for function in real:
        sizes[function.cycle] = sizes.get(function.cycle, 0) + 1
    callers: dict[Lambda, list[Lambda]] = {}
    bouncing: list[Lambda] = []
    for function in real:
        function.bounces = (
            function.tail_calls_unknown
            or sizes[function.cycle] > 1
            or function in function.tail_targets
        )
        if function.bounces:
            bouncing.append(function)
        for target in function.tail_targets:
            callers.setdefault(target, []).append(function)
    while bouncing:
        for caller in callers.get(bouncing.pop(), ()):
            if not caller.bounces:
                caller.bounces = True
                bouncing.append(caller)


def _number_cycles(functions: list[Lambda]) -> None:
    """Gives functions that can reach one another by tail calls the same number (Tarjan 1972)."""
    index: dict[Lambda, int] = {}
    low: dict[Lambda, int] = {}
    open_: dict[Lambda, None] = {}
    cycle = 0
    for root in functions:
        if root in index:
            continue
        work = [(root, iter(root.tail_targets))]
        index[root] = low[root] = len(index)
        open_[root] = None
        while work:
            function, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    open_[target] = None
                    work.append((target, iter(target.tail_targets)))
                    break
                if target in open_:
                    low[function] = min(low[function], index[target])
            else:
                work.pop()
                if work:
                    caller = work[-1][0]
                    low[caller] = min(low[caller], low[function])
                if low[function] == index[function]:
                    cycle += 1
                    while True:
                        member, _ = open_.popitem()
                        member.cycle = cycle
                        if member is function:
                            break


def static_kind(node: Node, facts: Facts) -> str:
    """Returns what is certain of a node's value; trusts variables' `kind`."""
    # Only a few shapes matter, and each looks at its parts once.
    while True:
        kind = type(node)
        if kind is Constant:
            return constant_kind(node.value)  # type: ignore[attr-defined]
        if kind is Local:
            return node.variable.kind  # type: ignore[attr-defined,no-any-return]
        if kind is Call:
            return _call_kind(node, facts)  # type: ignore[arg-type]
        if kind is If:
            then = static_kind(node.then, facts)  # type: ignore[attr-defined]
            if then == "any":
                return "any"
            return common_kind(then, static_kind(node.otherwise, facts))  # type: ignore[attr-defined]
        elif kind is Let:
            node = node.body  # type: ignore[attr-defined]
        elif kind is Sequence:
            node = node.parts[-1]  # type: ignore[attr-defined]
        else:
            return "any"


def constant_kind(value: Any) -> str:
    """Returns the kind of a literal value."""
    kind = type(value)
    if kind is int:
        return "nat" if value >= 0 else "int"
    if kind is Boolean:
        return "bool"
    return kind.__name__ if kind in (float, str, List, Vector, Map, Character) else "any"


def _call_kind(node: Call, facts: Facts) -> str:
    callee = node.function
    if callee is None:
        if node.helper in INTEGER_HELPERS:
            return range_kind([static_kind(each, facts) for each in node.arguments])
        return HELPER_KINDS.get(node.helper, "any")
    known = meaning(node, facts)
    if known is None:
        return "any"
    result = known.result
    if type(result) is Kind:
        return result
    return known.kind_of([static_kind(each, facts) for each in node.arguments])


def function_kind(function: Lambda, facts: Facts) -> str:
    """Returns what is certain of the values of a function; the kinds of variables must be known."""
    if not function.result:
        function.result = "any"  # while it is looked for
        found = _tail_kind(function.body, function, facts)
        function.result = found or "any"
    return function.result


def _tail_kind(node: Node, function: Lambda, facts: Facts) -> str:
    """Returns the kind of what a part of a function may return, "" for a call of itself."""
    kind: Any = type(node)
    each: Any = node
    if kind is Call:
        if each.jump is not None:
            return ""
        known = facts.functions.get(each.function.name) if type(each.function) is Global else None
        if known is None:
            return static_kind(node, facts)
        if known is function:
            return ""
        return "any" if known.bounces else function_kind(known, facts)
    if kind is If:
        return _common([each.then, each.otherwise], function, facts)
    if kind is And or kind is Or:
        return _common(each.parts, function, facts)
    if kind is Let:
        return _tail_kind(each.body, function, facts)
    if kind is Sequence:
        return _tail_kind(each.parts[-1], function, facts)
    if kind is NamedLet and each.function.inlined:
        return _tail_kind(each.function.body, function, facts)
    return static_kind(node, facts)


def _common(nodes: Sequence_[Node], function: Lambda, facts: Facts) -> str:
    result = ""
    for node in nodes:
        kind = _tail_kind(node, function, facts)
        result = common_kind(result, kind) if result and kind else result or kind
        if result == "any":
            break
    return result


def range_kind(kinds: Sequence_[str]) -> str:
    """Returns the kind of the numbers between two bounds, or below one: a third one is the step."""
    return "nat" if len(kinds) == 1 or (kinds[0] == "nat" and len(kinds) == 2) else "int"


# The items of what these helpers give are integers.
INTEGER_HELPERS = frozenset(("counted", "range_items"))
HELPER_KINDS = {
    "own_list": "List",
    "list_parts": "List",
    "vector": "Vector",
    "vector_parts": "Vector",
    "map": "Map",
}


def _infer_kinds(nodes: Survey, facts: Facts) -> None:
    """Assumes that all variables whose values can be seen are integers, then takes back."""
    candidates: dict[Variable, None] = {}
    for node in nodes.get(Let, ()):
        candidates.update((variable, None) for variable, _ in node.bindings)
    for node in (*nodes.get(Define, ()), *nodes.get(ForEach, ())):
        candidates[node.variable] = None
    for node in nodes.get(NamedLet, ()):
        if node.function.inlined:
            candidates.update((variable, None) for variable in node.function.parameters)
    numeric = [variable for variable in candidates if variable.sources]
    for variable in numeric:
        variable.kind = "nat"
    changed = True
    while changed:
        changed = False
        for variable in numeric:
            kind = variable.kind
            for source in variable.sources or ():
                kind = common_kind(kind, static_kind(source, facts))
                if kind not in NUMBERS:
                    kind = "any"
                    break
            if kind != variable.kind:
                variable.kind = kind
                changed = True
        numeric = [variable for variable in numeric if variable.kind != "any"]
    _infer_classes([each for each in candidates if each.sources and each.kind == "any"], facts)


def _infer_classes(candidates: list[Variable], facts: Facts) -> None:
    """Assumes that all values of a variable are of the class of one of them, then takes back."""
    assumed: list[Variable] = []
    for variable in candidates:
        for source in variable.sources or ():
            kind = static_kind(source, facts)
            if kind != "any":
                break
        if kind != "any" and kind not in NUMBERS:
            variable.kind = kind
            assumed.append(variable)
    changed = True
    while changed:
        changed = False
        for variable in assumed:
            kinds = (static_kind(source, facts) for source in variable.sources or ())
            if any(kind != variable.kind for kind in kinds):
                variable.kind = "any"
                changed = True
        assumed = [variable for variable in assumed if variable.kind != "any"]


def box_variables(functions: Iterable[Lambda]) -> None:
    """Decides which captured variables of loops need a box of their own in every round."""
    for function in functions:
        for variable in function.free:
            if variable.in_loop and (variable.assigned or variable.letrec):
                variable.boxed = True
