"""A program that wants memory without end is ended with an error, and the page goes on."""

from __future__ import annotations

import pytest
from playground import Playground

GROWING = '(let loop ((xs nil)) (loop (cons (string/repeat "x" 1000000) xs)))'


@pytest.mark.slow
def test_a_list_that_grows_without_end_is_an_error(playground: Playground) -> None:
    for _ in range(2):  # what it held is free again
        error = playground.run(GROWING)["error"] or {}
        assert error["message"] == "out of memory", error
        assert "growing without end" in error["hint"]
    assert playground.run('(string-length (string/repeat "x" 10000000))')["value"] == "10000000"
