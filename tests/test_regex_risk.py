"""Which patterns could take Python's engine too long, and on which texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lispcore.library.regex.regex_risk import risk_of
from lispcore.library.regex.regex_translation import translate


def steps(pattern: str, text: str) -> float:
    """Returns the highest number of steps for a pattern and a text."""
    return risk_of(translate(pattern, wide=not text.isascii())[2]).steps(text)


EXPONENTIAL = {
    "(a+)+b": "a",
    "(a*)*": "a",
    "(a|a)*b": "a",
    "(a|aa)+b": "a",
    r"(\w+\s?)*x": "a ",
    "(.*)*x": "a",
    "(a?){30}a{30}": "a",
    "(x+x+)+y": "x",
    "(?:a|ab|b)*c": "ab",
    "([a-z]|[k-p])*1": "k",
    "(α|[α-ω])*1": "α",
    "((a{1,9}){1,9}){1,9}b": "a",
}


@pytest.mark.parametrize("pattern", EXPONENTIAL)
def test_two_ways_through_a_loop_are_exponential(pattern: str) -> None:
    assert steps(pattern, EXPONENTIAL[pattern] * 60) > 1e15


@pytest.mark.parametrize(
    "pattern",
    ["cat|car", r"\d+", "[a-z]+", "a", "(foo|bar)?", "a{3}b{2}", "x[ab]*", "(?=(a+)+b)"],
)
def test_patterns_without_risk(pattern: str) -> None:
    assert steps(pattern, "ab" * 50_000) == 100_000


# pattern -> what its loops can take, and the power of the text's length
POWERS = {
    r"^\d+x": ("1", 1),
    r"\d+x": ("1", 2),
    r"\s+$": (" ", 2),
    ".*x": ("a", 2),
    r"^\s*(.*?)\s*$": (" ", 3),
    ".*.*x": ("a", 3),
    r"\w+@\w+\.com": ("a", 2),
    '"(?:[^"\\\\]|\\\\.)*"': ("a", 2),
    r"(\d+)(px|pt)": ("1", 2),
}


@pytest.mark.parametrize("pattern", POWERS)
def test_loops_one_after_the_other_multiply(pattern: str) -> None:
    unit, power = POWERS[pattern]
    growth = steps(pattern, unit * 2000) / steps(pattern, unit * 1000)
    assert 2 ** (power - 0.1) < growth < 2 ** (power + 0.1)


def test_what_counts_is_the_longest_stretch_that_the_loops_can_take() -> None:
    words, digits = "one two " * 10_000, "1" * 80_000
    assert steps(r"\w+@\w+", words) < 1e6
    assert steps(r"\w+@\w+", digits) > 1e9


@given(
    st.sampled_from(
        [r"a+b", r"user\d+@[a-z]+\.org", r"(a|b)*c", r"(a+)+b", r"^(\w+\s?)*$", r"\d*x"]
    ),
    st.text("ab1 @x", max_size=60).map(lambda text: text * 9),
    st.sampled_from([10, 300, 5000, 10**6, 2 * 10**8]),
)
def test_safe_is_what_takes_few_steps(source: str, text: str, most: int) -> None:
    risk = risk_of(translate(source, wide=False)[2])
    assert risk.is_safe(text, most) == (risk.steps(text) <= most)
    if 0 < len(text) <= risk.safe_size(most):
        assert risk.steps(text) <= most
