"""Stores survive the program."""

from __future__ import annotations

import pytest

from fake_host import FakeHost
from lispcore import Interpreter, LispError
from lispcore.values.printing import print_value


def run(program: str) -> str:
    return print_value(Interpreter(FakeHost()).eval(program))


def test_a_store_is_read_again(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert (
        run('(begin (kv/open "s" "s.json") (kv/set "s" "k" {:a (list 1 nil)}))') == "{:a (1 nil)}"
    )
    assert run('(begin (kv/open "t" "s.json") (kv/get "t" "k"))') == "{:a (1 nil)}"
    assert run('(begin (kv/open "t" "s.json") (kv/delete "t" "k") (kv/keys "t"))') == "()"
    assert (tmp_path / "s.json").read_text() == "{}"


def test_mistakes(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.json").write_text("[1]")
    with pytest.raises(LispError, match='no store "x" is open'):
        run('(kv/get "x" "k")')
    with pytest.raises(LispError, match="no JSON object"):
        run('(kv/open "x" "bad.json")')
    with pytest.raises(LispError, match="cannot encode"):
        run('(begin (kv/open "f" "f.json") (kv/set "f" "k" car))')
