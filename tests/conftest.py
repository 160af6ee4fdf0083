"""What all tests share: no keys, no surprises from chance, and a browser with the built page.

A test that asks for `page` (from pytest-playwright) runs in Chromium; `site_url` is the address of
the built page, served as `build.py serve` serves it. Such tests are marked ``browser`` by
themselves, so ``-m "not browser"`` leaves them out.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from chromium import ADVICE, find_chromium
from partial_runs import left_out
from serve import Site
from served_site import ROOT, served
from slow_tests import is_slow

BROWSER_RERUNS = 2
BROWSER_FIXTURES = {"playground", "page", "browser", "context", "new_context", "site_url"}

# Tests must give the same answer whether or not their user has accounts with providers.
for name in [name for name in os.environ if name.endswith(("_API_KEY", "_BASE_URL"))]:
    del os.environ[name]

# Tests write large integers out themselves, in names of parameters for example.
sys.set_int_max_str_digits(0)

# No test depends on time or on luck: examples are the same in every run.
settings.register_profile(
    "lispcore", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("lispcore")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option of partial runs."""
    text = "of a test with many sets of parameters run every Nth (tests/partial_runs.py)"
    parser.addoption("--part", type=int, default=1, metavar="N", help=text)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks browser tests and slow ones.

    Browser tests of one file stay in one process: they share a browser. One that fails is run up to
    twice more, for a browser on a busy machine may be seconds late; the summary says which ones were.
    """
    repeats = config.pluginmanager.hasplugin("rerunfailures")
    for item in items:
        if is_slow(item.path.stem, getattr(item, "originalname", None) or item.name):
            item.add_marker(pytest.mark.slow)
        fixtures = set(getattr(item, "fixturenames", ()))
        if BROWSER_FIXTURES & fixtures or item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.browser)
            if repeats:
                item.add_marker(pytest.mark.flaky(reruns=BROWSER_RERUNS))
            if item.get_closest_marker("xdist_group") is None:
                item.add_marker(pytest.mark.xdist_group(item.path.name))
    if out := left_out(items, config.getoption("--part")):
        config.hook.pytest_deselected(items=out)
        gone = set(out)
        items[:] = [item for item in items if item not in gone]


@pytest.fixture(autouse=True, scope="module")
def small_heap() -> None:
    """Keeps what earlier modules left out of sight of redefinitions, and of the collector.

    A redefinition looks through all objects of the process: after thousands of other tests that
    takes a hundred times as long as in a program. What is frozen is not looked at.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def dist() -> Path:
    """The folder of the built page; `LISPCORE_DIST` names another than `dist/`."""
    folder = Path(os.environ.get("LISPCORE_DIST") or ROOT / "dist")
    if not (folder / "index.html").is_file():
        pytest.fail("dist/ is missing: run `python3 build.py build` first", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def site_url(dist: Path) -> Iterator[str]:
    """The address of the built page, below a sub-path, as a static host may serve it."""
    yield from served(Site(dist, prefix="/some/where/"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Starts the machine's own Chromium, and keeps it from calling home."""
    path = find_chromium()
    if path is None:
        pytest.fail(ADVICE, pytrace=False)
    return {
        **browser_type_launch_args,
        "executable_path": path,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    }
