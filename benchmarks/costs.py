"""What users wait for besides their program: starting, compiling, Run itself, printing.

Measured in the page as a user meets it: the clock of the page, the messages to the worker and the
output pane are in it.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Any

from benchmarks.page import BenchmarkPage

SMALL_PROGRAM = """
;; Twenty lines as they are written on a first afternoon.
(define tax-rate 0.19)
(define cart
  (list {:name "pencil" :price 2 :count 12}
        {:name "paper" :price 5 :count 3}
        {:name "lamp" :price 40 :count 1}))
(define (total item) (* (:price item) (:count item)))
(define (with-tax amount) (+ amount (* amount tax-rate)))
(define (line item)
  (let ((sum (total item)))
    (str (:name item) ": " sum " (" (with-tax sum) ")")))
(define (cheapest items)
  (foldl (fn (best item) (if (< (:price item) (:price best)) item best))
         (car items)
         (cdr items)))
(for-each (fn (item) (println (line item))) cart)
(define dear (filter (fn (item) (> (total item) 20)) cart))
(println "dear:" (string/join (map (fn (item) (:name item)) dear) ", "))
(list (:name (cheapest cart)) (foldl + 0 (map total cart)))
"""
PART = """
(define (make-{i} a b)
  (let* ((c (+ a (* b {i}))) (d (if (> c 10) (- c 1) (+ c 1))))
    (cond ((= d 0) (list a b))
          ((> d 100) (map (fn (x) (* x d)) (list a b c)))
          (else (let loop ((k 0) (items '()))
                  (if (< k 3)
                      (loop (+ k 1) (cons (str "item-" k "-" a) items))
                      (reverse items)))))))
"""
LINE_COUNTS = (1_000, 2_000, 5_000, 10_000)
RUNS = 25
PRINTED_LINES = 100_000

TIME_RUNS = """async (codes) => {
  const times = [];
  for (const code of codes) {
    const start = performance.now();
    const result = await playground.run(code);
    times.push(performance.now() - start);
    if (result.error) throw new Error(result.error.message);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return times;
}"""
TIME_FRAMES = """async (code) => {
  const frames = [];
  let last = performance.now();
  let going = true;
  const tick = (now) => {
    frames.push(now - last);
    last = now;
    if (going) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  const start = performance.now();
  const result = await playground.run(code);
  const total = performance.now() - start;
  going = false;
  if (result.error) throw new Error(result.error.message);
  return [total, frames.slice(1), result.output.length];
}"""


@dataclass(frozen=True)
class Costs:
    """All in milliseconds."""

    run: list[float]
    changed: list[float]
    program: float
    compiling: dict[int, float]
    boot_cold: list[float]
    boot_warm: list[float]
    printing: float
    frames: list[float]
    printed: int


def measure_costs(page: BenchmarkPage) -> Costs:
    """Measures everything, the page at rest in between."""
    window = page.page
    run = window_times(window, [SMALL_PROGRAM] * (RUNS + 5))[5:]
    changed = window_times(window, [changed_program(number) for number in range(RUNS + 5)])[5:]
    # Its own work without what it prints, defined once and called.
    body = f"(define (program) {SMALL_PROGRAM.replace('println', 'str')})"
    page.call("lisp", body, True)
    itself = statistics.median(float(page.call("lisp", "(time/ms program)")) for _ in range(RUNS))
    compiling = {lines: time_compiling(page, lines) for lines in LINE_COUNTS}
    printing = f'(dotimes (i {PRINTED_LINES}) (println "line" i "of many"))'
    total, frames, printed = window.evaluate(TIME_FRAMES, printing)
    cold, warm = time_boots(page)
    return Costs(run, changed, itself, compiling, cold, warm, total, frames, printed)


def program_of(lines: int) -> str:
    """Returns a program of about this many lines: functions of nine lines each."""
    size = PART.count("\n")
    return "".join(PART.replace("{i}", str(i)) for i in range(lines // size))


def time_compiling(page: BenchmarkPage, lines: int) -> float:
    """Returns the best of three runs of a program that only defines functions.

    It is another text each time, or the page would not compile it again.
    """
    program = program_of(lines)
    return min(window_times(page.page, [f"{program}; run {number}" for number in range(3)]))


def changed_program(number: int) -> str:
    """Returns the small program as it is after a change of one of its lines."""
    return SMALL_PROGRAM.replace("40", str(40 + number))


def window_times(window: Any, codes: list[str]) -> list[float]:
    """Returns how long Run takes for each of these programs, one after the other."""
    times: list[float] = window.evaluate(TIME_RUNS, codes)
    return times


# The page's policy lets nothing be evaluated, so Playwright's own waiting does not work in it.
UNTIL_READY = """(async () => {
    while (!window.playground) await new Promise((resolve) => setTimeout(resolve, 2));
    await playground.ready;
})()"""


def time_boots(page: BenchmarkPage) -> tuple[list[float], list[float]]:
    """Returns how long it takes until programs run: on first visits, and on later ones."""
    cold, warm = [], []
    for _ in range(3):
        context = page.chromium.new_context()
        window = context.new_page()
        for times in (cold, warm):
            window.goto(page.url, wait_until="commit")
            window.evaluate(UNTIL_READY)
            times.append(float(window.evaluate("performance.now()")))
            window.wait_for_timeout(500)
        context.close()
    return cold, warm


def report(costs: Costs) -> list[list[str]]:
    """Returns rows: what, figure, target."""
    run, fastest = statistics.median(costs.run), min(costs.run)
    changed = statistics.median(costs.changed)
    per_thousand = {lines: time / lines * 1000 for lines, time in costs.compiling.items()}
    slowest = max(per_thousand.values()) / min(per_thousand.values())
    frames = sorted(costs.frames)
    late = frames[int(len(frames) * 0.95)] if frames else 0.0
    rate = len(frames) / (costs.printing / 1000)
    return [
        ["Run of a 20-line program, warm", f"{run:.1f} ms", ""],
        ["… beyond the program itself", f"{run - costs.program:.1f} ms", "< 5 ms"],
        [f"… the fastest of {len(costs.run)}", f"{fastest - costs.program:.1f} ms", ""],
        ["Run of a changed program", f"{changed:.1f} ms", ""],
        ["… beyond the program itself", f"{changed - costs.program:.1f} ms", "< 5 ms"],
        *(
            [f"compiling {lines:,} lines", f"{costs.compiling[lines]:.0f} ms", ""]
            for lines in LINE_COUNTS
        ),
        ["… per line, slowest size to fastest", f"{slowest:.2f}", "linear: < 2"],
        ["first visit: page ready", f"{statistics.median(costs.boot_cold):.0f} ms", ""],
        ["later visit: page ready", f"{statistics.median(costs.boot_warm):.0f} ms", ""],
        [f"printing {costs.printed:,} lines", f"{costs.printing:.0f} ms", ""],
        ["… frames a second meanwhile", f"{rate:.0f}", "≥ 30"],
        ["… frame time, 95th percentile", f"{late:.0f} ms", ""],
    ]
