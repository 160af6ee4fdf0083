"""Chunks and templates."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lispcore.library.texts.text import chunks

PROSE = st.text(alphabet="ab .!\n,;", max_size=120)


@given(PROSE, st.integers(1, 30))
def test_chunks_fit_and_lose_nothing_but_separators(text: str, size: int) -> None:
    pieces = chunks(text, size, 0)
    assert all(0 < len(piece) <= size for piece in pieces)
    kept = [c for piece in pieces for c in piece if c in "ab"]
    assert kept == [c for c in text if c in "ab"]


@given(PROSE, st.integers(2, 20), st.integers(0, 19))
def test_an_overlap_repeats_the_end_of_the_piece_before(text: str, size: int, overlap: int) -> None:
    pieces = chunks(text, size, overlap)
    if overlap >= size:
        assert pieces == chunks(text, size, 0)
    elif pieces:
        assert len(pieces[0]) <= size


def test_a_text_without_separators_is_cut_hard() -> None:
    assert chunks("abcdefgh", 3, 0) == ["abc", "def", "gh"]
    assert chunks("abcdefgh", 4, 1) == ["abcd", "defg", "gh"]
    assert chunks("", 5, 0) == []
