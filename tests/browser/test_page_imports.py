"""Code from elsewhere in the page: the question, what is pinned, and what a link's program may not do."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator

import pytest
from playground import Playground, visiting
from playwright.sync_api import Browser

from module_server import ModuleServer, open_module_server

AREA = '(import "sums.lisp") (define (area s) (sum s s))'
SUMS = "(define (sum a b) (+ a b))"


@pytest.fixture(scope="module")
def served() -> Iterator[ModuleServer]:
    with open_module_server() as server:
        yield server


@pytest.fixture
def server(served: ModuleServer) -> ModuleServer:
    for each in (served.files, served.moved, served.refused, served.asked, served.headers):
        each.clear()
    served.put("/area.lisp", AREA)
    served.put("/sums.lisp", SUMS)
    return served


@pytest.fixture(scope="module")
def visit(browser: Browser, site_url: str) -> Iterator[Playground]:
    """The page, opened once."""
    with visiting(browser, site_url) as visit:
        yield visit


def begin(visit: Playground, code: str) -> None:
    visit.page.evaluate("code => playground.setCode(code)", code)
    visit.begin()


def pinned(visit: Playground, name: str) -> dict[str, object]:
    read = (
        "name => { const b = playground.readFile(name); return b && new TextDecoder().decode(b); }"
    )
    visit.page.wait_for_function(f"name => ({read})(name) !== undefined", arg=name)
    imports: dict[str, object] = json.loads(visit.page.evaluate(read, name))["imports"]
    return imports


def test_a_program_asks_before_it_imports_and_once_only(
    visit: Playground, server: ModuleServer
) -> None:
    address = f"{server.url}/area.lisp"
    program = f'(import "{address}" area)\n(area 4)'
    begin(visit, program)
    visit.part("consent").wait_for()
    said = visit.part("consent").inner_text()
    assert f"import code from {address}" in said
    assert "all that your program can" in said
    assert "came with a link" not in said
    assert server.asked == []
    visit.allow("no")
    error = visit.outcome()["error"]
    assert "you did not allow this program to import code from" in error["message"]
    assert server.asked == []
    begin(visit, program)
    visit.allow("once")
    assert visit.outcome()["value"] == "8"
    assert {name.rpartition("/")[2] for name in pinned(visit, "lispcore.lock")} == {
        "area.lisp",
        "sums.lisp",
    }
    # From now on neither a question nor a network is needed.
    server.files.clear()
    begin(visit, program)
    assert visit.outcome()["value"] == "8"
    assert len(server.asked) == 2
    assert all("cookie" not in sent for sent in server.headers)


def test_whoever_drives_the_page_says_yes_beforehand(
    visit: Playground, server: ModuleServer
) -> None:
    server.moved["/moved"] = "/deep/area.lisp"
    server.put("/deep/area.lisp", AREA.replace("area", "deep-area"))
    server.put("/deep/sums.lisp", "(define (sum a b) (/ a (car 5)))")
    address = f"{server.url}/moved"
    result = visit.page.evaluate(
        "code => playground.run(code, { allowImport: true })",
        f'(import "{address}" deep-area)\n(deep-area 4)',
    )
    # Its relative imports start where the redirect led, and so does its mistake's place.
    assert result["error"]["message"].startswith(f"{server.url}/deep/sums.lisp:1:24: ")
    wrong = "0" * 64
    program = f'(import "{server.url}/sums.lisp" {{:sha256 "{wrong}"}})'
    result = visit.page.evaluate("code => playground.run(code, { allowImport: true })", program)
    assert wrong in result["error"]["message"]


def test_a_program_of_a_link_imports_nothing_unasked_and_pins_nothing_for_others(
    visit: Playground, server: ModuleServer
) -> None:
    server.put("/link.lisp", "(define (f) :linked)")
    code = f'(import "{server.url}/link.lisp")\n(file/write "packages/f.lisp" "evil")\n(f)'
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(json.dumps({"code": code}).encode()) + packer.flush()
    link = "#v1=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")
    visit.page.evaluate("hash => { location.hash = hash; }", link)
    visit.page.wait_for_function("text => playground.getCode() === text", arg=code)
    # What a driver of the page allows holds for the visitor's own programs alone.
    visit.page.evaluate(
        "() => { window.outcome = playground.run(undefined, {allowImport: true}); }"
    )
    visit.part("consent").wait_for()
    said = visit.part("consent").inner_text()
    assert "came with a link" in said
    assert f"import code from {server.url}/link.lisp" in said
    assert server.asked == []
    visit.allow("once")
    assert visit.page.evaluate("() => window.outcome")["value"] == ":linked"
    assert f"{server.url}/link.lisp" in pinned(visit, "of-links/lispcore.lock")
    names = [each["name"] for each in visit.page.evaluate("() => playground.listFiles()")]
    assert "packages/f.lisp" not in names
    assert "of-links/packages/f.lisp" in names
