"""CSV against Python's own reader."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lispcore.library.formats import csv_text
from lispcore.values.errors import LispError
from lispcore.values.types import list_from

FIELDS = st.text(alphabet='ab,"\n é', max_size=6)
ROWS = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(FIELDS, min_size=width, max_size=width), max_size=5)
)


@given(ROWS)
def test_writing_and_reading_are_inverse(rows: list[list[str]]) -> None:
    text = csv_text.encode(list_from([list_from(row) for row in rows]))
    assert csv_text.parse_rows(text) == rows
    assert list(csv.reader(io.StringIO(text, newline=""))) == rows


def test_rows_must_be_of_one_length() -> None:
    with pytest.raises(LispError, match="row 3 has 1 fields"):
        csv_text.parse("a,b\n1,2\n3\n")
    with pytest.raises(LispError, match="row 2 has 2 fields"):
        csv_text.encode(list_from([list_from(["a"]), list_from(["b", "c"])]))
