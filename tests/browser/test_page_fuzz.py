"""No input may kill the interpreter in the page: random programs, one after the other, in one tab.

`LISPCORE_FUZZ_PAGE=5000` makes a longer run; `LISPCORE_FUZZ_SEED` another.
"""

from __future__ import annotations

import os
import random
from typing import Any

from playground import Playground

from fuzzing import random_program
from test_fuzz import problem_of_result

INPUTS = int(os.environ.get("LISPCORE_FUZZ_PAGE", "250"))
SEED = int(os.environ.get("LISPCORE_FUZZ_SEED", "1"))
BATCH = 50
# A program that runs longer is stopped, as a person would.
MILLISECONDS_FOR_ONE = 1500

RUN_ALL = """async ([programs, limit]) => {
  const results = [];
  for (const program of programs) {
    const timer = setTimeout(() => playground.stop(), limit);
    results.push(await playground.run(program));
    clearTimeout(timer);
  }
  return results;
}"""


def run_batch(playground: Playground, programs: list[str]) -> list[dict[str, Any]]:
    """Returns the results of programs that ran one after the other."""
    results: list[dict[str, Any]] = playground.page.evaluate(
        RUN_ALL, [programs, MILLISECONDS_FOR_ONE]
    )
    return results


def test_random_programs_leave_the_page_alive(playground: Playground) -> None:
    source = random.Random(SEED)
    problems = []
    stopped = 0
    for _ in range(0, INPUTS, BATCH):
        # Half a character cannot be handed to a page; it has no other text than Unicode's.
        programs = [
            random_program(source).encode("utf-8", "replace").decode() for _ in range(BATCH)
        ]
        for program, result in zip(programs, run_batch(playground, programs), strict=True):
            if result["error"] and result["error"]["type"] == "stopped":
                stopped += 1
            elif problem := problem_of_result(result, program):
                problems.append(f"{program!r}\n    {problem}")
    assert not problems, f"{len(problems)} of {INPUTS}:\n" + "\n".join(problems[:40])
    assert stopped < INPUTS / 10
    assert playground.run("(+ 40 2)")["value"] == "42"
