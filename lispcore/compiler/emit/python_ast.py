"""The node classes of Python's ``ast``, made faster: an emitter spends most of its time on them.

``from lispcore import python_ast as ast`` gives what one would find in ``ast``, but for two
differences: a node gets its place as one argument, the `span` of the Lisp form it comes from (see
`position` in python_syntax.py), and keeps what it holds in slots. ``compile`` and the functions of
``ast`` take such nodes as they are.

Python's own constructors look up every keyword among the fields and the four parts of a place;
these take a third of the time. A class is made when it is first asked for.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ast import *  # noqa: F403

PLACE = ("lineno", "col_offset", "end_lineno", "end_col_offset")
# What emitters note on expressions, see `python_syntax.is_stable`.
NOTES = ("stable", "may_be_text", "unchecked")

_INITIALISE = """
def __init__(self, {parameters}, span=(0, 0, 0, 0)):
    {fields}
    line, column, end_line, end_column = span
    if line > 0:
        self.lineno = line
        self.col_offset = column - 1
        self.end_lineno = end_line
        self.end_col_offset = end_column - 1 if end_column else 0
    else:
        self.lineno = self.end_lineno = 1
        self.col_offset = self.end_col_offset = 0
"""


def _quick(kind: type[ast.AST]) -> type[ast.AST]:
    """Returns a class whose nodes are made quickly and are of the given class of ``ast``."""
    fields = kind._fields
    source = _INITIALISE.format(
        parameters=", ".join(f"{name}=None" for name in fields) or "*_",
        fields="; ".join(f"self.{name} = {name}" for name in fields) or "pass",
    )
    names: dict[str, Any] = {}
    exec(source, names)
    body = {"__slots__": (*fields, *PLACE, *NOTES), "__init__": names["__init__"]}
    return type(kind.__name__, (kind,), body)


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        kind = getattr(ast, name)
        if isinstance(kind, type) and "lineno" in getattr(kind, "_attributes", ()):
            # The two classes above all others stand for any expression and any statement.
            kind = kind if kind in (ast.expr, ast.stmt) else _quick(kind)
        globals()[name] = kind
        return kind
