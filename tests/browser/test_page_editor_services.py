"""The editor knows the language: mistakes while typing, layout, definition, rename, calls."""

from __future__ import annotations

from playground import Playground
from playwright.sync_api import expect
from test_page_help import write

MARK = ".cm-lintRange-error"
LOCAL = ".cm-tooltip-autocomplete [role=option]"


def code(playground: Playground) -> str:
    return str(playground.page.evaluate("playground.getCode()"))


def wait_for_code(playground: Playground, text: str) -> None:
    playground.page.wait_for_function("(text) => playground.getCode() === text", arg=text)


def cursor_to(playground: Playground, line: int, column: int) -> None:
    """Puts the cursor to a place, both from 0, by keys."""
    keyboard = playground.page.keyboard
    keyboard.press("Control+Home")
    for _ in range(line):
        keyboard.press("ArrowDown")
    for _ in range(column):
        keyboard.press("ArrowRight")


def test_the_editor_knows_the_language(playground: Playground) -> None:
    page = playground.page
    keyboard = page.keyboard
    # Mistakes: marked after a pause, at the word, with the words of run time; the list opens by a key.
    write(playground, "(define (area w h) (* w h))\n(area 2)\n(prntln 1)")
    expect(page.locator(MARK).filter(has_text="prntln")).to_have_count(1)
    expect(page.locator(MARK)).to_have_count(2)
    expect(page.locator(".cm-lineNumbers .line-error")).to_have_text(["2", "3"])
    keyboard.press("Control+Shift+M")
    panel = page.locator(".cm-panel-lint")
    expect(panel).to_contain_text("area expects 2 arguments, got 1")
    expect(panel).to_contain_text("did you mean println")
    keyboard.press("Escape")

    # Mended, the marks go.
    write(playground, "(define (area w h)\n(* w h))\n(println (area 2 3))")
    expect(page.locator(MARK)).to_have_count(0)

    # Layout: the cursor stays in its word.
    keyboard.press("Shift+Alt+F")
    wait_for_code(playground, "(define (area w h)\n  (* w h))\n(println (area 2 3))\n")

    # The same from the menu.
    write(playground, "(define (area w h)\n(* w h))\n(println (area 2 3))")
    playground.part("editor-menu").click()
    playground.part("format").click()
    wait_for_code(playground, "(define (area w h)\n  (* w h))\n(println (area 2 3))\n")
    expect(playground.part("format")).to_be_hidden()

    # Rename, from a use; a name that would mean something else is refused.
    cursor_to(playground, 2, 11)
    keyboard.press("F2")
    field = page.get_by_test_id("rename")
    field.fill("surface")
    field.press("Enter")
    wait_for_code(playground, "(define (surface w h)\n  (* w h))\n(println (surface 2 3))\n")
    keyboard.press("F2")
    field.fill("println")
    field.press("Enter")
    expect(page.get_by_text("println already means something there")).to_be_visible()
    assert "surface" in code(playground)

    # The definition: typing goes there.
    cursor_to(playground, 2, 12)
    keyboard.press("F12")
    expect(page.locator(".cm-activeLine")).to_contain_text("define")
    keyboard.type("area")
    wait_for_code(playground, "(define (area w h)\n  (* w h))\n(println (surface 2 3))\n")

    # In a call: how it is called, and what a map of options may hold.
    write(playground, "(define (scale width by) (* width by))\n(scale 1 ")
    expect(playground.part("signature").locator("strong")).to_have_text("by")
    keyboard.press("Escape")
    expect(playground.part("signature")).to_have_count(0)
    write(playground, '(llm/complete "x" {:temp')
    expect(page.locator(LOCAL).first).to_have_text(":temperatureoption")
    write(playground, "(define (f longword)\n  (let ((longer 1)) (+ lon")
    expect(page.locator(LOCAL).nth(1)).to_contain_text("longword")
    expect(page.locator(LOCAL).first).to_contain_text("longer")


def test_a_program_that_runs_does_not_wait_for_the_editor(playground: Playground) -> None:
    page = playground.page
    write(playground, "(println 1) (nothing)")
    expect(page.locator(MARK)).to_have_count(1)
    # The mark of the run stands at the same place: one of them is shown.
    playground.part("run").click()
    expect(playground.part("output")).to_contain_text("Unbound variable: nothing")
    expect(page.locator(MARK)).to_have_count(1)
