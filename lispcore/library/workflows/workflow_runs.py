"""Runs of workflows: the journal, the budget, and results kept so that a run can be continued.

Each run has a folder, ``.sema/runs/<run id>/`` in the program's file system::

    metadata.json            what runs: workflow, code version, arguments, budget, permissions
    events.jsonl             the journal, one JSON object a line, written as things happen
    events.resume-1.jsonl    the journal of the first continuation
    memo/<key>_<n>.json      the result of each step and checkpoint that was completed
    result.json              the map that the run ended with; missing after a crash
    lock                     held by the process that runs it, see run_locks.py

A result is found again by its content key, a hash of what it depends on: the kind of leaf, the
workflow's code, its arguments, the phase, the name, the prompt and the options. `n` counts leaves
with the same key in one run. Values are kept in the notation of the language; what cannot be
written in it (a function) is not kept, and its leaf runs again.
"""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final

from lispcore.library.files import file_system
from lispcore.library.models.calling.metering import Meter
from lispcore.library.workflows.run_locks import RunLock, is_held
from lispcore.llm.tracing import timestamp
from lispcore.reading.reader import read_many
from lispcore.tasks import context
from lispcore.values.comparing import equal
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import Value

FOLDER: Final = os.path.join(".sema", "runs")
FOLDER_VARIABLE: Final = "SEMA_WORKFLOW_RUN_DIR"
BUDGET_EXCEEDED: Final = "budget exceeded"
# Completed runs that a tab keeps, and as many that were not: its storage is small.
MAX_KEPT: Final = 20
# How much of a value the journal shows; the memo has it whole.
SHOWN_CHARACTERS: Final = 4000
MAX_VALUE_CHARACTERS: Final = 20_000_000

_KEY_DIGITS: Final = 16


def runs_folder() -> str:
    """Returns the folder that holds all runs."""
    return context.host().environment(FOLDER_VARIABLE) or FOLDER


def digest(text: str) -> str:
    """Returns the first digits of a text's SHA-256."""
    import hashlib

    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_KEY_DIGITS]


def shown(value: Value) -> str:
    """Returns a value for the journal: a text as it is, anything else printed, and cut."""
    text = value if type(value) is str else print_value(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"


@dataclass(slots=True)
class Limits:
    """The caps of a run, what was spent, and whether a cap was passed: that stays."""

    most_tokens: int | None = None
    most_usd: float | None = None
    tokens: int = 0
    usd: float = 0.0
    is_exceeded: bool = False

    def charge(self, meter: Meter) -> None:
        """Counts what one step used."""
        self.tokens += meter.usage.total_tokens
        self.usd += meter.usd or 0.0
        over_tokens = self.most_tokens is not None and self.tokens > self.most_tokens
        over_usd = self.most_usd is not None and self.usd > self.most_usd
        self.is_exceeded = self.is_exceeded or over_tokens or over_usd

    def as_json(self) -> dict[str, Any] | None:
        """Returns the caps as the journal has them."""
        caps = {"tokens": self.most_tokens, "usd": self.most_usd}
        return {name: cap for name, cap in caps.items() if cap is not None} or None


@dataclass(slots=True)
class Run:
    """One run under way. `segment` counts continuations, 0 is the first attempt."""

    workflow: str
    run_id: str
    folder: str
    code_version: str
    args_json: str
    limits: Limits
    segment: int = 0
    phase: str | None = None
    state: dict[Value, Value] = field(default_factory=dict)
    started: float = 0.0
    replayed: int = 0
    metadata: dict[str, Any] = field(default_factory=dict)
    lock: RunLock = field(default_factory=RunLock)
    _phase_started: float = 0.0
    _events: int = 0
    _leaves: int = 0
    _seen: Counter[str] = field(default_factory=Counter)

    # --- the journal ---

    def emit(self, event: str, **fields: Any) -> None:
        """Appends an event; fields that are None are left out."""
        import json

        record = {
            "event": event,
            "seq": self._events,
            "ts": timestamp(context.host().now()),
            **{name: value for name, value in fields.items() if value is not None},
        }
        self._events += 1
        name = f"events.resume-{self.segment}.jsonl" if self.segment else "events.jsonl"
        self._write(name, json.dumps(record, ensure_ascii=False) + "\n", "a")

    def begin_phase(self, label: str) -> None:
        """Closes the open phase and opens another one."""
        self.end_phase("success")
        self.phase, self._phase_started = label, context.host().monotonic()
        self.emit("phase.started", phase=label)

    def end_phase(self, status: str) -> None:
        """Closes the open phase, if there is one."""
        if self.phase is not None:
            self.emit(
                "phase.ended",
                phase=self.phase,
                status=status,
                dur_ms=milliseconds_since(self._phase_started),
            )
            self.phase = None

    def next_leaf(self, label: str) -> str:
        """Returns the name under which the journal speaks of a new step."""
        self._leaves += 1
        return f"{label}_{self._leaves}"

    # --- what is kept ---

    def content_key(self, kind: str, *parts: str | None) -> str:
        """Returns the key of a leaf in this place, and counts it."""
        import json

        whole = [kind, self.workflow, self.code_version, self.args_json, self.phase, *parts]
        key = digest(json.dumps(whole))
        number = self._seen[key]
        self._seen[key] += 1
        return f"{key}_{number}"

    def recall(self, key: str) -> tuple[bool, Value]:
        """Returns whether a leaf was completed before, and its value."""
        import json

        if not self.segment:
            return False, None
        try:
            with file_system.open_file(self._memo(key), "r", encoding="utf-8") as file:
                text = json.loads(file.read())["value"]
            values = read_many(text)
        except (OSError, ValueError, KeyError, TypeError, LispError):
            return False, None  # missing or damaged: the leaf runs again
        if len(values) != 1:
            return False, None
        self.replayed += 1
        return True, values[0]

    def keep(self, key: str, value: Value, **about: Any) -> None:
        """Keeps the value of a completed leaf, if the language can write it."""
        import json

        text = print_value(value)
        if len(text) > MAX_VALUE_CHARACTERS or not _reads_back(text, value):
            return
        entry = {**about, "value": text}
        self._write(os.path.join("memo", f"{key}.json"), json.dumps(entry, ensure_ascii=False))

    def write_json(self, name: str, value: Any) -> None:
        """Writes one of the run's JSON files."""
        import json

        self._write(name, json.dumps(value, ensure_ascii=False, indent=2) + "\n")

    def describe(self, **metadata: Any) -> None:
        """Writes what runs; what was said before stays."""
        self.metadata |= metadata
        self.write_json("metadata.json", self.metadata)

    def reopen(self) -> None:
        """Prepares to go on: the result of the attempt before counts no more."""
        with suppress(OSError):
            file_system.remove_file(os.path.join(self.folder, "result.json"))

    def _memo(self, key: str) -> str:
        return os.path.join(self.folder, "memo", f"{key}.json")

    def _write(self, name: str, text: str, mode: str = "w") -> None:
        path = os.path.join(self.folder, name)
        try:
            file_system.make_folder_above(path)
            options = {"encoding": "utf-8", "errors": "replace", "newline": "\n"}
            with file_system.open_file(path, mode, **options) as file:
                file.write(text)
        except OSError as error:
            reason = (error.strerror or "failed").lower()
            raise LispError(
                f"the workflow's journal {path} cannot be written: {reason}",
                kind="io",
                path=path,
                hint=f"{FOLDER_VARIABLE} names another folder for runs",
            ) from None


def milliseconds_since(started: float) -> int:
    """Returns the milliseconds since a time of the host's steady clock."""
    return round((context.host().monotonic() - started) * 1000)


def _reads_back(text: str, value: Value) -> bool:
    try:
        values = read_many(text)
    except LispError:
        return False
    return len(values) == 1 and equal(values[0], value)


@dataclass(slots=True)
class Leaf:
    """The step that is under way in this task."""

    id: str
    run: Run


current_run: ContextVar[Run | None] = ContextVar("workflow run", default=None)
current_leaf: ContextVar[Leaf | None] = ContextVar("workflow step", default=None)


# --- runs of before -------------------------------------------------------------------------------


# Runs that are under way in this process, by folder: nobody may continue them.
active: set[str] = set()


def read_json_file(path: str) -> dict[str, Any] | None:
    """Returns the object in a JSON file, None if there is none."""
    import json

    try:
        with file_system.open_file(path, "r", encoding="utf-8") as file:
            value = json.load(file)
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def known_runs() -> list[dict[str, Any]]:
    """Returns what metadata.json says of each run, the oldest first, with ``run_id``, ``folder``
    and ``status`` ("running" while there is no result).
    """
    found = []
    try:
        names = file_system.names_in(runs_folder())
    except OSError:
        return []
    for name in names:
        folder = os.path.join(runs_folder(), name)
        metadata = read_json_file(os.path.join(folder, "metadata.json"))
        if metadata is not None:
            result = read_json_file(os.path.join(folder, "result.json"))
            status = "running" if result is None else str(result.get("status"))
            found.append({**metadata, "run_id": name, "folder": folder, "status": status})
    found.sort(key=_age)
    return found


def _age(run: dict[str, Any]) -> tuple[str, str]:
    return str(run.get("started")), run["run_id"]


def unfinished_run(workflow: str, code_version: str, args_json: str) -> dict[str, Any] | None:
    """Returns the last run of the same code with the same arguments, unless it was completed."""
    wanted = (workflow, code_version, args_json)
    for run in reversed(known_runs()):
        if (run.get("workflow"), run.get("code_version"), run.get("args_json")) == wanted:
            return None if run.get("completed") or _is_under_way(run) else run
    return None


def _is_under_way(run: dict[str, Any]) -> bool:
    if file_system.identity(run["folder"]) in active:
        return True
    return run["status"] == "running" and is_held(run["folder"])


def prune() -> None:
    """Lets go of the oldest runs, and of what completed ones need to go on."""
    runs = [run for run in known_runs() if not _is_under_way(run)]
    completed = [run for run in runs if run.get("completed")]
    others = [run for run in runs if not run.get("completed")]
    for run in (*completed[:-MAX_KEPT], *others[:-MAX_KEPT]):
        _let_go(run["folder"])
    for run in completed[-MAX_KEPT:]:
        _let_go(os.path.join(run["folder"], "memo"))


def _let_go(folder: str) -> None:
    with suppress(OSError):
        file_system.remove_tree(folder)


def next_segment(folder: str) -> int:
    """Returns the number of a new continuation of a run."""
    number = 1
    while file_system.is_there(os.path.join(folder, f"events.resume-{number}.jsonl")):
        number += 1
    return number


def new_run_id() -> str:
    """Returns an unused name for a run: ``wf_<seconds since 1970>_<number>``."""
    host = context.host()
    number = int(host.random() * 100_000)
    while True:
        run_id = f"wf_{int(host.now())}_{number:05d}"
        if not file_system.is_there(os.path.join(runs_folder(), run_id)):
            return run_id
        number = (number + 1) % 100_000
