"""Tail calls: which named lets are plain loops, and which functions may leave a call to others.

A call in tail position of a loop or function that calls this itself is a *jump*, its next round; a
named let that is used for nothing else needs no Python function. A function whose chain of other
tail calls may not end may answer `calls.TAIL` instead of a value: it *bounces*. Cycles of tail
calls are the strongly connected components of the call graph.
"""

from __future__ import annotations

from collections import Counter

from lispcore.compiler.facts.tables import Facts, Tails
from lispcore.core.nodes import (
    And,
    Call,
    Constant,
    Global,
    If,
    Lambda,
    Let,
    Local,
    NamedLet,
    Node,
    Or,
    Sequence,
    Try,
)
from lispcore.core.walking import children

# The loops whose next round a call in tail position could be, the innermost first.
Loops = tuple[Lambda, ...]


def find_loops(main: Lambda, facts: Facts) -> None:
    """Fills `loops`, `jumps`, `repeating` and `jumping_out`; needs the functions of the scopes."""
    _LoopFinder(facts).run(main)


class _LoopFinder:
    """Assumes that every named let is a loop, and rejects those that turn out not to be."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.scopes = facts.scopes
        self.tails = facts.tails
        self.not_loops: set[Lambda] = set()
        self.rejected = False

    def run(self, main: Lambda) -> None:
        """Finds all loops: tries again without those that it had to reject."""
        self.rejected = True
        while self.rejected:
            self.rejected = False
            for table in (self.tails.loops, self.tails.repeating, self.tails.jumping_out):
                table.clear()
            self.tails.jumps.clear()
            self.walk(main.body, ())

    def reject(self, function: Lambda) -> None:
        if function not in self.not_loops:
            self.not_loops.add(function)
            self.tails.loops.discard(function)
            self.rejected = True

    def walk(self, node: Node, loops: Loops) -> None:
        """Walks a node; `loops` are those whose next round a tail call here could be."""
        if type(node) is Call:
            self.call(node, loops)
        elif type(node) is Constant or type(node) is Global:
            pass
        elif type(node) is Local:
            variable = node.variable
            function = self.scopes.functions.get(variable)
            if function is not None and self.scopes.names.get(function) is variable:
                self.reject(function)
        elif type(node) is If:
            self.walk(node.test, ())
            self.walk(node.then, loops)
            self.walk(node.otherwise, loops)
        elif type(node) is Sequence or type(node) is And or type(node) is Or:
            for part in node.parts[:-1]:
                self.walk(part, ())
            self.walk(node.parts[-1], loops)
        elif type(node) is Let:
            for _, value in node.bindings:
                self.walk(value, ())
            self.walk(node.body, loops)
        elif type(node) is Lambda:
            self.walk(node.body, (node,))
        elif type(node) is NamedLet:
            self.named_let(node, loops)
        elif type(node) is Try:
            self.walk(node.body, ())
            self.walk(node.handler, ())
        else:
            for part in children(node):
                self.walk(part, ())

    def named_let(self, node: NamedLet, loops: Loops) -> None:
        for argument in node.arguments:
            self.walk(argument, ())
        function = node.function
        if (
            node.variable.assigned
            or function.rest is not None
            or len(node.arguments) != len(function.parameters)
        ):
            self.reject(function)
        if function in self.not_loops:
            self.walk(function.body, (function,))
        else:
            self.tails.loops.add(function)
            self.walk(function.body, (function, *loops))

    def call(self, node: Call, loops: Loops) -> None:
        for argument in node.arguments:
            self.walk(argument, ())
        callee = node.function
        target: Lambda | None = None
        if type(callee) is Local:
            if not callee.variable.assigned:
                target = self.scopes.functions.get(callee.variable)
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
            self.tails.jumps[node] = target
            self.tails.repeating.add(target)
            if target is not loops[0]:
                self.tails.jumping_out.add(loops[0])
        elif target in self.tails.loops:
            self.reject(target)


def find_bouncing(functions: list[Lambda], facts: Facts) -> None:
    """Numbers the cycles of tail calls, and spreads backwards along these what bounces."""
    tails = facts.tails
    real = [function for function in functions if function not in tails.loops]
    _number_cycles(real, tails)
    sizes = Counter(tails.cycles.values())
    callers: dict[Lambda, list[Lambda]] = {}
    bouncing: list[Lambda] = []
    for function in real:
        targets = tails.targets.get(function, {})
        if function in tails.unknown or sizes[tails.cycles[function]] > 1 or function in targets:
            tails.bouncing.add(function)
            bouncing.append(function)
        for target in targets:
            callers.setdefault(target, []).append(function)
    while bouncing:
        for caller in callers.get(bouncing.pop(), ()):
            if caller not in tails.bouncing:
                tails.bouncing.add(caller)
                bouncing.append(caller)


def _number_cycles(functions: list[Lambda], tails: Tails) -> None:
    """Gives functions that can reach one another by tail calls the same number (Tarjan 1972)."""
    index: dict[Lambda, int] = {}
    low: dict[Lambda, int] = {}
    open_: dict[Lambda, None] = {}
    cycle = 0
    for root in functions:
        if root in index:
            continue
        work = [(root, iter(tails.targets.get(root, ())))]
        index[root] = low[root] = len(index)
        open_[root] = None
        while work:
            function, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    open_[target] = None
                    work.append((target, iter(tails.targets.get(target, ()))))
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
                        tails.cycles[member] = cycle
                        if member is function:
                            break
