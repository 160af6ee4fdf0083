"""SQLite through the functions of the dialect."""

from __future__ import annotations

import pytest

from fake_host import FakeHost
from lispcore import Interpreter, LispError
from lispcore.values.printing import print_value

pytest.importorskip("sqlite3")


@pytest.fixture
def run():
    interpreter = Interpreter(FakeHost())
    interpreter.eval('(db/open-memory "m")')
    interpreter.eval(
        '(db/exec "m" "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, data BLOB)")'
    )
    return lambda program: print_value(interpreter.eval(program))


def test_rows_go_in_and_come_out(run) -> None:
    assert run('(db/exec "m" "INSERT INTO t (name, data) VALUES (?, ?)" "Zoë" #u8(1 2))') == "1"
    assert run('(db/last-insert-id "m")') == "1"
    assert run('(db/query "m" "SELECT * FROM t")') == '({:data #u8(1 2) :id 1 :name "Zoë"})'
    assert run('(db/query-one "m" "SELECT name FROM t WHERE id = ?" 9)') == "nil"
    assert run('(db/query-one "m" "SELECT ? AS a, ? AS b, ? AS c" nil #t 1.5)') == (
        "{:a nil :b 1 :c 1.5}"
    )
    assert run('(db/tables "m")') == '("t")'


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ('(db/query "m" "SELEC 1")', "syntax error"),
        ('(db/exec "m" "INSERT INTO t (id) VALUES (?)")', "bindings|binding"),
        ('(db/query "m" "SELECT ?" car)', "expected string, number"),
        ('(db/query "m" "SELECT ?" 99999999999999999999)', "64 bits"),
        ('(db/query "other" "SELECT 1")', 'no database "other" is open'),
        ('(db/open "no/where.db")', "no such file"),
    ],
)
def test_mistakes(run, program: str, message: str) -> None:
    with pytest.raises(LispError, match=message):
        run(program)


def test_closing_frees_the_handle(run) -> None:
    run('(db/close "m")')
    with pytest.raises(LispError, match="is open"):
        run('(db/tables "m")')


@pytest.mark.parametrize(
    "call",
    [
        "instr('héllo', 'l')",
        "instr('abc', '')",
        "instr('abc', 'x')",
        "instr(12345, 34)",
        "instr(1.0, '.')",
        "instr(x'00ff01', x'01')",
        "instr(NULL, 'a')",
        "replace('aXbX', 'X', 'yy')",
        "replace(1.50, 5, 'x')",
        "replace('abc', '', 'x')",
        "replace('abc', NULL, 'x')",
        "replace(1e100, 'e', 'E')",
        "trim('  a b ')",
        "ltrim('xxabx', 'x')",
        "rtrim('abcba', 'ab')",
        "trim('xyzzyx', 'xyz')",
        "trim(NULL)",
        "trim(121, 1)",
    ],
)
def test_functions_that_are_ours_give_what_sqlite_gives(run, call: str) -> None:
    import sqlite3

    [theirs] = sqlite3.connect(":memory:").execute(f"SELECT {call}").fetchone()
    ours = run(f'(get (db/query-one "m" "SELECT {call} AS v") :v)')
    assert ours == {None: "nil"}.get(theirs, print_value(theirs))


def test_a_function_of_a_statement_that_makes_too_much_is_an_error(run) -> None:
    program = """(try (db/query "m" "SELECT replace(printf('%.*c', 50000000, 'a'), 'a', 'bbb')")
                      (catch e (:message e)))"""
    assert "string or blob too big" in run(program)
