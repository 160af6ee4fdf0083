"""Places that cannot switch stacks: programs with tasks give the same there, in steps."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pytest

import lispcore
from counting_server import open_counting_server
from lispcore import Interpreter
from lispcore.__main__ import SilentHost
from lispcore.hosts.terminal import TerminalHost
from lispcore.running.language_sources import pack_steps, places_that_may_wait
from lispcore.running.library_steps import unpacked
from lispcore.tasks import stepping
from lispcore.tasks.scheduler import Scheduler
from lispcore.tasks.waiting import Task
from stepping_host import SteppingHost
from test_cases import CASES, compare, read_cases

# The chapters in which something waits or calls back.
WAITING = ("concurrency", "events", "task_order")
CALLING = ("control", "higher_order", "maps", "sorting", "special_forms", "tools", "context")
PATHS = {path.stem: path for path in CASES}


def stepping_host() -> Any:
    return SteppingHost(SilentHost(TerminalHost()))


@pytest.mark.parametrize("chapter", WAITING)
def test_the_same_in_steps(chapter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wait = Scheduler._wait_for_turn

    def refuse(scheduler: Scheduler, me: Task) -> None:
        assert not scheduler.in_steps, "a task waits in the middle of something"
        wait(scheduler, me)

    monkeypatch.setattr(Scheduler, "_wait_for_turn", refuse)
    for line, program, expected in read_cases(PATHS[chapter]):
        if "terminal" in expected:
            continue
        result = Interpreter(stepping_host()).run(program)
        problem = compare(result, expected)
        assert not problem, f"{chapter}.txt:{line}: {program}\n{problem}"
        if chapter == "task_order":
            assert Interpreter(SilentHost(TerminalHost())).run(program) == result


@pytest.mark.parametrize("chapter", CALLING)
def test_whole_programs_within_a_task(
    chapter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All functions run in steps, also those that never wait."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(stepping, "CALM", [lambda function: False])
    for line, program, expected in read_cases(PATHS[chapter])[:40]:
        (tmp_path / "program.sema").write_text(program)
        result = Interpreter(stepping_host()).run('(await (async (load "program.sema")))')
        if result["error"] and "value" not in expected:
            assert expected["error"][0].strip() in result["error"]["message"], (chapter, line)
        else:
            problem = compare(result, expected)
            assert not problem, f"{chapter}.txt:{line}: {program}\n{problem}"


CONFIGURE = '(llm/configure :mine {{:base-url "{url}" :api-key "k" :default-model "m"}}) '


@pytest.mark.parametrize(
    "program",
    [
        "(async/all (map (fn (n) (async (first (map (fn (x) (llm/complete (str n))) '(1))))) (range 6)))",
        "(async/map (fn (n) (apply str (let ((parts '())) (llm/stream (str n) (fn (chunk)"
        " (async/sleep 1) (set! parts (cons chunk parts)))) (reverse parts)))) (range 6))",
        "(async/pool-map (fn (n) (llm/complete (str n))) (range 6) 6)",
    ],
)
def test_as_many_model_calls_are_under_way(program: str) -> None:
    with open_counting_server(expected=6) as counts:
        result = Interpreter(stepping_host()).run(CONFIGURE.format(url=counts.url) + program)
    assert result["error"] is None
    assert result["value"] == "(" + " ".join(f'"re: {n}"' for n in range(6)) + ")"
    assert counts.most == 6


def test_every_function_that_may_wait_has_steps() -> None:
    """What the page's build packs is all that the sources say."""
    root = Path(lispcore.__file__).parent
    codes = []
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root.parent).with_suffix("").parts
        name = ".".join(parts).removesuffix(".__init__")
        codes.append((name, compile(path.read_bytes(), str(path), "exec", dont_inherit=True)))
    made = unpacked(pack_steps(codes))
    assert made.keys() == places_that_may_wait()
    assert ("lispcore.library.collections.higher_order", "map_items") in {
        (module, name) for module, _, name in made
    }


def test_a_tail_call_needs_no_stack_in_steps() -> None:
    program = """
    (define (ping n f) (if (= n 0) (begin (async/sleep 1) :end) (f (- n 1) ping)))
    (await (async (ping 100000 ping)))
    """
    assert Interpreter(stepping_host()).run(program)["value"] == ":end"


def test_the_steps_of_a_program_go_with_it() -> None:
    """A thousand runs of changed programs must not fill the memory of the page."""

    def run(number: int) -> None:
        program = f"(define (f x) (str x {number})) (map (fn (x) (f x)) '(1 2))"
        Interpreter(stepping_host()).eval(program)

    def known() -> int:
        gc.collect()
        return len(stepping._stepped)

    for number in range(3):
        run(number)
    before = known()
    for number in range(3, 23):
        run(number)
    assert known() <= before + 5
