"""The node classes of Python's ``ast``, made faster: an emitter spends most of its time on them.

``from lispcore.compiler.emit import python_ast as ast`` gives what one would find in ``ast``, but
for three differences, whose types stand in python_ast.pyi: a node gets its place as one argument,
the `span` of the Lisp form it comes from, the last one but for what is never given (`UNUSED`); it
keeps what it holds in slots; and some carry what the emission notes on them (`NOTES`). ``compile``
and the functions of ``ast`` take such nodes as they are.

Python's own constructors look up every keyword among the fields and the four parts of a place;
these take a third of the time. A class is made when it is first asked for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, Final

PLACE: Final = ("lineno", "col_offset", "end_lineno", "end_col_offset")
# Fields that the emission never fills.
UNUSED: Final = frozenset(("type_comment", "kind"))
# Class -> what is noted on its nodes, and what that is at first.
NOTES: Final[dict[str, dict[str, object]]] = {
    # Gives the same value after any statement; may be read before it has a value.
    "Name": {"stable": False, "may_fail": False},
    "BinOp": {"may_be_text": False},  # a sum that may join strings
    "IfExp": {"unchecked": None},  # the call that it makes if that was left over
}

_INITIALISE: Final = """
def __init__(self, {parameters}):
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
    notes = NOTES.get(kind.__name__, {})
    # Given by their places: Python needs twice as long for a constructor that is given names.
    parameters = [f"{name}=None" for name in fields if name not in UNUSED]
    parameters.append("span=(0, 0, 0, 0)")
    parameters += [f"{name}=None" for name in fields if name in UNUSED]
    values = {name: name for name in fields} | {name: repr(each) for name, each in notes.items()}
    source = _INITIALISE.format(
        parameters=", ".join(parameters),
        fields="; ".join(f"self.{name} = {value}" for name, value in values.items()) or "pass",
    )
    names: dict[str, Any] = {}
    exec(source, names)
    body = {"__slots__": (*fields, *PLACE, *notes), "__init__": names["__init__"]}
    return type(kind.__name__, (kind,), body)


def walk(root: ast.AST) -> Iterator[ast.AST]:
    """Yields a node and everything below it as ``ast.walk`` does, in a third of the time."""
    found = [root]
    for node in found:
        yield node
        for field in node._fields:
            part = getattr(node, field, None)
            if isinstance(part, ast.AST):
                found.append(part)
            elif type(part) is list:
                found += [each for each in part if isinstance(each, ast.AST)]


def __getattr__(name: str) -> Any:
    kind = getattr(ast, name)
    if isinstance(kind, type) and "lineno" in getattr(kind, "_attributes", ()):
        # The two classes above all others stand for any expression and any statement.
        kind = kind if kind in (ast.expr, ast.stmt) else _quick(kind)
    globals()[name] = kind
    return kind
