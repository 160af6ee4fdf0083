"""Things that must be closed again: streams and files."""

from __future__ import annotations

from lispcore.core.nodes import Call, Finally, Global, Let, Local, Node
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.basic import subform
from lispcore.expanding.name_scopes import Scope
from lispcore.expanding.special_forms import Form, special_form
from lispcore.values.types import Symbol, type_name

CHAPTER = "streams"


@special_form(
    "with-stream with-open",
    "(with-stream (name stream) body …)",
    least=1,
    gives="any",
    text="Binds a stream for the body and closes it afterwards, however the body ends.",
    examples=[
        ('(with-stream (s (stream/from-string "abc")) (stream/read-line s))', '"abc"'),
    ],
)
def with_stream(ex: Expander, form: Form, scope: Scope | None) -> Node:
    binding = subform(ex, form, 1)
    if len(binding.items) != 2:
        raise form.error("expected one name and one stream: (name stream)", 1)
    if type(binding.items[0]) is not Symbol:
        raise binding.error(f"expected a name, got {type_name(binding.items[0])}", 0)
    opened = ex.expand(binding.items[1], scope, binding.span_at(1))
    inner = Scope(scope)
    stream = inner.add(binding.items[0].name)
    body = ex.body(form, 2, inner)
    closing = Call(
        Global("stream/close", form.span), [Local(stream, form.span)], binding.span_at(1)
    )
    return Let([(stream, opened)], Finally(body, closing, form.span), form.span)
