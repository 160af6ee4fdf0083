"""Tests of the reader: literals, rewriting, positions, and errors that teach."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lispcore.reading.reader import MAXIMUM_TOKENS, read_form, read_forms, read_many, read_source
from lispcore.values.comparing import equal
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import EMPTY, List, Map, Vector, intern_symbol


def printed(text: str) -> str:
    return print_value(read_form(text))


def failure(text: str) -> LispError:
    with pytest.raises(LispError) as caught:
        read_forms(text)
    assert caught.value.kind == "reader"
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("42", "42"),
        ("-7", "-7"),
        ("+5", "+5"),  # a symbol in this dialect
        ("99999999999999999999999999", "99999999999999999999999999"),
        ("6/4", "3/2"),
        ("4/2", "2"),
        ("1.50", "1.5"),
        ("6.02e3", "6020.0"),
        ("1e400", "inf"),
        ("3+4i", "3+4i"),
        ("-1/2-0.5i", "-1/2-0.5i"),
        ("1e3+2e-1i", "1000.0+0.2i"),
        ("+i", "0+1i"),
        ("-2i", "0-2i"),
        ("3+0i", "3"),
        ("#xFF", "255"),
        ("#b-101", "-5"),
        ("#e1.5", "3/2"),
        ("#i1/2", "0.5"),
        ("#x#eff", "255"),
        ("#e0.1", "1/10"),
        ("inf", "inf"),
        ("-inf", "-inf"),
        ("nan", "NaN"),
    ],
)
def test_numbers(text: str, expected: str) -> None:
    assert printed(text) == expected


def test_what_ends_a_number() -> None:
    assert [print_value(form) for form in read_many("1e 3ix 12#(f) 1a 0x10")] == [
        "1",
        "e",
        "3",
        "ix",
        "12",
        "(lambda () (f))",
        "1",
        "a",
        "0",
        "x10",
    ]


def test_very_long_integers_are_read_in_reasonable_time() -> None:
    digits = "123456789" * 9_000
    assert printed(digits) == digits
    assert printed("-" + digits) == "-" + digits


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'"a\n\t\"\\\r\0"', 'a\n\t"\\\r\0'),
        (r'"\x41;\u00e9\U0001F600\$"', "Aé😀$"),
        (r'"\d"', "\\d"),
        (r'#"\d+\.\"x"', '\\d+\\."x'),
        ('"two\nlines"', "two\nlines"),
    ],
)
def test_strings(text: str, expected: str) -> None:
    assert read_form(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#\\a", "#\\a"),
        ("#\\(", "#\\("),
        ("#\\ ", "#\\space"),
        ("#\\newline", "#\\newline"),
        ("#\\null", "#\\nul"),
        ("#\\x3bb", "#\\λ"),
        ("(#\\a)", "(#\\a)"),
        ("(#\\12)", "(#\\1 2)"),
    ],
)
def test_characters(text: str, expected: str) -> None:
    assert printed(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'x", "(quote x)"),
        ("`(a ,b ,@c)", "(quasiquote (a (unquote b) (unquote-splicing c)))"),
        ("@x", "(deref x)"),
        ("''x", "(quote (quote x))"),
        ('f"a ${x} ${(+ 1 2)}!"', '(__vm-str "a " x " " (+ 1 2) "!")'),
        ('f"${f"${1}"}}"', '(__vm-str (__vm-str 1) "}")'),
        ('f"${(g "}")}"', '(__vm-str (g "}"))'),
        ('f"$5 \\${x}"', '(__vm-str "$5 ${x}")'),
        ('f""', "(__vm-str)"),
        ("#(+ % %2)", "(lambda (%1 %2) (+ %1 %2))"),
        ("#(f %3)", "(lambda (%1 %2 %3) (f %3))"),
        ("#(f %&)", "(lambda (%&) (f %&))".replace("(%&)", "(. %&)", 1)),
        ("#()", "(lambda () ())"),
        ("#(list '% {:a %2})", "(lambda (%1 %2) (list (quote %1) {:a %2}))"),
        ("%", "%"),
    ],
)
def test_rewriting(text: str, expected: str) -> None:
    assert printed(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(true false nil #t #f)", "(#t #f nil #t #f)"),
        ("(:a :a/b :1 :é)", "(:a :a/b :1 :é)"),
        ("(a.b ... <=> x# λ 日本 %1x &rest)", "(a.b ... <=> x# λ 日本 %1x &rest)"),
        ("a:b", "a"),
        ("(1 . 2)", "(1 . 2)"),
        ("{:b 1 :a 2 :b 3}", "{:a 2 :b 3}"),
        ("#u8(0 255)", "#u8(0 255)"),
        ("(a ; comment\n b)", "(a b)"),
        ("#!/usr/bin/env lispcore\n5", "5"),
        ("#| a #| nested |# b |# 5", "5"),
        ("(a #;(skip this) b)", "(a b)"),
        ("(a #; #; b c d)", "(a d)"),
        ("(a #;'b)", "(a)"),
    ],
)
def test_atoms_collections_and_comments(text: str, expected: str) -> None:
    assert printed(text) == expected


def test_no_form_and_many_forms() -> None:
    assert read_many(" ; nothing\n") == []
    assert read_form("") is None
    assert read_form("1 2)") == 1


# --- positions ---------------------------------------------------------------------------------


def test_spans_of_forms_and_their_items() -> None:
    source = read_forms("(define (f x)\n  (+ x 1))\n[a]")
    define, vector = source.forms
    assert source.top_spans == [(1, 1, 2, 11), (3, 1, 3, 4)]
    assert source.spans.of(define) == (1, 1, 2, 11)
    body = list(define)[2]
    assert source.spans.of(body) == (2, 3, 2, 10)
    assert source.spans.children(body) == [
        (2, 4, 2, 5),
        (2, 6, 2, 7),
        (2, 8, 2, 9),
    ]
    assert source.spans.children(vector) == [(3, 2, 3, 3)]
    assert source.spans.of(intern_symbol("x")) is None


def test_spans_of_maps_follow_the_order_of_keys() -> None:
    source = read_forms("{:b 1 :a (f)}")
    form = source.forms[0]
    assert source.spans.children(form) == [
        (1, 7, 1, 9),
        (1, 10, 1, 13),
        (1, 2, 1, 4),
        (1, 5, 1, 6),
    ]


def test_spans_inside_rewritten_forms() -> None:
    text = 'x \'q\nf"é ${(g)} " #(h %)'
    source = read_forms(text)
    quote, string, function = source.forms[1:]
    assert source.spans.children(quote) == [(1, 3, 1, 4), (1, 4, 1, 5)]
    call = list(string)[2]
    assert source.spans.of(call) == (2, 7, 2, 10)
    body = list(function)[2]
    assert source.spans.children(body) == [(2, 16, 2, 17), (2, 18, 2, 19)]


def test_every_place_is_that_of_its_text() -> None:
    """What stands at the place of a form reads as that form, wherever lines end."""
    text = (
        '#!shebang\n\n;; é\n(define (f x)\r\n  ; comment\n  (str "two\nlines" x\n    #\\newline 1.5'
        " :key))\n#| block\n #| inner |# |# {:b [1\n\n2] :a (g)}\n  'quoted `(a ,@(b\n c))\n"
        'f"text\n ${(h\n 1)} ${x}"\n#;(left\n out) (last "\n" . x)\n#(+ %\n 1) #u8(1\n 2)'
    )
    source = read_source(text)
    starts = source.spans.line_starts
    waiting = list(zip(source.forms, source.top_spans, strict=True))
    seen = 0
    while waiting:
        form, (line, column, end_line, end_column) = waiting.pop()
        seen += 1
        written = text[starts[line - 1] + column - 1 : starts[end_line - 1] + end_column - 1]
        if written != "." and not written.startswith(('f"', "#(")):
            assert read_many(written) == [form]
        if type(form) is List and written.startswith("("):
            waiting += zip(form, source.spans.children(form) or (), strict=False)
    assert seen == 23


def test_tokens_mean_the_same_in_the_next_text() -> None:
    text = "(a 1 1.0 :a true nil - -1 +5 . b) #(+ % %1) % 'a.b #t"
    first, again = read_many(text), read_many(text)
    assert first == again
    assert [type(each) for each in first[0]] == [type(each) for each in again[0]]
    many = " ".join(f"name-{number}" for number in range(MAXIMUM_TOKENS + 10))
    assert len(read_many(many)) == MAXIMUM_TOKENS + 10
    assert read_many(text) == first
    assert read_many("true") == read_many("#t") != [intern_symbol("true")]


def test_every_collection_is_fresh_but_the_empty_list() -> None:
    source = read_forms("((a) (a) () [] [])")
    first, second, empty, *vectors = source.forms[0]
    assert first is not second
    assert empty is EMPTY
    assert vectors[0] is not vectors[1]
    assert source.spans.of(empty) is None


# --- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "column", "part"),
    [
        ("(a\n (b c)", 1, 1, "never closed"),
        ("(a b]", 1, 5, "expected ) to close the ( opened at 1:1"),
        ("[1\n 2)", 2, 3, "expected ] to close the [ opened at 1:1"),
        ("(a))", 1, 4, "unexpected closing )"),
        (' "abc', 1, 2, "this string never ends"),
        ('#"abc', 1, 1, "this regex literal never ends"),
        ('f"abc', 1, 1, "this f-string never ends"),
        ('f"a ${b"', 1, 5, "never closed"),
        ('f"${}"', 1, 3, "one expression, not 0"),
        ('f"${1 2}"', 1, 3, "one expression, not 2"),
        ("{:a 1 :b}", 1, 7, "a value for every key"),
        ("#\\spcae", 1, 1, "no character is called spcae"),
        ("(a . b c)", 1, 8, "one form may follow the dot"),
        ("(a .)", 1, 4, "nothing follows the dot"),
        ("[a . b]", 1, 4, "unexpected dot"),
        ("(a . b . c)", 1, 8, "second dot"),
        ("#u8(1 300)", 1, 7, "300 is no byte"),
        ("(f ')", 1, 4, "nothing follows '"),
        ("'", 1, 1, "nothing follows '"),
        ("#;", 1, 1, "nothing to skip"),
        ("#|", 1, 1, "never ends"),
        ("#(a #(b))", 1, 5, "short lambda inside"),
        ("#(f %101)", 1, 5, "at most 100 parameters"),
        ("“x”", 1, 1, "unexpected character"),
        ('"ab\\u12"', 1, 4, "exactly 4"),
        ('"\\xD800;"', 1, 2, "no Unicode character"),
        ('"\\x41"', 1, 2, "semicolon"),
        ("#b12", 1, 1, "no binary number"),
        ("#x", 1, 1, "no number follows"),
        ("#e#e1", 1, 1, "two exactness"),
        ("#x#b1", 1, 1, "two radix"),
        ("#e1e99999999999", 1, 1, "too many digits"),
        ("#?", 1, 1, "cannot stand"),
        (":", 1, 1, "unexpected character"),
    ],
)
def test_errors_say_where(text: str, line: int, column: int, part: str) -> None:
    error = failure(text)
    assert (error.line, error.column) == (line, column)
    assert part in error.message


def test_zero_denominator_is_an_error() -> None:
    with pytest.raises(LispError, match="denominator 0"):
        read_form("1/0")


def test_unclosed_bracket_suggests_where_it_is_missing() -> None:
    error = failure("(define (f x)\n  (let ((y 1))\n    (+ x y)\n\n(define (g) 2)\n")
    assert (error.line, error.column) == (2, 3)
    assert "line 5" in error.hint
    assert "))" in error.hint


def test_near_character_names_are_suggested() -> None:
    assert "#\\space" in failure("#\\spcae").hint


# --- size and depth ----------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["(" * 50_000 + ")" * 50_000, "'" * 50_000 + "x"])
def test_deep_nesting_needs_no_recursion(text: str) -> None:
    source = read_forms(text)
    assert len(source.forms) == 1
    # Take it apart from the outside: freeing a deep value at once is not what is tested here.
    value = source.forms.pop()
    depth = 0
    while type(value) is List and value.count:
        value = value.cells[0]
        depth += 1
    assert depth in (49_999, 50_000)


def test_nesting_has_a_limit() -> None:
    assert "nested deeper" in failure("(" * 300_000).message


def test_unclosed_deep_nesting_is_an_error() -> None:
    assert "never closed" in failure("[" * 10_000).message


# --- round trips -------------------------------------------------------------------------------

symbols = st.from_regex(r"[a-z][a-z0-9*/!?<>=-]{0,6}", fullmatch=True).filter(
    lambda name: name not in ("true", "false", "nil", "inf", "nan")
)
atoms = st.one_of(
    st.integers(),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=("Cs",))),
    symbols.map(intern_symbol),
    st.sampled_from("#t #f nil :key #\\a #\\space #u8(1) 1/2 -3/7 1+2i 0.5-1.0i".split()).map(
        read_form
    ),
)
values = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner).map(lambda items: List(items, len(items)) if items else EMPTY),
        st.lists(inner).map(Vector),
        st.dictionaries(st.one_of(st.integers(), st.text("ab")), inner).map(
            lambda table: Map.of(table.items())
        ),
    ),
    max_leaves=20,
)


@given(values)
def test_reading_what_was_printed_gives_the_same_value(value: object) -> None:
    assert equal(read_form(print_value(value)), value)


@given(st.text(st.sampled_from(list("()[]{}'`,@#\"\\;:|.%$ \nabf01xeiu8/+-~^&λ“"))))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        source = read_forms(text)
    except LispError as error:
        source = None
        problem = error
    if source is None:
        assert problem.kind == "reader"
        assert problem.line >= 1
        assert problem.column >= 1
    else:
        assert len(source.forms) == len(source.top_spans)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"""one line"""', "one line"),
        ('""""""', ""),
        ('"""text over\nlines"""', "text over\nlines"),
        ('"""\n  a\n    b\n\n  c\n  """', "a\n  b\n\nc"),
        ('"""\n    a\n  """', "  a"),
        ('"""first\n   then\n     more"""', "first\nthen\n  more"),
        ('"""\n  last line"""', "last line"),
        ('"""\n  a\n\n  """', "a\n"),
        ('"""\n\ta\n\tb"""', "a\nb"),
        ('"""\n  a\n\tb"""', "  a\n\tb"),
        ('"""say "hi" and ""this"""""', 'say "hi" and ""this""'),
        ('"""she said "hi""""', 'she said "hi"'),
        ('""""hi" she said"""', '"hi" she said'),
        ('"""\n  a\\n  b\n  """', "a\n  b"),  # an escape is no line of the text
    ],
)
def test_multi_line_strings(text: str, expected: str) -> None:
    assert read_form(text) == expected
    assert read_many(f"({text} 1)")[0].count == 2


def test_multi_line_strings_that_go_wrong() -> None:
    assert failure('(f\n """never\nends "" ').line == 2
    error = failure('"""\n  a\n  \\xzz;\n"""')
    assert (error.line, error.column) == (3, 3)
    assert "one quote" in failure('f"""a"""').message


def test_a_multi_line_string_without_end_is_soon_found() -> None:
    assert "never ends" in failure('"""' + 'a"\\n' * 100_000).message


@given(st.text(alphabet='ab "\n\\', max_size=30))
def test_multi_line_strings_hold_any_text(text: str) -> None:
    written = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    assert read_form(f'"""{written}"""') == text
