"""The core forms: what is left of a program once macros and sugar are gone.

The expander makes them, passes change them, the emitter turns them into Python; what analyses find
out about them stands in tables of its own (compiler/facts/tables.py). A name has become a
`Variable` object or a global, so no later stage deals with scopes. Every node has a `span`: (line,
column, end line, end column), 1-based.
"""

from __future__ import annotations

from itertools import count
from typing import Any, NamedTuple

Span = tuple[int, int, int, int]


# Variables and functions are numbered as they are made. A copy keeps the number of its original,
# so that what the same text was compiled to at different times can be compared.
_numbers = count()


def next_number() -> int:
    """Returns a number below those of all variables and functions that are still to be made."""
    return next(_numbers)


class Variable:
    """A local variable. What analyses find out about it stands in tables of theirs."""

    __slots__ = ("assigned", "letrec", "name", "number")

    def __init__(self, name: str) -> None:
        self.name = name
        self.number = next(_numbers)
        self.assigned = False  # some set! changes it
        self.letrec = False  # visible to its own initial value


class CallSite(NamedTuple):
    """A call that was replaced by the body of the function: whose, and where the call stands."""

    name: str
    line: int
    column: int


class Node:
    """Base of all core forms."""

    __slots__ = ("span",)
    span: Span


class Constant(Node):
    """A literal or quoted value."""

    __slots__ = ("value",)

    def __init__(self, value: Any, span: Span) -> None:
        self.value = value
        self.span = span


class Local(Node):
    """The value of a local variable."""

    __slots__ = ("variable",)

    def __init__(self, variable: Variable, span: Span) -> None:
        self.variable = variable
        self.span = span

    def again(self) -> Local:
        """Returns one more use of the variable: a node stands in one place only."""
        return Local(self.variable, self.span)


class Global(Node):
    """The value of a global."""

    __slots__ = ("name",)

    def __init__(self, name: str, span: Span) -> None:
        self.name = name
        self.span = span


class SetLocal(Node):
    """set! of a local variable; gives the new value."""

    __slots__ = ("value", "variable")

    def __init__(self, variable: Variable, value: Node, span: Span) -> None:
        self.variable = variable
        self.value = value
        self.span = span


class SetAll(Node):
    """Gives several variables new values at the same time; gives nil."""

    __slots__ = ("values", "variables")

    def __init__(self, variables: list[Variable], values: list[Node], span: Span) -> None:
        self.variables = variables
        self.values = values
        self.span = span


class SetGlobal(Node):
    """define (`is_definition`, gives nil) or set! (gives the new value) of a global."""

    __slots__ = ("is_definition", "name", "value")

    def __init__(self, name: str, value: Node, is_definition: bool, span: Span) -> None:
        self.name = name
        self.value = value
        self.is_definition = is_definition
        self.span = span


class If(Node):
    """A choice by the truth of `test`."""

    __slots__ = ("otherwise", "test", "then")

    def __init__(self, test: Node, then: Node, otherwise: Node, span: Span) -> None:
        self.test = test
        self.then = then
        self.otherwise = otherwise
        self.span = span


class And(Node):
    """The first false value of `parts`, or the last value."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[Node], span: Span) -> None:
        self.parts = parts
        self.span = span


class Or(Node):
    """The first true value of `parts`, or the last value."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[Node], span: Span) -> None:
        self.parts = parts
        self.span = span


class Sequence(Node):
    """Several forms in order; the value of the last."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[Node], span: Span) -> None:
        self.parts = parts
        self.span = span


class Lambda(Node):
    """A function. `documentation` is what its author says of it, "" for nothing."""

    __slots__ = (
        "anonymous",
        "body",
        "documentation",
        "name",
        "number",
        "parameters",
        "rest",
        "sites",
    )

    def __init__(
        self, name: str, parameters: list[Variable], rest: Variable | None, body: Node, span: Span
    ) -> None:
        self.name = name
        self.number = next(_numbers)
        self.anonymous = not name  # written as a lambda, whatever name it gets later
        self.parameters = parameters
        self.rest = rest
        self.body = body
        self.span = span
        self.documentation = ""
        self.sites: list[CallSite] = []  # the calls that are written in place, see copying.py


class Let(Node):
    """Binds variables one after the other; scopes are already resolved."""

    __slots__ = ("bindings", "body")

    def __init__(self, bindings: list[tuple[Variable, Node]], body: Node, span: Span) -> None:
        self.bindings = bindings
        self.body = body
        self.span = span


class Define(Node):
    """Gives a variable of the body around it its value; gives nil."""

    __slots__ = ("value", "variable")

    def __init__(self, variable: Variable, value: Node, span: Span) -> None:
        self.variable = variable
        self.value = value
        self.span = span


class Bind(Node):
    """Sets a variable in the middle of a pattern match.

    As a test it holds always, or if the value is not what says that nothing was found (`absent`,
    the name of a helper; "nil" for nil).
    """

    __slots__ = ("absent", "value", "variable")

    def __init__(self, variable: Variable, value: Node, span: Span, absent: str = "") -> None:
        self.variable = variable
        self.value = value
        self.span = span
        self.absent = absent


class Kept(Node):
    """Gives a value, and to a variable, too, for later use in the same expression."""

    __slots__ = ("value", "variable")

    def __init__(self, variable: Variable, value: Node, span: Span) -> None:
        self.variable = variable
        self.value = value
        self.span = span


class NamedLet(Node):
    """``(let name ((x init) …) body)``."""

    __slots__ = ("arguments", "function", "variable")

    def __init__(
        self, variable: Variable, function: Lambda, arguments: list[Node], span: Span
    ) -> None:
        self.variable = variable
        self.function = function
        self.arguments = arguments
        self.span = span


class While(Node):
    """Repeats `body` while `test` is true; gives nil."""

    __slots__ = ("body", "test")

    def __init__(self, test: Node, body: Node, span: Span) -> None:
        self.test = test
        self.body = body
        self.span = span


class ForEach(Node):
    """Runs `body` with `variable` bound to each item of a Python iterable; gives nil.

    `iterable` is a call of a helper that gives a Python list or range, never a Lisp value.
    """

    __slots__ = ("body", "iterable", "variable")

    def __init__(self, variable: Variable, iterable: Node, body: Node, span: Span) -> None:
        self.variable = variable
        self.iterable = iterable
        self.body = body
        self.span = span


class Call(Node):
    """A call. `helper` names a function of the runtime when `function` is None."""

    __slots__ = ("arguments", "function", "helper")

    def __init__(
        self, function: Node | None, arguments: list[Node], span: Span, helper: str = ""
    ) -> None:
        self.function = function
        self.arguments = arguments
        self.helper = helper
        self.span = span

    @property
    def global_name(self) -> str:
        """The name of the global that is called; there must be one."""
        assert type(self.function) is Global
        return self.function.name


class Try(Node):
    """Runs `body`; on an error binds the Python exception to `variable` and runs `handler`."""

    __slots__ = ("body", "handler", "variable")

    def __init__(self, body: Node, variable: Variable, handler: Node, span: Span) -> None:
        self.body = body
        self.variable = variable
        self.handler = handler
        self.span = span


class Finally(Node):
    """Runs `body`, then `cleanup` however the body ended."""

    __slots__ = ("body", "cleanup")

    def __init__(self, body: Node, cleanup: Node, span: Span) -> None:
        self.body = body
        self.cleanup = cleanup
        self.span = span


def literal_value(node: Node) -> Any:
    """Returns the value of a literal."""
    assert type(node) is Constant
    return node.value
