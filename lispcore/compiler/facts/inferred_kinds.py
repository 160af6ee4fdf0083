"""Type inference: of which kind the values of variables, nodes and functions certainly are.

The kinds of variables are the greatest fixed point: all variables whose values can be seen are
taken for integers, and then for values of one class, and what contradicts that is taken back until
nothing does.
"""

from __future__ import annotations

from collections.abc import Sequence as Sequence_
from typing import Any, Final

from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.kinds import (
    ANY,
    BOOL,
    INT,
    LIST,
    MAP,
    NAT,
    NUMBERS,
    VECTOR,
    AnyKind,
    Kind,
    common_kind,
)
from lispcore.compiler.meanings import meaning
from lispcore.core.nodes import (
    And,
    Call,
    Constant,
    Define,
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
    Variable,
)
from lispcore.core.walking import Survey
from lispcore.values.types import Boolean, Character, List, Map, Vector


def static_kind(node: Node, facts: Facts) -> AnyKind:
    """Returns what is certain of a node's value; trusts what is known of variables."""
    # Only a few shapes matter, and each looks at its parts once.
    while True:
        if type(node) is Constant:
            return constant_kind(node.value)
        if type(node) is Local:
            return facts.values.kinds.get(node.variable, ANY)
        if type(node) is Call:
            return _call_kind(node, facts)
        if type(node) is If:
            then = static_kind(node.then, facts)
            if then == ANY:
                return ANY
            return common_kind(then, static_kind(node.otherwise, facts))
        elif type(node) is Let:
            node = node.body
        elif type(node) is Sequence:
            node = node.parts[-1]
        else:
            return ANY


def constant_kind(value: Any) -> Kind:
    """Returns the kind of a literal value."""
    kind = type(value)
    if kind is int:
        return NAT if value >= 0 else INT
    if kind is Boolean:
        return BOOL
    return _CLASSES.get(kind, ANY)


_CLASSES: Final = {each: Kind(each.__name__) for each in (float, str, List, Vector, Map, Character)}


def _call_kind(node: Call, facts: Facts) -> AnyKind:
    callee = node.function
    if callee is None:
        if node.helper in INTEGER_HELPERS:
            return range_kind([static_kind(each, facts) for each in node.arguments])
        return HELPER_KINDS.get(node.helper, ANY)
    known = meaning(node, facts)
    if known is None:
        return ANY
    result = known.result
    if type(result) is Kind:
        return result
    return known.kind_of([static_kind(each, facts) for each in node.arguments])


def function_kind(function: Lambda, facts: Facts) -> AnyKind:
    """Returns what is certain of the values of a function; the kinds of variables must be known."""
    results = facts.values.results
    if function not in results:
        results[function] = ANY  # while it is looked for
        results[function] = _tail_kind(function.body, function, facts) or ANY
    return results[function]


def _tail_kind(node: Node, function: Lambda, facts: Facts) -> AnyKind | None:
    """Returns the kind of what a part of a function may return, None for a call of itself."""
    kind: Any = type(node)
    each: Any = node
    if kind is Call:
        if each in facts.tails.jumps:
            return None
        known = facts.functions.get(each.function.name) if type(each.function) is Global else None
        if known is None:
            return static_kind(node, facts)
        if known is function:
            return None
        return ANY if known in facts.tails.bouncing else function_kind(known, facts)
    if kind is If:
        return _common([each.then, each.otherwise], function, facts)
    if kind is And or kind is Or:
        return _common(each.parts, function, facts)
    if kind is Let:
        return _tail_kind(each.body, function, facts)
    if kind is Sequence:
        return _tail_kind(each.parts[-1], function, facts)
    if kind is NamedLet and each.function in facts.tails.loops:
        return _tail_kind(each.function.body, function, facts)
    return static_kind(node, facts)


def _common(nodes: Sequence_[Node], function: Lambda, facts: Facts) -> AnyKind | None:
    result: AnyKind | None = None
    for node in nodes:
        kind = _tail_kind(node, function, facts)
        result = common_kind(result, kind) if result and kind else result or kind
        if result == ANY:
            break
    return result


def range_kind(kinds: Sequence_[AnyKind]) -> Kind:
    """Returns the kind of the numbers between two bounds, or below one: a third one is the step."""
    return NAT if len(kinds) == 1 or (kinds[0] == NAT and len(kinds) == 2) else INT


# The items of what these helpers give are integers.
INTEGER_HELPERS = frozenset(("counted", "range_items"))
HELPER_KINDS: Final[dict[str, Kind]] = {
    "own_list": LIST,
    "list_parts": LIST,
    "vector": VECTOR,
    "vector_parts": VECTOR,
    "map": MAP,
    # Indices of inlined loops, see emit/loop_steps.py.
    "halfway": INT,
    "index_after": INT,
}


def infer_kinds(nodes: Survey, facts: Facts) -> None:
    """Assumes that all variables whose values can be seen are integers, then takes back."""
    sources, kinds = facts.scopes.sources, facts.values.kinds
    candidates: dict[Variable, None] = {}
    for node in nodes.get(Let, ()):
        candidates.update((variable, None) for variable, _ in node.bindings)
    for node in (*nodes.get(Define, ()), *nodes.get(ForEach, ())):
        candidates[node.variable] = None
    for node in nodes.get(NamedLet, ()):
        if node.function in facts.tails.loops:
            candidates.update((variable, None) for variable in node.function.parameters)
    seen = {variable: values for variable in candidates if (values := sources.get(variable))}
    kinds.update(dict.fromkeys(seen, NAT))
    numeric = list(seen)
    changed = True
    while changed:
        changed = False
        for variable in numeric:
            kind = kinds[variable]
            for source in seen[variable]:
                kind = common_kind(kind, static_kind(source, facts))
                if kind not in NUMBERS:
                    kind = ANY
                    break
            if kind != kinds[variable]:
                kinds[variable] = kind
                changed = True
        numeric = [variable for variable in numeric if kinds[variable] != ANY]
    others = {variable: each for variable, each in seen.items() if kinds[variable] == ANY}
    _infer_classes(others, facts)


def _infer_classes(seen: dict[Variable, list[Node]], facts: Facts) -> None:
    """Assumes that all values of a variable are of the class of one of them, then takes back."""
    kinds = facts.values.kinds
    assumed: list[Variable] = []
    for variable, sources in seen.items():
        for source in sources:
            kind = static_kind(source, facts)
            if kind != ANY:
                break
        if kind != ANY and kind not in NUMBERS:
            kinds[variable] = kind
            assumed.append(variable)
    changed = True
    while changed:
        changed = False
        for variable in assumed:
            if any(static_kind(source, facts) != kinds[variable] for source in seen[variable]):
                kinds[variable] = ANY
                changed = True
        assumed = [variable for variable in assumed if kinds[variable] != ANY]
