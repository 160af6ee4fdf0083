"""The map of a caught error is made late; nobody may notice."""

from __future__ import annotations

import pytest

from lispcore import Interpreter
from lispcore.values.printing import print_value
from lispcore.values.types import Map, intern_keyword
from tests.fake_host import FakeHost

FAILING = [
    '(throw "text")', "(throw {:code 4})", "(throw 7)", "(throw nil)", "(raise :k)",
    "(throw {:type :eval :message \"again\" :value 3})", '(error "bad")', "(error 5)", '(error "a" 1)',
    '(+ 1 "a")', '(+ "a" 1)', '(- 1 "a")', '(* 2 "a")', '(* "a" "b")', '(< 1 "a")', '(> "a" 1)',
    "(+ nil 1)", "(car 5)", "(first :k)", "(cdr 5)", "(nth '(1 2) 9)", "(nth '(1) -1)", "(/ 1 0)",
    "(mod 1 0)", "(quotient 1 0)", '(string-ref "abc" 9)', "(string-length 5)", "(5 1)", "(nil)",
    "((fn (a) a))", "unknown-name", "(channel/recv 5)", '(string/split 1 ",")', "(map 5 '(1))",
    "(mutable-array/get (mutable-array/new) 0)", "(vector-ref [1] 5)", '(json/decode "{")',
    "(apply + (list 1 \"a\"))", "(let ((x \"a\")) (* x 2))", "(try (error \"x\") (catch e (throw e)))",
    '(string->number 5)', "(hash-ref 5 1)", "(get 5 1)", "(even? \"a\")", "(abs :k)", "(:a)",
]  # fmt: skip


@pytest.fixture(scope="module")
def session() -> Interpreter:
    return Interpreter(FakeHost())


@pytest.mark.parametrize("program", FAILING)
def test_single_entries_are_those_of_the_map(session: Interpreter, program: str) -> None:
    whole = session.eval(f"(try {program} (catch e (list e (keys e) (count e))))")
    table = whole.cells[-1]
    for name in ("message", "type", "value", "stack-trace"):
        alone = session.eval(f"(try {program} (catch e (:{name} e)))")
        asked = session.eval(f"(try {program} (catch e (let ((m e)) (list (:{name} m) m))))")
        expected = print_value(table.get(intern_keyword(name)))
        if name != "stack-trace":  # it names columns
            assert print_value(alone) == expected
            assert print_value(asked.cells[-1]) == expected
            got = session.eval(f"(try {program} (catch e (get e :{name})))")
            assert print_value(got) == expected


@pytest.mark.parametrize("program", FAILING)
def test_a_guard_sees_the_same_with_and_without_else(session: Interpreter, program: str) -> None:
    shown = [
        print_value(
            session.eval(f"(guard (e ({test} (if (map? e) (dissoc e :stack-trace) e))) {program})")
        )
        for test in ("else", "#t  ")
    ]
    assert shown[0] == shown[1]


def test_several_entries_can_be_asked_for(session: Interpreter) -> None:
    session.eval("(define (safe thunk) (try (thunk) (catch e (list (:type e) (:message e)))))")
    value = session.eval("(define items [4 5]) (safe (fn () (items 1)))")
    assert print_value(value) == '(:eval "not callable: [4 5] (vector)")'


def test_a_late_map_is_a_map_like_any_other(session: Interpreter) -> None:
    caught = session.eval('(try (throw "a") (catch e e))')
    assert type(caught) is Map
    assert len(caught) == 4
    text = '{:message "\\"a\\"" :stack-trace ({:col 6 :line 1 :name "throw"} '
    assert print_value(caught).startswith(text)
    changed = session.eval('(try (throw "a") (catch e (assoc e :more 1)))')
    assert changed.get(intern_keyword("more")) == 1
    assert len(changed) == 5
    assert session.eval("(try (throw 1) (catch e (equal? e e)))").name == "#t"
    assert session.eval("(try (throw 1) (catch e (contains? e :message)))").name == "#t"
    assert session.eval("(try (/ 1 0) (catch e (contains? e :value)))").name == "#f"


def test_the_stack_of_a_deep_recursion_is_cut(session: Interpreter) -> None:
    session.eval("(define (dive n) (if (= n 0) (throw :deep) (+ 1 (dive (- n 1)))))")
    assert session.eval("(try (dive 5000) (catch e (length (:stack-trace e))))") == 41
    assert session.eval("(try (dive 3) (catch e (length (:stack-trace e))))") == 6


def test_what_is_thrown_again_stays_what_it_was(session: Interpreter) -> None:
    text = "(try (try (nth '(1) 5) (catch e (throw e))) (catch e (list (:type e) (:message e))))"
    assert print_value(session.eval(text)) == '(:eval "index 5 out of bounds (length 1)")'
