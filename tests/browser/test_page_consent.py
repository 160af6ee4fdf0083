"""The page as the judge of what a link's program may do: one visit, in which a stranger's links come.

All tests share one opened page, as a visitor does who opens one link after another.
"""

from __future__ import annotations

import base64
import itertools
import json
import zlib
from collections.abc import Iterator

import pytest
from model_server import ModelServer, Raw, open_model_server
from playground import Playground, visiting
from playwright.sync_api import Browser

KEY = "sk-secret-test-key-0123456789"
# Twenty seconds of silence pass in half a second.
HURRY = """
const setIntervalAsItIs = window.setInterval;
window.setInterval = (call, milliseconds, ...more) =>
  setIntervalAsItIs(call, milliseconds === 20000 ? 500 : milliseconds, ...more);
"""
numbers = itertools.count(1)


def link(code: str) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(json.dumps({"code": code}).encode()) + packer.flush()
    return "#v1=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    """Where the visitor has an account."""
    with open_model_server() as server:
        yield server


@pytest.fixture(scope="module")
def stranger() -> Iterator[ModelServer]:
    """Who would like to have the visitor's files and keys."""
    with open_model_server() as server:
        yield server


@pytest.fixture(scope="module")
def visit(browser: Browser, site_url: str, server: ModelServer) -> Iterator[Playground]:
    """The page, opened once, with a key for a paid model."""
    with visiting(browser, site_url, [HURRY]) as visit:
        visit.configure("openai", server.url + "/v1", KEY, "gpt-4")
        yield visit


@pytest.fixture(autouse=True)
def fresh(server: ModelServer, stranger: ModelServer) -> Iterator[None]:
    """No request of an earlier test, and no script of one."""
    for each in (server, stranger):
        each.received.clear()
        each.raw.clear()
        each.halt_after, each.refusal, each.ending = None, None, "whole"
        each.gate.clear()
    yield
    for each in (server, stranger):
        each.gate.set()


def follow(visit: Playground, code: str) -> str:
    """Opens a link with a program that no other test has had; returns its text."""
    own = f"(define visit-{next(numbers)} nil)\n{code}"
    visit.page.evaluate("hash => { location.hash = hash; }", link(own))
    visit.page.wait_for_function("text => playground.getCode() === text", arg=own)
    return own


def facts(visit: Playground) -> str:
    visit.part("consent").wait_for()
    return visit.part("consent").inner_text()


# -------------------------------------------------------------------------- the question


def test_nothing_is_sent_before_the_answer_and_no_is_an_error(
    visit: Playground, server: ModelServer, stranger: ModelServer
) -> None:
    follow(
        visit,
        f"""(define (attempt f) (try (f) (catch e (:message e))))
        (list (attempt (fn () (llm/complete "hi")))
              (attempt (fn () (http/post "{stranger.url}" {{:a 1}}))))""",
    )
    visit.begin()
    said = facts(visit)
    host = server.url.removeprefix("http://")
    for words in (
        "gpt-4",
        "OpenAI",
        host,
        "$0.50 and 100,000 tokens",
        "your OpenAI",
        "came with a link",
    ):
        assert words in said
    assert server.posts() == stranger.posts() == []
    visit.allow("no")
    value = visit.outcome()["value"]
    assert value.count("you did not allow this program to contact") == 2
    assert server.received == stranger.received == []


def test_a_new_host_is_asked_about_and_the_model_answers_on(
    visit: Playground, server: ModelServer, stranger: ModelServer
) -> None:
    follow(
        visit,
        f"""(list (llm/complete "one") (llm/complete "two")
                  (try (http/post "{stranger.url}" {{:a 1}}) (catch e "not sent"))
                  (llm/complete "three"))""",
    )
    visit.begin()
    visit.allow("once")
    said = facts(visit)
    assert "another host" in said
    assert stranger.url.removeprefix("http://") in said
    assert "None of your keys is used" in said
    visit.allow("no")
    assert visit.outcome()["value"].count("Hello from the server.") == 3
    assert "not sent" in visit.outcome()["value"]
    assert stranger.received == []
    assert {each.headers["authorization"] for each in server.posts()} == {f"Bearer {KEY}"}


def test_always_holds_for_this_text_until_it_is_taken_back(
    visit: Playground, server: ModelServer
) -> None:
    code = follow(visit, '(llm/complete "hi")')
    visit.begin()
    visit.allow("always")
    assert visit.outcome()["error"] is None
    assert visit.run_draft()["error"] is None
    visit.page.evaluate("code => playground.setCode(code)", code + "\n(+ 1 2)")
    visit.begin()
    visit.allow("no")
    assert visit.outcome()["error"] is not None
    visit.part("settings").click()
    listed = visit.part("grants")
    assert code.split("\n")[0] in listed.inner_text()
    listed.get_by_role("button", name="Take back").click()
    visit.page.keyboard.press("Escape")
    visit.page.evaluate("code => playground.setCode(code)", code)
    visit.begin()
    visit.allow("no")
    assert len(server.posts()) == 2


def test_stop_takes_the_question_away(visit: Playground, server: ModelServer) -> None:
    follow(visit, '(llm/complete "hi")')
    visit.begin()
    visit.part("consent").wait_for()
    visit.page.evaluate("playground.stop()")
    visit.part("consent").wait_for(state="hidden")
    assert visit.outcome()["error"]["type"] == "stopped"
    visit.begin()
    visit.part("consent").wait_for()
    visit.page.keyboard.press("Escape")
    assert "did not allow" in visit.outcome()["error"]["message"]
    assert server.received == []


def test_ones_own_program_is_not_asked_about(visit: Playground, stranger: ModelServer) -> None:
    result = visit.run(f'(:status (http/get "{stranger.url}/own"))')
    assert result["value"] == "200"


# -------------------------------------------------------------------------- files


def test_files_are_seen_only_when_they_were_handed_over(
    visit: Playground, stranger: ModelServer
) -> None:
    visit.page.evaluate("playground.setCode('1')")
    visit.page.evaluate("playground.writeFile('diary.txt', 'dear diary')")
    follow(
        visit,
        f"""(define (look) (try (file/read "diary.txt") (catch e "nothing")))
        (define before (look))
        (http/get "{stranger.url}/x")
        (list before (look) (file/list "."))""",
    )
    visit.begin()
    assert "diary.txt" in facts(visit)
    visit.allow("once")
    value = visit.outcome()["value"]
    assert "dear diary" not in value
    assert "diary.txt" not in value
    visit.begin()
    visit.part("consent").get_by_label("diary.txt").check()
    visit.allow("once")
    assert visit.outcome()["value"].startswith('("nothing"')
    # It stays handed over while the program is in the editor.
    visit.begin()
    visit.allow("once")
    assert visit.outcome()["value"].startswith('("dear diary" "dear diary"')


# -------------------------------------------------------------------------- whose program it is


def test_a_program_stays_a_links_until_the_visitor_says_that_it_is_theirs(
    visit: Playground, server: ModelServer
) -> None:
    code = follow(visit, '(define (ask question) (llm/complete question))\n(ask "What is Lisp?")')
    assert visit.part("link-line").is_visible()
    visit.page.evaluate("playground.setCode('')")
    visit.page.evaluate("code => playground.setCode(code)", f"; mine\n{code}\n(println 1)")
    assert visit.part("link-line").is_visible()
    visit.begin()
    visit.allow("no")
    assert server.received == []
    visit.part("link-own").click()
    assert visit.part("link-line").is_hidden()
    assert visit.run_draft()["error"] is None
    assert len(server.posts()) == 1


def test_while_a_recording_plays_nothing_is_sent(
    visit: Playground, server: ModelServer, stranger: ModelServer
) -> None:
    url = f"{stranger.url}/beacon"
    code = (
        f"""(list (llm/complete "hi") (try (:status (http/get "{url}")) (catch e (:message e))))"""
    )
    # Whatever the test before left, or an earlier try of this one: no recording, no link's program.
    follow(visit, "(+ 1 2)")
    visit.part("link-own").click()
    visit.page.evaluate("code => playground.setCode(code)", code)
    if visit.part("link-own").is_visible():
        visit.part("link-own").click()
    assert "200" in visit.run_draft()["value"]
    made = visit.page.evaluate("playground.share({cassette: true})")
    stranger.received.clear()
    server.received.clear()
    visit.page.evaluate("playground.setCode('2')")
    visit.page.evaluate("hash => { location.hash = hash; }", "#" + made.partition("#")[2])
    visit.page.wait_for_function("text => playground.getCode() === text", arg=code)
    value = visit.run_draft()["value"]
    assert "Hello from the server." in value
    assert "nothing is sent while one plays" in value
    assert server.received == stranger.received == []


# -------------------------------------------------------------------------- keys


def test_no_echo_of_a_key_reaches_the_program(
    visit: Playground, server: ModelServer, stranger: ModelServer
) -> None:
    echoes = [
        KEY,
        f"Bearer {KEY}",
        base64.b64encode(f"x:{KEY}".encode()).decode(),
        KEY.encode().hex(),
    ]
    body = json.dumps({"error": {"message": " ".join(echoes), "type": KEY}}).encode()
    halves = [body[:40], body[40:]]
    server.raw = [
        Raw(halves, status=400, kind="application/json", headers={"x-echo": f"Bearer {KEY}"})
    ]
    stranger.raw = [Raw([b"thank you"], kind="text/plain")]
    visit.page.evaluate("playground.setCode('3')")
    code = f"""(define said (try (llm/complete "hi") (catch e (str e (:message e)))))
    (http/post "{stranger.url}" said)
    (println said)"""
    result = visit.run(code)
    (post,) = stranger.posts()
    everything = [
        post.body.decode(),
        str(result),
        visit.output(),
        visit.page.evaluate("JSON.stringify(playground.calls())"),
    ]
    assert any("[key]" in text for text in everything)
    for echo in (KEY, *echoes[1:], base64.b64encode(KEY.encode()).decode()[4:20]):
        assert not any(echo in text for text in everything)


def test_another_tenants_path_gets_no_key(visit: Playground, server: ModelServer) -> None:
    visit.page.evaluate("playground.setCode('4')")
    for path in ("/other/v1", "/v1/../other/v1", "/v1/%2e%2e/other", "//v1", "/v1/x/.."):
        program = f'(llm/configure :openai {{:base-url "{server.url}{path}"}}) (llm/complete "hi")'
        visit.run(program)
    elsewhere = [each for each in server.posts() if each.path != "/v1/chat/completions"]
    assert not any(KEY in str(each) for each in elsewhere)


def test_remembered_keys_are_encrypted_and_forgotten_in_one_click(
    visit: Playground, server: ModelServer
) -> None:
    visit.part("settings").click()
    visit.part("key").fill(KEY)
    visit.part("remember").check()
    visit.part("save-settings").click()
    visit.page.wait_for_function("localStorage.getItem('lispcore.keys')")
    stored = visit.page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert KEY not in stored
    visit.page.goto(visit.url)
    visit.page.evaluate("playground.ready")
    visit.page.evaluate("playground.setCode('5')")
    assert visit.run('(llm/complete "hi")')["error"] is None
    assert server.posts()[0].headers["authorization"] == f"Bearer {KEY}"
    visit.part("settings").click()
    visit.part("forget-all").click()
    visit.page.keyboard.press("Escape")
    assert visit.page.evaluate("localStorage.getItem('lispcore.keys')") is None
    visit.run('(llm/complete "hi")')
    assert not any(KEY in str(each) for each in server.posts()[1:])
    visit.configure("openai", server.url + "/v1", KEY, "gpt-4")


def test_sharing_a_key_is_warned_of(visit: Playground) -> None:
    lines = ['(llm/configure :groq {:api-key "gsk_abcdefghijklmnopqrstuvwxyz012345"})', f'"{KEY}"']
    visit.page.evaluate("code => playground.setCode(code)", "\n".join(lines))
    before = visit.page.url
    visit.part("share").click()
    warning = visit.part("share-warning").inner_text()
    assert "line 1: what looks like a Groq key" in warning
    assert "line 2: the key that you entered for OpenAI" in warning
    assert "no keys" not in (visit.part("share-contents").text_content() or "")
    assert visit.part("share-url").is_hidden()
    assert visit.page.url == before
    visit.part("share-anyway").click()
    assert "#v1=" in visit.part("share-url").input_value()
    visit.page.keyboard.press("Escape")
    visit.page.evaluate("playground.setCode('(+ 1 2)')")
    visit.part("share").click()
    assert visit.part("share-warning").is_hidden()
    assert "no keys" in (visit.part("share-contents").text_content() or "")
    visit.page.keyboard.press("Escape")


# -------------------------------------------------------------------------- money and silence


def test_no_trick_of_a_program_spends_more_than_the_limit(
    visit: Playground, server: ModelServer
) -> None:
    # Each answer takes $0.009 at list price.
    usage = {"prompt_tokens": 100, "completion_tokens": 100}
    answer = {"choices": [{"message": {"content": "x"}, "finish_reason": "stop"}], "usage": usage}
    reply = Raw([json.dumps(answer).encode()], kind="application/json")
    server.raw = [reply] * 100
    visit.page.evaluate("playground.setCode('6')")
    follow(
        visit,
        """(llm/set-pricing "gpt-4" 0 0)
        (define (ask) (try (llm/complete "x" {:max-tokens 100}) (catch e (:reason e))))
        (define tasks (map (fn (_) (async (ask))) (range 40)))
        (frequencies (map (fn (task) (await task)) tasks))""",
    )
    visit.part("link-limit").click()
    visit.part("link-usd").fill("0.05")
    visit.part("save-settings").click()
    visit.begin()
    visit.allow("once")
    assert "budget-exceeded" in str(visit.outcome())
    assert len(server.posts()) <= 8


def test_silence_is_said_and_the_text_kept(visit: Playground, server: ModelServer) -> None:
    visit.page.evaluate("playground.setCode('7')")
    server.halt_after = 2
    visit.page.evaluate("window.outcome = undefined")
    visit.begin('(llm/stream "hi")')
    visit.wait_for_output("Hello from")
    note = visit.part("silence")
    note.wait_for()
    assert "Nothing for 20 s from " + server.url.removeprefix("http://") in note.inner_text()
    visit.part("keep-waiting").click()
    note.wait_for(state="hidden")
    note.wait_for()
    visit.part("stop-waiting").click()
    error = visit.outcome()["error"]
    assert "you stopped waiting for" in error["message"]
    assert "Hello from" in visit.output()
    note.wait_for(state="hidden")
