"""(with-span …) and (with-session …): bodies in the place of the library's functions."""

from __future__ import annotations

from lispcore.core.nodes import Node
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.basic import library_call, thunk
from lispcore.expanding.name_scopes import Scope
from lispcore.expanding.special_forms import Form, special_form

CHAPTER = "otel"


@special_form(
    "with-span",
    '(with-span "name" {:attribute value …} body …)',
    least=3,
    gives="any",
    text="Runs its body within a span of that name, with attributes ({} for none), and gives "
    "the value of the last form. It costs nothing while tracing is off "
    "(`otel/configure`).",
    examples=[
        ('(with-span "work" {:batch.size 100} (otel/set-attribute :rows 42) "done")', '"done"'),
    ],
)
def with_span(ex: Expander, form: Form, scope: Scope | None) -> Node:
    name = ex.expand(form.items[1], scope, form.span_at(1))
    attributes = ex.expand(form.items[2], scope, form.span_at(2))
    return library_call("otel/span", [name, thunk(ex, form, 3, scope), attributes], form)


@special_form(
    "with-session",
    '(with-session "id" {:user …} body …)',
    least=3,
    gives="any",
    text="Runs its body; model calls in it belong to a session and, with `{:user …}`, to a "
    "user. The map is {} for no user.",
    examples=[
        ('(with-session "chat-42" {:user "alice"} (+ 1 2))', "3"),
    ],
)
def with_session(ex: Expander, form: Form, scope: Scope | None) -> Node:
    session = ex.expand(form.items[1], scope, form.span_at(1))
    config = ex.expand(form.items[2], scope, form.span_at(2))
    body = thunk(ex, form, 3, scope)
    return library_call("otel/with-session", [session, config, body], form)
