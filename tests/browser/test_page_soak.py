"""A thousand runs: neither Python's memory nor the page's grows with their number."""

from __future__ import annotations

from playground import Playground
from playwright.sync_api import Page

RUN_MANY = """async (count) => {
  const programs = [
    "(define (square x) (* x x)) (map square (range 200))",
    '(println (string/join (map str (range 100)) ", ")) (length "text")',
    "(try (car 5) (catch e (:message e)))",
    '(file/write "kept.txt" (str (range 50))) (file/read "kept.txt")',
    '(llm/complete "hi" {:max-tokens 5})',
    "(undefined-thing 1)",
  ];
  for (let n = 0; n < count; n++) await playground.run(programs[n % programs.length] + ` ; ${n % 50}`);
}"""
MORE = 1.10
# What Python's memory has grows by a fifth at a time: one such step may come, two are a leak.
STEP = 1.21


def measure(page: Page) -> tuple[int, int]:
    """Returns the bytes of Python's memory and of the page's, once all that can go is gone."""
    page.wait_for_timeout(4000)  # the interpreter says how much it has every three seconds
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return page.evaluate("playground.memory()"), int(used)


def test_a_thousand_runs_leave_memory_as_it_was(playground: Playground) -> None:
    page = playground.page
    page.evaluate(RUN_MANY, 100)
    python, own = measure(page)
    assert python > 1_000_000
    page.evaluate(RUN_MANY, 1000)
    python_after, own_after = measure(page)
    assert python_after <= python * STEP
    assert own_after <= own * MORE + 2_000_000
    assert playground.run("(+ 1 2)")["value"] == "3"
