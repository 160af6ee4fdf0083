"""The built-in documentation: every public name has it, and every example of it is executed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fake_host import FakeHost
from lispcore import Interpreter, LispError
from lispcore.expanding.special_forms import SPECIAL_FORMS
from lispcore.library import LIBRARY
from lispcore.library.language.help import documentation_json, documented, public_names
from lispcore.values.printing import print_value

DOCUMENTED = dict(documented())
CHAPTERS = sorted({entry.chapter for entry in DOCUMENTED.values()})


def answer(program: str) -> str:
    """Returns the printed value of a program, or ``error: `` and the message."""
    try:
        return print_value(Interpreter(FakeHost()).eval(program))  # type: ignore[arg-type]
    except LispError as error:
        return f"error: {error.message}"


def fits(wanted: str, got: str) -> bool:
    """Tells whether an answer is the documented one; of a message only a part is documented."""
    if wanted.startswith("error: "):
        return got.startswith("error: ") and wanted[len("error: ") :] in got
    return wanted == got


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_examples_give_what_is_documented(
    chapter: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wrong = []
    for name, entry in DOCUMENTED.items():
        if entry.chapter != chapter or name in entry.aliases:
            continue
        for program, wanted in entry.examples:
            got = answer(program)
            if not fits(wanted, got):
                wrong.append(f"{name}: {program}\n    documented {wanted}\n    got        {got}")
    assert not wrong, "\n".join(wrong)


def test_comparing_answers() -> None:
    assert fits("3", "3")
    assert not fits("3", "4")
    assert fits("error: by zero", "error: division by zero")
    assert not fits("error: by zero", "by zero")
    assert answer("(/ 1 0)").startswith("error: ")
    assert answer("nil") == "nil"


@pytest.mark.parametrize(
    "names", [sorted(LIBRARY), sorted(SPECIAL_FORMS)], ids=["library", "forms"]
)
def test_every_name_is_documented(names: list[str]) -> None:
    public = [name for name in names if "%" not in name and not name.startswith("__")]
    assert [name for name in public if name not in DOCUMENTED] == []


def test_documentation_is_complete() -> None:
    poor = [
        name
        for name, entry in DOCUMENTED.items()
        if not (entry.chapter and entry.returns and len(entry.text) > 10)
        or not entry.text.rstrip().endswith((".", ":", "?", "!", ")"))
    ]
    assert poor == []


def test_doc_shows_what_is_known_of_a_library_function() -> None:
    host = FakeHost()
    Interpreter(host).eval("(doc string-trim)")  # type: ignore[arg-type]
    text = "".join(text for _, text in host.written)
    assert text.startswith("(string-trim text:string) -> string    [")
    assert "Also called string/trim." in text
    assert "    (string/trim " in text


@pytest.mark.parametrize(
    ("program", "part"),
    [
        ("(doc if)", "(if test then [else]) -> any"),
        ("(doc 'if)", "(if test then"),
        ('(doc "->>")', "(->> value step …)"),
        ("(define (area w h) (* w h)) (doc area)", "(area w h)\n  A function of this program."),
        ("(define (all x & more) x) (doc all)", "(all x & more)"),
        ("(define size 5) (doc size)", "of the type int"),
        ("(defmacro m (x) x) (doc m)", "A macro of this program"),
        ("(doc *stdout*)", "*stdout* : "),
    ],
)
def test_doc_of_other_names(program: str, part: str) -> None:
    host = FakeHost()
    assert Interpreter(host).eval(program) is None  # type: ignore[arg-type]
    assert part in host.written[-1][1]


def test_doc_of_an_unknown_name_proposes_near_ones() -> None:
    with pytest.raises(LispError) as caught:
        Interpreter(FakeHost()).eval("(doc string/trimm)")  # type: ignore[arg-type]
    assert "string/trim" in (caught.value.hint or "")
    assert answer("(doc 5)") == "nil"


def test_apropos_looks_into_names_then_texts() -> None:
    assert "string/trim" in answer('(apropos "TRIM")')
    assert answer("(define my-own-thing 1) (apropos 'own-thing)") == "(my-own-thing)"
    assert "string/trim" in answer('(apropos "white space at its two ends")')
    assert answer("(apropos 5)").startswith("error: apropos")


def test_the_page_gets_the_same_data_as_json() -> None:
    data = {each["name"]: each for each in json.loads(documentation_json())}
    assert set(data) == set(public_names())
    assert data["if"]["signature"] == "(if test then [else]) -> any"
    assert data["string-trim"]["aliases"] == ["string/trim"]
    assert all(set(each) == set(data["if"]) for each in data.values())
    assert not any("%" in name for name in data)
