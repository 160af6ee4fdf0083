"""The last runs: looked at, compared and brought back."""

from __future__ import annotations

from playground import Playground
from playwright.sync_api import expect


def test_two_runs_are_compared_and_one_is_brought_back(playground: Playground) -> None:
    page = playground.page
    first, second = '(println "one")\n(println "same")', '(println "two")\n(println "same")'
    for code in (first, second):
        page.evaluate("code => playground.setCode(code)", code)
        playground.run_draft()
    page.locator("#history").click()
    playground.part("runs").click()
    entries = playground.part("runs-list").locator("button")
    expect(entries).to_have_count(2)
    # They are there after a reload.
    page.reload()
    page.wait_for_function("window.playground")
    page.locator("#history").click()
    playground.part("runs").click()
    expect(entries).to_have_count(2)
    preview = playground.part("runs-preview")
    # The newest is shown beside the one before it: what went and what came, of program and output.
    expect(preview.locator(".cm-deletedChunk")).to_have_count(2)
    expect(preview.locator(".cm-deletedChunk").first).to_contain_text("one")
    expect(preview.locator(".cm-changedLine")).to_have_count(2)
    playground.part("runs-compare").select_option("none")
    expect(preview.locator(".cm-deletedChunk")).to_have_count(0)
    entries.nth(1).click()
    expect(preview).to_contain_text("one")
    playground.part("runs-bring-back").click()
    page.wait_for_function("code => playground.getCode() === code", arg=first)
    # And back again by one click.
    page.get_by_role("button", name="Restore my program").click()
    page.wait_for_function("code => playground.getCode() === code", arg=second)
