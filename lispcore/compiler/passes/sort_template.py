"""Loop inlining: how a sort is written with its comparison in place; see loop_templates.py."""

from __future__ import annotations

from lispcore.compiler.facts.booleans import is_boolean
from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.meanings import meaning
from lispcore.compiler.passes.loop_parts import (
    helper,
    list_items,
    makes_functions,
    part_of,
    push_to,
)
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
        or makes_functions(function)
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
    result = helper("sorted_list", span, Local(sorting, span))
    start = helper("sorting", span, list_items(node, 1, facts))
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
    return verdict if is_boolean(verdict, facts) else helper("comes_first", span, verdict)


def _insertion(node: Call, sorting: Variable, function: Lambda, facts: Facts) -> Node:
    span = node.span
    old, new = function.parameters
    run, done = Variable("run"), Variable("done")
    low, high, middle = Variable("low"), Variable("high"), Variable("middle")
    low.assigned = high.assigned = True
    behind = SetLocal(low, helper("index_after", span, Local(middle, span)), span)
    before = SetLocal(high, Local(middle, span), span)
    compared: list[tuple[Variable, Node]] = [
        (middle, helper("halfway", span, Local(low, span), Local(high, span))),
        (old, helper("item", span, Local(done, span), Local(middle, span))),
    ]
    choice = If(_comes_first(function, facts, span), behind, before, span)
    test = helper("index_below", span, Local(low, span), Local(high, span))
    search = While(test, Let(compared, choice, span), span)
    insert = helper("insert", span, Local(done, span), Local(low, span), Local(new, span))
    ends: list[tuple[Variable, Node]] = [
        (low, Constant(0, span)),
        (high, helper("len", span, Local(done, span))),
    ]
    each = ForEach(new, part_of(run, 0, node), Let(ends, Seq([search, insert], span), span), span)
    runs = helper("sorting_runs", span, Local(sorting, span))
    return ForEach(run, runs, Let([(done, part_of(run, 1, node))], each, span), span)


def _merging(node: Call, sorting: Variable, function: Lambda, facts: Facts) -> Node:
    span = node.span
    one, other = function.parameters
    merge, store, following = Variable("merge"), Variable("merged"), Variable("following")
    # `other` changes between two comparisons, never within one: it need not count as assigned.
    not_first = helper("not", span, _comes_first(function, facts, span))
    test = And([helper("is_left", span, Local(other, span)), not_first], span)
    advance = SetLocal(other, helper("next_or_end", span, Local(following, span)), span)
    take_other = Seq([push_to(Local(store, span), Local(other, span), node), advance], span)
    take_one = push_to(Local(store, span), Local(one, span), node)
    body = Seq([While(test, take_other, span), take_one], span)
    loop = ForEach(one, part_of(merge, 0, node), body, span)
    finish = helper("finish_merge", span, Local(merge, span), Local(other, span))
    start: list[tuple[Variable, Node]] = [
        (following, part_of(merge, 1, node)),
        (store, part_of(merge, 2, node)),
        (other, helper("next_or_end", span, Local(following, span))),
    ]
    merges = helper("sorting_merges", span, Local(sorting, span))
    return ForEach(merge, merges, Let(start, Seq([loop, finish], span), span), span)
