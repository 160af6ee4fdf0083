"""Things that must be closed or switched off again: streams, files, modes of the terminal."""

from __future__ import annotations

from typing import Final

from lispcore.core.nodes import Call, Finally, Global, Let, Local, Node, Variable
from lispcore.expanding.expander import Expander, Form, Scope, special_form
from lispcore.expanding.forms.basic import subform
from lispcore.values.types import Symbol, type_name


@special_form("with-stream with-open", "(with-stream (name stream) body …)", 1)
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


# Form: the function that switches a mode of the terminal on, and the one that switches it off.
_MODES: Final = {
    "io/with-raw-mode": ("io/tty-raw!", "io/tty-restore!"),
    "term/with-alt-screen": ("term/enter-alt-screen", "term/leave-alt-screen"),
    "term/with-mouse": ("term/enable-mouse", "term/disable-mouse"),
    "term/with-bracketed-paste": ("term/enable-bracketed-paste", "term/disable-bracketed-paste"),
    "term/with-focus-events": ("term/enable-focus-events", "term/disable-focus-events"),
    "term/with-kitty-keys": ("term/enable-kitty-keys!", "term/disable-kitty-keys!"),
}


@special_form(" ".join(_MODES), "(term/with-mouse body …)", 1)
def with_terminal_mode(ex: Expander, form: Form, scope: Scope | None) -> Node:
    on, off = (Call(Global(name, form.span), [], form.span) for name in _MODES[form.name])
    body = ex.body(form, 1, Scope(scope))
    return Let([(Variable("mode"), on)], Finally(body, off, form.span), form.span)
