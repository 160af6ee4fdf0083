"""What the analysis finds out: loops, captured variables, functions that may leave a call to others."""

from __future__ import annotations

import pytest

from lispcore import Interpreter
from lispcore.compiler.facts.analysis import analyse
from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.meanings import library_meanings
from lispcore.core.nodes import Lambda, NamedLet, Sequence
from lispcore.core.walking import all_nodes
from lispcore.expanding.expander import Expander
from lispcore.reading.reader import read_source
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
    facts = Facts(library_meanings(frozenset()), steady=set())
    analyse(main, facts)
    return main, facts


def named_lets(main: Lambda) -> dict[str, NamedLet]:
    return {node.variable.name: node for node in all_nodes(main) if type(node) is NamedLet}


def test_a_named_let_that_only_calls_itself_last_is_a_loop() -> None:
    main, facts = analysed("(let loop ((i 0)) (if (< i 3) (loop (+ i 1)) i))")
    loop = named_lets(main)["loop"].function
    assert loop in facts.tails.loops
    assert loop in facts.tails.repeating


def test_a_named_let_used_otherwise_stays_a_function() -> None:
    for text in (
        "(let loop ((i 0)) (if (< i 3) (+ 1 (loop (+ i 1))) i))",
        "(let loop ((i 0)) (if (< i 3) (map loop (list i)) i))",
        "(let loop ((i 0)) (try (loop (+ i 1)) (catch e i)))",
        "(let loop ((i 0)) (if (< i 3) (loop) i))",
    ):
        main, facts = analysed(text)
        assert named_lets(main)["loop"].function not in facts.tails.loops, text


def test_an_inner_loop_may_go_on_with_the_loop_around_it() -> None:
    main, facts = analysed(
        "(let outer ((i 0)) (let inner ((j 0))"
        " (cond ((< j 3) (inner (+ j 1))) ((< i 3) (outer (+ i 1))) (else i))))"
    )
    loops = named_lets(main)
    outer, inner = loops["outer"].function, loops["inner"].function
    assert facts.tails.loops == {outer, inner}
    assert facts.tails.jumping_out == {inner}


def test_a_function_that_calls_itself_last_is_a_loop() -> None:
    _, facts = analysed("(define (f n) (if (= n 0) n (f (- n 1)))) (define (g n) (+ 1 (g n)))")
    assert facts.tails.repeating == {facts.functions["f"]}
    assert not facts.tails.bouncing


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
    bouncing = {name for name, each in facts.functions.items() if each in facts.tails.bouncing}
    assert bouncing == {"asks", "through", "even", "odd"}
    cycles = {name: facts.tails.cycles[each] for name, each in facts.functions.items()}
    assert cycles["even"] == cycles["odd"] != cycles["plain"]
    assert "twice-defined" not in facts.functions


def test_a_redefined_library_function_is_not_taken_for_granted() -> None:
    _, facts = analysed("(define (car x) 1) (car 2)")
    assert "car" not in facts.library
    assert "cdr" in facts.library


def test_variables_of_loops_that_functions_keep_and_change_get_boxes() -> None:
    _, facts = analysed(
        "(let loop ((i 0)) (let ((kept i) (counted 0))"
        " (list (fn () kept) (fn () (set! counted (+ counted 1))))"
        " (if (< i 3) (loop (+ i 1)))))"
    )
    scopes = facts.scopes
    found = {variable.name: variable for free in scopes.free.values() for variable in free}
    assert scopes.captured == {found["kept"], found["counted"]}
    assert scopes.captured <= scopes.in_loop
    assert scopes.boxed == {found["counted"]}


def test_a_variable_is_numeric_only_if_all_its_values_are() -> None:
    main, facts = analysed(
        "(define (f x) (let loop ((i 0) (total 0.5) (other 0) (text x))"
        " (if (< i 3) (loop (+ i 1) (+ total i) (if (= i 2) text other) text) total)))"
    )
    parameters = named_lets(main)["loop"].function.parameters
    kinds = {each.name: facts.values.kinds.get(each, "any") for each in parameters}
    assert kinds == {"i": "nat", "total": "num", "other": "any", "text": "any"}


def test_calls_that_are_next_rounds_are_marked() -> None:
    main, facts = analysed("(let loop ((i 0)) (if (< i 3) (loop (+ i 1)) (list i)))")
    assert list(facts.tails.jumps.values()) == [named_lets(main)["loop"].function]


def fields_of(table: object) -> dict[str, object]:
    names = getattr(type(table), "__slots__", None) or vars(table)
    return {name: getattr(table, name) for name in names}


def test_an_analysis_can_be_made_again_from_scratch() -> None:
    main, facts = analysed("(let loop ((i 0)) (let ((n i)) (if (< i 3) (loop (+ i 1)) (fn () n))))")
    before = (facts.scopes, facts.tails, facts.values)
    analyse(main, facts)
    again = (facts.scopes, facts.tails, facts.values)
    assert [fields_of(each) for each in again] == [fields_of(each) for each in before]
    assert all(one is not other for one, other in zip(again, before, strict=True))


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
