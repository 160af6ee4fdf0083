"""Model calls through the page: what streams when, what goes out, and where keys go."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from model_server import ModelServer
from playground import Playground

pytestmark = pytest.mark.one_page

KEY = "sk-secret-test-key-0123456789"
# The smallest thing that is recognised as a JPEG by its first bytes.
PHOTO = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 40 + b"\xff\xd9"
SEEING = """
(define img (file/read-bytes "photo.jpg"))
(define msg (message/with-image :user "Describe this image." img))
(llm/chat (list msg))
"""


def test_words_are_visible_before_the_stream_has_ended(
    playground: Playground, models: ModelServer, configured: Callable[[], str]
) -> None:
    models.halt_after = 2
    playground.start('(llm/stream "Tell me a story" {:max-tokens 200})')
    playground.wait_for_output("Hello from")
    assert "server" not in playground.output()
    assert playground.part("status").get_attribute("data-state") == "running"
    models.gate.set()
    playground.wait_for_output("Hello from the server.")
    playground.wait_for_state("ready")


def test_a_callback_gets_each_chunk_as_it_arrives(
    playground: Playground, models: ModelServer, configured: Callable[[], str]
) -> None:
    models.halt_after = 2
    playground.start('(llm/stream "hi" (fn (chunk) (display (str "<" chunk ">"))) {:max-tokens 9})')
    playground.wait_for_output("< from>")
    assert "server" not in playground.output()
    models.gate.set()
    playground.wait_for_output("< server.>")
    playground.wait_for_output('⇒ "Hello from the server."')


def test_the_image_arrives_byte_for_byte(
    playground: Playground, models: ModelServer, configured: Callable[[], str]
) -> None:
    playground.part("file-input").set_input_files(
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": PHOTO}
    )
    playground.part("files").get_by_text("photo.jpg").wait_for()
    assert playground.part("files").locator("img.thumb").count() == 1
    playground.start(SEEING)
    playground.wait_for_output("Hello from the server.")
    content = models.posts()[0].json["messages"][0]["content"]
    if configured() == "anthropic":
        (source,) = [part["source"] for part in content if part["type"] == "image"]
        assert source["media_type"] == "image/jpeg"
        data = source["data"]
    else:
        (url,) = [part["image_url"]["url"] for part in content if part["type"] == "image_url"]
        kind, _, data = url.partition(";base64,")
        assert kind == "data:image/jpeg"
    assert base64.b64decode(data, validate=True) == PHOTO


def test_a_program_can_make_its_own_files(playground: Playground) -> None:
    playground.run('(file/write "m.txt" "☃")')
    playground.part("files").get_by_text("m.txt").wait_for()
    assert playground.page.evaluate("[...playground.readFile('m.txt')]") == list("☃".encode())
    playground.page.evaluate("playground.writeFile('in.txt', new Uint8Array([104, 105]))")
    assert playground.run('(file/read "in.txt")')["value"] == '"hi"'


def test_files_and_program_outlive_a_reload(playground: Playground) -> None:
    playground.part("editor").click()
    playground.page.keyboard.press("Control+A")
    playground.page.keyboard.type('(file/read "note.txt")')
    playground.page.evaluate("playground.writeFile('note.txt', 'still here')")
    playground.page.wait_for_timeout(300)
    playground.page.reload()
    playground.page.wait_for_function("window.playground")
    playground.page.evaluate("playground.ready")
    assert playground.page.evaluate("playground.run()")["value"] == '"still here"'


def test_the_key_goes_with_the_request_and_nowhere_else(
    playground: Playground, models: ModelServer
) -> None:
    logged: list[str] = []
    playground.page.on("console", lambda message: logged.append(message.text))
    playground.configure("anthropic", models.url, KEY, "some-model")
    result = playground.run('(llm/complete "hi")')
    assert result["value"] == '"Hello from the server."'
    (post,) = models.posts()
    assert post.headers["x-api-key"] == KEY
    assert KEY not in post.body.decode()
    playground.part("share").click()
    playground.page.keyboard.press("Escape")
    everything = [
        playground.page.content(),
        playground.output(),
        playground.page.evaluate("JSON.stringify(playground.calls())"),
        playground.page.evaluate("playground.share()"),
        playground.page.evaluate("JSON.stringify([localStorage, sessionStorage])"),
        str(result),
        *logged,
    ]
    assert not any(KEY in text for text in everything)


def test_a_program_that_names_another_server_gets_no_key(
    playground: Playground, models: ModelServer, other_models: ModelServer
) -> None:
    playground.configure("anthropic", models.url, KEY, "some-model")
    program = f'(llm/configure :anthropic {{:base-url "{other_models.url}"}}) (llm/complete "hi")'
    error = playground.run(program)["error"]
    assert error is not None
    assert other_models.url in error["message"]
    assert not any(KEY in str(each) for each in other_models.received)
    assert other_models.posts() == []


def test_a_redirect_does_not_carry_the_key_away(
    playground: Playground, models: ModelServer, other_models: ModelServer
) -> None:
    target = f"{models.url}/redirect?to={other_models.url}/v1/messages"
    playground.configure("anthropic", target, KEY, "some-model")
    assert playground.run('(llm/complete "hi")')["error"] is not None
    assert other_models.received == []


def test_a_server_that_refuses_is_quoted(playground: Playground, models: ModelServer) -> None:
    problem = {"type": "authentication_error", "message": "invalid x-api-key"}
    models.refusal = (401, {"type": "error", "error": problem})
    playground.configure("anthropic", models.url, KEY, "some-model")
    error = playground.run('(llm/complete "hi")')["error"]
    assert "invalid x-api-key" in error["message"]
    assert error["hint"]


def test_a_server_that_is_not_there_is_named(playground: Playground) -> None:
    playground.configure("openai", "http://127.0.0.1:9/v1", KEY, "some-model")
    error = playground.run('(llm/complete "hi")')["error"]
    assert "http://127.0.0.1:9" in error["message"]
    assert error["hint"]


@pytest.mark.parametrize("ending", ["truncated", "dropped"])
def test_a_stream_cut_short_is_an_error_and_its_text_stays(
    playground: Playground, models: ModelServer, ending: str
) -> None:
    playground.configure("anthropic", models.url, KEY, "some-model")
    models.ending, models.halt_after = ending, len(models.pieces)
    playground.start('(llm/stream "hi")')
    playground.wait_for_output("Hello from the server.")
    models.gate.set()
    playground.part("output").locator(".error").wait_for()
    assert "Hello from the server." in playground.output()


def test_the_inspector_shows_each_call(fresh_playground: Playground, models: ModelServer) -> None:
    fresh_playground.configure("openai", models.url + "/v1", KEY, "some-model")
    fresh_playground.run('(llm/complete "one") (llm/complete "two")')
    first, second = fresh_playground.page.evaluate("playground.calls()")
    assert (first["provider"], first["model"], first["status"]) == ("openai", "some-model", 200)
    assert "one" in first["request"]
    assert "two" in second["request"]
    assert first["usage"]["prompt_tokens"] == 11
    assert first["firstChunkMilliseconds"] is not None
    fresh_playground.part("inspector").locator("summary").first.click()
    assert "some-model" in (fresh_playground.part("inspector").text_content() or "")


def test_settings_are_chosen_by_hand(playground: Playground, models: ModelServer) -> None:
    playground.part("settings").click()
    playground.part("provider").select_option("anthropic")
    playground.part("base-url").fill(models.url)
    playground.part("model").fill("hand-picked")
    playground.part("key").fill(KEY)
    assert models.url in (playground.page.locator("#key-target").text_content() or "")
    playground.part("save-settings").click()
    assert "hand-picked" in (playground.page.locator("#model-badge").text_content() or "")
    playground.start('(llm/complete "hi")')
    playground.wait_for_output("Hello from the server.")
    assert models.posts()[0].json["model"] == "hand-picked"
    assert models.posts()[0].headers["x-api-key"] == KEY
    assert KEY not in playground.page.evaluate("JSON.stringify(localStorage)")


def test_the_example_with_an_image_runs_at_once(fresh_playground: Playground) -> None:
    fresh_playground.choose_example("images/describe")
    fresh_playground.part("files").get_by_text("photo.jpg").wait_for()
    fresh_playground.part("run").click()
    fresh_playground.wait_for_output("⇒ ")
    assert "640" in fresh_playground.output()


@pytest.mark.parametrize("tier", ["shared", "service"])
def test_streams_also_arrive_without_suspension(
    closed_playground: Playground, models: ModelServer, tier: str
) -> None:
    models.halt_after = 2
    closed_playground.open(f"?wait={tier}")
    closed_playground.configure("openai", models.url, KEY, "some-model")
    closed_playground.start('(llm/stream "hi")')
    closed_playground.wait_for_output("Hello from")
    assert "server" not in closed_playground.output()
    models.gate.set()
    closed_playground.wait_for_output('⇒ "Hello from the server."')


def test_the_last_resort_asks_whole_and_without_a_key(
    closed_playground: Playground, models: ModelServer
) -> None:
    closed_playground.open("?wait=direct")
    closed_playground.configure("openai", models.url, KEY, "some-model")
    assert closed_playground.run('(llm/stream "hi")')["value"] == '"Hello from the server."'
    assert not any(KEY in str(each) for each in models.received)


def test_the_inspector_tells_attempts_and_turns_and_offers_a_file(
    fresh_playground: Playground, models: ModelServer
) -> None:
    fresh_playground.configure("openai", models.url + "/v1", KEY, "some-model")
    fresh_playground.run(
        '(llm/set-pricing "some-model" 100.0 100.0) (defagent bot {:system "s"}) (agent/run bot "x")'
    )
    fresh_playground.part("inspector").locator("summary").first.click()
    shown = fresh_playground.part("inspector").text_content() or ""
    assert "bot, turn 1" in shown
    assert "$0.00" in shown
    with fresh_playground.page.expect_download() as offered:
        fresh_playground.part("save-calls").click()
    lines = Path(offered.value.path()).read_text().splitlines()
    (call,) = [json.loads(line) for line in lines]
    assert (call["agent"], call["turn"], call["status"]) == ("bot", 1, 200)
    assert KEY not in lines[0]
