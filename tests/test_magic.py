"""The magic `%%lisp` of notebooks of Python: values of both sides, output, mistakes."""

from __future__ import annotations

from typing import Any

import pytest

from lispcore import LispError
from lispcore.magic import LispMagic
from test_notebook import FakeCell


class FakeShell:
    def __init__(self, **names: Any) -> None:
        self.user_ns = dict(names)


def magic(**names: Any) -> tuple[LispMagic, FakeCell]:
    made = LispMagic(FakeShell(**names))
    cell = FakeCell()
    made.cell = made.host.cell = cell  # type: ignore[assignment]
    return made, cell


def test_a_line_gives_a_value_of_python() -> None:
    made, _ = magic()
    assert made("(map (fn (n) (+ n 1)) '(1 2 3))") == [2, 3, 4]


def test_cells_are_one_session_and_show_their_values() -> None:
    made, cell = magic()
    assert made("", "(define x 20)") is None
    made("", "(println x) (+ x 1)")
    assert cell.shown[-2:] == [("stdout", "20\n"), {"text/plain": "21"}]


def test_values_go_both_ways() -> None:
    made, cell = magic(rows=[{"n": 1}, {"n": 2}])
    made("-i rows -o total", '(apply + (map (fn (row) (get row "n")) rows))')
    assert made.shell.user_ns["total"] == 3
    assert cell.shown == []


def test_wrong_words_say_what_is_right() -> None:
    made, _ = magic()
    with pytest.raises(ValueError, match="%%lisp"):
        made("-x", "1")
    with pytest.raises(NameError, match="nowhere"):
        made("-i nowhere", "1")


def test_a_mistake_is_shown_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    made, _ = magic()
    with pytest.raises(LispError) as raised:
        made("", "(define y 1)\n(car 5)")
    made.show_error(made.shell, LispError, raised.value, None)
    said = capsys.readouterr().err
    assert "line 2, column 1" in said
    assert "\n  (car 5)\n" in said
    assert "Traceback" not in said


def test_in_a_shell_of_ipython(capsys: pytest.CaptureFixture[str]) -> None:
    shells = pytest.importorskip("IPython.core.interactiveshell")
    shell = shells.InteractiveShell()
    shell.run_line_magic("load_ext", "lispcore.magic")
    shell.run_cell("rows = [3, 4]")
    shell.run_cell("%%lisp -i rows -o found\n(apply * rows)")
    assert shell.user_ns["found"] == 12
    shell.run_cell("x = %lisp (+ 1 2)")
    assert shell.user_ns["x"] == 3
    capsys.readouterr()
    shell.run_cell('%%lisp\n(println "hello")\n(list 1 2)')
    said = capsys.readouterr().out
    assert "hello\n" in said
    assert "(1 2)" in said
    assert not shell.run_cell("%%lisp\n(car 5)").success
    assert "Traceback" not in capsys.readouterr().err
