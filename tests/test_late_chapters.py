"""Starting imports little, and what is imported later is the same as if it had been there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# What a start must not load: each of them takes longer than a short program.
NOT_AT_ONCE = (
    "asyncio base64 concurrent.futures ctypes dataclasses datetime decimal difflib email greenlet "
    "hashlib httpx inspect json jsonschema logging pathlib prompt_toolkit random shutil socket "
    "sqlite3 ssl subprocess tempfile tokenize traceback unicodedata urllib urllib.request uuid "
    "zipfile lispcore.llm lispcore.library.models lispcore.running.debugger lispcore.services.helping"
).split()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which Python has kept what it compiles of the package."""
    variables = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
    variables |= {
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": str(tmp_path_factory.mktemp("compiled")),
    }
    answer("import lispcore.library", variables)
    return variables


@pytest.fixture(scope="module")
def at_once(kept: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The same, but there is no table: all is imported."""
    copy = tmp_path_factory.mktemp("without") / "compiled"
    without = shutil.ignore_patterns("*.table")
    shutil.copytree(kept["PYTHONPYCACHEPREFIX"], copy, ignore=without)
    return kept | {
        "PYTHONPYCACHEPREFIX": str(copy),
        "PYTHONDONTWRITEBYTECODE": "1",
        "XDG_CACHE_HOME": str(copy),
    }


def answer(program: str, variables: dict[str, str]) -> str:
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env=variables,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def loaded_by(program: str, variables: dict[str, str]) -> set[str]:
    before = set(json.loads(answer(LIST, variables)))
    return set(json.loads(answer(f"{program}\n{LIST}", variables))) - before


LIST = "import sys; found = list(sys.modules); import json; print(json.dumps(found))"


def test_the_package_alone_loads_nothing_of_the_language(kept: dict[str, str]) -> None:
    loaded = loaded_by("import lispcore", kept)
    own = {each for each in loaded if each.startswith("lispcore")}
    assert own == {
        "lispcore",
        "lispcore.tasks",
        "lispcore.tasks.interrupts",
        "lispcore.tasks.search_path",
        "lispcore.values",
        "lispcore.values.version",
    }
    assert loaded.isdisjoint(NOT_AT_ONCE)


RUN = """
import sys
sys.argv = ["lispcore", "-p", "(+ 1 2)"]
from lispcore.__main__ import main
assert main() == 0
sys.stdout = sys.stderr
"""


def test_a_program_loads_only_what_it_needs(kept: dict[str, str], tmp_path: Path) -> None:
    program = f"{RUN}\nopen({str(tmp_path / 'found')!r}, 'w').write(' '.join(sys.modules))"
    assert answer(program, kept) == "3\n"
    loaded = set((tmp_path / "found").read_text().split())
    assert loaded & set(NOT_AT_ONCE) == set()


SAME = """
import sys
from lispcore import Interpreter
from lispcore.library import LIBRARY, late_chapters
from lispcore.library.registry import CONSTANTS, ENTRIES, OPTIONS_OF, PENDING
lisp = Interpreter()
before = dict(LIBRARY)
assert bool(PENDING) is (sys.argv[1:] == ["late"])
late_chapters.load_all()
assert not PENDING
assert LIBRARY == before and all(LIBRARY[each] is before[each] for each in before)
def shown(value):
    code = getattr(value, "__code__", None)
    where = (code.co_qualname, code.co_firstlineno, code.co_freevars) if code else type(value)
    return value.__module__ if code else "", getattr(value, "__name__", ""), where
for name, value in LIBRARY.items():
    print(name, *shown(value))
for name, entry in ENTRIES.items():
    print(name, entry[:6], entry.aliases, entry.waits, entry.function and shown(entry.function))
    assert entry.function is None or entry.name not in LIBRARY or name in CONSTANTS or (
        LIBRARY[entry.name].__code__ is entry.function.__code__)
print(sorted(OPTIONS_OF.items()), sorted(CONSTANTS))
"""


def test_the_library_is_the_same_however_it_was_loaded(
    kept: dict[str, str], at_once: dict[str, str]
) -> None:
    late = answer(f"import sys; sys.argv.append('late')\n{SAME}", kept)
    assert late.splitlines() == answer(SAME, at_once).splitlines()
    assert late.count("\n") > 1000


def test_a_function_that_was_waiting_is_itself(
    kept: dict[str, str], at_once: dict[str, str]
) -> None:
    program = """
from lispcore import Interpreter
from lispcore.library.registry import ENTRIES, LIBRARY, PENDING
lisp = Interpreter()
held = LIBRARY["string/kebab-case"]
assert (held.__module__, held.__name__) in PENDING
assert held("Ada Lovelace") == "ada-lovelace"
assert (held.__module__, held.__name__) not in PENDING
assert lisp.eval("string/kebab-case") is held is LIBRARY["string/kebab-case"]
import lispcore.library.texts.string_case as chapter
assert held in vars(chapter).values()
# Wrong calls are explained as ever, also when it is the first call.
for text in ("(csv/parse)", "(csv/parse 1 2 3 4 5)", "(apply toml/decode '())"):
    error = lisp.run(text)["error"]
    assert error["type"] == "arity", error
    print(error["message"])
"""
    late = answer(program, kept)
    program = program.replace("assert (held", "0 and (held")
    assert late == answer(program, at_once) != ""


def test_a_table_of_other_chapters_does_not_count(tmp_path: Path) -> None:
    from lispcore.library import late_chapters

    folder = tmp_path / "chapters"
    folder.mkdir()
    (folder / "one.py").write_text("x = 1")
    table = str(tmp_path / "kept" / "library.pyc")
    was, sys.dont_write_bytecode = sys.dont_write_bytecode, False
    try:
        late_chapters.keep([str(folder)], table, [])
    finally:
        sys.dont_write_bytecode = was
    assert late_chapters.find_kept([str(folder)], table) is not None
    (folder / "one.py").write_text("x = 22")
    assert late_chapters.find_kept([str(folder)], table) is None
    (tmp_path / "kept" / "library.table").write_bytes(b"no table")
    assert late_chapters.find_kept([str(folder)], table) is None
    assert late_chapters.find_kept([str(folder)], None) is None


def test_nothing_is_written_where_python_may_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lispcore.library import late_chapters

    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    late_chapters.keep([str(tmp_path)], str(tmp_path / "kept" / "library.pyc"), [])
    assert not (tmp_path / "kept").exists()


def test_what_is_in_open_streams_is_written_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "written.txt"
    program = f'(define s (stream/open-output "{target}")) (stream/write-string s "all of it")'
    subprocess.run([sys.executable, "-m", "lispcore", "-e", program], check=True, cwd=ROOT)
    assert target.read_text() == "all of it"


def test_a_chapter_whose_import_was_broken_off_comes_later(kept: dict[str, str]) -> None:
    program = """
import sys
from lispcore import Interpreter
from lispcore.library.registry import LIBRARY
lisp = Interpreter()
held = LIBRARY["diff/unified"]
import builtins
real = builtins.__import__
def stopped(name, *more):
    if name == "lispcore.library.arguments" and more[0]["__name__"].endswith(".texts.diff"):
        raise KeyboardInterrupt
    return real(name, *more)
builtins.__import__ = stopped
for attempt in range(2):
    try:
        lisp.eval('(diff/unified "a" "b")')
    except KeyboardInterrupt:
        print("stopped")
builtins.__import__ = real
print(lisp.eval('(string? (diff/unified "a" "b"))'))
assert held is LIBRARY["diff/unified"]
"""
    assert answer(program, kept).split() == ["stopped", "stopped", "#t"]


def test_interpreters_of_many_threads_load_a_chapter_together(kept: dict[str, str]) -> None:
    program = """
import sys, threading
from lispcore import Interpreter
sys.setswitchinterval(1e-6)
sessions = [Interpreter() for _ in range(6)]
gate, found = threading.Barrier(6), []
def work(lisp):
    gate.wait()
    for text in ('(string/kebab-case "Ab Cd")', '(csv/encode [["a" "b"]])', '(diff/unified "a" "a")'):
        found.append(lisp.run(text)["error"])
threads = [threading.Thread(target=work, args=[each]) for each in sessions]
for each in threads: each.start()
for each in threads: each.join()
print(found.count(None), [each for each in found if each])
"""
    assert answer(program, kept) == "18 []\n"
