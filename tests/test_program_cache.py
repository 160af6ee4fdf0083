"""A program that was compiled before does what it did when it was compiled; wrong hits cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lispcore import Interpreter
from lispcore.__main__ import SilentHost
from lispcore.compiler.emit import python_code
from lispcore.hosts.terminal import TerminalHost
from lispcore.reading.reader import read_form
from lispcore.running.program_cache import (
    MAXIMUM_CHARACTERS,
    MAXIMUM_PROGRAMS,
    ProgramCache,
    fresh_constants,
)
from lispcore.values.comparing import equal
from lispcore.values.types import EMPTY, List
from tests.test_cases import CASES, compare, read_cases


def session(programs: ProgramCache) -> Interpreter:
    return Interpreter(SilentHost(TerminalHost()), programs)


def kept(*texts: str) -> int:
    """Returns how many programs are kept once each of these was the first of a session."""
    programs = ProgramCache()
    for text in texts:
        session(programs).run(text)
    return len(programs)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Returns the list of the files that are compiled during the test."""
    found: list[str] = []

    def note(module: Any, file: str, *rest: Any, **named: Any) -> Any:
        found.append(file)
        return compile(module, file, *rest, **named)

    monkeypatch.setattr(python_code, "compile", note, raising=False)
    return found


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_case_gives_the_same_from_the_cache(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [tmp_path / "first", tmp_path / "again"]  # programs write files
    for folder in folders:
        folder.mkdir()
    failures = []
    programs = ProgramCache()
    for line, program, expected in read_cases(path):
        results = []
        for folder in folders:
            monkeypatch.chdir(folder)
            results.append(session(programs).run(program))
        first, again = results
        if compare(first, expected):
            continue  # what it must give is another test's business
        problem = compare(again, expected)
        for part in ("type", "line", "column", "stack"):  # the others name the folder
            one, other = ((each["error"] or {}).get(part) for each in (first, again))
            if one != other:
                problem = f"{part}: {one!r}, then {other!r}"
        if problem:
            failures.append(f"{path.name}:{line}: {program}\n    {problem}")
    assert not failures, "\n".join(failures)


def test_a_known_program_is_not_compiled(compiled: list[str]) -> None:
    programs = ProgramCache()
    text = "(define (f x) (* x 2)) (println (f 4)) (map f '(1 2))"
    first = session(programs).run(text)
    assert len(compiled) == 1
    assert session(programs).run(text) == first
    assert len(compiled) == 1
    session(programs).run(text + " ")
    assert len(compiled) == 2


def test_only_the_first_program_of_a_session_is_looked_up(compiled: list[str]) -> None:
    programs = ProgramCache()
    text = "(define (f x) (+ x 1)) (f 1)"
    session(programs).run(text)
    other = session(programs)
    other.run("(define (+ a b) (list a b))")
    assert other.run(text)["value"] == "(1 1)"
    assert len(compiled) == 3


@pytest.mark.parametrize(
    "text",
    [
        "(defmacro twice (x) `(begin ,x ,x)) (twice (println 1))",
        "(define (f) (defmacro m () 5) (m)) (f)",
        "(define-syntax m (syntax-rules () ((m x) x))) (m 1)",
        "(module m (export f) (define (f) 1)) (f)",
        '(load "a.lisp")',
        "(define (f",
        "(if)",
    ],
)
def test_what_does_not_follow_from_the_text_alone_is_not_kept(text: str) -> None:
    assert kept(text) == 0


def test_programs_with_what_is_no_plain_data_in_them_still_run() -> None:
    programs = ProgramCache()
    for _ in range(3):
        result = session(programs).run("(define x 1/3) (list x '(a [b {:c #\\d 1.0 2}]) #u8(1))")
        assert result["value"] == "(1/3 (a [b {1.0 2 :c #\\d}]) #u8(1))"


def test_redefinition_after_a_recalled_program_counts_at_once() -> None:
    programs = ProgramCache()
    text = "(define k 2) (define (g x) (+ x k)) (define (f x) (* 10 (g x))) (f 1)"
    for _ in range(3):
        each = session(programs)
        assert each.run(text)["value"] == "30"
        each.run("(define (g x) (- x k))")
        assert each.run("(f 1)")["value"] == "-10"
        each.run("(define k 5)")
        assert each.run("(f 1)")["value"] == "-40"
        each.run("(define (* a b) (list a b))")
        assert each.run("(f 1)")["value"] == "(10 -4)"
        each.run("(define (- a b) 'minus)")
        assert each.run("(g 1)")["value"] == "minus"


def test_tail_calls_of_recalled_functions_stay_endless() -> None:
    programs = ProgramCache()
    text = "(define (even n) (if (= n 0) #t (odd (- n 1)))) (define (odd n) (even (- n 1))) 1"
    for _ in range(2):
        each = session(programs)
        each.run(text)
        each.run("(define (odd n) (if (= n 0) 'odd (even (- n 1))))")
        assert each.run("(even 100001)")["value"] == "odd"


def test_errors_of_recalled_programs_have_their_place() -> None:
    programs = ProgramCache()
    text = "(define (f x)\n  (car x))\n(define (g) (f 5) 1)\n(g)"
    first, again = (session(programs).run(text) for _ in range(2))
    assert first == again
    assert (again["error"]["line"], again["error"]["column"]) == (2, 3)
    assert [frame["name"] for frame in again["error"]["stack"]] == [
        frame["name"] for frame in first["error"]["stack"]
    ]


def test_lists_of_one_session_do_not_grow_in_another() -> None:
    programs = ProgramCache()
    text = "(define xs '(1 2)) (define ys (cons 0 xs)) (define m {:a [1]}) (assoc m :b 2)"
    made = []
    for _ in range(3):
        each = session(programs)
        each.run(text)
        made.append(each.globals["xs"])
    assert len({id(each.cells) for each in made}) == 3
    assert all(len(each.cells) == 3 for each in made)


def test_names_of_constants_do_not_clash_with_later_ones() -> None:
    programs = ProgramCache()
    for _ in range(2):
        each = session(programs)
        each.run("(define (f) '(first constant)) 1")
        each.run("(define (g) '(second constant))")
        assert each.run("(list (f) (g))")["value"] == "((first constant) (second constant))"


def test_a_special_form_that_the_program_defines_anew_stays_its_own() -> None:
    programs = ProgramCache()
    for _ in range(2):
        each = session(programs)
        assert each.run("(define (time x) (list 'mine x)) (time 1)")["value"] == "(mine 1)"
        assert each.run("(time 2)")["value"] == "(mine 2)"


def test_evaluated_data_still_redefines() -> None:
    programs = ProgramCache()
    text = "(define (f) 1) (define (g) (f)) (eval '(define (f) 2)) (g)"
    for _ in range(2):
        assert session(programs).run(text)["value"] == "2"


def test_it_is_said_of_all_that_a_session_has_whether_it_is_kept() -> None:
    """Whoever adds something says here, or in `Knowledge`, whether compiling depends on it."""
    others = {
        "host",
        "may_exit",
        "macros",  # a program that has some is not kept
        "modules",  # nor one with modules
        "tasks",
        "sources",
        "globals",
        "_programs",
        "_units",
        "runs",
        "_running",
        "_next_tick",
        "_compiled",  # a unit that reads the text when it is needed
        "_off",  # for tests, which give no cache
        "_inputs",  # their number is in the name of a text, which belongs to the key
        "lock",
        "_guard",
        "_inside",
        "_watches",
        "_executor",
        "timeout",
        "progress",
        "given",  # code finds it among the globals
        "_in_steps",  # the same for all that share a cache: those of one host
        "_debugger",  # a run that is debugged is compiled anew
        "_bridge",  # to Python's functions: they are in the globals
        "definitions",  # later units do without what they may write in place
    }
    assert {"knowledge", *others} == set(vars(Interpreter()))


def test_records_and_waiting_functions_of_recalled_programs() -> None:
    programs = ProgramCache()
    text = (
        "(define-record-type point (make-point x y) point? (x point-x) (y point-y))"
        "(define (f p) (+ (point-x p) (point-y p)))"
        "(define (wait n) (sleep n) n)"
        "(list (f (make-point 1 2)) (map (fn (p) (await p)) (list (async (wait 1)) (async (wait 2)))))"
    )
    results = []
    for _ in range(3):
        each = session(programs)
        results.append([each.run(text), each.run("(f (make-point 3 4))"), each.run("(f 5)")])
        each.run("(define (point-x p) 'mine)")
        each.run("(define (+ a b) (list a b))")
        results[-1].append(each.run("(f (make-point 3 4))"))
    assert results[0][0]["error"] is None
    assert results[0][3]["value"] == "(mine 4)"
    assert results[0] == results[1] == results[2]


def test_the_cache_is_bounded() -> None:
    programs = ProgramCache()
    texts = [f"(define (f) {number}) (f)" for number in range(MAXIMUM_PROGRAMS + 5)]
    for text in texts:
        session(programs).run(text)
    assert len(programs) == MAXIMUM_PROGRAMS
    assert programs.find(texts[0], "<input>") is None
    assert programs.find(texts[-1], "<input>") is not None
    assert programs.find(texts[-1], "other") is None
    long = f'(define x "{"a" * (MAXIMUM_CHARACTERS // 2)}")'
    session(programs).run(long)
    assert programs.find(long, "<input>") is None
    half = "; " + "a" * (MAXIMUM_CHARACTERS // 3)
    for number in range(4):
        session(programs).run(f"(define (f) {number}) {half}\n(f)")
    assert len(programs) == 2


def test_deep_constants_are_made_anew_without_recursion() -> None:
    deep: Any = EMPTY
    for _ in range(100_000):
        deep = List([deep], 1)
    made = fresh_constants({"a": deep, "b": deep, "n": 1})
    assert made is not None
    assert made["a"] is made["b"]
    assert made["a"] is not deep
    assert made["n"] == 1


def test_fresh_constants_are_equal_and_share_nothing() -> None:
    value = read_form('(a [1 2.5 {:k (x) 1.0 [y]}] "s" #\\c ())')
    made = fresh_constants({"c": value})
    assert made is not None
    assert equal(made["c"], value)
    assert made["c"].cells is not value.cells
    assert fresh_constants({"c": object()}) is None
