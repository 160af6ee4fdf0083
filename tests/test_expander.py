"""Names, macros, templates and the checks of special forms."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from lispcore import Interpreter, LispError
from lispcore.expanding.special_forms import SPECIAL_FORMS, Reach
from lispcore.values.printing import print_value


def value(*programs: str) -> str:
    """Returns the printed value of the last of several programs run in one session."""
    interpreter = Interpreter()
    return print_value([interpreter.eval(program) for program in programs][-1])


# What the peer lets no program take away, and what gives way to a program's macros there. The lists
# are the peer's (`tests/differential/reach_of_forms.jsonl` holds its answers): a form that is ours
# belongs into neither.
KEPT = frozenset(
    "begin define define-syntax define-values defmacro do fn lambda let let* let*-values let-values "
    "letrec match match* progn quote try".split()
)
BUT_MACROS = frozenset(
    "and async await case cond def defagent define-record-type defmethod defmulti defn deftool "
    "defun delay if import message module or prompt quasiquote set! unless when while".split()
)
FREE = sorted(SPECIAL_FORMS.keys() - KEPT - BUT_MACROS)


def test_no_form_takes_a_name_away_from_programs() -> None:
    reaches = {name: form.reach for name, form in SPECIAL_FORMS.items()}
    assert {name for name, reach in reaches.items() if reach is Reach.KEPT} == KEPT
    assert {name for name, reach in reaches.items() if reach is Reach.BUT_MACROS} == BUT_MACROS


@pytest.mark.parametrize("name", sorted(KEPT | BUT_MACROS))
def test_some_forms_keep_their_meaning(name: str) -> None:
    # Whatever the form makes of no arguments, it is not the program's function.
    for program in (
        f"(let (({name} (fn (. xs) 'mine))) ({name}))",
        f"(begin (define ({name} . xs) 'mine) ({name}))",
        f"((fn ({name}) ({name})) (fn (. xs) 'mine))",
    ):
        try:
            assert value(program) != "mine", program
        except LispError:
            continue


@pytest.mark.parametrize("name", sorted(SPECIAL_FORMS.keys() - KEPT))
def test_a_macro_of_the_program_comes_before_a_form(name: str) -> None:
    macro = f"(defmacro {name} (. xs) (list 'list ''mine (length xs)))"
    assert value(f"{macro} ({name} 1 2)") == "(mine 2)"
    assert value(macro, f"({name} 1 2)") == "(mine 2)"
    assert value(f"(define (f) {macro} ({name} 1 2)) (f)") == "(mine 2)"
    assert value(f"(begin {macro} (define (f) ({name} 1)) (f))") == "(mine 1)"
    rules = f"(define-syntax {name} (syntax-rules () ((_ a) (list 'mine a))))"
    assert value(f"{rules} ({name} 5)") == "(mine 5)"


@pytest.mark.parametrize("name", sorted(KEPT))
def test_a_macro_does_not_come_before_the_forms_that_macros_need(name: str) -> None:
    try:
        assert value(f"(defmacro {name} (. xs) ''mine) ({name})") != "mine"
    except LispError:
        pass


# Each way to give the name N a function that gives (mine …), and a call of it.
TAKEN = {
    "let": "(let ((N mine)) (N 1))",
    "let*": "(let* ((a 1) (N mine)) (N a))",
    "letrec": "(letrec ((N (fn (x) (mine x)))) (N 1))",
    "let-values": "(let-values (((N other) (values mine 2))) (N 1))",
    "let*-values": "(let*-values (((N) (values mine)) ((b) (N 1))) b)",
    "named let": "(let N ((n 3)) (if (= n 0) (mine 1) (N (- n 1))))",
    "variable of a named let": "(let loop ((N mine) (n 0)) (if (= n 2) (N 1) (loop N (+ n 1))))",
    "parameter": "((fn (N) (N 1)) mine)",
    "rest parameter": "((fn (. N) (mine (car N))) 1)",
    "parameter of a definition": "(define (f N) (N 1)) (f mine)",
    "parameter of defun": "(defun f (N) (N 1)) (f mine)",
    "pattern of a parameter": "((fn ([N]) (N 1)) (list mine))",
    "pattern of let": "(let (([a N] (list 1 mine))) (N a))",
    "map pattern": "(let (({:keys [N]} {:N mine})) (N 1))",
    "match": "(match mine (N (N 1)))",
    "match in a vector": "(match (list 1 mine) ([a N] (N a)))",
    "match*": "(match* {:f mine} ({:f N} (N 1)))",
    "do": "(do ((N mine N) (n 0 (+ n 1))) ((= n 2) (N 1)))",
    "for/list": "(car (for/list ((N (list mine))) (N 1)))",
    "accumulator of for/fold": "(for/fold ((N mine)) ((x '(1))) (N x))",
    "dotimes": "(let ((r nil)) (dotimes (N 1) (set! r (list 'mine (+ N 1)))) r)",
    "as->": "(as-> mine N (N 1))",
    "when-let": "(when-let (N mine) (N 1))",
    "if-let": "(if-let (N mine) (N 1))",
    "catch": "(try (throw mine) (catch N (list 'mine (if (map? N) 1 0))))",
    "guard": "(guard (N (#t (N 1))) (raise mine))",
    "with-stream": '(with-stream (N (stream/from-string "")) (mine 1))',
    "inner definition": "(define (f) (define (N x) (mine x)) (N 1)) (f)",
    "inner definition below its use": "(define (f) (define (g) (N 1)) (define (N x) (mine x)) (g)) (f)",
    "inner define-values": "(define (f) (define-values (N b) (values mine 2)) (N 1)) (f)",
    "inner pattern": "(define (f) (define [N] (list mine)) (N 1)) (f)",
    "definition": "(define (N x) (mine x)) (N 1)",
    "definition of a variable": "(define N mine) (N 1)",
    "def": "(def N mine) (N 1)",
    "defun": "(defun N (x) (mine x)) (N 1)",
    "curried definition": "(define ((N a) b) (mine b)) ((N 0) 1)",
    "define-values": "(define-values (N b) (values mine 2)) (N 1)",
    "pattern of a definition": "(define [N b] (list mine 2)) (N 1)",
    "constructor": "(define-record-type point (N x) point? (x x-of)) (mine (x-of (N 1)))",
    "accessor": "(define-record-type point (make x) point? (x N)) (mine (N (make 1)))",
    "predicate": "(define-record-type point (make x) N (x x-of)) (mine (if (N (make 1)) 1 0))",
    "defmulti": "(defmulti N type) (defmethod N :int (fn (x) (mine x))) (N 1)",
    "definition in begin": "(begin (define (N x) (mine x)) (N 1))",
    "definition after its use": "(define (f) (N 1)) (define (N x) (mine x)) (f)",
    "definition in a later begin": "(define (f) (N 1)) (begin (define (N x) (mine x))) (f)",
    "set! of a definition": "(define N 5) (set! N mine) (N 1)",
    "set! of a variable": "(let ((N 5)) (set! N mine) (N 1))",
    "exported by a module": "(module m (export N) (define (N x) (mine x))) (N 1)",
    "private in a module": "(module m (export f) (define (f) (N 1)) (define (N x) (mine x))) (f)",
    "in a nested module": "(module m (export g) (module n (export N) (define (N x) (mine x))) (define (g) (N 1))) (g)",
    "definition by eval": "(eval '(define (N x) (mine x))) (eval '(N 1))",
    "definition by a macro": "(defmacro make () '(define (N x) (mine x))) (make) (N 1)",
    "template that calls it": "(define (N x) (mine x)) (defmacro use (x) `(N ,x)) (use 1)",
    "private function of a macro's module": (
        "(module m (export use) (define (N x) (mine x)) (defmacro use (x) `(N ,x))) (use 1)"
    ),
    "handed over": "(define (N x) (mine x)) (car (map N '(1)))",
}


@pytest.mark.parametrize("way", TAKEN)
def test_forms_of_ours_give_way_to_what_a_program_calls_so(way: str) -> None:
    for name in FREE:
        program = TAKEN[way].replace("N", name)
        assert value(f"(define (mine x) (list 'mine x)) {program}") == "(mine 1)", program


@pytest.mark.parametrize("name", FREE)
def test_an_imported_name_comes_before_a_form_of_ours(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("values.lisp").write_text(f"(define (g) ({name} 1)) (define ({name} x) (list 'mine x))")
    Path("macros.lisp").write_text(f"(defmacro {name} (x) `(list 'mine ,x))")
    assert value(f'(import "values.lisp") ({name} 1)') == "(mine 1)"
    assert value(f'(import "values.lisp" {name}) ({name} 1)') == "(mine 1)"
    assert value('(import "values.lisp" g) (g)') == "(mine 1)"
    assert value(f'(import "macros.lisp") ({name} 1)') == "(mine 1)"
    assert value(f'(load "values.lisp") ({name} 1)') == "(mine 1)"


@pytest.mark.parametrize("name", FREE)
def test_what_a_session_calls_so_stays_so(name: str) -> None:
    start = f"(define ({name} x) (list 'mine x))"
    assert value(start, f"({name} 1)") == "(mine 1)"
    assert value(start, f"(define (f) ({name} 1))", "(f)") == "(mine 1)"
    assert value(f"(define (f {name}) ({name} 1))", f"(define ({name} x) 0)", "(f list)") == "(1)"
    interpreter = Interpreter()
    assert interpreter.check_text(f"(define (f) ({name} 1)) (define ({name} x) x)") is None
    assert not interpreter.user_defined  # checking defines nothing


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


def test_macroexpand_shows_a_form_as_it_is_where_a_program_has_taken_its_name() -> None:
    assert value("(macroexpand '(-> 1 (f 2)))") == "(-> (f 1 2))"
    assert value("(define (-> . xs) xs) (macroexpand '(-> 1 (f 2)))") == "(-> 1 (f 2))"
    assert value("(defmacro -> (x y) `(list ,x)) (macroexpand '(-> 1 2))") == "(list 1)"
