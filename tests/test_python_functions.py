"""Functions of one side are called by the other: from anywhere, in any thread."""

from __future__ import annotations

import asyncio
import functools
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from lispcore import Interpreter, LispError
from threads import in_a_thread


@pytest.fixture
def lisp() -> Interpreter:
    return Interpreter()


def test_lisp_calls_python(lisp: Interpreter) -> None:
    lisp.define("join", lambda words, sep="-": sep.join(words))
    assert lisp.eval('(list (join \'("a" "b")) (join ["a" "b"] "+"))', python=True) == [
        "a-b",
        "a+b",
    ]
    lisp.define("dump", functools.partial(json.dumps, sort_keys=True))
    assert lisp.eval('(dump {:b (list 1 #t nil) :a "x"})') == '{"a": "x", "b": [1, true, null]}'
    assert lisp.eval("(map dump (list 1 2))", python=True) == ["1", "2"]


def test_lisp_names_the_parameters_of_python(lisp: Interpreter) -> None:
    lisp.define("f", lambda a, max_rows=0, *, sep="-": (a, max_rows, sep))
    assert lisp.eval('(f 1 :max-rows 2 :sep "+")', python=True) == (1, 2, "+")
    assert lisp.eval('(f 1 2 :sep (list "x"))', python=True) == (1, 2, ["x"])
    assert lisp.eval("(f :a 1 :max-rows 5)", python=True) == (1, 5, "-")
    lisp.define("rest", lambda *values, **named: (list(values), named))
    assert lisp.eval("(rest 1 :a 2)", python=True) == ([1], {"a": 2})
    # What names nothing is a value.
    lisp.define("pair", lambda kind, value: (kind, value))
    assert lisp.eval("(pair :kind 5)", python=True) == ("kind", 5)
    assert lisp.eval("(pair 5 :kind)", python=True) == (5, "kind")
    lisp.define("many", lambda *values: list(values))
    assert lisp.eval("(many :a 1)", python=True) == ["a", 1]
    lisp.define("in-order", sorted)
    assert lisp.eval("(in-order [1 3 2] :key (fn (x) (- x)))", python=True) == [3, 2, 1]
    lisp.define("largest", max)  # does not say what it takes
    assert lisp.eval("(largest 1 2)") == 2
    with pytest.raises(LispError, match="positional"):
        lisp.eval("(f 1 2 :nope 3)")


def test_a_coroutine_is_awaited(lisp: Interpreter) -> None:
    async def double(number: int) -> int:
        return number * 2

    lisp.define("double", double)
    assert in_a_thread(lambda: lisp.eval("(double 21)")) == 42

    async def in_a_notebook() -> object:
        return lisp.eval("(double 21)")

    assert in_a_thread(lambda: asyncio.run(in_a_notebook())) == 42


def test_python_calls_lisp_in_any_thread(lisp: Interpreter) -> None:
    lisp.eval("(define (work n) (async/sleep 1) (println n) (list n #t))")
    work = lisp.function("work")
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(12))) == [[n, True] for n in range(12)]
    lisp.eval("(define (add a b) (+ a b))")
    assert functools.reduce(lisp.function("add"), range(5)) == 10
    with pytest.raises(LispError, match="string"):
        lisp.function("add")(1, "a")
    with pytest.raises(LispError, match="Unbound variable: nothing"):
        lisp.function("nothing")


def test_a_function_as_it_is_can_be_called_too(lisp: Interpreter) -> None:
    raw = lisp.eval('(fn (x) (println "hi") (await (async (* x 2))))')
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(raw, 4).result() == 8
    assert raw(3) == 6
    down = lisp.eval("(define (down n f) (if (= n 0) :done (f (- n 1) f))) down")
    assert repr(down(50_000, down)) == ":done"


def test_functions_keep_their_identity(lisp: Interpreter) -> None:
    def mine(x: Any) -> Any:
        return x

    held = lisp.to_python(lisp.to_lisp([mine, mine]))
    assert held == [mine, mine]
    lisp.define("keep", lambda f: f)
    assert repr(lisp.eval("(define (f) 1) (list (eq? f (keep f)) (eq? car (keep car)))").cells) == (
        "[#t, #t]"
    )


def test_the_words_of_an_exception_are_kept_with_their_cause(lisp: Interpreter) -> None:
    def fail(row: Any) -> None:
        raise ValueError(f"bad row {row['id']}")

    lisp.define("fail", fail)
    with pytest.raises(LispError) as caught:
        lisp.eval("(define (f)\n (fail {:id 7}))\n(f)")
    error = caught.value
    assert (error.kind, error.message, error.line) == ("python", "ValueError: bad row 7", 2)
    assert type(error.__cause__) is ValueError
    assert [frame.name for frame in error.stack] == ["f", "<program>"]
    program = "(try (fail {:id 1}) (catch e (list (:type e) (:message e) (:exception e))))"
    assert lisp.eval(program, python=True) == ["python", "ValueError: bad row 1", "ValueError"]

    def add(x: Any) -> Any:
        return x + "a"

    lisp.globals["raw"] = add
    with pytest.raises(LispError, match="TypeError: unsupported operand") as caught:
        lisp.eval("(raw 1)")
    assert type(caught.value.__cause__) is TypeError


def test_an_error_of_lisp_goes_through_python(lisp: Interpreter) -> None:
    lisp.define("apply-it", lambda f: f(5))
    with pytest.raises(LispError) as caught:
        lisp.eval("(apply-it (fn (x) (car x)))")
    assert caught.value.kind == "type-error"
    assert lisp.eval("(try (apply-it (fn (x) (throw :mine))) (catch e (:value e)))").name == "mine"


def test_python_may_use_threads_while_lisp_waits_for_it(lisp: Interpreter) -> None:
    def in_threads(function: Any, items: list[Any]) -> list[Any]:
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(function, items))

    lisp.define("in-threads", in_threads)
    program = """
    (define (square x) (async/sleep 1) (await (async (* x x))))
    (define p (async (in-threads square (range 8))))
    (list (in-threads square (range 4)) (await p))
    """
    wanted = [[n * n for n in range(4)], [n * n for n in range(8)]]
    assert lisp.eval(program, python=True) == wanted


def test_a_name_that_was_something_else_is_defined_anew(lisp: Interpreter) -> None:
    lisp.eval("(define (f xs) (length xs)) (define (g) (rows)) (defmacro twice (x) `(+ ,x ,x))")
    lisp.define("length", lambda xs: 99)
    lisp.define("rows", lambda: 3)
    lisp.define("twice", lambda x: "mine")
    assert lisp.eval("(list (f '(1)) (g) (twice 4))", python=True) == [99, 3, "mine"]
    for name in ("", "a b", "(f)", "5", '"a"'):
        with pytest.raises(ValueError, match="is no name"):
            lisp.define(name, 1)
