"""What must hold of core forms between two passes: of all cases and benchmark programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from lispcore import Interpreter
from lispcore.__main__ import SilentHost
from lispcore.compiler import pipeline
from lispcore.compiler.facts.analysis import analyse
from lispcore.compiler.facts.tables import Facts, Tails
from lispcore.compiler.verifier import Malformed, verify
from lispcore.compiler.work import Work
from lispcore.core.nodes import (
    And,
    Call,
    Constant,
    Global,
    If,
    Kept,
    Lambda,
    Let,
    Local,
    NamedLet,
    Node,
    Sequence,
    Variable,
)
from lispcore.core.walking import all_nodes
from lispcore.hosts.terminal import TerminalHost
from test_cases import CASES, read_cases

PROGRAMS = sorted((Path(__file__).parents[1] / "benchmarks" / "programs").glob("*.lisp"))
AT = (1, 1, 1, 2)


class Enough(Exception):
    """A program is compiled; nobody wants it to run."""


class NoMachine:
    """Has numeric loops looked for, as in the page, and runs none of them."""

    def prepare(self, module: bytes) -> None:
        """Returns nothing: the host refuses the module."""


def host_of_a_page() -> SilentHost:
    host = SilentHost(TerminalHost())
    host.machine = NoMachine()  # type: ignore[attr-defined]
    return host


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Has everything verified behind every pass; gives the names of those that have run."""
    ran: set[str] = set()

    def observe(name: str, work: Work) -> None:
        ran.add(name)
        try:
            verify(work.main, work.facts.tails if "tails" in work.known else None)
        except Malformed as problem:
            raise AssertionError(f"behind {name}: {problem}") from problem

    monkeypatch.setattr(pipeline, "observer", observe)
    return ran


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_language_cases(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verified: set[str]
) -> None:
    monkeypatch.chdir(tmp_path)  # programs write files
    for _, program, _ in read_cases(path):
        problem = Interpreter(host_of_a_page()).run(program)["error"]
        assert problem is None or "behind" not in problem["message"], (program, problem)
    assert verified


def test_benchmark_programs(monkeypatch: pytest.MonkeyPatch, verified: set[str]) -> None:
    def stop(*_: object) -> None:
        raise Enough

    monkeypatch.setattr(pipeline, "_write", stop)
    for path in PROGRAMS:
        if "defmacro" not in (text := path.read_text(encoding="utf-8")):
            with pytest.raises(Exception) as caught:
                Interpreter(host_of_a_page()).eval(text)
            assert "Enough" in repr(caught.value), (path, caught.value)
    assert verified


def test_a_program_that_needs_every_pass(verified: set[str]) -> None:
    program = """
        (define-record-type point (make-point x y) point? (x px))
        (define (both n) (list n (* 2 n)))
        (define (even n) (if (= n 0) #t (odd (- n 1))))
        (define (odd n) (if (= n 0) #f (even (- n 1))))
        (define (f n)
          (let (([a b] (both n)))
            (list a b (even n) (for/list ((i (range n))) (* i i)) (map car [[1 2] [3 4]])
                  (map/update {:a 1} :a (fn (x) (+ x 1)))
                  (foldl (fn (m x) (assoc m x n)) {} '(1 2))
                  (try (throw {:type :mine}) (catch e (:message e))))))
        (f 3)"""
    assert Interpreter(host_of_a_page()).run(program)["error"] is None
    assert verified == {each.name for each in pipeline.PASSES}


def unit(*parts: Node) -> Lambda:
    return Lambda("<program>", [], None, Sequence(list(parts), AT), AT)


def number(value: int = 1) -> Constant:
    return Constant(value, AT)


def refused(main: Lambda, tails: Tails | None = None) -> str:
    with pytest.raises(Malformed) as caught:
        verify(main, tails)
    return str(caught.value)


def test_a_node_in_two_places_is_refused() -> None:
    shared = number()
    assert "two places" in refused(unit(shared, shared))
    verify(unit(number(), number()))


def test_a_node_without_a_place_in_the_text_is_refused() -> None:
    lost = number()
    del lost.span
    assert "where it stands" in refused(unit(lost))


def test_a_node_without_parts_or_with_too_many_is_refused() -> None:
    assert "no parts" in refused(unit(And([], AT)))
    assert "or both" in refused(unit(Call(Global("f", AT), [], AT, "helper")))
    assert "or both" in refused(unit(Call(None, [], AT)))


def test_a_variable_that_is_used_outside_of_its_binding_is_refused() -> None:
    x = Variable("x")
    inside = Let([(x, number())], Local(x, AT), AT)
    verify(unit(inside))
    assert "uses x" in refused(unit(inside, Local(x, AT)))
    assert "uses x" in refused(unit(Let([(x, Local(x, AT))], number(), AT)))
    assert "uses x" in refused(unit(Local(x, AT)))
    kept = Kept(x, number(), AT)
    verify(unit(If(kept, Local(x, AT), number(), AT)))
    assert "uses x" in refused(unit(If(Local(x, AT), Kept(x, number(), AT), number(), AT)))


def test_a_variable_with_two_binders_is_refused() -> None:
    x = Variable("x")
    twice = [Let([(x, number())], number(), AT), Lambda("", [x], None, number(), AT)]
    assert "binds x once more" in refused(unit(*twice))


def loop(is_last: bool, arguments: int = 1) -> Lambda:
    """Returns a unit with a loop whose jump is the last thing in it, or not."""
    name, x = Variable("loop"), Variable("x")
    jump = Call(Local(name, AT), [number() for _ in range(arguments)], AT)
    last = jump if is_last else Sequence([jump, number()], AT)
    body = If(Local(x, AT), last, number(), AT)
    return unit(NamedLet(name, Lambda("loop", [x], None, body, AT), [number()], AT))


def analysed(main: Lambda) -> tuple[Lambda, Tails]:
    facts = Facts({}, steady=set())
    analyse(main, facts)
    return main, facts.tails


def test_jumps_and_marks_must_fit_each_other() -> None:
    verify(*analysed(loop(True)))
    verify(*analysed(loop(False)))  # then it is none
    main, tails = analysed(loop(True))
    (jump,) = [node for node in all_nodes(main) if type(node) is Call]
    jump.arguments.append(number())
    assert "too many" in refused(main, tails)
    main, tails = analysed(loop(True))
    (choice,) = [node for node in all_nodes(main) if type(node) is If]
    choice.then = Sequence([choice.then, number()], AT)
    assert "last thing" in refused(main, tails)
    main, tails = analysed(loop(True))
    (choice,) = [node for node in all_nodes(main) if type(node) is If]
    choice.then = number()
    assert "marked wrongly" in refused(main, tails)
