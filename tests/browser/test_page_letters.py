"""Programs typed letter by letter, and lines begun with Enter: nothing stands there that nobody typed."""

from __future__ import annotations

import pytest
from playground import Playground

pytestmark = pytest.mark.one_page

# Brackets and quotes that are letters, and no part of the program: nothing is put behind them.
LETTERS = {
    "f-strings": '(println f"a ${(+ 1 (length "in"))} b ${y}!" f"${x}")',
    "texts": '(define m {"k(" "v)" :q "\\\\" :said "say \\"[hi\\" :("})',
    "line comments": '; a "comment" (with [brackets\n(list 1 2)',
    "block comments": '#| block ( " comment |#\n(+ 1 2)',
    "characters": '(list #\\( #\\) #\\" #\\; #\\space #\\[ #\\{)\n(+ 1 2)',
    "regexes": '(regex/match? #"\\d+(\\.[0-9]+)?" "12.5")',
    "long texts": '"""a "quoted" (text"""\n(f)',
    "behind a comment": '#| a |#(list "b")',
}
LINES = {
    "a let": "(define (f x)\n  (let ((y 1)\n        (z 2))\n    (+ x y z)))",
    "clauses": '(cond ((= x 1)\n       "one")\n      (else\n        "two"))',
    "arguments": "(map (fn (x)\n       (* x x))\n     xs)",
    "a map": "{:a 1\n :b [1\n     2]}",
}


@pytest.mark.parametrize("kind", LETTERS)
def test_what_is_typed_stands_there_and_nothing_else(playground: Playground, kind: str) -> None:
    page, typed = playground.page, LETTERS[kind]
    page.evaluate("playground.setCode('')")
    editor = playground.part("editor")
    editor.click()
    for number, line in enumerate(typed.split("\n")):
        if number:
            page.keyboard.press("End")
            page.keyboard.press("Enter")
        page.keyboard.type(line)
    assert page.evaluate("playground.getCode()").rstrip() == typed


@pytest.mark.parametrize("kind", LINES)
def test_enter_begins_a_line_where_formatting_would_begin_it(
    playground: Playground, kind: str
) -> None:
    page, typed = playground.page, LINES[kind]
    page.evaluate("playground.setCode('')")
    playground.part("editor").click()
    for number, line in enumerate(typed.split("\n")):
        if number:
            page.keyboard.press("Enter")
        page.keyboard.type(line.lstrip())
    assert page.evaluate("playground.getCode()").rstrip() == typed
    page.keyboard.type(" ")
    page.keyboard.press("Shift+Alt+F")
    page.wait_for_function("code => playground.getCode() === code", arg=typed + "\n")


def test_enter_opens_the_example_whose_title_has_the_words(playground: Playground) -> None:
    page = playground.page
    playground.part("examples").click()
    # Others have it in their programs, and stand before it.
    page.keyboard.type("hanoi")
    assert page.locator("[data-example]:visible").count() > 1
    page.keyboard.press("Enter")
    page.wait_for_function("playground.getCode().startsWith('(define (hanoi')")
