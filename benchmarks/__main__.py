"""Times programs in the page and on the terminal against the peer, Python, Hy and Basilisp.

python3 build.py bench                      everything, written to docs/benchmarks.md
python3 build.py bench --terminal           that part alone; also --page, --growth, --costs
python3 build.py bench smooth               typing, compiling and memory in the page, written
python3 build.py bench fib loop [--quick]   some programs in the page, nothing written
python3 build.py bench boot                 the first result, beside Pyodide and the peer
python3 build.py bench stop                 from Stop to the next result, twice in a row
python3 build.py bench search               vector searches in the page, written
python3 build.py bench rows                 functions over rows, written to docs/rows-measured.md
python3 build.py bench --against DIST       this build against another, in turns, nothing written
python3 build.py bench --compiling TREE     starts and compiling against another source tree
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import (
    boot,
    compiling,
    costs,
    growing,
    report,
    rows,
    searching,
    smooth,
    stopping,
    tables,
)
from benchmarks.against import open_two_pages
from benchmarks.figures import Measurement
from benchmarks.measuring import Place, measure_all
from benchmarks.page import BenchmarkPage, NoBrowser, open_page
from benchmarks.suite import ROOT, Program, read_programs
from benchmarks.terminal import RIVALS, open_terminal

ROUNDS = 9
QUICK_ROUNDS = 3
PARTS = ("costs", "page", "growth", "terminal")
# Parts of their own, asked for by their names.
NAMED = ("smooth",)


def read_options() -> argparse.Namespace:
    """Returns the options of the command line."""
    parser = argparse.ArgumentParser(
        prog="python3 build.py bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("names", nargs="*", help="only programs whose name contains one of these")
    add("--quick", action="store_true", help=f"{QUICK_ROUNDS} rounds, nothing written")
    add("--rounds", type=int, default=ROUNDS, help=f"timed rounds after the cold one ({ROUNDS})")
    add("--page", action="store_true", help="against the peer and Python in one Chromium")
    add("--terminal", action="store_true", help="against Python, Hy and Basilisp on the terminal")
    add("--growth", action="store_true", help="time per element at growing sizes, in the page")
    add("--costs", action="store_true", help="what users wait for besides their program")
    add("--site", type=Path, default=ROOT / "dist", help="a built page, instead of dist/")
    add("--against", type=Path, metavar="DIST", help="another built page, such as an earlier one")
    add("--compiling", type=Path, metavar="TREE", help="another source tree: how both start")
    options = parser.parse_args()
    if options.quick:
        options.rounds = QUICK_ROUNDS
    parts = [part for part in PARTS if getattr(options, part)]
    if options.names and set(options.names) <= set(NAMED):
        parts, options.names = options.names, []
    options.parts = parts or (["page"] if options.names else PARTS)
    # What was measured in haste, or in part, is no record.
    options.write = not options.names and not options.quick
    return options


def print_ratios(
    place: Place, view: tables.View, programs: list[Program], rounds: int
) -> list[Measurement]:
    """Measures programs and prints a line for each, then the totals."""

    def show(found: Measurement) -> None:
        print(tables.plain_line(tables.row(view, found)), flush=True)
        for runtime, problem in found.problems.items():
            print(f"    {runtime}: {problem}", flush=True)

    print(tables.plain_line(tables.header(view)))
    all_found = measure_all(place, programs, view.runtimes, rounds, show)
    print()
    for each in tables.totals(view, all_found):
        print(each)
    return all_found


def bench_in_page(page: BenchmarkPage, options: argparse.Namespace, parts: dict[str, str]) -> None:
    """Does what was asked for in the page, and adds parts of the report."""
    note = report.circumstances(options.rounds)
    if "smooth" in options.parts:
        # Before anything is put into the page.
        measured_smooth = smooth.measure_smooth(page)
        for cells in smooth.report(measured_smooth):
            print(f"{cells[0]:52}{cells[1]:>36}  {cells[2]}", flush=True)
        print()
        parts["smooth"] = report.smooth_part(measured_smooth, report.circumstances())
    if options.parts == list(NAMED):
        return
    page.prepare()
    if "costs" in options.parts:
        # First, while the page is as users find it.
        measured = costs.measure_costs(page)
        for cells in costs.report(measured):
            print(f"{cells[0]:42}{cells[1]:>12}  {cells[2]}", flush=True)
        print()
        parts["costs"] = report.costs_part(measured, note)
    if "page" in options.parts:
        programs = read_programs(options.names)
        found = print_ratios(page, tables.PAGE, programs, options.rounds)
        title = "In the browser"
        image = (
            "![Speed of each program](benchmarks.svg)\n\n"
            "To the right is faster; the axis is logarithmic, and what is off it stands at its end."
        )
        parts["page"] = report.ratio_part(title, tables.PAGE, found, note, image)
        parts["programs"] = report.programs_part(programs)
        if options.write:
            report.draw_page_plot(found)
    if "growth" in options.parts:
        print(tables.plain_line(growing.header()))
        grown = growing.grow_all(page, options.names, show_growth)
        parts["growth"] = report.growth_part(grown, note)


def show_growth(found: growing.Growth) -> None:
    """Prints a line of the table of growth."""
    print(tables.plain_line(growing.cells(found)), found.problem, flush=True)


def bench_on_terminal(options: argparse.Namespace, parts: dict[str, str]) -> None:
    """Times the programs that a rival has on the terminal, and adds a part of the report."""
    programs = [
        each
        for each in read_programs(options.names)
        if options.names or any(each.source_for(rival) for rival in RIVALS)
    ]
    with open_terminal() as terminal:
        found = print_ratios(terminal, tables.TERMINAL, programs, options.rounds)
    note = report.circumstances(options.rounds)
    parts["terminal"] = report.ratio_part("On the terminal", tables.TERMINAL, found, note)


def main() -> int:
    """Runs the command line; returns the exit status."""
    options = read_options()
    parts: dict[str, str] = {}
    try:
        if options.names == ["rows"]:
            rows.main(write=not options.quick)
            return 0
        if options.names == ["search"]:
            searching.main(options.site, write=not options.quick)
            return 0
        if options.names in (["boot"], ["stop"]):
            part = boot if options.names == ["boot"] else stopping
            rounds = min(options.rounds, part.ROUNDS) if not options.quick else 1
            part.main(options.site, rounds, write=not options.quick)
            return 0
        if options.compiling:
            for line in compiling.compare(
                options.compiling, read_programs(options.names), options.rounds
            ):
                print(line, flush=True)
            return 0
        if options.against:
            with open_two_pages(options.site, options.against) as pages:
                programs = read_programs(options.names)
                print_ratios(pages, tables.AGAINST, programs, options.rounds)
            return 0
        if options.parts != ["terminal"]:
            with open_page(options.site) as page:
                bench_in_page(page, options, parts)
        if "terminal" in options.parts:
            bench_on_terminal(options, parts)
    except NoBrowser as problem:
        print(problem)
        return 1
    if options.write:
        report.write_parts(parts)
        print("Written to docs/benchmarks.md.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
