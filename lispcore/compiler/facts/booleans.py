"""Which nodes certainly give #t or #f."""

from __future__ import annotations

from lispcore.compiler.facts.analysis import Facts
from lispcore.core.nodes import And, Call, Constant, Global, If, Let, Local, Node, Or, Sequence
from lispcore.values.types import FALSE, TRUE

# These answer #t or #f if they answer at all.
_PREDICATES = frozenset(
    "< > <= >= = eq? equal? not nil? null? pair? zero? positive? negative? even? odd? string? "
    "symbol? keyword? vector? list? char? float? number? map? string/contains? "
    "string/starts-with? string/ends-with? string<? string>? string<=? string>=? string=? "
    "char<? char>? char=? empty? contains? member?".split()
)


def is_boolean(node: Node, facts: Facts) -> bool:
    """Tells whether a value is certainly #t or #f."""
    for _ in range(20):
        kind = type(node)
        if kind is Constant:
            return node.value is TRUE or node.value is FALSE  # type: ignore[attr-defined]
        if kind is Let:
            node = node.body  # type: ignore[attr-defined]
        elif kind is Sequence:
            node = node.parts[-1]  # type: ignore[attr-defined]
        elif kind is And or kind is Or:
            return all(is_boolean(part, facts) for part in node.parts)  # type: ignore[attr-defined]
        elif kind is If:
            if not is_boolean(node.then, facts):  # type: ignore[attr-defined]
                return False
            node = node.otherwise  # type: ignore[attr-defined]
        elif type(node) is Call:
            callee = node.function
            if callee is None:
                return node.helper in ("not", "not_nil", "equal")
            if type(callee) is Local and callee.variable.function is not None:
                if callee.variable.assigned:
                    return False
                node = callee.variable.function.body
                continue
            return (
                type(callee) is Global
                and callee.name in facts.library
                and callee.name in _PREDICATES
            )
        else:
            return False
    return False
