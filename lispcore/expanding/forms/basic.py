"""begin, and the pieces that other forms are made of."""

from __future__ import annotations

from lispcore.core.nodes import Call, Constant, Global, Lambda, Node, Sequence
from lispcore.expanding.expander import Expander
from lispcore.expanding.name_scopes import Scope
from lispcore.expanding.special_forms import Form, Reach, special_form
from lispcore.values.types import List, Symbol, Value, Vector, list_items, type_name

CHAPTER = "sequence"


def nil(form: Form) -> Constant:
    """Returns the core form of nil at the place of a form."""
    return Constant(None, form.span)


def subform(ex: Expander, form: Form, index: int, minimum: int = 0) -> Form:
    """Returns an item that must be a list (or vector) as a form of its own."""
    item = form.items[index]
    if type(item) is Vector:
        items = item.items
    elif type(item) is List:
        items = list_items(item)
    else:
        raise form.error(f"expected a list, got {type_name(item)}", index)
    if len(items) < minimum:
        raise form.error(f"expected at least {minimum} items here", index)
    span = ex.spans.of(item) or form.span_at(index)
    inner = Form(items or [None], span, ex.spans.children(item))
    inner.items = items
    inner.name, inner.usage = form.name, form.usage
    return inner


def sequence(ex: Expander, form: Form, start: int, scope: Scope | None) -> Node:
    """Expands the items from `start` in the same scope; nil if there are none."""
    nodes = ex.expand_items(form, start, scope)
    if len(nodes) == 1:
        return nodes[0]
    return Sequence(nodes, form.span) if nodes else nil(form)


def thunk(ex: Expander, form: Form, start: int, scope: Scope | None, name: str = "") -> Lambda:
    """Returns the items from `start` as a function without parameters."""
    inner = Scope(scope, is_body=True)
    return Lambda(name, [], None, ex.body(form, start, inner, is_function=True), form.span)


def library_call(name: str, arguments: list[Node], form: Form) -> Node:
    """Returns a call of a library function at the place of a form."""
    return Call(Global(name, form.span), arguments, form.span)


def defined_name(form: Form) -> str:
    """Returns the name that a defining form gives as its first argument."""
    name: Value = form.items[1]
    if type(name) is not Symbol:
        raise form.error(f"expected a name, got {type_name(name)}", 1)
    return str(name.name)


def clause_name(item: Value) -> str:
    """Returns the head of a list form if it is a symbol, else an empty string."""
    if type(item) is List and item.count:
        head = item.cells[item.count - 1]
        if type(head) is Symbol:
            return head.name
    return ""


@special_form(
    "begin progn",
    "(begin expression …)",
    least=0,
    gives="any",
    text="Evaluates expressions in order and gives the value of the last one.",
    examples=[
        ("(begin 1 2 3)", "3"),
        ("(begin)", "nil"),
    ],
    reach=Reach.KEPT,
)
def begin(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return sequence(ex, form, 1, scope)
