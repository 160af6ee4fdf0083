"""Which nodes certainly give #t or #f."""

from __future__ import annotations

from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.kinds import Kind
from lispcore.compiler.library import meaning
from lispcore.core.nodes import And, Call, Constant, If, Let, Local, Node, Or, Sequence
from lispcore.values.types import FALSE, TRUE


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
            function = facts.function_of(callee.variable) if type(callee) is Local else None
            if function is not None:
                node = function.body
                continue
            known = meaning(node, facts)
            return known is not None and known.result is Kind.BOOL
        else:
            return False
    return False
