"""More than text on a terminal: where it is shown, and that nothing of a stream is lost."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from lispcore import Interpreter
from lispcore.hosts.terminal import TerminalHost
from lispcore.hosts.terminal_views import StyledHost, _end_of_blocks, host_for


class Screen(io.StringIO):
    """A terminal, or not one."""

    def __init__(self, is_terminal: bool = True) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.mark.parametrize(
    ("variables", "is_terminal"),
    [
        ({"TERM": "xterm", "NO_COLOR": "1"}, True),
        ({"TERM": "dumb"}, True),
        ({}, True),
        ({"TERM": "xterm"}, False),
    ],
)
def test_elsewhere_all_is_text(
    variables: dict[str, str], is_terminal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", Screen(is_terminal))
    assert type(host_for(variables)) is TerminalHost


def test_without_the_package_all_is_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "stdout", Screen())
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert type(host_for({"TERM": "xterm"})) is TerminalHost


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("one", ""),
        ("one\n\n", ""),
        ("one\n\ntwo", "one\n\n"),
        ("- a\n\n- b", ""),
        ("- a\n\n  more of a", ""),
        ("```\na\n\nb", ""),
        ("```\na\n```\n\nb", "```\na\n```\n\n"),
        ("one\n\n```\na\n\nb\n", "one\n\n"),
        ("~~~\n```\n\nx\n~~~\n\ny", "~~~\n```\n\nx\n~~~\n\n"),
        ("", ""),
    ],
)
def test_where_a_block_is_whole(text: str, whole: str) -> None:
    assert text[: _end_of_blocks(text)] == whole


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    pytest.importorskip("rich")
    for name, value in {"TERM": "xterm", "COLUMNS": "60", "LINES": "20"}.items():
        monkeypatch.setitem(os.environ, name, value)
    monkeypatch.delitem(os.environ, "NO_COLOR", raising=False)
    return Screen()


def test_views_are_shown_by_their_kind(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", screen)
    lisp = Interpreter(StyledHost())
    lisp.eval('(ui/markdown "**bold** [red]x[/red]") (ui/table [{:a 1 :b "[b]y"}])')
    lisp.eval('(ui/diff "a\\n" "b\\n") (plot/bar {:a 1})')
    shown = screen.getvalue()
    assert "\x1b[1mbold\x1b[0m [red]x[/red]" in shown
    assert "[b]y" in shown
    assert "\x1b[31m-a" in shown
    assert "\x1b[32m+b" in shown
    assert "Bar chart" in shown


def test_a_stream_is_markdown_and_whole(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", screen)
    host = StyledHost()
    words = "# Title\n\n" + "".join(f"Line **{number}** of it.\n\n" for number in range(60))
    for at in range(0, len(words), 7):
        host.write(words[at : at + 7], "stream")
    host.write("\n")
    host.write("after\n")
    shown = screen.getvalue()
    for number in range(60):
        assert f"\x1b[1m{number}\x1b[0m of it." in shown
    assert shown.endswith("after\n")
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h")  # the cursor is there again


def test_a_stream_that_breaks_off_is_shown(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", screen)
    host = StyledHost()
    host.write("only **half", "stream")
    host.finish()
    assert "only **half" in screen.getvalue()
    assert screen.getvalue().count("\x1b[?25l") == screen.getvalue().count("\x1b[?25h")
