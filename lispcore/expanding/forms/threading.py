"""The threading forms: a value passed through a row of calls."""

from __future__ import annotations

from lispcore.core.nodes import If, Let, Node, Variable
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.basic import nil
from lispcore.expanding.forms.binding import not_nil
from lispcore.expanding.name_scopes import Scope
from lispcore.expanding.special_forms import Form, special_form
from lispcore.values.types import EMPTY, List, Symbol, Value, intern_symbol, list_from, list_items

CHAPTER = "sequence"


def threaded(step: Value, value: Value, *, last: bool) -> Value:
    """Returns the call `step` with `value` added as its first or last argument."""
    if type(step) is List and step is not EMPTY:
        head, *arguments = list_items(step)
        return list_from([head, *arguments, value] if last else [head, value, *arguments])
    return list_from([step, value])


def step_call(ex: Expander, form: Form, index: int, value: Value, *, last: bool) -> Value:
    """Returns the call for one step, known to stand where the step stands."""
    step = form.items[index]
    call = threaded(step, value, last=last)
    span = form.span_at(index)
    places = list(ex.children(step) or (span,))
    places.insert(len(places) if last else 1, span)
    ex.derive(call, span, tuple(places))
    return call


def thread(ex: Expander, form: Form, scope: Scope | None, *, last: bool) -> Node:
    """Expands ``->`` and ``->>``."""
    value = form.items[1]
    for index in range(2, len(form.items)):
        value = step_call(ex, form, index, value, last=last)
    return ex.expand(value, scope, form.span_at(1))


@special_form(
    "->",
    "(-> value step …)",
    least=1,
    gives="any",
    text="Puts a value into the first place of a call, the result into the next call, and so on.",
    examples=[
        ("(-> 5 (- 1) (* 2))", "8"),
        ('(-> "abc" string-length)', "3"),
    ],
)
def thread_first(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return thread(ex, form, scope, last=False)


@special_form(
    "->>",
    "(->> value step …)",
    least=1,
    gives="any",
    text="The same as `->`, but puts the value into the last place of each call.",
    examples=[
        ("(->> '(1 2 3) (map (fn (x) (* x x))) (filter odd?))", "(1 9)"),
    ],
)
def thread_last(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return thread(ex, form, scope, last=True)


@special_form(
    "as->",
    "(as-> value name expression …)",
    least=2,
    gives="any",
    text="Gives the value a name that every step may use in any place.",
    examples=[
        ("(as-> 5 x (+ x 1) (list 0 x))", "(0 6)"),
    ],
)
def thread_as(ex: Expander, form: Form, scope: Scope | None) -> Node:
    name = form.items[2]
    if type(name) is not Symbol:
        raise form.error("expected a name after the value", 2)
    bindings: list[tuple[Variable, Node]] = []
    value = ex.expand(form.items[1], scope, form.span_at(1))
    for index, step in enumerate(form.items[3:], start=3):
        scope = Scope(scope)
        bindings.append((scope.add(name.name), value))
        value = ex.expand(step, scope, form.span_at(index))
    return Let(bindings, value, form.span)


@special_form(
    "some->",
    "(some-> value step …)",
    least=1,
    gives="any",
    text="The same as `->`, but ends with nil as soon as a step gives nil.",
    examples=[
        ("(some-> {:a {:b 1}} :a :b (+ 1))", "2"),
        ("(some-> {} :a :b (+ 1))", "nil"),
    ],
)
@special_form(
    "some->>",
    "(some->> value step …)",
    least=1,
    gives="any",
    text="The same as `->>`, but ends with nil as soon as a step gives nil.",
    examples=[("(some->> '(1 2) (map abs) (cons 0))", "(0 1 2)")],
)
def thread_some(ex: Expander, form: Form, scope: Scope | None) -> Node:
    last = form.name == "some->>"
    bindings: list[tuple[Variable, Node]] = []
    value = ex.expand(form.items[1], scope, form.span_at(1))
    for index in range(2, len(form.items)):
        scope = Scope(scope)
        # A name that no program can write, so that no step can capture it.
        held = scope.add(" value")
        bindings.append((held, value))
        call = step_call(ex, form, index, intern_symbol(" value"), last=last)
        value = ex.expand(call, scope, form.span_at(index))
    for variable, bound in reversed(bindings):
        choice = If(not_nil(variable, form), value, nil(form), form.span)
        value = Let([(variable, bound)], choice, form.span)
    return value
