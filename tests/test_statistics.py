"""Sums and averages: rounding step by step, exact ratios, clear errors."""

import pytest

from lispcore.library.numbers import statistics
from lispcore.values.errors import LispError
from lispcore.values.numbers import Ratio
from lispcore.values.types import EMPTY, Vector


def test_floats_are_added_one_after_the_other():
    # A corrected sum would give 0.6 and 1.0.
    assert statistics.total(Vector([0.1, 0.2, 0.3])) == 0.1 + 0.2 + 0.3
    tenths = 0.0
    for _ in range(10):
        tenths += 0.1
    assert statistics.total(Vector([0.1] * 10)) == tenths


def test_ratios_stay_exact():
    assert statistics.total(Vector([Ratio(1, 3), Ratio(2, 3)])) == 1
    assert statistics.smallest(Vector([Ratio(1, 2), Ratio(1, 3)])) == Ratio(1, 3)
    assert statistics.median(Vector([Ratio(1, 2)])) == 0.5


def test_big_integers_do_not_overflow():
    assert statistics.total(Vector([2**63, 2**63])) == 2**64
    assert statistics.largest(Vector([2**70, 1.0])) == 2**70


@pytest.mark.parametrize("name", ["smallest", "largest", "average", "median"])
def test_an_empty_list_has_none(name):
    with pytest.raises(LispError, match="empty list"):
        getattr(statistics, name)(EMPTY)


@pytest.mark.parametrize("name", ["total", "smallest", "largest", "average", "median"])
def test_only_numbers_count(name):
    with pytest.raises(LispError, match="expected number, got string"):
        getattr(statistics, name)(Vector([1, "a", 2]))
