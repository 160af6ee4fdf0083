"""Fixtures of the page's tests: the page opened and ready, and a model server that is scripted."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from model_server import ModelServer, open_model_server
from playground import Playground
from playwright.sync_api import Browser, BrowserContext, Page

from waiting import USUAL_MILLISECONDS, wait_from_outside

wait_from_outside()
# Their assertions say as much as those of tests.
pytest.register_assert_rewrite("journeys", "visit")


# On a device with little memory no second interpreter is started: most tests need none, and it takes
# seconds of computing.
LITTLE_MEMORY = "Object.defineProperty(Navigator.prototype, 'deviceMemory', { get: () => 2 });"
# As on a slow line, the interpreter's largest parts are asked for and do not come: half of what it
# costs to load the page is to start Python, and whoever reads or writes a program needs none.
NO_INTERPRETER = """{
  const ask = window.fetch;
  window.fetch = (address, ...how) =>
    /pyodide\\.asm\\.wasm$|snapshot-\\w+\\.bin$/.test(String(address))
      ? new Promise(() => {})
      : ask(address, ...how);
}"""


@pytest.fixture(scope="session")
def browser(browser: Browser) -> Browser:
    """A browser whose visitors want nothing to move, unless a test says otherwise.

    While the page loads for long or a program runs for long, a sign pulses, and every picture of it
    is computed: on a busy machine a quarter of what it costs to load the page.
    """
    usual = browser.new_context

    def new_context(**options: Any) -> BrowserContext:
        return usual(**{"reduced_motion": "reduce", **options})

    browser.new_context = new_context  # type: ignore[method-assign]
    return browser


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One context for the tests of a file: what the browser compiled once, it has at hand."""
    with browser.new_context() as context:
        context.set_default_timeout(USUAL_MILLISECONDS)
        yield context


def scripts_for(node: pytest.Item) -> list[str]:
    """Returns what a test's tabs run before the page: nothing that it does not ask for is started."""
    if node.get_closest_marker("no_interpreter") is not None:
        return [NO_INTERPRETER]
    return [] if node.get_closest_marker("standby") else [LITTLE_MEMORY]


@pytest.fixture
def page(context: BrowserContext, site_url: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab that remembers nothing of the tests before; with a standby if the test is marked so."""
    page = context.new_page()
    for script in scripts_for(request.node):
        page.add_init_script(script)
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
def closed_playground(
    page: Page, site_url: str, request: pytest.FixtureRequest
) -> Iterator[Playground]:
    """The page before it is opened. A test fails if the page had a defect of its own."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield Playground(page, site_url, scripts_for(request.node))
    assert problems == []


@pytest.fixture
def fresh_playground(closed_playground: Playground) -> Playground:
    """The page, opened and ready, as nobody has used it."""
    closed_playground.open()
    return closed_playground


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Notes that a test failed: what it left behind is not to be trusted."""
    report = yield
    if call.excinfo is not None and not report.skipped:
        item.stash[FAILED] = True
    return report


class SharedPage:
    """The page that the tests of a module use one after another, opened when the first one asks."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url
        self._open = ExitStack()
        self._playground: Playground | None = None
        self.problems: list[str] = []

    def get(self) -> Playground:
        """Returns the page, as if it had just been opened."""
        if self._playground is None:
            context = self._open.enter_context(self._browser.new_context())
            context.set_default_timeout(USUAL_MILLISECONDS)
            page = context.new_page()
            page.add_init_script(LITTLE_MEMORY)
            page.on("pageerror", lambda error: self.problems.append(str(error)))
            self._playground = Playground(page, self._url, [LITTLE_MEMORY])
            self._playground.open()
        else:
            self._playground.tidy_up()
        self.problems.clear()
        return self._playground

    def close(self) -> None:
        """Closes it; the next test gets a new one."""
        self._playground = None
        self._open.close()


@pytest.fixture(scope="module")
def shared_page(browser: Browser, site_url: str) -> Iterator[SharedPage]:
    """Opening a page costs some seconds of computing, so tests that can share one do."""
    shared = SharedPage(browser, site_url)
    yield shared
    shared.close()


@pytest.fixture
def playground(request: pytest.FixtureRequest) -> Iterator[Playground]:
    """The page, opened and ready; in a module marked `one_page` the same one for all its tests.

    Who has to have a page that nobody has used asks for `fresh_playground`.
    """
    if request.node.get_closest_marker("one_page") is None:
        yield request.getfixturevalue("fresh_playground")
        return
    shared: SharedPage = request.getfixturevalue("shared_page")
    yield shared.get()
    problems = list(shared.problems)
    if problems or request.node.stash.get(FAILED, False):
        shared.close()
    assert problems == []


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
