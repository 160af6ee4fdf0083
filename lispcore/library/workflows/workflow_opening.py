"""How a run of a workflow begins: what its map says, and whether an earlier run goes on."""

from __future__ import annotations

import os
from typing import Any, Final

from lispcore.library.arguments import (
    check_options,
    map_argument,
    name_argument,
    number_argument,
    sequence_argument,
    string_argument,
)
from lispcore.library.formats.json_text import encode_json
from lispcore.library.workflows import workflow_runs as runs
from lispcore.library.workflows.run_locks import RunLock
from lispcore.llm.tracing import timestamp
from lispcore.tasks import context
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import FALSE, TRUE, Map, Value, intern_keyword, is_lisp_function

RESUME_VARIABLE: Final = "SEMA_WORKFLOW_RESUME"
ARGUMENTS_VARIABLE: Final = "SEMA_WORKFLOW_ARGS"
_META: Final = ("phases", "budget", "permissions", "args", "resume")
_PERMISSIONS: Final = frozenset(
    "none strict all fs-read fs-write shell network env-read env-write process llm serial".split()
)


def read_metadata(meta: Value) -> dict[str, Value]:
    """Returns the options of a workflow by name, checked."""
    if meta is None:
        return {}
    given = map_argument("workflow/run", meta, 3)
    if intern_keyword("mcp") in given.table:
        raise no_mcp("defworkflow: option :mcp")
    options = check_options("workflow/run", given, _META)
    permissions = options.get("permissions")
    if permissions is not None:
        _check_permissions(string_argument("workflow/run: option :permissions", permissions))
    return options


def _check_permissions(text: str) -> None:
    for each in text.split(","):
        name = each.strip()
        if name.removeprefix("no-") not in _PERMISSIONS:
            raise LispError(
                f"workflow/run: option :permissions: unknown permission {name}",
                hint="known are none, strict, all, and no-fs-read no-fs-write no-shell no-network "
                "no-env-read no-env-write no-process no-llm no-serial",
            )


def no_mcp(place: str) -> LispError:
    """Returns the error for what needs an MCP server."""
    return LispError(
        f"{place} needs a server of the Model Context Protocol, which is a process or a socket "
        "of its own",
        kind="unsupported",
        hint="deftool makes tools of functions, for (step … {:tools […]})",
    )


def source_of(thunk: Value) -> str:
    """Returns the text that a function was written in: a change of it makes another workflow."""
    if not is_lisp_function(thunk):
        return ""
    source = context.interpreter().sources.get(thunk.__code__.co_filename)
    return "" if source is None else source.text


def open_run(workflow: str, doc: str, given: dict[str, Value], version: str) -> runs.Run:
    """Returns a new run, or the continuation of one that was not completed."""
    host = context.host()
    args_json = _arguments_json(given.get("args"))
    limits = _limits(given.get("budget"))
    code_version = runs.digest(version)
    earlier = _earlier(workflow, code_version, args_json, given)
    lock = RunLock()
    if earlier is not None and not lock.take(earlier["folder"]) and earlier["status"] == "running":
        earlier = None  # somebody else was quicker to go on with it
    if earlier is None and host.name == "browser":
        runs.prune()
    run_id = earlier["run_id"] if earlier is not None else runs.new_run_id()
    folder = os.path.join(runs.runs_folder(), run_id)
    run = runs.Run(workflow, run_id, folder, code_version, args_json, limits)
    run.started = host.monotonic()
    run.lock = lock
    lock.take(folder)
    run.segment = runs.next_segment(folder) if earlier is not None else 0
    phases = _phases(given.get("phases"))
    if earlier is not None:
        run.reopen()
        told = f"goes on with run {run_id} ({{:resume #f}} begins anew)"
        host.write(f"workflow {workflow}: {told}\n", "err")
    run.describe(
        workflow=workflow,
        doc=doc,
        code_version=code_version,
        args_json=args_json,
        phases=phases,
        budget=limits.as_json(),
        permissions=given.get("permissions"),
        started=earlier["started"] if earlier else timestamp(host.now()),
        completed=False,
    )
    run.emit(
        "run.started",
        workflow=workflow,
        run_id=run_id,
        code_version=code_version,
        args_json=args_json,
        phases=phases,
        resumed=True if earlier is not None else None,
    )
    return run


def _arguments_json(args: Value) -> str:
    given = context.host().environment(ARGUMENTS_VARIABLE)
    if given:
        return given
    return str(encode_json(Map.of([]) if args is None else args, "workflow/run: option :args"))


def _limits(budget: Value) -> runs.Limits:
    place = "workflow/run: option :budget"
    if budget is None:
        return runs.Limits()
    given = check_options(place, map_argument(place, budget), ("tokens", "usd"))
    for name, cap in given.items():
        if cap is not None and number_argument(f"{place} :{name}", cap) < 0:
            raise LispError(f"{place} :{name} must be at least 0, got {print_value(cap)}")
    return runs.Limits(given.get("tokens"), given.get("usd"))


def _phases(value: Value) -> list[str] | None:
    if value is None:
        return None
    place = "workflow/run: option :phases"
    return [name_argument(f"{place}: each", each) for each in sequence_argument(place, value)]


def _earlier(
    workflow: str, code_version: str, args_json: str, given: dict[str, Value]
) -> dict[str, Any] | None:
    """Returns the run to go on with: the one that is named, else the last unfinished one."""
    wanted = given.get("resume")
    if wanted is None:
        wanted = context.host().environment(RESUME_VARIABLE) or None
    if wanted is None or wanted is TRUE:
        return runs.unfinished_run(workflow, code_version, args_json)
    if wanted is FALSE:
        return None
    name = name_argument("workflow/run: option :resume", wanted)
    known = runs.known_runs()
    for run in known:
        if run["run_id"] == name:
            return run
    raise LispError(
        f"workflow/run: there is no run {name}",
        kind="io",
        hint="known are " + " ".join(run["run_id"] for run in known[-5:])
        if known
        else "no workflow was run here yet",
    )
