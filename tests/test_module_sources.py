"""Imports from elsewhere: consent, hashes, the lock file, what is kept, and packages of a program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from lispcore import Interpreter, LispError
from lispcore.__main__ import main
from lispcore.hosts.terminal import TerminalHost
from lispcore.library.packages import obtaining
from lispcore.library.packages.links import Shared, encode_link
from lispcore.services.diagnosing import diagnose
from lispcore.values.printing import print_value
from module_server import ModuleServer, open_module_server

AREA = "(module area (export area) (define (area s) (times s s)) (define (times a b) (* a b)))"


@pytest.fixture(scope="module")
def served() -> Iterator[ModuleServer]:
    with open_module_server() as server:
        yield server


@pytest.fixture
def server(served: ModuleServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleServer:
    """An empty server; an empty folder is the current one, another the user's cache."""
    for each in (served.files, served.moved, served.refused, served.asked, served.headers):
        each.clear()
    folder = tmp_path / "program"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return served


def session(allows: bool = True) -> Interpreter:
    host = TerminalHost()
    host.allows_imports = allows
    return Interpreter(host)


def evaluate(program: str, allows: bool = True) -> str:
    return print_value(session(allows).eval(program))


def failure(program: str, allows: bool = True) -> LispError:
    with pytest.raises(LispError) as caught:
        evaluate(program, allows)
    return caught.value


def locked() -> dict[str, Any]:
    imports: dict[str, Any] = json.loads(Path("lispcore.lock").read_text())["imports"]
    return imports


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def test_nothing_is_imported_that_nobody_allowed(server: ModuleServer) -> None:
    address = server.put("/area.lisp", AREA)
    error = failure(f'(import "{address}") (area 3)', allows=False)
    assert f"nobody allowed this program to import {address}" in error.message
    assert "lispcore install" in (error.hint or "")
    assert "--allow-import" in (error.hint or "")
    assert server.asked == []
    assert not Path("lispcore.lock").exists()


def test_the_first_import_pins_and_later_ones_need_no_network(
    server: ModuleServer, capsys: pytest.CaptureFixture[str]
) -> None:
    address = server.put("/area.lisp", AREA)
    assert evaluate(f'(import "{address}") (area 3)') == "9"
    assert locked() == {address: {"sha256": hash_of(AREA)}}
    said = capsys.readouterr().err
    assert f'(import "{address}" {{:sha256 "{hash_of(AREA)}"}})' in said
    server.files.clear()
    assert evaluate(f'(import "{address}" area) (area 4)', allows=False) == "16"
    assert len(server.asked) == 1
    assert capsys.readouterr().err == ""


def test_neither_cookies_nor_keys_are_sent(
    server: ModuleServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    one, two = server.put("/one.lisp", "(define one 1)"), server.put("/two.lisp", "(define two 2)")
    assert evaluate(f'(http/get "{one}") (import "{one}") (import "{two}") (+ one two)') == "3"
    for sent in server.headers[1:]:
        assert not {"cookie", "authorization"} & set(sent)
        assert "sk-secret" not in str(sent)


def test_what_is_pinned_comes_without_cookies_too(server: ModuleServer, tmp_path: Path) -> None:
    one = server.put("/one.lisp", "(define one 1)")
    assert evaluate(f'(import "{one}") one') == "1"
    (tmp_path / "cache").rename(tmp_path / "gone")
    assert evaluate(f'(http/get "{one}") (import "{one}") one', allows=False) == "1"
    assert len(server.headers) == 3
    assert "cookie" not in server.headers[2]


def test_imports_at_the_same_time_are_all_pinned(
    server: ModuleServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = server.put("/one.lisp", "(define one 1)"), server.put("/two.lisp", "(define two 2)")
    fetch = obtaining.fetch

    def fetch_beside_another(address: str, *, is_allowed: bool) -> Any:
        found = fetch(address, is_allowed=is_allowed)
        if address == one:
            evaluate(f'(import "{two}")')
        return found

    monkeypatch.setattr(obtaining, "fetch", fetch_beside_another)
    assert evaluate(f'(import "{one}") one') == "1"
    assert set(locked()) == {one, two}


def test_a_wrong_hash_names_both(server: ModuleServer) -> None:
    address = server.put("/area.lisp", AREA)
    wanted = hash_of("something else")
    program = f'(import "{address}" {{:sha256 "{wanted.upper()}"}} area) (area 3)'
    error = failure(program)
    assert wanted in error.message
    assert hash_of(AREA) in error.message
    assert not Path("lispcore.lock").exists()
    right = f'(import "{address}" {{:sha256 "{hash_of(AREA)}"}} area) (area 3)'
    assert evaluate(right) == "9"
    # A second import of the same module in one session is held to its hash, too.
    assert wanted in failure(right + program).message


def test_content_that_changed_is_not_taken(server: ModuleServer, tmp_path: Path) -> None:
    address = server.put("/area.lisp", AREA)
    assert evaluate(f'(import "{address}") (area 3)') == "9"
    server.put("/area.lisp", AREA.replace("* a b", "+ a b"))
    # Elsewhere nothing is kept: the lock file alone decides.
    for each in (tmp_path / "cache").rglob("*.lisp"):
        each.write_text("(define (area s) :damaged)")
    error = failure(f'(import "{address}") (area 3)', allows=False)
    assert hash_of(AREA) in error.message
    assert "lispcore install --update" in (error.hint or "")
    server.put("/area.lisp", AREA)
    assert evaluate(f'(import "{address}") (area 3)', allows=False) == "9"


def test_relative_imports_start_at_the_address(server: ModuleServer) -> None:
    server.put("/lib/shapes/area.lisp", '(import "../sums.lisp") (define (area s) (sum s s))')
    server.put("/lib/sums.lisp", '(import "/top.lisp") (define (sum a b) (+ a b top))')
    server.put("/top.lisp", '(define top (load "low.lisp"))')
    server.put("/low.lisp", "100")
    Path("sums.lisp").write_text("(define (sum a b) :mine)")
    program = f'(import "{server.url}/lib/shapes/area.lisp" area) (area 3)'
    assert evaluate(program) == "106"
    assert evaluate(program, allows=False) == "106"
    assert len(locked()) == 4


def test_a_redirect_is_followed_and_remembered(server: ModuleServer) -> None:
    server.put("/v2/area.lisp", '(import "sums.lisp") (define (area s) (sum s s))')
    server.put("/v2/sums.lisp", "(define (sum a b) (+ a b))")
    server.moved = {"/area": "/v1/area", "/v1/area": f"{server.url}/v2/area.lisp"}
    program = f'(import "{server.url}/area" area) (area 3)'
    assert evaluate(program) == "6"
    assert locked()[f"{server.url}/area"]["from"] == f"{server.url}/v2/area.lisp"
    assert evaluate(program, allows=False) == "6"
    server.moved = {"/round": "/round", "/out": "http://example.org/x.lisp"}
    assert "from one address to the next" in failure(f'(import "{server.url}/round")').message
    assert "https:// addresses only" in failure(f'(import "{server.url}/out")').message


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 404, "nothing is there"),
        (b"(", 500, "answered 500"),
        (b"private", 403, "to some only"),
        (b"\n<!DOCTYPE html><html>", 200, "web page, not a program"),
        (b"<!-- x --><HTML lang=en>", 200, "web page, not a program"),
        (b"\xff\xfe(", 200, "no UTF-8 text"),
        (b" \n", 200, "is empty"),
        (b";" * 2_000_001, 200, "larger than 2,000,000 bytes"),
    ],
)
def test_what_is_no_program_is_said(
    server: ModuleServer, body: bytes, status: int, words: str
) -> None:
    server.files["/x.lisp"] = body
    server.refused["/x.lisp"] = status
    error = failure(f'(import "{server.url}/x.lisp")')
    assert words in error.message
    assert f"{server.url}/x.lisp" in error.message


def test_an_error_names_address_line_and_column(
    server: ModuleServer, capsys: pytest.CaptureFixture[str]
) -> None:
    address = server.put("/bad.lisp", "(define (half x)\n  (/ x\n     (car '())))\n")
    error = failure(f'(import "{address}" half)\n(half 3)')
    assert (error.file, error.line, error.column) == (address, 2, 3)
    server.put("/open.lisp", "(define x\n  (+ 1 2)")
    error = failure(f'(import "{server.url}/open.lisp")')
    assert error.file == f"{server.url}/open.lisp"
    found = Interpreter(TerminalHost()).run(f'(import "{address}" half)\n(half 3)')
    assert found["error"]["message"].startswith(f"{address}:2:3: ")
    assert (found["error"]["line"], found["error"]["file"]) == (2, address)


def test_a_link_of_the_page_brings_its_program_and_its_files(server: ModuleServer) -> None:
    code = '(import "lib/sums.lisp") (define (area s) (sum s s))'
    link = encode_link(Shared(code, files={"lib/sums.lisp": b"(define (sum a b) (+ a b))"}))
    program = f'(import "https://page.example/#{link}" area) (area 3)'
    assert evaluate(program, allows=False) == "6"
    pinned = program.replace(" area)", f' {{:sha256 "{hash_of(code)}"}} area)')
    assert evaluate(pinned, allows=False) == "6"
    bad = encode_link(Shared('(import "other.lisp")'))
    assert "brought no such file" in failure(f'(import "#{bad}")').message
    assert "does not open" in failure('(import "https://page.example/#v1=abc")').message


def test_packages_of_the_program(server: ModuleServer) -> None:
    for name, text in {
        "packages/sums.lisp": "(define (sum a b) (+ a b))",
        "packages/area/package.sema": '(import "sums") (import "help.lisp") (define (area s) (sum (f s) s))',
        "packages/area/help.lisp": "(define (f s) s)",
        "area.lisp": "(define (area s) :beside)",
    }.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
    assert evaluate('(import "area") (area 3)') == "6"
    assert evaluate('(import "area.lisp") (area 3)') == ":beside"
    assert "no such file" in failure('(import "nothing")').message
    error = failure('(import "github.com/user/repo")')
    assert "https://github.com/user/repo" in (error.hint or "")


def test_a_damaged_lock_file_is_said(server: ModuleServer) -> None:
    address = server.put("/area.lisp", AREA)
    for text in ("{", "[]", '{"imports": {}, "version": 9}', '{"imports": {"x": 1}, "version": 1}'):
        Path("lispcore.lock").write_text(text)
        assert "is no lock file" in failure(f'(import "{address}")').message


def test_install_pins_without_running(
    server: ModuleServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.put("/deep.lisp", "(define deep 1)")
    address = server.put("/loud.lisp", '(import "deep.lisp") (println "run") (define loud 7)')
    Path("p.lisp").write_text(f'(import "{address}") (println loud)')
    assert main(["p.lisp"]) == 1
    assert "nobody allowed" in capsys.readouterr().err
    assert main(["install", "--check", "p.lisp"]) == 1
    assert f"{address} is not pinned" in capsys.readouterr().err
    assert main(["install", "p.lisp"]) == 0
    out = capsys.readouterr().out
    assert address in out
    assert f"{server.url}/deep.lisp" in out
    assert "run" not in out.split()
    server.files.clear()
    assert main(["install", "--check", "p.lisp"]) == 0
    assert main(["p.lisp"]) == 0
    assert capsys.readouterr().out == "run\n7\n"
    lock = json.loads(Path("lispcore.lock").read_text())
    del lock["imports"][f"{server.url}/deep.lisp"]
    Path("lispcore.lock").write_text(json.dumps(lock))
    assert main(["install", "--check", "p.lisp"]) == 1
    assert f"{server.url}/deep.lisp is not pinned" in capsys.readouterr().err


def test_install_updates_and_keeps_beside_the_program(
    server: ModuleServer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    address = server.put("/area.lisp", AREA)
    Path("p.lisp").write_text(f'(import "{address}") (println (area 3))')
    assert main(["--allow-import", "p.lisp"]) == 0
    changed = server.put("/area.lisp", AREA.replace("* a b", "+ a b"))
    assert main(["install", "p.lisp"]) == 0
    assert locked()[changed]["sha256"] == hash_of(AREA)
    assert main(["install", "--update", "--vendor", "p.lisp"]) == 0
    assert locked()[changed]["sha256"] != hash_of(AREA)
    (tmp_path / "cache").rename(tmp_path / "gone")
    server.files.clear()
    capsys.readouterr()
    assert main(["p.lisp"]) == 0
    assert capsys.readouterr().out == "6\n"
    assert main(["install"]) == 0
    Path("lispcore.lock").unlink()
    assert main(["install"]) == 2


def test_at_a_terminal_the_user_is_asked(
    server: ModuleServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = server.put("/area.lisp", AREA)
    host = TerminalHost()
    host.owns_process = True
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    answers = ["", "no", "y"]
    monkeypatch.setattr(host, "read_line", lambda prompt: answers.pop(0))
    for _ in range(2):
        with pytest.raises(LispError, match="nobody allowed"):
            Interpreter(host).eval(f'(import "{address}")')
    assert server.asked == []
    assert Interpreter(host).eval(f'(import "{address}") (area 3)') == 9
    assert answers == []


def test_names_of_what_is_pinned_are_known_before_it_runs(server: ModuleServer) -> None:
    address = server.put("/area.lisp", AREA)
    program = f'(import "{address}")\n(area 3)\n(volume 3)'
    # Nothing is known of what is not here, and nothing is fetched to find out.
    assert diagnose(program, "p.lisp", "") == []
    assert server.asked == []
    evaluate(f'(import "{address}")')
    assert [found.line for found in diagnose(program, "p.lisp", "")] == [3]
