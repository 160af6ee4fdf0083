"""Reading texts with mistakes (lispcore/reading/recovery.py): what is right around them is read."""

from __future__ import annotations

import time

import pytest

from lispcore.reading.reader import read_many
from lispcore.reading.recovery import MOST_MISTAKES, read_recovering
from lispcore.values.printing import print_value


def forms(text: str) -> list[str]:
    return [str(print_value(form)) for form in read_recovering(text).source.forms]


def test_a_text_without_mistakes_is_read_as_ever() -> None:
    text = '#!/usr/bin/env lispcore\n(a b)\n\'c f"${d}" ; e\n'
    read = read_recovering(text)
    assert (read.errors, read.is_whole) == ([], True)
    assert forms(text) == [str(print_value(form)) for form in read_many(text)]


@pytest.mark.parametrize(
    ("text", "read", "places"),
    [
        ("(a)\n(b\n(define c)\n(d)", ["(a)", "(define c)", "(d)"], [(2, 1)]),
        ("(a)\n(b]\n(c)", ["(a)", "(c)"], [(2, 3)]),
        ('(a "b)\n(c)', ["(c)"], [(1, 4)]),
        ("(a “b”)\n(c)\n(d “)\n(e)", ["(c)", "(e)"], [(1, 4), (3, 4)]),
        ("(a))\n(b)", ["(a)", "(b)"], [(1, 4)]),
        ("{:a}\n(b)", ["(b)"], [(1, 2)]),
        ("(a", [], [(1, 1)]),
        ("", [], []),
    ],
)
def test_a_mistake_costs_one_form(
    text: str, read: list[str], places: list[tuple[int, int]]
) -> None:
    found = read_recovering(text)
    assert forms(text) == read
    assert [(each.line, each.column) for each in found.errors] == places


def test_places_are_those_of_the_whole_text() -> None:
    found = read_recovering("(a]\n\n  x\n(b c)").source
    assert found.top_spans == [(4, 1, 4, 6)]
    assert found.spans.children(found.forms[0]) == [(4, 2, 4, 3), (4, 4, 4, 5)]


def test_names_that_were_lost_are_known() -> None:
    assert {"helper", "x"} <= read_recovering("(define (helper x) “)\n(b)").lost


def test_it_gives_up_in_time() -> None:
    text = "(a “)\n" * 5000
    start = time.process_time()
    found = read_recovering(text)
    assert len(found.errors) == MOST_MISTAKES
    assert not found.is_whole
    assert time.process_time() - start < 20
