"""The page with a worker that lies: a script of an attacker in the place of ours says what it likes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playground import Playground
from playwright.sync_api import BrowserContext, Page

# Runs no program: what is in the program's text says what it does. "echo" is what a good worker does.
LIAR = """
const START = performance.now();
let port, id;
const say = (message) => port.postMessage(message);
const end = (value) =>
  say({ type: "result", id, result: { value, output: [], error: null }, stopped: false });
const lies = {
  echo: () => end("1"),
  markup() {
    const evil = "<img src=x onerror='window.hacked = 1'><script>window.hacked = 1</scr" + "ipt>";
    say({ type: "write", parts: [["out", evil], ["err", evil], ["stream", evil]] });
    say({ type: "file", name: evil.replaceAll("/", ""), bytes: new Uint8Array(1) });
    for (const type of ["call-start", "call-end"]) {
      say({ type: "record", events: [{
        type, id: 1, provider: evil, model: evil, body: evil, text: evil, seconds: 1, notes: [evil],
        tool_calls: [{ name: evil, arguments: {} }], stop_reason: evil,
        error: { type: evil, message: evil },
      }] });
    }
    say({ type: "result", id, stopped: false, result: {
      value: evil, output: [evil], error: {
        type: evil, message: evil, line: 1, column: 1, hint: evil, stack: [evil, { name: evil, line: 1, column: 1 }],
      } } });
  },
  names() {
    const evil = ["../up.txt", "/etc/passwd", "a/../../b", "a\\\\b", "", ".", "a\\nb", "x".repeat(5000), "\\ud800"];
    for (const name of [...evil, "__proto__", "constructor/prototype", "good.txt"]) {
      say({ type: "file", name, bytes: new Uint8Array(1) });
    }
    say({ type: "forget", name: "../mine.txt" });
    end("1");
  },
  pollution() {
    const evil = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}');
    say({ type: "record", events: [{ ...evil, type: "call-start", id: 1, tags: evil }] });
    say({ type: "tell", request: { operation: "abort", handle: 1, ...evil } });
    end("1");
  },
  others() {
    // Of programs that do not run, in the name of a worker that has started already, twice.
    for (const other of [id - 1, id + 1, -id, 0.5]) if (other >= 0 && other % 1 === 0) {
      say({ type: "result", id: other, result: { value: "forged", output: [], error: null }, stopped: false });
    }
    say({ type: "documentation", entries: [] });
    say({ type: "phase", phase: "python" });
    end("1");
    end("forged");
  },
  nothing: () => say(null),
  unknown: () => say({ type: "eval", code: "1" }),
  shape: () => say({ type: "write", parts: { length: 1e9 } }),
  shared: () => say({ type: "file", name: "a", bytes: new Uint8Array(8).subarray(1).buffer }),
  ready: () => say({ type: "ready", tier: "suspend", isStrict: true, isLocked: false, isStoppable: false }),
  records() { for (;;) say({ type: "record", events: [{ type: "call-start", id: 1, body: "x".repeat(10_000) }] }); },
  flood() { for (;;) say({ type: "alive", seconds: 0 }); },
  files() { for (let n = 0; ; n++) say({ type: "file", name: `f${n}`, bytes: new Uint8Array(100) }); },
  text() { for (;;) say({ type: "write", parts: [["out", "x".repeat(100_000)]] }); },
  asks() { for (let n = 1; ; n++) say({ type: "ask", id: n, request: { operation: "sleep", seconds: 1e6 } }); },
  silence() {},
};
self.onmessage = ({ data, ports }) => {
  [port] = ports;
  port.onmessage = ({ data: message }) => {
    if (message.type === "ping") say({ type: "pong", id: message.id, memory: 0 });
    if (message.type !== "run") return;
    ({ id } = message);
    lies[message.code]();
  };
  if (Date.now() < data.wakes) return;
  say({ type: "ready", tier: data.tier, isStrict: true, isLocked: false, isStoppable: false });
};
"""


@pytest.fixture(scope="module")
def liar(context: BrowserContext, site_url: str) -> Iterator[Playground]:
    """One page for all lies: whatever is said to it, it goes on."""
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.route("**/assets/worker-*.js", lambda route: route.fulfill(
        body=LIAR.replace("data.wakes", "0"), content_type="text/javascript"))  # fmt: skip
    playground = Playground(page, site_url)
    playground.open()
    yield playground
    assert problems == []
    page.close()


def works(playground: Playground) -> None:
    """Holds the page to what it promises: nothing ran in it, and the next program runs."""
    assert playground.run("echo")["value"] == "1"
    assert playground.page.evaluate("[window.hacked ?? 0, ({}).polluted ?? 0]") == [0, 0]
    assert playground.page.locator("[data-testid=output] :is(img, script)").count() == 0


def test_markup_is_text(liar: Playground) -> None:
    liar.run("markup")
    assert "<img src=x" in liar.output()
    assert liar.page.evaluate("playground.calls()[0].model").startswith("<img")
    works(liar)


def test_names_of_files_stay_below_the_folder(liar: Playground) -> None:
    liar.page.evaluate("playground.writeFile('mine.txt', 'mine')")
    assert liar.run("names")["value"] == "1"
    found = liar.page.locator("[data-testid=files]").text_content() or ""
    assert "good.txt" in found
    assert "passwd" not in found
    assert liar.page.evaluate("playground.readFile('mine.txt')")
    works(liar)


@pytest.mark.parametrize("lie", ["pollution", "others"])
def test_what_means_nothing_does_nothing(liar: Playground, lie: str) -> None:
    assert liar.run(lie)["value"] == "1"
    works(liar)


@pytest.mark.parametrize("lie", ["nothing", "unknown", "shape", "shared", "ready"])
def test_nonsense_ends_the_worker(liar: Playground, lie: str) -> None:
    assert liar.run(lie)["error"]["type"] == "fault"
    assert "makes no sense" in liar.output()
    works(liar)


@pytest.mark.parametrize("lie", ["records", "flood", "text", "asks", "files"])
def test_a_flood_does_not_freeze_the_page(liar: Playground, lie: str) -> None:
    page = liar.page
    page.evaluate("lie => { window.longest = 0; window.ended = playground.run(lie); }", lie)
    page.evaluate(
        """() => {
            let last = performance.now();
            window.clock = setInterval(() => {
                const now = performance.now();
                window.longest = Math.max(window.longest, now - last);
                last = now;
            }, 10);
        }"""
    )
    assert page.evaluate("ended")["error"]["type"] == "fault"
    # Without bounds it was a minute, or for ever; on a machine at rest it is a tenth of a second.
    assert page.evaluate("clearInterval(clock), longest") < 15_000
    assert "more than it can show" in liar.output() or "makes no sense" in liar.output()
    works(liar)


def test_stop_ends_one_that_says_nothing(liar: Playground) -> None:
    liar.page.evaluate("() => { window.ended = playground.run('silence'); }")
    liar.wait_for_state("running")
    liar.part("stop").click()
    assert liar.page.evaluate("ended")["error"]["type"] == "stopped"
    works(liar)


def test_one_that_never_starts_is_said_and_can_be_started_anew(page: Page, site_url: str) -> None:
    late = LIAR.replace("data.wakes", "self.wakes").replace(
        "const START = performance.now();", "self.wakes = WAKES;"
    )
    wakes = page.evaluate("Date.now() + 14_000")
    page.route("**/assets/worker-*.js", lambda route: route.fulfill(
        body=late.replace("WAKES", str(wakes)), content_type="text/javascript"))  # fmt: skip
    playground = Playground(page, site_url)
    playground.open(ready=False)
    playground.page.evaluate("playground.setCode('echo')")
    restart = playground.part("restart")
    restart.wait_for()
    assert "taking long to start" in playground.output()
    restart.click()
    playground.wait_for_state("ready")
    assert playground.page.evaluate("playground.getCode()") == "echo"
    works(playground)
