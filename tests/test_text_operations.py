"""Functions of texts in place: the same texts, errors and redefinitions as by the calls."""

from __future__ import annotations

import pytest

from lispcore import Interpreter
from lispcore.compiler.emit import text_operations
from lispcore.compiler.meanings import PRIMITIVES

CALLS: dict[str, list[str]] = {
    "str": [
        '(str "a" x)',
        "(str x)",
        '(str x "b" x)',
        '(str "id-" x "/" x " " x " " x)',
        '(str "a" 1 2.5 :k nil #t #\\a (quote s) x)',
        '(str 5 "x" x)',
        "(let ((text x)) (set! text (str text x)) text)",
        '(let loop ((i 0) (text "")) (if (= i 5) text (loop (+ i 1) (str text i x))))',
        '(let loop ((i 0) (n 0)) (if (= i 3) n (loop (+ i 1) (+ n (string-length (str i ":" n))))))',
        "(str (range 3) x)",
        '(let ((c (string-ref "xñ" 1))) (list (str c) (str c x) (str x c) (str c c) (str "<" c ">")))',
    ],
    **{
        name: [f"({name} x)"]
        for name in (
            "string-trim string-upcase string-downcase symbol/to-string keyword/to-string "
            "number/to-string"
        ).split()
    },
    "string/lower": ["(string/lower x)"],
    "string/upper": ["(string/upper x)"],
    "string/trim": ["(string/trim x)"],
    "string/reverse": ["(string/reverse x)"],
    "string/split": ['(string/split x "b")', '(string/split x "")', "(string/split x x)"],
    "string-split": ['(string-split x " ")'],
    "string/replace": [
        '(string/replace x "b" "")',
        '(string/replace x "" "-")',
        '(string/replace x "b" "long")',
        "(string/replace x x x)",
    ],
    "string->number": [
        "(string->number x)",
        "(string->number x 16)",
        '(list (string->number "12") (string->number "-12") (string->number "٣"))',
        "(if (string->number x) (+ 1 (string->number x)) 0)",
    ],
    "string/to-number": ["(string/to-number x)"],
    "substring": [
        "(substring x 0)",
        "(substring x 1)",
        "(substring x -1)",
        "(substring x 0 2)",
        "(substring x 2 1)",
        '(substring "abcde" 1 x)',
        '(substring "abcde" x)',
        '(substring "abcde" x 97)',
        "(substring x 0 1.0)",
        "(substring (str x) 0 (string-length (str x)))",
        "(substring x 0 99)",
        "(substring x)",
    ],
    "string/slice": ["(string/slice x 1)", '(list (string/slice "ñab" 0 1) (string/slice "" 0 0))'],
    "integer->char": ["(integer->char x)"],
    "integer/to-char": ["(integer/to-char x)"],
    "symbol->string": ["(symbol->string x)"],
    "number->string": ["(number->string x)", "(number->string x 16)"],
    "keyword->string": ["(keyword->string x)"],
    "mutable-array/length": ["(mutable-array/length x)"],
    "f64-array/length": ["(f64-array/length x)"],
    "i64-array/length": ["(i64-array/length x)"],
    "sqrt": ["(sqrt x)"],
    "string/empty?": ["(string/empty? x)", "(if (string/empty? x) 1 2)"],
    "contains?": ["(contains? x :a)", "(if (contains? x 1) 1 2)", "(contains? x 1.0)"],
}
GIVEN = (
    '"  aBc b "', '""', '"42"', '"-7"', '" 5"', '"+"', '"123456789012345678901234567890"',  '"ñ\\nab"', "7", "-3", "97", "255", "256", "55296", "1114111", "2.25", "-2.0",
    "0.0", "(/ 1 3)", "1267650600228229401496703205376", "nil", "#t", ":a", "'a", "#\\a", "'()",
    "'(1 \"b\")", '{:a 1}', "{1.0 2}", "{1 2}", "(hashmap/new :a 1)", "(mutable-array/new)", "[1]",
    "(f64-array 1 2)", "(i64-array 1)", "(sqrt -1)",
)  # fmt: skip


def outcome(program: str) -> tuple[object, ...]:
    result = Interpreter().run(program)
    error = result["error"]
    return (error["type"], error["message"], error["hint"]) if error else (result["value"],)


def test_every_function_has_a_call() -> None:
    written = {
        name
        for name, known in PRIMITIVES.items()
        for writer in (known.value, known.condition)
        if writer is not None and writer.__module__ == text_operations.__name__
    }
    assert {name for name in CALLS if not name.startswith("__")} == {
        name for name in written if not name.startswith("__")
    }


@pytest.mark.parametrize("name", CALLS)
def test_in_place_and_called_they_give_the_same(name: str) -> None:
    for call in CALLS[name]:
        for given in GIVEN:
            inline = outcome(f"(define (f x) {call}) (f {given})")
            # A variable of the program that holds the function is called.
            hidden = call.replace(f"({name} ", "(held ")
            called = outcome(
                f"(define held nil) (set! held {name}) (define (f x) {hidden}) (f {given})"
            )
            if len(inline) == 1:
                assert inline == called, (call, given)
            else:
                assert inline[0] == called[0], (call, given)
                assert str(inline[1]).partition(":")[2] == str(called[1]).partition(":")[2]


@pytest.mark.parametrize("name", CALLS)
def test_a_redefinition_counts_at_once(name: str) -> None:
    interpreter = Interpreter()
    interpreter.eval(f"(define (f x) {CALLS[name][0]})")
    interpreter.eval(f"(define ({name} & given) :mine)")
    assert interpreter.run("(f 5)")["value"] == ":mine"


def test_arguments_are_evaluated_once_and_in_order() -> None:
    program = """
    (define seen '())
    (define (note x) (set! seen (cons x seen)) x)
    (list (str (note "a") (note 1) (note :k)) (string/split (note "a b") " ") (reverse seen))
    """
    assert outcome(program) == ('("a1:k" ("a" "b") ("a" 1 :k "a b"))',)


def test_texts_stay_below_their_limit() -> None:
    grown = '(let loop ((text "ab")) (loop (str text text)))'
    assert "the limit is" in str(outcome(grown)[1])
    grown = '(let loop ((text "ab")) (loop (str "x" text text)))'
    assert "the limit is" in str(outcome(grown)[1])


def test_many_digits_are_written_in_reasonable_time() -> None:
    assert outcome("(string-length (str (expt 7 100000)))") == ("84510",)
