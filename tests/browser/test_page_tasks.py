"""Tasks in the page, where the browser can suspend; test_page_tiers.py sees to the others."""

from __future__ import annotations

import time

import pytest
from model_server import GATE_SECONDS, ModelServer
from playground import Playground

pytestmark = pytest.mark.one_page

ORDERED = [
    (
        '(define a (async (println "a1") (async/sleep 10) (println "a2")))'
        '(define b (async (println "b1") (async/sleep 5) (println "b2") 3))'
        '(println "top") (println (await b)) (async/run)',
        ["a1", "top", "b1", "b2", "3", "a2"],
    ),
    (
        "(define c (channel/new 1))"
        '(define a (async (println "a1") (println (channel/recv c)) (println "a2")))'
        '(println "top") (define b (async (println "b1") (channel/send c 7) (println "b2")))'
        '(println "top2") (await a) (println "end")',
        ["top", "a1", "top2", "b1", "b2", "7", "a2", "end"],
    ),
    (
        "(define x (make-parameter 1))"
        "(define (show n) (async (parameterize ((x n)) (async/sleep 1) (println (x)))))"
        "(async/all (list (show 2) (show 3))) (println (x))",
        ["2", "3", "1"],
    ),
    (
        "(define p (async (try (async/sleep 1000) (catch e (println (:type e))))))"
        "(async (async/sleep 1) (async/cancel p)) (async/run)"
        "(println (async/cancelled? p))"
        "(println (try (async/with-timeout 2 (fn () (async/sleep 60000))) (catch e (:type e))))"
        '(println (try (await (async (error "no"))) (catch e (:message e))))'
        "(println (parallel (list (fn () 1) (fn () (throw 2)) (fn () 3)) 2))",
        [":cancelled", "#t", ":timeout", "no", "(1 nil 3)"],
    ),
]


@pytest.mark.parametrize(("program", "lines"), ORDERED)
def test_tasks_take_turns(playground: Playground, program: str, lines: list[str]) -> None:
    result = playground.run(program)
    assert result["error"] is None
    assert result["output"] == lines


def test_many_tasks(playground: Playground) -> None:
    program = (
        "(let ((c (channel/new 1)))"
        " (for-each (fn (i) (async (channel/send c i))) (range 300))"
        " (for/fold ((sum 0)) ((i (range 300))) (+ sum (channel/recv c))))"
    )
    assert playground.run(program)["value"] == "44850"
    assert (
        playground.run("(apply + (async/map (fn (i) (* 2 i)) (range 1000)))")["value"] == "999000"
    )


def test_a_deadlock_is_an_error(playground: Playground) -> None:
    error = playground.run("(await (async (channel/recv (channel/new))))")["error"]
    assert error["type"] == "deadlock"
    assert "task 1 (line 1) waits to receive from channel 1" in error["message"]
    assert playground.run("(await (async 5))")["value"] == "5"


def test_sleeping_is_real(playground: Playground) -> None:
    program = (
        "(let ((start (time-ms)))"
        " (async/all (map (fn (i) (async (async/sleep 1000))) (range 5)))"
        " (- (time-ms) start))"
    )
    # One after the other they would take five seconds.
    assert 990 <= float(playground.run(program)["value"]) < 4900


def test_stop_ends_tasks(playground: Playground) -> None:
    playground.start('(async (async/sleep 60000)) (println "started") (async/run)')
    playground.wait_for_output("started")
    playground.part("stop").click()
    playground.wait_for_state("ready")
    assert playground.run("(await (async (+ 1 2)))")["value"] == "3"


def test_stop_ends_tasks_that_compute(playground: Playground) -> None:
    playground.start('(println "started") (await (async (let loop () (loop))))')
    playground.wait_for_output("started")
    playground.part("stop").click()
    playground.wait_for_state("ready")
    assert playground.run("(await (async (+ 1 2)))")["value"] == "3"


def test_requests_of_several_tasks_are_under_way_at_once(
    playground: Playground, models: ModelServer
) -> None:
    playground.configure("anthropic", models.url, "key", "some-model")
    models.halt_after = 2
    playground.start(
        "(define (ask n) (async (llm/stream (str n) (fn (chunk) nil))))"
        "(define ticks 0)"
        "(define asked (map ask (list 1 2 3)))"
        "(define clock (async (while (< ticks 20) (async/sleep 5) (set! ticks (+ ticks 1)))"
        ' (println "clock ran")))'
        "(println (async/all asked)) (await clock)"
    )
    playground.wait_for_output("clock ran")
    until = time.monotonic() + GATE_SECONDS
    while len(models.posts()) < 3 and time.monotonic() < until:
        playground.page.wait_for_timeout(20)
    assert len(models.posts()) == 3
    models.gate.set()
    answer = '"Hello from the server."'
    playground.wait_for_output(f"({answer} {answer} {answer})")
    playground.wait_for_state("ready")


def test_stop_ends_requests_of_tasks(playground: Playground, models: ModelServer) -> None:
    playground.configure("anthropic", models.url, "key", "some-model")
    models.halt_after = 1
    playground.start('(define p (async (llm/stream "x" (fn (chunk) (println "chunk"))))) (await p)')
    playground.wait_for_output("chunk")
    playground.part("stop").click()
    playground.wait_for_state("ready")
    assert models.gone.wait(5)
