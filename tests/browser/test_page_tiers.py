"""Programs with tasks give the same in every tier: in each, one page runs all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playground import Playground

from counting_server import open_counting_server
from test_cases import CASES, compare, read_cases

RUN_ALL = """async (programs) => {
  const results = [];
  for (const program of programs) results.push(await playground.run(program));
  return results;
}"""
CHAPTERS = ("task_order", "concurrency", "events")
PATHS = {path.stem: path for path in CASES}
ASK_SIX = """
(define (ask n) (async (first (map (fn (i) (llm/complete (str n))) '(1)))))
(define (listen n) (async (let ((parts '()))
  (llm/stream (str n) (fn (chunk) (async/sleep 1) (set! parts (cons chunk parts))))
  (apply str (reverse parts)))))
(async/all (append (map ask (range 3)) (map listen (range 3 6))))
"""


def problems_in(path: Path, playground: Playground) -> list[str]:
    cases = [case for case in read_cases(path) if "terminal" not in case[2]]
    programs = [program for _, program, _ in cases]
    results: list[dict[str, Any]] = playground.page.evaluate(RUN_ALL, programs)
    return [
        f"{path.name}:{line}: {program}\n    {problem}"
        for (line, program, expected), result in zip(cases, results, strict=True)
        if (problem := compare(result, expected))
    ]


@pytest.mark.parametrize("tier", ["shared", "service"])
def test_programs_with_tasks_give_the_same(closed_playground: Playground, tier: str) -> None:
    closed_playground.open(f"?wait={tier}")
    problems = [
        line for chapter in CHAPTERS for line in problems_in(PATHS[chapter], closed_playground)
    ]
    assert not problems, "\n".join(problems[:20])
    with open_counting_server(expected=6) as counts:
        closed_playground.configure("openai", counts.url, "key", "m")
        result = closed_playground.run(ASK_SIX)
    assert result["error"] is None
    assert result["value"] == "(" + " ".join(f'"re: {n}"' for n in range(6)) + ")"
    assert counts.most == 6


def test_where_nobody_can_be_asked(closed_playground: Playground) -> None:
    closed_playground.open("?wait=direct")
    problems = problems_in(PATHS["task_order"], closed_playground)
    assert not problems, "\n".join(problems[:20])
