"""Looks at workflows without running them: what would go wrong, with its place in the text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from lispcore.reading.reader import Source, read_source
from lispcore.values.errors import LispError
from lispcore.values.types import Keyword, List, Map, Symbol, Value, Vector, list_items, type_name

_META_OPTIONS: Final = ("phases", "budget", "permissions", "args", "resume", "mcp")
_OPAQUE: Final = ("quote", "quasiquote")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong; `line` and `column` are None where the text does not tell."""

    severity: str
    code: str
    message: str
    line: int | None
    column: int | None
    hint: str | None


# What a check says of a form: severity, code, message, hint.
Finding: TypeAlias = tuple[str, str, str, str]


def problems_of(text: str) -> list[Problem]:
    """Returns what is wrong with the workflows in a text; a text without any has no problems."""
    try:
        source = read_source(text, "<workflow>")
    except LispError as error:
        line, column = error.line or None, error.column or None
        return [Problem("error", "E-SYNTAX", error.message, line, column, error.hint)]
    found = []
    for form in source.forms:
        for inner in _forms_in(form):
            if _head(inner) == "defworkflow":
                found += _problems_of_workflow(source, inner)
    return found


def _forms_in(form: Value) -> Iterator[List]:
    """Yields every list that is code, from the outside in and from left to right."""
    stack = [form]
    while stack:
        item = stack.pop()
        if type(item) is List and item.count:
            if _head(item) in _OPAQUE:
                continue
            yield item
            stack.extend(reversed(list_items(item)))
        elif type(item) is Vector:
            stack.extend(reversed(item.items))
        elif isinstance(item, Map):
            stack.extend(reversed(item.values()))


def _head(form: Value) -> str:
    if type(form) is List and form.count:
        first = list_items(form)[0]
        if type(first) is Symbol:
            return str(first.name)
    return ""


def _problems_of_workflow(source: Source, form: List) -> list[Problem]:
    items = list_items(form)
    found = [_placed(source, form, each) for each in _shape(items)]
    for part in items[4:]:
        for inner in _forms_in(part):
            check = _CHECKS.get(_head(inner))
            if check is not None:
                found += [_placed(source, inner, each) for each in check(list_items(inner))]
    return found


def _placed(source: Source, form: List, finding: Finding) -> Problem:
    severity, code, message, hint = finding
    span = source.spans.of(form)
    line, column = (span[0], span[1]) if span else (None, None)
    return Problem(severity, code, message, line, column, hint)


def _shape(items: list[Value]) -> Iterator[Finding]:
    usage = '(defworkflow name "what it does" {:phases […]} body …)'
    if len(items) < 4:
        yield (
            "error",
            "E-WORKFLOW-ARITY",
            f"defworkflow expects a name, a description and a map, got {len(items) - 1} items",
            usage,
        )
        return
    if type(items[1]) is not Symbol:
        got = type_name(items[1])
        yield "error", "E-WORKFLOW-NAME", f"expected a name, got {got}", usage
    if not isinstance(items[3], Map):
        if type(items[3]) is not Symbol and _head(items[3]) == "":
            got = type_name(items[3])
            yield "error", "E-WORKFLOW-META", f"expected a map of metadata, got {got}", usage
        return
    for key in items[3].keys():  # noqa: SIM118 - a map iterates as entries
        if type(key) is not Keyword or key.name not in _META_OPTIONS:
            name = key.name if type(key) is Keyword else type_name(key)
            known = " ".join(f":{each}" for each in _META_OPTIONS)
            yield "warning", "W-META-OPTION", f"unknown option :{name}", f"known are {known}"
    if len(items) == 4:
        yield "warning", "W-EMPTY", "the workflow has no body", usage


def _phase(items: list[Value]) -> Iterator[Finding]:
    if len(items) != 2:
        yield (
            "error",
            "E-PHASE-ARITY",
            f"phase expects exactly 1 argument (a label), got {len(items) - 1}",
            'phase is a marker: write (phase "Audit") and what belongs to it after it',
        )


def _checkpoint(items: list[Value]) -> Iterator[Finding]:
    if len(items) not in (2, 3):
        yield (
            "error",
            "E-CHECKPOINT-ARITY",
            f"checkpoint expects a key and at most one value, got {len(items) - 1} arguments",
            "(checkpoint :key value) keeps a value, (checkpoint :key) reads it",
        )


def _step(items: list[Value]) -> Iterator[Finding]:
    if len(items) not in (2, 3):
        yield (
            "error",
            "E-STEP-ARITY",
            f"step expects a prompt and a map of options, got {len(items) - 1} arguments",
            '(step "Summarize." {:name "writer"})',
        )
        return
    if len(items) == 2 or not isinstance(items[2], Map):
        return
    names = {key.name for key in items[2].keys() if type(key) is Keyword}  # noqa: SIM118
    if "agent" in names and names & {"tools", "model"}:
        yield (
            "warning",
            "W-STEP-AGENT",
            ":agent owns its tools and model; :tools and :model of the step are ignored",
            "give them to defagent",
        )


def _parallel(items: list[Value]) -> Iterator[Finding]:
    if len(items) not in (2, 3):
        yield (
            "error",
            "E-PARALLEL-ARITY",
            f"parallel expects a list of functions and a limit, got {len(items) - 1} arguments",
            "(parallel (list (fn () …) (fn () …)) 4)",
        )


def _pipeline(items: list[Value]) -> Iterator[Finding]:
    if len(items) < 3:
        yield (
            "error",
            "E-PIPELINE-ARITY",
            f"pipeline expects items and at least one function, got {len(items) - 1} arguments",
            "(pipeline items (fn (item) …))",
        )


_CHECKS: Final[dict[str, Callable[[list[Value]], Iterator[Finding]]]] = {
    "phase": _phase,
    "workflow/phase": _phase,
    "checkpoint": _checkpoint,
    "workflow/checkpoint": _checkpoint,
    "step": _step,
    "parallel": _parallel,
    "pipeline": _pipeline,
}
