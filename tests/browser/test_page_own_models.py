"""Models that run in the page itself: Chrome's built-in one (played here) and llama.cpp in the tab."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest
from playground import Playground

from images import png
from tiny_model import make_tiny_model

pytestmark = pytest.mark.one_page

RECITAL = "Tiny models run in tabs."

# A stand-in for Chrome's `LanguageModel`. It notes what it is asked, and says its words one by one;
# `builtIn.held` makes it wait before the third.
FAKE_CHROME = """
window.builtIn = {state: "available", asked: [], created: [], destroyed: 0, aborted: 0, held: null,
                  words: ["Hello", " from", " Chrome", "."]};
window.LanguageModel = {
  async availability() { return builtIn.state; },
  async create(options) {
    builtIn.created.push(structuredClone(options.initialPrompts ?? null));
    if (builtIn.state === "downloadable") {
      if (!navigator.userActivation.isActive) throw new DOMException("gesture", "NotAllowedError");
      const target = new EventTarget();
      options.monitor(target);
      for (const loaded of [0.25, 1]) {
        target.dispatchEvent(Object.assign(new Event("downloadprogress"), {loaded}));
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      builtIn.state = "available";
    }
    return {
      contextUsage: 12,
      destroy() { builtIn.destroyed++; },
      promptStreaming(prompt, {signal, responseConstraint}) {
        builtIn.asked.push({prompt, responseConstraint});
        signal.addEventListener("abort", () => builtIn.aborted++);
        let at = 0;
        return new ReadableStream({
          async pull(controller) {
            if (at === 2 && builtIn.held) await builtIn.held;
            if (signal.aborted) throw signal.reason;
            if (at === builtIn.words.length) controller.close();
            else controller.enqueue(builtIn.words[at++]);
          },
        });
      },
    };
  },
};
"""


@pytest.fixture
def chrome(playground: Playground) -> Playground:
    """The page in a browser with a built-in model, which answers."""
    playground.page.evaluate(f"{FAKE_CHROME} playground.configure('chrome')")
    return playground


class _ModelFile(BaseHTTPRequestHandler):
    """Sends a model; addresses with `slow` in them wait for the gate after half of it."""

    content = b""
    gate: Event

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _head(self) -> None:
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Expose-Headers", "Content-Length")
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()

    def do_HEAD(self) -> None:
        self._head()

    def do_GET(self) -> None:
        self._head()
        half = len(self.content) // 2
        self.wfile.write(self.content[:half])
        self.wfile.flush()
        if "slow" in self.path:
            self.gate.wait(30)
        with contextlib.suppress(OSError):  # whoever asked may be gone
            self.wfile.write(self.content[half:])


@pytest.fixture
def gate() -> Event:
    """Lets a slow download go on."""
    return Event()


@pytest.fixture
def model_address(gate: Event) -> Iterator[str]:
    """The address of a small model on another origin."""
    handler = type("Handler", (_ModelFile,), {"content": make_tiny_model(), "gate": gate})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/models/tiny.gguf"
    gate.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_built_in_model_streams_word_by_word(chrome: Playground) -> None:
    chrome.page.evaluate("builtIn.held = new Promise((go) => { builtIn.go = go; }); null")
    chrome.start('(llm/stream "Say hello" {:system "Be brief."})')
    chrome.wait_for_output("Hello from")
    assert "Chrome." not in chrome.output()
    chrome.page.evaluate("builtIn.go()")
    chrome.wait_for_output('⇒ "Hello from Chrome."')
    assert chrome.page.evaluate("builtIn.created") == [[{"role": "system", "content": "Be brief."}]]
    assert chrome.page.evaluate("builtIn.asked[0].prompt") == [
        {"role": "user", "content": "Say hello"}
    ]
    assert chrome.page.evaluate("builtIn.destroyed") == 1
    (call,) = chrome.page.evaluate("playground.calls()")
    assert (call["provider"], call["text"]) == ("chrome", "Hello from Chrome.")
    assert call["usage"]["completion_tokens"] == 4


def test_a_conversation_reaches_the_built_in_model_in_order(chrome: Playground) -> None:
    program = """(llm/chat [(message :user "a") (message :assistant "b") (message :system "s")
                            (message :user "c")])"""
    assert chrome.run(program)["value"] == '"Hello from Chrome."'
    assert chrome.page.evaluate("builtIn.created[0]") == [
        {"role": "system", "content": "s"},
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": "b"},
    ]


def test_limits_that_the_built_in_model_does_not_know_are_kept(chrome: Playground) -> None:
    assert chrome.run('(llm/complete "x" {:max-tokens 2})')["value"] == '"Hello from"'
    program = '(llm/complete "x" {:stop-sequences ["m Chr"]})'
    assert chrome.run(program)["value"] == '"Hello fro"'


def test_pictures_and_schemas_reach_the_built_in_model(chrome: Playground) -> None:
    chrome.run(
        '(llm/complete (message/with-image :user "What?" (file/read-bytes "p.png")))',
        {"p.png": list(png(3, 2))},
    )
    kinds = """builtIn.asked[0].prompt[0].content.map((part) =>
        [part.type, part.value.size ?? part.value, part.value.type])"""
    assert chrome.page.evaluate(kinds) == [
        ["text", "What?", None],
        ["image", len(png(3, 2)), "image/png"],
    ]
    chrome.page.evaluate("""builtIn.words = ['{"age": ', '7}']; null""")
    assert chrome.run('(llm/extract {:age :number} "I am 7")')["value"] == "{:age 7}"
    schema = chrome.page.evaluate("builtIn.asked[1].responseConstraint")
    assert schema["properties"]["age"]["type"] == "number"


def test_stop_ends_the_built_in_model(chrome: Playground) -> None:
    chrome.page.evaluate("builtIn.held = new Promise(() => {}); null")
    chrome.start('(llm/stream "x")')
    chrome.wait_for_output("Hello from")
    chrome.part("stop").click()
    chrome.wait_for_state("ready")
    assert chrome.page.evaluate("builtIn.aborted") == 1
    assert "Hello from" in chrome.output()


def test_tools_are_refused_by_the_built_in_model_in_plain_words(chrome: Playground) -> None:
    program = """(deftool t "d" {:x {:type :string}} (lambda (x) x))
                 (try (llm/complete "x" {:tools [t]}) (catch e (list (:type e) (:advice e))))"""
    value = chrome.run(program)["value"]
    assert value is not None
    assert ":llm" in value
    assert "tools" in value


def test_the_built_in_model_is_downloaded_from_the_settings(chrome: Playground) -> None:
    chrome.page.evaluate("builtIn.state = 'downloadable'")
    chrome.page.evaluate("playground.configure('demo')")
    chrome.part("settings").click()
    chrome.part("provider").select_option("chrome")
    chrome.part("chrome-download").click()
    chrome.part("chrome-state").get_by_text("Ready").wait_for()
    chrome.part("save-settings").click()
    assert chrome.run('(llm/complete "x")')["value"] == '"Hello from Chrome."'


def test_a_browser_without_a_built_in_model_says_so(playground: Playground) -> None:
    playground.page.evaluate("delete globalThis.LanguageModel; playground.configure('chrome')")
    error = playground.run('(llm/complete "x")')["error"]
    assert "this browser has no built-in model" in error["message"]
    assert error["hint"]


@pytest.mark.parametrize("tier", ["shared", "service"])
def test_the_built_in_model_streams_without_suspension(
    closed_playground: Playground, tier: str
) -> None:
    closed_playground.page.add_init_script(FAKE_CHROME)
    closed_playground.open(f"?wait={tier}")
    closed_playground.page.evaluate("playground.configure('chrome')")
    result = closed_playground.run('(llm/stream "x" (fn (c) (display (str "<" c ">"))))')
    assert result["output"] == ["<Hello>< from>< Chrome><.>"]


def test_a_file_becomes_a_model_that_answers_and_can_be_deleted(playground: Playground) -> None:
    playground.part("settings").click()
    playground.part("provider").select_option("local")
    chosen = {"name": "my tiny.gguf", "mimeType": "application/octet-stream"}
    playground.part("model-file").set_input_files([{**chosen, "buffer": make_tiny_model()}])
    playground.part("local-models").get_by_text("my tiny.gguf").wait_for()
    playground.part("save-settings").click()
    assert "my tiny.gguf" in (playground.page.locator("#model-badge").text_content() or "")
    playground.start('(llm/stream "hi" (fn (chunk) (display (str "<" chunk ">"))) {:max-tokens 9})')
    playground.wait_for_output("⇒ ")
    assert "< Tiny>< models>< run>< in>< tabs><.>" in playground.output()
    (call,) = playground.page.evaluate("playground.calls()")
    assert (call["provider"], call["model"]) == ("local", "my tiny.gguf")
    assert call["usage"]["completion_tokens"] >= 6
    assert call["usage"]["prompt_tokens"] > 1
    playground.part("settings").click()
    playground.part("local-models").get_by_role("button").click()
    playground.page.get_by_text("No model yet").wait_for()


def test_a_model_from_an_address_outlives_a_reload(
    playground: Playground, model_address: str
) -> None:
    playground.part("settings").click()
    playground.part("provider").select_option("local")
    playground.part("model-address").fill(model_address)
    playground.part("model-download").click()
    playground.part("local-models").get_by_text("tiny.gguf").wait_for()
    playground.part("save-settings").click()
    playground.open()
    result = playground.run('(llm/complete "hi" {:max-tokens 3})')
    assert result["value"] == '" Tiny models run"'
    both = '(async/await (async/all (list (async (llm/complete "a")) (async (llm/complete "b")))))'
    value = playground.run(both)["value"]
    assert value is not None
    assert value.count(RECITAL) == 2


def test_a_download_is_shown_and_can_be_cancelled(
    fresh_playground: Playground, model_address: str, gate: Event
) -> None:
    slow = model_address.replace("tiny", "slow")
    fresh_playground.part("settings").click()
    fresh_playground.part("provider").select_option("local")
    fresh_playground.part("model-address").fill(slow)
    fresh_playground.part("model-download").click()
    fresh_playground.part("model-progress").wait_for()
    fresh_playground.page.get_by_text("slow.gguf").wait_for()
    fresh_playground.page.get_by_role("button", name="Cancel").first.click()
    fresh_playground.page.get_by_text("cancelled").wait_for()
    assert not fresh_playground.part("model-progress").is_visible()
    assert fresh_playground.page.get_by_text("No model yet").is_visible()
    # What had arrived is not taken for a model, nor in the way of another attempt.
    gate.set()
    fresh_playground.part("model-download").click()
    fresh_playground.part("local-models").get_by_text("slow.gguf").wait_for()
    assert fresh_playground.page.locator("#settings-problem").text_content() == ""


def add_model(playground: Playground, content: bytes) -> None:
    """Adds a file as the model in the tab, and chooses it."""
    playground.part("settings").click()
    playground.part("provider").select_option("local")
    chosen = {"name": "m.gguf", "mimeType": "application/octet-stream", "buffer": content}
    playground.part("model-file").set_input_files([chosen])
    playground.part("local-models").get_by_text("m.gguf").wait_for()
    playground.part("save-settings").click()


@pytest.mark.parametrize("tier", ["", "?wait=shared", "?wait=service"])
def test_stop_ends_a_model_that_would_go_on_and_on(
    closed_playground: Playground, tier: str
) -> None:
    closed_playground.open(tier)
    add_model(closed_playground, make_tiny_model(endless=True))
    closed_playground.start('(llm/stream "hi")')
    closed_playground.wait_for_output(f"{RECITAL} {RECITAL} {RECITAL}")
    closed_playground.part("stop").click()
    closed_playground.wait_for_state("ready")
    assert RECITAL in closed_playground.output()
    result = closed_playground.run('(llm/complete "hi" {:max-tokens 6})')
    assert result["value"] == f'" {RECITAL}"'


def test_a_model_in_the_tab_that_takes_no_pictures_says_so(playground: Playground) -> None:
    add_model(playground, make_tiny_model())
    error = playground.run(
        '(llm/complete (message/with-image :user "What?" (file/read-bytes "p.png")))',
        {"p.png": list(png(3, 2))},
    )["error"]
    assert error["type"] == "llm"
    assert "this model takes no images" in error["message"]
    assert error["hint"]


def test_a_file_that_only_looks_like_a_model_is_an_error_to_catch(
    fresh_playground: Playground,
) -> None:
    add_model(fresh_playground, make_tiny_model()[:4000])
    error = fresh_playground.run('(llm/complete "x")')["error"]
    assert error["type"] == "llm"
    assert "m.gguf" in error["message"]
    # The next model is not in its way.
    fresh_playground.part("settings").click()
    fresh_playground.part("local-models").get_by_role("button").click()
    fresh_playground.page.get_by_text("No model yet").wait_for()
    fresh_playground.page.keyboard.press("Escape")
    add_model(fresh_playground, make_tiny_model())
    assert fresh_playground.run('(llm/complete "x")')["value"] == f'" {RECITAL}"'


def test_what_is_no_model_is_refused(playground: Playground) -> None:
    playground.part("settings").click()
    playground.part("provider").select_option("local")
    chosen = {"name": "letter.gguf", "mimeType": "text/plain", "buffer": b"Dear model"}
    playground.part("model-file").set_input_files([chosen])
    playground.page.get_by_text("letter.gguf is no GGUF file").wait_for()
    playground.page.keyboard.press("Escape")
    playground.page.evaluate("playground.configure('local')")
    error = playground.run('(llm/complete "x")')["error"]
    assert "there is no model in this tab yet" in error["message"]
