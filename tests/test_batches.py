"""Many model calls at once: they overlap, stay bounded, keep their order, fail one by one."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from counting_server import Counts, open_counting_server
from fake_host import FakeHost, FakeResponse
from lispcore import Interpreter, LispError
from lispcore.hosts.terminal import TerminalHost
from lispcore.tasks.switching import Nested
from lispcore.values.errors import Stopped
from lispcore.values.printing import print_value
from test_cassettes import SETTINGS, reply, said

CONFIGURE = '(llm/configure :mine {{:base-url "{url}" :api-key "k" :default-model "m"}}) '


def run(counts: Counts, program: str, host: Any = None) -> str:
    interpreter = Interpreter(host or TerminalHost({}))
    return print_value(interpreter.eval(CONFIGURE.format(url=counts.url) + program))


@pytest.mark.parametrize(
    "program",
    [
        "(llm/batch (map str (range 6)) {:concurrency 3})",
        "(llm/pmap str (range 6) {:concurrency 3})",
        "(async/pool-map (fn (n) (llm/complete (str n))) (range 6) 3)",
    ],
)
def test_requests_overlap_up_to_the_limit_and_answers_keep_their_order(program: str) -> None:
    with open_counting_server(expected=3) as counts:
        answers = run(counts, program)
    assert answers == "(" + " ".join(f'"re: {n}"' for n in range(6)) + ")"
    assert counts.most == 3
    assert sorted(counts.prompts) == [str(n) for n in range(6)]


def test_eight_at_once_unless_the_program_says_otherwise() -> None:
    with open_counting_server(expected=8) as counts:
        run(counts, "(llm/batch (map str (range 12)))")
    assert counts.most == 8


def test_a_failure_takes_the_place_of_its_answer() -> None:
    program = """
    (define answers (llm/batch ["a" "fail b" "c"]))
    (list (first answers) (settled/err? (nth answers 1)) (:status (:err (nth answers 1)))
          (:message (:err (nth answers 1))) (nth answers 2)
          (:total-tokens (llm/session-usage)) (:total-tokens (llm/last-usage)))
    """
    with open_counting_server(expected=3) as counts:
        value = run(counts, program)
    assert value == '("re: a" #t 403 "mine: HTTP 403: no to fail b" "re: c" 24 12)'


def test_failures_are_raised_if_the_program_wants_it() -> None:
    with (
        open_counting_server(expected=1) as counts,
        pytest.raises(LispError, match="no to fail"),
    ):
        run(counts, '(llm/batch ["a" "fail"] {:on-error :raise})')


def test_stop_ends_all() -> None:
    host = TerminalHost({})
    with open_counting_server(expected=3) as counts:
        counts.hold()

        def stop_when_all_are_open() -> None:
            counts.wait_until("open", 3)
            host.stop()

        stopper = threading.Thread(target=stop_when_all_are_open)
        stopper.start()
        with pytest.raises(Stopped):
            run(counts, "(llm/batch (map str (range 9)) {:concurrency 3})", host)
        stopper.join()
        assert counts.most == 3
        assert len(counts.prompts) == 3


def test_a_batch_is_recorded_and_played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    program = (
        '(llm/with-cassette "b.jsonl" {:mode MODE} (fn () '
        '(llm/batch ["a" "a" "fail" "b"] {:concurrency 4})))'
    )
    with open_counting_server(expected=4) as counts:
        value = run(counts, program.replace("MODE", ":record"))
        assert run(counts, program.replace("MODE", ":replay")) == value
    assert len(counts.prompts) == 4


class NestedHost(FakeHost):
    """A host as in a browser that cannot suspend."""

    def __init__(self, *replies: Any) -> None:
        super().__init__(*replies)
        self.settings = SETTINGS
        self.together: list[tuple[int, int]] = []

    def switcher(self) -> Any:
        return Nested()

    def fetch_all(self, requests: list[Any], limit: int) -> list[Any]:
        self.together.append((len(requests), limit))
        replies = [self.replies.pop(0) for _ in requests]
        self.requests += requests
        return replies


def test_without_tasks_the_page_sends_all_together() -> None:
    host = NestedHost(reply("one"), FakeResponse(b"{}", status=403), reply("three"))
    program = """
    (map (fn (a) (if (map? a) (:status (:err a)) a)) (llm/batch ["a" "b" "c"] {:concurrency 2}))
    """
    assert print_value(Interpreter(host).eval(program)) == '("one" 403 "three")'
    assert host.together == [(3, 2)]
    ends = [each for each in host.records if each["type"] == "call-end"]
    assert [each["text"] for each in ends] == ["one", "", "three"]


def test_without_tasks_what_is_kept_is_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    host = NestedHost(reply("a!"), reply("b!"))
    host.variables["SEMA_HOME"] = "home"
    program = """
    (llm/with-cache (fn ()
      (list (llm/complete "a") (llm/batch ["a" "b"]) (llm/cache-stats))))
    """
    assert print_value(Interpreter(host).eval(program)) == (
        '("a!" ("a!" "b!") {:hits 1 :misses 2 :size 2})'
    )
    assert host.together == [(1, 8)]
    assert said(host) == ""


def test_without_tasks_a_tape_holds_each_call_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    program = '(llm/with-cassette "t.jsonl" (fn () (llm/batch ["a" "b"])))'
    value = print_value(Interpreter(NestedHost(reply("1"), reply("2"))).eval(program))
    assert value == '("1" "2")'
    assert len(Path("t.jsonl").read_text().splitlines()) == 2
    assert print_value(Interpreter(NestedHost()).eval(program)) == value


@pytest.mark.parametrize(
    ("program", "said_in_error"),
    [
        ('(llm/batch ["a" 5])', "llm/batch: each prompt: argument 1 expected string"),
        ('(llm/batch ["a"] {:concurrency 0})', "option :concurrency expected an integer from 1"),
        ('(llm/batch ["a"] {:modle "m"})', "unknown option :modle"),
        ('(llm/batch ["a"] {:on-error :ignore})', "option :on-error expected :report or :raise"),
        ("(llm/pmap 5 [1])", "llm/pmap: argument 1 expected function"),
        ("(llm/batch (range 10001) {})", "10001 prompts at once, the limit is 10000"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_sent(program: str, said_in_error: str) -> None:
    host = FakeHost()
    with pytest.raises(LispError, match=said_in_error):
        Interpreter(host).eval(program)
    assert host.requests == []


def test_nothing_to_ask_is_no_call() -> None:
    assert print_value(Interpreter(FakeHost()).eval("(llm/batch [])")) == "()"


def test_a_budget_sends_as_many_at_once_as_it_has_room_for() -> None:
    """Each call holds some 1000 tokens of the visitor's budget and uses few: all are answered."""
    texts = " ".join(f'"t{number}"' for number in range(9))
    host = NestedHost(*[reply(f"{number}!") for number in range(9)])
    host.settings = {**SETTINGS, "budget": {"tokens": 3000}}
    value = Interpreter(host).eval(f"(llm/batch (list {texts}))")
    assert print_value(value) == "(" + " ".join(f'"{number}!"' for number in range(9)) + ")"
    assert [count for count, _ in host.together] == [3, 3, 3]
