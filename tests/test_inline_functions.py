"""Functions and constants written in place: the language is the same with and without them."""

from __future__ import annotations

import pytest

from lispcore import Interpreter, LispError
from lispcore.running.program_cache import ProgramCache
from lispcore.values.printing import print_value


def printed(*programs: str) -> str:
    """Returns the printed value of the last of several programs, each a unit of its own."""
    interpreter = Interpreter()
    for program in programs:
        value = interpreter.eval(program)
    return print_value(value)


def stack_of(program: str) -> list[tuple[str, int, int]]:
    """Returns name, line and column of every call that an error shows."""
    with pytest.raises(LispError) as caught:
        Interpreter().eval(program)
    return [(frame.name, frame.line, frame.column) for frame in caught.value.stack]


def calls_in(program: str, function: str) -> set[str]:
    """Returns the globals that the code of a function looks up."""
    interpreter = Interpreter()
    interpreter.eval(program)
    return set(interpreter.globals[function].__code__.co_names)


TWICE = "(define (twice x) (* 2 x)) (define (f n) (+ (twice n) (twice (+ n 1))))"


def test_a_small_function_is_written_in_place() -> None:
    assert "twice" not in calls_in(TWICE, "f")
    assert printed(TWICE + "(f 3)") == "14"


def test_a_constant_is_written_in_place() -> None:
    program = "(define size 24) (define (f n) (mod n size))"
    assert "size" not in calls_in(program, "f")
    assert printed(program + "(f 50)") == "2"


@pytest.mark.parametrize(
    "change",
    [
        "(define (twice x) (* 3 x))",
        "(set! twice (fn (x) (* 3 x)))",
        "(define (change!) (set! twice (fn (x) (* 3 x)))) (change!)",
        "(eval '(define (twice x) (* 3 x)))",
        "(define (* a b) (+ a b 1)) (define (twice x) (* 3 x)) (define * nil)"
        "(set! * (fn (a b) (if (= a 3) (+ b b b) 0)))",
    ],
)
def test_a_redefinition_counts_at_once(change: str) -> None:
    assert printed(TWICE, change, "(f 3)") == "21"


def test_a_redefined_constant_counts_at_once() -> None:
    program = "(define size 24) (define (f n) (mod n size))"
    assert printed(program, "(set! size 7)", "(f 50)") == "1"
    assert printed(program + "(define (grow!) (set! size 9))", "(grow!)", "(f 50)") == "5"


def test_a_function_that_is_redefined_while_a_loop_runs() -> None:
    program = """
    (define (step) 1)
    (define (run)
      (let loop ((i 0) (seen '()))
        (if (= i 4)
            (reverse seen)
            (begin
              (when (= i 2) (eval '(define (step) 2)))
              (loop (+ i 1) (cons (step) seen))))))
    (run)
    """
    assert printed(program) == "(1 1 2 2)"


def test_a_later_program_that_redefines_while_an_earlier_ones_loop_runs() -> None:
    first = """
    (define (step) 1)
    (define (run f) (let loop ((i 0) (seen '()))
      (if (= i 4) (reverse seen) (begin (f i) (loop (+ i 1) (cons (step) seen))))))
    """
    second = "(run (fn (i) (when (= i 2) (eval '(define (step) 2)))))"
    assert printed(first, second) == "(1 1 2 2)"


def test_a_closure_sees_a_redefinition() -> None:
    assert printed("(define (f) 1) (define g (fn () (f)))", "(define (f) 2)", "(g)") == "2"
    local = "(define (f) 1) (define (make) (let ((n 0)) (fn () (set! n (+ n (f))) n)))"
    assert printed(local + "(define g (make))", "(g)", "(define (f) 10)", "(g)") == "11"


def test_a_named_let_that_gets_out_sees_a_redefinition() -> None:
    program = "(define (f) 1) (define (make) (let loop ((i 0)) (if (= i 9) (f) loop)))"
    assert printed(program + "(define g (make))", "(define (f) 2)", "(g 9)") == "2"


def test_an_error_shows_the_calls_that_were_written() -> None:
    program = (
        "(define (first-of x)\n"
        "  (car x))\n"
        "(define (second-of x)\n"
        "  (first-of (cdr x)))\n"
        "(define (both x)\n"
        "  (list (first-of x) (second-of 5)))\n"
        "(both '(1 2))"
    )
    stack = stack_of(program)
    assert stack == [("second-of", 4, 13), ("both", 6, 22), ("<program>", 7, 1)]
    stack = stack_of(program.replace("(cdr x)", "7"))
    assert stack == [
        ("first-of", 2, 3),
        ("second-of", 4, 3),
        ("both", 6, 22),
        ("<program>", 7, 1),
    ]


def test_a_caught_error_shows_the_calls_that_were_written() -> None:
    program = """
    (define (inner x) (+ x "a"))
    (define (outer x) (inner x))
    (define (attempt) (try (outer 1) (catch e (map (fn (each) (:name each)) (:stack-trace e)))))
    (attempt)
    """
    call = program.replace("(inner x))", "(inner x) nil)").replace("(outer 1)", "(outer 1) nil")
    for each in (program, call):
        names = printed(each)
        assert all(f'"{name}"' in names for name in ("inner", "outer", "attempt")), names


def test_the_wrong_number_of_arguments_is_an_error_of_the_call() -> None:
    with pytest.raises(LispError, match="twice expects 1 argument, got 2") as caught:
        Interpreter().eval("(define (twice x) (* 2 x))\n(define (f n)\n (twice n 1))\n(f 3)")
    assert (caught.value.line, caught.value.column) == (3, 2)


@pytest.mark.parametrize(
    ("program", "value"),
    [
        # arguments are evaluated once, in order, before the body
        (
            "(define seen '()) (define (note x) (set! seen (cons x seen)) x)"
            "(define (second a b) b) (define (f) (second (note 1) (note 2))) (list (f) seen)",
            "(2 (2 1))",
        ),
        ("(define (first-of a b) a) (define (f) (try (first-of 1 (throw :no)) (catch e :caught))) (f)", ":caught"),
        # a parameter that is set does not change the variable of the caller
        ("(define (bump x) (set! x (+ x 1)) x) (define (f n) (list (bump n) n)) (f 1)", "(2 1)"),
        # a variable that is set later keeps its old value in the argument
        ("(define (pair a b) (list a b)) (define (f n) (pair n (begin (set! n 5) n))) (f 1)", "(1 5)"),
        ("(define (add a b) (+ a b)) (define (f n) (add (add n n) (add n 1))) (f 2)", "7"),
        # names of the caller and of the callee stay apart
        ("(define (swap a b) (list b a)) (define (f b a) (swap a b)) (f 1 2)", "(1 2)"),
        ("(define (g x) (let ((y (* x x))) (+ y x))) (define (f y) (+ y (g y))) (f 3)", "15"),
        # loops
        ("(define (sq x) (* x x)) (define (f n) (let loop ((i 0) (s 0)) (if (= i n) s (loop (+ i 1) (+ s (sq i)))))) (f 4)", "14"),
        ("(define (odd x) (= 1 (mod x 2))) (define (f xs) (filter odd xs)) (f '(1 2 3))", "(1 3)"),
        ("(define (sq x) (* x x)) (define (f xs) (map sq xs)) (f '(1 2 3))", "(1 4 9)"),
        ("(define (big? x) (> x 1)) (define (f xs) (map (fn (x) (if (big? x) x 0)) xs)) (f [1 2 3])", "(0 2 3)"),
        ("(define (ok? x) (and x (> x 1))) (define (f x) (if (or (ok? x) (nil? x)) :yes :no)) (list (f 0) (f 2) (f nil))", "(:no :yes :yes)"),
        ("(define (sq x) (* x x)) (let loop ((i 0) (s 0)) (if (= i 4) s (loop (+ i 1) (+ s (sq i)))))", "14"),
        ("(define (f x) (g x)) (define (g x) (+ x 1)) (f 1)", "2"),
        ("(define (g x) (* x 100000000000)) (define (f x) (g (g x))) (f 3)", "30000000000000000000000"),
        ("(define (dec x) (- x 1)) (define (count-down n) (if (= n 0) :done (count-down (dec n)))) (count-down 100000)", ":done"),
        ("(define (fix f x) (f x)) (define (g n) (fix (fn (k) (+ k n)) 1)) (g 2)", "3"),
        ("(define (a x) (if (= x 0) 0 (b (- x 1)))) (define (b x) (+ 1 (a x))) (a 10)", "10"),
        ("(define (id x) x) (define (f x) (id (id (id x)))) (f :a)", ":a"),
        ("(define (k) 5) (define (f) (let loop ((i (k)) (n 0)) (if (= i 0) n (loop (- i 1) (+ n (k)))))) (f)", "25"),
        ("(define (g x) (when (> x 1) (set! x 9)) x) (define (f) (map g '(1 2 3))) (f)", "(1 9 9)"),
    ],
)  # fmt: skip
def test_what_is_written_in_place_means_the_same(program: str, value: str) -> None:
    assert printed(program) == value
    # The same with code that can be evaluated somewhere: then nothing is written in place.
    assert printed("(define (never) (eval '1))" + program) == value


def test_a_name_has_no_value_before_its_definition_ran() -> None:
    for early in (
        "(define (f) (g)) (println (f)) (define (g) 1)",
        "(define (f) (mod 5 size)) (f) (define size 3)",
    ):
        with pytest.raises(LispError, match="Unbound variable"):
            Interpreter().eval(early)


def test_a_definition_that_never_ran_is_not_used() -> None:
    interpreter = Interpreter()
    with pytest.raises(LispError):
        interpreter.eval("(error :stop) (define size 3) (define (g) 1)")
    with pytest.raises(LispError, match="Unbound variable"):
        interpreter.eval("(define (f) (+ size 1)) (f)")


def test_definitions_of_earlier_programs_are_written_in_place() -> None:
    interpreter = Interpreter()
    interpreter.eval("(define size 7) (define (sq x) (* x x))")
    interpreter.eval("(define (f x) (mod (sq x) size))")
    assert not {"sq", "size"} & set(interpreter.globals["f"].__code__.co_names)
    assert interpreter.eval("(f 3)") == 2
    assert interpreter.eval("(define size 5) (f 3)") == 4
    assert interpreter.eval("(define (sq x) (+ x x)) (f 3)") == 1


def test_the_printed_name_and_the_documentation_stay() -> None:
    program = "(define (sq x) (* x x)) (define f (fn (x) (sq x)))"
    plain = "(define (sq x) (* x x)) (define f (fn (x) (* x x)))"
    assert printed(program + "f") == printed(plain + "f")
    assert printed(program + "(str f)") == printed(plain + "(str f)")


@pytest.mark.parametrize(
    ("program", "names"),
    [
        # A named let that is no loop becomes a function of its own.
        (
            "(define (part x)\n  (car x))\n"
            "(define (h n) (let loop ((i 3)) (if (= i 0) 0 (+ (part i) (loop (- i 1))))))\n(h 1)",
            ["part", "loop", "h", "<program>"],
        ),
        # A function that is given to one stays one.
        (
            "(define (part x)\n  (car x))\n"
            "(let loop ((f (fn (n) (for-each (fn (x) (part x)) (list 1 2)) n)) (i 0))\n"
            "  (if (= i 1) (f i) (loop (fn (n) (f n) 1) (+ i 1))))",
            ["part", "<lambda>", "<lambda>", "<program>"],
        ),
    ],
)
def test_an_error_in_a_named_let_shows_all_calls(program: str, names: list[str]) -> None:
    assert [name for name, _, _ in stack_of(program)] == names


TABLE = (
    "(define table {:one (fn (n) (if (< n 1) :end (go :two (- n 1))))\n"
    "               :two (fn (n) (if (< n 1) :stop (go :one (- n 1))))})\n"
    "(define (go which n) ((get table which) n))"
)


def test_closures_hold_the_bodies_of_small_functions() -> None:
    interpreter = Interpreter()
    interpreter.eval(TABLE)
    closure = interpreter.eval("(:one table)")
    assert any(name.startswith(" same ") for name in closure.__code__.co_names)
    assert printed(TABLE, "(list (go :one 4) (go :one 5) (go :one 100001))") == "(:end :stop :stop)"


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("(define (go which n) n)", "(3 4)"),
        ("(set! go (fn (which n) (list which n)))", "((:two 3) (:one 4))"),
        ("(eval '(define (go which n) n))", "(3 4)"),
        ("(define table {:one (fn (n) :other) :two (fn (n) :new)})", "(:new :other)"),
        ("(define (get m k) (fn (n) (list k n)))", "((:two 3) (:one 4))"),
    ],
)
def test_a_redefinition_counts_in_closures_at_once(change: str, value: str) -> None:
    assert (
        printed(TABLE, "(define old (:one table))", change, "(list (old 4) (go :one 4))") == value
    )


def test_a_closure_that_runs_before_a_definition_does_not_know_it() -> None:
    with pytest.raises(LispError, match="Unbound variable: later"):
        Interpreter().eval("(define f (list (fn (x) (later x)))) ((car f) 1) (define (later x) x)")


def test_a_closure_made_before_a_redefinition_does_what_the_new_one_says() -> None:
    program = "(define (add n) (fn (x) (+ 1 (twice (+ x n))))) (define (twice x) (* 2 x))"
    assert printed(program, "(define f (add 1))", "(f 3)") == "9"
    change = "(define (twice x) (* 3 x))"
    assert printed(program, "(define f (add 1))", "(f 3)", change, "(f 3)") == "13"
    assert printed(program, "(define f (add 1))", change, "((add 1) 3)") == "13"


def test_a_program_from_the_cache_has_its_closures_changed_too() -> None:
    programs = ProgramCache()
    text = "(define fs (list (fn (x) (+ 1 (twice x))))) (define (twice x) (* 2 x)) ((car fs) 3)"
    for _ in range(2):
        interpreter = Interpreter(programs=programs)
        assert interpreter.eval(text) == 7
        assert interpreter.eval("(define (twice x) (* 3 x)) ((car fs) 3)") == 10


def test_an_error_in_a_closure_shows_all_calls() -> None:
    program = (
        "(define (part x)\n  (car x))\n(define fs (list (fn (x) (+ 1 (part x)))))\n((car fs) 5)"
    )
    plain = program.replace("(define fs", "(define (never) (eval '1)) (define fs")
    assert stack_of(program)[:2] == [("part", 2, 3), ("<lambda>", 3, 31)]
    assert [each[0] for each in stack_of(program)] == [each[0] for each in stack_of(plain)]


def test_a_body_that_is_one_call_is_written_in_place() -> None:
    program = "(define (twice x) (* 2 x)) (define (f n) (twice n))"
    assert "twice" not in calls_in(program, "f")
    assert printed(program, "(f 3)") == "6"
