"""The programs that warm a worker up do what they are written for, and nobody notices."""

from __future__ import annotations

import pytest

from lispcore import Interpreter
from lispcore.hosts.browser_warming import PROGRAMS, QuietHost, warm_up
from tests.fake_host import FakeHost


@pytest.mark.parametrize("program", PROGRAMS[:-2])
def test_programs_run(program: str) -> None:
    result = Interpreter(QuietHost(FakeHost())).run(program)
    assert result["error"] is None
    assert result["value"] is not None


@pytest.mark.parametrize("program", PROGRAMS[-2:])
def test_the_last_ones_show_an_error(program: str) -> None:
    error = Interpreter(QuietHost(FakeHost())).run(program)["error"]
    assert error["line"] > 0
    assert error["hint"]


def test_nothing_reaches_the_host() -> None:
    host = FakeHost()
    assert [warm_up(host, step) for step in range(len(PROGRAMS))] == [
        *[True] * (len(PROGRAMS) - 1),
        False,
    ]
    assert [*host.written, *host.requests, *host.records, *host.slept] == []
