"""The recipe for a panel, followed to the letter on a copy of the page: a folder and one line."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from aimock import node
from serve import Site
from served_site import ROOT, served
from waiting import wait_for_function

WEB = ROOT / "web"
SECONDS = 300

FILES = {
    "index.js": """\
/** Says how long the program is. */
import { byId } from "../../dom.js";

/** @param {import("../page.js").Page} page */
export function mount({ subscribe }) {
  const box = byId("length");
  subscribe(
    ({ draft }) => draft.text.length,
    (length) => {
      box.textContent = `${length} characters`;
    },
  );
}
""",
    "style.css": """\
/* How long the program is. */

.length {
  padding: 7px 12px;
  color: rgb(1 2 3);
}
""",
    "panel.html": """\
<template place="program">
  <p id="length" data-testid="length" class="length">counting …</p>
</template>
""",
}
LINE = 'export * as length from "./length/index.js";\n'


def copy_page(folder: Path) -> Path:
    """Copies what the page is made of; what was installed and compiled is shared."""
    web = folder / "web"
    shutil.copytree(
        WEB, web, ignore=shutil.ignore_patterns("node_modules", ".cache", "__pycache__")
    )
    (WEB / ".cache").mkdir(exist_ok=True)
    for name in ("node_modules", ".cache"):
        (web / name).symlink_to(WEB / name, target_is_directory=True)
    return web


def build(web: Path) -> subprocess.CompletedProcess[str]:
    """Builds a copy of the page into the folder `dist` beside it."""
    out = ["--out", str(web.parent / "dist"), "--language", str(ROOT / "lispcore")]
    command = [node() or "node", str(web / "build.mjs"), *out]
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the page with one panel more."""
    if node() is None or not (WEB / "node_modules" / "esbuild").is_dir():
        pytest.skip("Node.js and the npm packages are not installed")
    web = copy_page(tmp_path_factory.mktemp("page"))
    panel = web / "src" / "panels" / "length"
    panel.mkdir()
    for name, text in FILES.items():
        (panel / name).write_text(text, "utf-8")
    with (web / "src" / "panels" / "table.js").open("a", encoding="utf-8") as table:
        table.write(LINE)
    return web


@pytest.fixture(scope="module")
def built(copied: Path) -> Path:
    """The same, built."""
    done = build(copied)
    assert done.returncode == 0, done.stdout + done.stderr
    return copied.parent / "dist"


@pytest.fixture(scope="module")
def site_url(built: Path) -> Iterator[str]:
    """Its address."""
    yield from served(Site(built))


def asset(built: Path, ending: str) -> str:
    """Returns the content of the page's script or style sheet."""
    page = (built / "index.html").read_text("utf-8")
    found = re.search(rf'"(assets/main-\w+\.{ending})"', page)
    assert found
    return (built / found[1]).read_text("utf-8")


def test_the_new_panel_is_in_what_is_built(built: Path) -> None:
    assert " characters`" in asset(built, "js")
    assert ".length{" in asset(built, "css")
    page = (built / "index.html").read_text("utf-8")
    # It stands there before any script runs, behind the panels that were there.
    assert page.count('data-testid="length"') == 1
    assert page.index('data-testid="files"') < page.index('data-testid="length"')
    assert page.index('data-testid="length"') < page.index('aria-label="Results"')
    assert "<template" not in page
    assert "<!-- panels:" not in page


def test_the_rules_of_the_page_are_kept(copied: Path) -> None:
    types = [node() or "node", str(WEB / "node_modules" / "typescript" / "bin" / "tsc")]
    done = subprocess.run(
        [*types, "-p", str(copied / "tsconfig.json"), "--noEmit"],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    tests = copied.parent / "tests"
    tests.mkdir(exist_ok=True)
    shutil.copy(ROOT / "tests" / "test_page_architecture.py", tests)
    rules = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests)],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        cwd=copied.parent,
    )
    assert rules.returncode == 0, rules.stdout


def test_a_place_that_does_not_exist_is_named(copied: Path, built: Path) -> None:
    panel = copied / "src" / "panels" / "length" / "panel.html"
    try:
        panel.write_text('<template place="nowhere"><p></p></template>\n', "utf-8")
        done = build(copied)
        assert done.returncode != 0
        assert 'the page has no place "nowhere"' in done.stderr
    finally:
        panel.write_text(FILES["panel.html"], "utf-8")
        assert build(copied).returncode == 0


def test_the_new_panel_shows_the_state(page: Page, site_url: str) -> None:
    page.goto(site_url)
    wait_for_function(page, "window.playground")
    page.evaluate("playground.setCode('(+ 1 2)')")
    panel = page.get_by_test_id("length")
    assert panel.text_content() == "7 characters"
    assert panel.evaluate("each => getComputedStyle(each).color") == "rgb(1, 2, 3)"
