"""What programs ask a person (lispcore/library/showing/forms.py), at the page and elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from fake_host import FakeHost
from lispcore.commands.batch import run_batch
from lispcore.hosts.browser_forms import fill_in
from lispcore.running.interpreter import Interpreter
from lispcore.values.errors import LispError


class AnsweringHost(FakeHost):
    """A terminal whose person answers with given lines."""

    def __init__(self, *lines: str) -> None:
        super().__init__()
        self.lines = list(lines)
        self.prompts: list[str] = []

    def read_line(self, prompt: str) -> str | None:
        self.prompts.append(prompt)
        return self.lines.pop(0) if self.lines else None


class FillingHost(FakeHost):
    """A page whose visitor fills each form in the same way."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.answer = answer
        self.forms: list[Mapping[str, Any]] = []

    def fill_in(self, name: str, form: Mapping[str, Any]) -> Any:
        self.forms.append({"name": name, **form})
        return self.answer


def value(program: str, host: Any) -> str | None:
    """Returns the printed value of a program."""
    result = Interpreter(host).run(program)
    assert result["error"] is None, result["error"]
    text: str | None = result["value"]
    return text


@pytest.mark.parametrize(
    ("program", "lines", "wanted"),
    [
        ('(ui/ask "Name?")', ["Ada"], '"Ada"'),
        ('(ui/ask "Name?" {:default "Bob"})', [""], '"Bob"'),
        ('(ui/ask "Text?" {:lines #t})', ["a", "b", ""], '"a\\nb"'),
        ('(ui/confirm "Sure?")', ["maybe", "Yes"], "#t"),
        ('(ui/confirm "Sure?")', ["n"], "#f"),
        ('(ui/choose "Which?" [:tea :coffee])', ["2"], ":coffee"),
        ('(ui/choose "Which?" [:tea :coffee])', ["3", "0", "x", ":tea"], ":tea"),
        ('(ui/choose "Which?" (list 5 6 7) {:multiple #t})', ["3 1"], "(7 5)"),
        ('(ui/choose "Which?" {:a 1 :b 2})', ["1"], "1"),
        ('(:name (ui/upload "File?"))', ["missing.txt", "in.txt"], '"in.txt"'),
        ('(utf8->string (:bytes (ui/upload "File?")))', ["in.txt"], '"text"'),
        ('(length (ui/upload "Files?" {:multiple #t}))', ["in.txt", "in.txt", ""], "2"),
        ('(ui/upload "File?")', [""], None),
    ],
)
def test_a_terminal_asks_with_lines(
    program: str,
    lines: list[str],
    wanted: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in.txt").write_text("text", "utf-8")
    assert value(program, AnsweringHost(*lines)) == wanted


@pytest.mark.parametrize(
    ("program", "answer", "wanted", "part"),
    [
        ('(ui/ask "Name?" {:default "B"})', "Ada", '"Ada"', {"kind": "ask", "value": "B"}),
        ('(ui/ask "Name?")', None, None, {"lines": False}),
        ('(ui/confirm "Sure?")', True, "#t", {"kind": "confirm"}),
        ('(ui/confirm "Sure?")', None, "#f", {}),
        ('(ui/choose "?" [:a "b" 3])', [1], '"b"', {"choices": [":a", "b", "3"]}),
        ('(ui/choose "?" [1 2] {:multiple #t})', [], "()", {"multiple": True}),
        ('(ui/choose "?" [1 2])', None, None, {"multiple": False}),
        ('(ui/upload "?" {:types [".a"]})', [("a.a", b"x")], None, {"types": [".a"]}),
    ],
)
def test_a_page_shows_a_form(
    program: str, answer: Any, wanted: str | None, part: dict[str, Any]
) -> None:
    host = FillingHost(answer)
    got = value(program, host)
    if "upload" not in program:
        assert got == wanted
    else:
        assert got == '{:bytes #u8(120) :name "a.a"}'
    [form] = host.forms
    assert part.items() <= form.items()
    assert form["name"] == program.split()[0][1:]


@pytest.mark.parametrize(
    ("program", "part"),
    [
        ('(ui/ask "?")', "ui/ask: nobody answers, the input is closed"),
        ('(ui/confirm "?")', "ui/confirm: nobody answers"),
        ('(ui/upload "?")', "ui/upload: nobody answers"),
        ('(ui/choose "?" [])', "nothing to choose from"),
        ('(ui/choose "?" (range 1001))', "1001 choices"),
        ("(ui/ask 5)", "expected string"),
        ('(ui/ask "?" {:defualt "x"})', "unknown option :defualt"),
    ],
)
def test_what_cannot_be_asked_is_an_error(program: str, part: str) -> None:
    error = Interpreter(FakeHost()).run(program)["error"]
    assert part in error["message"]


def test_a_batch_has_nobody_who_answers() -> None:
    answers = StringIO()
    run_batch(StringIO(json.dumps({"id": 1, "code": '(ui/ask "Name?")'}) + "\n"), answers)
    answer = json.loads(answers.getvalue())
    assert answer["error"]["type"] == "io"
    assert "nobody answers" in answer["error"]["message"]


class ScriptedPage:
    """A page that answers each wish with what is next."""

    def __init__(self, tier: str, *answers: tuple[dict[str, Any], bytes]) -> None:
        self.tier = tier
        self.answers = list(answers)
        self.asked: list[Mapping[str, Any]] = []

    def ask(self, request: Mapping[str, Any], body: bytes = b"") -> tuple[dict[str, Any], bytes]:
        self.asked.append(request)
        return self.answers.pop(0)


def test_files_come_in_pieces() -> None:
    files = [{"name": "a", "size": 5}, {"name": "b", "size": 0}]
    page = ScriptedPage("shared", ({"answer": files}, b""), ({}, b"abc"), ({}, b"de"))
    assert fill_in(page, "ui/upload", {"kind": "upload"}) == [("a", b"abcde"), ("b", b"")]
    assert [each.get("at") for each in page.asked] == [None, 0, 3]


def test_a_file_that_is_gone_is_an_error() -> None:
    page = ScriptedPage("shared", ({"answer": [{"name": "a", "size": 5}]}, b""), ({}, b""))
    with pytest.raises(LispError, match="can no longer be read"):
        fill_in(page, "ui/upload", {"kind": "upload"})


def test_a_browser_in_which_programs_cannot_wait_says_so() -> None:
    with pytest.raises(LispError, match="ui/ask: programs cannot wait"):
        fill_in(ScriptedPage("direct"), "ui/ask", {"kind": "ask"})
