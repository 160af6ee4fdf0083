"""The statements that are being written, and the Python names in them."""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.python_syntax import (
    STORE,
    call_helper,
    compare,
    is_simple,
    load,
    stable,
)
from lispcore.compiler.emit.unit import Unit
from lispcore.core.nodes import Span, Variable


class Block:
    """A list of statements that grows, in which values get names."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.scopes = unit.facts.scopes
        self.block: list[ast.stmt] = []

    def name_variable(self, variable: Variable) -> str:
        """Gives a variable its Python name when it is bound."""
        name = self.unit.names.get(variable)
        if name is None:
            if variable in self.scopes.captured:
                # Python sorts the variables of a closure by name: their order must not depend on
                # how the unit is compiled. No name that `unique` gives begins with a zero.
                name = f"{variable.name} {variable.number:012}"
            else:
                name = self.unit.unique(variable.name)
            self.unit.names[variable] = name
        return name

    def assign_own(self, name: str, value: ast.expr, span: Span) -> None:
        """Writes an assignment to a Python name that no other function sees."""
        call = value.unchecked if type(value) is ast.IfExp else None
        if call is None:
            self.assign_name(name, value, span)
            return
        # A call that was left over is made in a statement of its own, which is cheaper.
        self.assign_name(name, call, span)
        left = compare(load(name, span), ast.Is(), load(" tail", span), span)
        target = ast.Name(name, STORE, span)
        made = ast.Assign([target], call_helper("bounce", [], span), span)
        self.block.append(ast.If(left, [made], [], span))

    def assign_name(self, name: str, value: ast.expr, span: Span) -> None:
        """Writes an assignment to a Python name."""
        target = ast.Name(name, STORE, span)
        added = _added_to(name, value.body) if type(value) is ast.IfExp else None
        if added is not None and type(value) is ast.IfExp:
            # Python makes a string longer in place only where this is a statement of its own.
            longer = ast.AugAssign(target, ast.Add(), added, span)
            other = ast.Assign([target], value.orelse, span)
            self.block.append(ast.If(value.test, [longer], [other], span))
            return
        if type(value) is ast.BinOp and value.may_be_text and _added_to(name, value) is not None:
            # Python 3.14 does not survive it when there is no memory to make a string longer in
            # place; what + joins may be of any length, so it is made anew.
            value = self.hold_copy(value, span)
        self.block.append(ast.Assign([target], value, span))

    def hold(self, value: ast.expr, span: Span) -> ast.expr:
        """Returns a name for a value, so that it can be used several times."""
        if is_simple(value):
            return value
        name = self.unit.unique("held")
        self.assign_own(name, value, span)
        return stable(name, span)

    def hold_copy(self, value: ast.expr, span: Span) -> ast.expr:
        """Returns a new name for what a value is now."""
        name = self.unit.unique("held")
        self.assign_own(name, value, span)
        return load(name, span)


def _added_to(name: str, value: ast.expr) -> ast.expr | None:
    """Returns what a sum adds to a name, if it does that."""
    if type(value) is not ast.BinOp or type(value.op) is not ast.Add:
        return None
    left = value.left
    return value.right if type(left) is ast.Name and left.id == name else None
