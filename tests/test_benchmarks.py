"""The programs of the benchmarks do the same in Lisp and Python, and their figures add up."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from benchmarks import compiling, tables
from benchmarks.figures import Measurement, geometric_mean, spread
from benchmarks.measuring import measure
from benchmarks.suite import Program, read_programs
from lispcore import Interpreter

PROGRAMS = read_programs()


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_a_program_gives_what_its_python_twin_gives(program: Program) -> None:
    lisp = Interpreter()
    lisp.eval(program.sources[".lisp"])
    value = str(lisp.call("benchmark"))
    assert str(lisp.call("benchmark")) == value
    if ".py" in program.sources:
        names: dict[str, Any] = {"__name__": "program"}
        exec(compile(program.sources[".py"], program.name, "exec"), names)
        assert str(names["benchmark"]()) == value


def test_programs_are_chosen_by_a_part_of_their_name() -> None:
    assert [each.name for each in read_programs(["fib", "loop-d"])] == [
        "fib", "loop-do", "loop-dotimes",
    ]  # fmt: skip


class FakePlace:
    """Runtimes whose times are known beforehand."""

    def __init__(self, times: dict[str, list[float]], values: dict[str, str]) -> None:
        self.times = {name: iter(each) for name, each in times.items()}
        self.values = values
        self.orders: list[list[str]] = []

    def step(self, runtime: str, method: str, *arguments: Any) -> Any:
        if method == "load" and arguments[0] == "bad":
            raise RuntimeError("no such thing")
        return self.values[runtime] if method == "value" else None

    def round(self, runtimes: list[str]) -> dict[str, Any]:
        self.orders.append(list(runtimes))
        found: dict[str, Any] = {}
        for name in runtimes:
            time = next(self.times[name], None)
            found[name] = {"error": "too slow"} if time is None else {"value": time}
        return found


def program_in(**sources: str) -> Program:
    return Program("p", "", {f".{suffix}": text for suffix, text in sources.items()})


def test_each_round_times_all_in_another_order() -> None:
    place = FakePlace(
        {"lispcore": [9, 2, 4], "python": [3, 1, 1]}, {"lispcore": "5", "python": "5"}
    )
    found = measure(place, program_in(lisp="l", py="p"), ["lispcore", "python", "hy"], 2)
    assert place.orders == [["lispcore", "python"], ["python", "lispcore"], ["lispcore", "python"]]
    assert found.times == {"lispcore": [9, 2, 4], "python": [3, 1, 1]}
    assert found.warm("lispcore") == 3
    assert found.cold_ratio("lispcore", "python") == 3
    assert str(found.ratio("lispcore", "python")) == "3.00 (2.50–3.50)"
    assert found.ratio("hy", "lispcore") is None


def test_a_wrong_value_or_an_error_is_said_and_counts_for_nothing() -> None:
    place = FakePlace({"lispcore": [1, 1, 1], "peer": [1, 1, 1]}, {"lispcore": "5", "peer": "6"})
    found = measure(place, program_in(lisp="l", py="bad"), ["lispcore", "peer", "python"], 2)
    assert found.problems == {"python": "no such thing", "peer": "gives 6, lispcore 5"}
    assert found.warm("peer") is None
    place = FakePlace({"lispcore": [1, 1, 1], "python": [1]}, {"lispcore": "5", "python": "5"})
    found = measure(place, program_in(lisp="l", py="p"), ["lispcore", "python"], 2)
    assert found.problems == {"python": "too slow"}
    assert found.times == {"lispcore": [1, 1, 1]}


def test_who_is_too_slow_gets_fewer_rounds_or_none() -> None:
    times = {"lispcore": [1, 1, 1, 1], "hy": [9_000, 4_000, 1, 1], "basilisp": [13_000, 1, 1, 1]}
    place = FakePlace(times, dict.fromkeys(times, "5"))
    program = program_in(lisp="l", hy="h", lpy="b")
    found = measure(place, program, ["lispcore", "hy", "basilisp"], 3)
    assert found.times == {"lispcore": [1, 1, 1, 1], "hy": [9_000, 4_000]}
    assert found.problems == {"basilisp": "its first call took 13 s: not timed"}
    assert found.ratio("hy", "lispcore") is not None


def test_totals_name_the_worst_program_in_our_eyes() -> None:
    fast = Measurement("fast", {"lispcore": [1, 1], "peer": [4, 4], "python": [1, 1]})
    slow = Measurement("slow", {"lispcore": [2, 2], "peer": [2, 2], "python": [1, 1]})
    peer, python = tables.totals(tables.PAGE, [fast, slow])
    assert (peer.mean, peer.worst, peer.worst_name) == (2, 1, "slow")
    assert (python.worst, python.worst_name, python.count) == (2, "slow", 2)


def test_quartiles_and_means() -> None:
    assert spread([3.0]).low == 3.0
    assert (spread([1.0, 2.0, 3.0]).low, spread([1.0, 2.0, 3.0]).high) == (1.5, 2.5)
    assert geometric_mean([1.0, 4.0]) == 2.0
    assert geometric_mean([]) is None


# --- another source tree --------------------------------------------------------------------------


def test_generated_functions_are_different_and_compile() -> None:
    text = compiling.functions(3)
    assert len(set(text.splitlines())) == 3
    assert Interpreter().run(text + "(list (f0 1 5) (f2 5 1))")["value"] == "(5 -2)"


def test_two_trees_take_turns_and_the_best_counts() -> None:
    calls: list[str] = []
    times = {"before": iter((3.0, 1.0, 2.0)), "now": iter((5.0, 6.0, 4.0))}

    def measure(tree: str) -> float:
        calls.append(tree)
        return next(times[tree])

    measures = [partial(measure, tree) for tree in times]
    assert compiling._best(3, measures) == [1.0, 4.0]
    assert calls == ["now", "before", "before", "now", "now", "before"]


def test_a_tree_compiles_and_starts(tmp_path: Path) -> None:
    tree = compiling.Tree(compiling.ROOT, tmp_path)
    try:
        assert 0 < tree.compile("(define (f x) x)") < 60
        assert 0 < tree.start(("-c", "pass")) < 60
    finally:
        tree.close()
