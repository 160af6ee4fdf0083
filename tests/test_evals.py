"""Evaluations of prompts: cases, models and matchers, what changes between runs, and the command."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from fake_host import FakeHost
from lispcore import Interpreter, LispError
from lispcore.__main__ import main


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", sys.argv)


def run(program: str) -> tuple[Any, str, list[Any]]:
    """Returns the value of a program, what it printed, and the records of its evaluations."""
    host: Any = FakeHost()
    value = Interpreter(host).eval(program, python=True)
    told = "".join(text for kind, text in host.written if kind == "out")
    return value, told, [each for each in host.records if each["type"].startswith("eval-")]


def trial(matcher: str, answer: str, case: str = '{:word "cat"}', before: str = "") -> Any:
    """Returns the only trial of an evaluation with one case and one matcher."""
    program = f"""
    {before}
    (defeval e {{:cases [{case}] :matchers {matcher}}} (fn (row) {answer}))
    (eval/run {{:quiet #t}})
    """
    _, _, records = run(program)
    (found,) = [each["trial"] for each in records if each["type"] == "eval-trial"]
    return found


@pytest.mark.parametrize(
    ("matcher", "right", "wrong", "says"),
    [
        ("{:equals [1 2]}", "(list 1 2)", "(list 1)", "expected"),
        ("{:equals :bug}", '"bug"', '"wish"', "expected :bug, got wish"),
        ('{:equals "4"}', "4", "5", "expected 4, got 5"),
        ('{:contains "cat"}', '"a cat"', '"a dog"', "does not contain cat"),
        ('{:contains ["a" "b"]}', '"ab"', '"a"', "does not contain b"),
        ("{:contains :word}", '"a cat"', '"a dog"', "does not contain cat"),
        ("{:contains (fn (row) (:word row))}", '"a cat"', '"a dog"', "does not contain cat"),
        ('{:lacks ["x" "y"]}', '"abc"', '"ay"', "contains y"),
        (r'{:matches #"^\d+$"}', '"17"', '"17 "', "does not match"),
        ("{:json-schema {:n {:type :number}}}", '"{\\"n\\": 1}"', '"{\\"n\\": \\"x\\"}"', "n"),
        ("{:json-schema {:n {:type :number}}}", "{:n 1}", '"Sure! {\\"n\\": 1}"', "is no JSON"),
        ("{:max-latency 5}", "1", "(begin (time/sleep 50) 1)", "ms, more than 5 ms"),
        ("{:check (fn (x) (> x 3))}", "4", "3", "3 is not accepted"),
        (
            '{:check (fn (x row) {:pass (= x (:word row)) :why "other"})}',
            '"cat"',
            '"dog"',
            "dog: other",
        ),
        ("(fn (x) x)", "1", "#f", "#f is not accepted"),
        ('[{:lacks "x"} (fn (x) (= x "a"))]', '"a"', '"b"', "b is not accepted"),
    ],
)
def test_matchers(matcher: str, right: str, wrong: str, says: str) -> None:
    sleeps = "time/sleep" in wrong
    good = trial(matcher, right)
    assert (good["passed"], good["problems"], good["error"]) == (True, [], None)
    bad = trial(matcher, wrong.replace("time/sleep", "sleep") if sleeps else wrong)
    assert not bad["passed"]
    assert says in bad["problems"][0]


def test_what_is_similar_and_what_a_judge_says() -> None:
    similar = '{:similar {:to "the dog runs" :least 0.5}}'
    demo = "(llm/configure-embeddings :demo)"
    assert trial(similar, '"a running dog runs"', before=demo)["passed"]
    (problem,) = trial(similar, '"tax law"', before=demo)["problems"]
    assert "similar to the dog runs, not 0.50" in problem
    script = '(demo/script ["{\\"pass\\": VERDICT, \\"why\\": \\"It is curt.\\"}"])'
    judge = '{:judge "polite"}'
    assert trial(judge, '"Thanks"', before=script.replace("VERDICT", "true"))["passed"]
    judged = trial(judge, '"No."', before=script.replace("VERDICT", "false"))
    assert judged["problems"] == ["No. was judged: It is curt."]
    # What a judge uses is not the answer's.
    assert (judged["tokens"], judged["calls"]) == (0, [])


def test_a_judge_may_be_another_model_and_sees_no_expectation() -> None:
    before = """
    (define asked "")
    (demo/script [(fn (r) (set! asked (str (:model r) (:content (last (:messages r)))))
                    "{\\"pass\\": true, \\"why\\": \\"\\"}")])
    """
    program = f"""
    {before}
    (defeval e {{:cases [{{:text "hi" :expect {{:judge {{:rubric "kind" :model "demo/stern"}}}}}}]}}
      (fn (row) "hello"))
    (list (:rate (eval/run {{:quiet #t}})) asked)
    """
    rate, asked = run(program)[0]
    assert rate == 1.0
    assert asked.startswith("stern")
    assert "hello" in asked
    assert ":expect" not in asked


MODELS = """
(define seen [])
(demo/script [(fn (r) (if (= (:model r) "good") "yes" "no"))] {:repeat #t})
(defeval e {:cases [{:name "one" :expect "yes"} {:expect {:contains "es"}} {:name "one" :expect "no"}]
            :models ["demo/good" {:name "bad" :model "demo/other"}] :repeat 2}
  (fn (row) (llm/complete "q")))
"""


def answers(definition: str) -> tuple[Any, ...]:
    """Returns what the trials of an evaluation gave, where the model repeats what it is told."""
    echo = '(demo/script [(fn (r) (string/join (map :content (:messages r)) "|"))] {:repeat #t})'
    _, _, records = run(f"{echo} {definition} (eval/run {{:quiet #t}})")
    found = [each["trial"] for each in records if each["type"] == "eval-trial"]
    return tuple(each["error"] or each["answer"] for each in found)


@pytest.mark.parametrize(
    ("definition", "answer"),
    [
        ('(defeval e {:cases [{:text "a"}]} "Spam? {{text}}")', "Spam? a"),
        ('(defeval e {:cases ["a"]} "Spam? {{ case }}")', "Spam? a"),
        ('(defeval e {:prompt "Spam? {{text}}" :cases [{:text "a"}]})', "Spam? a"),
        ('(defeval e {:cases [{:n 1}]} (prompt (system "s") (user "{{n}}")))', "s|1"),
        ('(defeval e {:cases [{:n 1}]} (message :user "{{n}}!"))', "1!"),
        ('(defeval e {:cases [{:input "hi"}]} (agent {:system "s"}))', "hi"),
        ("(defeval e {:cases [{:n 1}]} [row] (define k 1) (+ k (:n row)))", "2"),
        ("(defeval e {:cases [{:n 5}]} :n)", "5"),
        (
            '(defeval e {:cases [{:n 1}]} "Spam? {{text}}")',
            "defeval e: the case has nothing for {{text}}",
        ),
        (
            '(defeval e {:cases [{:n 1}]} (agent {:system "s"}))',
            "defeval e: the case says nothing to the agent",
        ),
    ],
)
def test_what_is_tried_may_be_a_function_or_a_prompt(definition: str, answer: str) -> None:
    assert answers(definition) == (answer,)


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ("(defeval e {:cases [1]} 5)", "expected function, text, prompt or agent, got int"),
        ("(defeval e {:cases [1]})", "expected function, text, prompt or agent, got nil"),
        ('(defeval e {:cases [1] :prompt "a"} "b")', "leave one out"),
    ],
)
def test_what_cannot_be_tried_is_said(definition: str, message: str) -> None:
    _, _, records = run(f"{definition} (eval/run {{:quiet #t}})")
    assert message in records[-1]["table"]["error"]


def test_cases_by_models_make_a_table() -> None:
    summary, told, records = run(MODELS + "(eval/run)")
    assert (summary["trials"], summary["passed"], summary["failures"]) == (12, 6, ["e"])
    began, *trials, ended = records
    assert began["cases"] == ["one", "case 2", "one (2)"]
    assert began["models"] == ["demo/good", "bad"]
    assert len(trials) == 12
    table = ended["table"]
    assert [cell["passed"] for cell in table["cells"]] == [2, 0, 2, 0, 0, 2]
    assert [round(each["rate"], 2) for each in table["models"]] == [0.67, 0.33]
    assert "one      2/2        0/2" in told
    assert "one, bad: expected yes, got no" in told
    assert all(each["trial"]["calls"] for each in trials)  # requests that the inspector has


def test_the_spread_is_that_of_the_repeats() -> None:
    script = '(demo/script ["yes" "yes" "yes" "no"])'
    program = f"""{script} (defeval e {{:cases [{{:expect "yes"}} {{:expect "yes"}}] :repeat 2 :least 0.7}}
      (fn (row) (llm/complete "q"))) (eval/run)"""
    summary, told, records = run(program)
    (column,) = records[-1]["table"]["models"]
    assert (column["lowest"], column["rate"], column["highest"]) == (0.5, 0.75, 1.0)
    assert "75 % (50–100 %)" in told
    assert summary["failures"] == []


def test_cases_of_files() -> None:
    Path("c.csv").write_text("text,expect\na,1\nb,\n")
    Path("c.jsonl").write_text(
        '{"id": 7, "text": "a", "expect": {"n": 1}}\n{"text": "b", "expect": {"contains": "b"}}\n'
    )
    value, _, records = run(
        '(defeval e {:cases "c.csv" :matchers {:lacks "z"}} (fn (row) (if (= (:text row) "a") 1 2)))'
        '(defeval f {:cases "c.jsonl"} (fn (row) (if (= (:text row) "a") {:n 1} "abc")))'
        "(eval/run {:quiet #t})"
    )
    assert (value["evals"], value["rate"]) == (2, 1.0)
    assert [each["cases"] for each in records if each["type"] == "eval-began"] == [
        ["a", "b"],
        ["7", "b"],
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("{}", "expected list, vector or path"),
        ("{:cases []}", "there are no cases"),
        ('{:cases "none.csv"}', "there is no file"),
        ("{:cases [1] :repeat 0}", "option :repeat expected a number from 1"),
        ("{:cases [1] :repeat 1.5}", "option :repeat expected a number from 1"),
        ("{:cases [1] :matchers {:equal 1}}", "unknown option :equal"),
        ("{:cases [1] :model 5}", "unknown option :model"),
        ('{:cases [1] :models ["demo/a" "demo/a"]}', "the same name"),
    ],
)
def test_mistakes_in_an_evaluation_fail_that_one_alone(options: str, message: str) -> None:
    value, told, _ = run(
        f"(defeval bad {options} (fn (row) 1)) (defeval good {{:cases [{{:expect 1}}]}} (fn (row) 1)) (eval/run)"
    )
    assert message in told
    assert value["failures"] == ["bad"]


def test_errors_are_trials_that_fail_and_a_budget_ends_them() -> None:
    found = trial("{:equals 1}", "(car 5)")
    assert (found["passed"], found["problems"]) == (False, [])
    assert "car: argument 1" in found["error"]
    assert "checks nothing" in trial("{}", "1", case="{}")["problems"][0]


def test_only_what_failed_runs_again_and_changes_are_told() -> None:
    program = """
    (define n 0)
    (define (answer row) (set! n (+ n 1)) (if (> n 2) 1 (:n row)))
    (defeval e {:cases [{:name "a" :n 1 :expect 1} {:name "b" :n 2 :expect 1}]} answer)
    (eval/run {:quiet #t}) (eval/run {:only-failed #t}) (define after n)
    (eval/run {:only-failed #t :quiet #t})
    (list after n)
    """
    value, told, records = run(program)
    assert value == [3, 3]
    assert "better: b, " in told
    first, second, third = [each["table"] for each in records if each["type"] == "eval-ended"]
    assert not first["passes"]
    assert second["passes"]
    assert [cell["kept"] for cell in second["cells"]] == [True, False]
    assert [cell["change"] for cell in second["cells"]] == ["", "better"]
    assert [cell["change"] for cell in third["cells"]] == ["", ""]


def test_results_and_baselines_are_files() -> None:
    program = """(defeval e {:cases [{:expect 1} {:expect 2}]} (fn (row) ANSWER))"""
    keep = program.replace("ANSWER", "1") + '(eval/run {:results "r.json"})'
    assert run(keep)[0]["failures"] == ["e"]
    assert (
        run(program.replace("ANSWER", "1") + '(eval/run {:baseline "r.json"})')[0]["failures"] == []
    )
    value, told, _ = run(program.replace("ANSWER", "2") + '(eval/run {:baseline "r.json"})')
    assert value["failures"] == ["e"]
    assert "worse than the baseline: case 1" in told
    assert (
        "better: case 2"
        in run(program.replace("ANSWER", "2") + '(eval/run {:results "r.json"})')[1]
    )
    Path("r.json").write_text('{"evals": 1, "tables": [{"name": "e"}]}')
    ended = Interpreter(FakeHost()).run(program + '(eval/run {:results "r.json"})')  # type: ignore[arg-type]
    assert "r.json cannot be read" in ended["error"]["message"]


# --- the command ----------------------------------------------------------------------------------

SUITE = """
(llm/define-provider :p {:default-model "m" :complete (fn (r) (if (= (:model r) "m") "yes" "ANSWER"))})
(defeval first {:cases [{:name "<a&" :expect "yes"}] :models ["p/m" "p/n"] :repeat 2}
  (fn (row) (llm/complete "q")))
(defeval second {:cases [{:expect 1}]} (fn (row) 1))
"""


def said(capsys: Any, *words: str) -> tuple[int, str, str]:
    status = main(["eval", *words])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def write(answer: str) -> None:
    Path("s.lisp").write_text(SUITE.replace("ANSWER", answer))


def test_the_command_plays_from_recordings_of_its_own(capsys: Any) -> None:
    write("yes")
    assert said(capsys, "s.lisp", "--replay")[0] == 1  # nothing is recorded yet
    assert said(capsys, "s.lisp")[0] == 0
    # Each model and each repeat has a call of its own.
    assert len(Path("s.tape.jsonl").read_text().splitlines()) == 4
    write("no")
    assert said(capsys, "s.lisp", "--replay")[0] == 0
    status, out, _ = said(capsys, "s.lisp", "--live")
    assert status == 1
    assert "worse: <a&, p/n" in out
    assert "2 evaluations, 1 failed" in out
    write("yes")
    status, out, _ = said(capsys, "s.lisp", "--live", "--failed", "--filter", "first")
    assert status == 0
    assert "better: <a&, p/n" in out
    assert set(json.loads(Path("s.evals.json").read_text())) == {"evals", "tables"}


def test_the_command_writes_reports(capsys: Any) -> None:
    write("no")
    Path("t.lisp").write_text("(car 5)")
    reports = ["--junit", "r.xml", "--json=r.json", "--html", "r.html"]
    status, _, err = said(capsys, "s.lisp", "t.lisp", "--live", *reports)
    assert status == 1
    assert "car: argument 1" in err
    suites = ElementTree.parse("r.xml").getroot()
    assert [(each.get("tests"), each.get("failures"), each.get("errors")) for each in suites] == [
        ("2", "1", "0"),
        ("1", "0", "0"),
        ("1", "0", "1"),
    ]
    assert [case.get("name") for case in suites[0]] == ["<a& [p/m]", "<a& [p/n]"]
    report = json.loads(Path("r.json").read_text())
    assert [len(each["evals"]) for each in report["files"]] == [2, 0]
    page = Path("r.html").read_text()
    assert "&lt;a&amp;" in page
    assert "color-scheme: light dark" in page
    assert "src=" not in page
    assert "http" not in page


def test_a_baseline_decides_and_wrong_words_are_refused(capsys: Any) -> None:
    write("no")
    assert said(capsys, "s.lisp", "--live", "--save-baseline", "b.json")[0] == 1
    assert said(capsys, "s.lisp", "--live", "--baseline", "b.json")[0] == 0
    write("yes")
    assert said(capsys, "s.lisp", "--live", "--save-baseline", "b.json")[0] == 0
    write("no")
    status, out, _ = said(capsys, "s.lisp", "--live", "--baseline", "b.json")
    assert status == 1
    assert "worse than the baseline: <a&, p/n: 0 of 2 passed, 2 of 2 in the baseline" in out
    Path("c.json").write_text("{}")
    assert said(capsys, "s.lisp", "--baseline", "c.json")[0] == 2
    assert said(capsys, "s.lisp", "--baseline", "none.json")[0] == 2
    assert said(capsys, "s.lisp", "t.lisp", "--tape", "x")[0] == 2
    assert said(capsys, "s.lisp", "--replay", "--live")[0] == 2
    assert said(capsys, "missing.lisp")[0] == 2
    assert said(capsys)[0] == 2
    assert said(capsys, "s.lisp", "--filter", "nothing")[0] == 1
    assert said(capsys, "s.lisp", "--live", "--html", "no/where.html")[0] == 2


def test_a_call_that_is_played_takes_as_long_as_it_took(capsys: Any) -> None:
    program = """
    (llm/define-provider :p {:complete (fn (r) (sleep 60) "yes")})
    (defeval e {:cases [1] :matchers {:max-latency 40}} (fn (row) (llm/complete "q")))
    """
    Path("s.lisp").write_text(program)
    assert said(capsys, "s.lisp")[0] == 1
    Path("s.lisp").write_text(program.replace("(sleep 60)", ""))
    status, out, _ = said(capsys, "s.lisp", "--replay")
    assert status == 1
    assert "more than 40 ms" in out


def test_options_without_a_map_are_told_where_they_belong() -> None:
    with pytest.raises(LispError, match="expects its options in a map") as caught:
        Interpreter(FakeHost()).eval('(defeval labels :cases [{:expect "bug"}] :run car)')
    assert "{:cases rows …}" in str(caught.value.hint)
