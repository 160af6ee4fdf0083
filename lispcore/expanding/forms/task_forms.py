"""(async …) and (await …): short for the library's async/spawn and async/await."""

from __future__ import annotations

from lispcore.core.nodes import Node
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.basic import library_call, thunk
from lispcore.expanding.name_scopes import Scope
from lispcore.expanding.special_forms import Form, Reach, special_form

CHAPTER = "concurrency"


@special_form(
    "async",
    "(async body …)",
    least=1,
    gives="async-promise",
    text="Starts a task that evaluates the body, and gives the promise of its value. The task "
    "runs while the program waits for something, and when the program has ended.",
    examples=[
        ("(await (async (+ 1 2)))", "3"),
        ("(let ((a (async (* 3 3))) (b (async (* 4 4)))) (+ (await a) (await b)))", "25"),
    ],
    reach=Reach.BUT_MACROS,
)
def async_(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return library_call("async/spawn", [thunk(ex, form, 1, scope)], form)


@special_form(
    "await",
    "(await promise)",
    least=1,
    most=1,
    gives="any",
    text="Waits until the task of a promise has ended and gives its value, or raises its "
    "error. Other tasks run meanwhile.",
    examples=[
        ("(await (async (async/sleep 1) :done))", ":done"),
        ('(try (await (async (throw "oops"))) (catch e (:value e)))', '"oops"'),
    ],
    reach=Reach.BUT_MACROS,
)
def await_(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return library_call("async/await", [ex.expand(form.items[1], scope, form.span_at(1))], form)
