"""Addresses of modules: their one spelling, and where relative imports lead."""

from __future__ import annotations

import json

import pytest

from fake_host import FakeHost, FakeResponse
from lispcore import Interpreter, LispError
from lispcore.library.packages.addresses import is_address, read_address, resolve

ID = "0123456789abcdef0123"
RAW = "https://raw.githubusercontent.com/ada/shapes/v1"


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://example.org/a.lisp", "https://example.org/a.lisp"),
        (" HTTPS://Example.ORG:443/a.lisp#top ", "https://example.org/a.lisp"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org:8443/a?x=1", "https://example.org:8443/a?x=1"),
        ("http://localhost:80/a", "http://localhost/a"),
        ("http://[::1]:8000/a", "http://[::1]:8000/a"),
        ("https://github.com/ada/shapes/blob/v1/src/a.lisp#L3", f"{RAW}/src/a.lisp"),
        ("https://github.com/ada/shapes/raw/v1/a.lisp?plain=1", f"{RAW}/a.lisp"),
        (
            "https://gitlab.com/a/b/c/-/blob/main/x.lisp",
            "https://gitlab.com/a/b/c/-/raw/main/x.lisp",
        ),
        (
            "https://codeberg.org/a/b/src/branch/main/x.lisp",
            "https://codeberg.org/a/b/raw/branch/main/x.lisp",
        ),
        (f"gist:{ID}", f"https://gist.github.com/{ID}"),
        (f"https://gist.github.com/ada/{ID}", f"https://gist.github.com/{ID}"),
        (f"https://gist.github.com/ada/{ID}/raw/a.lisp", f"https://gist.github.com/{ID}/a.lisp"),
        (
            f"https://gist.github.com/ada/{ID}/{'ab' * 20}/a.lisp",
            f"https://gist.github.com/{ID}/{'ab' * 20}/a.lisp",
        ),
        (f"https://gist.github.com/{ID}#file-a-lisp", f"https://gist.github.com/{ID}/file-a-lisp"),
    ],
)
def test_each_has_one_spelling(given: str, address: str) -> None:
    assert read_address(given) == address
    assert read_address(address) == address


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("http://example.org/a.lisp", "https:// addresses only"),
        ("http://localhost.evil.example/a", "https:// addresses only"),
        ("https://ada:secret@example.org/a", "a name or a password"),
        ("https://example.org/a b", "no address"),
        ("https:///a", "no address"),
        ("https://[::1/a", "no address"),
        ("https://example.org:99999/a", "no address"),
    ],
)
def test_what_is_refused(given: str, words: str) -> None:
    with pytest.raises(LispError, match=words):
        read_address(given)


@pytest.mark.parametrize(
    ("folder", "path", "address"),
    [
        (RAW, "b.lisp", f"{RAW}/b.lisp"),
        (RAW, "../v2/b.lisp", f"{RAW[:-2]}v2/b.lisp"),
        ("https://example.org/x", "/etc/passwd", "https://example.org/etc/passwd"),
        ("https://example.org", "../../b.lisp", "https://example.org/b.lisp"),
        ("https://example.org/x", "https://other.example/b", "https://other.example/b"),
        ("https://example.org/x", "a b.lisp", "https://example.org/x/a%20b.lisp"),
        (f"https://gist.github.com/{ID}", "b.lisp", f"https://gist.github.com/{ID}/b.lisp"),
        ("link:abc", "lib/b.lisp", "link:abc/lib/b.lisp"),
        ("link:abc/lib", "../b.lisp", "link:abc/b.lisp"),
        ("link:abc/lib", "/b.lisp", "link:abc/lib/b.lisp"),
    ],
)
def test_where_relative_imports_lead(folder: str, path: str, address: str) -> None:
    assert resolve(folder, path) == address


def test_a_link_leads_nowhere_outside() -> None:
    with pytest.raises(LispError, match="what came along"):
        resolve("link:abc/lib", "../../../etc/passwd")


def test_names_of_files_are_no_addresses() -> None:
    for path in ("a.lisp", "lib/a.lisp", "/a.lisp", "gist.lisp", "github.com/ada/shapes", "c:a"):
        assert not is_address(path)


def _gist(**files: str) -> FakeResponse:
    listed = {name: {"filename": name, "content": text} for name, text in files.items()}
    return FakeResponse(json.dumps({"files": listed}).encode())


class _Host(FakeHost):
    def may_import(self, address: str) -> bool:
        return True


@pytest.mark.usefixtures("_folder")
def test_a_gist_is_a_program_with_its_files() -> None:
    files = {"README.md": "# hi", "main.lisp": '(import "help.lisp") (define x (f))'}
    files["help.lisp"] = "(define (f) 5)"
    host = _Host(_gist(**files), _gist(**files))
    assert Interpreter(host).eval(f'(import "https://gist.github.com/ada/{ID}") x') == 5  # type: ignore[arg-type]
    assert {sent.url for sent in host.requests} == {f"https://api.github.com/gists/{ID}"}
    host = _Host(_gist(**files))
    with pytest.raises(LispError, match=r"no such file; it has README.md"):
        Interpreter(host).eval(f'(import "gist:{ID}/none.lisp")')  # type: ignore[arg-type]
    # What was pinned is there without a network.
    assert Interpreter(_Host()).eval(f'(import "gist:{ID}") x') == 5  # type: ignore[arg-type]


@pytest.fixture
def _folder(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
