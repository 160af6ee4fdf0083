"""Functions of the library as loops in place: the same values, order, errors and closures."""

from __future__ import annotations

import random

import pytest

from lispcore import Interpreter
from lispcore.compiler.meanings import PRIMITIVES
from lispcore.library.registry import ENTRIES
from lispcore.values.printing import print_value

# name -> programs of calls; each is also run with the name hidden, so that nothing is in place.
CALLS: dict[str, list[str]] = {
    "map": [
        "(map (fn (x) (* x x)) '(1 2 3))",
        "(map (fn (x y) (- x y)) '(1 2 3) [10 20])",
        "(map (fn (x y z) (list x y z)) '(1 2) [3 4] (range 5))",
        "(map * '(1 2.5) '(2 4))",
        "(map list '() '(1))",
        "(map + (map (fn (x) (* x x)) (range 4)) (filter (fn (x) (> x 1)) (range 9)))",
        "(map (fn (x) (let loop ((i 0) (sum 0)) (if (= i x) sum (loop (+ i 1) (+ sum i))))) '(3 5))",
        "(map (fn (f) (f 10)) (map (fn (x) (fn (y) (set! x (+ x 1)) (+ x y))) '(1 2 3)))",
        "(map (fn (f) (f)) (map (fn (x y) (let ((z (+ x y))) (fn () (set! z (+ z 1)) z))) '(1 2) '(3 4)))",
        "(map (fn (x) (define (twice y) (* 2 (inner y))) (define (inner y) (+ x y)) (twice x)) '(1 2))",
        "(map (fn (x) (do ((i 0 (+ i 1)) (acc '() (cons (fn () (+ i x)) acc))) ((= i 2) (map (fn (f) (f)) acc)))) '(1 2))",
    ],
    "mapcar": ["(mapcar (fn (x) (+ x 1)) [1 2])"],
    "map-indexed": ["(map-indexed (fn (i x) (list i x)) '(a b c))"],
    "list/times": ["(list/times 4 (fn (i) (* i i)))", "(list/times 0 (fn (i) i))"],
    "for-each": [
        "(let ((n '())) (for-each (fn (x) (set! n (cons x n))) '(1 2 3)) n)",
        "(let ((n '())) (for-each (fn (x) (set! n (cons (fn () x) n))) '(1 2 3)) (map (fn (f) (f)) n))",
    ],
    "flat-map": [
        "(flat-map (fn (x) (list x (- x))) '(1 2))",
        "(flat-map (fn (x) (if (odd? x) (list x) '())) '(1 2 3))",
        "(flat-map (fn (x) (map (fn (y) (* x y)) '(1 2))) [3 4])",
        "(flat-map (fn (x) (let ((y (* 2 x))) [x y (list y)])) '(1 2))",
        "(flat-map (fn (x) (cond ((= x 1) 'one) ((= x 2) (vector 1 2)) (else (cdr '(1 2))))) '(1 2 3))",
        "(flat-map (fn (x) (range x)) '(0 1 3))",
        "(flat-map (fn (x) (list)) '(0 1 3))",
        "(flat-map (fn (x) \"ab\") '(0 1))",
    ],
    "filter": [
        "(filter (fn (x) (> x 1)) [1 2 3])",
        "(filter (fn (x) (set! x (- x 2)) (> x 0)) '(1 2 3 4))",
        "(filter (fn (x) (let loop ((d 2)) (cond ((> (* d d) x) #t) ((= 0 (mod x d)) #f) (else (loop (+ d 1)))))) (range 2 20))",
        "(filter :on (list {:on #t :n 1} {:on nil} {:on 0}))",
    ],
    "list/reject": ["(list/reject (fn (x) (set! x (+ x 1)) (odd? x)) '(1 2 3 4))"],
    "partition": ["(partition (fn (x) (> x 2)) [1 2 3 4])", "(partition odd? '())"],
    "take-while": ["(take-while (fn (x) (< x 3)) '(1 2 3 1))", "(take-while even? [2 4])"],
    "list/take-while": ["(list/take-while (fn (x) x) (list 1 nil 2))"],
    "list/find": [
        "(list/find (fn (x) (> x 2)) '(1 3 5))",
        "(list/find (fn (x) (set! x (* x 2)) (> x 4)) '(1 3 5))",
        "(list/find (fn (x) #f) '(1))",
        "(map (fn (y) (list/find (fn (x) (> x y)) '(1 3 5))) '(0 3 9))",
    ],
    "any": [
        "(any (fn (x) (> x 2)) '(1 3))",
        "(any even? '())",
        "(if (any (fn (x) (let ((y (* x 2))) (and (> y 3) (< y 9)))) '(1 2)) 1 2)",
        "(let ((n 0)) (list (any (fn (x) (set! n (+ n 1)) (= x 2)) '(1 2 3)) n))",
    ],
    "any?": ["(any? nil? (list 1 nil))"],
    "some?": ["(some? (fn (x) (let loop ((i 0)) (if (> i x) #f (or (= i 3) (loop (+ i 1)))))) '(1 4))"],
    "every": [
        "(every (fn (x) (> x 0)) '(1 3))",
        "(let ((n 0)) (list (every (fn (x) (set! n (+ n 1)) (= x 1)) '(1 2 3)) n))",
    ],
    "every?": ["(every? odd? '())"],
    "foldl": [
        "(foldl (fn (a x) (cons x a)) '() '(1 2 3))",
        "(foldl + 0 '(1 2 3))",
        "(foldl + 0.5 '(1 2 3))",
        "(foldl + 0 '(1 2.5 3/2))",
        '(foldl + "a" \'("b" "c"))',
        "(foldl + 0 (list 1 9999999999999999999))",
        "(foldl (fn (f x) (fn (y) (+ x (f y)))) (fn (y) y) '(1 2 3))",
        "((foldl (fn (f x) (fn (y) (+ x (f y)))) (fn (y) y) '(1 2 3)) 10)",
        "((foldl (fn (f x) (fn () (list x (f)))) (fn () 0) '(1 2)))",
        "(foldl (fn (m x) (update-in m [x :n] (fn (old) (+ 1 (or old 0))))) {} '(1 2 1))",
    ],
    "fold": ["(fold (fn (a x) (+ (* 10 a) x)) 0 [1 2 3])"],
    "foldr": [
        "(foldr (fn (x a) (cons (* 2 x) a)) '() '(1 2 3))",
        "(foldr - 0 '(1 2 3))",
        "(foldr list 0 (range 3))",
        "((foldr (fn (x f) (fn () (list x (f)))) (fn () 0) '(1 2)))",
    ],
    "reduce": [
        "(reduce + '(1 2 3))",
        "(reduce + '(1.5 2 3))",
        "(reduce (fn (a x) (max a x)) [3 9 4])",
        "(reduce (fn (a x) (- a x)) (range 5))",
        "(reduce + '(7))",
        "(reduce + (map (fn (x) (* x x)) (range 5)))",
    ],
    "f64-array/fold": ["(f64-array/fold (fn (a x) (+ a (* x x))) 0.0 (f64-array 1 2 3))"],
    "i64-array/fold": ["(i64-array/fold + 0 (i64-array 1 2 3))"],
    "f64-array/map": [
        "(f64-array/map (fn (x) (* x 2)) (f64-array 1 2))",
        "(f64-array/map (fn (x) 1) (f64-array 1 2))",
    ],
    "i64-array/map": ["(i64-array/map (fn (x) (* x 2)) (i64-array 1 2))"],
    "string/map": [
        '(string/map (fn (c) (if (eq? c #\\a) "bb" c)) "abca")',
        '(string/map char/upcase "añb")',
    ],
    "list/group-by": [
        "(list/group-by (fn (x) (mod x 3)) (range 7))",
        "(list/group-by (fn (x) (if (> x 1) 1.0 1)) (range 4))",
        "(list/group-by :a (list {:a 1} {:b 2} {:a 1 :c 2}))",
    ],
    "list/key-by": ["(list/key-by (fn (x) (mod x 2)) '(1 2 3))"],
    "sort-by": [
        "(sort-by (fn (x) (- x)) '(1 3 2))",
        "(sort-by abs (range -3 3))",
        "(sort-by (fn (x) (if (odd? x) \"a\" x)) (range 6))",
        "(sort-by (fn (x) (/ 1.0 x)) '(3 1 2))",
    ],
    "map/map-vals": [
        "(map/map-vals (fn (v) (* v 10)) {:b 1 :a 2})",
        "(map/map-vals (fn (v) (* v 10)) (hashmap/new :a 1))",
    ],
    "map/map-keys": ["(map/map-keys (fn (k) (* k 1.0)) {1 :a 2 :b})"],
    "map/filter": [
        "(map/filter (fn (k v) (> v 1)) {:a 1 :b 2 1.5 3})",
        "(map/filter (fn (k v) (= k :a)) (hashmap/new :a 1 :b 2))",
    ],
    "map/update": [
        "(map/update {:n 1} :n (fn (n) (+ n 1)))",
        "(map/update {} 1.0 (fn (n) (if (nil? n) 0 n)))",
        "(map/update (hashmap/new) :n (fn (n) n))",
    ],
    "update-in": [
        "(update-in {:a {:b 1}} [:a :b] (fn (n) (+ n 1)))",
        "(update-in {:a 5} '(:a 1.0) (fn (n) n))",
        "(update-in 5 [] (fn (n) (+ n 1)))",
    ],
    "map/update-in": ["(map/update-in {} [:a] (fn (n) 1))"],
    "sort": [
        "(sort '(3 1 2) (fn (a b) (< a b)))",
        "(sort '(3 1 2) (fn (a b) (- b a)))",
        "(sort [3 1.5 2] (fn (a b) (- a b)))",
        "(sort '((1 a) (0 b) (1 c) (0 d)) (fn (a b) (< (car a) (car b))))",
        "(sort '((1 a) (0 b) (1 c) (0 d)) (fn (a b) (<= (car a) (car b))))",
        "(sort '((1 a) (0 b) (1 c)) (fn (a b) (if (= (car a) (car b)) (> 1 2) (< (car a) (car b)))))",
        "(sort '(1 2 3) (fn (a b) nil))",
        "(sort '(1 2 3) (fn (a b) #f))",
        "(sort '(1 2 3) (fn (a b) :yes))",
        "(sort '() (fn (a b) (car 5)))",
        "(sort '(1) (fn (a b) (car 5)))",
        "(sort (map (fn (x) (mod (* x 7) 10)) (range 10)) (fn (a b) (> a b)))",
        "(let ((n 0)) (sort '(2 1) (fn (a b) (set! n (+ n 1)) (< a b))) n)",
        "(sort '(2 1 3) (fn (a b) (set! a (- a)) (< a (- b))))",
        "(sort '(2 1 3) (fn (a b) ((fn () (< a b)))))",
    ],
}  # fmt: skip
PROGRAMS = [(name, program) for name, programs in CALLS.items() for program in programs]


def hidden(name: str, program: str) -> str:
    """Returns the program with a name in place of the function's, so that it is a plain call."""
    return f"(define hidden {name})" + program.replace(f"({name} ", "(hidden ")


def test_every_loop_has_a_program() -> None:
    assert set(CALLS) == {name for name, known in PRIMITIVES.items() if known.loops}


def outcome(*programs: str) -> tuple[object, ...]:
    """Returns what the last of several programs gives: a value, or an error without its place."""
    interpreter = Interpreter()
    result: dict[str, object] = {}
    for program in programs:
        result = interpreter.run(program)
    error = result["error"]
    if error:
        return error["type"], error["message"], error["hint"]  # type: ignore[index]
    return (result["value"], *result["output"])  # type: ignore[misc]


@pytest.mark.parametrize(("name", "program"), PROGRAMS)
def test_a_loop_gives_what_the_call_gives(name: str, program: str) -> None:
    expected = outcome(hidden(name, program))
    assert outcome(program) == expected
    # Within a function, within a loop, and with every name of the unit known.
    assert outcome(f"(define (f) {program})", "(f)") == expected
    assert (
        outcome(f"(define result nil) (for-each (fn (i) (set! result {program})) '(1 2)) result")
        == expected
    )


@pytest.mark.parametrize(("name", "program"), PROGRAMS)
def test_a_redefined_function_is_called(name: str, program: str) -> None:
    interpreter = Interpreter()
    interpreter.eval(f"(define (f) {program})")
    interpreter.eval(f"(define ({name} & given) :mine)")
    assert print_value(interpreter.eval(f"({name} 1 2)")) == ":mine"
    again = interpreter.run("(f)")
    expected = Interpreter().run(f"(define ({name} & given) :mine) {program}")
    assert (again["value"], again["error"] and again["error"]["message"]) == (
        expected["value"],
        expected["error"] and expected["error"]["message"],
    )


WRONG = [
    ("map", "(map (fn (x y) x) 5 '(1))"),
    ("map", "(map (fn (x y) x) '(1) :k)"),
    ("map", "(map (fn (x y) x) 5 (car '((1))))"),
    ("map-indexed", "(map-indexed (fn (i x) x) 5)"),
    ("list/times", "(list/times -1 (fn (i) i))"),
    ("list/times", "(list/times 1.5 (fn (i) i))"),
    ("list/times", "(list/times 999999999999 (fn (i) i))"),
    ("flat-map", '(flat-map (fn (x) x) "abc")'),
    ("list/find", "(list/find (fn (x) x) {:a 1})"),
    ("any?", "(any? (fn (x) x) nil)"),
    ("every", "(every (fn (x) x) 1)"),
    ("foldr", "(foldr (fn (x a) x) 0 5)"),
    ("foldl", "(foldl + 0 5)"),
    ("reduce", "(reduce + '())"),
    ("reduce", "(reduce (fn (a b) a) (range 0))"),
    ("reduce", "(reduce (fn (a b) a) 7)"),
    ("f64-array/map", "(f64-array/map (fn (x) x) '(1))"),
    ("f64-array/map", '(f64-array/map (fn (x) "a") (f64-array 1))'),
    ("i64-array/map", "(i64-array/map (fn (x) 0.5) (i64-array 1))"),
    ("i64-array/fold", "(i64-array/fold (fn (a x) x) 0 (f64-array 1))"),
    ("string/map", "(string/map (fn (c) 5) \"a\")"),
    ("string/map", "(string/map (fn (c) c) 5)"),
    ("list/group-by", "(list/group-by (fn (x) x) 5)"),
    ("list/group-by", "(list/group-by (fn (x) (mutable-array/new)) '(5))"),
    ("sort-by", "(sort-by (fn (x) x) 5)"),
    ("map/map-vals", "(map/map-vals (fn (x) x) '(1))"),
    ("map/filter", "(map/filter (fn (k v) x) nil)"),
    ("map/update", "(map/update nil :a (fn (x) x))"),
    ("update-in", "(update-in {:a 1} :a (fn (x) x))"),
    ("sort", "(sort 5 (fn (a b) (< a b)))"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "program"), WRONG)
def test_wrong_arguments_are_refused_in_the_same_words(name: str, program: str) -> None:
    inline = Interpreter().run(program)["error"]
    called = outcome(hidden(name, program))
    assert (inline["type"], inline["line"], inline["column"]) == (called[0], 1, 1)
    # Behind another name the function speaks of itself by its first name.
    known = {name, ENTRIES[name].name, "hidden", "map"}
    said, expected = inline["message"], str(called[1])
    for each in sorted(known, key=len, reverse=True):
        said, expected = said.replace(f"{each}:", "f:"), expected.replace(f"{each}:", "f:")
    assert said.replace(name, "f") == expected.replace(name, "f")


def test_errors_inside_keep_their_place() -> None:
    program = (
        "(define (f xs)\n  (sort xs\n    (fn (a b)\n      (< (car a) (car b)))))\n(f '((1) 2))"
    )
    error = Interpreter().run(program)["error"]
    assert (error["line"], error["column"]) == (4, 18)
    assert [frame["name"] for frame in error["stack"]] == ["f", "<program>"]
    program = "(define (half x)\n  (/ x 0))\n(define (f xs)\n  (flat-map half xs))\n(f '(1))"
    error = Interpreter().run(program)["error"]
    assert (error["line"], error["column"]) == (2, 3)
    assert [frame["name"] for frame in error["stack"]] == ["half", "f", "<program>"]


def test_a_name_that_is_changed_is_asked_for_its_present_meaning() -> None:
    bouncing = "(define k (list (fn (x) (* 2 x))))"
    program = f"""{bouncing} (define (f x) x) (define (h) (map f (range 200)))
        (h) (set! f (fn (x) ((car k) x))) (foldl + 0 (h))"""
    assert outcome(program) == ("39800",)
    assert outcome(
        "(define (f x) x) (define (g xs) (map f xs))",
        f"{bouncing} (define (f x) ((car k) x))",
        "(foldl + 0 (g (range 500)))",
    ) == ("249500",)


def test_arguments_are_evaluated_in_their_order() -> None:
    program = """
    (define seen '())
    (define (note x) (set! seen (cons x seen)) x)
    (define (f a b) (note (list a b)) (< a b))
    (sort (note '(2 1)) f)
    (map (fn (x y) (note (+ x y))) (note '(1 2)) (note '(3 4)))
    (update-in (note {}) (note [:a]) (fn (old) (note :new)))
    (map/update (note {}) (note :k) (fn (old) (note :v)))
    (reverse seen)
    """
    assert outcome(program) == (
        "((2 1) (2 1) (1 2) (3 4) 4 6 {} (:a) :new {} :k :v)".replace("(:a)", "[:a]"),
    )


@pytest.mark.parametrize("name", CALLS)
def test_all_arguments_are_evaluated_before_one_is_refused(name: str) -> None:
    for loop in PRIMITIVES[name].loops:
        function = f"(fn ({' '.join('abc'[: loop.parameters])}) 1)"
        for place in range(loop.arguments):
            if place == loop.function:
                continue
            given = ["5"] * loop.arguments
            given[loop.function] = function
            given[place] = "(nobody 1)"
            assert outcome(f"({name} {' '.join(given)})")[0] == "unbound", given


def test_a_vector_that_is_changed_meanwhile_is_gone_through_as_it_was() -> None:
    program = """
    (define items (mutable-array/new))
    (for-each (fn (x) (mutable-array/push! items x)) '(1 2 3))
    (list (map (fn (x) (mutable-array/push! items x) x) items) (length items))
    """
    assert outcome(program) == ("((1 2 3) 6)",)


@pytest.mark.parametrize("size", [0, 1, 2, 5, 511, 512, 513, 1024, 1500, 2600])
def test_sorting_in_place_is_a_sort(size: int) -> None:
    numbers = [random.Random(size).randrange(100) for _ in range(size)]
    pairs = " ".join(f"({number} {place})" for place, number in enumerate(numbers))
    program = f"(sort '({pairs}) (fn (a b) (<= (car a) (car b))))"
    expected = sorted((number, place) for place, number in enumerate(numbers))
    text = "(" + " ".join(f"({number} {place})" for number, place in expected) + ")"
    assert print_value(Interpreter().eval(program)) == text


def test_closures_of_a_sort_and_deep_recursion_through_loops() -> None:
    program = """
    (define (deep n) (if (= n 0) 0 (+ 1 (car (map (fn (x) (deep (- n 1))) '(1))))))
    (define (deeper n) (if (= n 0) 0 (+ 1 (foldl (fn (a x) (deeper (- n 1))) 0 '(1)))))
    (list (deep 20000) (deeper 20000))
    """
    assert outcome(program) == ("(20000 20000)",)


def test_many_loops_within_each_other_are_compiled() -> None:
    program = "1"
    for level in range(30):
        program = f"(car (map (fn (x{level}) {program}) '(1)))"
    assert outcome(program) == ("1",)
