"""Functions that are defined anew after they were used as their documentation shows."""

from __future__ import annotations

import random

import pytest

from tests.redefined_examples import difference, session

# A few of the names in each run of the suite; `python -m tests.redefined_examples 7` takes
# them all.
FEW = ("+", "length", "assoc", "map")


@pytest.mark.parametrize("name", FEW)
def test_a_session_answers_as_one_in_which_nothing_is_assumed(name: str) -> None:
    forms = session(name, random.Random(name))
    assert forms
    assert difference(forms) is None
