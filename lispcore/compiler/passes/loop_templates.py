"""Loop inlining and fusion: how calls of library functions are written as loops.

The records in loop_primitives.py name them. Each writer gets the call, the function it was given as
a `Lambda` whose body becomes the body of the loop, and what is known of globals; it returns core
forms that do what the library's function does, in its order and with its errors. The parts that
stand before and behind the loop are functions of the library, which its own functions use as well
(`runtime.HELPERS`).

The parameters of the function are variables of the loop: bound anew in every round, so that
functions made by the body keep the values of their round (analysis.py, function_bodies.py).
"""

from __future__ import annotations

from collections.abc import Callable

from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.kinds import Kind
from lispcore.compiler.meanings import LoopWriter, meaning
from lispcore.compiler.passes.loop_parts import (
    gather,
    gathered_by,
    helper,
    is_simple,
    item_of,
    list_items,
    name_of,
    nothing,
    part_of,
    push_to,
)
from lispcore.core.nodes import (
    Call,
    Constant,
    ForEach,
    Global,
    If,
    Lambda,
    Let,
    Local,
    Node,
    SetLocal,
    Variable,
)
from lispcore.core.nodes import Sequence as Seq
from lispcore.values.types import EMPTY, FALSE, TRUE

# --- a result for each item ----------------------------------------------------------------------


def map_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes a map over one sequence."""
    item = function.parameters[0]
    return gather(
        node,
        lambda store: ForEach(
            item, list_items(node, 2, facts), push_to(store, function.body, node), node.span
        ),
    )


def map_several_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes a map over several sequences, side by side."""
    span = node.span
    before: list[tuple[Variable, Node]] = []
    # All arguments are evaluated before the first is looked at, the last if it can be unbound.
    last = len(node.arguments) - 1
    for place, argument in enumerate(node.arguments[1:], 1):
        if not is_simple(argument) or (place == last and type(argument) is Global):
            held = Variable("sequence")
            before.append((held, argument))
            node.arguments[place] = Local(held, span)
    rows = helper(
        "zip",
        span,
        *[list_items(node, place, facts) for place in range(2, len(node.arguments) + 1)],
    )
    row = Variable("row")
    bindings = [(each, part_of(row, at, node)) for at, each in enumerate(function.parameters)]

    def loop(store: Local) -> Node:
        body = Let(bindings, push_to(store, function.body, node), span)
        return ForEach(row, rows, body, span)

    gathered = gather(node, loop)
    if type(gathered) is Let:
        gathered.bindings[:0] = before
    return gathered


def map_indexed_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes a map with the index of each item."""
    span = node.span
    row = Variable("row")
    bindings = [(each, part_of(row, at, node)) for at, each in enumerate(function.parameters)]

    def loop(store: Local) -> Node:
        body = Let(bindings, push_to(store, function.body, node), span)
        return ForEach(row, helper("enumerate", span, list_items(node, 2, facts)), body, span)

    return gather(node, loop)


def times_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes a list of what a function gives for each number below a count."""
    rounds = helper("times_range", node.span, node.arguments[0])
    item = function.parameters[0]
    return gather(
        node, lambda store: ForEach(item, rounds, push_to(store, function.body, node), node.span)
    )


def for_each_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes a loop for its effects."""
    return ForEach(function.parameters[0], list_items(node, 2, facts), function.body, node.span)


def flat_map_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes a map whose results are joined."""
    item = function.parameters[0]
    return gather(
        node,
        lambda store: ForEach(
            item, list_items(node, 2, facts), _join(store, function.body, node, facts), node.span
        ),
    )


def _join(store: Local, value: Node, node: Call, facts: Facts) -> Node:
    """Returns the code that adds the items of a list to a store; lists that need not be are not."""
    gathered = gathered_by(value)
    if gathered is not None:
        return push_to(store, gathered, value, "push_items")
    span = value.span
    if type(value) is If:
        then = _join(store, value.then, node, facts)
        otherwise = _join(store, value.otherwise, node, facts)
        return If(value.test, then, otherwise, span)
    if type(value) is Let:
        return Let(value.bindings, _join(store, value.body, node, facts), span)
    if type(value) is Seq:
        *steps, last = value.parts
        return Seq([*steps, _join(store, last, node, facts)], span)
    if type(value) is Constant and value.value is EMPTY:
        return Constant(None, span)
    if type(value) is Call:
        made = meaning(value, facts)
        if made is not None and made.items is Kind.LIST:
            return Seq([push_to(store, each, node) for each in value.arguments] or [value], span)
    return push_to(store, value, node, "push_all")


# --- choosing items ------------------------------------------------------------------------------


def filter_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes the list of the items that pass a test."""
    item, test = item_of(node, function)

    def loop(store: Local) -> Node:
        kept = push_to(store, Local(item, node.span), node)
        choice = If(test, kept, nothing(node), node.span)
        return ForEach(item, list_items(node, 2, facts), choice, node.span)

    return gather(node, loop)


def reject_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes the list of the items that do not pass a test."""
    item, test = item_of(node, function)

    def loop(store: Local) -> Node:
        kept = push_to(store, Local(item, node.span), node)
        choice = If(test, nothing(node), kept, node.span)
        return ForEach(item, list_items(node, 2, facts), choice, node.span)

    return gather(node, loop)


def take_while_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes the list of the items before the first that does not pass a test."""
    item, test = item_of(node, function)

    def loop(store: Local) -> Node:
        kept = push_to(store, Local(item, node.span), node)
        choice = If(test, kept, helper("leave", node.span), node.span)
        return ForEach(item, list_items(node, 2, facts), choice, node.span)

    return gather(node, loop)


def partition_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes two lists: of the items that pass a test, and of the others."""
    span = node.span
    item, test = item_of(node, function)
    chosen, others = Variable("chosen"), Variable("others")
    choice = If(
        test,
        push_to(Local(chosen, span), Local(item, span), node),
        push_to(Local(others, span), Local(item, span), node),
        span,
    )
    loop = ForEach(item, list_items(node, 2, facts), choice, span)
    lists = [helper("own_list", span, Local(each, span)) for each in (chosen, others)]
    bindings: list[tuple[Variable, Node]] = [
        (each, helper("new_items", span)) for each in (chosen, others)
    ]
    return Let(bindings, Seq([loop, helper("list", span, *lists)], span), span)


def _search(node: Call, start: Node, loop: Callable[[Variable], Node]) -> Node:
    """Returns the code of a loop that sets its result when it has found it, and leaves."""
    result = Variable("result")
    result.assigned = True
    body = Seq([loop(result), Local(result, node.span)], node.span)
    return Let([(result, start)], body, node.span)


def find_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes the search for the first item that passes a test."""
    span = node.span
    item, test = item_of(node, function)

    def loop(result: Variable) -> Node:
        found = SetLocal(result, Local(item, span), span)
        choice = If(test, Seq([found, helper("leave", span)], span), nothing(node), span)
        return ForEach(item, list_items(node, 2, facts), choice, span)

    return _search(node, Constant(None, span), loop)


def any_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes the question whether one of the items passes a test."""
    span = node.span

    def loop(result: Variable) -> Node:
        found = SetLocal(result, Constant(TRUE, span), span)
        leave = Seq([found, helper("leave", span)], span)
        choice = If(function.body, leave, nothing(node), span)
        return ForEach(function.parameters[0], list_items(node, 2, facts), choice, span)

    return _search(node, Constant(FALSE, span), loop)


def every_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes the question whether all items pass a test."""
    span = node.span

    def loop(result: Variable) -> Node:
        failed = SetLocal(result, Constant(FALSE, span), span)
        leave = Seq([failed, helper("leave", span)], span)
        choice = If(function.body, nothing(node), leave, span)
        return ForEach(function.parameters[0], list_items(node, 2, facts), choice, span)

    return _search(node, Constant(TRUE, span), loop)


# --- all results first, then what is made of them ------------------------------------------------


def then(finish: str, items_of: Callable[[Call, Facts], Node] | None = None) -> LoopWriter:
    """Returns the writer for functions that call `f` with each item and then do something else.

    The helper `finish` gets the items and the results, both as Python lists.
    """

    def write(node: Call, function: Lambda, facts: Facts) -> Node:
        span = node.span
        items, found = Variable("items"), Variable("found")
        given = list_items(node, 2, facts) if items_of is None else items_of(node, facts)
        push = push_to(Local(found, span), function.body, node)
        loop = ForEach(function.parameters[0], Local(items, span), push, span)
        result = helper(finish, span, Local(items, span), Local(found, span))
        bindings: list[tuple[Variable, Node]] = [
            (items, given),
            (found, helper("new_items", span)),
        ]
        return Let(bindings, Seq([loop, result], span), span)

    return write


def numbers_of_array(node: Call, facts: Facts) -> Node:
    """Returns the code for the numbers of an array argument."""
    span = node.span
    return helper("array_numbers", span, name_of(node, facts), node.arguments[1], Constant(2, span))


def characters(node: Call, facts: Facts) -> Node:
    """Returns the code for the characters of a string argument."""
    return helper("characters_of", node.span, node.arguments[1])


def map_part(part: str, finish: str) -> LoopWriter:
    """Returns the writer for functions over the keys or values of a map (`part` gives them)."""

    def write(node: Call, function: Lambda, facts: Facts) -> Node:
        span = node.span
        target, found = Variable("map"), Variable("found")
        given = helper(
            "map_argument", span, name_of(node, facts), node.arguments[1], Constant(2, span)
        )
        items = helper(part, span, Local(target, span))
        push = push_to(Local(found, span), function.body, node)
        loop = ForEach(function.parameters[0], items, push, span)
        result = helper(finish, span, Local(target, span), Local(found, span))
        bindings: list[tuple[Variable, Node]] = [
            (target, given),
            (found, helper("new_items", span)),
        ]
        return Let(bindings, Seq([loop, result], span), span)

    return write


def filter_map_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes the map of the entries that pass a test."""
    span = node.span
    target, found, entry = Variable("map"), Variable("found"), Variable("entry")
    given = helper("map_argument", span, name_of(node, facts), node.arguments[1], Constant(2, span))
    parts = [(each, part_of(entry, at, node)) for at, each in enumerate(function.parameters)]
    kept = push_to(Local(found, span), Local(entry, span), node)
    choice = Let(parts, If(function.body, kept, nothing(node), span), span)
    loop = ForEach(entry, helper("map_entries", span, Local(target, span)), choice, span)
    result = helper("map_of_entries", span, Local(target, span), Local(found, span))
    bindings: list[tuple[Variable, Node]] = [(target, given), (found, helper("new_items", span))]
    return Let(bindings, Seq([loop, result], span), span)


# --- changing one place of a map -----------------------------------------------------------------


def update_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes the change of one entry of a map."""
    span = node.span
    given, key, target = Variable("map"), Variable("key"), Variable("map")
    checked = helper(
        "map_argument", span, name_of(node, facts), Local(given, span), Constant(1, span)
    )
    place = [Local(target, span), Local(key, span)]
    bindings: list[tuple[Variable, Node]] = [
        (given, node.arguments[0]),
        (key, node.arguments[1]),
        (target, checked),
        (function.parameters[0], helper("map_value", span, *place)),
    ]
    return Let(bindings, helper("map_with", span, *place, function.body), span)


def update_in_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes the change of a value at the end of a path."""
    span = node.span
    way = Variable("way")
    bindings: list[tuple[Variable, Node]] = [
        (way, helper("way_into", span, node.arguments[0], node.arguments[1])),
        (function.parameters[0], part_of(way, 2, node)),
    ]
    return Let(bindings, helper("with_value_at", span, Local(way, span), function.body), span)
