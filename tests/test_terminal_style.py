"""Styles, and the refusal to steer what is no terminal."""

from __future__ import annotations

import pytest

from fake_host import FakeHost
from lispcore import Interpreter, LispError
from lispcore.library.registry import ENTRIES
from lispcore.library.system import terminal_style as style
from lispcore.values.types import intern_keyword


def test_codes() -> None:
    assert ENTRIES["term/red"].function("x") == "\x1b[31mx\x1b[0m"
    assert style.style("x", intern_keyword("bold"), intern_keyword("red")) == "\x1b[1;31mx\x1b[0m"
    assert style.style("x") == "x"
    assert style.rgb("x", 300, -1, 7) == "\x1b[38;2;255;0;7mx\x1b[0m"
    assert style.strip(style.rgb("x", 1, 2, 3) + "\x1b]0;t\x07") == "x"


@pytest.mark.parametrize(
    "program",
    ["(term/clear)", "(term/move-to 1 1)", "(io/read-key)", "(term/with-mouse (println 1))"],
)
def test_no_terminal_is_one_clear_error(program: str) -> None:
    host = FakeHost()
    host.name = "browser"
    with pytest.raises(LispError, match="a browser tab has no terminal"):
        Interpreter(host).eval(program)
    assert host.written == []


def test_spinners_leave_their_last_line() -> None:
    host = FakeHost()
    Interpreter(host).eval('(term/spinner-stop (term/spinner-start "go") {:symbol "✔" :text "ok"})')
    assert host.written[-1] == ("err", "✔ ok\n")
    with pytest.raises(LispError, match="no spinner 99"):
        Interpreter(host).eval("(term/spinner-stop 99)")
