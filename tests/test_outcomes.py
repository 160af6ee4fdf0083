"""What a session reports of its errors: in which of its texts each place is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lispcore import Interpreter

PROGRAM = "(define (f x)\n\n  (car x))"


def error_of(session: Interpreter, text: str) -> dict[str, Any]:
    error = session.run(text)["error"]
    assert isinstance(error, dict)
    return error


def test_places_in_the_program_have_no_mark() -> None:
    error = error_of(Interpreter(), PROGRAM + "\n(f 1)")
    assert "input" not in error
    assert "file" not in error
    assert error["stack"] == [
        {"name": "f", "line": 3, "column": 3},
        {"name": "<program>", "line": 4, "column": 1},
    ]


def test_a_later_text_has_its_number() -> None:
    session = Interpreter()
    session.run(PROGRAM)
    error = error_of(session, "\n(f 1)")
    assert "input" not in error
    assert error["line"] == 3  # it failed within the program
    assert error["stack"][1] == {"name": "<program>", "line": 2, "column": 1, "input": 2}
    error = error_of(session, "(car 5)")
    assert (error["input"], error["line"]) == (3, 1)
    assert error_of(session, "(f")["input"] == 4


def test_a_place_in_an_imported_file_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.lisp").write_text(PROGRAM, encoding="utf-8")
    session = Interpreter()
    error = error_of(session, '(import "m.lisp")\n(f 1)')
    assert error["message"].startswith("m.lisp:3:3: ")
    assert (error["file"], error["line"]) == ("m.lisp", 2)
    assert error["stack"][0] == {"name": "f", "line": 3, "column": 3, "file": "m.lisp"}
    error = error_of(session, "\n\n(f 1)")
    assert (error["file"], error["line"], error["input"]) == ("m.lisp", 3, 2)
