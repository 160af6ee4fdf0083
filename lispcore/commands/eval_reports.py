"""Reports of evaluations: JUnit's XML, JSON, and one page of HTML that needs nothing else."""

from __future__ import annotations

import json
from typing import Any

from lispcore.commands.report_texts import PAGE_STYLE, markup
from lispcore.library.testing.eval_tables import Cell, Table, money, spread

# A program's path, the tables of its evaluations, and why it could not be loaded ("" if it could).
Files = list[tuple[str, list[Table], str]]


def as_json(files: Files) -> str:
    """Returns tables as JSON."""
    found = [
        {"file": path, "error": error or None, "evals": tables} for path, tables, error in files
    ]
    return json.dumps({"files": found}, ensure_ascii=False, indent=2) + "\n"


# --- JUnit ----------------------------------------------------------------------------------------


def junit(files: Files) -> str:
    """Returns an evaluation as a suite, each of its cells as a case."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for path, tables, error in files:
        if error:
            lines += _broken(path, "loading", error)
        for table in tables:
            if table["error"] is not None:
                lines += _broken(f"{path}: {table['name']}", "running", table["error"])
            else:
                lines += _suite(path, table)
    return "\n".join([*lines, "</testsuites>", ""])


def _broken(suite: str, name: str, error: str) -> list[str]:
    return [
        f'  <testsuite name="{markup(suite)}" tests="1" failures="0" errors="1" time="0">',
        f'    <testcase name="{name}" classname="{markup(suite)}">',
        f'      <error message="{markup(error)}"/>',
        "    </testcase>",
        "  </testsuite>",
    ]


def _suite(path: str, table: Table) -> list[str]:
    name = markup(f"{path}: {table['name']}")
    cases: list[str] = []
    failed = count = 0
    for case in table["cases"]:
        for model, cell in zip(table["models"], case["cells"], strict=True):
            count += 1
            wrong = _wrong(cell)
            head = (
                f'    <testcase name="{markup(case["name"])} [{markup(model["name"])}]" '
                f'classname="{name}" time="{cell["ms"] / 1000:.3f}"'
            )
            if not wrong:
                cases.append(head + "/>")
                continue
            failed += 1
            words = markup("\n".join(wrong))
            told = f"{cell['passed']} of {cell['of']} passed"
            cases.append(f'{head}><failure message="{told}">{words}</failure></testcase>')
    start = (
        f'  <testsuite name="{name}" tests="{count}" failures="{failed}" errors="0" '
        f'time="{table["seconds"]:.3f}">'
    )
    return [start, *cases, "  </testsuite>"]


def _wrong(cell: Cell) -> list[str]:
    found: dict[str, None] = {}
    for trial in cell["trials"]:
        for each in [*trial["problems"], *([trial["error"]] if trial["error"] else [])]:
            found[each] = None
    return list(found)


# --- HTML -----------------------------------------------------------------------------------------


def html(files: Files) -> str:
    """Returns the tables as a page, light or dark as its reader likes it."""
    parts = []
    for path, tables, error in files:
        parts.append(f"<h2>{markup(path)}</h2>")
        if error:
            parts.append(f'<p class="failed">{markup(error)}</p>')
        parts += [_section(table) for table in tables]
    return _PAGE.replace("STYLE", PAGE_STYLE + _STYLE).replace("PARTS", "\n".join(parts))


def _section(table: Table) -> str:
    mark = "passed" if table["passes"] else "failed"
    head = f'<h3>{markup(table["name"])} <span class="{mark}">{mark}</span></h3>'
    if table["error"] is not None:
        return f'{head}<p class="failed">{markup(table["error"])}</p>'
    names = "".join(f"<th>{markup(each['name'])}</th>" for each in table["models"])
    rows = [
        f"<tr><th scope=row>{markup(case['name'])}</th>{''.join(map(_cell, case['cells']))}</tr>"
        for case in table["cases"]
    ]
    for title, text_of in (
        ("passed", spread),
        ("cost", lambda each: money(each["usd"])),
        ("time", lambda each: f"{each['ms']} ms, {each['slowest']} ms at most"),
    ):
        cells = "".join(f"<td>{markup(text_of(each))}</td>" for each in table["models"])
        rows.append(f"<tr class=sum><th scope=row>{title}</th>{cells}</tr>")
    worse = "".join(f"<li>{markup(each)}</li>" for each in table["regressions"])
    below = f"<p>Worse than the baseline:</p><ul>{worse}</ul>" if worse else ""
    return f"{head}<table><tr><td></td>{names}</tr>{''.join(rows)}</table>{below}"


_MARKS = {"better": "↑ better", "worse": "↓ worse", "new": "new", "": ""}


def _cell(cell: Cell) -> str:
    mark = "passed" if cell["of"] and cell["passed"] == cell["of"] else "failed"
    notes = [_MARKS[cell["change"]], "of the last run" if cell["kept"] else ""]
    note = ", ".join(filter(None, notes))
    trials = "".join(_trial(each) for each in cell["trials"])
    return (
        f'<td><details><summary><span class="{mark}">{cell["passed"]}/{cell["of"]}</span> '
        f"<small>{note}</small></summary>{trials}</details></td>"
    )


def _trial(trial: dict[str, Any]) -> str:
    wrong = [*trial["problems"], *([trial["error"]] if trial["error"] else [])]
    problems = "".join(f"<li>{markup(each)}</li>" for each in wrong)
    took = f"{trial['ms']} ms, {money(trial['usd'])}, {trial['tokens']} tokens"
    return f"<pre>{markup(trial['answer'])}</pre><ul>{problems}</ul><small>{took}</small>"


_STYLE = """
.sum th, .sum td { font-weight: normal; color: GrayText }
summary { cursor: pointer }
pre { max-width: 40em }
ul { margin: 4px 0; padding-left: 18px }
"""
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Evaluations</title>
<meta name="viewport" content="width=device-width">
<style>STYLE</style>
<h1>Evaluations</h1>
PARTS
</html>
"""
