"""Programs and data of wild sizes and depths end with a value or one clear error, and soon."""

from __future__ import annotations

import gc
import weakref

import pytest

from lispcore import Interpreter, LispError
from lispcore.values.printing import print_value


def nested(opening: str, inner: str, closing: str, depth: int) -> str:
    """Returns a text nested so deep."""
    return opening * depth + inner + closing * depth


TOO_DEEP = [
    nested("(", "", ")", 10_000),
    nested("(+ 1 ", "1", ")", 10_000),
    nested("(let ((x 1)) ", "x", ")", 10_000),
    nested("(fn () ", "1", ")", 10_000),
    "(eval (foldl (fn (a i) (list '+ 1 a)) 1 (range 10000)))",
    "(defmacro m () (foldl (fn (a i) (list 'list a)) 1 (range 10000))) (m)",
    "(defmacro m (x) `(+ 1 (m ,x))) (m 1)",
    f"(-> 1 {'(+ 1) ' * 10_000})",
]


@pytest.mark.parametrize("program", TOO_DEEP, ids=range(len(TOO_DEEP)))
def test_code_nested_too_deep_is_a_reader_error(program: str) -> None:
    with pytest.raises(LispError, match="nested more than") as caught:
        Interpreter().eval(program)
    assert caught.value.kind == "reader"
    assert "functions of their own" in (caught.value.hint or "")


@pytest.mark.parametrize("form", ["try", "while", "dotimes"])
def test_loops_nested_too_deep_are_an_error(form: str) -> None:
    shapes = {
        "try": ("(try ", "(catch e 1))"),
        "while": ("(while #f ", ")"),
        "dotimes": ("(dotimes (i 1) ", ")"),
    }
    opening, closing = shapes[form]
    assert Interpreter().eval(nested(opening, "1", closing, 15)) in (1, None)
    with pytest.raises(LispError, match=r"too deeply nested to be compiled$"):
        Interpreter().eval(nested(opening, "1", closing, 800))


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("(+ 1 ", ")"),
        ("(if #t ", ")"),
        ("(let ((x 1)) ", ")"),
        ("(let loop () ", ")"),
        ("(when 1 ", ")"),
        ("(cond (#f 1) (else ", "))"),
        ("(match 1 (_ ", "))"),
    ],
)
def test_nesting_below_the_limit_compiles(opening: str, closing: str) -> None:
    Interpreter().eval(nested(opening, "1", closing, 400))


LONG = [
    (f"(+ {'1 ' * 50_000})", "50000"),
    (f"(* {'1 ' * 50_000})", "1"),
    (f"(- {'1 ' * 50_000})", "-49998"),
    (f"(< {' '.join(map(str, range(5000)))})", "#t"),
    (f"(length (list {'1 ' * 50_000}))", "50000"),
    (f"(cond {'(#f 1) ' * 3000} (else 2))", "2"),
    (f"(and {'1 ' * 3000})", "1"),
    (f"(let* ({' '.join(f'(x{i} {i})' for i in range(2000))}) x1999)", "1999"),
    (f"(case 5 {' '.join(f'(({i + 10}) {i})' for i in range(2000))} (else 'no))", "no"),
    (nested("'[", "", "]", 1), "[]"),
]


@pytest.mark.parametrize(("program", "expected"), LONG, ids=range(len(LONG)))
def test_long_forms(program: str, expected: str) -> None:
    assert print_value(Interpreter().eval(program)) == expected


DEEP_DATA = [
    ("(define (mk) (foldl (fn (a i) (list a)) '() (range 100000))) (equal? (mk) (mk))", "#t"),
    ("(length (str (foldl (fn (a i) (list a)) '() (range 100000))))", "200002"),
    ("(define x (foldl (fn (a i) [a]) [] (range 100000))) (get {x 1} x)", "1"),
    ("(define x (foldl (fn (a i) (fn () (+ 1 (a)))) (fn () 1) (range 50000))) (x)", "50001"),
    ("(length (str '" + nested("(", "", ")", 10_000) + "))", "20000"),
]

_DEEP = "(define x (foldl (fn (a i) (list a)) '() (range 100000)))"
_DEEP_MAP = "(define x (foldl (fn (a i) {:k a}) {} (range 100000)))"
DEEP_DATA += [
    (_DEEP + "(length (flatten-deep x))", "0"),
    (_DEEP + "(length (list/unique (list x x)))", "1"),
    (_DEEP + "(count (frequencies (list x x)))", "1"),
    (_DEEP + "(length (json/encode x))", "200002"),
    (_DEEP + "(equal? x (read (str x)))", "#t"),
    (_DEEP + "(length (sort (list x x)))", "2"),
    (_DEEP + "(equal? x (try (throw x) (catch e (:value e))))", "#t"),
    (_DEEP + "(equal? x (await (async x)))", "#t"),
    (_DEEP + "(match x ([a] 1) (_ 2))", "1"),
    (_DEEP_MAP + "(length (json/encode x))", "600002"),
    (_DEEP_MAP + "(equal? (deep-merge x x) x)", "#t"),
    ("(get-in (assoc-in {} (range 20000) 1) (range 20000))", "1"),
]


@pytest.mark.parametrize(("program", "expected"), DEEP_DATA, ids=range(len(DEEP_DATA)))
def test_data_may_be_as_deep_as_memory_allows(program: str, expected: str) -> None:
    assert print_value(Interpreter().eval(program)) == expected


WILD = [
    "(range 1000000000000)",
    "(iota 100000000000)",
    "(make-list 100000000000 0)",
    "(list/times 100000000000 (fn (i) i))",
    "(list/cross-join (range 100000) (range 100000))",
    "(list/sliding (range 100000) 50000)",
    "(list/pad '(1) 100000000000 0)",
    '(string/repeat "x" 10000000000)',
    '(string/pad-left "x" 100000000000)',
    '(string/replace (string/repeat "a" 1000000) "a" (string/repeat "b" 1000000))',
    "(make-bytevector 100000000000)",
    "(f64-array/make 100000000000)",
    "(i64-array/range 0 100000000000)",
    "(expt 9 (expt 9 9))",
    "(expt 1/3 (expt 9 9))",
    "(bit/shift-left 1 100000000000)",
    "(math/format-fixed 1.5 1000000000)",
    '(define (f s) (f (string-append s s))) (f "ab")',
    '(define (f s) (f (str s s))) (f "ab")',
    '(json/decode (string/repeat "[" 1000000))',
    '(regex/match? "((a?){1000}){1000}" (string/repeat "a" 50))',
    '(string/normalize (string/repeat "\\x301;" 20000) :nfc)',
    "(define (f) (async (async/sleep 1000000)) (f)) (f)",
]


@pytest.mark.parametrize("program", WILD)
def test_wild_sizes_fail_at_once(program: str) -> None:
    with pytest.raises(LispError) as caught:
        Interpreter().eval(program)
    assert caught.value.hint


ENDLESS = [
    "(define (f n) (+ 1 (apply f (list n)))) (f 1)",
    "(define (f n) (+ 1 (force (delay (f n))))) (f 1)",
    "(define (f n) (+ 1 (call-with-values (fn () 1) f))) (f 1)",
    "(define p (make-parameter 1)) (define (f n) (+ 1 (parameterize ((p 2)) (f n)))) (f 1)",
    "(define (f n) (map f '(1))) (f 1)",
    "(define (f n) (+ 1 (eval '(f 1)))) (f 1)",
]


@pytest.mark.parametrize("program", ENDLESS)
def test_endless_recursion_through_the_library_is_an_error(program: str) -> None:
    with pytest.raises(LispError, match="recursion too deep"):
        Interpreter().eval(program)


def test_what_filled_the_memory_is_let_go() -> None:
    """The error must not keep the frames, or every later program is out of memory too."""

    class Filling:
        def __call__(self) -> None:
            raise MemoryError

    interpreter = Interpreter()
    interpreter.globals["fill"] = Filling()
    gc.collect()
    gc.disable()
    try:
        for program in ("(let ((held (make))) (fill) held)", "(let ((held (make))) (car 5) held)"):
            alive: list[weakref.ref] = []

            class Held:
                pass

            def make(alive: list[weakref.ref] = alive, kind: type = Held) -> object:
                held = kind()
                alive.append(weakref.ref(held))
                return held

            interpreter.globals["make"] = make
            assert interpreter.run(program)["error"] is not None
            assert [each() for each in alive] == [None]
    finally:
        gc.enable()
