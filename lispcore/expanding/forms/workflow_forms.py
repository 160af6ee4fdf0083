"""Workflows: `defworkflow`, which is the run itself, and `checkpoint`, whose value may be there."""

from __future__ import annotations

from lispcore.core.nodes import Constant, Node
from lispcore.expanding.expander import Expander, Form, Scope, special_form
from lispcore.expanding.forms.basic import nil, thunk
from lispcore.expanding.forms.model_forms import defined_name, library_call
from lispcore.values.printing import print_value
from lispcore.values.types import Map, intern_keyword, list_from


@special_form("defworkflow", '(defworkflow name "what it does" {:phases […]} body …)', 3)
def defworkflow(ex: Expander, form: Form, scope: Scope | None) -> Node:
    name = defined_name(form)
    meta = form.items[3]
    if isinstance(meta, Map) and meta.get(intern_keyword("mcp")) is not None:
        error = form.error("workflows cannot connect to servers of the Model Context Protocol", 3)
        error.hint = "deftool makes tools of functions, for (step … {:tools […]})"
        raise error
    body = thunk(ex, form, 4, scope, name) if len(form.items) > 4 else nil_thunk(form)
    arguments: list[Node] = [
        Constant(name, form.span_at(1)),
        ex.expand(form.items[2], scope, form.span_at(2)),
        ex.expand(meta, scope, form.span_at(3)),
        body,
        Constant(print_value(list_from(form.items)), form.span),
    ]
    return library_call("workflow/%run", arguments, form)


def nil_thunk(form: Form) -> Node:
    """Returns a function that does nothing."""
    from lispcore.core.nodes import Lambda

    return Lambda("", [], None, nil(form), form.span)


@special_form("checkpoint", "(checkpoint key [value])", 1, 2)
def checkpoint(ex: Expander, form: Form, scope: Scope | None) -> Node:
    arguments: list[Node] = [ex.expand(form.items[1], scope, form.span_at(1))]
    if len(form.items) > 2:
        arguments.append(thunk(ex, form, 2, scope))
    return library_call("workflow/checkpoint", arguments, form)
