"""Fixtures of the page's tests: the page opened and ready, and a model server that is scripted."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from model_server import ModelServer, open_model_server
from playground import Playground
from playwright.sync_api import Browser, BrowserContext, Page

from waiting import wait_from_outside

wait_from_outside()
# Their assertions say as much as those of tests.
pytest.register_assert_rewrite("journeys", "visit")


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One context for the tests of a file: what the browser compiled once, it has at hand."""
    with browser.new_context() as context:
        yield context


@pytest.fixture
def page(context: BrowserContext, site_url: str) -> Iterator[Page]:
    """A tab that remembers nothing of the tests before."""
    page = context.new_page()
    origin = "/".join(site_url.split("/")[:3])
    session = context.new_cdp_session(page)
    wanted = {"origin": origin, "storageTypes": "local_storage,indexeddb,file_systems"}
    session.send("Storage.clearDataForOrigin", wanted)
    session.detach()
    yield page
    context.set_offline(False)
    for each in context.pages:
        each.close()


@pytest.fixture
def closed_playground(page: Page, site_url: str) -> Iterator[Playground]:
    """The page before it is opened. A test fails if the page had a defect of its own."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield Playground(page, site_url)
    assert problems == []


@pytest.fixture
def playground(closed_playground: Playground) -> Playground:
    """The page, opened and ready."""
    closed_playground.open()
    return closed_playground


@pytest.fixture
def models() -> Iterator[ModelServer]:
    """A scripted model server."""
    with open_model_server() as server:
        yield server


@pytest.fixture
def other_models() -> Iterator[ModelServer]:
    """Another one, on another origin."""
    with open_model_server() as server:
        yield server


@pytest.fixture(params=["anthropic", "openai"])
def configured(
    request: pytest.FixtureRequest, playground: Playground, models: ModelServer
) -> Callable[[], str]:
    """The page with the server as its model, once for each wire format; returns its name."""
    playground.configure(request.param, models.url, "test-key-1234", "some-model")
    return lambda: str(request.param)
