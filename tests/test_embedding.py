"""The interpreter as a library: limits, interrupts, event loops, what it is made with."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from fake_host import FakeHost
from lispcore import Interpreter, LispError, Stopped, TimeLimit
from lispcore.hosts.terminal import TerminalHost
from threads import in_a_thread


def when(condition: Any, act: Any) -> threading.Thread:
    """Has another thread act once a condition holds."""
    tried = threading.Event()

    def watch() -> None:
        while not condition():
            tried.wait(0.01)
        act()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize(
    "program",
    [
        "(let loop () (loop))",
        "(while #t 1)",
        "(async/sleep 1e9)",
        "(await (async (async/sleep 1e9)))",
    ],
)
def test_a_program_takes_no_longer_than_it_may(program: str) -> None:
    lisp = Interpreter()
    with pytest.raises(TimeLimit, match=r"longer than 0\.2 seconds") as caught:
        lisp.eval(program, timeout=0.2)
    assert isinstance(caught.value, (LispError, TimeoutError))
    assert caught.value.kind == "timeout"
    assert lisp.eval("(await (async 3))", timeout=60) == 3


def test_every_call_has_the_limit_of_the_interpreter() -> None:
    lisp = Interpreter(timeout=0.2)
    lisp.eval("(define (forever) (forever))", timeout=60)
    with pytest.raises(TimeLimit):
        lisp.call("forever")
    with pytest.raises(TimeLimit):
        lisp.function("forever")()


@pytest.mark.parametrize("program", ["(begun) (while #t 1)", "(begun) (async/sleep 1e9)"])
def test_another_thread_interrupts(program: str) -> None:
    lisp = Interpreter()
    begun = threading.Event()
    lisp.define("begun", begun.set)
    assert lisp.interrupt() is False
    thread = when(begun.is_set, lisp.interrupt)
    with pytest.raises(Stopped):
        lisp.eval(program)
    thread.join(60)
    assert lisp.interrupt() is False
    assert lisp.eval("(+ 1 2)") == 3
    assert threading.Thread(target=lambda: lisp.eval("(define other 4)")).start() is None


def test_threads_take_turns() -> None:
    lisp = Interpreter()
    lisp.eval("(define total 0) (define (add n) (set! total (+ total n)))")
    failed: list[BaseException] = []

    def work() -> None:
        try:
            for n in range(40):
                lisp.call("add", n)
                assert lisp.eval("(await (async (begin (async/sleep 0) 5)))") == 5
                assert lisp.run("(println :a)")["output"] == [":a"]
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []
    assert lisp.eval("total") == 4 * sum(range(40))


def test_what_one_thread_began_another_ends() -> None:
    lisp = Interpreter()
    lisp.eval("(define c (channel/new)) (define p (async (+ 1 (channel/recv c))))")
    found: list[Any] = []
    thread = threading.Thread(
        target=lambda: found.append(lisp.eval("(channel/send c 5) (await p)"))
    )
    thread.start()
    thread.join()
    assert found == [6]


def test_an_event_loop_goes_on_meanwhile() -> None:
    lisp = Interpreter()
    begun = threading.Event()
    lisp.define("begun", begun.set)

    async def main() -> list[Any]:
        first, second = await asyncio.gather(
            lisp.aeval("(define p (async (begin (async/sleep 1) '(5)))) 1"),
            lisp.aeval("(await p)", python=True),
        )
        with pytest.raises(TimeLimit):
            await lisp.aeval("(while #t 1)", timeout=0.1)
        task = asyncio.create_task(lisp.aeval("(begun) (while #t 1)"))
        await asyncio.to_thread(begun.wait, 60)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return [first, second, await lisp.aeval("(+ 1 2)")]

    assert in_a_thread(lambda: asyncio.run(main())) == [1, [5], 3]
    lisp.close()


def test_files_are_run_first(tmp_path: Path) -> None:
    one, other = tmp_path / "one.lisp", tmp_path / "other.lisp"
    one.write_text("(define a 1)")
    other.write_text("(define b (+ a 1))\n(define (f)\n  (car 5))")
    lisp = Interpreter(files=[one, str(other)])
    assert lisp.eval("(list a b)", python=True) == [1, 2]
    with pytest.raises(LispError) as caught:
        lisp.eval("(f)")
    assert (caught.value.file, caught.value.line) == (str(other), 3)
    assert Interpreter(files=one).eval("a") == 1


def test_a_model_and_a_budget() -> None:
    settings = {"openai": {"base_url": "", "model": "m-1", "has_key": True}}
    host = FakeHost()
    host.settings = {"default": "openai", "providers": settings}
    current = "(:model (llm/current-provider))"
    assert Interpreter(host, model="m-2").eval(current) == "m-2"
    assert Interpreter(host, model="openai/m-3").eval(current) == "m-3"
    assert Interpreter(host, model="org/m-4").eval(current) == "org/m-4"
    lisp = Interpreter(host, model="m-2", budget=2.5)
    assert lisp.eval("(:limit (llm/budget-remaining))") == 2.5


def test_importing_the_package_loads_little() -> None:
    program = (
        "import sys; import lispcore; few = len([m for m in sys.modules if 'lispcore' in m]); "
        "from lispcore import LispError, Interpreter; print(few, Interpreter().eval('(+ 1 2)'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    few, value = map(int, done.stdout.split())
    assert (few < 10, value) == (True, 3)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        import lispcore

        _ = lispcore.nothing


def test_what_is_chosen_lasts_beyond_a_stop_and_into_threads() -> None:
    host = TerminalHost({})
    lisp = Interpreter(host)
    lisp.eval('(llm/define-provider :mine {:complete (fn (r) (async/sleep 100) "mine")})')
    lisp.eval('(llm/set-default :mine) (define (ask) (llm/complete "x"))')
    threading.Timer(0.3, host.stop).start()
    with pytest.raises(Stopped):
        lisp.eval("(async/sleep 20000)")
    assert lisp.eval("(ask)") == "mine"
    ask = lisp.function("ask")
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: ask(), range(8))) == ["mine"] * 8
