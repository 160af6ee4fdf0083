"""Prompts, messages, tools and agents. What they make is the business of the library."""

from __future__ import annotations

from lispcore.core.nodes import Constant, Let, Local, Node, Sequence, Variable
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.basic import clause_name, defined_name, library_call, thunk
from lispcore.expanding.name_scopes import Scope
from lispcore.expanding.special_forms import Form, Reach, special_form
from lispcore.values.types import intern_keyword

CHAPTER = "models"


ROLES = ("system", "user", "assistant", "tool")


def expand_from(ex: Expander, form: Form, start: int, scope: Scope | None) -> list[Node]:
    """Expands each item from `start`."""
    return [
        ex.expand(item, scope, form.span_at(start + index))
        for index, item in enumerate(form.items[start:])
    ]


@special_form(
    "message",
    "(message role part …)",
    least=2,
    gives="message",
    text="Makes one message of a conversation from a role and its parts, which are joined.",
    examples=[
        ('(message/content (message :user "Hello " 5))', '"Hello 5"'),
    ],
    reach=Reach.BUT_MACROS,
)
def message(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return library_call("llm/%message", expand_from(ex, form, 1, scope), form)


@special_form(
    "prompt",
    "(prompt (system part …) (user part …) (assistant part …) …)",
    least=0,
    gives="prompt",
    text="Makes a conversation. Each part gives a role and what is said; expressions in it "
    "are evaluated, and other prompts are put in.",
    examples=[
        ('(prompt? (prompt (system "Be brief.") (user "Hi")))', "#t"),
        ('(length (prompt/messages (prompt (user "a") (assistant "b"))))', "2"),
    ],
    reach=Reach.BUT_MACROS,
    clauses=("system", "user", "assistant"),
)
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


@special_form(
    "deftool",
    '(deftool name "description" {:parameter {:type :string}} handler)',
    least=4,
    most=4,
    gives="tool",
    text="Defines a tool that a model may call: a description for the model, the parameters "
    "with their types, and the function that does the work.",
    examples=[
        (
            '(tool? (deftool add "adds" {:a {:type :number} :b {:type :number}} (fn (a b) (+ a '
            "b))))",
            "#t",
        ),
    ],
    reach=Reach.BUT_MACROS,
)
def deftool(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return _defined(ex, form, scope, "llm/%tool")


@special_form(
    "defagent",
    '(defagent name {:system "…" :tools […] :model "…" :max-turns 10})',
    least=2,
    most=2,
    gives="agent",
    text="Defines an agent: a system text, tools, a model, and how many rounds it may take.",
    examples=[
        ('(type (defagent helper {:system "You help." :max-turns 3}))', ":agent"),
    ],
    reach=Reach.BUT_MACROS,
)
def defagent(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return _defined(ex, form, scope, "llm/%agent")


@special_form(
    "llm/preview",
    "(llm/preview call …)",
    least=1,
    gives="map",
    text="Runs its body until that would ask a model, and gives what would be sent, without "
    "sending it: `:provider :model :method :url :headers :body :notes`. Whatever makes calls can "
    "stand in it: an extraction, an agent, a function of the program. There is no key in it.",
    examples=[
        (
            "(begin (llm/define-provider :echo {:complete (fn (r) 1)}) "
            '(:provider (llm/preview (llm/complete "hi"))))',
            '"echo"',
        ),
        ("(llm/preview (+ 1 2))", "error: nothing asked a model"),
    ],
)
def preview(ex: Expander, form: Form, scope: Scope | None) -> Node:
    return library_call("llm/%preview", [thunk(ex, form, 1, scope)], form)


def _defined(ex: Expander, form: Form, scope: Scope | None, maker: str) -> Node:

    name = defined_name(form)
    arguments: list[Node] = [Constant(name, form.span_at(1)), *expand_from(ex, form, 2, scope)]
    made = Variable(name)
    value = library_call(maker, arguments, form)
    definition = ex.define(name, Local(made, form.span), scope, form.span)
    result = Sequence([definition, Local(made, form.span)], form.span)
    return Let([(made, value)], result, form.span)
