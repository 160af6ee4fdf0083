"""A program that came with a link runs under a limit that its visitor sees and may change."""

from __future__ import annotations

import base64
import json
import zlib

import pytest
from model_server import ModelServer
from playground import Playground

# Each answer of the scripted server uses 18 tokens.
PROGRAM = """(define (ask) (try (llm/complete "x") (catch e (:reason e))))
(llm/clear-budget)
(list (ask) (ask) (ask))"""
SAID = '"Hello from the server."'


def link(code: str) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(json.dumps({"code": code}).encode()) + packer.flush()
    return "#v1=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


@pytest.fixture
def visited(closed_playground: Playground, models: ModelServer) -> Playground:
    """The page, opened by a link, with a paid model chosen."""
    closed_playground.open(link(PROGRAM))
    closed_playground.configure("openai", models.url, "test-key-1234", "some-model")
    return closed_playground


def limit_to(playground: Playground, usd: str, tokens: str) -> None:
    playground.part("link-limit").click()
    playground.part("link-usd").fill(usd)
    playground.part("link-tokens").fill(tokens)
    playground.part("save-settings").click()


def limit_of(playground: Playground) -> str:
    return playground.part("link-limit").text_content() or ""


def value_of_run(playground: Playground, *, asks: bool = True) -> str:
    playground.begin()
    if asks:
        playground.allow()
    result = playground.outcome()
    assert result["error"] is None
    return str(result["value"])


def test_the_limit_is_seen_and_holds(visited: Playground) -> None:
    assert "may use $0.50 and 100,000 tokens." in limit_of(visited)
    assert "up to $0.50" in (visited.page.locator("#banner").text_content() or "")
    assert value_of_run(visited) == f"({SAID} {SAID} {SAID})"
    limit_to(visited, "", "30")
    assert "may use 30 tokens." in limit_of(visited)
    assert value_of_run(visited) == f'({SAID} {SAID} "budget-exceeded")'
    # Each run begins anew; a line below the output belongs to the last run.
    assert value_of_run(visited) == f'({SAID} {SAID} "budget-exceeded")'
    visited.part("repl").fill("(ask)")
    visited.part("repl").press("Enter")
    visited.wait_for_output('⇒ "budget-exceeded"')


def test_the_limit_says_where_to_change_it(visited: Playground) -> None:
    limit_to(visited, "0", "")
    visited.start('(llm/complete "x")')
    visited.wait_for_output("the limit for one run of this program is reached")
    assert "raise that in Settings" in visited.output()


def test_wrong_limits_are_refused(visited: Playground) -> None:
    limit_to(visited, "much", "")
    assert "must be numbers" in (visited.page.locator("#settings-problem").text_content() or "")


def test_the_limit_outlives_a_reload_and_goes_with_the_program(visited: Playground) -> None:
    limit_to(visited, "", "20")
    visited.page.reload()
    visited.page.evaluate("playground.ready")
    visited.configure("openai", visited_url(visited), "test-key-1234", "some-model")
    assert visited.part("link-limit").is_visible()
    assert "budget-exceeded" in value_of_run(visited)
    visited.choose_example("models/complete")
    assert visited.part("link-limit").is_hidden()


def visited_url(playground: Playground) -> str:
    stored = playground.page.evaluate("localStorage.getItem('lispcore.settings')")
    return str(json.loads(stored)["providers"]["openai"]["baseUrl"])


def test_ones_own_program_has_no_limit(playground: Playground, models: ModelServer) -> None:
    playground.configure("openai", models.url, "test-key-1234", "some-model")
    assert playground.part("link-limit").is_hidden()
    playground.page.evaluate("playground.setCode('(println 1)')")
    result = playground.run(PROGRAM.replace("(ask) (ask) (ask)", "(ask)"))
    assert result["value"] == f"({SAID})"
