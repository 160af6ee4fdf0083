"""The table of slow tests names tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from slow_tests import SLOW, is_slow

HERE = Path(__file__).resolve().parent


@pytest.mark.parametrize("module", SLOW)
def test_every_slow_test_is_one(module: str) -> None:
    defined = re.findall(r"^def (test_\w+)", (HERE / f"{module}.py").read_text(), re.MULTILINE)
    assert set(SLOW[module].split()) - set(defined) == set()


def test_a_test_is_named_without_its_parameters() -> None:
    assert is_slow("test_ownership", "test_random_programs")
    assert not is_slow("test_ownership", "test_random_programs[1]")
    assert not is_slow("test_nothing", "test_random_programs")
