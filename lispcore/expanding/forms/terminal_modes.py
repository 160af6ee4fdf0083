"""Bodies that run in a mode of the terminal, which ends with them."""

from __future__ import annotations

from lispcore.core.nodes import Call, Finally, Global, Let, Node, Variable
from lispcore.expanding.expander import Expander
from lispcore.expanding.name_scopes import Scope
from lispcore.expanding.special_forms import Form, special_form

CHAPTER = "terminal_style"


def mode(name: str, on: str, off: str, text: str) -> None:
    """Enters the form `name`; `on` and `off` are the functions that switch its mode."""

    @special_form(
        name,
        f"({name} body …)",
        least=1,
        gives="any",
        text=f"Evaluates the body {text}, and ends that whatever happens. Needs a terminal.",
        examples=[(f"({name} 1)", "error: terminal")],
    )
    def with_mode(ex: Expander, form: Form, scope: Scope | None) -> Node:
        enter, leave = (Call(Global(each, form.span), [], form.span) for each in (on, off))
        body = ex.body(form, 1, Scope(scope))
        return Let([(Variable("mode"), enter)], Finally(body, leave, form.span), form.span)


mode(
    "io/with-raw-mode",
    "io/tty-raw!",
    "io/tty-restore!",
    "with key presses arriving one by one and unseen",
)
mode(
    "term/with-alt-screen",
    "term/enter-alt-screen",
    "term/leave-alt-screen",
    "on the alternate screen",
)
mode(
    "term/with-mouse",
    "term/enable-mouse",
    "term/disable-mouse",
    "with reports of the mouse",
)
mode(
    "term/with-bracketed-paste",
    "term/enable-bracketed-paste",
    "term/disable-bracketed-paste",
    "with pasted text marked as such",
)
mode(
    "term/with-focus-events",
    "term/enable-focus-events",
    "term/disable-focus-events",
    "with reports of the focus",
)
mode(
    "term/with-kitty-keys",
    "term/enable-kitty-keys!",
    "term/disable-kitty-keys!",
    "with the kitty keyboard protocol",
)
