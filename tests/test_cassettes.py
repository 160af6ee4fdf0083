"""Programs with cassettes and the cache: what they ask, what they get, what they leave behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore import Interpreter, LispError
from lispcore.library.models.calling import cache_files
from lispcore.library.models.calling.call_memory import play_run
from lispcore.llm.failures import ConnectionLost
from lispcore.values.printing import print_value

SETTINGS = {
    "default": "openai",
    "providers": {"openai": {"base_url": "", "model": "m-1", "has_key": True}},
}


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def reply(*words: str, calls: list[dict[str, Any]] | None = None) -> FakeResponse:
    chunks: list[Any] = [{"choices": [{"delta": {"content": word}}]} for word in words]
    for number, each in enumerate(calls or []):
        asked = {
            "index": number,
            "id": f"id-{number}",
            "function": {"name": each["name"], "arguments": json.dumps(each["arguments"])},
        }
        chunks.append({"choices": [{"delta": {"tool_calls": [asked]}}]})
    reason = "tool_calls" if calls else "stop"
    chunks.append({"choices": [{"delta": {}, "finish_reason": reason}]})
    chunks.append({"choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": 7}})
    lines = [f"data: {json.dumps(chunk)}\n\n".encode() for chunk in chunks]
    return FakeResponse(*lines, b"data: [DONE]\n\n")


class Taping(FakeHost):
    """A host that keeps the recordings of a run, as the page does."""

    keeps_recordings = True

    def tape(self) -> str:
        kept = [each for each in self.records if each["type"] == "recording"]
        kept.sort(key=lambda each: each["number"])
        return "".join(each["line"] + "\n" for each in kept)


def host(*replies: FakeResponse | BaseException, taping: bool = False) -> Any:
    made = (Taping if taping else FakeHost)(*replies)
    made.settings = SETTINGS
    made.variables["SEMA_HOME"] = "home"
    return made


def run(made: Any, program: str) -> str:
    return print_value(Interpreter(made).eval(program))


def said(made: Any) -> str:
    return "".join(text for _, text in made.written)


# --- cassettes ------------------------------------------------------------------------------------

STREAMS = '(llm/with-cassette "tapes/s.jsonl" {:mode MODE} (fn () (llm/stream "tell" (fn (c) (display (str "<" c ">"))))))'
AGENT = """
(deftool look "Looks." {:place {:type :string}} (fn (place) (println "looking at" place) (str place " is green")))
(defagent bot {:system "Help." :tools [look]})
(println (llm/with-cassette "tapes/a.jsonl" {:mode MODE}
  (fn () (agent/run bot "Look at the door." {:on-text (fn (t) (display (str "[" t "]")))}))))
(llm/last-usage)
"""


def test_a_stream_is_played_chunk_by_chunk() -> None:
    live = host(reply("Hel", "lo", "!"))
    value = run(live, STREAMS.replace("MODE", ":auto"))
    played = host()
    assert run(played, STREAMS.replace("MODE", ":replay")) == value == '"Hello!"'
    assert said(played) == said(live) == "<Hel><lo><!>"
    assert played.requests == []


def test_an_agent_is_played_turn_by_turn_and_its_tools_run() -> None:
    live = host(
        reply("I look.", calls=[{"name": "look", "arguments": {"place": "door"}}]),
        reply("It ", "is green."),
    )
    value = run(live, AGENT.replace("MODE", ":record"))
    assert len(live.requests) == 2
    played = host()
    assert run(played, AGENT.replace("MODE", ":replay")) == value
    assert said(played) == said(live)
    assert "looking at door" in said(played)
    assert ":total-tokens 36" in value
    assert len(Path("tapes/a.jsonl").read_text().splitlines()) == 2


def test_a_tape_plays_where_no_provider_is_configured() -> None:
    run(host(reply("hi")), '(llm/with-cassette "t.jsonl" (fn () (llm/complete "q")))')
    assert run(FakeHost(), '(llm/with-cassette "t.jsonl" (fn () (llm/complete "q")))') == '"hi"'


def test_no_words_of_the_question_and_no_key_are_on_the_tape() -> None:
    program = (
        '(begin (llm/configure :openai {:api-key "sk-hidden-key"}) (llm/with-cassette "t.jsonl" '
        '(fn () (llm/complete "a private question" {:system "private orders"}))))'
    )
    run(host(reply("an answer")), program)
    text = Path("t.jsonl").read_text()
    assert "private" not in text
    assert "sk-hidden" not in text
    assert "an answer" in text


FAILING = """
(define (attempt)
  (try (llm/stream "q" (fn (c) (display c)) {:max-retries 0})
    (catch e (list (:type e) (:reason e) (:status e) (:partial e) (:message e)))))
(llm/with-cassette "f.jsonl" {:mode MODE} (fn () (list (attempt) (attempt))))
"""


def test_a_failure_is_played_as_the_same_failure() -> None:
    broken = FakeResponse(
        b'data: {"choices":[{"delta":{"content":"so far"}}]}\n\n', ConnectionLost("gone")
    )
    refused = FakeResponse(b'{"error":{"message":"no"}}', status=403)
    live = host(broken, refused)
    value = run(live, FAILING.replace("MODE", ":record"))
    assert "so far" in value
    assert "403" in value
    played = host()
    assert run(played, FAILING.replace("MODE", ":replay")) == value
    assert said(played) == said(live)


def test_what_a_programs_own_provider_throws_is_played_too() -> None:
    program = """
    (llm/define-provider :p {:complete (fn (r) (throw {:code 7}))})
    (llm/define-provider :q {:complete (fn (r) (car 5))})
    (define (attempt p) (llm/set-default p) (try (llm/complete (str p)) (catch e (list (:type e) (:value e) (:message e)))))
    (llm/with-cassette "f.jsonl" {:mode MODE} (fn () (list (attempt :p) (attempt :q))))
    """
    value = run(host(), program.replace("MODE", ":record"))
    assert "{:code 7}" in value
    quiet = program.replace("(throw {:code 7})", '(error "asked")').replace(
        "(car 5)", '(error "asked")'
    )
    assert run(host(), quiet.replace("MODE", ":replay")) == value


def test_a_listener_that_fails_fails_again() -> None:
    program = (
        '(try (llm/with-cassette "t.jsonl" {:mode MODE} (fn () (llm/stream "q" (fn (c) '
        "(display c) (throw :enough))))) (catch e (:value e)))"
    )
    live, played = host(reply("one", "two")), host()
    assert run(live, program.replace("MODE", ":record")) == ":enough"
    assert run(played, program.replace("MODE", ":replay")) == ":enough"
    assert said(played) == said(live) == "one"


def test_a_miss_is_one_clear_error() -> None:
    run(host(reply("hi")), '(llm/with-cassette "t.jsonl" (fn () (llm/complete "Say hello")))')
    made = host()
    with pytest.raises(LispError) as caught:
        run(made, '(llm/with-cassette "t.jsonl" {:mode :replay} (fn () (llm/complete "Say bye")))')
    assert "cassette miss in :replay mode: t.jsonl" in caught.value.message
    assert "“Say bye”" in caught.value.message
    assert caught.value.hint is not None
    assert "message 1 (user) differs" in caught.value.hint
    assert caught.value.fields["reason"] == "cassette-miss"
    assert made.requests == []


def test_a_file_that_is_no_tape_is_said() -> None:
    Path("t.jsonl").write_text('{"v":1,"kind":"complete","key":"k"}\nhello\n')
    with pytest.raises(LispError, match=r"t\.jsonl is no tape: line 2 is no recording"):
        run(host(), '(llm/with-cassette "t.jsonl" (fn () 1))')
    Path("folder").mkdir()
    with pytest.raises(LispError, match="the tape folder cannot be read"):
        run(host(), '(llm/with-cassette "folder" (fn () 1))')


def test_the_tape_is_written_even_if_the_function_fails() -> None:
    program = '(llm/with-cassette "t.jsonl" (fn () (llm/complete "q") (throw :x)))'
    with pytest.raises(LispError):
        run(host(reply("kept")), program)
    assert "kept" in Path("t.jsonl").read_text()


def test_loading_saving_and_ejecting() -> None:
    program = """
    (llm/cassette-load "u.jsonl")
    (define first (llm/complete "q"))
    (define saved (llm/cassette-save))
    (define again (llm/complete "q"))
    (define ejected (llm/cassette-eject))
    (list first saved again ejected (llm/complete "q") (llm/cassette-save) (llm/cassette-eject))
    """
    assert run(host(reply("one"), reply("two")), program) == '("one" #t "one" #t "two" #f #f)'


@pytest.mark.parametrize("end", ["\n", ""])
def test_what_is_new_is_added_to_the_file(end: str) -> None:
    by_hand = '{"v":1, "kind":"complete", "key":"k", "content":"by hand"}'
    Path("t.jsonl").write_text(by_hand + end)
    program = """
    (llm/cassette-load "t.jsonl")
    (llm/complete "a") (llm/cassette-save) (llm/complete "b") (llm/cassette-eject)
    """
    run(host(reply("1"), reply("2")), program)
    lines = Path("t.jsonl").read_text().splitlines()
    assert (lines[0] == by_hand) == (end == "\n")
    assert [json.loads(line)["content"] for line in lines] == ["by hand", "1", "2"]


def test_a_cassette_of_the_environment_serves_the_whole_run() -> None:
    first = host(reply("one"))
    first.variables.update({"SEMA_LLM_CASSETTE": "suite.jsonl"})
    assert run(first, '(llm/complete "q")') == '"one"'
    second = host()
    second.variables.update(
        {"SEMA_LLM_CASSETTE": "suite.jsonl", "SEMA_LLM_CASSETTE_MODE": "replay"}
    )
    assert run(second, '(llm/complete "q")') == '"one"'
    with pytest.raises(LispError, match="cassette miss"):
        run(second, '(llm/complete "new")')
    second.variables["SEMA_LLM_CASSETTE_MODE"] = "play"
    with pytest.raises(LispError, match="expected one of auto, record, replay"):
        run(second, '(llm/complete "q")')


def test_a_task_that_outlives_the_form_still_records() -> None:
    program = """
    (define p (llm/with-cassette "t.jsonl" (fn () (async (async/sleep 5) (llm/complete "late")))))
    (list (file/exists? "t.jsonl") (await p) (string/contains? (file/read "t.jsonl") "an answer"))
    """
    assert run(host(reply("an answer")), program) == '(#f "an answer" #t)'


def test_tasks_in_the_form_play_their_own_calls() -> None:
    program = (
        '(llm/with-cassette "t.jsonl" {:mode MODE} (fn () '
        "(async/pool-map (fn (n) (llm/complete (str n))) (range 4) 2)))"
    )
    replies = [reply(f"answer {n}") for n in range(4)]
    value = run(host(*replies), program.replace("MODE", ":auto"))
    assert run(host(), program.replace("MODE", ":replay")) == value


def test_embeddings_and_rankings_are_played_byte_for_byte() -> None:
    program = """
    (define vectors (llm/with-cassette "e.jsonl" {:mode MODE} (fn ()
      (list (llm/embed "one") (llm/embed ["two" "three"]) (llm/rerank "q" ["a b" "q b"])))))
    (list vectors (llm/last-usage))
    """
    demo = "(llm/configure-embeddings :demo)"
    value = run(host(), demo + program.replace("MODE", ":auto"))
    assert run(FakeHost(), program.replace("MODE", ":replay")) == value
    kinds = [json.loads(line)["kind"] for line in Path("e.jsonl").read_text().splitlines()]
    assert kinds == ["embed", "embed", "rerank"]
    with pytest.raises(LispError, match="no recording of this call, embedding of “four”"):
        run(
            host(),
            demo + '(llm/with-cassette "e.jsonl" {:mode :replay} (fn () (llm/embed "four")))',
        )


def test_embeddings_are_cached() -> None:
    program = """
    (llm/configure-embeddings :demo)
    (llm/with-cache (fn () (list (= (llm/embed "a") (llm/embed "a")) (llm/cache-stats))))
    """
    assert run(host(), program) == "(#t {:hits 1 :misses 1 :size 1})"


# --- the cache ------------------------------------------------------------------------------------


def test_a_kept_answer_outlives_the_program_and_costs_nothing() -> None:
    program = (
        '(llm/with-cache {:ttl 60} (fn () (llm/complete "q") '
        '(list (llm/stream "q" (fn (c) (display (str "<" c ">")))) (llm/cache-stats) '
        "(:total-tokens (llm/last-usage)) (:total-tokens (llm/session-usage)))))"
    )
    first = host(reply("He", "llo"))
    assert run(first, program) == '("Hello" {:hits 1 :misses 1 :size 1} 0 18)'
    assert said(first) == "<He><llo>"
    second = host()
    assert run(second, program) == '("Hello" {:hits 2 :misses 0 :size 1} 0 0)'
    second.time += 61
    second.replies = [reply("new")]
    assert run(second, '(llm/with-cache {:ttl 60} (fn () (llm/complete "q")))') == '"new"'


def test_another_provider_another_model_another_answer() -> None:
    program = """
    (llm/with-cache (fn ()
      (list (llm/complete "q") (llm/complete "q" {:model "m-2"}) (llm/complete "q" {:max-tokens 9})
            (begin (llm/configure :local {:base-url "http://localhost:1"}) (llm/complete "q")))))
    """
    assert run(host(reply("1"), reply("2"), reply("3")), program) == '("1" "2" "1" "3")'


def test_failures_are_not_kept() -> None:
    program = """
    (define (ask) (try (llm/complete "q" {:max-retries 0}) (catch e (:status e))))
    (llm/with-cache (fn () (list (ask) (ask))))
    """
    assert run(host(FakeResponse(b"{}", status=403), reply("fine")), program) == '(403 "fine")'


def test_clearing_removes_the_files() -> None:
    program = '(llm/with-cache (fn () (llm/complete "q") (llm/cache-clear)))'
    assert run(host(reply("1")), program) == "1"
    assert list(Path("home/cache/llm").iterdir()) == []
    assert run(host(reply("2")), '(llm/with-cache (fn () (llm/complete "q")))') == '"2"'


def test_the_cache_is_off_inside_a_cassette() -> None:
    program = """
    (llm/with-cache (fn ()
      (llm/complete "q")
      (list (llm/with-cassette "t.jsonl" (fn () (llm/complete "q"))) (:hits (llm/cache-stats)))))
    """
    assert run(host(reply("1"), reply("2")), program) == '("2" 0)'


# --- the recording of a run -----------------------------------------------------------------------

WHOLE_RUN = """
(deftool roll "Rolls." {:n {:type :int}} (fn (n) (println "rolled" n) n))
(define (show x) (println x) x)
(show (llm/complete "one"))
(llm/stream "two" (fn (c) (display (str "<" c ">"))))
(show (llm/complete "one"))
(show (llm/chat [(message :user "three")] {:tools [roll]}))
(show (try (llm/complete "four" {:max-retries 0}) (catch e (:status e))))
(show (llm/with-cache (fn () (list (llm/complete "five") (llm/complete "five") (llm/cache-stats)))))
(show (llm/with-cassette "mine.jsonl" {:mode MODE} (fn () (llm/complete "six"))))
(llm/define-provider :own {:complete (fn (r) (println "own provider") "seven")})
(show (llm/complete "seven"))
(llm/session-usage)
"""


def test_a_run_that_was_recorded_is_played_exactly() -> None:
    # The author has a tape and a cached answer that nobody else has.
    run(
        host(reply("from my tape")), '(llm/with-cassette "mine.jsonl" (fn () (llm/complete "six")))'
    )
    run(host(reply("kept before")), '(llm/with-cache (fn () (llm/complete "five")))')
    live = host(
        reply("first"),
        reply("str", "eam"),
        reply("second"),
        reply(calls=[{"name": "roll", "arguments": {"n": 4}}]),
        reply("It is 4."),
        FakeResponse(b"{}", status=403),
        taping=True,
    )
    value = run(live, WHOLE_RUN.replace("MODE", ":replay"))
    assert live.replies == []
    tape = live.tape()

    Path("mine.jsonl").unlink()
    visitor = FakeHost()
    visitor.variables["SEMA_HOME"] = "nowhere"
    interpreter = Interpreter(visitor)
    play_run(interpreter, tape)
    assert print_value(interpreter.eval(WHOLE_RUN.replace("MODE", ":replay"))) == value
    assert said(visitor) == said(live)
    assert visitor.requests == []
    assert not Path("mine.jsonl").exists()


def test_a_changed_program_is_told_to_run_live() -> None:
    live = host(reply("first"), taping=True)
    run(live, '(llm/complete "one")')
    interpreter = Interpreter(FakeHost())
    play_run(interpreter, live.tape())
    with pytest.raises(LispError) as caught:
        interpreter.eval('(llm/complete "two")')
    assert "this call is not in the recording that is played: user: “two”" in caught.value.message
    assert caught.value.hint is not None
    assert "has to be run live" in caught.value.hint


def test_what_is_asked_stands_beside_the_recording_not_in_it() -> None:
    live = host(reply("first"), taping=True)
    run(live, '(llm/complete "a private question")')
    (kept,) = [each for each in live.records if each["type"] == "recording"]
    assert "private" in kept["asked"]
    assert "private" not in kept["line"]


# --- what was paid for is not lost ----------------------------------------------------------------


def killed_after(calls: int, program: str) -> None:
    """Runs a program in another process, which is killed while it makes this call."""
    script = (
        "import os, signal, sys\n"
        f"sys.path[:0] = {sys.path!r}\n"
        "from fake_host import FakeHost\n"
        "from lispcore import Interpreter\n"
        "lisp = Interpreter(FakeHost())\n"
        "lisp.globals['kill-me'] = lambda: os.kill(os.getpid(), signal.SIGKILL)\n"
        "lisp.eval(sys.argv[1])\n"
    )
    asked = (
        "(define asked 0) (llm/define-provider :p {:complete (fn (r) (set! asked (+ asked 1)) "
        f'(if (= asked {calls}) (kill-me)) (str "answer " asked))}}) '
    )
    ended = subprocess.run([sys.executable, "-c", script, asked + program], capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr


@pytest.mark.parametrize("mode", [":auto", ":record"])
def test_a_killed_program_loses_no_answer(mode: str) -> None:
    old = run(
        FakeHost(),
        '(llm/define-provider :p {:complete (fn (r) "old")}) (llm/with-cassette "t.jsonl" (fn () '
        '(llm/complete "q7") (llm/complete "q7") (llm/complete "kept")))',
    )
    assert old == '"old"'
    questions = '(map (fn (n) (llm/complete (str "q" n))) (range 40))'
    killed_after(31, f'(llm/with-cassette "t.jsonl" {{:mode {mode}}} (fn () {questions}))')
    lines = Path("t.jsonl").read_text().splitlines()
    # In mode auto one question of the forty was on the tape.
    assert len(lines) == 2 + 30
    played = run(
        FakeHost(),
        '(llm/with-cassette "t.jsonl" {:mode :replay} (fn () (list (llm/complete "q3") '
        '(llm/complete "q7") (llm/complete "q7") (llm/complete "kept"))))',
    )
    seven = '"answer 8" "answer 8"' if mode == ":record" else '"old" "old"'
    assert played == f'("answer 4" {seven} "old")'


def test_a_line_that_broke_off_is_asked_again() -> None:
    program = '(llm/with-cassette "t.jsonl" (fn () (list (llm/complete "a") (llm/complete "ä"))))'
    run(host(reply("one"), reply("zwö")), program)
    whole = Path("t.jsonl").read_bytes()
    first = whole.index(b"\n") + 1
    for end in (first + 1, first + 30, whole.index("ö".encode()) + 1, len(whole) - 2):
        Path("t.jsonl").write_bytes(whole[:end])
        assert run(host(reply("new")), program) == '("one" "new")'
        assert run(host(), program) == '("one" "new")'
    Path("t.jsonl").write_bytes(whole[:20])
    assert run(host(reply("1"), reply("2")), program) == '("1" "2")'


def test_calls_that_overlapped_are_put_in_order_at_the_end() -> None:
    program = """
    (llm/define-provider :p {:complete (fn (r)
      (async/sleep (if (string/contains? (str r) "slow") 20 1)) "answer")})
    (llm/with-cassette "t.jsonl" (fn ()
      (async/all (map (fn (q) (async (llm/complete q))) '("slow" "quick")))
      (define during (file/read "t.jsonl"))
      during))
    """
    during = Interpreter(host()).eval(program).splitlines()
    after = Path("t.jsonl").read_text().splitlines()
    assert sorted(during) == sorted(after)
    assert during != after


def test_two_programs_can_record_on_one_tape() -> None:
    program = """
    (llm/with-cassette "t.jsonl" {:mode :record} (fn ()
      (llm/complete "a")
      (file/append "t.jsonl" "{\\"v\\":1,\\"kind\\":\\"complete\\",\\"key\\":\\"k\\",\\"content\\":\\"theirs\\"}\n")
      (llm/complete "a")))
    """
    run(host(reply("1"), reply("2")), program)
    run(host(reply("3"), reply("4")), program)
    contents = [json.loads(line)["content"] for line in Path("t.jsonl").read_text().splitlines()]
    assert contents.count("theirs") == 2
    assert {"3", "4"} <= set(contents)


def test_a_tape_that_cannot_be_written_is_said_at_once(own_folder: Path) -> None:
    asked = '(file/mkdir "t.jsonl") (llm/complete "q") (llm/complete "never")'
    with pytest.raises(LispError, match="cannot be written"):
        run(host(reply("1")), f'(llm/with-cassette "t.jsonl" (fn () {asked}))')


def test_thousands_of_answers_are_kept() -> None:
    program = """
    (define asked 0)
    (llm/define-provider :p {:complete (fn (r) (set! asked (+ asked 1)) "answer")})
    (define (ask-all) (for-each (fn (n) (llm/complete (str "q" n))) (range 1500)))
    (llm/with-cache (fn () (ask-all) (ask-all)))
    (list asked (llm/cache-stats))
    """
    assert run(host(), program) == "(1500 {:hits 1500 :misses 1500 :size 1500})"


def test_files_of_the_cache_have_a_limit_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_files, "MAX_BYTES", 10 * 4096)
    for number in range(14):
        made = host(reply(f"answer {number}"))
        run(made, f'(llm/with-cache (fn () (llm/complete "q{number}")))')
        path = max(Path("home/cache/llm").iterdir(), key=lambda each: each.stat().st_mtime_ns)
        os.utime(path, (number, number))  # ages that no clock can mix up
    assert 5 <= len(list(Path("home/cache/llm").iterdir())) <= 10
    assert run(host(), '(llm/with-cache {:ttl 1e11} (fn () (llm/complete "q13")))') == '"answer 13"'
    assert run(host(reply("again")), '(llm/with-cache (fn () (llm/complete "q0")))') == '"again"'
