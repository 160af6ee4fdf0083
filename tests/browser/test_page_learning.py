"""The first visit, the tour, the manual and the names, in the page; and links from help to them."""

from __future__ import annotations

from pathlib import Path

import pytest
from playground import Playground
from playwright.sync_api import expect
from test_page_help import rest_on

AXE = Path(__file__).resolve().parents[2] / "web/node_modules/axe-core/axe.min.js"
AUDIT = """async () => (await axe.run('#learn-panel', {resultTypes: ['violations']})).violations
  .map(({id, nodes}) => [id, nodes.map(({html}) => html.slice(0, 200))])"""
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def test_a_newcomer_takes_the_tour_and_keeps_their_program(fresh_playground: Playground) -> None:
    playground, page = fresh_playground, fresh_playground.page
    draft = page.evaluate("playground.getCode()")
    expect(playground.part("welcome")).to_be_visible()
    playground.part("welcome-tour").click()
    expect(playground.part("welcome")).to_be_hidden()
    body = playground.part("learn-body")
    expect(body).to_contain_text("Step 1 of 10")

    playground.part("tour-run").click()
    expect(playground.part("output")).to_contain_text("Hello!")
    body.get_by_text("Show a solution").click()
    playground.part("tour-solution").click()
    playground.part("tour-run").click()
    expect(playground.part("tour-said")).to_have_text("Done!")
    playground.part("tour-next").click()
    expect(body).to_contain_text("Step 2 of 10")
    # The key of Run means the program in which somebody types.
    body.locator(".cm-content").fill("(* 6 7)")
    page.keyboard.press("Control+Enter")
    expect(playground.part("tour-said")).to_have_text("Done!")
    expect(playground.part("output")).to_contain_text("42")
    assert page.evaluate("playground.getCode()") == draft

    # It goes on there, and the hint does not come back.
    page.reload()
    page.wait_for_function("window.playground")
    playground.part("learn").click()
    playground.part("learn-tour").click()
    expect(body).to_contain_text("Step 2 of 10")
    expect(body.locator("[aria-label$=', done']")).to_have_count(2)
    expect(playground.part("welcome")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(playground.part("learn-panel")).to_be_hidden()
    expect(playground.part("learn")).to_be_focused()


def test_manual_and_names_are_searched_read_and_run(playground: Playground) -> None:
    page = playground.page
    page.evaluate(AXE.read_text("utf-8"))
    page.evaluate("playground.setCode('(my draft)')")
    playground.part("learn").click()
    expect(playground.part("version")).to_contain_text("Version 0.")
    playground.part("learn-manual").click()
    body, search = playground.part("learn-body"), playground.part("learn-search")
    body.get_by_role("button", name="Images", exact=True).click()
    body.get_by_role("button", name="Run").first.click()
    expect(playground.part("output")).to_contain_text("Describe this image.")
    assert page.evaluate("playground.readFile('photo.jpg').length > 100")
    assert page.evaluate("playground.getCode()") == "(my draft)"

    search.fill("string/trim-left")
    body.get_by_role("button", name="Name: string/trim-left").click()
    expect(body.locator("h3")).to_have_text("string/trim-left")
    body.get_by_role("button", name="Run").first.click()
    expect(playground.part("output")).to_contain_text("⇒")
    address = body.get_by_role("link", name="Open").first.get_attribute("href") or ""
    assert "#v1=" in address

    # Help on a name, and an error, lead to it.
    playground.part("learn-close").click()
    page.evaluate("playground.setCode('(string/join [1])')")
    rest_on(playground, "string/join").get_by_role("button", name="More about").click()
    expect(body.locator("h3")).to_have_text("string/join")
    playground.run("(car 5)")
    playground.part("output").get_by_role("button", name="About car").click()
    expect(body.locator("h3")).to_have_text("car")

    # Readable on a phone, and in each theme.
    complaints = {}
    page.set_viewport_size({"width": 375, "height": 740})
    for theme in range(4):
        for part in ("tour", "manual", "name"):
            playground.part(f"learn-part-{part}").click()
            assert not page.evaluate(WIDE)
            complaints[theme, part] = page.evaluate(AUDIT)
        page.evaluate("document.getElementById('theme').click()")  # a command there
    page.set_viewport_size({"width": 1280, "height": 720})
    playground.part("learn-close").click()
    assert {place: found for place, found in complaints.items() if found} == {}


@pytest.mark.no_interpreter
def test_no_hint_in_a_link_or_inside_another_page(closed_playground: Playground) -> None:
    closed_playground.open("?embed#v1=q1ZKzk9JVbJSUkotKMrPLc5XqgUA", ready=False)
    expect(closed_playground.part("output")).to_be_attached()
    expect(closed_playground.part("welcome")).to_be_hidden()
    closed_playground.page.goto("about:blank")
    link = "(() => { playground.setCode('(+ 1 2)'); return playground.share(); })()"
    closed_playground.open(ready=False)
    address = closed_playground.page.evaluate(link)
    expect(closed_playground.part("welcome")).to_be_visible()
    closed_playground.page.goto("about:blank")
    closed_playground.page.goto(address)
    closed_playground.page.wait_for_function("window.playground")
    expect(closed_playground.part("welcome")).to_be_hidden()
