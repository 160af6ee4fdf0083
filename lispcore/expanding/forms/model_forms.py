"""Prompts, messages, tools and agents. What they make is the business of the library."""

from __future__ import annotations

from lispcore.core.nodes import Call, Constant, Global, Node
from lispcore.expanding.expander import Expander, Form, Scope, special_form
from lispcore.expanding.forms.handling import clause_name
from lispcore.values.types import Symbol, Value, intern_keyword, type_name

ROLES = ("system", "user", "assistant", "tool")


def library_call(name: str, arguments: list[Node], form: Form) -> Node:
    """Returns a call of a library function at the place of a form."""
    return Call(Global(name, form.span), arguments, form.span)


def expand_from(ex: Expander, form: Form, start: int, scope: Scope | None) -> list[Node]:
    """Expands each item from `start`."""
    return [
        ex.expand(item, scope, form.span_at(start + index))
        for index, item in enumerate(form.items[start:])
    ]


@special_form("message", "(message role part …)", 2)
def message(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return library_call("llm/%message", expand_from(ex, form, 1, scope), form)


@special_form("prompt", "(prompt (system part …) (user part …) (assistant part …) …)", 0)
def prompt(ex: Expander, form: Form, scope: Scope | None) -> Node:
    parts: list[Node] = []
    for index, item in enumerate(form.items[1:], start=1):
        role = clause_name(item)
        if role in ROLES:
            inner = ex.form(item, form.span_at(index))
            head = Constant(intern_keyword(role), inner.span_at(0))
            parts.append(
                library_call("llm/%message", [head, *expand_from(ex, inner, 1, scope)], inner)
            )
        else:
            parts.append(ex.expand(item, scope, form.span_at(index)))
    return library_call("llm/%prompt", parts, form)


def defined_name(form: Form) -> str:
    """Returns the name that a defining form gives as its first argument."""
    name: Value = form.items[1]
    if type(name) is not Symbol:
        raise form.error(f"expected a name, got {type_name(name)}", 1)
    return str(name.name)


@special_form("deftool", '(deftool name "description" {:parameter {:type :string}} handler)', 4, 4)
def deftool(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return _defined(ex, form, scope, "llm/%tool")


@special_form("defagent", '(defagent name {:system "…" :tools […] :model "…" :max-turns 10})', 2, 2)
def defagent(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return _defined(ex, form, scope, "llm/%agent")


def _defined(ex: Expander, form: Form, scope: Scope | None, maker: str) -> Node:
    from lispcore.core.nodes import Let, Local, Sequence, Variable

    name = defined_name(form)
    arguments: list[Node] = [Constant(name, form.span_at(1)), *expand_from(ex, form, 2, scope)]
    made = Variable(name)
    value = library_call(maker, arguments, form)
    definition = ex.define(name, Local(made, form.span), scope, form.span)
    result = Sequence([definition, Local(made, form.span)], form.span)
    return Let([(made, value)], result, form.span)
