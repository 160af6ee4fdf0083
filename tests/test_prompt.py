"""The conversation at a prompt."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from lispcore.__main__ import main
from lispcore.commands.prompt import COMMANDS, MOST_CHARACTERS, MOST_LINES
from lispcore.commands.typed_texts import is_incomplete


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", sys.argv)


@pytest.fixture
def talk(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Any:
    def said(text: str, *words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        status = main(["-i", *words])
        captured = capsys.readouterr()
        return status, captured.out.replace("> ", "").replace("... ", "").rstrip("\n"), captured.err

    return said


@pytest.mark.parametrize(
    "text", ["(", "(a [b", '"two', '(f "two', '"""a', "'", "(f '", 'f"a ${', "#| a", "#;", "{:a"]
)
def test_a_text_may_need_more_lines(text: str) -> None:
    assert is_incomplete(text)


@pytest.mark.parametrize("text", ["", "1", "(a)", ")", '(read "(a")', "(a))", "; (", "#\\(", "#q"])
def test_a_text_is_complete_or_wrong(text: str) -> None:
    assert not is_incomplete(text)


def test_forms_go_over_several_lines(talk: Any) -> None:
    status, out, err = talk('(define x 4)\n(* x\n   x)\n"two\nlines"\n(+ 1 1)\n')
    assert (status, out, err) == (0, '16\n"two\\nlines"\n2', "")


def test_a_program_that_reads_badly_is_run_once(talk: Any) -> None:
    status, out, err = talk('(begin (println "once") (read "(a"))\n(+ 1 2)\n')
    assert (status, out) == (0, "once\n3")
    assert "never closed" in err


def test_the_last_values_and_the_last_error_have_names(talk: Any) -> None:
    status, out, err = talk("1\n2\n3\n(list *1 *2 *3)\n(car 5)\n(:type *e)\n*1\n")
    assert (status, out) == (0, "1\n2\n3\n(3 2 1)\n:type-error\n:type-error")
    assert err.startswith("Error (type-error) at line 1, column 1")


def test_the_prompt_ends_with_the_status_of_the_program(talk: Any) -> None:
    assert talk("(exit 7)\n(println 1)\n") == (7, "", "")
    assert talk(",quit\n1\n") == (0, "", "")
    assert talk("x\n", "-e", "(define x 5)") == (0, "5", "")


def test_commands_of_the_prompt(talk: Any) -> None:
    status, out, _ = talk(",help\n")
    assert status == 0
    assert all(f",{name}" in out for name in COMMANDS)
    assert talk(",doc car\n")[1].startswith("(car sequence")
    assert talk(",type [1]\n")[1] == "vector"
    assert talk(",time (+ 1 2)\n")[1].startswith("3\n")
    assert "calls go to" in talk(",models\n")[1]
    assert "total-tokens: 0" in talk(",cost\n")[1]
    assert "there is no command ,nothing" in talk(",nothing\n")[2]
    assert "nothing is known of" in talk(",doc string-lenth\n")[2]


def test_what_was_typed_is_saved_to_a_new_file(talk: Any) -> None:
    status, out, _ = talk("(define x 1)\n(car 5)\n(+ x\n 1)\n,save s.lisp\n")
    assert (status, out) == (0, "2\n2 texts are in s.lisp")
    assert Path("s.lisp").read_text() == "(define x 1)\n(+ x\n 1)\n"
    assert "cannot write s.lisp" in talk(",save s.lisp\n")[2]


def test_a_long_value_is_cut_and_can_be_seen_whole(talk: Any) -> None:
    form = '(map (fn (n) (str "a line of some length that fills it well enough " n)) (range 200))'
    out = talk(f"{form}\n,all\n")[1].split("\n")
    assert out[MOST_LINES].startswith("… ")
    assert len(out) > 200


def test_a_long_line_is_cut_and_shown_whole(talk: Any) -> None:
    _, out, _ = talk('(string/repeat "x" 50000)\n,all\n(string/repeat "y" 6100)')
    cut, rest, whole, short = out.split("\n")
    assert len(cut) == MOST_CHARACTERS
    assert rest == "… 44002 more characters: ,all shows them"
    assert whole == '"' + "x" * 50000 + '"'
    assert short == '"' + "y" * 6100 + '"'
