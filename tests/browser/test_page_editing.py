"""Forms are evaluated and changed as wholes in the editor, and the line below the output is one, too."""

from __future__ import annotations

from playground import Playground
from playwright.sync_api import expect


def test_a_form_shows_its_value_until_the_text_changes(playground: Playground) -> None:
    page = playground.page
    playground.part("editor").fill("(define (f x) (* x 3))\n(f 5)\n(car 5)")
    playground.part("editor").press("Control+Home")
    page.keyboard.press("Alt+Enter")
    shown = playground.part("form-value")
    expect(shown).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Alt+Enter")
    expect(shown.last).to_have_text("⇒ 15")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Alt+Enter")
    expect(page.locator(".cm-value-error")).to_contain_text("expected list or vector")
    # It is no part of the program, and goes when that changes.
    assert "15" not in page.evaluate("playground.getCode()")
    page.keyboard.type(" ")
    expect(shown).to_have_count(0)


def test_forms_are_moved_by_keys_unless_that_is_switched_off(playground: Playground) -> None:
    page = playground.page
    playground.part("editor").fill("(a) b c")
    playground.part("editor").press("Control+Home")
    page.keyboard.press("ArrowRight")
    code = "playground.getCode()"
    page.keyboard.press("Control+Alt+ArrowRight")
    page.wait_for_function(f"{code} === '(a b) c'")
    page.keyboard.press("Control+Alt+ArrowRight")
    page.wait_for_function(f"{code} === '(a b c)'")
    page.keyboard.press("Alt+r")
    page.wait_for_function(f"{code} === 'a'")
    page.keyboard.press("Control+z")
    playground.part("editor-menu").click()
    playground.part("structure-switch").click()
    page.reload()
    page.wait_for_function("window.playground")
    playground.part("editor-menu").click()
    expect(playground.part("structure-switch")).not_to_be_checked()
    playground.part("editor-keys").click()
    expect(playground.part("keys-list")).to_contain_text("Take the next form into the list")
    page.keyboard.press("Escape")


def test_vim_moves_in_the_editor_once_it_is_switched_on(playground: Playground) -> None:
    page = playground.page
    playground.part("editor").fill("one two\nthree")
    playground.part("editor-menu").click()
    playground.part("vim-switch").click()
    page.locator(".cm-vim-panel").wait_for()
    playground.part("editor").click()
    page.keyboard.type("ggdwGAx")
    page.keyboard.press("Escape")
    page.wait_for_function("playground.getCode() === 'two\\nthreex'")
    playground.part("editor-menu").click()
    playground.part("vim-switch").click()
    page.locator(".cm-vim-panel").wait_for(state="detached")


def test_the_line_below_takes_several_lines_and_completes(playground: Playground) -> None:
    page = playground.page
    line = playground.part("repl")
    line.click()
    page.locator(".repl .cm-editor").wait_for()
    page.keyboard.type("(define (twice x)")
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".repl .cm-line")).to_have_count(2)
    page.keyboard.type("(* 2 x)")
    page.keyboard.press("Enter")
    expect(page.locator(".repl .cm-line")).to_have_count(1)
    page.keyboard.insert_text('(list "a')
    page.keyboard.press("Enter")  # it is not whole: another line
    expect(page.locator(".repl .cm-line")).to_have_count(2)
    page.keyboard.insert_text('")')
    page.keyboard.press("Enter")
    playground.wait_for_output('("a\\n')
    page.keyboard.type("(twice 21)")
    page.keyboard.press("Enter")
    playground.wait_for_output("⇒ 42")
    page.keyboard.press("ArrowUp")
    expect(line).to_have_text("(twice 21)")
    expect(line.locator(".tok-bracket").first).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".repl .cm-line")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("(string/upp")
    expect(page.locator(".cm-tooltip-autocomplete")).to_contain_text("string/upper")
