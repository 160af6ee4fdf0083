"""The wall around a program's files: nothing leads outside of the folders that it may see.

The last tests read the whole package: nobody but file_system.py touches the file system, so that a
function that is written later cannot forget the wall.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_host import FakeHost
from lispcore import Interpreter, LispError
from lispcore.library.files import file_system
from lispcore.library.registry import ENTRIES
from lispcore.values.printing import print_value

PACKAGE = Path(file_system.__file__).parents[2]
SECRET = "what nobody may read"


@pytest.fixture
def home(tmp_path, monkeypatch) -> Iterator[Path]:
    """The program's folder; a secret lies beside it, and links lead there."""
    outside = tmp_path / "outside"
    home = tmp_path / "home"
    for folder in (outside, outside / "deep", home, tmp_path / "tmp"):
        folder.mkdir()
    (outside / "secret.txt").write_text(SECRET)
    (home / "own.txt").write_text("own")
    (home / "link.txt").symlink_to(outside / "secret.txt")
    (home / "linked").symlink_to(outside)
    (home / "up").symlink_to("..")
    (home / "round").symlink_to("round")
    (home / "inner").symlink_to("own.txt")
    monkeypatch.chdir(home)
    with file_system.confined(str(home), str(tmp_path / "tmp")):
        yield home


def _ways_out(home: Path) -> list[str]:
    outside = home.parent / "outside"
    return [
        str(outside / "secret.txt"),
        "../outside/secret.txt",
        "./.././outside//secret.txt",
        "link.txt",
        "linked/secret.txt",
        "linked/../outside/secret.txt",
        "up/outside/secret.txt",
        "up/home/../outside/secret.txt",
        "round/../../outside/secret.txt",
        f"{home}/../outside/secret.txt",
        f"//{str(outside)[1:]}/secret.txt",
        f"{home}x/../outside/secret.txt",
        "/proc/self/cwd/../outside/secret.txt",
        f"/proc/self/root{outside}/secret.txt",
        "/dev/stdin",
        "/dev/fd/0",
        "/etc/passwd",
        "/",
        "..",
    ]


_sessions: list[Interpreter] = []


@pytest.fixture(autouse=True)
def _one_session() -> Iterator[None]:
    """A session for all programs of a test."""
    _sessions[:] = [Interpreter(FakeHost())]
    yield
    _sessions.clear()


def _run(program: str, **names: str) -> str:
    interpreter = _sessions[0]
    interpreter.globals.update(names)
    return print_value(interpreter.eval(program))


# Each gives what it finds, or an error; P is the way out, D a folder outside.
READERS = [
    "(file/read P)",
    "(file/read-bytes P)",
    "(file/read-lines P)",
    "(file/fold-lines P (fn (a b) (str a b)) 0)",
    "(stream/read-all (stream/open-input P))",
    "(file/info P)",
    '(begin (file/copy P "stolen") (file/read "stolen"))',
    '(begin (file/rename (path/join P "..") "moved") (file/list "moved"))',
    '(begin (zip/create "s.zip" (list P)) (zip/extract "s.zip" "z") (file/list "z"))',
    '(begin (tar/create "s.tar" (list P)) (tar/extract "s.tar" "z") (file/list "z"))',
    "(load P)",
    "(import P)",
    '(kv/open "k" P)',
    '(vector-store/open "v" P)',
    "(pdf/page-count P)",
    "(pdf/extract-text P)",
    '(db/open "d" P)',
    "(llm/with-cassette P {:mode :replay} (fn () 1))",
]
WRITERS = [
    '(file/write P "x")',
    '(file/append P "x")',
    "(file/write-bytes P #u8(1))",
    '(file/write-lines P (list "x"))',
    '(stream/write-string (stream/open-output P) "x")',
    '(file/copy "own.txt" P)',
    '(file/rename "own.txt" P)',
    '(file/mkdir (str P "/new"))',
    "(file/delete P)",
    '(zip/create P (list "own.txt"))',
    '(tar/create P (list "own.txt"))',
    '(begin (zip/create "s.zip" (list "own.txt")) (zip/extract "s.zip" P))',
    '(begin (tar/create "s.tar" (list "own.txt")) (tar/extract "s.tar" P))',
    '(begin (kv/open "k" P) (kv/set "k" "a" 1))',
    '(begin (vector-store/create "v") (vector-store/save "v" P))',
    '(begin (db/open "d" P) (db/exec "d" "CREATE TABLE t (a)"))',
    "(llm/save-records P)",
]


def _snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(each.relative_to(folder)): each.read_bytes() if each.is_file() else b""
        for each in sorted(folder.rglob("*"))
    }


@pytest.mark.parametrize("program", READERS)
def test_nothing_outside_is_read(home, program: str) -> None:
    for way in _ways_out(home):
        with pytest.raises(LispError) as caught:
            _run(program, P=way)
        assert SECRET not in f"{caught.value.message} {caught.value.hint}"
        assert "outside of the folder" in caught.value.message, (way, caught.value.message)
        assert str(home) in (caught.value.hint or ""), way


@pytest.mark.parametrize("program", WRITERS)
def test_nothing_outside_is_changed(home, program: str) -> None:
    before = _snapshot(home.parent / "outside")
    for way in _ways_out(home):
        if way == "link.txt" and program.startswith(("(file/rename ", "(file/delete ")):
            continue  # there it is the link itself, see below
        with pytest.raises(LispError) as caught:
            _run(program, P=way)
        assert caught.value.kind == "io", way
        (home / "own.txt").write_text("own")
        assert _snapshot(home.parent / "outside") == before, way
    assert sorted(each.name for each in home.parent.iterdir()) == ["home", "outside", "tmp"]


def test_what_lies_outside_does_not_exist(home) -> None:
    for way in [*_ways_out(home), "own.txt\0", "\0", "a\udc2f", "", "\udcc0\udcaf"]:
        for question in ("exists?", "is-file?", "is-directory?"):
            assert _run(f"(file/{question} P)", P=way) == "#f", way
    # A name is told apart from another one only by what it is, not by what it looks like.
    assert _run('(file/exists? "own．txt")') == "#f"
    assert _run('(file/exists? "．．/outside/secret.txt")') == "#f"
    for pattern in (
        "../*",
        "/*",
        "up/*",
        "linked/*",
        "*/../../outside/*",
        "../out*/../home/own.txt",
    ):
        assert _run("(file/glob P)", P=pattern) == "()", pattern
    assert _run('(file/glob "**/secret.txt")') == "()"
    with pytest.raises(LispError, match="outside of the folder"):
        _run('(file/list "..")')


def test_a_link_is_replaced_and_removed_itself(home) -> None:
    _run('(file/rename "own.txt" "link.txt")')
    assert _run('(file/read "link.txt")') == '"own"'
    _run('(file/delete "linked")')
    for way in (*_ways_out(home), "linked"):
        if way not in ("link.txt", "linked/secret.txt", "linked/../outside/secret.txt"):
            with pytest.raises(LispError):
                _run("(file/delete P)", P=way)
    assert (home.parent / "outside" / "secret.txt").read_text() == SECRET


def test_the_same_is_said_whether_something_is_there_or_not(home) -> None:
    said = []
    for name in ("secret.txt", "missing.txt"):
        with pytest.raises(LispError) as caught:
            _run("(file/read P)", P=f"../outside/{name}")
        said.append(caught.value.message.replace(name, "…") + str(caught.value.hint))
    assert said[0] == said[1]


def test_a_programs_own_files_are_as_ever(home) -> None:
    assert _run('(file/read "own.txt")') == '"own"'
    assert _run('(file/read "inner")') == '"own"'
    assert _run('(file/read "linked/../home/own.txt")') == '"own"'
    assert _run("(file/read P)", P=str(home / "own.txt")) == '"own"'
    assert _run('(file/glob "o*")') == '("own.txt")'
    assert _run("(file/glob P)", P=f"{home}/o*") == f'("{home}/own.txt")'
    assert _run("(sys/cwd)") == f'"{home}"'
    assert _run('(file/is-symlink? "link.txt")') == "#t"
    temporary = str(home.parent / "tmp")
    assert _run('(begin (file/write P "t") (file/read P))', P=f"{temporary}/t.txt") == '"t"'
    assert _run('(path/within? "." "own.txt")') == "#t"
    assert _run('(path/within? "." "linked/x")') == "#f"


def test_the_folder_itself_stays(home) -> None:
    for program in ('(file/rename "." "../gone")', "(file/rename P Q)", "(file/delete P)"):
        with pytest.raises(LispError):
            _run(program, P=str(home), Q=str(home.parent / "tmp" / "x"))
    assert home.is_dir()


def test_a_link_that_moves_leads_nowhere_new(home) -> None:
    # It leads to the x inside as long as it lies in the folder, and further up after the move.
    (home / "deep").mkdir()
    (home / "x").write_text("inside")
    (home / "deep" / "out").symlink_to("../x")
    assert _run('(file/read "deep/out")') == '"inside"'
    (home.parent / "x").write_text(SECRET)
    _run('(file/rename "deep/out" "out")')
    with pytest.raises(LispError, match="outside of the folder"):
        _run('(file/read "out")')


SQL = [
    "ATTACH '{outside}/new.db' AS other",
    "ATTACH '../outside/new.db' AS other",
    "ATTACH 'linked/new.db' AS other",
    "ATTACH 'file:{outside}/new.db?mode=rwc' AS other",
    "ATTACH 'FILE:{outside}/new.db' AS other",
    "ATTACH '{outside}' || '/new.db' AS other",
    "ATTACH (SELECT '{outside}/new.db') AS other",
    "VACUUM INTO '{outside}/new.db'",
    "VACUUM INTO '{outside}' || '/new.db'",
    "SELECT load_extension('{outside}/evil.so')",
    "PRAGMA temp_store_directory = '{outside}'",
    "PRAGMA writable_schema = 1",
]


@pytest.mark.parametrize("sql", SQL)
@pytest.mark.parametrize("call", ["db/exec", "db/exec-batch", "db/query"])
def test_databases_stay_inside(home, sql: str, call: str) -> None:
    pytest.importorskip("sqlite3")
    outside = home.parent / "outside"
    before = _snapshot(outside)
    program = f'(begin (db/open "own.db") ({call} "own.db" S))'
    with pytest.raises(LispError, match=r"may not use|not authorized|syntax") as caught:
        _run(program, S=sql.replace("{outside}", str(outside)))
    assert caught.value.kind == "io"
    assert _snapshot(outside) == before


def test_databases_inside_go_on_working(home) -> None:
    pytest.importorskip("sqlite3")
    program = """
      (db/open "own.db")
      (db/exec-batch "own.db" "CREATE TABLE t (a); INSERT INTO t VALUES (1); VACUUM;
                               VACUUM INTO 'copy.db'; ATTACH 'copy.db' AS other")
      (db/query "own.db" "SELECT a FROM other.t")"""
    assert _run(program) == "({:a 1})"
    assert _run('(begin (db/open ":memory:") (db/query ":memory:" "SELECT 1 AS a"))') == "({:a 1})"


# --- every function of the library -----------------------------------------------------------------

_events: list[tuple[str, str]] = []
_listens = False
_EVENTS = {"open", "os.listdir", "os.scandir", "os.mkdir", "os.remove", "os.rename", "os.rmdir"}
_EVENTS |= {"os.link", "os.symlink", "os.truncate", "shutil.rmtree", "sqlite3.connect"}


def _listen(event: str, details: tuple[object, ...]) -> None:
    if _listens and event in _EVENTS:
        _events.extend((event, str(each)) for each in details[:2] if isinstance(each, str))


sys.addaudithook(_listen)


def test_no_function_of_the_library_touches_a_path_outside(home) -> None:
    """Each function is called with a path outside as every argument; Python tells what it opens."""
    global _listens
    outside = str(home.parent / "outside")
    path = f"{outside}/secret.txt"
    skipped = {"exit", "shell", "sys/which"}
    for name in sorted(ENTRIES):
        if name in skipped or name.startswith(("proc/", "git/", "term/", "llm/", "http/")):
            continue
        for count in range(1, 4):
            call = f"({name} {' '.join(['P'] * count)})"
            _events.clear()
            _listens = True
            try:
                _sessions[0].call(name, *[path] * count)
            except LispError:
                pass
            finally:
                _listens = False
            touched = [each for each in _events if each[1].startswith(outside)]
            assert not touched, (call, touched)
    assert (home.parent / "outside" / "secret.txt").read_text() == SECRET


# --- the whole package -----------------------------------------------------------------------------

# What may be used of `os`: nothing of it looks at a file or changes one.
_HARMLESS = {
    "os.environ", "os.urandom", "os.getpid", "os.fsdecode", "os.fspath", "os.sep", "os.PathLike",
    "os.path.join", "os.path.dirname", "os.path.basename", "os.path.split", "os.path.splitext",
    "os.path.normpath",
}  # fmt: skip
# Modules that reach the file system, and who may use them, with the reason.
_MODULES = {
    "shutil", "tempfile", "glob", "pathlib", "zipfile", "tarfile", "sqlite3", "subprocess", "mmap",
    "fileinput", "linecache", "shelve", "dbm", "runpy", "ctypes", "pickle", "socket", "tokenize",
    "importlib", "zipimport", "pty", "multiprocessing", "fcntl", "lzma", "bz2",
}  # fmt: skip
_ALLOWED = {
    "library/mcp/authorization.py": {"socket"},  # a port of this machine, on a terminal only
    "library/mcp/child_process.py": {"subprocess"},  # on a terminal only
    "library/files/archive.py": {"zipfile", "tarfile", "bz2", "lzma"},  # of open files
    "library/files/sqlite.py": {"sqlite3"},  # of a path that was located
    "library/files/sqlite_functions.py": {"sqlite3"},  # of a connection that is open
    # of a path that was located, and of an open file
    "library/files/kv_stores.py": {"sqlite3", "fcntl", "os.fstat"},
    "library/system/processes.py": {"subprocess"},  # on a terminal only
    "running/language_sources.py": {"pathlib"},  # the texts of the language itself
    "library/system/system.py": {"shutil", "os.ttyname", "os.get_terminal_size"},  # sys/which
    "library/system/terminal_keys.py": {"os.read"},  # of the keyboard
    "library/workflows/run_locks.py": {"fcntl"},  # of an open file
    # finds the chapters, beside its own file
    "library/__init__.py": {"importlib", "os.path.isdir", "os.scandir"},
    # keeps the table of the chapters beside their byte code, or in the person's own cache
    "library/late_chapters.py": {
        *("importlib", "open", "os.open", "os.O_CREAT", "os.O_EXCL", "os.O_WRONLY", "os.name"),
        *("os.stat", "os.geteuid", "os.makedirs", "os.replace", "os.path.expanduser"),
        *("os.scandir", "os.environ.get"),
    },
    "tasks/interrupts.py": {
        "os._exit",
        "os.write",
    },  # ends the process, with a line on its own output
    "tasks/search_path.py": {"os.getcwd"},  # to take it off the search path
}
_LOOKS = re.compile(rf"\bopen\(|\b(import|from) (os|posix|io|{'|'.join(_MODULES)})\b|FileIO")
# The edge: what the command line and the hosts open, no program names.
_EDGE = ("commands/", "hosts/", "pytest_plugin.py", "library/files/file_system.py")


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return f"{_dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else "?"


def _touches(tree: ast.AST) -> Iterator[str]:
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _dotted(node.func) in ("open", "io.open", "io.FileIO"):
            yield "open"
        elif isinstance(node, ast.Attribute) and id(node) not in inner:
            name = _dotted(node)
            if name.startswith("os.") and name not in _HARMLESS:
                yield name
        elif isinstance(node, ast.Import):
            yield from {each.name.split(".")[0] for each in node.names} & _MODULES
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module.split(".")[0] in _MODULES:
                yield node.module.split(".")[0]
            elif node.module in ("os", "os.path", "posix"):
                yield from (f"{node.module}.{each.name}" for each in node.names)


def test_nobody_else_touches_the_file_system() -> None:
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        name = file.relative_to(PACKAGE).as_posix()
        if name.startswith(_EDGE):
            continue
        text = file.read_text()
        if _LOOKS.search(text):
            touches = set(_touches(ast.parse(text))) - _ALLOWED.get(name, set())
            if touches:
                found[name] = sorted(touches)
    assert found == {}, "go through lispcore/library/files/file_system.py"


def test_the_scan_finds_what_it_looks_for() -> None:
    code = "import os, shutil\nopen('x')\nos.stat('x')\nos.path.exists('x')\nfrom os import remove"
    assert set(_touches(ast.parse(code))) == {
        "shutil", "open", "os.stat", "os.path.exists", "os.remove"
    }  # fmt: skip


def test_archives_are_made_of_open_files() -> None:
    """zipfile and tarfile take a path, too: none is given to them."""
    from lispcore.library.files import archive, sqlite

    source = inspect.getsource(archive)
    assert source.count("zipfile.ZipFile(") == source.count("zipfile.ZipFile(file")
    assert source.count("tarfile.open(") == source.count("tarfile.open(fileobj=")
    assert inspect.getsource(sqlite).count("sqlite3.connect(") == 1
