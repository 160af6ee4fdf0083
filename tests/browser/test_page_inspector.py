"""The inspector: calls in time, previews, calls made again and compared, copies without keys."""

from __future__ import annotations

from model_server import ModelServer
from playground import Playground

PROGRAM = """(deftool add "Adds" {:a :int :b :int} (fn (a b) (+ a b)))
(defagent bot {:system "You count." :tools [add]})
(println (agent/run bot "What is 2 + 3?"))
(println (llm/complete "Say hello"))"""


def run_and_open(playground: Playground) -> None:
    playground.page.evaluate("code => playground.setCode(code)", PROGRAM)
    playground.run_draft()
    playground.part("inspector").locator("summary").first.click()


def test_calls_stand_under_their_agent_and_can_be_tried_again(playground: Playground) -> None:
    run_and_open(playground)
    inspector = playground.part("inspector")
    agent = inspector.locator("details.step.agent")
    agent.locator("details.call").nth(1).wait_for()
    assert "Agent bot" in (agent.text_content() or "")
    assert "add" in (agent.locator("details.step.tool").text_content() or "")
    call = inspector.locator("#calls > .call-item > details.call").first
    call.locator("summary").first.click()
    assert "words" in (call.locator(".events").text_content() or "")

    call.get_by_test_id("ask-again").click()
    call.get_by_test_id("trial-prompt").fill('Say "good bye"')
    call.get_by_test_id("trial-send").click()
    columns = call.locator(".column")
    columns.nth(1).wait_for()
    assert columns.count() == 2
    call.get_by_test_id("differ").click()
    call.get_by_test_id("differences").wait_for()
    again = playground.page.evaluate("playground.calls().at(-1)")
    assert 'Say \\"good bye\\"' in again["request"]
    assert again["repeats"]

    call.get_by_test_id("ask-several").click()
    call.locator("[data-provider=demo]").check()
    call.get_by_test_id("trial-models").fill("demo/demo")
    call.get_by_test_id("trial-send").click()
    columns.nth(2).wait_for()
    call.get_by_text("Use this reply in the recording").first.wait_for()
    call.get_by_test_id("keep-call").click()
    playground.page.wait_for_function("playground.readFile('calls.jsonl')")


def test_what_will_be_sent_is_shown_and_not_sent(
    playground: Playground, models: ModelServer
) -> None:
    playground.configure("openai", models.url, "sk-secret-key-1234", "some-model")
    code = '(define (ask) (llm/complete "Well?"))\n(llm/complete "Say hello")'
    playground.page.evaluate("code => playground.setCode(code)", code)
    playground.page.locator(".cm-line").last.click()
    playground.part("inspector").locator("summary").first.click()
    playground.part("preview-call").click()
    preview = playground.part("preview")
    preview.locator("h3").wait_for()
    shown = preview.text_content() or ""
    assert "Say hello" in shown
    assert "/chat/completions" in shown
    assert "sk-secret" not in shown
    assert models.posts() == []
    preview.locator("[data-copy=curl]").click()
    playground.page.wait_for_function("!document.querySelector('#preview .snippet').hidden")
    snippet = preview.get_by_test_id("snippet").text_content() or ""
    assert 'authorization: Bearer $OPENAI_API_KEY"' in snippet.lower().replace(
        "openai_api_key", "OPENAI_API_KEY"
    ).replace("bearer", "Bearer")
