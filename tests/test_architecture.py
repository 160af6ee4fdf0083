"""The import rules of the project, executed: one table of floors, and one of the compiler's rooms.

A module may import what stands on a lower floor, and what is in its own folder, but never in a
circle. Every import counts: at the top of a module, inside a function, and for type checkers alone.
What points up is asked through something that stands below both: a protocol or a table that is
filled from above. A call by a name in a table (``CALLS["x"](…)``) is refused, because neither these
rules nor a type checker see where it leads.
"""

from __future__ import annotations

import ast
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from lispcore import library

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "lispcore"

Floors = tuple[tuple[str, ...], ...]

# From the bottom to the top. Those that share a floor know nothing of one another, but for the
# last, which is the face of the package.
FLOORS: Floors = (
    ("values", "llm"),
    ("reading",),
    ("core", "tasks"),
    ("expanding",),
    ("library",),
    ("compiler", "services"),
    ("running",),
    ("hosts",),
    ("commands", "__init__", "printer"),
    ("__main__", "magic", "pytest_plugin"),
)

# The rooms of the compiler, in the same way; those after `meanings` only know what is before them.
ROOMS: Floors = (
    ("compiler.kinds",),
    ("compiler.meanings",),
    ("compiler.facts",),
    ("compiler.numeric",),
    ("compiler.passes",),
    ("compiler.emit",),
    ("compiler.primitives",),
    ("compiler.verifier",),
    ("compiler.work",),
    ("compiler.pipeline",),
)
# Code is written of what facts and passes have decided: neither asks the other.
STRANGERS = (("compiler.emit", "compiler.passes"),)

BROWSER_ONLY = {"js", "micropip", "pyodide", "pyodide_http", "pyodide_js"}

# Each of these costs milliseconds of every start in the browser, whether it is used or not.
SLOW_TO_IMPORT = {
    "argparse", "asyncio", "concurrent", "csv", "datetime", "decimal", "difflib", "email",
    "fractions", "hashlib", "html", "http", "httpx", "inspect", "json", "logging",
    "multiprocessing", "pathlib", "pickle", "random", "secrets", "shutil", "socket", "sqlite3",
    "ssl", "statistics", "subprocess", "tempfile", "threading", "traceback", "unittest", "urllib",
    "uuid", "xml", "zipfile", "zoneinfo",
}  # fmt: skip
MAY_START_SLOWLY = ("hosts", "commands", "__main__", "pytest_plugin")

TOP_LEVEL = {
    ".ci", ".dockerignore", ".editorconfig", ".github", ".gitignore", "Dockerfile", "action.yml", ".pre-commit-config.yaml", "CHANGELOG.md", "LICENSE",
    "README.md", "benchmarks", "build.py", "building", "docs", "lispcore", "pyproject.toml",
    "requirements-dev.lock", "requirements-node.lock", "requirements-test.lock",
    "requirements.lock", "requirements-fuzz.lock", "SECURITY.md", "tests", "web",
}  # fmt: skip


@dataclass(frozen=True)
class Import:
    """One imported module: `top` if it runs with the module, `checked` if it runs at all."""

    name: str
    line: int
    top: bool
    checked: bool = True


def read_imports(source: str, known: frozenset[str] = frozenset()) -> list[Import]:
    """Returns what a module imports, in any order.

    ``from a import b`` counts as ``a.b`` if that is one of the `known` modules, else as ``a``.
    """
    found: list[Import] = []
    stack: list[tuple[ast.AST, bool, bool]] = [(ast.parse(source), True, True)]
    while stack:
        node, top, checked = stack.pop()
        if isinstance(node, ast.Import):
            found += [Import(each.name, node.lineno, top, checked) for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            names = {f"{module}.{each.name}" for each in node.names}
            for name in (names & known) or {module}:
                found.append(Import("." * node.level + name, node.lineno, top, checked))
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            stack += [(child, False, False) for child in node.body]
            stack += [(child, top, checked) for child in node.orelse]
        else:
            inside = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            stack += [(each, top and not inside, checked) for each in ast.iter_child_nodes(node)]
    return found


def is_in(module: str, place: str) -> bool:
    """Tells whether a module is a place of a table, or in the folder that it names."""
    return module == place or module.startswith(place + ".")


def place_of(module: str, floors: Floors) -> tuple[int, str] | None:
    """Returns the height of a module named without ``lispcore.``, and its place of the table."""
    for height, places in enumerate(floors):
        for place in places:
            if is_in(module, place):
                return height, place
    return None


def module_name(file: Path) -> str:
    """Returns ``library.strings`` for ``lispcore/library/texts/strings.py``."""
    parts = list(file.relative_to(PACKAGE).with_suffix("").parts)
    if len(parts) > 1 and parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


FILES = {module_name(file): file for file in sorted(PACKAGE.rglob("*.py"))}
QUALIFIED = frozenset(f"lispcore.{name}" for name in FILES)
IMPORTS = {name: read_imports(file.read_text(), QUALIFIED) for name, file in FILES.items()}
CHAPTERS = {name for name in FILES if name.count(".") == 2 and name.startswith("library.")}
ON_DEMAND = {name for name in CHAPTERS if name.rpartition(".")[2] in library.ON_DEMAND}


def own(each: Import) -> str | None:
    """Returns the imported module's name without ``lispcore.``, None if it is somebody else's."""
    if each.name == "lispcore":
        return "__init__"
    return each.name.removeprefix("lispcore.") if each.name.startswith("lispcore.") else None


def complaints_about_floors(module: str, imports: list[Import], floors: Floors) -> list[str]:
    """Returns a line for each import of a module that points up, or to a neighbour."""
    here = place_of(module, floors)
    found = []
    for each in imports:
        other = own(each)
        if other is None or here is None:
            continue
        there = place_of(other, floors)
        if there is None:
            if floors is FLOORS:
                found.append(f"line {each.line}: {other} has no place in FLOORS")
        elif there[0] > here[0] or (there[0] == here[0] and there[1] != here[1]):
            found.append(f"line {each.line}: {module} imports {other}, which is not below it")
    return found


def needs(imports: dict[str, list[Import]]) -> dict[str, set[str]]:
    """Returns which modules each module needs, its own package's chapters included."""
    graph = {
        module: {other for each in found if (other := own(each)) and other != module}
        for module, found in imports.items()
    }
    # It loads them by their names, the only one that may.
    if "library" in graph:
        graph["library"] |= CHAPTERS - ON_DEMAND
    return graph


def circle_in(graph: dict[str, set[str]]) -> str:
    """Returns the modules of a circle, or an empty string."""
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        return " -> ".join(error.args[1])
    return ""


def calls_by_name(source: str) -> Iterator[tuple[int, str]]:
    """Yields where a module reaches code by a text: neither import rules nor mypy see it there."""
    tree = ast.parse(source)
    modules = {
        each.asname or each.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for each in node.names
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else ast.unparse(called)
        if isinstance(called, ast.Subscript) and _is_text(called.slice):
            yield node.lineno, f"calls what a table has under {ast.unparse(called.slice)}"
        elif (
            isinstance(called, ast.Call)
            and isinstance(called.func, ast.Attribute)
            and called.func.attr == "get"
            and _is_text(*called.args[:1])
        ):
            yield node.lineno, f"calls what a table has under {ast.unparse(called.args[0])}"
        elif name in ("import_module", "__import__"):
            yield node.lineno, "imports a module by a text"
        elif name == "getattr" and _is_text(*node.args[1:2]):
            if ast.unparse(node.args[0]) in modules:
                yield node.lineno, f"takes {ast.unparse(node.args[1])} out of a module by a text"


def _is_text(*node: ast.AST) -> bool:
    return bool(node) and isinstance(node[0], ast.Constant) and isinstance(node[0].value, str)


# -------------------------------------------------------------------------- the rules


def test_the_table_is_short() -> None:
    assert len(FLOORS) <= 10


# Each looks at all modules and names those that break it: a test for each rule and module would be
# five thousand tests, most of whose time goes into telling that they ran.


def test_every_module_has_a_floor() -> None:
    lost = [module for module in FILES if place_of(module, FLOORS) is None]
    assert lost == [], "say in FLOORS where they belong"


def test_imports_point_down() -> None:
    assert {
        module: found
        for module, imports in IMPORTS.items()
        if (found := complaints_about_floors(module, imports, FLOORS))
    } == {}


def test_imports_in_the_compiler_point_down() -> None:
    assert {
        module: found
        for module, imports in IMPORTS.items()
        if is_in(module, "compiler") and (found := complaints_about_floors(module, imports, ROOMS))
    } == {}


def test_passes_and_emitter_are_strangers() -> None:
    wrong = [
        (module, other)
        for module, imports in IMPORTS.items()
        for each in imports
        for pair in STRANGERS
        if (other := own(each))
        for one, two in (pair, pair[::-1])
        if is_in(module, one) and is_in(other, two)
    ]
    assert wrong == []


ASKING = {"meaning", "meaning_of_name", "told_by", "goes_unnoticed", "analyse"}


def asked(source: str) -> set[str]:
    """Returns the functions of the compiler that a module imports to find something out."""
    imported = {
        each.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lispcore.compiler")
        for each in node.names
    }
    return {each for each in imported if each in ASKING or each.startswith("find_")}


def test_the_emission_decides_nothing() -> None:
    # It reads side tables. Whoever finds something out about the program fills one before.
    emission = {name: file for name, file in FILES.items() if is_in(name, "compiler.emit")}
    found = {name: asked(file.read_text("utf-8")) for name, file in emission.items()}
    # This one asks about what the emission itself has written.
    assert {name: names for name, names in found.items() if names} == {
        "compiler.emit.quiet": {"meaning_of_name"}
    }


def test_no_imports_in_a_circle() -> None:
    assert circle_in(needs(IMPORTS)) == ""


def test_no_two_files_have_the_same_name() -> None:
    places = defaultdict(list)
    for module, file in FILES.items():
        if file.name != "__init__.py":
            places[file.name].append(module)
    assert [each for each in places.values() if len(each) > 1] == []


# The chapters of the library are found by themselves: these two import them.
FINDS_CHAPTERS = ("library", "library.late_chapters")


def test_nothing_is_called_by_a_text() -> None:
    assert {
        module: found
        for module, file in FILES.items()
        if module not in FINDS_CHAPTERS and (found := list(calls_by_name(file.read_text("utf-8"))))
    } == {}


def test_llm_knows_nothing_of_lisp() -> None:
    assert [
        (module, other)
        for module, imports in IMPORTS.items()
        if is_in(module, "llm")
        for each in imports
        if each.checked and (other := own(each)) and not is_in(other, "llm")
    ] == []


def test_only_the_browser_host_knows_the_browser() -> None:
    assert [
        (module, each.name)
        for module, imports in IMPORTS.items()
        if not module.startswith("hosts.browser")
        for each in imports
        if each.name.split(".")[0] in BROWSER_ONLY
    ] == []


def test_slow_imports_stand_inside_functions() -> None:
    assert [
        (module, each.name)
        for module, imports in IMPORTS.items()
        if module.split(".")[0] not in MAY_START_SLOWLY and module not in ON_DEMAND
        for each in imports
        if each.top and each.name.split(".")[0] in SLOW_TO_IMPORT
    ] == []


def test_what_is_loaded_on_demand_is_imported_inside_functions() -> None:
    assert [
        (module, each.name)
        for module, imports in IMPORTS.items()
        if module not in ON_DEMAND
        for each in imports
        if each.top and own(each) in ON_DEMAND
    ] == []


def test_imports_name_their_module_in_full() -> None:
    assert [
        (module, each.name)
        for module, imports in IMPORTS.items()
        for each in imports
        if each.name.startswith(".")
    ] == []


def test_every_module_says_what_it_is_for() -> None:
    said = {
        name: ast.get_docstring(ast.parse(file.read_text("utf-8"))) for name, file in FILES.items()
    }
    assert [
        name
        for name, text in said.items()
        if not (text or "").split("\n")[0].endswith((".", ":", "?", "!", ";", ","))
    ] == []


def test_every_script_of_the_page_says_what_it_is_for() -> None:
    assert [
        file.relative_to(ROOT).as_posix()
        for pattern in ("*.mjs", "src/**/*.js", "tools/**/*.mjs")
        for file in (ROOT / "web").glob(pattern)
        if not file.read_text("utf-8").startswith(("/**", "//"))
    ] == []


def test_nothing_unexpected_at_the_top_level() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    assert {line.split("/")[0] for line in listed.stdout.splitlines()} - TOP_LEVEL == set()


# -------------------------------------------------------------------------- the rules' own tests


def test_reading_imports_tells_where_they_run() -> None:
    source = (
        "import json\n"
        "from lispcore.values import types\n"
        "if TYPE_CHECKING:\n    import a\nelse:\n    import b\n"
        "def f():\n    from lispcore.values.errors import LispError\n"
        "class C:\n    import c\n"
        "from . import d\n"
    )
    found = {each.name: each for each in read_imports(source, frozenset({"lispcore.values.types"}))}
    assert {name for name, each in found.items() if each.top} == {
        "json", "lispcore.values.types", "b", "c", ".",
    }  # fmt: skip
    assert {name for name, each in found.items() if not each.checked} == {"a"}
    assert found["lispcore.values.errors"].line == 8


@pytest.mark.parametrize(
    ("module", "height"),
    [
        ("values.types", 0),
        ("llm.providers.openai", 0),
        ("library", 4),
        ("hosts.terminal", 7),
        ("valuesque", None),
    ],
)
def test_a_module_stands_where_its_folder_stands(module: str, height: int | None) -> None:
    found = place_of(module, FLOORS)
    assert (found and found[0]) == height


@pytest.mark.parametrize(
    ("module", "source", "complaints"),
    [
        ("values.types", "from lispcore.reading.reader import read_form", 1),
        ("values.types", "def f():\n    import lispcore.reading.reader", 1),
        ("values.types", "if TYPE_CHECKING:\n    import lispcore.reading.reader", 1),
        ("values.types", "import lispcore.values.errors", 0),
        ("values.types", "import lispcore.llm.http", 1),
        ("library.texts.strings", "from lispcore.running.interpreter import Interpreter", 1),
        ("library.texts.strings", "from lispcore.library.registry import function", 0),
        ("running.interpreter", "from lispcore.unheard_of import x", 1),
        ("reading.reader", "import lispcore", 1),
        ("__main__", "from lispcore import Interpreter", 0),
    ],
)
def test_imports_that_point_up_are_found(module: str, source: str, complaints: int) -> None:
    assert len(complaints_about_floors(module, read_imports(source), FLOORS)) == complaints


@pytest.mark.parametrize(
    ("module", "source", "complaints"),
    [
        ("compiler.facts.tails", "from lispcore.compiler.emit.loops import x", 1),
        ("compiler.emit.loops", "from lispcore.compiler.facts.tails import x", 0),
        ("compiler.emit.loops", "from lispcore.library.registry import ENTRIES", 0),
        ("compiler.kinds", "from lispcore.compiler.meanings import meaning", 1),
    ],
)
def test_the_compilers_rooms_are_told_apart(module: str, source: str, complaints: int) -> None:
    assert len(complaints_about_floors(module, read_imports(source), ROOMS)) == complaints


def test_circles_of_late_and_type_only_imports_are_found() -> None:
    one = read_imports("def f():\n    from lispcore.core.two import g")
    two = read_imports("if TYPE_CHECKING:\n    from lispcore.core.one import f")
    known = frozenset({"lispcore.core.one", "lispcore.core.two"})
    assert {each.name for each in one} | {each.name for each in two} == known
    assert circle_in(needs({"core.one": one, "core.two": two}))
    assert not circle_in(needs({"core.one": one, "core.two": []}))


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('CALLS["disown"](1)', 1),
        ('CALLS.get("disown")(1)', 1),
        ('import_module("a.b")', 1),
        ('importlib.import_module(f"a.{name}")', 1),
        ('import os\ngetattr(os, "path")', 1),
        ("CALLS[kind](1)", 0),
        ('NAMES["x"].usage', 0),
        ('NAMES.get("x")', 0),
        ('getattr(error, "reason", None)', 0),
    ],
)
def test_calls_by_a_text_are_found(source: str, count: int) -> None:
    assert len(list(calls_by_name(source))) == count


FINISHED_NODES = ("resumable", "stepwise", "python_ast")


def test_emitters_make_their_nodes_with_quick_classes() -> None:
    # The second versions of functions are written seldom, and of finished nodes.
    emitters = {name for name in FILES if is_in(name, "compiler.emit")}
    for module in emitters - {f"compiler.emit.{each}" for each in FINISHED_NODES}:
        names = {each.name for each in IMPORTS[module]}
        assert "ast" not in names, f"{module}: from lispcore.compiler.emit import python_ast as ast"
