"""Stores survive the program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import lispcore
from fake_host import FakeHost
from lispcore import Interpreter, LispError
from lispcore.values.printing import print_value


def run(program: str) -> str:
    return print_value(Interpreter(FakeHost()).eval(program))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_store_is_read_again() -> None:
    written = '(begin (kv/open "s" "s.db") (kv/set "s" "k" {:a (list 1 nil)}))'
    assert run(written) == "{:a (1 nil)}"
    assert run('(begin (kv/open "t" "s.db") (kv/get "t" :k))') == "{:a (1 nil)}"
    assert run('(begin (kv/open "t" "s.db") (kv/delete "t" "k") (kv/keys "t"))') == "()"


def test_nothing_is_made_before_the_first_change(folder: Path) -> None:
    looked = (
        '(begin (kv/open "s" "a/s.db") (list (kv/get "s" "x") (kv/keys "s") (kv/delete "s" "x")))'
    )
    assert run(looked) == "(nil () #f)"
    assert not list(folder.iterdir())
    assert run('(begin (kv/open "s" "a/s.db") (kv/set "s" "x" 1) (kv/close "s"))') == "nil"
    assert [each.name for each in (folder / "a").iterdir()] == ["s.db"]


def test_keys_are_in_order_and_any_text() -> None:
    program = """(begin (kv/open "s" "s.db")
      (for-each (fn (k) (kv/set "s" k k)) '("b" "é" "a" "" "Z" "a b\\n\\"" "😀"))
      (kv/keys "s"))"""
    assert run(program) == '("" "Z" "a" "a b\\n\\"" "b" "é" "😀")'


def test_what_was_json_is_taken_over(folder: Path) -> None:
    old = '{"b": [1, 2.5, null], "a": {"x": "y"}}'
    (folder / "s.json").write_text(old)
    assert run('(begin (kv/open "s" "s.json") (map (fn (k) (kv/get "s" k)) (kv/keys "s")))') == (
        '({:x "y"} (1 2.5 nil))'
    )
    assert (folder / "s.json").read_bytes().startswith(b"SQLite format 3")
    assert (folder / "s.json.before-sqlite").read_text() == old
    assert run('(begin (kv/open "s" "s.json") (kv/get "s" "b"))') == "(1 2.5 nil)"


def test_several_processes_open_and_change_one_store(folder: Path) -> None:
    (folder / "s.json").write_text('{"old": 1}')
    program = """(begin (kv/open "s" "s.json")
      (dotimes (i 50) (kv/set "s" (str (env "WHO") "-" i) i)) (println (kv/get "s" "old")))"""
    (folder / "p.lisp").write_text(program)
    root = str(Path(lispcore.__file__).parent.parent)
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "lispcore", "p.lisp"],
            env={**os.environ, "WHO": who, "PYTHONPATH": root},
            stdout=subprocess.PIPE,
        )
        for who in "abc"
    ]
    assert [each.communicate()[0].split() for each in started] == [[b"1"]] * 3
    assert run('(begin (kv/open "s" "s.json") (length (kv/keys "s")))') == "151"


def test_a_change_costs_the_same_however_much_is_stored() -> None:
    # As a whole file each change would write a megabyte: two thousand of them take a minute.
    program = """(begin (kv/open "s" "s.db") (kv/set "s" "big" (string/repeat "x" 1000000))
      (dotimes (i 2000) (kv/set "s" (str i) i)) (length (kv/keys "s")))"""
    started = time.process_time()
    assert run(program) == "2001"
    assert time.process_time() - started < 10


def test_without_sqlite_it_is_a_json_file(folder: Path) -> None:
    host = FakeHost()
    host.name = "browser"
    program = '(begin (kv/open "s" "s.json") (kv/set "s" "k" (list 1)) (kv/get "s" "k"))'
    assert print_value(Interpreter(host).eval(program)) == "(1)"
    assert json.loads((folder / "s.json").read_text()) == {"k": [1]}
    run('(kv/open "s" "s.json")')
    with pytest.raises(LispError, match="an SQLite file, which this Python cannot read"):
        Interpreter(host).eval('(kv/open "s" "s.json")')


def test_mistakes(folder: Path) -> None:
    (folder / "bad.json").write_text("[1]")
    (folder / "bytes").write_bytes(b"\xff\xfe")
    with pytest.raises(LispError, match='no store "x" is open'):
        run('(kv/get "x" "k")')
    for name in ("bad.json", "bytes"):
        with pytest.raises(LispError, match="no JSON object"):
            run(f'(kv/open "x" "{name}")')
    assert (folder / "bad.json").read_text() == "[1]"
    with pytest.raises(LispError, match="cannot encode"):
        run('(begin (kv/open "f" "f.db") (kv/set "f" "k" car))')
    run('(db/exec (db/open "d" "d.db") "create table t (a)")')
    with pytest.raises(LispError, match="belongs to something else"):
        run('(kv/open "d" "d.db")')
