"""The layout of programs: what it looks like, that it holds still, and that it changes nothing."""

from __future__ import annotations

import random

import pytest

from language_texts import programs
from lispcore.reading.reader import read_many
from lispcore.services.formatting import WIDTH, Layout, bodies_of, format_text
from lispcore.services.syntax import parse, same_tokens, tokens
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value

READABLE = []
for _program in programs():
    try:
        read_many(_program.text)
    except LispError:
        continue
    READABLE.append(_program.text)


def laid_out(text: str) -> str:
    """Returns what the rules give, without the guard that a program is never changed."""
    return Layout(bodies_of(text)).top(parse(text))


def printed(text: str) -> list[str]:
    return [str(print_value(form)) for form in read_many(text)]


def test_no_program_is_changed_and_layout_holds_still() -> None:
    for text in READABLE:
        result = laid_out(text)
        assert same_tokens(text, result), text
        assert printed(text) == printed(result), text
        assert format_text(result) == result, text


def scattered(text: str, chance: random.Random) -> str:
    """Returns a program with other white space between its tokens."""
    pieces: list[str] = []
    before = None
    for token in tokens(text):
        if before is not None and before.kind == "comment":
            pieces.append("\n" + " " * chance.randrange(9))
        elif before is not None and text[before.end : token.start]:
            pieces.append(chance.choice([" ", "  ", "\n", "\n    ", "\n\n", "\n\n\n "]))
        pieces.append(text[token.start : token.end])
        before = token
    return "".join(pieces)


def test_so_it_is_with_any_white_space() -> None:
    chance = random.Random(3)
    for text in READABLE[::7]:
        if len(text) > 3000:
            continue
        wild = scattered(text, chance)
        result = laid_out(wild)
        assert same_tokens(text, result), wild
        assert laid_out(result) == result, wild


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("(define   (f x)\n(+ x\n1))", "(define (f x)\n  (+ x\n     1))"),
        ("(if a\nb\n  c)", "(if a\n    b\n    c)"),
        ("(let ((a 1)\n(b 2))\na\n)", "(let ((a 1)\n      (b 2))\n  a)"),
        ("(let loop ((i 0))\n(loop\ni))", "(let loop ((i 0))\n  (loop\n    i))"),
        ("(cond ((a) 1)\n(else 2))", "(cond ((a) 1)\n      (else 2))"),
        ("(cond\n(a 1)\n(else 2))", "(cond\n  (a 1)\n  (else 2))"),
        ("(case x\n((1) 2)\n(else 3))", "(case x\n  ((1) 2)\n  (else 3))"),
        ("(-> x\n(f 1)\n(g))", "(-> x\n    (f 1)\n    (g))"),
        ("(when a\nb)", "(when a\n  b)"),
        ("(defun f (x)\n\"doc\"\nx)", "(defun f (x)\n  \"doc\"\n  x)"),
        ("(try (f)\n(catch e\n(g)))", "(try (f)\n  (catch e\n    (g)))"),
        ("(f a\nb)", "(f a\n   b)"),
        ("(f\na\nb)", "(f\n  a\n  b)"),
        ("{:a 1\n:b 2}", "{:a 1\n :b 2}"),
        ("'(a b\nc)", "'(a b\n  c)"),
        ("[a\nb]", "[a\n b]"),
        ("(f) ; why\n; own line\n  (g)", "(f) ; why\n; own line\n(g)"),
        ("(f a   ; why\nb ; last\n)", "(f a   ; why\n   b ; last\n   )"),
        ("\n\n(a)\n\n\n\n(b)\n\n", "(a)\n\n(b)"),
        ("(f \"a\n   b\")", "(f \"a\n   b\")"),
        ("(f , @x)", "(f , @x)"),
        ("#| a\n b |#\n (f #;(g\n h) 1)", "#| a\n b |#\n(f #;(g\n       h) 1)"),
        ("(defmacro my (a & body) 1)\n(my 1\n2)", "(defmacro my (a & body) 1)\n(my 1\n  2)"),
        ("(llm/with-budget {:a 1}\n(fn () 1))", "(llm/with-budget {:a 1}\n  (fn () 1))"),
        ("(deftool t \"d\"\n{}\n(fn () 1))", "(deftool t \"d\"\n  {}\n  (fn () 1))"),
        ("", ""),
        ("; only this", "; only this"),
    ],
)  # fmt: skip
def test_layout(before: str, after: str) -> None:
    assert format_text(before) == (after + "\n" if after else "")


def test_long_lines_are_broken_where_their_outermost_form_has_parts() -> None:
    word = "a" * 30
    assert format_text(f"(f {word} (g {word}) {word})") == (
        f"(f {word}\n   (g {word})\n   {word})\n"
    )
    assert format_text(f"(define (f) (g {word} {word}) {word})") == (
        f"(define (f)\n  (g {word} {word})\n  {word})\n"
    )
    assert format_text(f"{{:a {word} :b {word} :c {word}}}") == (
        f"{{:a {word}\n :b {word}\n :c {word}}}\n"
    )
    assert format_text(f"(define x [{word} {word} {word}])") == (
        f"(define x\n  [{word}\n   {word}\n   {word}])\n"
    )
    assert max(map(len, format_text(" ".join(f"(f {word})" for _ in range(9))).split("\n"))) > WIDTH


def test_what_cannot_be_read_is_refused() -> None:
    with pytest.raises(LispError, match="never closed"):
        format_text("(a")


def test_deep_nesting_is_no_trouble() -> None:
    text = "(f " * 400 + "x" + ")" * 400
    result = format_text(text)
    assert same_tokens(text, result)
    assert format_text(result) == result
