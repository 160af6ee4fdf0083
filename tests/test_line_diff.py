"""The edit between two lists of lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lispcore.library.texts.line_diff import changes

LINES = st.lists(st.sampled_from("abcd"), max_size=12)


def longest_common(old: list[str], new: list[str]) -> int:
    table = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, a in enumerate(old):
        for j, b in enumerate(new):
            table[i + 1][j + 1] = (
                table[i][j] + 1 if a == b else max(table[i][j + 1], table[i + 1][j])
            )
    return table[-1][-1]


@given(LINES, LINES)
def test_the_edit_is_right_and_shortest(old: list[str], new: list[str]) -> None:
    result, position, removed = [], 0, 0
    for edit in changes(old, new):
        result += old[position : edit.old_start] + new[edit.new_start : edit.new_end]
        removed += edit.old_end - edit.old_start
        position = edit.old_end
    assert result + old[position:] == new
    assert len(old) - removed == longest_common(old, new)


def test_long_different_lists_end_soon() -> None:
    old, new = [f"a{i}" for i in range(4000)], [f"b{i}" for i in range(4000)]
    assert sum(edit.old_end - edit.old_start for edit in changes(old, new)) == 4000
