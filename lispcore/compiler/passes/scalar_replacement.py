"""Scalar replacement: ``(let (([x y] (list a b))) …)`` makes no list.

A small function that gives back several values in a list comes out like this once it is written in
place of its call, and so does one that takes a point apart which the caller has just made.
"""

from __future__ import annotations

from collections import Counter

from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.meanings import meaning
from lispcore.core.nodes import Call, Constant, Lambda, Let, Local, Node, Variable
from lispcore.core.walking import Survey

Bindings = list[tuple[Variable, Node]]


def take_lists_apart(main: Lambda, nodes: Survey, facts: Facts) -> Lambda:
    """Binds the parts of such lists at once; `nodes` are those of the unit."""
    lets: list[Let] = nodes.get(Let, [])
    uses = Counter(node.variable for node in nodes[Local])
    made = {
        variable: (let, value)
        for let in lets
        for variable, value in let.bindings
        if uses[variable] == 1 and not variable.assigned
    }
    gone: set[Let] = set()  # their bindings are others' now
    for let in reversed(lets):  # inner ones first
        for parts, value in let.bindings.copy():
            if let in gone:
                break
            size = _size(value)
            items = _items(let, parts) if size else {}
            if type(value) is not Call or not items or uses[parts] != len(items):
                continue
            source = value.arguments[0]
            holder, variable = let, parts
            if type(source) is Local and source.variable in made:
                variable = source.variable
                holder, source = made[variable]
            around, maker = _inner(source)
            if type(maker) is not Call or not _makes(maker, size, facts):
                continue
            before = [binding for each in around for binding in each.bindings]
            gone.update(around)
            made.update((name, (holder, old)) for name, old in before if name in made)
            values = [Variable(parts.name) for _ in range(size)]
            given = zip(values, maker.arguments, strict=True)
            if holder is not let:
                _replace(let, parts, [])
            _replace(holder, variable, [*before, *given])
            let.bindings[:] = [
                (name, Local(values[items[name]], old.span) if name in items else old)
                for name, old in let.bindings
            ]
    return main


def _size(value: Node) -> int:
    """Returns how many parts a value takes a sequence into, 0 if it does not or gives a rest."""
    if type(value) is not Call or value.helper != "destructure":
        return 0
    size, has_rest = value.arguments[1:]
    if type(size) is not Constant or type(has_rest) is not Constant or has_rest.value:
        return 0
    return int(size.value)


def _items(let: Let, parts: Variable) -> dict[Variable, int]:
    """Returns which variables get which of the parts."""
    found: dict[Variable, int] = {}
    for variable, value in let.bindings:
        if type(value) is Call and value.helper == "item":
            of, index = value.arguments
            if type(of) is Local and of.variable is parts and type(index) is Constant:
                found[variable] = index.value
    return found


def _inner(node: Node) -> tuple[list[Let], Node]:
    """Returns the bindings around the last expression of a node, and that expression."""
    around: list[Let] = []
    while True:
        if type(node) is Let:
            around.append(node)
            node = node.body
        else:
            return around, node


def _makes(node: Node, size: int, facts: Facts) -> bool:
    """Tells whether a node makes a list or vector of so many items."""
    if type(node) is not Call or len(node.arguments) != size:
        return False
    if node.function is None:
        return node.helper == "vector"
    known = meaning(node, facts)
    return known is not None and known.items is not None


def _replace(let: Let, variable: Variable, bindings: Bindings) -> None:
    place = [name for name, _ in let.bindings].index(variable)
    let.bindings[place : place + 1] = bindings
