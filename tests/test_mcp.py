"""Servers of the Model Context Protocol: programs and addresses, tools, sessions, who asks."""

from __future__ import annotations

import sys
import threading
import time
import urllib.request
import webbrowser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from lispcore import Interpreter, LispError
from lispcore.hosts.terminal import TerminalHost
from lispcore.values.printing import print_value
from mcp_peer import Peer, open_peer

PEER = Path(__file__).with_name("mcp_peer.py")
PROGRAM = f'(define h (mcp/connect {{:command "{sys.executable}" :args ["{PEER}"]}}))'


def lisp() -> Interpreter:
    return Interpreter(TerminalHost({}))


def shown(interpreter: Interpreter, program: str) -> str:
    return print_value(interpreter.eval(program))


def connected(peer: Peer, more: str = "") -> Interpreter:
    interpreter = lisp()
    interpreter.eval(f'(define h (mcp/connect {{:url "{peer.url}/mcp" {more}}}))')
    return interpreter


def check_all(interpreter: Interpreter) -> None:
    """Asks for everything that a server offers."""
    told = shown(interpreter, "(map :name (mcp/tools h))")
    assert told == '("add" "fail" "draw" "structure")'
    assert shown(interpreter, "(:properties (:input-schema (first (mcp/tools h))))") == (
        '{:a {:type "integer"} :b {:type "integer"}}'
    )
    assert shown(interpreter, '(mcp/call h "add" {:a 1 :b 2})') == '"3"'
    assert shown(interpreter, '(mcp/call h "structure" {:x [1 {:y nil}]})') == (
        "{:given {:x (1 {:y nil})}}"
    )
    drawn = '(let ((d (mcp/call h "draw"))) (list (first d) (bytevector? (nth d 1))))'
    assert shown(interpreter, drawn) == '("here" #t)'
    with pytest.raises(LispError, match="fail: out of luck"):
        interpreter.eval('(mcp/call h "fail" {})')
    with pytest.raises(LispError, match="there is no connection"):
        interpreter.eval('(mcp/call "h" "fail" {})')
    assert shown(interpreter, "(mcp/instructions h)") == '"Be brief."'
    assert shown(
        interpreter, '(list (:uri (first (mcp/resources h))) (mcp/read-resource h "n:1"))'
    ) == ('("note://1" "a note")')


def test_a_program_is_asked_on_its_streams() -> None:
    interpreter = lisp()
    interpreter.eval(PROGRAM)
    check_all(interpreter)
    assert shown(interpreter, '(map message/content (mcp/prompt h "greet" {:who "Ada"}))') == (
        '("Greet Ada")'
    )
    with pytest.raises(LispError, match="the server has ended; it said: the disk is full"):
        interpreter.eval("(mcp/prompts h)")
    interpreter.eval("(mcp/close h)")
    with pytest.raises(LispError, match="there is no connection"):
        interpreter.eval("(mcp/tools h)")


def test_tasks_that_ask_one_program_get_each_their_answer() -> None:
    interpreter = lisp()
    interpreter.eval(PROGRAM)
    asked = """(let ((a (async (mcp/call h "later" {:n 1}))) (b (async (mcp/call h "later" {:n 2})))
                     (c (async (mcp/call h "add" {:a 1 :b 2}))))
                 (list (await a) (await b) (await c)))"""
    assert shown(interpreter, asked) == '({:given {:n 1}} {:given {:n 2}} "3")'
    interpreter.eval("(mcp/close h)")


def test_a_program_is_told_that_nobody_waits_any_more() -> None:
    interpreter = lisp()
    interpreter.eval(PROGRAM.replace("})", " :timeout 2000})"))
    with pytest.raises(LispError, match="did not answer within 2 s"):
        interpreter.eval('(mcp/call h "later")')
    assert shown(interpreter, '(mcp/call h "given up")') == '"1"'
    interpreter.eval("(mcp/close h)")


def test_an_answer_that_breaks_off_is_fetched_on() -> None:
    with open_peer(breaks=True) as peer:
        interpreter = connected(peer)
        check_all(interpreter)
        assert not peer.broken


@pytest.mark.parametrize("streams", [True, False])
@pytest.mark.parametrize("keeps_sessions", [True, False])
def test_an_address_is_asked_by_posts(streams: bool, keeps_sessions: bool) -> None:
    with open_peer(streams=streams, keeps_sessions=keeps_sessions) as peer:
        interpreter = connected(peer)
        check_all(interpreter)
        assert shown(interpreter, "(:name (first (mcp/prompts h)))") == '"greet"'
        interpreter.eval("(mcp/close h)")
        assert (peer.begun, peer.closed) == (1, int(keeps_sessions))


def test_a_session_that_the_server_forgot_begins_anew() -> None:
    with open_peer() as peer:
        interpreter = connected(peer)
        peer.sessions.clear()
        assert shown(interpreter, '(mcp/call h "add" {:a 2 :b 2})') == '"4"'
        assert peer.begun == 2


def test_tasks_that_lose_a_session_together_begin_one() -> None:
    with open_peer() as peer:
        interpreter = connected(peer)
        peer.sessions.clear()
        many = '(async/map (fn (n) (mcp/call h "add" {:a n :b 1})) \'(1 2 3 4))'
        assert shown(interpreter, many) == '("2" "3" "4" "5")'
        assert peer.begun == 2


def test_a_session_that_is_forgotten_at_each_call_is_an_error_and_no_end() -> None:
    with open_peer(forgets="draw") as peer:
        interpreter = connected(peer)
        with pytest.raises(LispError, match="forgot the session once more"):
            interpreter.eval('(mcp/call h "draw")')
        assert shown(interpreter, '(mcp/call h "add" {:a 1 :b 2})') == '"3"'
        assert peer.begun == 3


def test_tools_of_a_server_serve_a_model() -> None:
    with open_peer() as peer:
        interpreter = connected(peer)
        interpreter.eval("(llm/set-default :demo)")
        answer = interpreter.eval('(llm/complete "add 3 and 4" {:tools (mcp/tools->sema h)})')
        assert "The tool add answered: 7" in answer
        agent = """
        (defagent helper {:tools (mcp/tools->sema h) :system (mcp/instructions h)})
        (agent/run helper "fail, please")"""
        assert "The tool fail failed" in str(interpreter.eval(agent))


def agree_in_a_browser(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Lets a thread do what the visitor does."""
    opened: list[str] = []

    def visit(url: str) -> bool:
        opened.append(url)
        threading.Thread(target=lambda: urllib.request.urlopen(url).read(), daemon=True).start()
        return True

    monkeypatch.setattr(webbrowser, "open", visit)
    return opened


def test_who_asks_is_agreed_on_in_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = agree_in_a_browser(monkeypatch)
    with open_peer(secured=True) as peer:
        interpreter = connected(peer)
        assert shown(interpreter, '(mcp/call h "add" {:a 2 :b 3})') == '"5"'
        assert len(opened) == 1
        assert peer.renewals == 0


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"refuses": True}, "nobody agreed: access_denied"),
        ({"issuer": "https://x.example"}, "was asked"),
    ],
)
def test_who_does_not_agree_or_answers_for_another_gives_no_token(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], words: str
) -> None:
    agree_in_a_browser(monkeypatch)
    with open_peer(secured=True, **given) as peer:
        with pytest.raises(LispError, match=words):
            connected(peer)
        assert peer.tokens == set()


def test_in_a_page_the_visitor_comes_back_to_a_page_of_its_site() -> None:
    asked: list[tuple[str, str]] = []

    class Page(TerminalHost):
        name = "browser"

        def sign_in_address(self) -> str:
            return "https://page.example/oauth.html"

        def sign_in(self, url: str, server: str) -> dict[str, str]:
            asked.append((url, server))
            opener = urllib.request.build_opener(Stay)
            back = opener.open(url).headers["location"]
            assert back.startswith("https://page.example/oauth.html?")
            return dict(parse_qsl(urlsplit(back).query))

    class Stay(urllib.request.HTTPRedirectHandler):
        def http_error_302(self, request: Any, fp: Any, code: int, msg: str, headers: Any) -> Any:
            return fp

    with open_peer(secured=True) as peer:
        for _ in range(2):  # a token stays as long as the page is open
            interpreter = Interpreter(Page({}))
            interpreter.eval(f'(define h (mcp/connect {{:url "{peer.url}/mcp"}}))')
            assert shown(interpreter, '(mcp/call h "add" {:a 2 :b 3})') == '"5"'
        assert [server for _, server in asked] == [f"{peer.url}/mcp"]


def test_a_token_that_runs_out_is_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    agree_in_a_browser(monkeypatch)
    with open_peer(secured=True, lifetime=1) as peer:
        interpreter = connected(peer)
        assert shown(interpreter, '(mcp/call h "add" {:a 2 :b 3})') == '"5"'
        assert peer.renewals > 0


def test_a_visitor_is_asked_anew_where_a_token_cannot_be_renewed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened = agree_in_a_browser(monkeypatch)
    with open_peer(secured=True, renews=False) as peer:
        interpreter = connected(peer)
        an_hour_later = time.time() + 3700
        monkeypatch.setattr(TerminalHost, "now", lambda host: an_hour_later)
        peer.tokens.clear()
        assert shown(interpreter, '(mcp/call h "add" {:a 2 :b 3})') == '"5"'
        assert (len(opened), peer.renewals) == (2, 1)


def test_who_asks_may_matter_only_after_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = agree_in_a_browser(monkeypatch)
    with open_peer(secured=True, open_to_begin=True) as peer:
        interpreter = connected(peer)
        assert shown(interpreter, '(mcp/call h "add" {:a 2 :b 3})') == '"5"'
        assert len(opened) == 1


def test_a_visitor_is_asked_for_more_where_a_tool_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = agree_in_a_browser(monkeypatch)
    with open_peer(secured=True, scope="files") as peer:
        interpreter = connected(peer)
        assert shown(interpreter, '(mcp/call h "add" {:a 2 :b 3})') == '"5"'
        assert (len(opened), peer.scopes) == (2, ["", "files"])


def test_a_token_of_ones_own_goes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = agree_in_a_browser(monkeypatch)
    with open_peer(secured=True, tokens={"Bearer mine"}) as peer:
        interpreter = connected(peer, ':headers {"Authorization" "Bearer mine"}')
        assert shown(interpreter, '(mcp/call h "add" {:a 2 :b 3})') == '"5"'
        peer.tokens.clear()
        with pytest.raises(LispError, match="does not take the authorization"):
            interpreter.eval("(mcp/tools h)")
    assert opened == []


def test_a_page_says_that_it_cannot_ask_who_you_are() -> None:
    class Page(TerminalHost):
        name = "browser"

    with open_peer(secured=True) as peer:
        interpreter = Interpreter(Page({}))
        with pytest.raises(LispError, match="wants to know who asks") as caught:
            interpreter.eval(f'(mcp/connect {{:url "{peer.url}/mcp"}})')
        assert "authorization" in str(caught.value.hint)
        with pytest.raises(LispError, match="cannot start other programs"):
            interpreter.eval('(mcp/connect {:command "x"})')


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("{}", "expected :url or :command"),
        ('{:url "https://a.example" :command "x"}', "expected :url or :command"),
        ('{:url "ftp://a.example"}', "not a web address"),
        ('{:command "no-such-program-anywhere"}', "there is no program or directory"),
        ('{:url "https://a.example" :timeout -1}', ":timeout expected"),
        ('{:ulr "https://a.example"}', ":ulr"),
        (f'{{:command "{sys.executable}" :args ["-c" "exit(1)"]}}', "the server has ended"),
    ],
)
def test_mistakes(options: str, words: str) -> None:
    with pytest.raises(LispError) as caught:
        lisp().eval(f"(mcp/connect {options})")
    assert words in str(caught.value)


def test_what_is_no_server_is_said() -> None:
    with open_peer() as peer, pytest.raises(LispError) as caught:
        lisp().eval(f'(mcp/connect {{:url "{peer.url}/register"}})')
    error: Any = caught.value
    assert peer.url in str(error) or "initialize" in str(error)
