"""The page in German: as the browser asks for it, until the visitor chooses otherwise."""

from __future__ import annotations

import pytest
from playground import Playground
from playwright.sync_api import Browser, expect


@pytest.fixture
def german(browser: Browser, site_url: str) -> Playground:
    """The page as a German visitor opens it."""
    with browser.new_context(locale="de-DE") as context:
        playground = Playground(context.new_page(), site_url)
        playground.open()
        yield playground


def test_a_german_visitor_runs_a_program_takes_the_tour_and_changes_to_english(
    german: Playground,
) -> None:
    page = german.page
    assert page.evaluate("document.documentElement.lang") == "de"
    expect(german.part("run")).to_contain_text("Ausführen")
    expect(german.part("status")).to_have_text("Bereit")
    # Nobody's program is translated.
    german.start('(println "Settings")')
    expect(german.part("output")).to_contain_text("Settings")
    expect(german.part("status")).to_contain_text("Fertig in")
    assert page.evaluate("playground.getCode()") == '(println "Settings")'

    german.part("learn").click()
    page.get_by_role("button", name="Tour in zehn Schritten").click()
    expect(german.part("learn-body")).to_contain_text("Schritt 1 von 10")
    german.part("tour-run").click()
    expect(german.part("output")).to_contain_text("Hello!")

    page.get_by_role("button", name="Einstellungen", exact=True).click()
    expect(page.get_by_role("heading", name="Welches Modell antwortet?")).to_be_visible()
    german.part("language").select_option("en")
    german.part("language-reload").click()
    expect(german.part("run")).to_contain_text("Run")
    assert page.evaluate("document.documentElement.lang") == "en"
