"""The calendar against Python's own, and parsing against formatting."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_host import FakeHost
from lispcore import Interpreter
from lispcore.library.system import dates
from lispcore.values.errors import LispError

SECONDS = st.integers(-62_135_596_800, 253_402_300_799)
SHARED = "%Y-%m-%d %H:%M:%S %j %U %W %V %u %w %y %a %A %b %B %p %I"


@given(SECONDS)
def test_formats_as_python_does(seconds: int) -> None:
    expected = datetime.fromtimestamp(seconds, UTC)
    # Python leaves out leading zeros of years on some systems
    text = SHARED.replace("%Y", f"{expected.year:04d}")
    assert dates.format_time(seconds, SHARED) == expected.strftime(text)


@given(SECONDS)
def test_parsing_undoes_formatting(seconds: int) -> None:
    for form in ("%Y-%m-%d %H:%M:%S", "%s", "%d %B %Y, %I:%M:%S %p", "%Y %j %T"):
        assert dates.parse(dates.format_time(seconds, form), form) == seconds


@given(st.integers(-200_000, 200_000), st.integers(1, 365))
def test_days_and_dates_are_inverse(year: int, day: int) -> None:
    days = dates.days_from_date(year, 1, 1) + day - 1
    assert dates.days_from_date(*dates.date_from_days(days)) == days


@pytest.mark.parametrize(
    ("text", "form", "message"),
    [
        ("2024-01-15", "%Y-%m-%d", "not enough"),
        ("2024-13-01 00:00", "%F %H:%M", "out of range"),
        ("2023-02-29 00:00", "%F %H:%M", "no such day"),
        ("Friday 2024-01-01 00:00", "%A %F %H:%M", "that day is a Monday"),
        ("2024-01-01 00:00 and more", "%F %H:%M", "goes on"),
        ("2024-01-01", "%F %H:%M", "ends before"),
        ("x", "%Q", "no directive"),
    ],
)
def test_mistakes(text: str, form: str, message: str) -> None:
    with pytest.raises(LispError, match=message):
        dates.parse(text, form)


def test_clock_and_sleep_are_the_hosts() -> None:
    host = FakeHost()
    interpreter = Interpreter(host)
    assert interpreter.eval("(time-ms)") == 1_750_000_000_000
    assert interpreter.eval("(begin (sleep 1500) (time/now))") == 1_750_000_001.5
    assert host.slept == [1.5]
    with pytest.raises(LispError, match="more than a day"):
        interpreter.eval("(sleep 100000000000)")
