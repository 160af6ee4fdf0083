"""Which functions of the library are written as loops in place of their calls, and how.

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

from lispcore.compiler.facts.booleans import is_boolean
from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.kinds import Kind
from lispcore.compiler.library import LoopWriter, meaning
from lispcore.core.copying import Copier
from lispcore.core.nodes import (
    And,
    Call,
    Constant,
    ForEach,
    If,
    Lambda,
    Let,
    Local,
    Node,
    SetLocal,
    Span,
    Variable,
    While,
)
from lispcore.core.nodes import Sequence as Seq
from lispcore.core.walking import all_nodes
from lispcore.values.types import EMPTY, FALSE, TRUE

# --- parts of loops ------------------------------------------------------------------------------


def _helper(name: str, span: Span, *arguments: Node) -> Call:
    return Call(None, list(arguments), span, helper=name)


def _name(node: Call, facts: Facts) -> Constant:
    """Returns the name under which errors speak of the arguments of a call."""
    known = meaning(node, facts)
    assert known is not None
    return Constant(known.speaks_as or node.global_name, node.span)


def _items(node: Call, argument: int, facts: Facts) -> Node:
    """Returns the code for the Python list of a sequence argument (counted from 1)."""
    sequence = node.arguments[argument - 1]
    made = meaning(sequence, facts)
    if (
        made is not None
        and made.is_range
        and type(sequence) is Call
        and 1 <= len(sequence.arguments) <= 3
    ):
        return Call(None, sequence.arguments, sequence.span, helper="range_items")
    # The list that an inner loop has gathered is seen by nobody else: take it as it is.
    gathered = _gathered(sequence)
    if gathered is not None:
        return gathered
    span = node.span
    return _helper("sequence_items", span, _name(node, facts), sequence, Constant(argument, span))


def _gathered(node: Node) -> Node | None:
    """Returns the code for what a loop gathers, as the Python list that it is at first."""
    if type(node) is Let:
        inner = _gathered(node.body)
        return None if inner is None else Let(node.bindings, inner, node.span)
    if type(node) is not Seq:
        return None
    *steps, last = node.parts
    if type(last) is not Call or last.helper != "own_list":
        return None
    return Seq([*steps, last.arguments[0]], node.span)


def _gather(node: Call, loop: Callable[[Local], Node]) -> Node:
    """Returns the list of what a loop pushes to the store that it is given."""
    span = node.span
    found = Variable("found")
    result = _helper("own_list", span, Local(found, span))
    body = Seq([loop(Local(found, span)), result], span)
    return Let([(found, _helper("new_items", span))], body, span)


def _push(store: Local, value: Node, node: Node, how: str = "push") -> Node:
    return _helper(how, node.span, store.again(), value)


def _nothing(node: Call) -> Node:
    return Constant(None, node.span)


def _item(node: Call, function: Lambda) -> tuple[Variable, Node]:
    """Returns the variable of the items and the body of a function that may change its parameter.

    The variable keeps the item itself, for those who want it after the call.
    """
    parameter = function.parameters[0]
    if not parameter.assigned:
        return parameter, function.body
    item = Variable(parameter.name)
    bound = Let([(parameter, Local(item, node.span))], function.body, node.span)
    return item, bound


def _makes_functions(function: Lambda) -> bool:
    return any(type(each) is Lambda for each in all_nodes(function.body))


def _part(of: Variable, index: int, node: Call) -> Node:
    return _helper("item", node.span, Local(of, node.span), Constant(index, node.span))


def _simple(node: Node) -> bool:
    """Tells whether it does not matter when something is evaluated."""
    return type(node) is Constant or (type(node) is Local and not node.variable.assigned)


# --- a result for each item ----------------------------------------------------------------------


def map_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes a map over one sequence."""
    item = function.parameters[0]
    return _gather(
        node,
        lambda store: ForEach(
            item, _items(node, 2, facts), _push(store, function.body, node), node.span
        ),
    )


def map_several_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes a map over several sequences, side by side."""
    span = node.span
    before: list[tuple[Variable, Node]] = []
    # All arguments are evaluated before the first is looked at.
    for place, argument in enumerate(node.arguments[1:-1], 1):
        if not _simple(argument):
            held = Variable("sequence")
            before.append((held, argument))
            node.arguments[place] = Local(held, span)
    rows = _helper(
        "zip", span, *[_items(node, place, facts) for place in range(2, len(node.arguments) + 1)]
    )
    row = Variable("row")
    bindings = [(each, _part(row, at, node)) for at, each in enumerate(function.parameters)]

    def loop(store: Local) -> Node:
        body = Let(bindings, _push(store, function.body, node), span)
        return ForEach(row, rows, body, span)

    gathered = _gather(node, loop)
    if type(gathered) is Let:
        gathered.bindings[:0] = before
    return gathered


def map_indexed_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes a map with the index of each item."""
    span = node.span
    row = Variable("row")
    bindings = [(each, _part(row, at, node)) for at, each in enumerate(function.parameters)]

    def loop(store: Local) -> Node:
        body = Let(bindings, _push(store, function.body, node), span)
        return ForEach(row, _helper("enumerate", span, _items(node, 2, facts)), body, span)

    return _gather(node, loop)


def times_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes a list of what a function gives for each number below a count."""
    rounds = _helper("times_range", node.span, node.arguments[0])
    item = function.parameters[0]
    return _gather(
        node, lambda store: ForEach(item, rounds, _push(store, function.body, node), node.span)
    )


def for_each_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes a loop for its effects."""
    return ForEach(function.parameters[0], _items(node, 2, facts), function.body, node.span)


def flat_map_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes a map whose results are joined."""
    item = function.parameters[0]
    return _gather(
        node,
        lambda store: ForEach(
            item, _items(node, 2, facts), _join(store, function.body, node, facts), node.span
        ),
    )


def _join(store: Local, value: Node, node: Call, facts: Facts) -> Node:
    """Returns the code that adds the items of a list to a store; lists that need not be are not."""
    gathered = _gathered(value)
    if gathered is not None:
        return _push(store, gathered, value, "push_items")
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
            return Seq([_push(store, each, node) for each in value.arguments] or [value], span)
    return _push(store, value, node, "push_all")


# --- choosing items ------------------------------------------------------------------------------


def filter_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes the list of the items that pass a test."""
    item, test = _item(node, function)

    def loop(store: Local) -> Node:
        kept = _push(store, Local(item, node.span), node)
        choice = If(test, kept, _nothing(node), node.span)
        return ForEach(item, _items(node, 2, facts), choice, node.span)

    return _gather(node, loop)


def reject_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes the list of the items that do not pass a test."""
    item, test = _item(node, function)

    def loop(store: Local) -> Node:
        kept = _push(store, Local(item, node.span), node)
        choice = If(test, _nothing(node), kept, node.span)
        return ForEach(item, _items(node, 2, facts), choice, node.span)

    return _gather(node, loop)


def take_while_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes the list of the items before the first that does not pass a test."""
    item, test = _item(node, function)

    def loop(store: Local) -> Node:
        kept = _push(store, Local(item, node.span), node)
        choice = If(test, kept, _helper("leave", node.span), node.span)
        return ForEach(item, _items(node, 2, facts), choice, node.span)

    return _gather(node, loop)


def partition_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes two lists: of the items that pass a test, and of the others."""
    span = node.span
    item, test = _item(node, function)
    chosen, others = Variable("chosen"), Variable("others")
    choice = If(
        test,
        _push(Local(chosen, span), Local(item, span), node),
        _push(Local(others, span), Local(item, span), node),
        span,
    )
    loop = ForEach(item, _items(node, 2, facts), choice, span)
    lists = [_helper("own_list", span, Local(each, span)) for each in (chosen, others)]
    bindings: list[tuple[Variable, Node]] = [
        (each, _helper("new_items", span)) for each in (chosen, others)
    ]
    return Let(bindings, Seq([loop, _helper("list", span, *lists)], span), span)


def _search(node: Call, start: Node, loop: Callable[[Variable], Node]) -> Node:
    """Returns the code of a loop that sets its result when it has found it, and leaves."""
    result = Variable("result")
    result.assigned = True
    body = Seq([loop(result), Local(result, node.span)], node.span)
    return Let([(result, start)], body, node.span)


def find_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes the search for the first item that passes a test."""
    span = node.span
    item, test = _item(node, function)

    def loop(result: Variable) -> Node:
        found = SetLocal(result, Local(item, span), span)
        choice = If(test, Seq([found, _helper("leave", span)], span), _nothing(node), span)
        return ForEach(item, _items(node, 2, facts), choice, span)

    return _search(node, Constant(None, span), loop)


def any_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes the question whether one of the items passes a test."""
    span = node.span

    def loop(result: Variable) -> Node:
        found = SetLocal(result, Constant(TRUE, span), span)
        leave = Seq([found, _helper("leave", span)], span)
        choice = If(function.body, leave, _nothing(node), span)
        return ForEach(function.parameters[0], _items(node, 2, facts), choice, span)

    return _search(node, Constant(FALSE, span), loop)


def every_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes the question whether all items pass a test."""
    span = node.span

    def loop(result: Variable) -> Node:
        failed = SetLocal(result, Constant(FALSE, span), span)
        leave = Seq([failed, _helper("leave", span)], span)
        choice = If(function.body, _nothing(node), leave, span)
        return ForEach(function.parameters[0], _items(node, 2, facts), choice, span)

    return _search(node, Constant(TRUE, span), loop)


# --- folding -------------------------------------------------------------------------------------


def _is_sum(node: Call, function: Lambda, facts: Facts) -> bool:
    """Tells whether a fold adds up: Python does that by itself as long as all is an integer."""
    body = function.body
    if type(body) is not Call or body.function is not node.arguments[0]:
        return False
    added = meaning(body, facts)
    return added is not None and added.adds > 0


def _folding(
    node: Call, accumulated: Variable, item: Variable, function: Lambda, start: Node, items: Node
) -> Node:
    """Returns a fold: `items` are evaluated after the start value, as arguments would be."""
    span = node.span
    if not _makes_functions(function):
        accumulated.assigned = True
        loop = ForEach(item, items, SetLocal(accumulated, function.body, span), span)
        return Let([(accumulated, start)], Seq([loop, Local(accumulated, span)], span), span)
    # A function made by the body keeps the accumulated value of its round.
    state = Variable(accumulated.name)
    state.assigned = True
    step = SetLocal(state, function.body, span)
    once = Let([(accumulated, Local(state, span))], step, span)
    rounds = ForEach(item, items, once, span)
    return Let([(state, start)], Seq([rounds, Local(state, span)], span), span)


def _summing(node: Call, function: Lambda, start: Node, items: Node) -> Node:
    """Returns a fold with ``+``: integers are added up at once, the rest in the loop."""
    span = node.span
    both = Variable("sum")
    accumulated, item = function.parameters
    loop = _folding(node, accumulated, item, function, _part(both, 0, node), _part(both, 1, node))
    return Let([(both, _helper("summed", span, start, items))], loop, span)


def fold_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes a fold from the left."""
    accumulated, item = function.parameters
    items = _items(node, 3, facts)
    if _is_sum(node, function, facts):
        return _summing(node, function, node.arguments[1], items)
    return _folding(node, accumulated, item, function, node.arguments[1], items)


def fold_right_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes a fold from the right."""
    item, accumulated = function.parameters
    items = _helper("reversed", node.span, _items(node, 3, facts))
    return _folding(node, accumulated, item, function, node.arguments[1], items)


def reduce_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes a fold that starts with the first item."""
    span = node.span
    accumulated, item = function.parameters
    items = Variable("items")
    start = _part(items, 0, node)
    rest = _helper("all_but_first", span, Local(items, span))
    if _is_sum(node, function, facts):
        fold = _summing(node, function, start, rest)
    else:
        fold = _folding(node, accumulated, item, function, start, rest)
    given = _helper("reducible", span, _items(node, 2, facts))
    return Let([(items, given)], fold, span)


def fold_array_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes a fold over the numbers of an array."""
    accumulated, item = function.parameters
    span = node.span
    numbers = _helper(
        "array_numbers", span, _name(node, facts), node.arguments[2], Constant(3, span)
    )
    return _folding(node, accumulated, item, function, node.arguments[1], numbers)


# --- all results first, then what is made of them ------------------------------------------------


def then(finish: str, items_of: Callable[[Call, Facts], Node] | None = None) -> LoopWriter:
    """Returns the writer for functions that call `f` with each item and then do something else.

    The helper `finish` gets the items and the results, both as Python lists.
    """

    def write(node: Call, function: Lambda, facts: Facts) -> Node:
        span = node.span
        items, found = Variable("items"), Variable("found")
        given = _items(node, 2, facts) if items_of is None else items_of(node, facts)
        push = _push(Local(found, span), function.body, node)
        loop = ForEach(function.parameters[0], Local(items, span), push, span)
        result = _helper(finish, span, Local(items, span), Local(found, span))
        bindings: list[tuple[Variable, Node]] = [
            (items, given),
            (found, _helper("new_items", span)),
        ]
        return Let(bindings, Seq([loop, result], span), span)

    return write


def numbers_of_array(node: Call, facts: Facts) -> Node:
    """Returns the code for the numbers of an array argument."""
    span = node.span
    return _helper("array_numbers", span, _name(node, facts), node.arguments[1], Constant(2, span))


def characters(node: Call, facts: Facts) -> Node:
    """Returns the code for the characters of a string argument."""
    return _helper("characters_of", node.span, node.arguments[1])


def map_part(part: str, finish: str) -> LoopWriter:
    """Returns the writer for functions over the keys or values of a map (`part` gives them)."""

    def write(node: Call, function: Lambda, facts: Facts) -> Node:
        span = node.span
        target, found = Variable("map"), Variable("found")
        given = _helper(
            "map_argument", span, _name(node, facts), node.arguments[1], Constant(2, span)
        )
        items = _helper(part, span, Local(target, span))
        push = _push(Local(found, span), function.body, node)
        loop = ForEach(function.parameters[0], items, push, span)
        result = _helper(finish, span, Local(target, span), Local(found, span))
        bindings: list[tuple[Variable, Node]] = [
            (target, given),
            (found, _helper("new_items", span)),
        ]
        return Let(bindings, Seq([loop, result], span), span)

    return write


def filter_map_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes the map of the entries that pass a test."""
    span = node.span
    target, found, entry = Variable("map"), Variable("found"), Variable("entry")
    given = _helper("map_argument", span, _name(node, facts), node.arguments[1], Constant(2, span))
    parts = [(each, _part(entry, at, node)) for at, each in enumerate(function.parameters)]
    kept = _push(Local(found, span), Local(entry, span), node)
    choice = Let(parts, If(function.body, kept, _nothing(node), span), span)
    loop = ForEach(entry, _helper("map_entries", span, Local(target, span)), choice, span)
    result = _helper("map_of_entries", span, Local(target, span), Local(found, span))
    bindings: list[tuple[Variable, Node]] = [(target, given), (found, _helper("new_items", span))]
    return Let(bindings, Seq([loop, result], span), span)


# --- changing one place of a map -----------------------------------------------------------------


def update_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes the change of one entry of a map."""
    span = node.span
    given, key, target = Variable("map"), Variable("key"), Variable("map")
    checked = _helper(
        "map_argument", span, _name(node, facts), Local(given, span), Constant(1, span)
    )
    place = [Local(target, span), Local(key, span)]
    bindings: list[tuple[Variable, Node]] = [
        (given, node.arguments[0]),
        (key, node.arguments[1]),
        (target, checked),
        (function.parameters[0], _helper("map_value", span, *place)),
    ]
    return Let(bindings, _helper("map_with", span, *place, function.body), span)


def update_in_loop(node: Call, function: Lambda, facts: Facts) -> Node:
    """Writes the change of a value at the end of a path."""
    span = node.span
    way = Variable("way")
    bindings: list[tuple[Variable, Node]] = [
        (way, _helper("way_into", span, node.arguments[0], node.arguments[1])),
        (function.parameters[0], _part(way, 2, node)),
    ]
    return Let(bindings, _helper("with_value_at", span, Local(way, span), function.body), span)


# --- sorting -------------------------------------------------------------------------------------


# A comparing function is written twice; a larger one is called.
MAXIMUM_COMPARISON = 60  # nodes


def sort_loop(node: Call, function: Lambda, facts: Facts) -> Node | None:
    """Writes a sort with the comparison in place: `sorting.Sorting` says what is compared.

    ::

        for run in sorting.runs():
            for new in its items:
                search the place in its sorted items by halving, and insert it there
        for merge in sorting.merges():
            for one in its first run:
                push the items of the second run that come before
                push one
            push what is left
    """
    order = _order_of(function, facts)
    if order is not None:
        node.arguments[1] = order  # Python sorts by these itself
        return None
    if (
        any(each.assigned for each in function.parameters)
        or _makes_functions(function)
        or sum(1 for _ in all_nodes(function.body)) > MAXIMUM_COMPARISON
    ):
        return None
    span = node.span
    copier = Copier()
    other_way = [copier.bound(each) for each in function.parameters]
    copied = Lambda("", other_way, None, copier.copy(function.body), span)
    sorting = Variable("sorting")
    insertion = _insertion(node, sorting, function, facts)
    merging = _merging(node, sorting, copied, facts)
    result = _helper("sorted_list", span, Local(sorting, span))
    start = _helper("sorting", span, _items(node, 1, facts))
    return Let([(sorting, start)], Seq([insertion, merging, result], span), span)


def _order_of(function: Lambda, facts: Facts) -> Node | None:
    """Returns ``<`` for ``(fn (a b) (< a b))``, and ``>`` likewise."""
    body = function.body
    while type(body) is Seq and len(body.parts) == 1:
        body = body.parts[0]
    if type(body) is not Call or len(body.arguments) != 2:
        return None
    first, second = body.arguments
    if type(first) is not Local or type(second) is not Local:
        return None
    if [first.variable, second.variable] != function.parameters:
        return None
    known = meaning(body, facts)
    is_order = known is not None and known.relation in ("<", ">") and not known.to_zero
    return body.function if is_order else None


def _comes_first(function: Lambda, facts: Facts, span: Span) -> Node:
    verdict = function.body
    return verdict if is_boolean(verdict, facts) else _helper("comes_first", span, verdict)


def _insertion(node: Call, sorting: Variable, function: Lambda, facts: Facts) -> Node:
    span = node.span
    old, new = function.parameters
    run, done = Variable("run"), Variable("done")
    low, high, middle = Variable("low"), Variable("high"), Variable("middle")
    low.assigned = high.assigned = True
    behind = SetLocal(low, _helper("index_after", span, Local(middle, span)), span)
    before = SetLocal(high, Local(middle, span), span)
    compared: list[tuple[Variable, Node]] = [
        (middle, _helper("halfway", span, Local(low, span), Local(high, span))),
        (old, _helper("item", span, Local(done, span), Local(middle, span))),
    ]
    choice = If(_comes_first(function, facts, span), behind, before, span)
    test = _helper("index_below", span, Local(low, span), Local(high, span))
    search = While(test, Let(compared, choice, span), span)
    insert = _helper("insert", span, Local(done, span), Local(low, span), Local(new, span))
    ends: list[tuple[Variable, Node]] = [
        (low, Constant(0, span)),
        (high, _helper("len", span, Local(done, span))),
    ]
    each = ForEach(new, _part(run, 0, node), Let(ends, Seq([search, insert], span), span), span)
    runs = _helper("sorting_runs", span, Local(sorting, span))
    return ForEach(run, runs, Let([(done, _part(run, 1, node))], each, span), span)


def _merging(node: Call, sorting: Variable, function: Lambda, facts: Facts) -> Node:
    span = node.span
    one, other = function.parameters
    merge, store, following = Variable("merge"), Variable("merged"), Variable("following")
    # `other` changes between two comparisons, never within one: it need not count as assigned.
    not_first = _helper("not", span, _comes_first(function, facts, span))
    test = And([_helper("is_left", span, Local(other, span)), not_first], span)
    advance = SetLocal(other, _helper("next_or_end", span, Local(following, span)), span)
    take_other = Seq([_push(Local(store, span), Local(other, span), node), advance], span)
    take_one = _push(Local(store, span), Local(one, span), node)
    body = Seq([While(test, take_other, span), take_one], span)
    loop = ForEach(one, _part(merge, 0, node), body, span)
    finish = _helper("finish_merge", span, Local(merge, span), Local(other, span))
    start: list[tuple[Variable, Node]] = [
        (following, _part(merge, 1, node)),
        (store, _part(merge, 2, node)),
        (other, _helper("next_or_end", span, Local(following, span))),
    ]
    merges = _helper("sorting_merges", span, Local(sorting, span))
    return ForEach(merge, merges, Let(start, Seq([loop, finish], span), span), span)
