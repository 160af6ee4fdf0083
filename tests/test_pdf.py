"""PDF files that the test writes itself: text, pages, facts; locked, damaged and hostile ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fake_host import FakeHost
from lispcore import Interpreter, LispError
from lispcore.values.printing import print_value
from lispcore.values.types import Bytevector
from pdf_files import pdf

TWO_PAGES = ["Invoice\nAmount: 50.00 USD", "Thank you – très bien"]
INFO = {"Title": "A bill", "Author": "Somebody", "Producer": "by hand"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(program: str, **values: Any) -> str:
    interpreter = Interpreter(FakeHost())
    interpreter.globals.update(values)
    return print_value(interpreter.eval(program))


def test_text_pages_and_facts(folder: Path) -> None:
    (folder / "bill.pdf").write_bytes(pdf(TWO_PAGES, INFO))
    assert run('(pdf/page-count "bill.pdf")') == "2"
    text = '"Invoice\\nAmount: 50.00 USD\\nThank you – très bien"'
    assert run('(pdf/extract-text "bill.pdf")') == text
    pages = '("Invoice\\nAmount: 50.00 USD" "Thank you – très bien")'
    assert run('(pdf/extract-text-pages "bill.pdf")') == pages
    facts = '{:author "Somebody" :pages 2 :producer "by hand" :title "A bill"}'
    assert run('(pdf/metadata "bill.pdf")') == facts
    words = '(map text/word-count (pdf/extract-text-pages "bill.pdf"))'
    assert run(words) == "(4 5)"


def test_the_contents_of_a_file_will_do(folder: Path) -> None:
    data = Bytevector(pdf(["hi"]))
    assert run("(pdf/extract-text data)", data=data) == '"hi"'
    assert run("(pdf/metadata data)", data=data) == "{:pages 1}"


def test_a_pdf_without_pages() -> None:
    data = Bytevector(pdf([]))
    assert run("(list (pdf/page-count d) (pdf/extract-text d) (pdf/extract-text-pages d))", d=data)


def test_a_password_is_asked_for_and_an_empty_one_opens() -> None:
    locked = Bytevector(pdf(["secret"], password="open sesame"))
    with pytest.raises(LispError, match="needs a password"):
        run("(pdf/extract-text data)", data=locked)
    unlocked = Bytevector(pdf(["for all to read"], password=""))
    assert run("(pdf/extract-text data)", data=unlocked) == '"for all to read"'


def test_encryption_that_is_unknown() -> None:
    data = pdf(["x"], password="").replace(b"/V 1/R 2", b"/V 9/R 9")
    with pytest.raises(LispError, match="encrypted in a way"):
        run("(pdf/page-count data)", data=Bytevector(data))


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.4\n",
        b"%PDF-1.4\n%%EOF",
        pdf(TWO_PAGES)[:120],
        pdf(TWO_PAGES).replace(b"/Kids", b"/Kidz"),
        pdf(TWO_PAGES).replace(b"/Root 1 0 R", b"/Root 5 0 R"),
        pdf(TWO_PAGES).replace(b"/Type/Pages/Kids[3 0 R", b"/Type/Pages/Kids[2 0 R"),
        b"%PDF-1.4\n1 0 obj\n" + b"[" * 5000 + b"\ntrailer<</Root 1 0 R>>",
        b"%PDF-1.4\n" + bytes(range(256)) * 20,
    ],
)
def test_damage_is_an_error_of_the_language_or_harmless(data: bytes) -> None:
    try:
        assert run("(pdf/extract-text data)", data=Bytevector(data)).startswith('"')
    except LispError as error:
        assert "PDF" in error.message  # noqa: PT017
        assert error.hint  # noqa: PT017


@pytest.mark.parametrize("cut", range(9, len(pdf(["a", "b"])), 23))
def test_a_file_that_was_cut_off_anywhere(cut: int) -> None:
    data = Bytevector(pdf(["a", "b"])[:cut])
    for call in ("pdf/extract-text", "pdf/page-count", "pdf/metadata"):
        try:
            run(f"({call} data)", data=data)
        except LispError as error:
            assert "PDF" in error.message  # noqa: PT017


def test_what_is_no_pdf(folder: Path) -> None:
    (folder / "n.txt").write_text("hello")
    with pytest.raises(LispError, match="not a PDF file"):
        run('(pdf/extract-text "n.txt")')
    with pytest.raises(LispError, match="no such file"):
        run('(pdf/page-count "missing.pdf")')
    with pytest.raises(LispError, match="expected string"):
        run("(pdf/metadata 5)")


def test_where_the_package_is_missing_the_error_says_so() -> None:
    host = FakeHost()
    host.missing = {"pypdf": "the Python package pypdf is not installed"}
    interpreter = Interpreter(host)
    interpreter.globals["data"] = Bytevector(pdf(["x"]))
    with pytest.raises(LispError, match="pypdf is not installed") as caught:
        interpreter.eval("(pdf/page-count data)")
    assert caught.value.kind == "unsupported"
