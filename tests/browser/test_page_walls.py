"""The wall around the language, in the page's own Python: files, packages, links, databases.

What is refused and how is tested without a browser (test_file_system.py); here are the attacks that
once took over the interpreter, on the machine that they were made for.
"""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterator

import pytest
from playground import Playground
from playwright.sync_api import BrowserContext

from pdf_files import pdf

PACKAGES = "/lib/python3.14/site-packages"
EVIL = "import js\\njs.postMessage('taken over')\\nraise SystemExit('taken over')\\n"
OUTSIDE = "outside of the folder"


@pytest.fixture(scope="module")
def opened(context: BrowserContext, site_url: str) -> Iterator[Playground]:
    """One page for all attacks."""
    playground = Playground(context.new_page(), site_url)
    playground.open()
    yield playground
    playground.page.close()


def _zip(*names: str) -> list[int]:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "x = 1")
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/lib")
        archive.writestr("link/python3.14/evil.py", "x = 1")
    return list(target.getvalue())


def _tar() -> list[int]:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
            link = tarfile.TarInfo("link")
            link.type, link.linkname = kind, "/lib"
            archive.addfile(link)
        entry = tarfile.TarInfo("link/python3.14/evil.py")
        entry.size = 1
        archive.addfile(entry, io.BytesIO(b"x"))
    return list(target.getvalue())


@pytest.mark.parametrize(
    "attack",
    [
        f'(file/write "{PACKAGES}/lispcore/hosts/browser_packages.py" "{EVIL}")',
        f'(begin (file/write "e.py" "{EVIL}") (file/copy "e.py" "{PACKAGES}/pypdf.py"))',
        f'(begin (file/write "e.py" "{EVIL}") (file/rename "e.py" "{PACKAGES}/pypdf.py"))',
        f'(begin (file/write "e.py" "{EVIL}") (file/rename "e.py" "../../lib/python3.14/e.py"))',
        f'(file/mkdir "{PACKAGES}/pypdf")',
        '(file/write "/lib/sitecustomize.py" "x")',
        '(file/write "/home/web/../../lib/x.py" "x")',
        '(file/write "/home/x.py" "x")',
        '(file/read "/proc/self/environ")',
        '(file/read "/dev/stdin")',
        '(file/list "/")',
        '(file/list "/lib/python3.14")',
        f'(kv/open "k" "{PACKAGES}/k.json")',
        f'(stream/open-output "{PACKAGES}/pypdf.py")',
        '(load "/lib/python3.14/site-packages/lispcore/__init__.py")',
        '(file/rename "/home/web" "/tmp/web")',
        f'(llm/save-records "{PACKAGES}/x.py")',
    ],
)
def test_nothing_is_seen_or_changed_outside(opened: Playground, attack: str) -> None:
    result = opened.run(attack)
    assert result["error"] is not None, result
    assert result["error"]["type"] == "io"
    assert (
        OUTSIDE in result["error"]["message"] or "stays where it is" in result["error"]["message"]
    )
    assert result["error"]["hint"]


def test_archives_write_only_below_their_folder(opened: Playground) -> None:
    attack = f"""
      (define a (zip/extract "e.zip" "out"))
      (define b (tar/extract "e.tgz" "out2"))
      (define c (try (zip/extract "e.zip" "{PACKAGES}") (catch e (:message e))))
      (list a b (file/glob "out*/**/*.py") (file/is-symlink? "out/link") c)"""
    names = ("ok.py", f"../../..{PACKAGES}/pypdf.py", f"{PACKAGES}/pypdf.py", "a/../../up.py")
    result = opened.run(attack, {"e.zip": _zip(*names), "e.tgz": _tar()})
    assert result["error"] is None, result
    words = " ".join(result["value"].split())
    assert words.startswith(
        '(2 1 ("out/link/python3.14/evil.py" "out/ok.py" "out2/link/python3.14/evil.py") #f'
    )
    assert OUTSIDE in result["value"]


def test_packages_come_from_the_page_alone(opened: Playground) -> None:
    """Modules that a program writes into its folder are not imported, whatever they are called."""
    names = "pypdf json micropip zipfile hashlib js pyodide lispcore sitecustomize sqlite3 tarfile"
    plant = "".join(f'(file/write "{name}.py" "{EVIL}")' for name in names.split())
    plant += "".join(f'(file/write "/tmp/{name}.py" "{EVIL}")' for name in names.split())
    use = """
      (list (pdf/page-count "book.pdf") (json/encode {:a 1}) (string? (str (web/user-agent)))
        (try (begin (db/open "own.db") 1) (catch e 1)) (gzip/decompress (gzip/compress "a")))"""
    result = opened.run(plant + use, {"book.pdf": list(pdf(["one"], {}))})
    assert result["error"] is None, result
    assert result["value"] == '(1 "{\\"a\\":1}" #t 1 #u8(97))'


def test_databases_open_no_file_outside(opened: Playground) -> None:
    found = opened.run('(db/open "own.db")')
    if found["error"]:  # this Python has none: then nothing can be opened
        assert "no SQLite" in found["error"]["message"]
        return
    for sql in (f"ATTACH '{PACKAGES}/x.db' AS o", f"VACUUM INTO '{PACKAGES}/x.db'"):
        result = opened.run(f'(db/open "own.db") (db/exec "own.db" "{sql}")')
        assert "may not use" in result["error"]["message"]


def test_a_programs_own_files_are_as_ever(opened: Playground) -> None:
    program = """
      (file/mkdir "deep/er") (file/write "deep/er/a.txt" "own") (file/write "/tmp/t.txt" "t")
      (list (file/read "deep/../deep/er/a.txt") (file/read "/home/web/deep/er/a.txt")
        (file/read "/tmp/t.txt") (sys/cwd) (file/glob "**/a.txt") (file/exists? "/lib")
        (file/exists? "/lib/python3.14/site-packages") (sys/temp-dir) (path/absolute "x"))"""
    result = opened.run(program)
    assert result["error"] is None, result
    assert result["value"] == (
        '("own" "own" "t" "/home/web" ("deep/er/a.txt") #f #f "/tmp" "/home/web/x")'
    )
