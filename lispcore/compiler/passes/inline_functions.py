"""Function inlining and constant propagation: what small functions and constants stand for.

A call costs Python more than most small bodies do, and what is known of the arguments is known
inside. Only where nobody can tell the difference:

- the function is defined once, at the top of its text, and its definition has certainly run when
  the call is made; whoever redefines it has all code compiled again that contains its body;
- the call stands in a function of the top level, whose code can be exchanged, or in the program
  itself. A closure may outlive a redefinition, so it asks first whether there was one, and holds
  the call, too;
- no code can redefine it while a loop runs: a program that evaluates data is left alone, and a
  function that may wait is taken for a closure, because anything may happen meanwhile;
- an error shows the same calls (`copying.InPlaceCopier`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.meanings import assume_definition
from lispcore.core.copying import Copier, InPlaceCopier
from lispcore.core.nodes import (
    Call,
    Constant,
    Finally,
    ForEach,
    Global,
    If,
    Lambda,
    Let,
    Local,
    NamedLet,
    Node,
    SetGlobal,
    Try,
    Variable,
    While,
)
from lispcore.core.nodes import Sequence as Seq
from lispcore.core.walking import all_nodes, replace_parts
from lispcore.reading.positions import LINE_MASK, MAXIMUM_SITES
from lispcore.values.types import IDENTITY_TYPES

# Sizes are counted in nodes of the core language. Tried out on the 51 benchmark programs: with half
# of the first two, life and nbody have fewer bodies written in place; with twice as much no program
# is written otherwise. None reaches the other limits, which keep code from growing without end.
MAXIMUM_SIZE = 60  # of a body
MAXIMUM_SIZE_ONCE = 300  # of one that is called at one place alone
MAXIMUM_GROWTH = 600  # of one function, by all bodies that are written into it
MAXIMUM_ARGUMENTS = 20  # of the arguments of a call that is written twice
MAXIMUM_SIZE_IN_CLOSURE = 30  # of a body in a closure, which holds the call, too
# A function with one of these does so much that a call more does not count, or keeps its variables.
_LARGE = (Lambda, NamedLet, While, ForEach, Try, Finally, SetGlobal)
_REPEATED = (While, ForEach, NamedLet)


class Definitions:
    """What units may write in place of names that earlier ones have defined."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.nodes: dict[str, Node] = {}
        # For each of them the globals whose meaning may be written into it.
        self.assumed: dict[str, frozenset[str]] = {}
        self._values = values  # of the globals
        self.is_closed = False  # some unit evaluates data

    def meaning(self, name: str) -> Node | None:
        """Returns what an earlier unit has defined a name as, if it got so far."""
        node = self.nodes.get(name)
        return node if node is not None and name in self._values else None

    def enter(self, nodes: Mapping[str, Node], assumed: set[str]) -> None:
        """Enters what a unit has defined, compiled with these assumptions."""
        if nodes:
            self.nodes.update(nodes)
            self.assumed.update(dict.fromkeys(nodes, frozenset(assumed)))

    def forget(self, changed: set[str]) -> None:
        """Forgets all definitions that contain what these names used to mean."""
        for name in [name for name in self.nodes if self.assumed[name] & changed]:
            del self.nodes[name]
        for name in changed:
            self.nodes.pop(name, None)

    def close(self) -> set[str]:
        """Has nothing written in place any more; returns the names that may have been."""
        self.is_closed = True
        names = set(self.nodes)
        self.nodes.clear()
        return names


def inline_functions(
    main: Lambda, facts: Facts, definitions: Definitions, defined: Mapping[str, Any] | set[str]
) -> Lambda | None:
    """Writes small functions and constants in place of their names; None if there are none.

    `defined` are the names that earlier units have defined or changed. What later units may write
    in place becomes `facts.definitions`.
    """
    statements = main.body.parts if type(main.body) is Seq else [main.body]
    unit = _Unit(statements, main, facts, definitions, defined)
    if definitions.is_closed or facts.evaluates or main.body.span[2] > LINE_MASK:
        return None
    if not unit.found and not definitions.nodes:
        return None
    usable = unit.usable()
    is_changed = False
    host: type[_Host]
    for index, statement in enumerate(statements):
        if usable.isdisjoint(unit.named[index]):
            unit.stays(index)
            continue
        is_changed = True
        if (
            type(statement) is SetGlobal
            and statement.is_definition
            and type(statement.value) is Lambda
        ):
            host = _Closure if statement.name in facts.waiting else _Host
            host(unit, statement.value, index).visit(statement.value, False)
        else:
            _Host(unit, main, index).program(statement)
    facts.definitions = {
        name: node
        for name, (_, node) in unit.found.items()
        if type(node) is Constant or unit.is_small(node)
    }
    return main if is_changed else None


class _Unit:
    """What one unit defines, and when."""

    def __init__(
        self,
        statements: list[Node],
        main: Lambda,
        facts: Facts,
        definitions: Definitions,
        defined: Mapping[str, Any] | set[str],
    ) -> None:
        self.facts = facts
        self.definitions = definitions
        self._statements = statements
        self._sizes: dict[Lambda, int] = {}
        # Before each statement, how many others run anything but define functions and constants.
        self._running = [0]
        self.found: dict[str, tuple[int, Node]] = {}
        for index, statement in enumerate(statements):
            node = _definition(statement)
            self._running.append(self._running[-1] + (node is None))
            if node is not None and type(statement) is SetGlobal:
                name = statement.name
                if name not in facts.unsafe and name not in defined:
                    self.found[name] = (index, node)
        # Names that are defined or set in another way, or twice.
        changed: dict[str, int] = {}
        mentions: dict[str, int] = {}
        self.named: list[list[str]] = []  # the globals that each statement names
        self._written: dict[Lambda, int] = {}  # the sizes of functions before anything is inlined
        for statement in statements:
            names: list[str] = []
            size = large = 0
            for size, each in enumerate(all_nodes(statement), 1):  # noqa: B007
                if type(each) is Global:
                    names.append(each.name)
                elif type(each) in _LARGE:
                    large += 1
                    if type(each) is SetGlobal:
                        name = each.name
                        changed[name] = changed.get(name, 0) + 1
            node = _definition(statement)
            if type(node) is Lambda and type(statement) is SetGlobal:
                # The definition and its function are themselves two of the large ones.
                is_large = large > 2 or (node.name or statement.name) in names
                self._written[node] = MAXIMUM_SIZE_ONCE + 1 if is_large else size - 2
            for name in names:
                mentions[name] = mentions.get(name, 0) + 1
            self.named.append(names)
        self.changed = changed
        self._mentions = mentions
        for name in [name for name in self.found if changed[name] > 1]:
            del self.found[name]
        for name, (_, node) in self.found.items():
            if type(node) is Lambda:
                node.name = node.name or name

    def usable(self) -> set[str]:
        """Returns the names for which something may be written in place somewhere."""
        names = {
            name
            for name, (_, node) in self.found.items()
            if (type(node) is Constant and _is_simple(node.value))
            or (type(node) is Lambda and self._written[node] <= MAXIMUM_SIZE_ONCE)
        }
        return names | self.definitions.nodes.keys()

    def stays(self, index: int) -> None:
        """Notes that nothing is written into a statement: its function has the size that it had."""
        node = _definition(self._statements[index])
        if type(node) is Lambda:
            self._sizes[node] = self._written[node]

    def meaning(self, name: str, index: int) -> Node | None:
        """Returns what a name certainly means to the statement at an index, when it runs."""
        found = self.found.get(name)
        if found is None:
            if name in self.changed:
                return None
            earlier = self.definitions.meaning(name)
            if earlier is None:
                return None
            assumed = self.definitions.assumed[name]
            if not assumed.isdisjoint(self.changed):
                return None
            self.facts.assumed |= assumed
            return earlier
        place, node = found
        if place < index or self._running[place] == self._running[index]:
            return node
        return None

    def is_small(self, function: Node, in_loop: bool = False) -> bool:
        """Tells whether a function is written in place of its calls.

        One that is called in a single place may be larger if that is in a loop.
        """
        if type(function) is not Lambda or function.rest is not None:
            return False
        size = self._sizes.get(function)
        if size is None:
            size = self._sizes[function] = _size(function)
        once = in_loop and self._mentions.get(function.name) == 1
        return size <= (MAXIMUM_SIZE_ONCE if once else MAXIMUM_SIZE)


def _definition(statement: Node) -> Node | None:
    """Returns the function or constant that a statement defines, None if it does anything else."""
    if type(statement) is not SetGlobal or not statement.is_definition:
        return None
    value = statement.value
    return value if type(value) is Lambda or type(value) is Constant else None


def _size(function: Lambda) -> int:
    """Returns how many nodes a function has; more than any limit if it always stays a call."""
    for size, each in enumerate(all_nodes(function.body), 1):
        if size > MAXIMUM_SIZE_ONCE or type(each) in _LARGE:
            return MAXIMUM_SIZE_ONCE + 1
        if type(each) is Global and each.name == function.name:
            return MAXIMUM_SIZE_ONCE + 1  # it calls itself
    return size


def _is_simple(value: Any) -> bool:
    if type(value) is int:
        return value.bit_length() <= 64
    kind = type(value)
    return kind is float or kind is str or kind in IDENTITY_TYPES


class _Host:
    """One function whose calls are looked at."""

    def __init__(self, unit: _Unit, function: Lambda, index: int) -> None:
        self.unit = unit
        self.function = function
        self.index = index
        self.grown = 0
        self.path: list[Lambda] = [function]

    def program(self, statement: Node) -> None:
        """Looks at a statement of the program itself, whose loops alone run more than once."""
        self.visit(statement, True)

    def visit(self, node: Node, is_once: bool, in_loop: bool = False) -> None:
        """Looks at what stands below a node.

        `is_once` says that it runs only once, `in_loop` that a loop around it is in this function.
        """
        if type(node) in _REPEATED:
            is_once, in_loop = False, True

        def replaced(part: Node) -> Node:
            if type(part) is Local or type(part) is Constant:
                return part
            if type(part) is Lambda:
                if type(node) is not NamedLet or part is not node.function:
                    _Closure(self.unit, part, self.index).visit(part, False)
                    return part
                if _escapes(node):
                    return part
                # If it is no plain loop, it becomes a Python function, but its calls are ours.
                part.sites = self.function.sites
            if type(part) is Global:
                return self.constant(part)
            self.visit(part, is_once, in_loop)
            if type(part) is Call and not is_once:
                return self.call(part, in_loop)
            return part

        if type(node) is SetGlobal and type(node.value) is Global:
            return  # (define a b): the name is asked for when it is run
        replace_parts(node, replaced)

    def constant(self, node: Global) -> Node:
        meaning = self.unit.meaning(node.name, self.index)
        if type(meaning) is not Constant or not _is_simple(meaning.value):
            return node
        assume_definition(node.name, self.unit.facts)
        return Constant(meaning.value, node.span)

    def call(self, node: Call, in_loop: bool) -> Node:
        """Returns the body of a small function for a call of it, other calls as they are."""
        target = self.target(node)
        if (
            target is None
            or target in self.path
            or len(node.arguments) != len(target.parameters)
            or not self.unit.is_small(target, in_loop)
            or len(self.function.sites) > MAXIMUM_SITES // 2
            or node.span[0] < 1
        ):
            return node
        self.grown += sum(1 for _ in all_nodes(target.body))
        if self.grown > MAXIMUM_GROWTH:
            return node
        given: dict[Variable, Node] = {}
        bindings: list[tuple[Variable, Node]] = []
        copier = InPlaceCopier(self.function, target, target.name, node.span, given)
        for parameter, argument in zip(target.parameters, node.arguments, strict=True):
            if not parameter.assigned and _can_stand_for(argument):
                given[parameter] = argument
            else:
                bindings.append((copier.bound(parameter), argument))
        body = Seq([copier.copy(target.body)], node.span)
        assume_definition(target.name, self.unit.facts)
        self.path.append(target)
        self.visit(body, False, in_loop)
        self.path.pop()
        written = body.parts[0]
        return Let(bindings, written, node.span) if bindings else written

    def target(self, node: Call) -> Lambda | None:
        callee = node.function
        if type(callee) is Global:
            meaning = self.unit.meaning(callee.name, self.index)
            return meaning if type(meaning) is Lambda else None
        function = self.unit.facts.function_of(callee.variable) if type(callee) is Local else None
        if function is None or type(callee) is not Local:
            return None
        # The variable of a loop over a list, see inline_loops.py.
        meaning = self.unit.meaning(callee.variable.name, self.index)
        return function if meaning is function else None


class _Closure(_Host):
    """A function made inside another one, or for a table of functions.

    Its code stays when a name is defined anew; a flag says whether that has happened.
    """

    def constant(self, node: Global) -> Node:
        """Returns a name as it is."""
        return node

    def call(self, node: Call, in_loop: bool) -> Node:
        """Returns for a call of a small function the choice between its body and the call."""
        target = self.target(node)
        size = 0
        for argument in node.arguments:
            for each in all_nodes(argument):
                size += 1
                if size > MAXIMUM_ARGUMENTS or type(each) in _LARGE:
                    return node
        if target is None or _size(target) > MAXIMUM_SIZE_IN_CLOSURE:
            return node
        usual = Copier().copy(node)
        written = super().call(node, in_loop)
        if written is node:
            return node
        name = Constant(target.name, node.span)
        self.unit.facts.flagged.add(target.name)
        is_same = Call(None, [name], node.span, "is_unchanged")
        return If(is_same, written, usual, node.span)

    def target(self, node: Call) -> Lambda | None:
        """Returns the function of this unit that a call means once its definition has run."""
        callee = node.function
        found = self.unit.found.get(callee.name) if type(callee) is Global else None
        return found[1] if found is not None and type(found[1]) is Lambda else None


def _can_stand_for(argument: Node) -> bool:
    """Tells whether an argument may be written wherever the parameter is used."""
    if type(argument) is Constant:
        return _is_simple(argument.value)
    if type(argument) is not Local:
        return False
    variable = argument.variable
    return not variable.assigned and not variable.letrec


def _escapes(node: NamedLet) -> bool:
    """Tells whether the function of a named let is used otherwise than called."""
    uses = calls = 0
    for each in all_nodes(node.function.body):
        if type(each) is Local and each.variable is node.variable:
            uses += 1
        elif type(each) is Call:
            callee = each.function
            calls += type(callee) is Local and callee.variable is node.variable
    return uses > calls
