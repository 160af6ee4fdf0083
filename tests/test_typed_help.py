"""Help for what is typed in a session: the text's own names, the session's, the language's."""

from __future__ import annotations

import pytest

from lispcore import Interpreter
from lispcore.commands.typed_help import completed, described


@pytest.fixture(scope="module")
def lisp() -> Interpreter:
    made = Interpreter()
    made.eval("(define string-of-mine 5) (defun my-square (x) (* x x)) (defmacro my-twice (x) x)")
    return made


def names(lisp: Interpreter, text: str) -> list[str]:
    return [name for name, _, _ in completed(lisp, text, len(text))[1]]


def test_words_become_names_of_the_language_and_the_session(lisp: Interpreter) -> None:
    assert completed(lisp, "(string/tri", 11)[0] == 1
    assert names(lisp, "(string/tri")[:1] == ["string/trim"]
    assert "string-of-mine" in names(lisp, "(+ string-o")
    assert {"my-square", "my-twice"} <= set(names(lisp, "(my-"))
    assert "string/trim" in names(lisp, "(trim")  # those that only contain it come last


def test_the_text_itself_comes_first(lisp: Interpreter) -> None:
    assert names(lisp, "(define (f alpha) (* alp")[0] == "alpha"
    assert names(lisp, '(llm/complete "x" {:temp') == [":temperature"]


@pytest.mark.parametrize("text", ['"string/tri', "; string/tri", "#| map"])
def test_texts_and_comments_are_no_names(lisp: Interpreter, text: str) -> None:
    assert names(lisp, text) == []


def test_names_are_described(lisp: Interpreter) -> None:
    assert described(lisp, "(map f xs)", 2).startswith("(map f:function")
    assert "=> (1 4 9)" in described(lisp, "map", 3)
    assert described(lisp, "string-of-mine", 3) == "string-of-mine: int, defined here\n5"
    assert described(lisp, "(my-square 5)", 2) == "my-square: a function, defined here"
    assert described(lisp, "(my-twice 5)", 9) == "my-twice: a macro, defined here"
    assert described(lisp, "(map ", 5).startswith("(map f:function")
    assert described(lisp, "", 0) == described(lisp, "nothing-of-it", 3) == ""
