"""Errors teach: message, place of the failing sub-expression, Lisp stack, hint.

Each row names a mistake and words that its message or hint must contain. The peer's answers to the
same programs were compared when the table was written; ours add what is in the last column.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lispcore import Interpreter, LispError
from lispcore.__main__ import SilentHost
from lispcore.hosts.terminal import TerminalHost
from lispcore.reading.foreign_names import FOREIGN_NAMES
from lispcore.services.suggestions import is_known


def failure(program: str) -> dict:
    """Returns the error record of a program."""
    error = Interpreter(SilentHost(TerminalHost())).run(program)["error"]
    assert error is not None
    return error


# program, type, (line, column), words of the message, words of the hint
MISTAKES = [
    ('(prinln "a")', "unbound", (1, 2), "prinln", "println"),
    ("(defin x 1)", "unbound", (1, 2), "defin", "define"),
    ('(string-lenght "a")', "unbound", (1, 2), "string-lenght", "string-length"),
    ('(slurp "x")', "unbound", (1, 2), "slurp", "file/read"),
    ("(else 1)", "unbound", (1, 2), "else", "last clause of cond"),
    ("(catch e 1)", "unbound", (1, 2), "catch", "(try body"),
    ("if", "unbound", (1, 1), "if is a special form", "(if test then [else])"),
    ("(defmacro m (x) x) (list m)", "unbound", (1, 26), "m is a macro", "wrap it"),
    ("(letrec ((a b) (b 1)) a)", "unbound", (1, 13), "b is used before", "move the definition"),
    ("(map '(1 2) car)", "type-error", (1, 1), "map: argument 2", "order may be wrong"),
    ("(foldl '(1) 0 +)", "type-error", (1, 1), "foldl: argument 3", "order may be wrong"),
    ("(5 5)", "eval", (1, 1), "not callable: an int", "expected a function"),
    ("((list 1) 0)", "eval", (1, 1), "not callable: a list", "(nth xs i)"),
    ("({:a 1} :a)", "eval", (1, 1), "not callable: a map", "(get m key)"),
    ("(nil)", "eval", (1, 1), "not callable: nil", "expected a function"),
    ("((fn (x) x))", "arity", (1, 1), "expects 1 argument, got 0", ""),
    ("(define (area w h) w) (area 1)", "arity", (1, 23), "area expects 2 arguments, got 1", ""),
    ("(define (f a . r) a) (f)", "arity", (1, 22), "f expects 1 or more arguments, got 0", ""),
    ("(car 1 2)", "arity", (1, 1), "car expects 1 argument, got 2", "(car "),
    ('(+ 1 "2")', "type-error", (1, 1), "+ expected number or string, got int and string", "(str"),
    ("(+ 1 nil)", "type-error", (1, 1), "int and nil", "(get m k 0)"),
    ('(* 2 "ab")', "type-error", (1, 1), "* expected number", ""),
    ('(< 1 "2")', "type-error", (1, 1), "int and string", "numbers compare with numbers"),
    ("(car 5)", "type-error", (1, 1), "car: argument 1 expected list or vector, got int", ""),
    ('(even? "a")', "type-error", (1, 1), "even? expected integer, got string", ""),
    ("(:a 5)", "type-error", (1, 1), ":a expected map", "looks itself up"),
    ("(nth '(1 2) 5)", "eval", (1, 1), "index 5 out of bounds (length 2)", ""),
    ("(/ 1 0)", "eval", (1, 1), "division by zero", "zero? d"),
    ("(if)", "arity", (1, 1), "if expects 2 or 3 arguments, got 0", "(if test then [else])"),
    ("(let (x 1) x)", "eval", (1, 7), "expected (name value), got symbol", "(let ((name value)"),
    ("(define 5 1)", "eval", (1, 9), "expected a name", "(define name value)"),
    ("(cond 1 2)", "eval", (1, 9), "cond: expected a list", "(cond (test body"),
    ("(match 3 (1 2))", "eval", (1, 8), "no clause matched value: 3", "match*"),
    ("(match '(1) ((a) a))", "eval", (1, 8), "no clause matched", "[a b & rest]"),
    ("(try 1)", "eval", (1, 1), "(catch name handler", "(try body"),
    ("(list 1 2", "reader", (1, 1), "never closed", "add )"),
    ("(define (f x)\n  (list x\n  [1 2)", "reader", (3, 7), "[ opened at 3:3", "ends with ]"),
    ("(list 1 2))", "reader", (1, 11), "unexpected closing )", "closed too early"),
    ('(str "abc)', "reader", (1, 6), "string never ends", 'close it with "'),
    ("{:a}", "reader", (1, 2), "a map needs a value for every key", "{:key value"),
    (",x", "eval", (1, 1), "only makes sense inside a quasiquote", "`("),
    ("(throw {:a 1})", "user", (1, 1), "User exception: {:a 1}", ""),
    ('(error "mine")', "eval", (1, 1), "mine", ""),
    (
        "(let-values (((a b) (values 1))) a)",
        "arity",
        (1, 14),
        "expected 2 values, got 1",
        "producer",
    ),
]


@pytest.mark.parametrize(("program", "kind", "place", "message", "hint"), MISTAKES)
def test_mistakes(program: str, kind: str, place: tuple, message: str, hint: str) -> None:
    error = failure(program)
    assert error["type"] == kind
    assert message in error["message"]
    assert hint in (error["hint"] or "")
    assert (error["line"], error["column"]) == place


def recorded_mistakes() -> list[tuple[str, str, str]]:
    """Returns the rows of mistakes.txt: program, "type line:column message", words of the hint."""
    text = (Path(__file__).parent / "mistakes.txt").read_text(encoding="utf-8")
    rows = []
    for block in text.split("\n\n")[1:]:
        program, _, rest = block.strip("\n").partition("\n! ")
        expected, _, hint = rest.partition("\n? ")
        rows.append((program, expected, hint))
    return rows


def test_typical_mistakes_are_explained() -> None:
    wrong = []
    rows = recorded_mistakes()
    assert len(rows) > 250
    for program, expected, hint in rows:
        error = failure(program)
        shown = f"{error['type']} {error['line']}:{error['column']} {error['message']}"
        if shown != expected or hint not in (error["hint"] or ""):
            wrong.append(f"{program}\n    {expected} ? {hint}\n    {shown} ? {error['hint']}")
    assert not wrong, f"{len(wrong)} of {len(rows)}:\n" + "\n".join(wrong)


def test_foreign_names_are_not_ours_and_their_hints_name_what_exists() -> None:
    interpreter = Interpreter()

    def is_ours(name: str) -> bool:
        return is_known(name, interpreter) or name in ("#t", "#f", "nil")

    assert [name for name in FOREIGN_NAMES if is_ours(name)] == []
    single = [hint for hint in FOREIGN_NAMES.values() if " " not in hint]
    assert [hint for hint in single if not is_ours(hint)] == []
    paths = re.findall(r"[a-z0-9-]+/[a-z0-9*+<>=!?-]+", " ".join(FOREIGN_NAMES.values()))
    assert [path for path in paths if not is_ours(path)] == []


PLACES = [
    ("(define (f x)\n  (let ((y 1))\n    (+ y\n       (car x))))\n(f 5)", (4, 8)),
    ("(list 1\n  (list 2 (car 3)))", (2, 11)),
    ("(+ 1\n   (* 2\n      (- nil)))", (3, 7)),
    ("(if (= 1 1)\n  (if #f 1\n    (undefined-thing))\n  2)", (3, 6)),
    ("(map (fn (x)\n  (/ 1 x)) '(1 0))", (2, 3)),
    ("(-> 5\n  (+ 1)\n  (car))", (3, 3)),
    ('(let loop ((i 0))\n  (if (< i 3)\n    (loop (+ i 1))\n    (error "end")))', (4, 5)),
    ("(cond (#f 1)\n  ((car 5) 2))", (2, 4)),
    ("[1\n (car 5)]", (2, 2)),
    ('(println "é😀") (car 5)', (1, 16)),
]


@pytest.mark.parametrize(("program", "place"), PLACES)
def test_the_place_is_that_of_the_failing_sub_expression(program: str, place: tuple) -> None:
    error = failure(program)
    assert (error["line"], error["column"]) == place


def test_the_stack_names_lisp_functions_only() -> None:
    error = failure("(define (f x) (+ 1 (g x)))\n(define (g y) (+ 1 (car y)))\n(list (f 5))")
    frames = [(frame["name"], frame["line"], frame["column"]) for frame in error["stack"]]
    assert frames == [("g", 2, 20), ("f", 1, 20), ("<program>", 3, 7)]


def test_library_functions_leave_no_frames() -> None:
    error = failure(
        "(define (each x) (car x))\n(define (all xs) (list (map each xs)))\n(list (all '(1)))"
    )
    assert [frame["name"] for frame in error["stack"]] == ["each", "all", "<program>"]


def test_the_caught_error_is_a_map_with_type_message_and_trace() -> None:
    caught = Interpreter().eval(
        "(define (f) (car 5)) (try (f) (catch e (map :name (:stack-trace e))))"
    )
    assert list(caught) == ["car", "f", "<lambda>"]


def test_a_caught_error_thrown_again_stays_what_it_was() -> None:
    with pytest.raises(LispError) as caught:
        Interpreter().eval("(try (car 5) (catch e (throw e)))")
    assert caught.value.kind == "type-error"
    assert "expected list or vector" in caught.value.message


def test_a_mistake_in_a_macro_shows_where_the_macro_is_used() -> None:
    error = failure("(defmacro m (x) (car x))\n(define (g)\n  (list (m 5)))")
    assert (error["line"], error["column"]) == (1, 17)
    frames = [(frame["name"], frame["line"], frame["column"]) for frame in error["stack"]]
    assert frames == [("m", 1, 17), ("expansion of m", 3, 9)]


def test_an_error_that_no_clause_of_a_guard_wants_keeps_its_place() -> None:
    for program in (
        "(guard (e (#f 1))\n  (list 1 (car 5)))",
        "(guard (e (#f 1))\n  (list 1 (foo)))",
    ):
        error = failure(program)
        assert error["line"] == 2
