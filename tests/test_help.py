"""(help) and (help "topic"): the manual's contents and the names of the reference, in the language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lispcore import Interpreter
from lispcore.hosts.terminal import TerminalHost
from lispcore.library.language.manual_pages import PAGES

MANUAL = Path(__file__).resolve().parent.parent / "docs" / "manual"


def run(program: str) -> dict[str, Any]:
    return dict(Interpreter(TerminalHost(environment={})).run(program))


def test_it_shows_the_pages_of_the_manual() -> None:
    shown = "\n".join(run("(help)")["output"])
    for part, name, title in PAGES:
        assert (MANUAL / f"{name}.md").is_file()
        assert part in shown
        assert f"{name:<12}{title}" in shown
    assert "(doc map)" in shown


@pytest.mark.parametrize(
    ("topic", "page", "name"),
    [
        ('"images"', "Images", "message/with-image"),
        ("'files", "Files", "file/read"),
        ('"Tools"', "Tools and agents", "deftool"),
        ('"regex"', "", "regex/match"),
    ],
)
def test_a_topic_shows_pages_and_names(topic: str, page: str, name: str) -> None:
    shown = "\n".join(run(f"(help {topic})")["output"])
    assert name in shown
    assert f"Manual: {page}" in shown if page else "Manual:" not in shown


@pytest.mark.parametrize("topic", ['"no such thing at all"', '""', '" "'])
def test_what_is_no_topic_is_said(topic: str) -> None:
    error = run(f"(help {topic})")["error"]
    assert "topic" in error["message"]
    assert "(help)" in error["hint"]


def test_a_program_may_have_a_help_of_its_own() -> None:
    assert run('(define (help) "mine") (help)')["value"] == '"mine"'


@pytest.mark.parametrize(
    "program", ['(help/%doc "")', '((string->symbol ""))', '(eval (string->symbol ""))', "name--"]
)
def test_odd_names_are_unknown_in_plain_words(program: str) -> None:
    error = run(program)["error"]
    assert error["type"] != "fault"
    assert "__" not in f"{error['message']} {error['hint']}"
    assert "cannot work with" not in error["message"]
