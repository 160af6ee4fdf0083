"""`lispcore jupyter`: its words, and what it says where Jupyter is not installed."""

from __future__ import annotations

import sys

import pytest

from lispcore.__main__ import main
from lispcore.commands.jupyter import describe_kernel, read_words


def test_words_of_install() -> None:
    assert read_words(["install"]) == ({"--name": "lispcore"}, "")
    given, wrong = read_words(["install", "--prefix=/x", "--name", "lisp", "--user"])
    assert (given, wrong) == ({"--prefix": "/x", "--name": "lisp", "--user": "yes"}, "")
    for words in ([], ["uninstall"], ["install", "--prefix"], ["install", "--colour"]):
        assert read_words(words)[1]


def test_the_kernel_is_started_by_this_python() -> None:
    words = describe_kernel()["argv"]
    assert isinstance(words, list)
    assert words[0] == sys.executable
    assert words[-1] == "{connection_file}"
    assert words[1] == "-P"  # whatever lies in the notebook's folder


@pytest.mark.parametrize("words", [["install"], ["kernel", "-f", "x"]])
def test_what_is_missing_is_named(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ipykernel", None)
    monkeypatch.delitem(sys.modules, "lispcore.commands.notebook_kernel", raising=False)
    assert main(["jupyter", *words]) == 2
    assert "lispcore[jupyter]" in capsys.readouterr().err
