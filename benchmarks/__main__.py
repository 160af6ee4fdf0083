"""Times programs in the built page against the peer and hand-written Python.

python3 build.py bench [part of a name …] [--quick] [--terminal] [--rounds N]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import tables
from benchmarks.figures import Measurement
from benchmarks.measuring import measure_all
from benchmarks.page import NoBrowser, open_page
from benchmarks.suite import ROOT, read_programs

ROUNDS = 9
QUICK_ROUNDS = 3


def main() -> int:
    """Runs the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python3 build.py bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=0, help="timed rounds after the cold one")
    parser.add_argument("--quick", action="store_true", help="three rounds")
    parser.add_argument("--site", type=Path, default=ROOT / "dist", help="a built page, not dist/")
    parser.add_argument("names", nargs="*", help="only programs whose name contains one of these")
    options = parser.parse_args()
    programs = read_programs(options.names)
    rounds = options.rounds or (QUICK_ROUNDS if options.quick else ROUNDS)
    view = tables.PAGE

    def show(found: Measurement) -> None:
        print(tables.plain_line(tables.row(view, found)), flush=True)
        for runtime, problem in found.problems.items():
            print(f"    {runtime}: {problem}", flush=True)

    try:
        with open_page(options.site) as page:
            page.prepare()
            print(tables.plain_line(tables.header(view)))
            all_found = measure_all(page, programs, view.runtimes, rounds, show)
    except NoBrowser as problem:
        print(problem)
        return 1
    print()
    for each in tables.totals(view, all_found):
        print(each)
    return 0


if __name__ == "__main__":
    sys.exit(main())
