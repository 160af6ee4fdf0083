"""The step debugger in the page: in every way to wait a program stops, steps, and can be changed."""

from __future__ import annotations

import pytest
from playground import Playground, visiting
from playwright.sync_api import Browser

PROGRAM = """(define (double x)
  (* x 2))
(println (double 3))
(println (llm/complete "Say hello"))"""


def wait_for(playground: Playground, text: str) -> None:
    playground.page.wait_for_function(
        "text => document.querySelector('[data-testid=debug-status]')?.textContent.includes(text)",
        arg=text,
    )


@pytest.mark.parametrize("tier", ["suspend", "shared", "service"])
def test_a_program_stops_in_every_way_to_wait(closed_playground: Playground, tier: str) -> None:
    playground = closed_playground
    playground.open(f"?wait={tier}")
    playground.page.evaluate("code => playground.setCode(code)", PROGRAM)
    playground.part("debugger").locator("summary").first.click()
    playground.part("debug-at-calls").check()
    playground.page.locator(".cm-gutter.breakpoints").wait_for()
    playground.page.locator(".cm-line").nth(1).click()
    playground.page.keyboard.press("F9")
    playground.page.locator(".breakpoint").last.wait_for()

    playground.part("debug-run").click()
    wait_for(playground, "line 3, after a step")
    assert playground.page.locator(".debug-line").count() == 1
    playground.page.keyboard.press("F8")
    wait_for(playground, "line 2, at a breakpoint")
    assert "x3" in (playground.part("debug-locals").text_content() or "")
    assert "double, line 2" in (playground.part("debug-stack").text_content() or "")
    playground.part("debug-evaluate").fill("(+ x 40)")
    playground.part("debug-evaluate").press("Enter")
    playground.part("debug-result").wait_for()
    assert playground.part("debug-result").text_content() == "43"

    playground.part("debug-continue").click()
    wait_for(playground, "before a model call")
    playground.part("debug-call-prompt").fill("Say good bye")
    playground.part("debug-continue").click()
    wait_for(playground, "after a model call")
    assert "good bye" in playground.part("debug-call-text").input_value()
    playground.part("debug-call-text").fill("changed by hand")
    playground.part("debug-continue").click()
    playground.wait_for_output("changed by hand")
    playground.wait_for_state("ready")


def test_stop_ends_a_program_that_stands(playground: Playground) -> None:
    playground.page.evaluate("code => playground.setCode(code)", '(car 5)\n(println "on")')
    playground.part("debugger").locator("summary").first.click()
    playground.part("debug-at-first").uncheck()
    playground.part("debug-run").click()
    wait_for(playground, "where an error is thrown")
    playground.part("stop").click()
    playground.wait_for_state("ready")
    assert playground.page.locator(".debug-line").count() == 0
    assert playground.run("(+ 1 2)")["value"] == "3"


def set_breakpoint(visit: Playground, line: int) -> None:
    visit.page.locator(".cm-line").nth(line - 1).click()
    visit.page.keyboard.press("F9")


def removers(visit: Playground) -> list[str]:
    """Returns the lines with a breakpoint, as the panel names them."""
    buttons = visit.part("debugger").get_by_role("button", name="Remove the breakpoint")
    return [words.split("line ")[-1].split(" ")[0] for words in buttons.all_text_contents()]


def reload_page(visit: Playground) -> None:
    """Reloads once what is kept after a pause is kept."""
    visit.page.wait_for_timeout(2000)
    visit.page.reload()
    visit.wait_for_state("ready")
    panel = visit.part("debugger")
    if panel.get_attribute("open") is None:
        panel.locator("summary").first.click()
    visit.page.locator(".cm-gutter.breakpoints").wait_for()
    visit.page.get_by_text("No breakpoints: press").or_(
        panel.get_by_role("button", name="Remove the breakpoint").first
    ).first.wait_for()


def test_breakpoints_stay_over_a_reload_and_those_taken_away_do_not(
    browser: Browser, site_url: str
) -> None:
    with visiting(browser, site_url) as visit:
        visit.page.evaluate("code => playground.setCode(code)", PROGRAM)
        visit.part("debugger").locator("summary").first.click()
        visit.page.locator(".cm-gutter.breakpoints").wait_for()
        set_breakpoint(visit, 2)
        set_breakpoint(visit, 3)
        remove = visit.part("debugger").get_by_role("button", name="Remove the breakpoint")
        remove.nth(1).wait_for()
        reload_page(visit)
        visit.page.wait_for_function(
            "document.querySelectorAll('.cm-gutterElement .breakpoint').length >= 2"
        )
        assert removers(visit) == ["2", "3"]
        # One after the other in the panel, the last one as well.
        remove.first.click()
        reload_page(visit)
        assert removers(visit) == ["3"]
        remove.first.click()
        assert removers(visit) == []
        reload_page(visit)
        visit.page.wait_for_timeout(1000)
        assert removers(visit) == []
