"""The prompt with prompt_toolkit, where that is installed: keys go in, texts come out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("prompt_toolkit")

from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from lispcore import Interpreter
from lispcore.commands.editing import Colours, EditingReader, NameCompleter
from lispcore.commands.typed_texts import history_file
from threads import in_a_thread


@pytest.fixture(autouse=True)
def _own_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEMA_HOME", str(tmp_path))


def read(keys: str, times: int = 1) -> list[str | None]:
    return in_a_thread(lambda: _read(keys, times))


def _read(keys: str, times: int) -> list[str | None]:
    with create_pipe_input() as keyboard:
        keyboard.send_text(keys)
        reader = EditingReader({}, input=keyboard, output=DummyOutput())
        lisp = Interpreter()
        return [reader.read(lisp) for _ in range(times)]


def test_enter_ends_a_complete_text_and_goes_on_in_another() -> None:
    assert read("(+ 1\r2)\r") == ["(+ 1\n  2)"]
    assert read('"two\rlines"\r') == ['"two\nlines"']
    assert read(",doc car\r") == [",doc car"]


def test_the_end_of_input_is_none() -> None:
    assert read("\x04") == [None]


def test_what_was_typed_comes_back() -> None:
    assert read("(+ 1\r2)\r(* 3)\r", 2) == ["(+ 1\n  2)", "(* 3)"]
    kept = FileHistory(history_file()).load_history_strings()
    assert list(kept) == ["(* 3)", "(+ 1\n  2)"]


def completions(text: str) -> list[Any]:
    completer = NameCompleter({"models": "lists", "help": "all"})
    completer.lisp = Interpreter()
    completer.lisp.eval("(define (string-of-mine x) x)")
    return list(completer.get_completions(Document(text), None))


def test_names_are_completed_with_what_they_are() -> None:
    found = {each.text: each.display_meta_text for each in completions("(f (string-l")}
    assert found["string-length"].startswith("(string-length")
    assert completions("(string-of")[0].text == "string-of-mine"
    assert [each.text for each in completions(",mo")] == [",models"]
    assert completions("(f ") == []


def test_colours_leave_the_text_as_it_is() -> None:
    text = '(define (f x) ; why\n  (if :a "b\nc" 12))'
    line = Colours().lex_document(Document(text))
    lines = ["".join(piece for _, piece in line(number)) for number in range(3)]
    assert "\n".join(lines) == text
    assert ("class:form", "define") in line(0)
    assert ("class:comment", "; why") in line(0)
    assert line(7) == []


def test_a_line_within_a_text_is_not_moved() -> None:
    assert read('(f "two\rlines")\r') == ['(f "two\nlines")']
    assert read("#| a\rb |# 5\r") == ["#| a\nb |# 5"]
