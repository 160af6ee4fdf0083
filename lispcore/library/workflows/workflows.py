"""Workflows: programs in phases and steps that keep a journal and go on where they broke off.

What a run keeps, and where, is in workflow_runs.py; what a step asks a model in
workflow_steps.py. `defworkflow` and `checkpoint` are special forms (forms/workflow_forms.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lispcore.library.arguments import ABSENT, map_argument, name_argument, string_argument
from lispcore.library.files import file_system
from lispcore.library.registry import function
from lispcore.tasks import context
from lispcore.values.calls import call, check_function
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import Keyword, Map, Symbol, Value, intern_keyword, is_function

if TYPE_CHECKING:
    from lispcore.library.workflows.workflow_runs import Run

_STATUS: Final = intern_keyword("status")
_FAILED: Final = intern_keyword("failed")
_SUCCESS: Final = intern_keyword("success")
_OUTSIDE_HINT: Final = '(defworkflow name "what it does" {} body …) opens a run'


# --- a run ----------------------------------------------------------------------------------------


@function(
    "workflow/run",
    "name:string doc:string meta:map thunk:function",
    "map",
    "Runs a function as a workflow, with a journal in `.sema/runs/<run id>/`, and returns its "
    "`{:status …}` map; any other value becomes `{:status :success :value …}`, an error "
    '`{:status :failed :error "…"}`. A run that broke off by an error or Stop goes on at the next '
    "run of the same code with the same arguments: steps and checkpoints that were completed "
    "give their recorded value. `meta`: `:phases`, `:args` (a map), `:budget` (`{:tokens n :usd "
    "x}`), `:permissions`, `:resume` (a run's id; #f starts anew). Usually written `defworkflow`.",
    [
        ('(workflow/run "demo" "" {} (fn () 42))', "{:status :success :value 42}"),
        (
            '(workflow/run "demo" "" {} (fn () {:status :done :n 1}))',
            "{:n 1 :status :done}",
        ),
        (
            '(workflow/run "demo" "" {} (fn () (error "no luck")))',
            '{:error "no luck" :status :failed}',
        ),
    ],
)
def workflow_run(name: Value, doc: Value, meta: Value, thunk: Value) -> Value:
    return run_workflow(name, doc, meta, thunk, "")


@function(
    "workflow/%run",
    "name:string doc:string meta:map thunk:function version:string",
    "map",
    "What `defworkflow` expands to.",
)
def run_workflow(name: Value, doc: Value, meta: Value, thunk: Value, version: Value) -> Value:
    workflow = name_argument("workflow/run", name, 1)
    text = "" if doc is None else string_argument("workflow/run", doc, 2)
    from lispcore.library.workflows.workflow_opening import open_run, read_metadata, source_of

    given = read_metadata(meta)
    check_function("workflow/run", thunk, 4)
    run = open_run(workflow, text, given, f"{version} {source_of(thunk)}")
    try:
        return _conducted(run, thunk)
    finally:
        run.lock.leave()


def _conducted(run: Run, thunk: Value) -> Value:
    """Runs the body; returns the map that the run ends with."""
    from lispcore.library.workflows import workflow_runs as runs

    place = file_system.identity(run.folder)
    runs.active.add(place)
    token = runs.current_run.set(run)
    is_completed = True
    leaf_token = runs.current_leaf.set(None)
    try:
        result = _envelope(call(thunk))
    except Exception as raised:
        error = context.explained(raised)
        if error.kind == "cancelled":
            raise
        result = _map(status=_FAILED, error=error.message)
        is_completed = False
    finally:
        runs.current_leaf.reset(leaf_token)
        runs.current_run.reset(token)
        runs.active.discard(place)
    if run.limits.is_exceeded:
        result = _map(status=_FAILED, reason=runs.BUDGET_EXCEEDED)
        is_completed = True  # to go on would be to spend the budget once more
    _close(run, result)
    run.describe(completed=is_completed)
    return result


def _envelope(value: Value) -> Map:
    if isinstance(value, Map) and value.get(_STATUS) is not None:
        return value
    return _map(status=_SUCCESS, value=value)


def _close(run: Run, result: Map) -> None:
    from lispcore.library.workflows.workflow_runs import milliseconds_since

    status = result.get(_STATUS)
    word = status.name if type(status) in (Keyword, Symbol) else str(status)
    reason = result.get(intern_keyword("reason")) or result.get(intern_keyword("error"))
    run.end_phase("failed" if word == "failed" else "success")
    run.emit(
        "run.ended",
        status=word,
        reason=reason if type(reason) is str else None,
        dur_ms=milliseconds_since(run.started),
    )
    run.write_json("result.json", {**_json_object(result), "status": word})


def _json_object(result: Map) -> dict[str, Any]:
    """Returns a map as JSON; values that JSON cannot say are printed."""
    from lispcore.library.models.tools import to_json

    found = {}
    for key, value in result.entries():
        name = key.name if type(key) in (Keyword, Symbol) else print_value(key)
        try:
            found[name] = to_json(value)
        except LispError:
            found[name] = print_value(value)
    return found


def _map(**entries: Value) -> Map:
    return Map.of((intern_keyword(name), value) for name, value in entries.items())


def _run_here(name: str) -> Run:
    from lispcore.library.workflows.workflow_runs import current_run

    run = current_run.get()
    if run is None:
        raise LispError(f"{name}: there is no workflow here", hint=_OUTSIDE_HINT)
    return run


# --- phases and checkpoints -----------------------------------------------------------------------


@function(
    "workflow/phase",
    "label:string",
    "nil",
    "Marks where a phase of a workflow begins: the phase before it ends. Steps and checkpoints "
    "that follow belong to it.",
    [
        ('(workflow/run "demo" "" {} (fn () (phase "One") 1))', "{:status :success :value 1}"),
        ('(phase "One")', "error: there is no workflow here"),
    ],
    aliases=("phase",),
)
def workflow_phase(*label: Value) -> None:
    if len(label) != 1:
        raise LispError(
            f"phase: expected 1 argument, a label, got {len(label)}",
            kind="arity",
            hint='phase is a marker: write (phase "Audit") and what belongs to it after it',
        )
    text = name_argument("phase", label[0], 1)
    _run_here("phase").begin_phase(text)


@function(
    "workflow/checkpoint",
    "key:keyword [thunk:function]",
    "any",
    "Calls a function and keeps its value under a key of the run; in a run that goes on after a "
    "failure the value is there already, and the function is not called. Without a function it "
    "returns the value that was kept, nil if none was. `checkpoint` takes an expression instead.",
    [
        (
            '(workflow/run "demo" "" {} (fn () (checkpoint :n (+ 1 2)) (* 2 (checkpoint :n))))',
            "{:status :success :value 6}",
        ),
        ("(checkpoint :n 1)", "error: there is no workflow here"),
    ],
)
def workflow_checkpoint(key: Value, thunk: Value = ABSENT) -> Value:
    from lispcore.library.workflows.workflow_runs import digest, shown

    run = _run_here("checkpoint")
    if type(key) not in (Keyword, Symbol, str):
        name_argument("checkpoint", key, 1)
    name = str(key if type(key) is str else key.name)
    if thunk is ABSENT:
        return run.state.get(name)
    check_function("workflow/checkpoint", thunk, 2)
    content_key = run.content_key("checkpoint", name)
    is_known, value = run.recall(content_key)
    if not is_known:
        value = call(thunk)
        run.keep(content_key, value, kind="checkpoint", name=name)
    run.state[name] = value
    run.emit(
        "checkpoint",
        key=name,
        content_key=content_key,
        value_digest=digest(print_value(value)),
        value=shown(value),
        cached=True if is_known else None,
        phase=run.phase,
    )
    return value


# --- steps ----------------------------------------------------------------------------------------


@function(
    "workflow/step",
    "role:map thunk:function",
    "any",
    'Calls a function as a step of the workflow and returns its value. `role` is `{:name "scout" '
    ":prompt …}` or a bare label. The journal gets its beginning, its result or error, and the "
    "tokens and dollars that model calls in it used. A step that was completed before gives its "
    "recorded value. Outside of a workflow the function is just called.",
    [
        ('(workflow/step "sum" (fn () (+ 1 2)))', "3"),
        (
            '(workflow/run "demo" "" {} (fn () (workflow/step {:name "sum"} (fn () (+ 1 2)))))',
            "{:status :success :value 3}",
        ),
    ],
    aliases=("workflow/agent",),
)
def workflow_step(role: Value, thunk: Value = ABSENT) -> Value:
    from lispcore.library.workflows.workflow_steps import conduct_step

    if thunk is ABSENT and is_function(role):
        role, thunk = Map.of([]), role
    if not isinstance(role, Map):
        text = name_argument("workflow/step", role, 1)
        role = Map.of([(intern_keyword("name"), text)])
    check_function("workflow/step", thunk, 2)
    prompt = role.get(intern_keyword("prompt"))
    name = role.get(intern_keyword("name"))
    label = "step" if name is None else name_argument("workflow/step: option :name", name)
    return conduct_step(label, prompt, print_value(role), lambda: call(thunk))


@function(
    "step",
    "prompt:string [options:map]",
    "any",
    "Asks a model as a step of a workflow: the answer's text, or with `:schema` its data. `:name` "
    'is the label in the journal ("step"), `:tools` lets the model call tools, `:agent` asks an '
    "agent with its own prompt, tools and model; other options are those of `llm/complete`. With "
    "`:schema :sema-form` the answer is read as code, a list of forms. See `workflow/step`.",
    [
        (
            '(begin (llm/define-provider :m {:complete (fn (r) "done")}) '
            '(workflow/run "demo" "" {} (fn () (step "Do it." {:name "worker"}))))',
            '{:status :success :value "done"}',
        ),
        (
            r'(begin (llm/define-provider :m {:complete (fn (r) "[\"a\", \"b\"]")}) '
            '(step "List two letters." {:schema [:list :string]}))',
            '("a" "b")',
        ),
        ('(step "x" {:agent 3})', "error: option :agent expected agent, got int"),
    ],
)
def step(prompt: Value, options: Value = None) -> Value:
    from lispcore.library.workflows.workflow_steps import ask_step

    given = Map.of([]) if options is None else map_argument("step", options, 2)
    return ask_step(prompt, given)


@function(
    "workflow/tool-call",
    "name:string [arguments:string]",
    "nil",
    "Writes a tool call of the step under way into the journal. Outside of a step it does nothing.",
    [('(workflow/tool-call "file/read" "notes.md")', "nil")],
)
def workflow_tool_call(name: Value, arguments: Value = None) -> None:
    from lispcore.library.workflows.workflow_runs import current_leaf, shown

    text = name_argument("workflow/tool-call", name, 1)
    leaf = current_leaf.get()
    if leaf is not None:
        told = "gated" if arguments is None else shown(arguments)
        leaf.run.emit("agent.tool_call", agent_id=leaf.id, tool_name=text, args_json=told)


@function(
    "workflow/mcp-handle",
    "alias:symbol",
    "never",
    "Not available: it needs a server of the Model Context Protocol. Instead: deftool makes tools "
    "of functions.",
    [("(workflow/mcp-handle 'board)", "error: needs a server of the Model Context Protocol")],
)
def workflow_mcp_handle(alias: Value) -> Value:
    from lispcore.library.workflows.workflow_opening import no_mcp

    raise no_mcp("workflow/mcp-handle")
