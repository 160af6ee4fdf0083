"""The panel of long jobs: the table of an evaluation, its calls, its link; and rows that go on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playground import Playground

pytestmark = [pytest.mark.browser]

EVALUATION = """
(demo/script [(fn (r) (if (= (:model r) "good") "yes" "no"))] {:repeat #t})
(defeval answers
  {:cases [{:name "first" :expect "yes"} {:name "second" :expect "yes"}]
   :models ["demo/good" "demo/bad"] :repeat 2}
  (fn (row) (llm/complete (:name row))))
(eval/run)
"""


def table(page: Any) -> list[list[str]]:
    rows = page.get_by_test_id("eval-table").locator("tr")
    return [row.locator("th, td").all_inner_texts() for row in rows.all()]


def test_an_evaluation_is_a_table_whose_cells_open_their_calls(playground: Playground) -> None:
    page = playground.page
    assert playground.run(EVALUATION)["error"] is None
    page.get_by_test_id("eval-share").wait_for()
    found = table(page)
    assert found[0][1:] == ["demo/good", "demo/bad"]
    assert [[cell.strip() for cell in row] for row in found[1:3]] == [
        ["first", "✓ 2/2", "✗ 0/2"],
        ["second", "✓ 2/2", "✗ 0/2"],
    ]
    assert found[3] == ["passed", "100 %", "0 %"]
    page.get_by_test_id("eval-table").get_by_role("button").nth(1).click()
    trials = page.get_by_test_id("eval-trials")
    trials.get_by_text("expected yes, got no").first.wait_for()
    opened = page.get_by_test_id("inspector").locator("details.call[open]")
    opened.nth(1).wait_for()
    assert opened.count() == 2
    assert "first" in opened.first.inner_text()
    # Only what failed runs again; the cells tell of it.
    page.get_by_test_id("eval-again").click()
    page.get_by_role("button", name="2 of 2 passed, of the run before").nth(1).wait_for()


def test_a_link_with_the_recording_shows_the_same_table(playground: Playground) -> None:
    page = playground.page
    page.evaluate("code => playground.setCode(code)", EVALUATION)
    playground.run_draft()
    page.get_by_test_id("eval-share").wait_for()
    before = table(page)[:4]
    link = page.evaluate("playground.share({cassette: true})")
    page.goto("about:blank")
    page.goto(link)
    page.wait_for_function("window.playground")
    page.evaluate("playground.ready")
    page.get_by_test_id("run").click()
    page.get_by_test_id("eval-share").wait_for()
    assert table(page)[:4] == before


ROWS = """
(define (f row)
  (when (and (= row 3) (not (file/exists? "seen"))) (file/write "seen" "") (sleep 600000))
  (if (= row 4) (error "four"))
  (str "row " row))
(llm/each-row (range 6) f {:out "out.jsonl" :concurrency 1})
"""


def test_rows_have_a_bar_and_go_on_after_a_reload(closed_playground: Playground) -> None:
    closed_playground.open()
    page = closed_playground.page
    page.evaluate("code => { playground.setCode(code); void playground.run(code); }", ROWS)
    page.get_by_test_id("rows-facts").wait_for()
    page.wait_for_function(
        "() => { const bytes = playground.readFile('out.jsonl'); return bytes && "
        "new TextDecoder().decode(bytes).trim().split('\\n').length === 4; }"
    )
    page.reload()
    page.wait_for_function("window.playground")
    page.evaluate("playground.ready")
    page.get_by_test_id("jobs-go-on").click()
    page.wait_for_function(
        "() => document.querySelector('[data-testid=rows-facts]')?.textContent.includes('6 of 6 rows')"
    )
    facts = page.get_by_test_id("rows-facts").inner_text()
    assert "3 were there" in facts
    assert "1 failed" in facts
    assert "4: four" in page.get_by_test_id("rows-job").inner_text()
    text = page.evaluate("() => new TextDecoder().decode(playground.readFile('out.jsonl'))")
    keys = [json.loads(line).get("key") for line in text.splitlines()]
    assert sorted(key for key in keys if key is not None) == [0, 1, 2, 3, 4, 5]
