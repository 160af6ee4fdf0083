"""The journeys of journeys.py in Chromium, Firefox and WebKitGTK, on both kinds of host.

One browser is started for each row of `ROADS`, and its journeys share it. An engine that is not
there is skipped; `build.py test` says so, and installs what it can.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import journeys
import pytest
from drivers import Chromium, Driver, Firefox, WebKit
from hosts import open_host
from journeys import Journey
from model_server import open_model_server
from playwright.sync_api import Browser
from visit import Visit

from engines import ENGINES, find_engine

WITHOUT_SUSPENDING = {"javascript.options.wasm_js_promise_integration": False}
WITHOUT_SERVICE_WORKERS = {"dom.serviceWorkers.enabled": False}
SHARING = {"JSC_useSharedArrayBuffer": "1"}
BASIC = journeys.BASIC
WAITING = (*journeys.BASIC, *journeys.WAITING)


@dataclass(frozen=True)
class Road:
    """A browser as it is started, a kind of host, and the journeys that are gone there."""

    engine: str
    host: str
    tier: str
    going: tuple[Journey, ...] = journeys.ALL
    asked: str = ""
    settings: dict[str, bool] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    # As most visitors have it: with a second interpreter, and with signs that move. These cost as much
    # as the journeys of a road, so they are there on one of each engine's.
    is_usual: bool = False

    @property
    def name(self) -> str:
        return f"{self.engine}-{self.host}-{self.tier}"

    @property
    def query(self) -> str:
        """What follows the page's address."""
        asked = [self.asked, "" if self.is_usual else "interpreters=1"]
        return "?" + "&".join(filter(None, asked)) if any(asked) else ""


ROADS = (
    Road("chromium", "served", "suspend", is_usual=True),
    Road("chromium", "plain", "suspend"),
    Road("chromium", "served", "shared", WAITING, "wait=shared"),
    Road("chromium", "plain", "service", WAITING, "wait=service"),
    Road("chromium", "plain", "direct", BASIC, "wait=direct"),
    Road("firefox", "served", "suspend", is_usual=True),
    Road("firefox", "plain", "suspend"),
    Road("firefox", "served", "shared", WAITING, settings=WITHOUT_SUSPENDING),
    Road("firefox", "plain", "service", WAITING, settings=WITHOUT_SUSPENDING),
    Road(
        "firefox",
        "plain",
        "direct",
        BASIC,
        settings={**WITHOUT_SUSPENDING, **WITHOUT_SERVICE_WORKERS},
    ),
    Road("webkit", "served", "service", is_usual=True),
    Road("webkit", "plain", "service"),
    Road("webkit", "plain", "shared", WAITING, variables=SHARING),
)


# Roads on which a journey has failed; it is gone once more, from the beginning of the road.
FAILED: set[str] = set()


def _parameters() -> Iterator[object]:
    for road in ROADS:
        marks = [pytest.mark.xdist_group(road.name), pytest.mark.browser]
        for journey in road.going:
            yield pytest.param(road, journey, id=f"{road.name}-{journey.__name__}", marks=marks)


@contextlib.contextmanager
def open_driver(road: Road, get_browser: Callable[[], Browser]) -> Iterator[Driver]:
    if road.engine == "chromium":
        with contextlib.closing(Chromium(get_browser(), moves=road.is_usual)) as chromium:
            yield chromium
        return
    program = find_engine(road.engine)
    if program is None:
        pytest.skip(f"{ENGINES[road.engine].label} is not here")
    driver: Firefox | WebKit
    if road.engine == "firefox":
        driver = Firefox(program, road.settings, moves=road.is_usual)
    else:
        driver = WebKit(program, road.variables, moves=road.is_usual)
    with contextlib.closing(driver):
        yield driver


@pytest.fixture(scope="module")
def open_visit(dist: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visit]]:
    """Gives the visit of a road; the one before is closed when another one begins.

    With `anew` so is that of the same road: after a failure nobody knows what it shows.
    """
    found: dict[str, Visit] = {}
    with contextlib.ExitStack() as stack:

        def open_one(road: Road, *, anew: bool = False) -> Visit:
            if road.name not in found or anew:
                stack.close()
                found.clear()
                driver = stack.enter_context(
                    open_driver(road, lambda: request.getfixturevalue("browser"))
                )
                models = stack.enter_context(open_model_server())
                host, url = stack.enter_context(open_host(dist, is_plain=road.host == "plain"))
                visit = Visit(driver, host, url, models, road.tier, road.query)
                visit.open()
                found[road.name] = visit
            return found[road.name]

        yield open_one


@pytest.mark.parametrize(("road", "journey"), _parameters())
def test_journey(road: Road, journey: Journey, open_visit: Callable[..., Visit]) -> None:
    visit = open_visit(road, anew=road.name in FAILED)
    FAILED.discard(road.name)
    models = visit.models
    models.received.clear()
    models.raw.clear()
    models.halt_after = None
    models.gate.clear()
    try:
        journey(visit)
    except BaseException:
        FAILED.add(road.name)
        raise
    finally:
        models.gate.set()
