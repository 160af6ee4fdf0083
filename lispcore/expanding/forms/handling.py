"""What happens when an error ends a body: try and guard."""

from __future__ import annotations

from lispcore.core.nodes import Call, Constant, Finally, Let, Local, Node, SetLocal, Try, Variable
from lispcore.core.nodes import Sequence as Seq
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.basic import clause_name, sequence, subform
from lispcore.expanding.forms.choice import cond_clauses
from lispcore.expanding.name_scopes import Scope
from lispcore.expanding.special_forms import Form, Reach, special_form
from lispcore.values.types import Symbol, type_name

CHAPTER = "errors"


@special_form(
    "try",
    "(try body … (catch name handler …) [(finally cleanup …)])",
    least=1,
    gives="any",
    text="Runs the body; if an error ends it, the handler runs with the name bound to a map "
    "with :type, :message and :stack-trace. `finally` runs at the end in any case.",
    examples=[
        ("(try (/ 1 0) (catch e (:type e)))", ":eval"),
        ('(try (error "no") (catch e (:message e)))', '"no"'),
        ("(let ((n 0)) (try 1 (catch e 2) (finally (set! n 5))) n)", "5"),
    ],
    reach=Reach.KEPT,
    clauses=("catch", "finally"),
)
def try_(ex: Expander, form: Form, scope: Scope | None) -> Node:
    end = len(form.items)
    cleanup = None
    if clause_name(form.items[end - 1]) == "finally":
        end -= 1
        cleanup = subform(ex, form, end)
    handler = None
    if end > 1 and clause_name(form.items[end - 1]) == "catch":
        end -= 1
        handler = subform(ex, form, end)
    if handler is None and cleanup is None:
        raise form.error("the last part must be (catch name handler …)")
    body_form = Form(form.items[:end], form.span, form.spans)
    node = ex.body(body_form, 1, Scope(scope))
    if handler is not None:
        if len(handler.items) < 3 or type(handler.items[1]) is not Symbol:
            raise handler.error(
                "expected a name for the error and what to do: (catch name handler …)"
            )
        inner = Scope(scope)
        caught = inner.add(handler.items[1].name)
        held = Variable("exception")
        as_map = Call(None, [Local(held, form.span)], form.span, helper="caught_map")
        # The Python exception is let go at once: it would keep every frame of the stack alive.
        forget = SetLocal(held, Constant(None, form.span), form.span)
        handled = ex.body(handler, 2, inner)
        recover = Let([(caught, as_map)], Seq([forget, handled], form.span), form.span)
        node = Try(node, held, recover, form.span)
    if cleanup is not None:
        node = Finally(node, sequence(ex, cleanup, 1, scope), form.span)
    return node


@special_form(
    "guard",
    "(guard (name (test handler …) … (else handler …)) body …)",
    least=2,
    gives="any",
    text="Runs the body; if an error ends it, the clauses are tried like those of `cond`, "
    "with the name bound to what was raised. If none holds, the error goes on.",
    examples=[
        ('(guard (e ((string? e) (str e "!"))) (raise "oh"))', '"oh!"'),
        ("(guard (e ((number? e) e)) (raise :other))", "error: :other"),
    ],
)
def guard(ex: Expander, form: Form, scope: Scope | None) -> Node:
    clauses = subform(ex, form, 1, 1)
    if type(clauses.items[0]) is not Symbol:
        raise clauses.error(f"expected a name for the error, got {type_name(clauses.items[0])}", 0)
    inner = Scope(scope)
    caught = inner.add(clauses.items[0].name)
    held = Variable("exception")
    # Where no error is left over, nobody has to note where it arose.
    takes_all = clause_name(clauses.items[-1]) == "else"
    helper = "settled_value" if takes_all else "caught_value"
    value = Call(None, [Local(held, form.span)], form.span, helper=helper)
    again = Call(None, [Local(held, form.span)], form.span, helper="reraise")
    handler = cond_clauses(ex, clauses, 1, inner, again)
    recover = Let([(caught, value)], handler, form.span)
    return Try(ex.body(form, 2, Scope(scope)), held, recover, form.span)
