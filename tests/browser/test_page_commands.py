"""Everything by keyboard: the palette, and the line between the halves, which stays where it was."""

from __future__ import annotations

from playground import Playground


def test_the_palette_does_what_is_chosen(playground: Playground) -> None:
    page = playground.page
    page.evaluate("playground.setCode('(* 6 7)')")
    page.keyboard.press("Control+Shift+P")
    playground.part("palette-search").fill("run")
    page.keyboard.press("Enter")
    playground.wait_for_output("42")
    page.keyboard.press("F1")
    page.keyboard.type("history")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    playground.part("history-search").wait_for()
    page.keyboard.press("Escape")
    playground.part("palette").click()
    page.keyboard.type("no such thing")
    assert playground.part("palette-list").locator("li").count() == 0
    page.keyboard.press("Escape")


def test_halves_are_moved_by_keys_and_remembered(playground: Playground) -> None:
    page, divider = playground.page, playground.part("divider")
    wide = "document.querySelector('.left').getBoundingClientRect().width"
    before = page.evaluate(wide)
    divider.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate(wide) > before
    page.keyboard.press("Home")
    assert page.locator(".left").is_hidden()
    assert divider.get_attribute("aria-valuetext") == "The program is folded"
    page.reload()
    page.wait_for_function("window.playground")
    assert page.locator(".left").is_hidden()
    divider.dblclick()
    assert page.locator(".left").is_visible()
    assert abs(page.evaluate(wide) - before) < 2
