"""(with-span …) and (with-session …): bodies in the place of the library's functions."""

from __future__ import annotations

from lispcore.core.nodes import Node
from lispcore.expanding.expander import Expander, Form, Scope, special_form
from lispcore.expanding.forms.basic import thunk
from lispcore.expanding.forms.model_forms import library_call


@special_form("with-span", '(with-span "name" {:attribute value …} body …)', 3)
def with_span(ex: Expander, form: Form, scope: Scope | None) -> Node:
    name = ex.expand(form.items[1], scope, form.span_at(1))
    attributes = ex.expand(form.items[2], scope, form.span_at(2))
    return library_call("otel/span", [name, thunk(ex, form, 3, scope), attributes], form)


@special_form("with-session", '(with-session "id" {:user …} body …)', 3)
def with_session(ex: Expander, form: Form, scope: Scope | None) -> Node:
    session = ex.expand(form.items[1], scope, form.span_at(1))
    config = ex.expand(form.items[2], scope, form.span_at(2))
    body = thunk(ex, form, 3, scope)
    return library_call("otel/with-session", [session, config, body], form)
