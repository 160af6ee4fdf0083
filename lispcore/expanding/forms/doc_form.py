"""(doc name): shows the documentation of a name. A form, so that the name need not be quoted."""

from __future__ import annotations

from lispcore.core.nodes import Constant, Node
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.basic import library_call
from lispcore.expanding.name_scopes import Scope, find
from lispcore.expanding.special_forms import Form, special_form
from lispcore.values.types import List, Symbol, list_items

CHAPTER = "help"


@special_form(
    "doc",
    "(doc name)",
    least=1,
    most=1,
    gives="nil",
    text="Shows how a name is used, what it does and examples of it; of a function of the program "
    "its parameters and its documentation. In place of a name any expression shows its value so.",
    examples=[
        ("(doc car)", "nil"),
        ('(doc (fn (x) "Doubles x." (* 2 x)))', "nil"),
        ("(doc no-such-name)", "error: nothing is known"),
    ],
)
def doc(ex: Expander, form: Form, scope: Scope | None) -> Node:
    name = form.items[1]
    if type(name) is List and name.count == 2:
        head, quoted = list_items(name)
        if type(head) is Symbol and head.name in ("quote", "quasiquote"):
            name = quoted
    span = form.span_at(1)
    text = name.name if type(name) is Symbol else name
    is_local = type(name) is Symbol and find(scope, name.name) is not None
    if type(text) is str and not is_local:
        return library_call("help/%doc", [Constant(text, span)], form)
    shown = Constant(text if is_local else "", span)
    return library_call("help/%doc-value", [ex.expand(name, scope, span), shown], form)
