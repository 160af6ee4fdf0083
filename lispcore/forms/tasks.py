"""(async …) and (await …): short for the library's async/spawn and async/await."""

from __future__ import annotations

from lispcore.core import Node
from lispcore.expander import Expander, Form, Scope, special_form
from lispcore.forms.basic import thunk
from lispcore.forms.models import library_call


@special_form("async", "(async body …)", 1)
def async_(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return library_call("async/spawn", [thunk(ex, form, 1, scope)], form)


@special_form("await", "(await promise)", 1, 1)
def await_(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return library_call("async/await", [ex.expand(form.items[1], scope, form.span_at(1))], form)
