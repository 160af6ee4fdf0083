"""Writes docs/benchmarks.md and docs/benchmarks.svg from what was measured.

Each part of the page stands between two marks and is replaced only when it was measured, so that a
run of one part leaves the others as they are.
"""

from __future__ import annotations

import datetime
import os
import platform
import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks import costs, growing, plot, smooth, tables
from benchmarks.figures import Measurement
from benchmarks.suite import ROOT, Program

PAGE = ROOT / "docs" / "benchmarks.md"
PLOT = ROOT / "docs" / "benchmarks.svg"
PARTS = ("page", "terminal", "growth", "costs", "smooth", "programs", "search")
START_PAGE = ROOT / "docs" / "boot.md"
START_PARTS = ("first", "stop")

INTRODUCTION = """# Benchmarks

`python3 build.py bench` measures all of this and writes it here. It times each program of
`benchmarks/programs/` in one run of one Chromium, in one thread and in turns: Lispcore in the
page's Pyodide, the peer's WebAssembly, and the same algorithm in Python, as one would write it by
hand, in the same Pyodide. On the terminal it compares Lispcore, Python, [Hy](https://hylang.org/)
and [Basilisp](https://basilisp.org/) in the same way, in processes that take turns.

Read the ratios, not the times: machines are noisy, and a ratio compares neighbours. Each is the
median of the rounds, with the quartiles behind it; *cold* is the ratio of the first calls. All
runtimes must give the same value, or they do not count.
"""


def part(name: str, text: str) -> str:
    """Returns a part of the page between its marks."""
    return f"<!-- {name} -->\n{text.strip()}\n<!-- /{name} -->"


def replace_part(page: str, name: str, text: str) -> str:
    """Returns the page with one part replaced, or added at the end."""
    pattern = re.compile(rf"<!-- {name} -->.*?<!-- /{name} -->", re.DOTALL)
    new = part(name, text)
    if pattern.search(page):
        return pattern.sub(lambda _: new, page)
    return page.rstrip("\n") + "\n\n" + new + "\n"


def write_parts(parts: dict[str, str], file: Path = PAGE) -> None:
    """Writes what was measured into the page, which is made if it is not there."""
    page = file.read_text(encoding="utf-8") if file.is_file() else INTRODUCTION
    for name in (*PARTS, *START_PARTS):
        if name in parts:
            page = replace_part(page, name, parts[name])
    file.write_text(page, encoding="utf-8")


def circumstances(rounds: int = 0) -> str:
    """Returns a line that says when and on what this was measured, in how many rounds."""
    day = datetime.datetime.now(datetime.UTC).date().isoformat()
    how = f" in {rounds} rounds" if rounds else ""
    return (
        f"Measured {day}{how}; {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} processors, Python {platform.python_version()} on the terminal."
    )


def ratio_part(
    title: str, view: tables.View, all_found: Sequence[Measurement], note: str, image: str = ""
) -> str:
    """Returns title, totals and table of a comparison."""
    totals = [f"- {each}" for each in tables.totals(view, all_found)]
    problems = [
        f"- {found.name}, {runtime}: {problem}"
        for found in all_found
        for runtime, problem in found.problems.items()
    ]
    if problems:
        problems = ["", "Not counted:", "", *problems]
    table = tables.markdown_table(
        tables.header(view), [tables.row(view, found) for found in all_found]
    )
    return "\n".join([f"## {title}", "", note, "", *totals, *problems, "", image, "", table])


def draw_page_plot(all_found: Sequence[Measurement]) -> None:
    """Writes the plot of the page's ratios."""
    peer, python = tables.PAGE.comparisons
    series = [
        plot.Series("speed against the peer's WebAssembly", peer, "first"),
        plot.Series("speed against hand-written Python", python, "second", inverted=True),
    ]
    PLOT.write_text(plot.draw("Lispcore in the browser", all_found, series), encoding="utf-8")


def growth_part(all_found: Sequence[growing.Growth], note: str) -> str:
    """Returns the table of growth."""
    table = tables.markdown_table(growing.header(), [growing.cells(each) for each in all_found])
    return "\n".join(
        [
            "## Growth",
            "",
            note,
            "",
            "Nanoseconds per element in the page, from a thousand elements to a million; *flat* "
            f"means within {growing.FLAT_WITHIN:g}×.",
            "",
            table,
        ]
    )


def costs_part(measured: costs.Costs, note: str) -> str:
    """Returns the table of what users wait for."""
    table = tables.markdown_table(["what", "figure", "target"], costs.report(measured))
    return "\n".join(["## Costs that users feel", "", note, "", table])


def smooth_part(measured: smooth.Smooth, note: str) -> str:
    """Returns the table of how smooth the page is."""
    table = tables.markdown_table(["what", "figure", "target"], smooth.report(measured))
    return "\n".join(
        [
            "## Smooth",
            "",
            note,
            "",
            "From a key to its paint while a model says 1,000 pieces a second (75th percentile), "
            "beside a page of plain JavaScript that shows the same stream; *slowed*: by the "
            "browser, the main thread alone. Of a key in a program the time of the main thread, "
            "also of what is done later because of it. Programs to be compiled are functions of "
            "one line that nobody calls, or that the program calls each.",
            "",
            table,
        ]
    )


def programs_part(programs: Sequence[Program]) -> str:
    """Returns what each program is about, and in which languages it is there."""
    rows = [
        [each.name, each.about, " ".join(suffix.lstrip(".") for suffix in each.sources)]
        for each in programs
    ]
    lines = ["| program | what it does | files |", "|---|---|---|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(["## The programs", "", *lines])
