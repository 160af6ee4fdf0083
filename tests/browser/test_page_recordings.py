"""Recordings of runs: what Share offers, what a link with one contains, and how it plays."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator

import pytest
from model_server import ModelServer
from playground import Playground
from playwright.sync_api import Browser, Route

pytestmark = pytest.mark.one_page

KEY = "sk-secret-test-key-0123456789"
PROGRAM = """
(define photo (file/read-bytes "photo.png"))
(println "image of" (bytevector-length photo) "bytes")
(llm/stream "Tell a story" (fn (chunk) (display (str "<" chunk ">"))))
(println)
(deftool measure "Measures." {:what {:type :string}} (fn (what) (str what " is 7 long")))
(println (llm/chat [(message/with-image :user "What is this?" photo)] {:system "Be brief."}))
(println (llm/batch ["one" "two" "three"]))
(println (:total-tokens (llm/session-usage)) (:model (llm/current-provider)))
(println (try (llm/complete "again" {:model "other"}) (catch e (:status e))))
"done"
"""
PHOTO = list(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 3)


def pack(text: str, version: str) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(text.encode()) + packer.flush()
    return f"#{version}=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def unpack(url: str) -> bytes:
    text = url.partition("#v2=")[2]
    return zlib.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), -15)


@pytest.fixture
def visitor(browser: Browser, site_url: str) -> Iterator[Playground]:
    """The page in a fresh profile that reaches its own origin and nothing else."""
    origin = "/".join(site_url.split("/")[:3])
    with browser.new_context() as context:

        def guard(route: Route) -> None:
            if route.request.url.startswith(origin):
                route.continue_()
            else:
                outside.append(route.request.url)
                route.abort()

        outside: list[str] = []
        context.route("**/*", guard)
        page = context.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        yield Playground(page, site_url)
        assert problems == []
        assert outside == []


def record(
    playground: Playground, models: ModelServer, program: str = PROGRAM
) -> dict[str, object]:
    """Runs a program with a model behind it, from the editor, as its author."""
    playground.configure("anthropic", models.url, KEY, "some-model")
    playground.page.evaluate("code => playground.setCode(code)", program)
    return playground.run(program, {"photo.png": PHOTO})


def open_link(playground: Playground, url: str) -> None:
    playground.page.goto(url)
    playground.page.wait_for_function("window.playground")
    playground.page.evaluate("playground.ready")


def test_a_recorded_run_plays_in_a_fresh_profile_without_network(
    playground: Playground, models: ModelServer, visitor: Playground
) -> None:
    live = record(playground, models)
    assert live["error"] is None
    shown = playground.output()
    assert "<Hello>< from>< the>< server.>" in shown
    asked = len(models.posts())
    url = playground.page.evaluate("playground.share({cassette: true})")

    open_link(visitor, url)
    assert visitor.page.evaluate("playground.getCode()") == PROGRAM
    assert visitor.output() == ""
    assert "the recording of 6 model calls" in (visitor.part("recording").text_content() or "")
    visitor.part("run").click()
    visitor.wait_for_output('⇒ "done"')
    assert visitor.output() == shown
    assert visitor.page.evaluate("playground.run()") == live
    assert visitor.output() == shown
    assert "This is a recording" in (visitor.part("recording").text_content() or "")
    assert len(models.posts()) == asked
    assert visitor.page.evaluate("[...playground.readFile('photo.png')]") == PHOTO


def test_share_shows_what_the_link_contains(playground: Playground, models: ModelServer) -> None:
    playground.page.evaluate("playground.setCode('(+ 1 2)')")
    playground.part("share").click()
    box, contents = playground.part("share-recording"), playground.part("share-contents")
    assert box.is_disabled()
    assert "run the program first" in (
        playground.page.locator("#share-reason").text_content() or ""
    )
    assert "Nothing else" in (contents.text_content() or "")
    playground.page.keyboard.press("Escape")

    record(playground, models)
    playground.part("share").click()
    assert "#v1=" in playground.part("share-url").input_value()
    box.check()
    link = playground.part("share-url").input_value()
    assert "#v2=" in link
    assert f"{len(link):,} characters" in (
        playground.page.locator("#share-message").text_content() or ""
    )
    said = contents.text_content() or ""
    for part in (
        "photo.png: 776 B",
        "anthropic · some-model",
        "“Tell a story”",
        "Hello from the server.",
    ):
        assert part in said
    assert link == playground.page.evaluate("playground.share({cassette: true})")
    playground.page.get_by_text("What the link contains").click()
    with playground.page.expect_download() as saved:
        playground.part("share-tape").click()
    lines = saved.value.path().read_text().splitlines()
    assert [json.loads(line)["kind"] for line in lines][:2] == ["stream", "complete"]
    playground.page.keyboard.press("Escape")

    playground.page.evaluate("playground.setCode(playground.getCode() + ';')")
    playground.part("share").click()
    assert box.is_disabled()
    assert "changed after" in (playground.page.locator("#share-reason").text_content() or "")


def test_a_second_press_of_run_is_recorded_whole(
    playground: Playground, models: ModelServer
) -> None:
    # The first run is stopped by it, and says so when the second one has begun already.
    record(playground, models, '(sleep 1000) (println (llm/complete "hi"))')
    playground.page.evaluate("() => { window.first = playground.run(); }")
    playground.wait_for_state("running")
    results = playground.page.evaluate("Promise.all([window.first, playground.run()])")
    assert [(each["error"] or {}).get("type") for each in results] == ["stopped", None]
    assert "#v2=" in playground.page.evaluate("playground.share({cassette: true})")


def test_no_key_no_address_and_no_question_is_in_the_link(
    playground: Playground, models: ModelServer
) -> None:
    program = '(file/read "secret.txt") (llm/complete (file/read "secret.txt")) (llm/complete "x")'
    models.pieces = ["the key is ", KEY]  # some servers quote it
    playground.configure("anthropic", models.url, KEY, "some-model")
    playground.page.evaluate("code => playground.setCode(code)", program)
    playground.page.evaluate("playground.writeFile('other.txt', 'not named')")
    playground.run(program, {"secret.txt": list(b"a private question")})
    content = unpack(playground.page.evaluate("playground.share({cassette: true})"))
    header, _, files = content.partition(b"\n")
    assert files == b"a private question"  # the program needs it, and the dialog says so
    assert b"private" not in header
    assert KEY.encode() not in content
    assert models.url.encode() not in content
    assert b"not named" not in content
    assert json.loads(header)["recording"]["settings"]["default"] == "anthropic"


def test_a_visitor_can_run_live_and_go_back(
    playground: Playground, models: ModelServer, other_models: ModelServer
) -> None:
    program = '(println (llm/complete "hi"))'
    record(playground, models, program)
    url = playground.page.evaluate("playground.share({cassette: true})")
    other = Playground(playground.page.context.new_page(), playground.url)
    other_models.pieces = ["Live words."]
    open_link(other, url)
    other.configure("openai", other_models.url, KEY, "m")
    other.part("run").click()
    other.wait_for_output("Hello from the server.")
    assert other_models.posts() == []
    other.page.get_by_role("button", name="Run it live instead").click()
    other.allow()
    other.wait_for_output("Live words.")
    assert len(other_models.posts()) == 1
    assert "live run" in (other.part("recording").text_content() or "")
    other.page.get_by_role("button", name="Play the recording").click()
    other.wait_for_output("Hello from the server.")
    assert len(other_models.posts()) == 1
    other.page.reload()
    other.page.wait_for_function("window.playground")
    other.page.evaluate("playground.ready")
    assert other.page.evaluate("playground.run()")["output"] == ["Hello from the server."]
    # The line below the output belongs to the recording, too: it asks nobody.
    other.part("repl").fill('(llm/complete "new")')
    other.part("repl").press("Enter")
    other.wait_for_output("this call is not in the recording")
    assert len(other_models.posts()) == 1


def test_a_changed_program_is_told_what_is_not_recorded(
    playground: Playground, models: ModelServer
) -> None:
    record(playground, models, '(println (llm/complete "hi"))')
    url = playground.page.evaluate("playground.share({cassette: true})")
    other = Playground(playground.page.context.new_page(), playground.url)
    open_link(other, url)
    changed = '(println (llm/complete "hello"))'
    other.page.evaluate("code => playground.setCode(code)", changed)
    other.part("run").click()
    other.wait_for_output("this call is not in the recording that is played: user: “hello”")
    other.wait_for_output("message 1 (user) differs")
    assert "was changed since" in (other.part("recording").text_content() or "")


def test_the_demo_model_is_recorded_as_well(playground: Playground, visitor: Playground) -> None:
    program = '(llm/stream "Say hello" (fn (c) (display c)))'
    playground.page.evaluate("code => playground.setCode(code)", program)
    live = playground.run(program)
    open_link(visitor, playground.page.evaluate("playground.share({cassette: true})"))
    assert visitor.page.evaluate("playground.run()") == live


def test_there_is_nothing_to_share_of_a_run_that_was_stopped(playground: Playground) -> None:
    playground.start('(llm/complete "hi") (println "asked") (sleep 60000)')
    playground.wait_for_output("asked")
    playground.part("stop").click()
    playground.wait_for_state("ready")
    problem = playground.page.evaluate(
        "(() => { try { playground.share({cassette: true}) } catch (e) { return e.message } })()"
    )
    assert "was stopped" in problem


BAD_RECORDINGS = (
    '{"code": "(theirs)"}\n',
    '{"code": "(theirs)", "recording": {"tape": 7}}\n',
    '{"code": "(theirs)", "recording": {"tape": "", "files": [["a", 99]]}}\nxx',
    '{"code": "(theirs)", "recording": {"tape": "", "files": 7}}\n',
    '{"code": "(theirs)", "recording": {"tape": ""}}',
    '{"code": 7, "recording": {"tape": ""}}\n',
)


@pytest.mark.no_interpreter
def test_a_bad_recording_changes_nothing(closed_playground: Playground) -> None:
    playground = closed_playground
    playground.open(ready=False)
    playground.page.evaluate("playground.setCode('; my own work')")
    banner = playground.page.locator("#banner")
    for text in BAD_RECORDINGS:
        playground.page.evaluate("link => { location.hash = link }", pack(text, "v2"))
        banner.wait_for()
        assert "does not open" in (banner.text_content() or ""), text
        assert playground.page.evaluate("playground.getCode()") == "; my own work"
        banner.get_by_label("Close").click()


def test_a_tape_that_is_none_is_an_error_of_the_run(closed_playground: Playground) -> None:
    text = '{"code": "(+ 1 2)", "recording": {"tape": "no tape"}}\n'
    closed_playground.open(pack(text, "v2"))
    error = closed_playground.page.evaluate("playground.run()")["error"]
    assert "the recording is no tape: line 1" in error["message"]


def test_cached_answers_outlive_the_visit_and_stay_out_of_the_files(
    playground: Playground, models: ModelServer
) -> None:
    program = '(llm/with-cache (fn () (list (llm/complete "q") (:hits (llm/cache-stats)))))'
    assert record(playground, models, program)["value"] == '("Hello from the server." 0)'
    playground.page.reload()
    playground.page.wait_for_function("window.playground")
    playground.page.evaluate("playground.ready")
    assert playground.run(program)["value"] == '("Hello from the server." 1)'
    assert len(models.posts()) == 1
    assert playground.part("files").get_by_text(".sema").count() == 0
