"""Expressions that are evaluated later, or measured."""

from __future__ import annotations

from lispcore.core.nodes import Call, Node
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.basic import thunk
from lispcore.expanding.name_scopes import Scope
from lispcore.expanding.special_forms import Form, Reach, special_form

CHAPTER = "evaluation"


@special_form(
    "delay",
    "(delay expression)",
    least=1,
    most=1,
    gives="promise",
    text="Gives a promise for the value of an expression that is evaluated when `force` first "
    "asks for it.",
    examples=[
        ("(force (delay (+ 1 2)))", "3"),
        ("(type (delay 1))", ":promise"),
    ],
    reach=Reach.BUT_MACROS,
)
def delay(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return Call(None, [thunk(ex, form, 1, scope)], form.span, helper="delay")


@special_form(
    "time",
    "(time expression)",
    least=1,
    most=1,
    gives="any",
    text="Evaluates an expression, prints how long that took, and gives its value.",
    examples=[
        ("(time (+ 1 2))", "3"),
    ],
)
def time(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return Call(None, [thunk(ex, form, 1, scope)], form.span, helper="timed")
