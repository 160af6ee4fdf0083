"""Tests of the printer: readable, for display, laid out, and safe for deep and cyclic values."""

from __future__ import annotations

import pytest

from lispcore.reading.reader import read_form
from lispcore.values.errors import LispError
from lispcore.values.printing import (
    CONTAINERS,
    INDENT_LIMIT,
    PRINTERS,
    display_value,
    pretty,
    print_value,
)
from lispcore.values.types import (
    EMPTY,
    HashMap,
    List,
    MultipleValues,
    Promise,
    RecordType,
    Vector,
    intern_character,
    list_from,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nil", "nil"),
        ("(#t #f ())", "(#t #f ())"),
        ("[1 1.0 1/2 1+2i]", "[1 1.0 1/2 1+2i]"),
        (r'"q\"b\\n\nt\tr\r"', r'"q\"b\\n\nt\tr\r"'),
        ('"é\\x1b;"', '"é\x1b"'),
        ("{:b [] :a {}}", "{:a {} :b []}"),
        ("(quote a)", "(quote a)"),
        ("(#\\a #\\space #\\nul)", "(#\\a #\\space #\\nul)"),
        ("#u8(1 2)", "#u8(1 2)"),
    ],
)
def test_readable_text(text: str, expected: str) -> None:
    assert print_value(read_form(text)) == expected


def test_only_a_string_by_itself_is_displayed_raw() -> None:
    assert display_value("a\nb") == "a\nb"
    assert display_value(list_from(["a"])) == '("a")'
    assert display_value(intern_character("a")) == "#\\a"


def test_values_without_a_literal() -> None:
    point = RecordType("point", ("x", "y"))
    assert print_value(point.instance(1, "a")) == '#<record point 1 "a">'
    assert print_value(RecordType("unit", ()).instance()) == "#<record unit>"
    assert print_value(MultipleValues((1, 2))) == "#<record %multiple-values% 1 2>"
    assert print_value(Promise(lambda: 1)) == "<promise>"
    assert print_value(Promise(None, 1)) == "<promise (forced)>"
    assert print_value(HashMap.of([("k", 1)])) == '{"k" 1}'


def test_functions_show_their_name() -> None:
    def area(x: object) -> object:
        return x

    assert print_value(area).startswith("<native-fn ")
    assert print_value(lambda x: x) == "<native-fn <vm-closure>>"


def test_other_modules_add_their_types() -> None:
    class Ticket:
        pass

    class Bag:
        pass

    PRINTERS[Ticket] = lambda ticket: "<ticket>"
    CONTAINERS[Bag] = lambda bag: ("#<bag", [1, Ticket()], ">")
    try:
        assert print_value(list_from([Ticket(), Bag()])) == "(<ticket> #<bag 1 <ticket>>)"
        assert print_value(Bag()) == "#<bag 1 <ticket>>"
    finally:
        del PRINTERS[Ticket], CONTAINERS[Bag]


# --- layout ------------------------------------------------------------------------------------


def lines(*texts: str) -> str:
    return "\n".join(texts)


def test_what_fits_stays_on_one_line() -> None:
    assert pretty(list_from(["a" * 35, "b" * 38])) == f'("{"a" * 35}" "{"b" * 38}")'
    assert pretty(list_from(["a" * 36, "b" * 38])) == lines(f'("{"a" * 36}"', f' "{"b" * 38}")')


def test_width_is_counted_in_bytes() -> None:
    assert "\n" not in pretty(list_from(["é" * 20, "é" * 16]))
    assert "\n" in pretty(list_from(["é" * 20, "é" * 18]))


def test_entries_of_a_map() -> None:
    wide = list(range(40))
    value = read_form("{:a 1}").updated("k", list_from(wide))
    text = pretty(value)
    assert text.startswith('{"k"\n   (0\n    1\n')
    assert text.endswith("    39)\n :a 1}")


def test_a_value_stays_behind_its_key_where_it_fits() -> None:
    text = pretty(read_form('{:a (1 2 3) :b "%s" :c [4]}' % ("x" * 90)))
    assert text == lines("{:a (1 2 3)", ' :b "%s"' % ("x" * 90), " :c [4]}")


def test_strings_are_never_broken() -> None:
    assert pretty("x" * 200) == '"%s"' % ("x" * 200)


# --- size, depth and cycles --------------------------------------------------------------------


def nested(depth: int) -> List:
    value = EMPTY
    for _ in range(depth):
        value = list_from([1, value])
    return value


def test_deep_values_need_no_recursion() -> None:
    value = nested(20_000)
    assert print_value(value) == "(1 " * 20_000 + "()" + ")" * 20_000
    text = pretty(value)
    assert len(text) < 20_000 * 5 + INDENT_LIMIT * INDENT_LIMIT
    assert text.startswith("(1\n (1\n  (1\n")


def test_a_record_may_contain_itself() -> None:
    record = RecordType("node", ("next",)).instance(None)
    record.field0 = Vector([record])
    assert print_value(record) == "#<record node [#<cycle>]>"
    assert print_value(list_from([record, record])).count("#<cycle>") == 2


def test_shared_parts_do_not_explode() -> None:
    value = list_from([1, 2])
    for _ in range(60):
        value = list_from([value, value])
    with pytest.raises(LispError, match="too large to print"):
        print_value(value)


def test_shared_long_texts_do_not_explode() -> None:
    with pytest.raises(LispError, match="characters"):
        print_value(list_from(["x" * 3_000_000] * 100))
