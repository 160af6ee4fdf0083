"""Workflows: what the journal says, what is not done twice, and what a step asks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fake_host import FakeHost
from lispcore import Interpreter, LispError
from lispcore.values.errors import Stopped
from lispcore.values.printing import print_value
from model_replies import answer, asks_for, host_with, run, shown


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def journals() -> list[list[dict[str, Any]]]:
    """Returns the events of each file of the only run, in order."""
    (folder,) = Path(".sema/runs").iterdir()
    return [
        [json.loads(line) for line in path.read_text().splitlines()]
        for path in sorted(folder.glob("events*.jsonl"))
    ]


def events(kind: str) -> list[dict[str, Any]]:
    return [event for event in journals()[-1] if event["event"] == kind]


def result_file() -> dict[str, Any]:
    (folder,) = Path(".sema/runs").iterdir()
    found: dict[str, Any] = json.loads((folder / "result.json").read_text())
    return found


# --- the journal ----------------------------------------------------------------------------------


def test_phases_checkpoints_and_results_are_journaled_in_order() -> None:
    program = """(defworkflow audit "Looks." {:phases ["One" "Two"] :args {:depth 2}}
      (phase "One") (checkpoint :files (list "a" "b"))
      (phase "Two") {:status :success :n (count (checkpoint :files))})"""
    assert shown(FakeHost(), program) == "{:n 2 :status :success}"
    (written,) = journals()
    assert [(event["event"], event.get("phase")) for event in written] == [
        ("run.started", None),
        ("phase.started", "One"),
        ("checkpoint", "One"),
        ("phase.ended", "One"),
        ("phase.started", "Two"),
        ("phase.ended", "Two"),
        ("run.ended", None),
    ]
    assert [event["seq"] for event in written] == list(range(7))
    first = written[0]
    assert (first["workflow"], first["args_json"], first["phases"]) == (
        "audit",
        '{"depth":2}',
        ["One", "Two"],
    )
    assert first["ts"] == "2025-06-15T15:06:40.000Z"
    assert written[2]["key"] == "files"
    assert written[2]["value"] == '("a" "b")'
    assert result_file() == {"n": 2, "status": "success"}


def test_a_step_is_journaled_with_what_it_used() -> None:
    host = host_with(answer("Done.", usage=(7, 3), model="gpt-5-mini"))
    program = '(defworkflow w "" {} (phase "A") (step "Do it." {:name "worker"}))'
    assert shown(host, program) == '{:status :success :value "Done."}'
    (started,), (ended,), (budget,) = map(events, ("agent.started", "agent.result", "budget"))
    assert (started["agent_name"], started["prompt"]) == ("worker", "Do it.")
    assert started["agent_id"] == ended["agent_id"] == budget["agent_id"]
    assert (ended["status"], ended["output"], ended["model"]) == ("ok", "Done.", "gpt-5-mini")
    assert (budget["input_tokens"], budget["output_tokens"]) == (7, 3)
    assert budget["cost_usd"] > 0


def test_a_failing_step_is_journaled_and_fails_the_run() -> None:
    program = (
        """(defworkflow w "" {} (phase "A") (workflow/step "odd" (fn () (error "no luck"))))"""
    )
    assert shown(FakeHost(), program) == '{:error "no luck" :status :failed}'
    (ended,) = events("agent.result")
    assert (ended["status"], ended["output"]) == ("failed", "no luck")
    assert events("phase.ended")[0]["status"] == "failed"
    assert events("run.ended")[0] | {"ts": ""} == {
        "event": "run.ended",
        "seq": 6,
        "ts": "",
        "status": "failed",
        "reason": "no luck",
        "dur_ms": 0,
    }


def test_a_mistake_in_the_body_is_told_in_the_words_of_the_language() -> None:
    assert "expected number" in shown(FakeHost(), '(:error (defworkflow w "" {} (* 2 "x")))')


def test_a_result_that_json_cannot_say_is_printed() -> None:
    run(FakeHost(), '(defworkflow w "" {} {:status :success :f (/ 0.0 0.0)})')
    assert result_file() == {"f": "NaN", "status": "success"}


def test_tool_calls_are_journaled() -> None:
    host = host_with(asks_for(("add", {"a": 2, "b": 3})), answer("5"))
    program = """(deftool add "Adds" {:a :int :b :int} (fn (a b) (+ a b)))
      (defworkflow w "" {} (step "2 + 3?" {:tools [add]}))"""
    assert shown(host, program) == '{:status :success :value "5"}'
    (called,) = events("agent.tool_call")
    assert (called["tool_name"], json.loads(called["args_json"])) == ("add", {"a": 2, "b": 3})


def test_an_agent_runs_as_a_step_under_its_own_name() -> None:
    host = host_with(answer('{"ok": true}'))
    program = """(defagent reviewer {:system "You review." :model "gpt-5-mini"})
      (defworkflow w "" {} (step "Look." {:agent reviewer :schema {:ok {:type :boolean}}}))"""
    assert shown(host, program) == "{:status :success :value {:ok #t}}"
    assert json.loads(host.requests[0].body)["model"] == "gpt-5-mini"
    assert events("agent.started")[0]["agent_name"] == "reviewer"


# --- going on -------------------------------------------------------------------------------------

UNREADY = """(define calls 0)
  (defworkflow w "" {}
    (phase "A")
    (checkpoint :list (begin (set! calls (+ calls 1)) (list :a "b" [1 2.5] {:k nil})))
    (define said (step "Say." {}))
    (if (not (file/exists? "ready")) (error "not ready"))
    (list calls said (checkpoint :list)))"""


def test_a_failed_run_goes_on_in_another_process() -> None:
    assert shown(host_with(answer("hi")), UNREADY) == '{:error "not ready" :status :failed}'
    Path("ready").write_text("")
    again = host_with()  # whoever asks gets an error: there are no replies
    wanted = '{:status :success :value (0 "hi" (:a "b" [1 2.5] {:k nil}))}'
    assert shown(again, UNREADY) == wanted
    assert len(journals()) == 2
    assert events("agent.result")[0]["cached"] is True
    assert events("budget") == []
    assert again.written[0][0] == "err"
    assert "{:resume #f} begins anew" in again.written[0][1]


def test_a_completed_run_begins_anew() -> None:
    Path("ready").write_text("")
    shown(host_with(answer("hi")), UNREADY)
    assert shown(host_with(answer("ho")), UNREADY).startswith('{:status :success :value (1 "ho"')
    assert len(list(Path(".sema/runs").iterdir())) == 2


def test_a_changed_program_begins_anew() -> None:
    shown(host_with(answer("hi")), UNREADY)
    changed = UNREADY.replace("not ready", "still not ready")
    assert "still not ready" in shown(host_with(answer("ho")), changed)
    assert len(list(Path(".sema/runs").iterdir())) == 2


def test_a_deleted_memo_runs_again() -> None:
    shown(host_with(answer("hi")), UNREADY)
    Path("ready").write_text("")
    for memo in Path(".sema/runs").glob("*/memo/*.json"):
        if json.loads(memo.read_text())["kind"] == "checkpoint":
            memo.unlink()
        else:
            memo.write_text(memo.read_text().replace("hi", "kept"))
    assert shown(host_with(), UNREADY).startswith('{:status :success :value (1 "kept"')


@pytest.mark.parametrize("damage", ["", "{", '{"value": "("}', '{"value": 5}', "[]"])
def test_a_damaged_memo_runs_again(damage: str) -> None:
    shown(host_with(answer("hi")), UNREADY)
    Path("ready").write_text("")
    for memo in Path(".sema/runs").glob("*/memo/*.json"):
        memo.write_text(damage)
    assert shown(host_with(answer("ho")), UNREADY).startswith('{:status :success :value (1 "ho"')


def test_a_stopped_run_goes_on_where_it_was() -> None:
    program = """(defworkflow w "" {}
      (checkpoint :one (begin (println "one") 1))
      (checkpoint :two (begin (sleep 1) 2))
      (list (checkpoint :one) (checkpoint :two)))"""

    class Impatient(FakeHost):
        def sleep(self, seconds: float) -> None:
            raise Stopped

    with pytest.raises(Stopped):
        run(Impatient(), program)
    assert not list(Path(".sema/runs").glob("*/result.json"))
    host = FakeHost()
    assert shown(host, program) == "{:status :success :value (1 2)}"
    assert ("out", "one\n") not in host.written


def test_the_same_step_twice_is_two_steps() -> None:
    program = """(defworkflow w "" {}
      (define both (list (step "Again." {}) (step "Again." {})))
      (if (not (file/exists? "ready")) (error "not ready")) both)"""
    shown(host_with(answer("one"), answer("two")), program)
    Path("ready").write_text("")
    assert shown(host_with(), program) == '{:status :success :value ("one" "two")}'


def test_what_cannot_be_written_runs_again() -> None:
    program = """(define n 0)
      (defworkflow w "" {}
        (checkpoint :f (begin (set! n (+ n 1)) (fn (x) x)))
        (if (not (file/exists? "ready")) (error "not ready")) n)"""
    shown(FakeHost(), program)
    Path("ready").write_text("")
    assert shown(FakeHost(), program) == "{:status :success :value 1}"


def test_resume_names_a_run_or_forbids_it() -> None:
    shown(host_with(answer("hi")), UNREADY)
    (folder,) = Path(".sema/runs").iterdir()
    fresh = UNREADY.replace('"" {}', '"" {:resume #f}')
    assert "not ready" in shown(host_with(answer("ho")), fresh)
    named = FakeHost()
    named.variables["SEMA_WORKFLOW_RESUME"] = folder.name
    Path("ready").write_text("")
    assert '"hi"' in shown(named, UNREADY)
    assert '"hi"' in shown(named, UNREADY)  # also when it was completed
    named.variables["SEMA_WORKFLOW_RESUME"] = "wf_0"
    with pytest.raises(LispError, match="there is no run wf_0"):
        run(named, UNREADY)


def test_a_run_within_its_own_run_does_not_continue_it() -> None:
    program = """(define (go n) (workflow/run "w" "" {} (fn ()
        (checkpoint :n n) (if (> n 0) (go (- n 1))) (checkpoint :n))))
      (go 2)"""
    assert shown(FakeHost(), program) == "{:status :success :value 2}"


def test_steps_of_parallel_tasks_are_all_kept() -> None:
    program = """(define n 0)
      (defworkflow w "" {} (phase "A")
        (define r (pipeline (range 20) (fn (i) (workflow/step {:name "s" :prompt (str i)}
          (fn () (set! n (+ n 1)) (async/sleep 1) (* i i))))))
        (if (not (file/exists? "ready")) (error "not ready"))
        (list n (apply + r)))"""
    shown(FakeHost(), program)
    Path("ready").write_text("")
    assert shown(FakeHost(), program) == "{:status :success :value (0 2470)}"
    assert {event["phase"] for event in events("agent.started")} == {"A"}


def test_a_tab_keeps_few_completed_runs() -> None:
    class Tab(FakeHost):
        name = "browser"

    program = '(workflow/run "w" "" {} (fn () (checkpoint :a 1)))'
    shown(FakeHost(), '(workflow/run "other" "" {} (fn () (checkpoint :a 1) (error "no")))')
    for _ in range(23):
        shown(Tab(), program)
    statuses = [json.loads(path.read_text())["status"] for path in Path().glob("**/result.json")]
    assert sorted(statuses) == ["failed"] + ["success"] * 21
    assert len(list(Path(".sema/runs").glob("*/memo/*.json"))) == 2  # the failed and the last one


# --- budgets --------------------------------------------------------------------------------------


def test_a_budget_refuses_further_steps() -> None:
    host = host_with(answer("a", usage=(50, 60)), answer("b", usage=(50, 60)))
    program = """(define got '())
      (define out (defworkflow w "" {:budget {:tokens 100}}
        (set! got (cons (step "One." {}) got))
        (set! got (cons (step "Two." {}) got)) 7))
      (list out got)"""
    assert shown(host, program) == '({:reason "budget exceeded" :status :failed} ("a"))'
    assert len(host.requests) == 1
    assert events("budget")[0]["budget_limit"] == 100
    assert events("run.ended")[0]["reason"] == "budget exceeded"


def test_a_run_at_its_budget_and_one_that_says_failed_begin_anew() -> None:
    program = '(defworkflow w "" {:budget {:tokens 100}} (step "One." {}) (step "Two." {}))'
    for _ in range(2):
        host = host_with(answer("a", usage=(50, 60)))
        assert shown(host, program) == '{:reason "budget exceeded" :status :failed}'
        assert len(host.requests) == 1
    program = """(define n 0) (defworkflow w "" {}
      (checkpoint :a (set! n (+ n 1))) {:status :failed :n n})"""
    for _ in range(2):
        assert shown(FakeHost(), program) == "{:n 1 :status :failed}"


def test_a_caught_refusal_does_not_save_the_run() -> None:
    host = host_with(answer("a", usage=(50, 60)))
    program = """(defworkflow w "" {:budget {:tokens 100}}
      (step "One." {}) (try (step "Two." {}) (catch e nil)) {:status :success})"""
    assert shown(host, program) == '{:reason "budget exceeded" :status :failed}'


def test_a_budget_in_dollars() -> None:
    host = host_with(answer("a", usage=(1000, 1000), model="m"))
    program = """(llm/set-pricing "m" 1.0 1.0)
      (defworkflow w "" {:budget {:usd 0.001}} (step "One." {:model "m"}))"""
    assert shown(host, program) == '{:reason "budget exceeded" :status :failed}'


def test_what_is_kept_costs_nothing() -> None:
    program = """(defworkflow w "" {:budget {:tokens 100}} (step "One." {})
      (if (not (file/exists? "ready")) (error "not ready")) (step "Two." {}))"""
    shown(host_with(answer("a", usage=(40, 50))), program)
    Path("ready").write_text("")
    assert '"b"' in shown(host_with(answer("b", usage=(40, 50))), program)


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("(checkpoint :a)", "there is no workflow here"),
        ('(defworkflow w "" {:phase []} 1)', "unknown option :phase"),
        ('(defworkflow "w" "" {} 1)', "expected a name, got string"),
        ('(defworkflow w "" {:budget {:tokens -1}} 1)', "must be at least 0"),
        ('(defworkflow w "" {:budget 5} 1)', "expected map, got int"),
        ('(defworkflow w "" {:permissions "no-fun"} 1)', "unknown permission no-fun"),
        ('(defworkflow w "" {:mcp {asana {:url "x"}}} 1)', "Model Context Protocol"),
        ("(step 5)", "expected string"),
        ('(step "x" {:nam "y"})', "unknown option :nam"),
        ('(workflow/step "x" 5)', "expected function"),
    ],
)
def test_mistakes_are_named(program: str, message: str) -> None:
    with pytest.raises(LispError, match=message):
        run(FakeHost(), program)


def test_a_phase_is_no_wrapper() -> None:
    program = """(:error (defworkflow w "" {} (phase "A" 5)))"""
    assert shown(FakeHost(), program) == '"phase: expected 1 argument, a label, got 2"'


def test_a_folder_that_cannot_be_written_is_an_error() -> None:
    Path(".sema").write_text("a file")
    with pytest.raises(LispError, match=r"journal .* cannot be written"):
        run(FakeHost(), '(defworkflow w "" {} 1)')


def test_a_step_outside_of_a_workflow_just_asks() -> None:
    assert run(host_with(answer("hi")), '(step "Say hi.")') == "hi"
    assert not Path(".sema").exists()


def test_the_older_name_of_a_step() -> None:
    assert run(host_with(answer("hi")), '(agent "Say hi." {:name "critic"})') == "hi"
    with pytest.raises(LispError, match="agent: expected 1 argument"):
        run(FakeHost(), "(agent {} {})")


def test_code_as_an_answer() -> None:
    host = host_with(answer("Here it is:\n```lisp\n(define n 2)\n(* n 21)\n```"))
    program = '(workflow/run-form (step "Write it." {:schema :sema-form}))'
    assert run(host, program) == 42


# --- checks without running -----------------------------------------------------------------------


def test_checks_say_what_is_wrong_and_where() -> None:
    text = """(phase) ; outside: nobody's business
(defworkflow w "doc" {:budgets 1}
  (phase "A" (list 1))
  (let ((x 1)) (step "p" {:agent a :model "m"}) '(phase))
  (parallel) (pipeline items) (checkpoint))"""
    found = Interpreter(FakeHost()).eval(  # type: ignore[arg-type]
        f"(map (fn (p) (list (:code p) (:line p) (:col p))) (workflow/check {print_value(text)}))"
    )
    assert print_value(found).replace("\n", "") == (
        '(("W-META-OPTION" 2 1) ("E-PHASE-ARITY" 3 3) ("W-STEP-AGENT" 4 16) '
        '("E-PARALLEL-ARITY" 5 3) ("E-PIPELINE-ARITY" 5 14) ("E-CHECKPOINT-ARITY" 5 31))'
    )


def test_a_text_that_cannot_be_read_is_a_problem() -> None:
    assert shown(FakeHost(), '(map :code (workflow/check "(defworkflow"))') == '("E-SYNTAX")'


# --- who is alive ---------------------------------------------------------------------------------

STEPS = """
(defworkflow job "" {}
  (checkpoint :one (begin (println "one") 1))
  (if (file/exists? "go") 2 (wait)))
"""


def begun_elsewhere(then: str) -> subprocess.Popen[bytes]:
    """Begins the workflow in another process, which does `then` after the first step."""
    script = (
        "import os, signal, sys, time\n"
        f"sys.path[:0] = {sys.path!r}\n"
        "from lispcore import Interpreter\n"
        "lisp = Interpreter()\n"
        f"lisp.globals['wait'] = lambda: {then}\n"
        "lisp.eval(sys.argv[1])\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, STEPS], stdout=subprocess.PIPE, stdin=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"one\n"
    return process


def run_here() -> str:
    made = FakeHost()
    Path("go").write_text("")
    Interpreter(made).eval(STEPS)
    return "".join(text for kind, text in made.written if kind == "out")


def test_a_run_goes_on_after_a_zombie() -> None:
    process = begun_elsewhere("os.kill(os.getpid(), signal.SIGKILL)")
    try:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it is dead, and not yet buried
        os.kill(process.pid, 0)
        assert run_here() == ""
    finally:
        process.communicate()


def test_a_run_that_is_alive_is_left_alone() -> None:
    process = begun_elsewhere("sys.stdin.read()")
    try:
        assert run_here() == "one\n"
        assert len(list(Path(".sema/runs").iterdir())) == 2
    finally:
        process.communicate()
