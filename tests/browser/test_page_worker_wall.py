"""The worker's wall, as if the language's wall had fallen: JavaScript runs in the worker, and reaches nothing."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from model_server import ModelServer
from playground import Playground
from playwright.sync_api import Page, Route, Worker

# What a worker has by itself and could use: each has to be gone, wherever it is looked for.
CAPABILITIES = """
fetch XMLHttpRequest WebSocket WebSocketStream EventSource WebTransport indexedDB IDBFactory IDBDatabase
caches Cache CacheStorage BroadcastChannel Worker SharedWorker ServiceWorker importScripts postMessage close
cookieStore FileReaderSync FileSystemSyncAccessHandle FileSystemDirectoryHandle Notification
RTCPeerConnection RTCDataChannel webkitRequestFileSystem webkitRequestFileSystemSync Blob File Response
Request Headers FontFace fonts OffscreenCanvas PushManager LockManager StorageManager NavigatorStorage
BackgroundFetchManager trustedTypes reportError createImageBitmap
""".split()
NAVIGATORS = """
storage storageBuckets serviceWorker sendBeacon locks gpu connection permissions usb serial hid ml
mediaCapabilities credentials setAppBadge
""".split()

# Keeps, where the wall does not look, what a program would take if it ran before the wall was built.
THIEF = """
Math.kept = { fetch, XMLHttpRequest, WebSocket, EventSource, Worker, importScripts,
              close: close.bind(self), createURL: URL.createObjectURL.bind(URL), Blob,
              load: (address) => import(address) };
"""


@pytest.fixture
def worker(playground: Playground) -> Worker:
    """The interpreter's worker at work."""
    return playground.page.workers[0]


@pytest.fixture
def robbed(closed_playground: Playground) -> Iterator[Worker]:
    """The worker of a page in whose script a thief stands before everything else."""

    def change(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=THIEF + answer.text())

    closed_playground.page.route("**/assets/worker-*.js", change)
    closed_playground.open()
    yield closed_playground.page.workers[0]
    closed_playground.page.unroute_all(behavior="ignoreErrors")


def test_nothing_that_reaches_out_is_left(worker: Worker) -> None:
    left = worker.evaluate(
        """([names, ofNavigator]) => {
            const found = [];
            for (let each = globalThis; each; each = Object.getPrototypeOf(each)) {
                found.push(...names.filter((name) => Object.hasOwn(each, name) && each[name]));
            }
            found.push(...names.filter((name) => globalThis[name] !== undefined));
            for (let each = navigator; each; each = Object.getPrototypeOf(each)) {
                found.push(...ofNavigator.filter((name) => Object.hasOwn(each, name)));
            }
            found.push(...ofNavigator.filter((name) => navigator[name] !== undefined));
            found.push(...["createObjectURL", "revokeObjectURL"].filter((name) => name in URL));
            return found;
        }""",
        [CAPABILITIES, NAVIGATORS],
    )
    assert left == []


def test_what_is_left_is_what_was_listed(worker: Worker) -> None:
    # What browsers will invent is not there either: nobody has to know its name.
    counts = worker.evaluate(
        """() => {
            const scope = Object.getPrototypeOf(Object.getPrototypeOf(globalThis));
            return [Object.getOwnPropertyNames(globalThis).length,
                    Object.getOwnPropertyNames(scope).filter((name) => typeof scope[name] === "function")];
        }"""
        .replace("scope[name]", "Object.getOwnPropertyDescriptor(scope, name).value")
    )  # fmt: skip
    assert counts[0] < 110
    assert set(counts[1]) <= {
        "constructor", "setTimeout", "clearTimeout", "setInterval", "clearInterval", "queueMicrotask",
        "structuredClone", "atob", "btoa",
    }  # fmt: skip


ATTEMPTS = {
    "fetch": "kept.fetch(url, {method: 'POST', mode: 'no-cors', body: 'secret'})",
    "the page's own files": "kept.fetch(page)",
    "request": """new Promise((done, fail) => {
        const http = new kept.XMLHttpRequest();
        http.onload = done;
        http.onerror = fail;
        http.open('GET', url);
        http.send();
    })""",
    "request that waits": """(() => {
        const http = new kept.XMLHttpRequest();
        http.open('GET', page, false);
        http.send();
    })()""",
    "socket": """new Promise((done, fail) => {
        const socket = new kept.WebSocket(url.replace('http', 'ws'));
        socket.onopen = done;
        socket.onerror = fail;
    })""",
    "event source": """new Promise((done, fail) => {
        const source = new kept.EventSource(url);
        source.onopen = done;
        source.onerror = fail;
    })""",
    "script of another site": "kept.load(url)",
    "script of this site": "kept.load(page + 'service-worker.js')",
    "script in an address": "kept.load('data:text/javascript,export default 1')",
    "script in a blob": "kept.load(kept.createURL(new kept.Blob(['1'], {type: 'text/javascript'})))",
    "old script": "kept.importScripts(url)",
    "network of a nested worker": """new Promise((done, fail) => {
        const text = `fetch(${JSON.stringify(url)}, {mode: 'no-cors'})
            .then(() => postMessage('sent'), () => postMessage('refused'));`;
        const nested = new kept.Worker(kept.createURL(new kept.Blob([text])));
        nested.onerror = fail;
        nested.onmessage = ({ data }) => (data === 'sent' ? done() : fail());
    })""",
}


def test_the_policy_holds_for_what_was_taken_before(robbed: Worker, models: ModelServer) -> None:
    page = robbed.url.removeprefix("blob:").rsplit("/", 1)[0] + "/some/where/"
    for name, attempt in ATTEMPTS.items():
        done = robbed.evaluate(
            f"""async ([url, page]) => {{
                const {{ kept }} = Math;
                const late = new Promise((resolve) => setTimeout(resolve, 5000, "nothing came"));
                const tried = (async () => {{ await ({attempt}); return "succeeded"; }})();
                return Promise.race([tried, late]).catch(() => "failed");
            }}""",
            [models.url, page],
        )
        assert done != "succeeded", name
    assert models.received == []


def test_text_is_no_script(robbed: Worker, playground: Playground) -> None:
    # The tool of this test may evaluate what it likes, so the worker's own words are asked for.
    ready = playground.page.evaluate("playground.ready.then(() => true)")
    assert ready
    assert "This browser cannot shut programs in" not in playground.output()


def test_a_worker_that_ended_is_noticed_and_replaced(
    robbed: Worker, closed_playground: Playground
) -> None:
    playground = closed_playground
    playground.page.evaluate("playground.writeFile('kept.txt', 'kept')")
    robbed.evaluate("() => { Math.kept.close(); }")
    playground.wait_for_output("ended unexpectedly")
    assert playground.run('(file/read "kept.txt")')["value"] == '"kept"'
    # The same while a program runs: what it printed stays, and its run has an end.
    playground.start('(println "before") (sleep 600000)')
    playground.wait_for_output("before")
    for each in playground.page.workers:
        each.evaluate("() => { Math.kept.close(); }")
    playground.wait_for_state("ready")
    assert "before" in playground.output()
    assert "A new one was started" in playground.output()
    assert playground.run("(+ 1 2)")["value"] == "3"


# -------------------------------------------------------------------------- one owner, one worker


def link_to(code: str) -> str:
    """Returns the part of an address that carries a program."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(json.dumps({"code": code}).encode()) + packer.flush()
    return "#v1=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def follow(page: Page, code: str) -> None:
    """Opens a link in an open page."""
    page.evaluate("hash => { location.hash = hash }", link_to(code))
    page.wait_for_function("code => playground.getCode() === code", arg=code)


def marks(page: Page) -> list[Any]:
    """Returns the marks that `mark` left in the workers that are there."""
    return [each.evaluate("() => globalThis.mark ?? null") for each in page.workers]


def test_a_program_from_a_link_leaves_nothing_to_those_that_follow(playground: Playground) -> None:
    page = playground.page
    page.evaluate("playground.writeFile('mine.txt', 'mine')")
    playground.run("(define secret 1)")
    for each in page.workers:
        each.evaluate("() => { globalThis.mark = 'mine'; }")
    follow(
        page,
        '(define seen (file/exists? "mine.txt")) (file/write "mine.txt" "theirs")'
        ' (file/write "made.txt" "made") (list seen (file/read "mine.txt"))',
    )
    assert page.evaluate("playground.run()")["value"] == '(#f "theirs")'
    assert "mine" not in marks(page)
    for each in page.workers:
        each.evaluate("() => { globalThis.mark = 'theirs'; }")
    # Again, and a line below: the same worker, in which its own files are.
    assert page.evaluate("playground.run()")["value"] == '(#t "theirs")'
    assert "theirs" in marks(page)
    own = '(list (file/read "mine.txt") (file/read "made.txt") (file/read "mine-2.txt"))'
    assert playground.run(own)["value"] == '("mine" "made" "theirs")'
    assert "theirs" not in marks(page)


def test_a_link_that_follows_a_link_is_another_program(closed_playground: Playground) -> None:
    playground = closed_playground
    first = '(file/write "first.txt" "1") (define left 1) 1'
    playground.open(link_to(first))
    page = playground.page
    assert page.evaluate("playground.run()")["value"] == "1"
    second = '(file/exists? "first.txt")'
    follow(page, second)
    assert page.evaluate("playground.run()")["value"] == "#f"
