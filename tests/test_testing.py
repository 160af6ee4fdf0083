"""Tests of programs: what they note, what they tell, and how the command ends."""

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

SUITE = """
(define (double x) (* 2 x))
(deftest good (is (= (double 2) 4)) (is (and #t 5)))
(deftest bad
  (is (= (double 3) 5) "thrice")
  (is (> 2 1))
  (is (if #f 1 nil)))
(deftest broken
  (is (= 1 1))
  (car 5))
(deftest empty 5)
"""


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", sys.argv)


def run(program: str) -> tuple[Any, str]:
    """Returns the value of a program, and what it printed."""
    host: Any = FakeHost()
    value = Interpreter(host).eval(program, python=True)
    return value, "".join(text for kind, text in host.written if kind == "out")


def test_what_does_not_hold_is_noted_with_both_sides() -> None:
    counts, told = run(SUITE + "(test/run)")
    assert counts == {
        "tests": 4,
        "passed": 1,
        "failed": 3,
        "checks": 6,
        "failures": ["bad", "broken", "empty"],
    }
    assert "ok    good (2 checks" in told
    assert "line 5: thrice: (= (double 3) 5) does not hold\n        (double 3) is 6" in told
    assert "line 7: (if #f 1 nil) does not hold\n        it is nil" in told
    assert "line 10: car: argument 1 expected list or vector, got int" in told
    assert "it checks nothing" in told


def test_some_tests_can_be_chosen_and_one_can_be_defined_anew() -> None:
    counts, told = run(SUITE + '(test/run {:filter "oo" :quiet #t})')
    assert (counts["tests"], counts["passed"], told) == (1, 1, "")
    again = (
        SUITE + "(deftest bad (is #t)) (deftest broken (is #t)) (deftest empty (is #t)) (test/run)"
    )
    assert run(again)[0]["failed"] == 0


def test_outside_of_a_test_it_is_an_error() -> None:
    assert run("(list (is (= 1 1)) (is 5))")[0] == [True, True]
    with pytest.raises(
        LispError, match=r"\(= \(\+ 1 2\) 4\) does not hold\n  \(\+ 1 2\) is 3"
    ) as caught:
        run("(is (= (+ 1 2) 4))")
    assert caught.value.kind == "test"


def test_arguments_are_evaluated_once_and_calls_are_as_written() -> None:
    program = """
    (define n 0) (define (next) (set! n (+ n 1)) n)
    (defmacro one-of (x) `(list ,x))
    (define (pick = ) (is (= 4)))
    (list (is (= (next) 1)) (is (one-of 2)) (is ((fn (x) x) 3)) (pick (fn (x) x)) (is (:a {:a 1})) n)
    """
    assert run(program)[0] == [True, True, True, True, True, 1]


def test_a_program_keeps_its_own_names() -> None:
    assert run("(define (is x) (list :mine x)) (is #f)")[0] == ["mine", False]
    assert run("(let ((is 5)) is)")[0] == 5


def said(capsys: Any, *words: str) -> tuple[int, str, str]:
    status = main(["test", *words])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_the_command_writes_reports(capsys: Any) -> None:
    Path("s.lisp").write_text(SUITE.replace('"thrice"', '"<&\\u0001>"'))
    Path("t.lisp").write_text("(deftest alone (is #t))")
    Path("u.lisp").write_text("(car 5)")
    reports = ["--junit", "r.xml", "--json=r.json", "--html", "r.html"]
    status, out, err = said(capsys, "s.lisp", "t.lisp", "u.lisp", *reports)
    assert status == 1
    assert out.endswith("5 tests, 3 failed\n")
    assert "car: argument 1" in err
    suites = ElementTree.parse("r.xml").getroot()
    assert [suite.get("failures") for suite in suites] == ["2", "0", "0"]
    assert [suite.get("errors") for suite in suites] == ["1", "0", "1"]
    cases = [case.get("name") for suite in suites for case in suite]
    assert cases == ["good", "bad", "broken", "empty", "alone", "loading"]
    report = json.loads(Path("r.json").read_text())
    assert [each["status"] for each in report["files"][0]["tests"]] == [
        "passed",
        "failed",
        "error",
        "failed",
    ]
    page = Path("r.html").read_text()
    assert "alone" in page
    assert "&lt;&amp;" in page


def test_the_command_ends_as_its_tests_do(capsys: Any) -> None:
    Path("s.lisp").write_text(SUITE)
    assert said(capsys, "s.lisp", "--filter", "good")[0] == 0
    assert said(capsys, "s.lisp", "--filter", "bad")[0] == 1
    assert said(capsys, "s.lisp", "--filter", "none")[0] == 1
    assert said(capsys, "missing.lisp")[0] == 2
    assert said(capsys)[0] == 2
    assert said(capsys, "s.lisp", "--nothing")[0] == 2
    assert said(capsys, "s.lisp", "--filter", "good", "--junit", "no/where.xml")[0] == 2


def test_model_calls_come_from_the_tape_beside_the_program(capsys: Any) -> None:
    program = """
    (llm/define-provider :p {:complete (fn (r) "ANSWER")})
    (deftest asks (is (= (llm/complete "q") "yes")))
    """
    Path("s.lisp").write_text(program.replace("ANSWER", "yes"))
    assert said(capsys, "s.lisp", "--replay")[0] == 1  # nothing is recorded yet
    assert said(capsys, "s.lisp")[0] == 0
    assert Path("s.tape.jsonl").exists()
    Path("s.lisp").write_text(program.replace("ANSWER", "no"))
    assert said(capsys, "s.lisp", "--replay")[0] == 0
    assert said(capsys, "s.lisp")[0] == 0
    assert said(capsys, "s.lisp", "--live")[0] == 1


def test_a_check_that_is_called_by_its_own_name_says_what_it_wants() -> None:
    error = Interpreter().run('(test/%is "text" 1 nil :none equal? 1 2)')["error"]
    assert error is not None
    assert "expected list or vector, got keyword" in error["message"]
