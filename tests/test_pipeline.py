"""The list of passes: what each needs is there, and each can be left out."""

from __future__ import annotations

import pytest

from lispcore import Interpreter
from lispcore.__main__ import SilentHost
from lispcore.compiler import pipeline
from lispcore.compiler.pipeline import ANALYSED, EVERYTHING, NUMERIC_LOOPS, PASSES
from lispcore.compiler.work import Work
from lispcore.hosts.terminal import TerminalHost
from test_cases import CASES, compare, read_cases

# Each of these passes has something to do here.
PROGRAM = """
    (define-record-type point (make-point x y) point? (x px))
    (define (both n) (list n (* 2 n)))
    (define (even n) (if (= n 0) #t (odd (- n 1))))
    (define (odd n) (if (= n 0) #f (even (- n 1))))
    (define (sum n) (let loop ((i 0) (s 0)) (if (< i n) (loop (+ i 1) (+ s i)) s)))
    (define (upwards n) (let loop ((i n) (xs '())) (if (= i 0) xs (loop (- i 1) (cons i xs)))))
    (define (counts xs) (foldl (fn (m x) (assoc m x (+ 1 (get m x 0)))) {} xs))
    (define (f n)
      (let (([a b] (both n)))
        (list a b (px (make-point n 1)) (even n) (sum n) (upwards n) (counts [a a b])
              (for/list ((i (range n))) (* i i)) (map car [[1 2] [3 4]])
              (map/update {:a 1} :a (fn (x) (+ x 1)))
              (try (throw {:type :mine}) (catch e (:type e))))))
    (f 3)"""


def run(off: frozenset[str] = frozenset()) -> object:
    result = Interpreter(SilentHost(TerminalHost()), off=off).run(PROGRAM)
    assert result["error"] is None, result["error"]
    return result["value"]


def test_what_a_pass_needs_is_given_before() -> None:
    given: set[str] = set()
    for each in PASSES:
        assert given.issuperset(each.needs), each.name
        given.update(each.gives)
    names = [each.name for each in PASSES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", sorted(EVERYTHING))
def test_each_pass_can_be_left_out(name: str) -> None:
    assert run(frozenset((name,))) == run()


def test_everything_can_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    monkeypatch.setattr(pipeline, "observer", lambda name, work: ran.append(name))
    value = run(EVERYTHING)
    # How the program is understood, and that library functions are called as such, is no option.
    assert set(ran) == {"analysis", "library uses"}
    ran.clear()
    assert run() == value
    # The host of this test runs no machine code.
    assert set(ran) == {each.name for each in PASSES} - {NUMERIC_LOOPS}


def test_forms_that_a_pass_has_changed_are_analysed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def note(name: str, work: Work) -> None:
        ran.append(name)
        if name == "ownership":
            assert work.known.issuperset(ANALYSED)

    monkeypatch.setattr(pipeline, "observer", note)
    run(frozenset(("inlined functions",)))  # which would leave no cycle
    cycles = ran.index("inlined cycles")
    assert ran[cycles - 1] == ran[cycles + 1] == "analysis"


@pytest.mark.parametrize("stem", ["special_forms", "control", "lists", "maps", "higher_order"])
def test_language_cases_without_any_pass(stem: str) -> None:
    (path,) = [each for each in CASES if each.stem == stem]
    for line, program, expected in read_cases(path):
        result = Interpreter(SilentHost(TerminalHost()), off=EVERYTHING).run(program)
        assert not compare(result, expected), (line, program)
