"""Streams in the place of closed ones; tests/test_command_line.py closes real ones."""

from __future__ import annotations

import errno
import sys

import pytest

from lispcore.commands.standard_streams import ClosedOutput, have_streams


def test_what_is_closed_is_read_as_empty_and_refuses_to_be_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    have_streams()
    assert sys.stdin.readline() == ""
    sys.stderr.write("nobody hears it")
    assert isinstance(sys.stdout, ClosedOutput)
    with pytest.raises(OSError, match="closed") as raised:
        print("x")
    assert raised.value.errno == errno.EBADF


def test_streams_that_are_there_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    before = sys.stdin, sys.stdout, sys.stderr
    have_streams()
    assert (sys.stdin, sys.stdout, sys.stderr) == before
