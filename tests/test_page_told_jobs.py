"""What long jobs tell the page: read as hostile input, and put together for tables. Run by Node.js."""

from __future__ import annotations

from typing import Any

from page_modules import needs_node, run_page_modules

pytestmark = needs_node

HEAD = """
import { foldJobs } from "SRC/panels/jobs/folding.js";
import { readTold } from "SRC/panels/jobs/told.js";
import { first, reducers } from "SRC/state/jobs.js";
import { readRecord } from "SRC/engine/check-records.js";
"""
TRIAL = '{passed: true, answer: "a", problems: [], error: null, usd: null, tokens: 3, ms: 5, calls: [1]}'
BEGAN = '{type: "eval-began", name: "e", cases: ["c", "d"], models: ["m"], repeat: 1}'
TRIED = f'{{type: "eval-trial", name: "e", case: 1, model: 0, trial: {TRIAL}}}'
ENDED = """{type: "eval-ended", table: {name: "e", passes: false, error: null,
  models: [{name: "m", passed: 1, of: 2, rate: 0.5, lowest: 0.5, highest: 0.5, usd: 0, ms: 5}],
  cells: [{passed: 0, of: 1, change: "worse", kept: false}, {passed: 1, of: 1, change: "", kept: true}]}}"""
ROWS = """{type: "rows", out: "o", state: "running", rows: 3, done: 2, failed: 1, skipped: 0, total: 9,
  cost: 0.5, budget: null, seconds: 2, errors: [["1", "no"]], last: [["2", "yes"]]}"""


def run(body: str) -> list[Any]:
    told: list[Any] = run_page_modules(HEAD, body)
    return told


def test_what_our_worker_tells_is_taken_and_nothing_else() -> None:
    good = ", ".join((BEGAN, TRIED, ENDED, ROWS))
    bad = [
        "null",
        "5",
        '{type: "evil"}',
        BEGAN.replace('["c", "d"]', '"cd"'),
        TRIED.replace("case: 1", "case: -1"),
        TRIED.replace("ms: 5", 'ms: "5"'),
        ENDED.replace('"worse"', '"evil"'),
        ROWS.replace("running", "evil"),
        ROWS.replace("done: 2", "done: 2.5"),
        ROWS.replace('[["1", "no"]]', '[["1", {}]]'),
    ]
    told = run(
        f"for (const each of [{good}]) tell(readTold(each) !== null && readRecord(each, 1e6).type === each.type);"
        f"for (const each of [{', '.join(bad)}]) tell(readTold(each) === null);"
    )
    assert told == [True] * (4 + len(bad))


def test_an_evaluation_and_rows_are_put_together() -> None:
    told = run(
        f"""
        let state = first;
        const hear = (told) => {{ state = {{ ...state, ...reducers["job-told"](state, {{ told }}) }}; }};
        for (const each of [{BEGAN}, {TRIED}, {{ type: "eval-trial", evil: 1 }}, {ROWS}]) hear(each);
        hear({{ ...{ROWS}, done: 8 }});
        tell(state.jobs.length);
        tell(foldJobs(state.jobs));
        hear({TRIED.replace('"e"', '"unknown"')});
        hear({ENDED});
        tell(foldJobs(state.jobs).evals);
        tell(reducers["run-began"](state, {{}}).jobs);
        """
    )
    assert told[0] == 4
    (evaluation,) = told[1]["evals"]
    assert [len(cell) for cell in evaluation["cells"]] == [0, 1]
    assert evaluation["ended"] is None
    assert [rows["done"] for rows in told[1]["rows"]] == [8]
    (evaluation,) = told[2]
    assert [cell["change"] for cell in evaluation["ended"]["cells"]] == ["worse", ""]
    assert evaluation["cases"] == ["c", "d"]
    assert told[3] == []
