"""What programs read of the errors that they catch: the dialect's words, not those for people."""

from __future__ import annotations

import pytest

from lispcore import Interpreter
from lispcore.tasks.host import Host
from lispcore.values.types import intern_keyword
from tests.fake_host import FakeHost

MESSAGES = [
    ('(+ 1 "a")', "expected number or string, got int and string"),
    ('(+ 1 2 "a")', "expected number, got string"),
    ('(apply + (list 1 "a"))', "expected number, got string"),
    ('(> 1 "a")', "expected comparable values, got string and int"),
    ('(* 2 "a")', "expected number, got int and string"),
    ('(let ((x "a")) (* x 2))', "expected number, got string and int"),
    ("(+ 1 car)", "expected number or string, got int and native-fn"),
    ("(car 5)", "expected list or vector, got int"),
    ("(map 5 '(1))", "expected callable, got int"),
    ("(filter even? 5)", "expected list, vector, or mutable-array, got int in filter"),
    ("(string/upper 5)", "string/upper argument 1 expected string, got int"),
    ('(string-ref "abc" 9)', "string-ref: index 9 out of bounds (string length 3)"),
    ("(nth '(1 2) 9)", "index 9 out of bounds (length 2)"),
    ('(int "x")', "cannot convert 'x' to int"),
    ("(5 1)", "not callable: 5 (int)"),
    ('(let ((f "s")) (f 1))', 'not callable: "s" (string)'),
    ("('x 1)", "not callable: x (symbol)"),
    ("((fn () 1) 2)", "<lambda> expects no arguments, got 1"),
    ("((fn (a b) 1) 2)", "<lambda> expects 2 arguments, got 1"),
    ("(:a)", "a expects 1 argument, got 0"),
    ("(ceiling)", "ceil expects 1 argument, got 0"),
    ("(channel/recv 5)", "expected channel, got int (5)"),
    ('(read "(1 2")', "unterminated list at 1:1"),
    ('(read ")")', "unexpected closing `)` at 1:1"),
    ("(json/encode car)", "json/encode: Eval error: cannot encode native-fn as JSON"),
]


@pytest.mark.parametrize(("program", "message"), MESSAGES, ids=lambda value: str(value)[:30])
def test_message_of_a_caught_error(program: str, message: str) -> None:
    host: Host = FakeHost()
    assert Interpreter(host).eval(f"(try {program} (catch e (:message e)))") == message


def test_entries_of_a_caught_error() -> None:
    caught = Interpreter(FakeHost()).eval('(try (string/split 1 ",") (catch e e))')
    entries = {name: caught.get(intern_keyword(name)) for name in ("function", "argument", "got")}
    assert entries == {"function": "string/split", "argument": 1, "got": "int"}


def test_people_still_read_which_argument_was_wrong() -> None:
    with pytest.raises(Exception, match="map: argument 1 expected function, got int"):
        Interpreter(FakeHost()).eval("(map 5 '(1))")
