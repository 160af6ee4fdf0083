"""Hot numeric loops run as WebAssembly in the page's worker, and can be stopped there."""

from __future__ import annotations

from typing import Any

import pytest
from playground import Playground

pytestmark = pytest.mark.one_page

PROGRAM = """
(define (total n step)
  (let loop ((i 0) (sum 0)) (if (= i n) sum (loop (+ i 1) (+ sum (* i step))))))
(define (power n) (let loop ((i 0) (product 1)) (if (= i n) product (loop (+ i 1) (* product 3)))))
(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(define xs (f64-array/range 0.0 3000.0 0.5))
(define (squares xs) (let loop ((i 0) (sum 0.0))
  (if (= i (f64-array/length xs)) sum
      (loop (+ i 1) (+ sum (* (f64-array/ref xs i) (f64-array/ref xs i)))))))
(list (total 1000000 3) (total 100000 0.5) (mod (power 2000) 1000003) (fib 21) (squares xs))
"""
ANSWER = "(1499998500000 2499975000.0 {power} 10946 {squares})"
COUNT = """() => {
  globalThis.modules = 0;
  const { Module } = WebAssembly;
  WebAssembly.Module = class extends Module {
    constructor(...given) {
      super(...given);
      globalThis.modules++;
    }
  };
}"""


def counting_worker(playground: Playground) -> Any:
    """Returns the worker at work, which from now on counts the modules that it is given."""
    playground.run("(define here 1)")
    worker = playground.page.workers[0]
    worker.evaluate(COUNT)
    return worker


def test_hot_loops_become_machine_code(playground: Playground) -> None:
    worker = counting_worker(playground)
    squares = sum((i * 0.5) * (i * 0.5) for i in range(6000))
    answer = ANSWER.format(power=pow(3, 2000, 1000003), squares=squares)
    assert playground.run(PROGRAM)["value"] == answer
    assert worker.evaluate("globalThis.modules") >= 2


def test_machine_code_can_be_stopped(playground: Playground) -> None:
    playground.start(
        '(println "on") (define (f n) (let loop ((i 0)) (if (< i n) (loop (mod (+ i 1) 1000)) i)))'
        "(f 1000)"
    )
    playground.wait_for_output("on")
    playground.part("stop").click()
    playground.wait_for_state("ready")
    assert playground.run("(+ 1 2)")["value"] == "3"
