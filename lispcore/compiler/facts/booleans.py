"""Type inference of truth values: which nodes certainly give #t or #f."""

from __future__ import annotations

from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.kinds import BOOL
from lispcore.compiler.meanings import meaning
from lispcore.core.nodes import And, Call, Constant, If, Let, Local, Node, Or, Sequence
from lispcore.values.types import FALSE, TRUE


def is_boolean(node: Node, facts: Facts) -> bool:
    """Tells whether a value is certainly #t or #f."""
    for _ in range(20):
        if type(node) is Constant:
            return node.value is TRUE or node.value is FALSE
        if type(node) is Let:
            node = node.body
        elif type(node) is Sequence:
            node = node.parts[-1]
        elif type(node) is And or type(node) is Or:
            return all(is_boolean(part, facts) for part in node.parts)
        elif type(node) is If:
            if not is_boolean(node.then, facts):
                return False
            node = node.otherwise
        elif type(node) is Call:
            callee = node.function
            if callee is None:
                return node.helper in ("not", "not_nil", "equal")
            function = facts.function_of(callee.variable) if type(callee) is Local else None
            if function is not None:
                node = function.body
                continue
            known = meaning(node, facts)
            return known is not None and known.result is BOOL
        else:
            return False
    return False
