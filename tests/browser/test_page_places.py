"""Where an error is said to be, what is done about it, and what goes when another program comes."""

from __future__ import annotations

import pytest
from playground import Playground
from playwright.sync_api import Locator, expect

pytestmark = pytest.mark.one_page

PROGRAM = "(define (f x)\n\n  (car x))\n(f '(1))"


def run_in_the_editor(playground: Playground, program: str) -> None:
    playground.page.evaluate("code => playground.setCode(code)", program)
    playground.run_draft()


def evaluate(playground: Playground, line: str) -> Locator:
    """Runs a line below the output; returns the error that it gives."""
    errors = playground.page.locator("#output .error")
    count = errors.count()
    playground.page.fill("#repl", line)
    playground.page.press("#repl", "Enter")
    expect(errors).to_have_count(count + 1)
    return errors.last


def expect_the_cursor_in(playground: Playground, line: str) -> None:
    """Waits until the cursor is in a line of the editor."""
    expect(playground.page.locator(".cm-activeLineGutter").first).to_have_text(line)


def test_errors_lead_into_the_text_that_they_are_in(fresh_playground: Playground) -> None:
    playground, page = fresh_playground, fresh_playground.page
    run_in_the_editor(playground, PROGRAM)
    below = evaluate(playground, "(list 1 (car 5))")
    assert "entered below, line 1, column 9" in below.inner_text()
    assert "(list 1 (car 5))" in below.locator(".excerpt").inner_text()
    assert below.locator(".jump").count() == 0
    within = evaluate(playground, "(f 5)")
    assert "(car x)" in within.locator(".excerpt").inner_text()
    within.locator(".jump").first.click()
    expect_the_cursor_in(playground, "3")
    page.evaluate("playground.writeFile('m.lisp', '(define (g x)\\n  (car x))')")
    run_in_the_editor(playground, '\n\n(import "m.lisp")\n(g 5)')
    error = page.locator("#output .error")
    assert "m.lisp:2:3" in error.inner_text()
    error.locator(".jump").first.click()
    # The file is opened in a tab of its own, at its own line.
    expect(page.get_by_role("button", name="m.lisp", exact=True).first).to_be_visible()
    expect_the_cursor_in(playground, "2")


def test_what_a_hint_speaks_of_is_one_press_away(playground: Playground) -> None:
    page = playground.page
    playground.run('(file/read "nothing.txt")')
    assert "/home" not in page.locator("#output").inner_text()
    with page.expect_file_chooser():
        page.get_by_role("button", name="Choose a file …").click()
    playground.run('(llm/configure :openai {}) (llm/complete "hi")')
    page.get_by_role("button", name="Open Settings").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") != "Close"


def test_another_program_begins_with_an_empty_output(playground: Playground) -> None:
    page = playground.page
    playground.run('(println "before")')
    assert page.locator("#status-text").inner_text().startswith("Done in ")
    assert page.locator("#status-said").text_content() == page.locator("#status-text").inner_text()
    playground.choose_example("first-steps/loops")
    expect(page.locator("#output")).not_to_contain_text("before")


def test_the_address_of_an_edited_program_is_not_that_of_the_link(
    fresh_playground: Playground,
) -> None:
    page = fresh_playground.page
    page.click("#share")
    assert "#" in page.url
    assert page.evaluate("document.activeElement.id") == "share-copy"
    page.keyboard.press("Escape")
    fresh_playground.part("editor").click()
    page.keyboard.type(" ")
    page.wait_for_function("!location.hash")


def test_quotes_behind_an_interpolation_close_what_they_should(playground: Playground) -> None:
    page = playground.page
    playground.part("editor").click()
    for text in (
        '(println f"hi ${x}")',
        '(f """a "b" c""" "d")',
        '(g f"${(h "q")} and ${[1 "2"]}")',
    ):
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")
        page.keyboard.type(text)
        assert page.evaluate("playground.getCode()") == text
