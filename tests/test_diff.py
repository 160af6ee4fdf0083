"""Patches: made, read, applied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lispcore.library.texts import diff
from lispcore.values.errors import LispError

TEXTS = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=10).map("\n".join)


@given(TEXTS, TEXTS, st.integers(0, 4))
def test_applying_a_diff_gives_the_new_text(old: str, new: str, context: int) -> None:
    assert diff.apply(old, diff.unified(old, new, context)) == new


@given(TEXTS, TEXTS)
def test_hunks_hold_as_many_lines_as_they_say(old: str, new: str) -> None:
    for file in diff.parse_patch(diff.unified(old, new)):
        for hunk in file.hunks:
            markers = [line[0] for line in hunk.lines]
            assert hunk.old_count == markers.count(" ") + markers.count("-")
            assert hunk.new_count == markers.count(" ") + markers.count("+")


def test_a_moved_hunk_is_found_and_a_foreign_one_refused() -> None:
    patch = diff.unified("a\nb\nc\n", "a\nB\nc\n")
    assert diff.apply("x\ny\na\nb\nc\n", patch) == "x\ny\na\nB\nc\n"
    with pytest.raises(LispError, match="hunk does not apply"):
        diff.apply("x\ny\n", patch)


def test_a_file_that_does_not_fit_stays_as_it_is(tmp_path) -> None:
    path = tmp_path / "f.txt"
    path.write_text("other\n")
    with pytest.raises(LispError, match="hunk does not apply"):
        diff.apply_file(str(path), diff.unified("a\n", "b\n"))
    assert path.read_text() == "other\n"
