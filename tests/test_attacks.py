"""The attack corpus: no program reaches Python, whatever its names, values and texts say.

``tests/attacks/*.txt`` hold programs with an empty line between them. Most give an error; some mean
something harmless. None may show or touch anything of Python: no object, no path of this machine,
no start of a program, no import by name, and none may make the interpreter itself fail.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from fake_host import FakeHost
from lispcore import Interpreter
from lispcore.library.files import file_system
from lispcore.reading.reader import read_many
from lispcore.values.atoms import intern_symbol
from lispcore.values.types import List, Map, Symbol, Value, Vector, list_from, list_items

ATTACKS = sorted((Path(__file__).parent / "attacks").glob("*.txt"))
CANARY = "canary-of-the-environment"

# What of Python could show itself in a value, an output or an error.
PYTHON = re.compile(
    r"<(type|class|method|built-?in|bound|function|module|property|object|dict|code|frame|slot|cell"
    r"|generator|coroutine|tuple|list_|wrapper|traceback|mappingproxy|Lisp|Scheduler|Interpreter)"
    r"|object at 0x|Traceback|site-packages|\.py\b(?!\W*no such)|/usr/|/root|itself failed"
    r"|\b(NoneType|KeyError|AttributeError|TypeError|NameError|SyntaxError|ValueError|IndexError"
    r"|RuntimeError|OverflowError|UnicodeEncodeError|UnboundLocalError|AssertionError)\b|" + CANARY
)
# What no program may make Python do (its manual, "Audit events table").
FORBIDDEN = re.compile(
    r"os\.(system|exec|fork|posix_spawn|startfile|putenv|kill)|subprocess|socket\.|ctypes|pickle"
    r"|cpython\.run|webbrowser|pty\."
)
_events: list[str] = []
_listens = False


def _listen(event: str, details: tuple[Any, ...]) -> None:
    if _listens and FORBIDDEN.match(event):
        _events.append(event)


sys.addaudithook(_listen)


@pytest.fixture(autouse=True)
def _surroundings(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LISPCORE_TEST_CANARY", CANARY)
    with file_system.confined(str(tmp_path)):
        yield


def run(session: Interpreter, program: str) -> str:
    """Runs an attack; returns what is wrong about what it did, or ""."""
    global _listens
    _events.clear()
    _listens = True
    try:
        result = session.run(program)
    except BaseException as error:
        return f"{type(error).__name__} left the interpreter: {error}"
    finally:
        _listens = False
    if _events:
        return f"Python was made to do {_events}"
    error = result["error"] or {}
    if error.get("type") == "fault":
        return f"the interpreter failed: {error['message']}"
    said = f"{result['value']} {result['output']} {error.get('message')} {error.get('hint')}"
    said += f" {error.get('stack')}"
    found = PYTHON.search(said)
    return f"{found[0]!r} in {said[max(0, found.start() - 60) : found.end() + 60]}" if found else ""


@pytest.mark.parametrize("file", ATTACKS, ids=lambda file: file.stem)
def test_no_attack_reaches_python(file: Path) -> None:
    programs = [each.strip() for each in re.split(r"\n\s*\n", file.read_text()) if each.strip()]
    attacks = [each for each in programs if not each.startswith(";")]
    assert len(attacks) > 40
    problems = []
    for attack in attacks:
        session = Interpreter(FakeHost())
        problem = run(session, attack)
        # Whatever it did, the language goes on working as it did.
        after = session.run(
            "(let ((xs (map (fn (x) (* x x)) (list 1 2 3)))) (list (nth xs 2) (str :a)))"
        )
        if after["value"] != '(9 ":a")' and "set! car" not in attack:
            problem = problem or f"afterwards: {after}"
        if problem:
            problems.append(f"{attack}\n    {problem}")
    assert not problems, "\n".join(problems)


def test_the_search_finds_what_it_looks_for() -> None:
    for said in ("<type>", "<method>", "<function f at", "AttributeError: x", "/usr/lib/python3"):
        assert PYTHON.search(said)
    for said in ("<native-fn car>", "<async-promise>", "#<record p>", "<stream:stdout>"):
        assert not PYTHON.search(said)


NAMES = [
    "__class__", "__builtins__", "__import__", "__debug__", "None", " List", " type", "x 1", "a\0b",
    "\ud800", "ﬁ", "a\nimport os", "a'b\"\\", "{0}%s", "**kw", "lambda", "a.b", "self", "  ", "\u2028",
    "0", ":k", "&", " main", "await", "x @1", " record 0",
]  # fmt: skip
PLACES = [
    "(let ((S 1)) S)", "(begin (define S 1) S)", "(begin (define (S a) a) (S 1))",
    "(begin (define (f S) (fn () (set! S 2) S)) ((f 1)))", "(begin (define (f a & S) S) (f 1 2))",
    "(let loop ((S 0)) (if (> S 3) S (loop (+ S 1))))", "(let S ((i 0)) (if (> i 3) i (S (+ i 1))))",
    "(begin (define-record-type S (mk S) p? (S acc)) (acc (mk 1)))",
    "(begin (define-record-type r (S a) p? (a acc)) (acc (S 1)))", "S", "(S 1)", "(set! S 1)",
    "(try (throw 1) (catch S S))", "(begin (defmacro S (x) x) (S 1))", "(match 5 (S S))",
    "(let-values (((S b) (values 1 2))) S)", "(do ((S 0 (+ S 1))) ((> S 3) S))", "'S",
    "(begin (module S (export S) (define S 1)) S)", "(deftool S \"x\" {} (fn () 1))",
    "(let (({:keys [S]} {:S 1})) S)", "(map (fn (S) (+ S 1)) (list 1 2))", "(as-> 1 S (+ S 1))",
    "(await (async (let ((S 1)) (async/sleep 1) S)))", "(begin (define (g) S) (try (g) (catch e e)))",
]  # fmt: skip


def _with_name(form: Value, name: Symbol) -> Value:
    if type(form) is Symbol:
        return name if form.name == "S" else form
    if type(form) is List:
        return list_from([_with_name(each, name) for each in list_items(form)])
    if type(form) is Vector:
        return Vector([_with_name(each, name) for each in form.items])
    if isinstance(form, Map):
        return Map.of([(key, _with_name(value, name)) for key, value in form.entries()])
    return form


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_no_name_in_any_place_reaches_python(name: str) -> None:
    """Symbols that `string->symbol` makes of any text, wherever a program binds or uses a name."""
    session = Interpreter(FakeHost())
    for place in PLACES:
        (form,) = read_many(place)
        session.globals["attack"] = _with_name(form, intern_symbol(name))
        assert run(session, "(eval attack)") == "", place
    assert session.eval("(length (list 1 2))") == 2
