"""Updates of maps that are written in place do what the library's functions do."""

from __future__ import annotations

from collections.abc import Set

import pytest

from lispcore import Interpreter


def run(program: str, off: Set[str] = frozenset()) -> tuple[object, object, object]:
    """Returns value, output and error of a program; `off` are passes that are left out."""
    result = Interpreter(off=off).run(program)
    error = result["error"]
    place = error and (error["message"], error["line"], error["column"], error["hint"])
    return result["value"], result["output"], place


PROGRAMS = [
    # Value, function, path.
    "(map/update {:n 1} :n (fn (n) (+ n 1)))",
    "(map/update {} :n (fn (n) (nil? n)))",
    "(map/update {1.0 :a 1 :b} 1.0 (fn (x) (list x)))",
    "(map/update (hashmap/new :a 1) :a (fn (x) (+ x 1)))",
    "(map/update {:a -5} :a abs)",
    "(map/update {:a '(1 2)} :a length)",
    "(update-in {:a {:b 1}} [:a :b] (fn (n) (+ n 1)))",
    "(update-in {} [:a :b :c] (fn (n) (or n 0)))",
    "(update-in {:a 5} '(:a :b) (fn (n) (list n)))",
    "(update-in nil [:a :b] (fn (n) (list n)))",
    "(update-in 7 (list :a) (fn (n) (list n)))",
    "(update-in {:a (hashmap/new :b 1)} [:a :b] (fn (n) (+ n 1)))",
    "(let ((m (update-in {:a (hashmap/new :b 1)} [:a :c] (fn (n) 1)))) (list m (type (:a m))))",
    "(update-in (hashmap/new :a {:b 1}) [:a :b] (fn (n) (+ n 1)))",
    "(update-in {:a {:b 1 2 3 2.0 4}} [:a 2.0] (fn (n) (* n 10)))",
    "(assoc-in {:a {:b 1}} [:a :c] 2)",
    "(assoc-in {:a {:b 1}} [:a :b :c :d] 2)",
    "(assoc-in {} '(1 1.0) 2)",
    "(map/assoc-in {1 2} [1.0] 3)",
    "(assoc-in {:a 1} [] 5)",
    "(update-in {:a 1} [] (fn (x) x))",
    # Whatever stands there is evaluated once and in order.
    "(map/update (begin (println 1) {:n 1}) (begin (println 2) :n) (fn (n) (println 3) n))",
    "(update-in (begin (println 1) {}) [(begin (println 2) :a) (begin (println 3) :b)]"
    " (fn (n) (println 4) 5))",
    "(assoc-in (begin (println 1) {}) [(begin (println 2) :a) (begin (println 3) :b)]"
    " (begin (println 4) 5))",
    # The map and the keys are those from before.
    "(let ((m {:a 1})) (map/update m :a (fn (x) (set! m {:b 2}) (list x m))))",
    "(let ((m {:a 1})) (list (map/update m (begin (set! m {:b 2}) :a) (fn (x) x)) m))",
    "(let ((m {:a {:b 1}})) (list (update-in m [:a :b] (fn (x) (set! m {}) (+ x 1))) m))",
    "(let* ((m {:a 1}) (f (fn () (set! m {:z 0})))) (map/update m :a (fn (x) (f) (list x m))))",
    "(let ((m {:a 1}) (k :a)) (map/update m k (fn (x) (set! k :b) 7)))",
    "(let ((m {})) (let loop ((i 0)) (if (= i 2) i (begin (set! m (map/update m i (fn (x) i)))"
    " (+ 1 (loop (+ i 1)))))) m)",
    # In loops, with the old value kept.
    "(foldl (fn (m x) (map/update m (mod x 3) (fn (old) (cons x old)))) {} (range 9))",
    "(foldl (fn (m x) (update-in m [(mod x 2) (mod x 3)] (fn (old) (+ x (or old 0))))) {} (range 9))",
    "(let loop ((i 0) (m {}) (old '())) (if (= i 4) (list m old)"
    " (loop (+ i 1) (update-in m [:a i] (fn (x) (count m))) (cons m old))))",
    "(let loop ((i 0) (m {:a {}}) (inner '())) (if (= i 4) (list m inner)"
    " (loop (+ i 1) (assoc-in m [:a i] i) (cons (:a m) inner))))",
    "(let ((m {}) (kept nil)) (dotimes (i 4) (set! m (assoc-in m [i :x] i))"
    " (if (= i 2) (set! kept m) nil) (set! m (map/update m 0 (fn (x) (list x))))) (list m kept))",
    "(let ((m nil)) (dotimes (i 3) (set! m (assoc-in m [i] i))) m)",
    "(let ((m (hashmap/new))) (dotimes (i 3) (set! m (assoc-in m [i i] i))) (list (type m) m))",
    "(let loop ((i 0) (m {0 0}) (n 0)) (if (= i 3) (list m n)"
    " (loop (+ i 1) (map/update m 0 (fn (x) (+ x 1))) (get m 0))))",
    # Errors.
    "(map/update 5 :a (fn (x) x))",
    "(list\n  (map/update nil :a (fn (x) (println x) x)))",
    "(map/update {:a 1} (mutable-array/new) (fn (x) x))",
    "(update-in {:a 1} [:a (mutable-array/new)] (fn (x) x))",
    "(assoc-in {:a 1} [(mutable-array/new)] 1)",
    "(map/update {:a 1} :a (fn (x) (car x)))",
    "(map/update {:a 1} :a car)",
    "(update-in {:a {:b 1}}\n  [:a :b]\n  (fn (x)\n    (+ x nil)))",
    "(map/update {:a 1} :a 5)",
    "(map/update {:a 1} :a (fn (x y) x))",
    "(update-in {:a 1} :a (fn (x) x))",
    "(let ((m {:a 1})) (set! m (map/update m :a (fn (x) (* 2 x)))) (set! m (map/update m :a car)))",
    "(let ((m 5)) (dotimes (i 3) (set! m (map/update m :a (fn (x) (* 2 x))))) m)",
]


@pytest.mark.parametrize("program", PROGRAMS)
def test_they_do_the_same(program: str) -> None:
    assert run(program, {"map updates", "inlined loops"}) == run(program)


def test_redefinition_counts_at_once() -> None:
    made = Interpreter()
    made.eval("(define (f m) (update-in m [:a :b] (fn (x) (+ 1 (or x 0)))))")
    assert made.run("(f {})")["value"] == "{:a {:b 1}}"
    made.eval("(define (update-in m path f) (list path (f 5)))")
    assert made.run("(f {})")["value"] == "([:a :b] 6)"


def test_a_library_function_that_is_redefined() -> None:
    made = Interpreter()
    made.eval("(define (f m) (map/update m :a abs))")
    assert made.run("(f {:a -1})")["value"] == "{:a 1}"
    made.eval("(define (abs x) :mine)")
    assert made.run("(f {:a -1})")["value"] == "{:a :mine}"


def test_assoc_may_be_redefined() -> None:
    assert run("(define (assoc m k v) 0) (assoc-in {} [1 2] 3)")[0] == "{1 {2 3}}"
