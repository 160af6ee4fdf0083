"""Columns and visible characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lispcore.library.texts.display_width import display_width, graphemes, take_width, wrap_words

TEXTS = st.text(alphabet=st.sampled_from("ab é日🙂\u0301\u200d\ufe0f🇳🏽\x1b[31m\n"), max_size=30)


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("abc", 3),
        ("日本", 4),
        ("e\u0301", 1),
        ("👩\u200d💻", 2),
        ("🇳🇴🇸🇪", 4),
        ("👋🏽", 2),
        ("❤\ufe0f", 2),
        ("\x1b[1;31mred\x1b[0m", 3),
        ("\x1b]0;title\x07x", 1),
        ("a\r\nb\n", 2),
    ],
)
def test_widths(text: str, width: int) -> None:
    assert display_width(text) == width


@given(TEXTS)
def test_clusters_are_the_text(text: str) -> None:
    assert "".join(graphemes(text)) == text


@given(TEXTS, st.integers(0, 20))
def test_taking_stays_within_the_width(text: str, width: int) -> None:
    assert display_width(take_width(text, width)) <= width


@given(st.text(alphabet="ab 日\n", max_size=40), st.integers(2, 10))
def test_wrapped_lines_fit_and_keep_all_words(text: str, width: int) -> None:
    lines = wrap_words(text, width)
    assert all(display_width(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")


def test_styles_are_switched_off_after_a_cut() -> None:
    assert take_width("\x1b[31mredder\x1b[0m", 3) == "\x1b[31mred\x1b[0m"
