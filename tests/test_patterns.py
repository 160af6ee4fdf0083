"""Patterns: match, match*, destructuring in let, parameters and loops, several values."""

from __future__ import annotations

import pytest

from lispcore import Interpreter, LispError
from lispcore.values.printing import print_value
from tests.fake_host import FakeHost

PATTERNS = [
    "_", "x", "0", "1", "-7", "2.5", "0.0", '"a"', '""', ":k", "'s", "#\\a", "nil", "#t", "#f", "[]", "[a]",
    "[a b]", "[a b c]", "[a & r]", "[& r]", "[a b & r]", "[0 a]", "[:k a]", "[a :k]", "[[a] b]",
    "[[a b] [c d]]", "[{:k a} b]", "[a a]", "{}", "{:k a}", "{:k :k}", "{:k nil}", "{:k 1 :j b}",
    "{:k [a b]}", "{:k {:j a}}", "{:keys [k j]}", "{:keys [k] :j b}", "{1 a}", "{1.0 a}",
    '{"s" a}', "'(1 2)", "(1 2)", "12345678901234567890123", "'nil", "1/2",
]  # fmt: skip
VALUES = [
    "0", "1", "-7", "2.5", "0.0", "1.0", '"a"', '""', ":k", "'s", "#\\a", "nil", "#t", "#f", "'()", "[]",
    "'(1)", "[1]", "'(1 2)", "[1 2]", "[0 2]", "[:k 2]", "'(:k 2)", "'(1 2 3)", "[1 2 3]",
    "[[1] 2]", "[[1 2] '(3 4)]", "[{:k 1} 2]", "{}", "{:k 1}", "{:k :k}", "{:k nil}", "{:k 1 :j 2}",
    "{:k [1 2]}", "{:k {:j 1}}", "{1 :one}", "{1.0 :float}", '{"s" 1}', "(hashmap/new :k 1)",
    "12345678901234567890123", "1/2", "car", "(cdr '(9 1 2))", "(point 1 2)", "(f64-array 1 2)",
]  # fmt: skip
POINT = "(define-record-type point (point k j) point? (k pk) (j pj))"


@pytest.fixture(scope="module")
def session() -> Interpreter:
    made = Interpreter(FakeHost())
    made.eval(POINT)
    return made


def shown(session: Interpreter, text: str) -> str:
    try:
        return print_value(session.eval(text))
    except LispError as error:
        return f"error {error.message} / {error.hint}"


@pytest.mark.parametrize("pattern", PATTERNS)
def test_one_clause_is_tried_alike_everywhere(session: Interpreter, pattern: str) -> None:
    """A clause means the same alone, behind others, and inside a vector, where nothing is shared."""
    for value in VALUES:
        alone = shown(session, f"(match* {value} ({pattern} :yes) (_ :no))")
        behind = f"(match* {value} ([:no _ _ _] 0) ({{:no _ :k :no}} 0) ({pattern} :yes) (_ :no))"
        inside = f"(match* [{value} 7] ([{pattern} 7] :yes) (_ :no))"
        guarded = f"(match* {value} ({pattern} when #t :yes) (_ :no))"
        twice = f"(match* {value} ({pattern} when #f 0) ({pattern} :yes) (_ :no))"
        assert {shown(session, each) for each in (behind, inside, guarded, twice)} == {alone}, value


@pytest.mark.parametrize(
    ("program", "value"),
    [
        ("(match [1 2] ([a b] (list a b)))", "(1 2)"),
        ("(match '(1 2 3) ([a & r] (list a r)))", "(1 (2 3))"),
        ("(match [1] ([a & r] (list a r)))", "(1 ())"),
        ("(match '(1) ([a & r] (list a r)))", "(1 ())"),
        ("(match [1 2] ([a a] a))", "2"),
        ("(match {:k 1} ({:keys [k j]} (list k j)))", "(1 nil)"),
        ("(match {:k 1} ({:k a} when (> a 5) :big) ({:k a} (list a)))", "(1)"),
        ("(match 5 (x when (> x 9) :big) (x (+ x 1)))", "6"),
        ("(match {:kind :a :n 1} ({:kind :b :n n} 0) ({:kind :a :n n} n))", "1"),
        ("(match 3 ({:kind :b} 0) ({:kind :a} 1) (_ 2))", "2"),
        ("(map (fn (f) (f)) (map (fn (v) (match v ([a b] (fn () a)))) '([1 2] [3 4])))", "(1 3)"),
        ("(let loop ((i 0) (fs '())) (if (= i 3) (map (fn (f) (f)) fs)"
         " (loop (+ i 1) (match [i] ([a] when (>= a 0) (cons (fn () a) fs))))))", "(2 1 0)"),
        ("(let (([a [b & c]] [1 '(2 3 4)])) (list a b c))", "(1 2 (3 4))"),
        ("(let (({:keys [x y] :z [p q]} {:x 1 :z [3 4]})) (list x y p q))", "(1 nil 3 4)"),
        ("(let (({1.0 a 1 b} {1 :int 1.0 :float})) (list a b))", "(:float :int)"),
        ("(let (({:keys [k j]} (point 1 2))) (list k j))", "(1 2)"),
        ("((fn ([a b] {:keys [c]}) (+ a b c)) '(1 2) {:c 3})", "6"),
        ("(let-values (((a b) (values 1 2)) ((c . d) (values 3 4 5))) (list a b c d))", "(1 2 3 (4 5))"),
        ("(let-values (((a) 1) (all (values 1 2))) (list a all))", "(1 (1 2))"),
        ("(call-with-values (fn () (values 1 2)) list)", "(1 2)"),
        ("(values 1)", "1"),
        ("(begin (define l (list 1 2 3)) (let (([a & r] l)) (cons 9 r) l))", "(1 2 3)"),
    ],
)  # fmt: skip
def test_what_patterns_bind(session: Interpreter, program: str, value: str) -> None:
    assert shown(session, program) == value


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("(let (([a b] [1])) a)", "destructure: expected 2 elements, got 1"),
        ("(let (([a b] '(1 2 3))) a)", "destructure: expected 2 elements, got 3"),
        ("(let (([a & r] [])) a)", "destructure: expected at least 1 element, got 0"),
        ("(let (([] [1])) 1)", "destructure: expected 0 elements, got 1"),
        ("(let (([a] 5)) a)", "destructure: expected list or vector, got int"),
        ("(let (({:keys [a]} [1])) a)", "destructure: expected map, got vector"),
        ("(let-values (((a b) 1)) a)", "expected 2 values, got 1"),
        ("(let-values (((a b) (values 1 2 3))) a)", "expected 2 values, got 3"),
        ("(match 1 (2 3))", "match: no clause matched value: 1"),
    ],
)
def test_what_fits_nothing_is_an_error(session: Interpreter, program: str, message: str) -> None:
    with pytest.raises(LispError) as caught:
        session.eval(program)
    assert caught.value.message == message


def test_clauses_are_tried_in_order_and_the_value_is_evaluated_once(session: Interpreter) -> None:
    session.eval("(define seen '()) (define (note x) (set! seen (cons x seen)) x)")
    text = (
        "(match (note [1 2])"
        " ([a b] when (note #f) 0) ([1 b] when (note (= b 3)) 1) ([a b] when (note a) (note :body)))"
    )
    session.eval(text)
    assert shown(session, "seen") == "(:body 1 #f #f [1 2])"


def test_taking_a_long_list_apart_takes_no_copies(session: Interpreter) -> None:
    session.eval("(define (total xs sum) (match xs ([] sum) ([x & r] (total r (+ sum x)))))")
    assert session.eval("(total (range 100000) 0)") == 4999950000
