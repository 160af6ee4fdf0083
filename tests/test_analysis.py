"""What the analysis finds out: loops, captured variables, functions that may leave a call to others."""

from __future__ import annotations

import pytest

from lispcore.compiler.facts.analysis import Facts, analyse
from lispcore.compiler.library import library_meanings
from lispcore.core.nodes import Call, Lambda, NamedLet, Sequence
from lispcore.core.walking import all_nodes
from lispcore.expanding.expander import Expander
from lispcore.reading.reader import read_source
from lispcore.running.interpreter import Interpreter
from lispcore.values.printing import print_value


def analysed(text: str) -> tuple[Lambda, Facts]:
    """Returns the analysed unit of a program."""
    interpreter = Interpreter()
    source = read_source(text)
    expander = Expander(source.spans, interpreter)
    nodes = [
        expander.expand(form, None, span)
        for form, span in zip(source.forms, source.top_spans, strict=True)
    ]
    main = Lambda("main", [], None, Sequence(nodes, nodes[0].span), nodes[0].span)
    facts = Facts(library_meanings(()), steady=set(), unsafe=set(), settled=set())
    analyse(main, facts)
    return main, facts


def named_lets(main: Lambda) -> dict[str, NamedLet]:
    return {node.variable.name: node for node in all_nodes(main) if type(node) is NamedLet}


def test_a_named_let_that_only_calls_itself_last_is_a_loop() -> None:
    main, _ = analysed("(let loop ((i 0)) (if (< i 3) (loop (+ i 1)) i))")
    loop = named_lets(main)["loop"].function
    assert loop.inlined
    assert loop.self_loop


def test_a_named_let_used_otherwise_stays_a_function() -> None:
    for text in (
        "(let loop ((i 0)) (if (< i 3) (+ 1 (loop (+ i 1))) i))",
        "(let loop ((i 0)) (if (< i 3) (map loop (list i)) i))",
        "(let loop ((i 0)) (try (loop (+ i 1)) (catch e i)))",
        "(let loop ((i 0)) (if (< i 3) (loop) i))",
    ):
        main, _ = analysed(text)
        assert not named_lets(main)["loop"].function.inlined, text


def test_an_inner_loop_may_go_on_with_the_loop_around_it() -> None:
    main, _ = analysed(
        "(let outer ((i 0)) (let inner ((j 0))"
        " (cond ((< j 3) (inner (+ j 1))) ((< i 3) (outer (+ i 1))) (else i))))"
    )
    loops = named_lets(main)
    assert loops["outer"].function.inlined
    assert loops["inner"].function.inlined
    assert loops["inner"].function.jumps_out
    assert not loops["outer"].function.jumps_out


def test_a_function_that_calls_itself_last_is_a_loop() -> None:
    _, facts = analysed("(define (f n) (if (= n 0) n (f (- n 1)))) (define (g n) (+ 1 (g n)))")
    assert facts.functions["f"].self_loop
    assert not facts.functions["f"].bounces
    assert not facts.functions["g"].self_loop


def test_only_tail_calls_of_unknown_functions_and_cycles_bounce() -> None:
    _, facts = analysed(
        """
        (define (plain x) (string-length x))
        (define (asks f) (f 1))
        (define (through f) (asks f))
        (define (even n) (if (= n 0) #t (odd (- n 1))))
        (define (odd n) (if (= n 0) #f (even (- n 1))))
        (define (not-last f) (+ 1 (f 1)))
        (define (twice-defined) (asks car))
        (define (twice-defined) 1)
        """
    )
    bouncing = {name for name, function in facts.functions.items() if function.bounces}
    assert bouncing == {"asks", "through", "even", "odd"}
    assert facts.functions["even"].cycle == facts.functions["odd"].cycle
    assert facts.functions["plain"].cycle != facts.functions["even"].cycle
    assert "twice-defined" not in facts.functions


def test_a_redefined_library_function_is_not_taken_for_granted() -> None:
    _, facts = analysed("(define (car x) 1) (car 2)")
    assert "car" not in facts.library
    assert "cdr" in facts.library


def test_variables_of_loops_that_functions_keep_and_change_get_boxes() -> None:
    main, _ = analysed(
        "(let loop ((i 0)) (let ((kept i) (counted 0))"
        " (list (fn () kept) (fn () (set! counted (+ counted 1))))"
        " (if (< i 3) (loop (+ i 1)))))"
    )
    found = {variable.name: variable for node in all_nodes(main) if type(node) is Lambda
             for variable in node.free}  # fmt: skip
    assert found["kept"].captured
    assert found["kept"].in_loop
    assert not found["kept"].boxed
    assert found["counted"].boxed


def test_a_variable_is_numeric_only_if_all_its_values_are() -> None:
    main, _ = analysed(
        "(define (f x) (let loop ((i 0) (total 0.5) (other 0) (text x))"
        " (if (< i 3) (loop (+ i 1) (+ total i) (if (= i 2) text other) text) total)))"
    )
    kinds = {each.name: each.kind for each in named_lets(main)["loop"].function.parameters}
    assert kinds == {"i": "nat", "total": "num", "other": "any", "text": "any"}


def test_calls_that_are_next_rounds_are_marked() -> None:
    main, _ = analysed("(let loop ((i 0)) (if (< i 3) (loop (+ i 1)) (list i)))")
    jumps = [node for node in all_nodes(main) if type(node) is Call and node.jump is not None]
    assert len(jumps) == 1
    assert jumps[0].jump is named_lets(main)["loop"].function


@pytest.mark.parametrize(
    ("program", "value"),
    [
        ('(let loop ((i 0) (s "")) (if (= i 2) s (loop (+ i 1) (string-append s "a"))))', '"aa"'),
        ('(let loop ((i 0) (s "")) (if (= i 2) s (loop (+ i 1) (if (= i 0) "b" (list s)))))', '("b")'),
        ("(let loop ((i 0) (s '())) (if (= i 2) s (loop (+ i 1) (if (= i 0) (list i) 5))))", "5"),
        ('(let ((s "")) (dotimes (i 2) (set! s (str s i))) (string-length s))', "2"),
        ('(let ((s "a")) (define (f) (set! s nil)) (f) (str s "x"))', '"nilx"'),
        ("(let ((b #t)) (dotimes (i 2) (set! b (if b (= i 1) nil))) b)", "nil"),
        ("(let ((a (mutable-array/new 1 0))) (set! a [7]) (nth a 0))", "7"),
    ],
)  # fmt: skip
def test_variables_of_one_class(program: str, value: str) -> None:
    for text in (program, f"(define (f) {program}) (f)"):
        assert print_value(Interpreter().eval(text)) == value
