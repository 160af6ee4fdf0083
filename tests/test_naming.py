"""What names mean (lispcore/services/naming.py): definitions, mentions, another name everywhere."""

from __future__ import annotations

import pytest

from language_texts import programs
from lispcore.services.diagnosing import diagnose
from lispcore.services.naming import Mention, Names
from lispcore.values.errors import LispError


def replaced(text: str, mentions: list[Mention], new: str) -> str:
    for each in reversed(mentions):
        text = text[: each.start] + new + text[each.end :]
    return text


def renamed(marked: str, new: str = "new") -> str:
    """Renames the name behind the mark | in a text."""
    offset = marked.index("|")
    text = marked.replace("|", "", 1)
    return replaced(text, Names(text).rename(offset, new), new)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("(define (f |x) (let ((x x)) x))", "(define (f new) (let ((x new)) x))"),
        ("(define (f x) (let ((|x x)) x))", "(define (f x) (let ((new x)) new))"),
        ('(let ((a 1)) f"${|a} ${(+ a 1)} a")', '(let ((new 1)) f"${new} ${(+ new 1)} a")'),
        ("(define (|f) (f)) (f) 'f", "(define (new) (new)) (new) 'f"),
        ("(define a 1) (set! |a 2) :a", "(define new 1) (set! new 2) :a"),
        ("(let loop ((i 0)) (if i (|loop i) i))", "(let new ((i 0)) (if i (new i) i))"),
        ("(match v ([a] a) ([|a b] a))", "(match v ([a] a) ([new b] new))"),
        ("(do ((|j 0 (+ j 1))) ((= j 3) j))", "(do ((new 0 (+ new 1))) ((= new 3) new))"),
        ("(try 1 (catch |e (str e)))", "(try 1 (catch new (str new)))"),
        ("(define [|p q] x) (+ p q)", "(define [new q] x) (+ new q)"),
        ("(define (o) (define (|i x) x) (i 1))", "(define (o) (define (new x) x) (new 1))"),
        ("(defmacro m (|a) `(list ,a ,@a a)) ", "(defmacro m (new) `(list ,new ,@new a)) "),
        ("(defmacro |m (a) `,a) (m 1) (m 2)", "(defmacro new (a) `,a) (new 1) (new 2)"),
        ("(module k (export f) (define (|f) 1)) (f)", "(module k (export new) (define (new) 1)) (new)"),
        ("(dotimes (|i 3) (f i)) i", "(dotimes (new 3) (f new)) i"),
    ],
)  # fmt: skip
def test_a_name_changes_wherever_it_means_the_same(before: str, after: str) -> None:
    assert renamed(before) == after


@pytest.mark.parametrize(
    ("text", "new", "reason"),
    [
        ("(define (f |x) (let ((y 1)) (+ x y)))", "y", "already means"),
        ("(define (f |x) (car x))", "car", "already means"),
        ("(define |f 1)", "car", "a name of the language"),
        ("(define |f 1)", "if", "special form"),
        ("(define |f 1)", "a b", "no name"),
        ("(define |f 1)", "12", "no name"),
        ("(define |f 1)", "", "no name"),
        ("(define |f 1)", ":k", "no name"),
        ("(fn ({:keys [|k]}) k)", "n", "the key :k"),
        ("(defmacro m (a) a) (fn (|q) (m q))", "n", "call of a macro"),
        ("(define |f 1) (f", "n", "cannot be read"),
        ("(|car 1)", "n", "not defined in this program"),
        ("| (car 1)", "n", "no name here"),
    ],
)
def test_a_name_that_would_be_wrong_is_refused(text: str, new: str, reason: str) -> None:
    with pytest.raises(LispError, match=reason):
        renamed(text, new)


def test_definitions_and_mentions_are_found() -> None:
    text = "(define (area w h) (* w h)) (println (area 2 3)) (define b (area 1 1))"
    names = Names(text)
    use = text.rindex("area")
    assert [(each.start, each.end) for each in names.definition(use)] == [(9, 13)]
    mentions = [each.start for each in names.mentions(use + 4)]
    assert mentions == [9, text.index("(area 2") + 1, use]
    assert names.definition(text.index("println")) == []
    assert names.mentions(0) == []


def test_a_name_that_is_bound_step_by_step_is_one_name() -> None:
    text = "(as-> 5 x (+ x 1) (list 0 x))"
    names = Names(text)
    mentions = names.rename(text.rindex("x"), "y")
    assert replaced(text, mentions, "y") == "(as-> 5 y (+ y 1) (list 0 y))"


def test_a_program_with_another_name_is_as_right_as_before() -> None:
    count = 0
    for program in list(programs())[::12]:
        names = Names(program.text)
        if program.fails or names.read.errors or len(program.text) > 4000:
            continue
        before = len(diagnose(program.text))
        for starts in list(names.definitions.values()):
            try:
                mentions = names.rename(starts[0], "zz-new")
            except (LispError, IndexError):
                continue
            count += 1
            text = replaced(program.text, mentions, "zz-new")
            assert len(diagnose(text)) == before, text
    assert count > 100
