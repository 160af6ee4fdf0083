"""Workflows from outside: runs that were journaled, checks without running, workflows as data."""

from __future__ import annotations

import os
from typing import Final

from lispcore.library.arguments import string_argument
from lispcore.library.registry import function
from lispcore.tasks import context
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.printing import print_value
from lispcore.values.types import List, Map, Value, intern_keyword, list_from, list_items

CHAPTER = "workflows"

_RUN_FIELDS: Final = ("run_id", "workflow", "status", "started", "folder")


def _map(**entries: Value) -> Map:
    return Map.of((intern_keyword(name), value) for name, value in entries.items())


@function(
    "workflow/runs",
    "",
    "list",
    "Returns the runs that were journaled here, the oldest first, as maps with `:run-id`, "
    '`:workflow`, `:status` (a string; `"running"` also after a crash), `:started` and `:folder`.',
    [
        (
            '(begin (workflow/run "demo" "" {} (fn () 1)) (:status (last (workflow/runs))))',
            '"success"',
        )
    ],
)
def workflow_runs() -> Value:
    from lispcore.library.workflows.workflow_runs import known_runs

    return list_from(
        [_map(**{n.replace("_", "-"): run.get(n) for n in _RUN_FIELDS}) for run in known_runs()]
    )


@function(
    "workflow/events",
    "run-id:string",
    "list",
    "Returns the journal of a run as a list of maps, continuations included.",
    [
        (
            '(begin (workflow/run "demo" "" {} (fn () 1)) '
            "(map :event (workflow/events (:run-id (last (workflow/runs))))))",
            '("run.started" "run.ended")',
        ),
        ('(workflow/events "wf_0")', "error: there is no run wf_0"),
    ],
)
def workflow_events(run_id: Value) -> Value:
    from lispcore.library.files.files import read_text
    from lispcore.library.formats.json_text import decode_json
    from lispcore.library.workflows.workflow_runs import known_runs, next_segment

    name = string_argument("workflow/events", run_id, 1)
    folder = next((run["folder"] for run in known_runs() if run["run_id"] == name), None)
    if folder is None:
        raise LispError(
            f"workflow/events: there is no run {print_value(name)[1:-1]}",
            kind="io",
            hint="(map :run-id (workflow/runs)) lists those there are",
        )
    files = ["events.jsonl"]
    files += [f"events.resume-{number}.jsonl" for number in range(1, next_segment(folder))]
    found = []
    for file in files:
        text = read_text("workflow/events", os.path.join(folder, file))
        # After a crash the last line may be cut.
        lines = [line for line in text.split("\n")[:-1] if line]
        found += [decode_json(line, "workflow/events") for line in lines]
    return list_from(found)


@function(
    "workflow/check",
    "source:any",
    "list",
    "Looks at a workflow's text or form without running it and returns what is wrong as a list of "
    "maps with `:severity` (`:error` or `:warning`), `:code`, `:message`, `:line`, `:col` and "
    "`:hint`; () if nothing is.",
    [
        (
            '(map :code (workflow/check "(defworkflow bad \\"doc\\" {} (phase))"))',
            '("E-PHASE-ARITY")',
        ),
        (
            '(workflow/check \'(defworkflow ok "doc" {} (phase "One") {:status :success}))',
            "()",
        ),
    ],
)
def workflow_check(source: Value) -> Value:
    from lispcore.library.workflows.workflow_check import problems_of

    text = source if type(source) is str else _as_text(source)
    return list_from(
        [
            _map(
                severity=intern_keyword(each.severity),
                code=each.code,
                message=each.message,
                line=each.line,
                col=each.column,
                hint=each.hint,
            )
            for each in problems_of(text)
        ]
    )


def _as_text(form: Value) -> str:
    """Returns a form, or a list of top-level forms, as text."""
    forms = _top_level_forms(form)
    return "\n".join(print_value(each) for each in forms)


def _top_level_forms(form: Value) -> list[Value]:
    if type(form) is List and form.count and type(list_items(form)[0]) is List:
        return list_items(form)
    return [form]


@function(
    "workflow/run-form",
    "form:any",
    "any",
    "Evaluates a workflow given as data, or a list of top-level forms one after the other, and "
    "returns the value of the last.",
    [
        (
            '(workflow/run-form \'(defworkflow made "doc" {} 7))',
            "{:status :success :value 7}",
        ),
        ("(workflow/run-form '((define n 2) (* n 3)))", "6"),
    ],
)
def workflow_run_form(form: Value) -> Value:
    interpreter = context.interpreter()
    if type(form) is str:
        error = wrong_type("workflow/run-form", "form", form, 1)
        error.hint = "(read-many text) makes forms of a text"
        raise error
    result: Value = None
    for each in _top_level_forms(form):
        result = interpreter.evaluate_form(each)
    return result
