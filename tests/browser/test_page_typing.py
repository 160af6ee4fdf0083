"""What can be done before all of the page's script is there, and what happens if a part never comes."""

from __future__ import annotations

import re

from playground import Playground
from playwright.sync_api import Route

MAIN = "**/assets/main-*.js"
EXTRAS = re.compile(r"/assets/part-extras-[^/]*$")  # also where it is asked for again


def replace_by_typing(playground: Playground, text: str) -> None:
    playground.part("editor").click()
    playground.page.keyboard.press("Control+A")
    playground.page.keyboard.type(text)


def test_what_is_typed_and_pressed_early_is_done_later(closed_playground: Playground) -> None:
    page = closed_playground.page
    held: list[Route] = []
    page.route(MAIN, lambda route: held.append(route))
    # The page's load event waits for that part: see below.
    page.goto(closed_playground.url, wait_until="domcontentloaded")
    replace_by_typing(closed_playground, "(* 6 7)")
    closed_playground.part("run").click()
    closed_playground.part("run").click()
    assert page.evaluate("typeof playground") == "undefined"
    assert len(held) == 1
    held[0].continue_()
    closed_playground.wait_for_output("42")
    assert closed_playground.output().count("42") == 1
    assert page.evaluate("playground.getCode()") == "(* 6 7)"


def test_who_waits_for_the_page_to_load_finds_its_interface(
    closed_playground: Playground,
) -> None:
    page = closed_playground.page
    page.goto(closed_playground.url)
    assert page.evaluate("typeof playground.getCode") == "function"
    for _ in range(3):  # from the browser's cache other things come sooner
        page.reload()
        assert page.evaluate("typeof playground.getCode") == "function"


def test_completion_that_is_asked_for_early_comes_with_its_part(
    closed_playground: Playground,
) -> None:
    page = closed_playground.page
    held: list[Route] = []
    page.route(EXTRAS, lambda route: held.append(route))
    page.goto(closed_playground.url)
    replace_by_typing(closed_playground, "(define (area w) w) (are")
    page.keyboard.press("Control+Space")
    page.wait_for_function("globalThis.playground")
    option = page.get_by_role("option", name="area")
    assert option.count() == 0
    for _ in range(1500):
        if held:
            break
        page.wait_for_timeout(20)
    held[0].continue_()
    option.first.wait_for()


def test_without_its_help_the_editor_says_so_and_works(closed_playground: Playground) -> None:
    page = closed_playground.page
    page.route(EXTRAS, lambda route: route.abort())
    closed_playground.open()
    page.get_by_text("A part of the editor did not load").wait_for()
    replace_by_typing(closed_playground, "(+ 20 3)")
    assert closed_playground.run_draft()["value"] == "23"
    closed_playground.start("(car 5)")
    closed_playground.wait_for_output("car")
