"""How long `vector-store/search` takes in the page, among tens of thousands of embeddings.

The embeddings are pieces of one long row of noise, each of which begins somewhere else. Timed is
the call in the program, after a first one, which rounds what has come. Written to benchmarks.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.page import open_page

DOCUMENTS = (1_000, 10_000, 50_000)
DIMENSIONS = 768
TARGET_MILLISECONDS = 25
ABOUT = f"""## Vector search

`python3 build.py bench search` measures this and writes it here: `vector-store/search` in the page,
the 10 nearest of so many documents with {DIMENSIONS} dimensions, all exact. *Adding* is for all of
them, *the first* search rounds their vectors. The fastest of 25 others is what the machine can do,
the median what it did beside all else. The target is {TARGET_MILLISECONDS} ms for
{DOCUMENTS[-1]:,} documents.

A vector takes 8 bytes for each number, as it was given, and one more after the first search: here
{DOCUMENTS[-1] * DIMENSIONS * 9 // 2**20} MB for {DOCUMENTS[-1]:,}. A host without WebAssembly takes
about 4 in the place of that one, and ten times as long."""
PROGRAM = """
(define state 12345)
(define (noise! _)
  (set! state (mod (+ (* state 1103515245) 12345) 2147483648))
  (- (/ (float state) 1073741824) 1))
(define noise (embedding/list->embedding (map noise! (range 100000))))
(define (vector-at k) (bytevector-copy noise (* 8 k) (* 8 (+ k {dimensions}))))
(vector-store/create "s")
(define (add! i) (vector-store/add "s" (str i) (vector-at (mod (* i 7919) 99000)) {{:n i}}))
(define (search! k) (vector-store/search "s" (vector-at k) 10))
(define adding (time/ms (fn () (dotimes (i {documents}) (add! i)))))
(json/encode
  (list adding
        (time/ms (fn () (search! 99001)))
        (map (fn (k) (time/ms (fn () (search! k)))) (range 99002 99027))))
"""


@dataclass(frozen=True)
class Searches:
    """Milliseconds with so many documents."""

    documents: int
    adding: float
    first: float
    times: list[float]

    def cells(self) -> list[str]:
        """Returns a row of the table."""
        times = sorted(self.times)
        figures = (self.adding, self.first, times[0], times[len(times) // 2])
        return [f"{self.documents:,}", *(f"{each:.1f}" for each in figures)]


def measure(page: Any, documents: int) -> Searches:
    """Fills a store in the page and searches it."""
    import json

    program = PROGRAM.format(documents=documents, dimensions=DIMENSIONS)
    result = page.evaluate("(code) => playground.run(code)", program)
    if result["error"]:
        raise RuntimeError(result["error"]["message"])
    adding, first, times = json.loads(json.loads(result["value"]))
    return Searches(documents, adding, first, times)


def main(built: Path, *, write: bool) -> None:
    """Measures, prints, and writes into docs/benchmarks.md."""
    lines = [
        "| documents | adding, ms | the first, ms | fastest, ms | median, ms |",
        "|---:|---:|---:|---:|---:|",
    ]
    with open_page(built) as opened:
        opened.page.goto(opened.url)
        opened.page.evaluate("playground.ready")
        for documents in DOCUMENTS:
            lines.append(f"| {' | '.join(measure(opened.page, documents).cells())} |")
    print("\n".join(lines))
    if write:
        text = [ABOUT, "", report.circumstances(), "", *lines]
        report.write_parts({"search": "\n".join(text)})
        print("Written to docs/benchmarks.md.")
