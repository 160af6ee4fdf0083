"""A partial run has every test function in it, and over all Pythons every set of parameters."""

from __future__ import annotations

import pytest

from partial_runs import is_left_out, left_out


@pytest.mark.parametrize("minor", [11, 12, 13])
def test_every_nth_set_of_parameters_is_run(minor: int) -> None:
    kept = [at for at in range(10) if not is_left_out(at, 10, 3, minor)]
    assert len(kept) in (3, 4)
    assert {later - earlier for earlier, later in zip(kept, kept[1:], strict=False)} == {3}


def test_few_sets_are_all_run() -> None:
    assert not any(is_left_out(at, 3, 3, 12) for at in range(3))


def test_three_pythons_run_all() -> None:
    run = {at for minor in (11, 12, 13) for at in range(10) if not is_left_out(at, 10, 3, minor)}
    assert run == set(range(10))


def test_no_function_is_lost_and_no_case_of_the_language(request: pytest.FixtureRequest) -> None:
    items = request.session.items
    assert left_out(items, 10**6) == []
    names = {getattr(item, "originalname", item.name) for item in items}
    kept = set(items) - set(left_out(items, 2))
    assert {getattr(item, "originalname", item.name) for item in kept} == names
