"""Values keep what they are through `pickle`, `copy` and pools of processes, or refuse."""

from __future__ import annotations

import copy
import multiprocessing
import os
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

from lispcore import Interpreter, LispError
from lispcore.values.comparing import equal, hash_value
from lispcore.values.printing import print_value
from lispcore.values.types import (
    EMPTY,
    FALSE,
    TRUE,
    TYPE_NAMES,
    Map,
    MultipleValues,
    Record,
    intern_keyword,
    intern_symbol,
    is_function,
    type_name,
)

POINT = "(define-record-type point (make-point x y) point? (x point-x) (y point-y set-point-y!))"
# Programs for a value of every type. They are equal after every journey.
MOVING = {
    "nil": "nil",
    "bool": "#f",
    "int": "123456789012345678901234567890",
    "float": "-0.5",
    "string": '"ä\\n😀"',
    "char": "#\\x",
    "symbol": "'abc",
    "keyword": ":role",
    "list": "(list 1 (list 2.5 '()) :a #f (cons 1 (list 2)))",
    "vector": "[1 [] [:a]]",
    "map": "{:a 1 1 :int 1.0 :float [1] {:b nil}}",
    "hashmap": "(hashmap/new :a 1 :b #t)",
    "bytevector": "(bytevector 0 1 255)",
    "record": f"(begin {POINT} (make-point 3 (make-point #t '())))",
    "rational": "(/ 1 3)",
    "complex": "(sqrt -2)",
    "mutable-array": "(mutable-array/new 2 :a)",
    "mutable-cell": "(mutable-cell/new (list :a))",
    "f64-array": "(f64-array/make 3 1.5)",
    "i64-array": "(i64-array/make 3 7)",
    "message": '(message :user "hi")',
    "prompt": '(prompt (system "be brief") (user "hi"))',
    "conversation": '(conversation/new {:model "m"})',
    "agent": '(agent {:system "s"})',
    "%multiple-values%": "(values 1 (list :a #f) (values))",
}
# Those that are equal to themselves alone: copies are the same object, and pickle refuses.
STAYING = {
    "promise": "(delay (+ 1 2))",
    "async-promise": "(async (+ 1 2))",
    "channel": "(channel/new 1)",
    "stream": '(stream/from-string "abc")',
    "lambda": "(lambda (x) x)",
    "multimethod": "(begin (defmulti area :shape) area)",
}
ALL = {**MOVING, **STAYING, "native-fn": "string/trim"}
# Types whose parts decide: a tool holds a function.
OTHERS = {"tool"}


def value_of(program: str) -> Any:
    return Interpreter().eval(program)


def test_every_type_has_an_example() -> None:
    assert set(TYPE_NAMES.values()) <= {*ALL, *OTHERS}
    for name, program in ALL.items():
        value = value_of(program)
        assert name in (type_name(value), "record") or name == TYPE_NAMES.get(type(value))


@pytest.mark.parametrize("name", MOVING)
def test_a_value_is_equal_after_every_journey(name: str) -> None:
    value = value_of(MOVING[name])
    journeys = [pickle.loads(pickle.dumps(value, number)) for number in range(6)]
    journeys += [copy.copy(value), copy.deepcopy(value)]
    for arrived in journeys:
        assert type(arrived) is type(value)
        assert equal(arrived, value)
        assert arrived == value  # as Python's own lists and sets compare
        assert print_value(arrived) == print_value(value)
        if not name.startswith("mutable"):
            assert hash_value(arrived) == hash_value(value)


@pytest.mark.parametrize("name", STAYING)
def test_what_is_equal_to_itself_alone_stays(name: str) -> None:
    value = value_of(STAYING[name])
    assert copy.copy(value) is value
    assert copy.deepcopy([value])[0] is value
    # Of functions Python itself says so, in words that differ between its versions.
    words = None if name in ("lambda", "multimethod") else "belongs to the program that made it"
    with pytest.raises((TypeError, pickle.PicklingError, AttributeError), match=words):
        pickle.dumps([value])


def test_a_defined_function_says_what_to_do() -> None:
    function = value_of("(define (f x) x) f")
    with pytest.raises(pickle.PicklingError):
        pickle.dumps(function)
    assert "load the program" in repr(function.__module__)
    # Others pickle a function with the names that it uses, its module's among them.
    with pytest.raises(TypeError, match="call the function by its name"):
        pickle.dumps(function.__globals__["__name__"])


def test_a_promise_that_was_kept_moves() -> None:
    kept = value_of("(let ((p (delay (+ 1 2)))) (force p) p)")
    assert pickle.loads(pickle.dumps(kept)).value == 3


@pytest.mark.parametrize(
    "value", [TRUE, FALSE, EMPTY, intern_keyword("a b"), intern_symbol("new"), None]
)
def test_what_exists_once_exists_once(value: Any) -> None:
    for number in range(6):
        assert pickle.loads(pickle.dumps(value, number)) is value
    assert copy.copy(value) is value
    assert copy.deepcopy(value) is value


def test_programs_see_no_difference() -> None:
    lisp = Interpreter()
    lisp.eval(POINT)
    value = lisp.eval("{:a #f :b (list :c 'd #\\e) :p (make-point 1 2)}")
    for arrived in (pickle.loads(pickle.dumps(value)), copy.deepcopy(value)):
        lisp.globals["arrived"] = arrived
        program = (
            "(list (get arrived :a 5) (if (:a arrived) 1 2) (eq? (car (:b arrived)) :c) "
            "(eq? (cadr (:b arrived)) 'd) (point? (:p arrived)) (point-y (:p arrived)) "
            "(= (:p arrived) (make-point 1 2)))"
        )
        assert print_value(lisp.eval(program)) == "(#f 2 #t #t #t 2 #t)"


def test_a_copy_of_a_large_map_is_its_own() -> None:
    lisp = Interpreter()
    lisp.eval("(define m (foldl (fn (m i) (assoc m i i)) {} (range 100)))")
    others = [copy.copy(lisp.globals["m"]), copy.deepcopy(lisp.globals["m"])]
    others.append(pickle.loads(pickle.dumps(lisp.globals["m"])))
    lisp.eval("(define later (assoc m 1 :changed))")
    for number, other in enumerate(others):
        lisp.globals["other"] = other
        assert lisp.eval("(get other 1)") == 1
        lisp.eval(f"(assoc other 2 {number})")
        assert lisp.eval("(list (get m 2) (get later 2))").cells == [2, 2]


def test_a_deep_copy_changes_apart() -> None:
    lisp = Interpreter()
    lisp.eval("(define cell (mutable-cell/new 1)) (define held (list cell [cell]))")
    lisp.globals["other"] = copy.deepcopy(lisp.globals["held"])
    assert copy.copy(lisp.globals["held"]) is lisp.globals["held"]
    program = (
        "(mutable-cell/set! (car other) 2) "
        "(list (mutable-cell/get cell) (mutable-cell/get (car (cadr other))))"
    )
    assert print_value(lisp.eval(program)) == "(1 2)"


def test_what_holds_itself_moves() -> None:
    lisp = Interpreter()
    array = lisp.eval("(define a (mutable-array/new 1 1)) (mutable-array/push! a [a]) a")
    for arrived in (pickle.loads(pickle.dumps(array)), copy.deepcopy(array)):
        assert arrived is not array
        assert arrived.items[1].items[0] is arrived
    record = lisp.eval(f"{POINT} (define p (make-point 1 2)) (set-point-y! p (list p)) p")
    for arrived in (pickle.loads(pickle.dumps(record)), copy.deepcopy(record)):
        assert type(arrived) is type(record)
        assert arrived.field(intern_keyword("y")).cells[0] is arrived


def test_types_of_the_same_definition_stay_apart_here() -> None:
    one, other = value_of(MOVING["record"]), value_of(MOVING["record"])
    assert not equal(one, other)
    ones, others = pickle.loads(pickle.dumps((one, other)))
    assert equal(ones, one)
    assert equal(others, other)
    assert not equal(ones, others)


def test_a_type_of_elsewhere_is_the_one_that_was_defined_here() -> None:
    program = f"import pickle,sys; from lispcore import Interpreter; v = Interpreter().eval({MOVING['record']!r}); sys.stdout.buffer.write(pickle.dumps((v, v)))"
    made = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    lisp = Interpreter()
    lisp.eval(POINT)
    one, two = pickle.loads(made.stdout)
    assert one is two
    lisp.globals["arrived"] = one
    assert print_value(lisp.eval("(list (point? arrived) (point-x arrived))")) == "(#t 3)"
    # Where nobody has defined it, it becomes a type of its own.
    strange = MOVING["record"].replace("point", "stranger-thing")
    made = subprocess.run(
        [sys.executable, "-c", program.replace(MOVING["record"], strange)],
        capture_output=True,
        check=True,
    )
    one, two = pickle.loads(made.stdout)
    assert type_name(one) == "stranger-thing"
    assert isinstance(one, Record)


def _in_a_worker(value: Any) -> tuple[Any, ...]:
    lisp = Interpreter()
    lisp.globals["v"] = value
    program = "(list (get v :yes) (get v :no) (eq? (get v :key) :a) (get {:a 1} (get v :key)))"
    made = lisp.eval(f"{POINT} (make-point :x #t)")
    return os.getpid(), lisp.eval(program), value, made


def _fails_in_a_worker(program: str) -> Any:
    return Interpreter().eval(program)


def test_values_and_errors_go_to_a_pool_and_back() -> None:
    lisp = Interpreter()
    lisp.eval(POINT)
    value = lisp.eval("{:yes #t :no #f :key :a :list '(1 #f :b)}")
    spawning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawning) as pool:
        process, answers, back, made = pool.submit(_in_a_worker, value).result()
        assert process != os.getpid()
        assert print_value(answers) == "(#t #f #t 1)"
        assert equal(back, value)
        assert isinstance(back, Map)
        lisp.globals["made"] = made
        assert lisp.eval("(if (point? made) (point-y made) 5)") is TRUE
        with pytest.raises(LispError) as caught:
            pool.submit(_fails_in_a_worker, "(define (f x)\n (string-length x)) (f 5)").result()
        error = caught.value
        assert (error.kind, error.line) == ("type-error", 2)
        assert "string" in error.message
        assert [frame.name for frame in error.stack] == ["f", "<program>"]
        with pytest.raises(LispError) as caught:
            pool.submit(_fails_in_a_worker, "(throw {:code 7 :ok #f})").result()
        assert print_value(caught.value.value) == "{:code 7 :ok #f}"


def test_an_interpreter_refuses() -> None:
    lisp = Interpreter()
    for move in (pickle.dumps, copy.deepcopy, copy.copy):
        with pytest.raises(TypeError, match="load the program there"):
            move(lisp)


def test_several_values_are_one_value() -> None:
    value = value_of("(values 1 :a)")
    assert type(value) is MultipleValues
    assert pickle.loads(pickle.dumps(value)).items == value.items
    assert not is_function(value)
