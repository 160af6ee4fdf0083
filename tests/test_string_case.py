"""Identifiers taken apart and written in another style."""

from __future__ import annotations

import pytest

from lispcore.library.texts import string_case
from lispcore.library.texts.string_case import identifier_words, split_white_space


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("parseHTTPHeader", ["parse", "HTTP", "Header"]),
        ("one.two-three four_five", ["one", "two", "three", "four", "five"]),
        ("A1B2", ["A1", "B2"]),
        ("don't", ["don't"]),
        ("__x__", ["x"]),
        ("", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert identifier_words(text) == words


def test_styles_agree_on_the_words() -> None:
    for text in ("maxRetryCount", "max_retry_count", "max-retry-count", "Max Retry.Count"):
        assert string_case.snake_case(text) == "max_retry_count"
        assert string_case.pascal_case(text) == "MaxRetryCount"
        assert string_case.headline(text) == "Max Retry Count"


def test_white_space_is_that_of_unicode() -> None:
    assert split_white_space("a\u00a0b\u3000c") == ["a", "b", "c"]
    assert split_white_space("a\x1cb c") == ["a\x1cb", "c"]
