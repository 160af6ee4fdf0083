"""Signing in to an MCP server from the page: the question, the way there and back, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playground import Playground, visiting
from playwright.sync_api import Browser

from mcp_peer import Peer, open_peer


@pytest.fixture(scope="module")
def visit(browser: Browser, site_url: str) -> Iterator[Playground]:
    """The page, opened once."""
    with visiting(browser, site_url) as visit:
        yield visit


@pytest.fixture
def peer() -> Iterator[Peer]:
    with open_peer(secured=True) as peer:
        yield peer


def begin(visit: Playground, peer: Peer) -> None:
    code = f'(mcp/call (mcp/connect {{:url "{peer.url}/mcp"}}) "add" {{:a 2 :b 3}})'
    visit.begin(code)
    visit.part("server-sign-in").wait_for()


def test_who_says_no_does_not_sign_in(visit: Playground, peer: Peer) -> None:
    begin(visit, peer)
    said = visit.part("server-sign-in").inner_text()
    assert f"use {peer.url.removeprefix('http://')} in your name" in said
    # What comes back to a question that nobody asked is not taken.
    visit.page.evaluate(
        """() => new BroadcastChannel("lispcore-sign-in")
             .postMessage({ code: "evil", state: "x".repeat(22), iss: "", error: "", error_description: "" })"""
    )
    visit.part("sign-in-no").click()
    visit.part("server-sign-in").wait_for(state="hidden")
    assert "you did not sign in" in visit.outcome()["error"]["message"]
    assert peer.tokens == set()


def test_who_signs_in_comes_back_and_the_program_goes_on(visit: Playground, peer: Peer) -> None:
    begin(visit, peer)
    with visit.page.context.expect_page() as opened:
        visit.part("sign-in-go").click()
    back = opened.value
    back.get_by_test_id("said").get_by_text("You can close this page").wait_for()
    # Nothing of the code stays in the address.
    assert back.url == f"{visit.page.url.partition('#')[0].partition('?')[0]}oauth.html"
    back.close()
    assert visit.outcome()["value"] == '"5"'
    visit.part("server-sign-in").wait_for(state="hidden")
    # The next run has the token still, and renews it.
    visit.begin(f'(length (mcp/tools (mcp/connect {{:url "{peer.url}/mcp"}})))')
    assert visit.outcome()["value"] == "4"
    assert len(peer.redirects) == 1


def test_stop_ends_the_question(visit: Playground, peer: Peer) -> None:
    begin(visit, peer)
    visit.page.evaluate("() => playground.stop()")
    assert visit.outcome()["error"]["type"] == "stopped"
    visit.part("server-sign-in").wait_for(state="hidden")
