"""The table of an evaluation, cases × models, as JSON values, and what changed since another.

A trial is ``{"passed", "answer", "problems", "error", "usd", "tokens", "ms", "calls"}``, a cell
``{"passed", "of", "usd", "ms", "kept", "change", "trials"}``; `calls` are the numbers of its
requests in the inspector, `kept` says that a cell is of an earlier run.
"""

from __future__ import annotations

from typing import Any

Trial = dict[str, Any]
Cell = dict[str, Any]
Table = dict[str, Any]


def cell_of(trials: list[Trial], *, kept: bool = False) -> Cell:
    """Returns a cell with its counts."""
    return {
        "passed": sum(each["passed"] for each in trials),
        "of": len(trials),
        "usd": _sum([each["usd"] for each in trials]),
        "ms": _median([each["ms"] for each in trials]),
        "kept": kept,
        "change": "",
        "trials": trials,
    }


def _median(numbers: list[int]) -> int:
    sorted_numbers = sorted(numbers)
    return sorted_numbers[len(numbers) // 2] if numbers else 0


def _sum(amounts: list[float | None]) -> float | None:
    known = [each for each in amounts if each is not None]
    return round(sum(known), 12) if len(known) == len(amounts) else None


def is_passed(cell: Cell) -> bool:
    """Tells whether all trials of a cell have passed."""
    return bool(cell["of"]) and cell["passed"] == cell["of"]


def column_of(name: str, cells: list[Cell]) -> dict[str, Any]:
    """Returns the sums of a model.

    The spread is the lowest and the highest share of cases that one round of repeats has passed.
    """
    trials = [each for cell in cells for each in cell["trials"]]
    rounds: list[float] = []
    for number in range(max((len(cell["trials"]) for cell in cells), default=0)):
        tried = [cell["trials"][number] for cell in cells if number < len(cell["trials"])]
        rounds.append(sum(each["passed"] for each in tried) / len(tried))
    passed = sum(each["passed"] for each in trials)
    return {
        "name": name,
        "passed": passed,
        "of": len(trials),
        "rate": _rate(passed, len(trials)),
        "lowest": round(min(rounds, default=0.0), 6),
        "highest": round(max(rounds, default=0.0), 6),
        "usd": _sum([each["usd"] for each in trials]),
        "ms": _median([each["ms"] for each in trials]),
        "slowest": max((each["ms"] for each in trials), default=0),
    }


def _rate(passed: int, of: int) -> float:
    return round(passed / of, 6) if of else 0.0


def cells_of(table: Table | None) -> dict[tuple[str, str], Cell]:
    """Returns the cells of a table by the names of case and model."""
    if table is None:
        return {}
    names = [each["name"] for each in table["models"]]
    return {
        (case["name"], name): cell
        for case in table["cases"]
        for name, cell in zip(names, case["cells"], strict=False)
    }


def note_changes(table: Table, before: Table | None) -> list[dict[str, str]]:
    """Marks the cells that got better or worse or are new; returns those, in order."""
    earlier = cells_of(before)
    if before is None:
        return []
    found = []
    for (case, model), cell in cells_of(table).items():
        other = earlier.get((case, model))
        if other is None:
            cell["change"] = "new"
        else:
            now, then = (_rate(each["passed"], each["of"]) for each in (cell, other))
            cell["change"] = "better" if now > then else "worse" if now < then else ""
        if cell["change"]:
            found.append({"case": case, "model": model, "change": cell["change"]})
    return found


def worse_than(table: Table, baseline: Table) -> list[str]:
    """Returns what of a table has passed less often than in a baseline, in words."""
    earlier = cells_of(baseline)
    found = []
    for (case, model), cell in cells_of(table).items():
        other = earlier.get((case, model))
        if other is not None and _rate(cell["passed"], cell["of"]) < _rate(
            other["passed"], other["of"]
        ):
            passed = f"{cell['passed']} of {cell['of']} passed"
            found.append(
                f"{case}, {model}: {passed}, {other['passed']} of {other['of']} in the baseline"
            )
    return found


# --- as text --------------------------------------------------------------------------------------

_MARKS = {"better": " ↑", "worse": " ↓", "new": " *", "": ""}


def money(usd: float | None) -> str:
    """Returns an amount of money, "?" for one that is not known."""
    return "?" if usd is None else f"${usd:.4f}"


def spread(column: dict[str, Any]) -> str:
    """Returns how often a model has passed: ``83 %``, with its spread where there is one."""
    text = f"{100 * column['rate']:.0f} %"
    if column["lowest"] == column["highest"]:
        return text
    return f"{text} ({100 * column['lowest']:.0f}–{100 * column['highest']:.0f} %)"


def problems_of(table: Table) -> list[str]:
    """Returns what has not passed, a line for each thing that is wrong with a cell."""
    found: dict[str, None] = {}
    for (case, model), cell in cells_of(table).items():
        for trial in cell["trials"]:
            for problem in [*trial["problems"], *([trial["error"]] if trial["error"] else [])]:
                found[f"{case}, {model}: {problem}"] = None
    return list(found)


def text_of(table: Table) -> str:
    """Returns the table as lines of text, and below it what has not passed."""
    models = table["models"]
    rows = [["", *(each["name"] for each in models)]]
    for case in table["cases"]:
        cells = [f"{c['passed']}/{c['of']}{_MARKS[c['change']]}" for c in case["cells"]]
        rows.append([case["name"], *cells])
    rows.append(["passed", *map(spread, models)])
    rows.append(["cost", *(money(each["usd"]) for each in models)])
    rows.append(["time", *(f"{each['ms']} ms" for each in models)])
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    wrong = [f"  {line}" for line in problems_of(table)]
    head = f"{'ok   ' if table['passes'] else 'FAIL '} {table['name']}"
    return "\n".join([head, *(f"  {line}" for line in lines), *wrong])
