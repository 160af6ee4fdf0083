"""The page is usable by everyone: axe-core finds nothing in four themes and in every dialog."""

from __future__ import annotations

import io
import zipfile
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
    # What fades in or out has other colours for a moment.
    still = "!document.getAnimations().some((each) => each instanceof CSSTransition)"
    playground.page.wait_for_function(still)
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


@pytest.mark.no_interpreter
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


PANELS = """(define (f x) (* x 2))
(println (f 3))
(println "done")"""
FILES = {
    "data/people.csv": "name,age\nAda,36\n",
    "about.md": "# Hi\n\n*yes* `code`\n\n```lisp\n(+ 1 2)\n```\n\n| a |\n|---|\n| 1 |",
    "sound.mp3": "no sound",
    "notes.txt": "text",
}


PREVIEWS = (
    ("data/people.csv", "Space", "dialog.viewer tbody"),
    ("about.md", "Space", "dialog.viewer .markdown table"),
    # The rest has no colours of its own.
    ("sound.mp3", "Space", "dialog.viewer audio"),
    ("some.zip", "Enter", "#unzip-dialog"),
    ("notes.txt", "F2", "[data-testid=file-name]"),
)


def zip_bytes() -> list[int]:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("in/a.txt", "a")
    return list(packed.getvalue())


def test_nothing_is_found_in_panels_and_previews(playground: Playground) -> None:
    page = playground.page
    keys = page.keyboard
    page.evaluate(AXE.read_text("utf-8"))
    page.evaluate("code => playground.setCode(code)", PANELS)
    playground.run_draft()
    playground.run("(car 5)")
    write = "files => { for (const [n, c] of Object.entries(files)) playground.writeFile(n, c); }"
    page.evaluate(write, {**FILES, "some.zip": zip_bytes()})
    # The debugger stands at a line, with variables, callers and buttons.
    playground.part("debugger").locator("summary").first.click()
    playground.part("debug-run").click()
    expect(playground.part("debug-status")).to_contain_text("line", timeout=60_000)
    complaints: dict[tuple[str, str], Any] = {}
    for theme in THEMES[1:]:
        page.locator("#theme").click()
        playground.part("files-more").click()
        complaints[theme, "panels"] = violations(playground)
        keys.press("Escape")
        keys.press("F1")
        expect(page.locator("#palette-dialog")).to_be_visible()
        complaints[theme, "palette"] = violations(playground)
        keys.press("Escape")
        page.locator("#history").click()
        playground.part("runs").click()
        expect(page.locator("#runs-preview .cm-editor").first).to_be_visible()
        complaints[theme, "runs"] = violations(playground)
        keys.press("Escape")
        for name, key, seen in PREVIEWS[: None if theme == "light" else 2]:
            page.locator(f'li[data-name="{name}"]').focus()
            keys.press(key)
            expect(page.locator(seen).first).to_be_visible()
            complaints[theme, name] = violations(playground)
            keys.press("Escape")
            expect(page.locator(seen).first).to_be_hidden()
    assert {place: found for place, found in complaints.items() if found} == {}
