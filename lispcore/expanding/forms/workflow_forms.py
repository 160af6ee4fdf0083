"""Workflows: `defworkflow`, which is the run itself, and `checkpoint`, whose value may be there."""

from __future__ import annotations

from lispcore.core.nodes import Constant, Node
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.basic import defined_name, library_call, nil, thunk
from lispcore.expanding.name_scopes import Scope
from lispcore.expanding.special_forms import Form, special_form
from lispcore.values.printing import print_value
from lispcore.values.types import Map, intern_keyword, list_from

CHAPTER = "workflows"


@special_form(
    "defworkflow",
    '(defworkflow name "what it does" {:phases […]} body …)',
    least=3,
    gives="map",
    text="Runs its body as a workflow: phases, steps and checkpoints are journaled in "
    "`.sema/runs`, and a run that failed or was cut off goes on where it stopped. Gives "
    "a `{:status …}` map. The map after the description may have `:phases`, `:args`, "
    "`:budget {:tokens n :usd x}`, `:permissions`, `:resume` (a run's id; #f starts "
    "anew).",
    examples=[
        (
            '(defworkflow demo "Adds." {:phases ["Sum"]} (phase "Sum") (def n (+ 1 2)) {:status '
            ":success :sum n})",
            "{:status :success :sum 3}",
        ),
    ],
)
def defworkflow(ex: Expander, form: Form, scope: Scope | None) -> Node:
    name = defined_name(form)
    meta = form.items[3]
    if isinstance(meta, Map) and meta.get(intern_keyword("mcp")) is not None:
        error = form.error("workflows cannot connect to servers of the Model Context Protocol", 3)
        error.hint = "deftool makes tools of functions, for (step … {:tools […]})"
        raise error
    body = thunk(ex, form, 4, scope, name) if len(form.items) > 4 else nil_thunk(form)
    arguments: list[Node] = [
        Constant(name, form.span_at(1)),
        ex.expand(form.items[2], scope, form.span_at(2)),
        ex.expand(meta, scope, form.span_at(3)),
        body,
        Constant(print_value(list_from(form.items)), form.span),
    ]
    return library_call("workflow/%run", arguments, form)


def nil_thunk(form: Form) -> Node:
    """Returns a function that does nothing."""
    from lispcore.core.nodes import Lambda

    return Lambda("", [], None, nil(form), form.span)


@special_form(
    "checkpoint",
    "(checkpoint key [value])",
    least=1,
    most=2,
    gives="any",
    text="Keeps a value under a key of the running workflow and gives it. In a run that goes "
    "on after a failure the kept value is given, and the expression is not evaluated. "
    "Without an expression it gives what was kept, or nil.",
    examples=[
        (
            '(defworkflow demo "" {} (checkpoint :files (list "a" "b")) (count (checkpoint '
            ":files)))",
            "{:status :success :value 2}",
        ),
    ],
)
def checkpoint(ex: Expander, form: Form, scope: Scope | None) -> Node:
    arguments: list[Node] = [ex.expand(form.items[1], scope, form.span_at(1))]
    if len(form.items) > 2:
        arguments.append(thunk(ex, form, 2, scope))
    return library_call("workflow/checkpoint", arguments, form)
