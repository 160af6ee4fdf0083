"""The walkers over core forms, which every pass and analysis relies on."""

from __future__ import annotations

from lispcore.core.nodes import (
    And,
    Bind,
    Call,
    Constant,
    Define,
    If,
    Lambda,
    Let,
    Local,
    Node,
    Sequence,
    SetAll,
    SetLocal,
    Try,
    Variable,
)
from lispcore.core.walking import (
    all_nodes,
    assigned_below,
    is_assigned_below,
    rewrite,
    rewrite_tails,
    survey,
    tail_positions,
    uses_below,
    value_positions,
)

AT = (1, 1, 1, 2)


def number(value: int) -> Constant:
    return Constant(value, AT)


def doubled(node: Constant) -> Node:
    return number(2 * node.value)


def values(nodes: list[Node]) -> list[object]:
    return sorted(each.value for each in nodes if type(each) is Constant)


def deep(levels: int) -> Lambda:
    body: Node = number(1)
    for _ in range(levels):
        body = Sequence([number(0), body], AT)
    return Lambda("", [], None, body, AT)


def test_a_rewrite_gives_changes_the_new_parts_and_leaves_its_results_alone() -> None:
    def added(call: Call) -> Node:
        return number(sum(each.value for each in call.arguments))  # type: ignore[attr-defined]

    inner = Call(None, [number(1), number(2)], AT, "+")
    outer = Call(None, [inner, number(4)], AT, "+")
    main = Lambda("", [], None, outer, AT)
    assert rewrite(main, {Call: added, Constant: doubled}) is main
    assert type(main.body) is Constant
    assert main.body.value == 2 * 1 + 2 * 2 + 2 * 4


def test_a_rewrite_without_a_case_changes_nothing() -> None:
    main = deep(3)
    before = list(all_nodes(main))
    rewrite(main, {})
    assert list(all_nodes(main)) == before


def test_trees_may_be_thousands_deep() -> None:
    main = deep(50_000)
    assert len(survey(main)[Constant]) == 50_001
    rewrite(main, {Constant: doubled})
    assert values(list(tail_positions(main.body))) == [2]
    main.body = rewrite_tails(main.body, lambda node: number(7))
    assert values(list(value_positions(main.body))) == [7]


def test_what_is_evaluated_last_and_what_gives_the_value() -> None:
    x = Variable("x")
    handler = Try(number(1), x, number(2), AT)
    choice = If(number(3), And([number(4), number(5)], AT), Let([(x, number(6))], handler, AT), AT)
    last = list(tail_positions(choice))
    assert values(last) == [5]
    assert handler in last
    more = tail_positions(choice, lambda node: (node.handler,) if type(node) is Try else ())
    assert values(list(more)) == [2, 5]
    # What `and` gives may be any of its parts.
    assert {type(each) for each in value_positions(choice)} == {And, Try}


def test_tails_are_rewritten_where_they_stand() -> None:
    choice = If(number(1), Sequence([number(2), number(3)], AT), number(4), AT)
    assert rewrite_tails(choice, lambda node: doubled(node)) is choice  # type: ignore[arg-type]
    assert values(list(all_nodes(choice))) == [1, 2, 6, 8]
    assert type(rewrite_tails(number(1), lambda node: Local(Variable("x"), AT))) is Local


def test_assignments_and_uses() -> None:
    x, y, z = Variable("x"), Variable("y"), Variable("z")
    body = Sequence(
        [
            SetLocal(x, Local(y, AT), AT),
            SetAll([x, y], [number(1), Local(z, AT)], AT),
            Bind(y, number(2), AT),
            Define(z, Local(y, AT), AT),
        ],
        AT,
    )
    assert sorted(each.name for each in assigned_below(body)) == ["x", "x", "y", "y", "z"]
    assert is_assigned_below(body, z)
    assert not is_assigned_below(body, Variable("x"))
    assert len(uses_below(body, y)) == 2
    assert not uses_below(body, x)
