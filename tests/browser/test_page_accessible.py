"""The page is usable by everyone: axe-core finds nothing in four themes and in every dialog."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playground import Playground
from playwright.sync_api import expect

AXE = Path(__file__).resolve().parents[2] / "web/node_modules/axe-core/axe.min.js"
THEMES = ["as the system", "light", "dark", "high contrast"]
DIALOGS = ["examples", "history", "share", "settings"]
# Colour by colour what stands before what: the gradients and layers that axe-core gives up on.
AUDIT = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"


def violations(playground: Playground) -> list[tuple[str, list[str]]]:
    found: list[dict[str, Any]] = playground.page.evaluate(AUDIT)
    return [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found]


def test_nothing_is_found_in_any_theme_and_dialog(playground: Playground) -> None:
    page = playground.page
    page.evaluate(AXE.read_text("utf-8"))
    program = '(define (f x) ; a comment\n  f"${x} and" "text" :key 12 #"re" #\\a)\n(println 1)\n(car (f 2))'
    page.evaluate("code => playground.setCode(code)", program)
    playground.run_draft()
    page.evaluate("playground.writeFile('a.txt', 'text')")
    complaints = {}
    for theme in THEMES:
        assert page.locator("#theme").get_attribute("title") == f"Colours: {theme}"
        playground.part("editor").click()
        page.keyboard.press("Control+f")
        complaints[theme, "page"] = violations(playground)
        page.keyboard.press("Escape")
        for name in DIALOGS:
            page.locator(f"#{name}").click()
            expect(page.locator(f"#{name}-dialog")).to_be_visible()
            complaints[theme, name] = violations(playground)
            page.keyboard.press("Escape")
            expect(page.locator(f"#{name}-dialog")).to_be_hidden()
        page.locator("#theme").click()
    assert {place: found for place, found in complaints.items() if found} == {}


@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_theme_is_kept_over_a_reload(closed_playground: Playground, system: Any) -> None:
    page = closed_playground.page
    page.emulate_media(color_scheme=system)
    closed_playground.open(ready=False)
    color = "getComputedStyle(document.body).backgroundColor"
    first = page.evaluate(color)
    for _ in range(3 if system == "light" else 1):
        page.locator("#theme").click()
    chosen = page.evaluate(color)
    assert chosen != first
    page.reload()
    page.wait_for_function("window.playground")
    assert page.evaluate(color) == chosen
