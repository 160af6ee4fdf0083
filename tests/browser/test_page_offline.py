"""What is kept for a visit without a network: the files of the build, checked, and nothing else."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playground import Playground
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import Error as BrowserError

from serve import Site
from served_site import served

KEPT = """async () => {
    const found = [];
    for (const name of await caches.keys()) {
        const requests = await (await caches.open(name)).keys();
        found.push([name, requests.map((request) => request.url).sort()]);
    }
    return found;
}"""
UNTIL_KEPT = """async (least) => {
    for (let tries = 0; tries < 300; tries++) {
        for (const name of await caches.keys()) {
            if ((await (await caches.open(name)).keys()).length >= least) return;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("nothing was kept");
}"""
EVIL = "<!doctype html><title>evil</title><script>window.evil = 1</script>"
OTHER_BUILD = "feedfacefeedface"


def listed(folder: Path) -> dict[str, str]:
    """Returns what the service worker's own list says: addresses with the hashes of their files."""
    script = (folder / "service-worker.js").read_text(encoding="utf-8")
    core = re.search(r"core:\{(.*?)\}", script)
    assert core is not None
    return dict(re.findall(r'"([^"]+)":\["([0-9a-f]{64})"', core[1]))


@pytest.fixture(scope="module")
def folder(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the built page, which the tests may deploy anew."""
    return Path(shutil.copytree(dist, tmp_path_factory.mktemp("deployed") / "dist"))


@pytest.fixture(scope="module")
def deployed_url(folder: Path) -> Iterator[str]:
    yield from served(Site(folder, prefix="/deep/"))


@pytest.fixture
def kept(browser: Browser, deployed_url: str, folder: Path) -> Iterator[Playground]:
    """The page in a browser of its own, opened once, with its files kept."""
    with browser.new_context() as context:
        playground = Playground(context.new_page(), deployed_url)
        playground.open()
        playground.page.evaluate(UNTIL_KEPT, len(listed(folder)))
        yield playground


def reload_offline(playground: Playground) -> None:
    playground.page.context.set_offline(True)
    playground.page.reload()
    playground.page.wait_for_function("window.playground")
    playground.page.evaluate("playground.ready")


def test_every_listed_file_is_as_it_was_built(dist: Path) -> None:
    for address, digest in listed(dist).items():
        content = (
            dist / (f"{address}index.html" if address.endswith("/") else address)
        ).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest, address


def test_the_page_opens_without_a_network(kept: Playground, folder: Path) -> None:
    """Only the build's own files are kept, and what came between them is neither shown nor run."""
    page = kept.page
    [[name, addresses]] = page.evaluate(KEPT)
    assert set(addresses) == {kept.url + each.removeprefix("./") for each in listed(folder)}
    # A worker under somebody's control reaches the cache and the service worker: say it does.
    poisoned = [kept.url, *(url for url in addresses if "/assets/main-" in url)]
    page.evaluate(
        """async ([name, poisoned, url, evil]) => {
            const cache = await caches.open(name);
            const html = {headers: {"content-type": "text/html"}};
            await cache.put(url + "evil.html", new Response(evil, html));
            await (await caches.open("lispcore-page-evil")).put(url, new Response(evil, html));
            const worker = (await navigator.serviceWorker.ready).active;
            worker.postMessage({type: "keep", addresses: [url + "wait?x"], hasModel: "yes"});
            worker.postMessage({type: "keep", files: {core: {"x.html": "0"}}});
        }""",
        [name, poisoned, kept.url, EVIL],
    )
    reload_offline(kept)
    assert kept.run("(+ 1 2)")["value"] == "3"
    assert page.evaluate("window.evil ?? null") is None
    with pytest.raises(BrowserError):
        page.goto(f"{kept.url}evil.html")
        assert page.title() != "evil"
        raise BrowserError("the page itself was shown")
    page.context.set_offline(False)
    kept.open(ready=False)
    page.evaluate(
        """async ([name, poisoned, evil]) => {
            const cache = await caches.open(name);
            for (const url of poisoned) await cache.put(url, new Response(evil));
        }""",
        [name, poisoned, EVIL],
    )
    page.context.set_offline(True)
    with pytest.raises(BrowserError):  # nothing is shown rather than that
        page.reload()
    page.context.set_offline(False)
    kept.open()
    assert page.evaluate("window.evil ?? null") is None


def test_the_manual_is_there_without_a_network_once_it_was_opened(kept: Playground) -> None:
    page = kept.page
    page.goto(f"{kept.url}docs/tools.html")
    inside = "caches.match(document.baseURI).then((found) => found !== undefined)"
    page.wait_for_function(inside)
    page.wait_for_function("caches.match('../icon.svg').then((found) => found !== undefined)")
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tools and agents")
    assert page.evaluate("getComputedStyle(document.querySelector('pre')).borderRadius") == "8px"
    # The Learn panel has it all.
    page.goto(kept.url)
    page.wait_for_function("window.playground")
    kept.part("learn").click()
    kept.part("learn-manual").click()
    kept.part("learn-body").get_by_role("button", name="Costs and limits").click()
    expect(kept.part("learn-body")).to_contain_text("A budget ends calls")
    with pytest.raises(BrowserError):
        page.goto(f"{kept.url}docs/costs.html")  # its static page was never opened


def deploy_another(folder: Path) -> None:
    """Puts another build in the place of the one that is open: other names, other content."""
    html = (folder / "index.html").read_text(encoding="utf-8")
    script = re.search(r"assets/main-\w+\.js", html)
    build = re.search(r'data-build="([0-9a-f]+)"', html)
    assert script is not None
    assert build is not None
    other = "assets/main-0000000001.js"
    (folder / script[0]).rename(folder / other)
    new = html.replace(script[0], other).replace(build[1], OTHER_BUILD)
    (folder / "index.html").write_text(new, encoding="utf-8")
    old_hash, new_hash = (hashlib.sha256(each.encode()).hexdigest() for each in (html, new))
    worker = folder / "service-worker.js"
    text = worker.read_text(encoding="utf-8")
    for old, replacement in ((script[0], other), (build[1], OTHER_BUILD), (old_hash, new_hash)):
        assert old in text
        text = text.replace(old, replacement)
    worker.write_text(text, encoding="utf-8")


def build_of(page: Page) -> Any:
    return page.evaluate("document.documentElement.dataset.build")


def test_a_new_build_in_mid_run_changes_nothing_until_the_page_is_opened_anew(
    kept: Playground, folder: Path
) -> None:
    page = kept.page
    before = build_of(page)
    kept.start(
        '(define n 0) (while (not (file/exists? "go")) (set! n (+ n 1)) (sleep 20)) "went on"'
    )
    kept.wait_for_state("running")
    deploy_another(folder)
    page.evaluate("async () => { await (await navigator.serviceWorker.ready).update() }")
    waits = "navigator.serviceWorker.ready.then((found) => found.waiting !== null)"
    page.wait_for_function(waits)
    page.evaluate("playground.writeFile('go', new Uint8Array(1))")
    kept.wait_for_output("went on")
    # Stop ends a worker by force, and the next one is made of the build that is open.
    kept.start("(define (f) (f)) (f)")
    kept.wait_for_state("running")
    kept.part("stop").click()
    kept.wait_for_state("ready")
    assert kept.run("(+ 1 2)")["value"] == "3"
    assert build_of(page) == before
    kept.open()
    assert build_of(page) == OTHER_BUILD
    names = "caches.keys().then((names) => names.join())"
    page.wait_for_function(f"{names}.then((names) => names === 'lispcore-page-{OTHER_BUILD}')")
    page.evaluate(UNTIL_KEPT, 10)
    page.wait_for_timeout(500)
    reload_offline(kept)
    assert build_of(page) == OTHER_BUILD
    assert kept.run("(+ 1 2)")["value"] == "3"


def test_the_page_can_be_installed(fresh_playground: Playground) -> None:
    session = fresh_playground.page.context.new_cdp_session(fresh_playground.page)
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].endswith("/manifest.webmanifest")
    found = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # What browsers install nothing in: the windows in which tests are.
    assert [each["errorId"] for each in found if each["errorId"] != "in-incognito"] == []
