"""A program that wants memory without end is ended with an error, and the page goes on."""

from __future__ import annotations

import pytest
from playground import Playground


@pytest.mark.slow
def test_a_list_that_grows_without_end_is_an_error(playground: Playground) -> None:
    playground.run("(define kept 7)")
    grow = '(let loop ((xs nil)) (loop (cons (string/repeat "x" 1000000) xs)))'
    error = playground.run(grow)["error"] or {}
    assert "out of memory" in error["message"], error
    # What it held is free again, and the session is there.
    assert playground.run('(+ kept (string-length (string/repeat "x" 10000000)))')["value"] == (
        "10000007"
    )
