"""Random functions answer as they do with every pass switched off, see random_functions.py."""

from __future__ import annotations

import pytest

from tests.random_functions import difference

PART = 20


@pytest.mark.parametrize("first", range(0, 60, PART))
def test_functions(first: int) -> None:
    for number in range(first, first + PART):
        found = difference(number)
        assert found is None, f"function {number}"
