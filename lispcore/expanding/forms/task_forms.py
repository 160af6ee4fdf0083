"""(async …) and (await …): short for the library's async/spawn and async/await."""

from __future__ import annotations

from lispcore.core.nodes import Node
from lispcore.expanding.expander import Expander, Form, Scope, special_form
from lispcore.expanding.forms.basic import thunk
from lispcore.expanding.forms.model_forms import library_call


@special_form("async", "(async body …)", 1)
def async_(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return library_call("async/spawn", [thunk(ex, form, 1, scope)], form)


@special_form("await", "(await promise)", 1, 1)
def await_(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return library_call("async/await", [ex.expand(form.items[1], scope, form.span_at(1))], form)
