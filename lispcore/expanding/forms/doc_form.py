"""(doc name): shows the documentation of a name. A form, so that the name need not be quoted."""

from __future__ import annotations

from lispcore.core.nodes import Constant, Node
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.basic import library_call
from lispcore.expanding.name_scopes import Scope
from lispcore.expanding.special_forms import Form, special_form
from lispcore.values.types import List, Symbol, list_items, type_name

CHAPTER = "help"


@special_form(
    "doc",
    "(doc name)",
    least=1,
    most=1,
    gives="nil",
    text="Shows how a name is used, what it does and examples of it.",
    examples=[
        ("(doc car)", "nil"),
        ("(doc no-such-name)", "error: nothing is known"),
    ],
)
def doc(ex: Expander, form: Form, scope: Scope | None) -> Node:
    name = form.items[1]
    if type(name) is List and name.count == 2:
        head, quoted = list_items(name)
        if type(head) is Symbol and head.name in ("quote", "quasiquote"):
            name = quoted
    if type(name) is Symbol:
        text = name.name
    elif type(name) is str:
        text = name
    else:
        raise form.error(f"expected a name, got {type_name(name)}", 1)
    return library_call("help/%doc", [Constant(text, form.span_at(1))], form)
