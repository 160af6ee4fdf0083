"""All language cases once more, in the page: its Python is newer, and has another machine below it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playground import Playground
from playwright.sync_api import BrowserContext

from test_cases import CASES, compare, read_cases

RUN_ALL = """async (programs) => {
  const results = [];
  for (const program of programs) results.push(await playground.run(program));
  return results;
}"""


@pytest.fixture(scope="module")
def open_playground(context: BrowserContext, site_url: str) -> Iterator[Playground]:
    """One page for all chapters."""
    playground = Playground(context.new_page(), site_url)
    playground.open()
    yield playground
    playground.page.close()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_cases_in_the_page(path: Path, open_playground: Playground) -> None:
    cases = read_cases(path)
    programs = [program for _, program, _ in cases]
    results: list[dict[str, Any]] = open_playground.page.evaluate(RUN_ALL, programs)
    failures = []
    for (line, program, expected), result in zip(cases, results, strict=True):
        problem = compare(result, expected)
        if "terminal" in expected:
            problem = "" if problem else "it does in the page, too, what it is said not to do there"
        if problem:
            failures.append(f"{path.name}:{line}: {program}\n    {problem}")
    assert not failures, f"{len(failures)} of {len(cases)}\n" + "\n".join(failures[:40])
