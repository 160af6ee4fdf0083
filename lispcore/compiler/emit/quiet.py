"""Whether it can be noticed when something that is written already is evaluated.

What the program does that can be noticed is often put into names by then, and only quiet steps are
left of a call. Of the program itself facts/effects.py says it.
"""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter
from lispcore.compiler.meanings import meaning_of_name

# What these do cannot be noticed: they only read, or make new values.
_QUIET_HELPERS = frozenset(
    (
        " type",
        " to_key",
        " List",
        " len",
        " ord",
        " equal",
        " list",
        " cons",
        " Vector",
        " cells_of",
        " append_two",
        " count_of",
    )
)


def is_quiet(em: FunctionEmitter, value: ast.expr) -> bool:
    """Tells whether it does not matter when an expression is evaluated, within one assignment."""
    for node in ast.walk(value):
        if type(node) is ast.Call:
            callee = node.func
            if type(callee) is ast.Attribute and callee.attr in ("get", "updated"):
                continue
            if type(callee) is not ast.Name:
                return False
            name = callee.id
            if name in _QUIET_HELPERS:
                continue
            known = meaning_of_name(name, em.unit.facts)
            if known is None or not known.is_quiet:
                return False
    return True
