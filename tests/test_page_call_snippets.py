"""Calls of the page's inspector as commands and programs: they say what was sent, and hold no key."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from page_modules import needs_node, run_page_modules

pytestmark = needs_node

BODY = {
    "model": "m",
    "messages": [{"role": "user", "content": 'it\'s "$HOME" `x` \\ ü\nand\ttwo ${y} \u2028 end'}],
    "stream": True,
    "stop": None,
    "options": {"temperature": 0.5, "empty": [], "none": {}},
}
CALL = {
    "provider": "openai",
    "url": "https://api.example/v1/chat?a=1&b='2'",
    "method": "POST",
    "headers": [
        ["content-type", "application/json"],
        ["x-own", "a 'b' $c"],
        ["authorization", "Bearer (redacted)"],
    ],
    "request": json.dumps(BODY),
}


def snippet(call: dict[str, Any], language: str) -> str:
    head = 'import { snippetOf } from "SRC/panels/inspector/snippets.js";'
    (text,) = run_page_modules(
        head, f"tell(snippetOf({json.dumps(call)}, {json.dumps(language)}));"
    )
    assert isinstance(text, str)
    return text


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_curl_sends_the_same() -> None:
    program = 'curl() { printf "%s\\0" "$@"; }\nOPENAI_API_KEY=key-1\n' + snippet(CALL, "curl")
    done = subprocess.run(["bash", "-c", program], capture_output=True, timeout=60, check=True)
    words = done.stdout.decode().split("\0")[:-1]
    assert words[0] == CALL["url"]
    headers = [words[at + 1] for at, word in enumerate(words) if word == "-H"]
    assert headers == [
        "content-type: application/json",
        "x-own: a 'b' $c",
        "authorization: Bearer key-1",
    ]
    assert json.loads(words[words.index("--data-raw") + 1]) == BODY


def test_python_sends_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    class Reply(list[bytes]):
        def __enter__(self) -> Reply:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    def urlopen(request: Any) -> Reply:
        seen.append(request)
        return Reply()

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    monkeypatch.setenv("OPENAI_API_KEY", "key-1")
    exec(compile(snippet(CALL, "Python"), "snippet", "exec"), {})
    (request,) = seen
    assert (request.full_url, request.method) == (CALL["url"], "POST")
    assert request.headers["Authorization"] == "Bearer key-1"
    assert json.loads(request.data) == BODY


def test_javascript_sends_the_same() -> None:
    program = snippet(CALL, "JavaScript")
    head = "process.env.OPENAI_API_KEY = 'key-1';"
    body = (
        "globalThis.fetch = async (url, how) => { tell([url, how]); return { text: () => '' }; };"
        f"console.log = () => {{}};\n{program}"
    )
    ((url, how),) = run_page_modules(head, body)
    assert (url, how["method"]) == (CALL["url"], "POST")
    assert how["headers"]["authorization"] == "Bearer key-1"
    assert json.loads(how["body"]) == BODY


@pytest.mark.parametrize("language", ["curl", "Python", "JavaScript"])
def test_what_was_left_out_is_said(language: str) -> None:
    shortened = {**CALL, "request": '{"data": "aGVsbG8…[4000 characters]"}'}
    assert "images were left out" in snippet(shortened, language)
    assert "images were left out" not in snippet(CALL, language)


def test_the_key_of_an_unknown_provider_has_a_name_of_a_variable() -> None:
    own = {**CALL, "provider": "my-own 7", "headers": [["x-api-key", "(redacted)"]]}
    assert '-H "x-api-key: $MY_OWN_7_API_KEY"' in snippet(own, "curl")


def test_the_last_question_is_found_in_every_format() -> None:
    bodies = [
        {"messages": [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "b"}, {"image": 1}]}]},
        {"contents": [{"role": "user", "parts": [{"text": "b"}]}, {"role": "model", "parts": []}]},
        {"input": [{"role": "user", "content": [{"type": "input_text", "text": "b"}]}]},
        {"input": "b"},
        {"messages": [{"role": "user", "text": "b"}]},
        None,
        {"messages": []},
    ]
    head = 'import { questionIn } from "SRC/panels/inspector/prompts.js";'
    body = f"for (const each of {json.dumps(bodies)}) tell(questionIn(JSON.stringify(each)));"
    assert run_page_modules(head, body) == ["b"] * 6 + ["", ""]


def test_the_program_of_a_trial_quotes_what_it_is_given() -> None:
    head = 'import { programOf } from "SRC/app/trials.js";'
    changes = {"prompt": 'a "b" \\ c', "provider": "openai", "maxTokens": 5}
    (program,) = run_page_modules(
        head, f'tell(programOf({{id: "call 7"}}, {json.dumps(changes)}));'
    )
    assert program == '(llm/again 7 {:prompt "a \\"b\\" \\\\ c" :provider "openai" :max-tokens 5})'


def test_a_reply_takes_the_place_of_another_on_a_tape() -> None:
    head = 'import { adoptReply, cassetteLine } from "SRC/sharing/recorder.js";'
    old = {"v": 1, "key": "old", "content": "one", "request": {"a": 1}, "turns": [[1, 2]]}
    new = {"v": 1, "key": "new", "content": "two", "request": {"a": 2}, "turns": [[5, 2]]}
    body = (
        f"const [old, made] = {json.dumps([json.dumps(old), json.dumps(new)])};"
        "tell(JSON.parse(adoptReply(old, made))); tell(JSON.parse(cassetteLine(old)));"
    )
    adopted, line = run_page_modules(head, body)
    assert adopted == {"v": 1, "key": "old", "content": "two", "request": {"a": 1}}
    assert line == {"v": 1, "key": "old", "content": "one", "request": {"a": 1}}
