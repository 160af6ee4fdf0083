"""The import rules of the project, executed. Whoever adds a module says here where it belongs.

A module may import, at its top, what stands in a lower layer or beside it; never something above,
and never in a circle. An import inside a function is allowed to point up (a service found at run
time), one under ``if TYPE_CHECKING`` as well; the rules for `llm` and the browser hold even there.
"""

from __future__ import annotations

import ast
import subprocess
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from lispcore import library

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "lispcore"

# From the bottom to the top. A name stands for a module, or for a package with all that is in it.
LAYERS = (
    ("values", "llm", "switching"),
    ("errors",),
    ("calls", "context", "hosts.base", "resuming"),
    ("number_texts",),
    ("numbers",),
    ("powers", "literals", "printer", "positions"),
    ("reading_errors",),
    ("reader", "task_host", "tasks", "turns", "waiting"),
    ("functions",),
    ("library",),
    ("foreign_names",),
    ("suggestions",),
    ("caught_errors", "diagnosis"),
    ("caught_maps",),
    ("multimethods",),
    ("runtime",),
    ("called_names", "copying", "core", "modules", "python_ast"),
    ("expander",),
    ("forms",),
    ("records",),
    ("program_cache",),
    ("analysis",),
    ("inlined_loops",),
    ("inlining", "leaving", "python_syntax"),
    ("emit_resumable",),
    (
        "comprehensions",
        "global_kinds",
        "emit_cursors",
        "emitter",
        "handlers",
        "kept_items",
        "map_updates",
        "ownership",
        "small_functions",
        "taken_apart",
    ),
    ("emit_views",),
    ("emit_loops", "emit_operators"),
    ("emit_spreading", "emit_tails"),
    ("emit_access", "emit_functions", "emit_inlined", "emit_owned", "emit_texts"),
    ("emit_patterns", "emit_records", "emit_templates"),
    ("emit_places", "emit_values", "primitives"),
    ("interpreter",),
    ("hosts",),
    ("__init__",),
    ("batch", "repl"),
    ("__main__",),
)

BROWSER_ONLY = {"js", "micropip", "pyodide", "pyodide_http", "pyodide_js"}

# Each of these costs milliseconds of every start in the browser, whether it is used or not.
SLOW_TO_IMPORT = {
    "argparse", "asyncio", "concurrent", "csv", "datetime", "decimal", "difflib", "email",
    "fractions", "hashlib", "html", "http", "httpx", "inspect", "json", "logging",
    "multiprocessing", "pathlib", "pickle", "random", "secrets", "shutil", "socket", "sqlite3",
    "ssl", "statistics", "subprocess", "tempfile", "threading", "traceback", "unittest", "urllib",
    "uuid", "xml", "zipfile", "zoneinfo",
}  # fmt: skip
MAY_START_SLOWLY = ("hosts", "batch", "repl", "__main__")
ON_DEMAND = {f"library.{name}" for name in library.ON_DEMAND}

TOP_LEVEL = {
    ".ci", ".gitignore", "CHANGELOG.md", "LICENSE", "README.md", "benchmarks", "build.py", "docs",
    "lispcore", "pyproject.toml", "requirements-dev.lock", "requirements-node.lock",
    "requirements.lock", "tests", "web",
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


def layer_of(module: str) -> int | None:
    """Returns the height of a module named without ``lispcore.``; the longest entry decides."""
    best: tuple[int, int] | None = None
    for height, names in enumerate(LAYERS):
        for name in names:
            if (module == name or module.startswith(name + ".")) and (
                best is None or len(name) > best[0]
            ):
                best = (len(name), height)
    return best[1] if best else None


def module_name(file: Path) -> str:
    """Returns ``library.strings`` for ``lispcore/library/texts/strings.py``."""
    parts = list(file.relative_to(PACKAGE).with_suffix("").parts)
    if len(parts) > 1 and parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


FILES = {module_name(file): file for file in sorted(PACKAGE.rglob("*.py"))}
QUALIFIED = frozenset(f"lispcore.{name}" for name in FILES)
IMPORTS = {name: read_imports(file.read_text(), QUALIFIED) for name, file in FILES.items()}


def own(each: Import) -> str | None:
    """Returns the imported module's name without ``lispcore.``, None if it is somebody else's."""
    if each.name == "lispcore":
        return "__init__"
    return each.name.removeprefix("lispcore.") if each.name.startswith("lispcore.") else None


def complaints_about_layers(module: str, imports: list[Import]) -> list[str]:
    """Returns a line for each import at the top of a module that points up."""
    height = layer_of(module)
    found = []
    for each in imports:
        other = own(each)
        if other is None or not each.top or height is None:
            continue
        other_height = layer_of(other)
        if other_height is None or other_height > height:
            found.append(f"lispcore/{module}, line {each.line}: imports {other}, which is above it")
    return found


# -------------------------------------------------------------------------- the rules


@pytest.mark.parametrize("module", FILES)
def test_every_module_has_a_layer(module: str) -> None:
    assert layer_of(module) is not None, f"say in LAYERS where {module} belongs"


@pytest.mark.parametrize("module", FILES)
def test_imports_point_down(module: str) -> None:
    assert complaints_about_layers(module, IMPORTS[module]) == []


def test_no_imports_in_a_circle() -> None:
    graph = {
        module: {other for each in imports if each.top and (other := own(each)) and other != module}
        for module, imports in IMPORTS.items()
    }
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]), pytrace=False)


@pytest.mark.parametrize("module", [name for name in FILES if name.split(".")[0] == "llm"])
def test_llm_knows_nothing_of_lisp(module: str) -> None:
    outside = [
        other
        for each in IMPORTS[module]
        if each.checked and (other := own(each)) and other.split(".")[0] != "llm"
    ]
    assert outside == []


@pytest.mark.parametrize("module", [name for name in FILES if not name.startswith("hosts.browser")])
def test_only_the_browser_host_knows_the_browser(module: str) -> None:
    assert {each.name.split(".")[0] for each in IMPORTS[module]} & BROWSER_ONLY == set()


@pytest.mark.parametrize(
    "module",
    [
        name
        for name in FILES
        if name.split(".")[0] not in MAY_START_SLOWLY and name not in ON_DEMAND
    ],
)
def test_slow_imports_stand_inside_functions(module: str) -> None:
    slow = {each.name.split(".")[0] for each in IMPORTS[module] if each.top} & SLOW_TO_IMPORT
    assert slow == set()


@pytest.mark.parametrize("module", sorted(set(FILES) - ON_DEMAND))
def test_what_is_loaded_on_demand_is_imported_inside_functions(module: str) -> None:
    assert {own(each) for each in IMPORTS[module] if each.top} & ON_DEMAND == set()


@pytest.mark.parametrize("module", FILES)
def test_imports_name_their_module_in_full(module: str) -> None:
    assert [each.name for each in IMPORTS[module] if each.name.startswith(".")] == []


@pytest.mark.parametrize("module", FILES)
def test_every_module_says_what_it_is_for(module: str) -> None:
    text = ast.get_docstring(ast.parse(FILES[module].read_text()))
    assert text
    assert text.split("\n")[0].endswith((".", ":", "?", "!", ";", ","))


@pytest.mark.parametrize(
    "file",
    sorted(
        file.relative_to(ROOT).as_posix()
        for pattern in ("*.mjs", "src/**/*.js", "tools/**/*.mjs")
        for file in (ROOT / "web").glob(pattern)
    ),
)
def test_every_script_of_the_page_says_what_it_is_for(file: str) -> None:
    assert (ROOT / file).read_text().startswith(("/**", "//"))


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
        "from lispcore import values\n"
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


def test_the_longest_entry_decides_the_layer() -> None:
    assert layer_of("hosts.base") == layer_of("calls")
    assert layer_of("hosts.terminal") == layer_of("hosts")
    assert layer_of("valuesque") is None


@pytest.mark.parametrize(
    ("module", "source", "complaints"),
    [
        ("values", "import lispcore.values.errors", 1),
        ("values", "def f():\n    import lispcore.values.errors", 0),
        ("errors", "import lispcore.values.types", 0),
        ("library.strings", "from lispcore.running.interpreter import Interpreter", 1),
        ("library.strings", "from lispcore.library.registry import function", 0),
        ("interpreter", "from lispcore.unheard_of import x", 1),
        ("reader", "import lispcore", 1),
    ],
)
def test_imports_that_point_up_are_found(module: str, source: str, complaints: int) -> None:
    assert len(complaints_about_layers(module, read_imports(source))) == complaints


def test_emitters_make_their_nodes_with_quick_classes() -> None:
    # The second versions of functions are written seldom, and of finished nodes.
    for file in set(PACKAGE.glob("emit*.py")) - {PACKAGE / "resumable.py"}:
        names = {each.name for each in read_imports(file.read_text(encoding="utf-8"))}
        assert "ast" not in names, f"{file.name}: from lispcore import python_ast as ast"
