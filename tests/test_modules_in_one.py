"""A package in one file: its modules are found, run and listed as if they lay in folders."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "web" / "tools"


def packed(source: Path, target: Path) -> Path:
    """Writes the package in a folder as the page's build does, by the Python at hand."""
    spec = importlib.util.spec_from_file_location("precompile", TOOLS / "precompile.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.compile_package(str(source), str(target))
    return target


def run(file: Path, program: str, *, whole: bool = False) -> str:
    """Runs a program in a Python that has nothing but the package in this file."""
    read = f"open({str(file)!r}, 'rb').read()"
    data = f"zlib.decompress({read})" if whole else read
    lines = [
        "import sys, zlib",
        f"sys.path.insert(0, {str(TOOLS)!r})",
        "import modules_in_one",
        f"modules_in_one.install({data}, '/packages')",
        program,
    ]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        capture_output=True,
        text=True,
        cwd="/",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def small_package(folder: Path) -> Path:
    inner = folder / "zoo" / "birds"
    inner.mkdir(parents=True)
    (folder / "zoo" / "__init__.py").write_text("NAME = 'zoo'\n")
    (folder / "zoo" / "gate.py").write_text("from zoo import NAME\nOPEN = NAME + ' is open'\n")
    (inner / "__init__.py").write_text("")
    (inner / "parrot.py").write_text("raise ValueError('polly')\n")
    return packed(folder / "zoo", folder / "zoo.bin")


def test_modules_are_imported_and_know_where_they_stand(tmp_path: Path) -> None:
    file = small_package(tmp_path)
    program = "import zoo.gate; print(zoo.gate.OPEN, zoo.gate.__file__, zoo.__spec__.parent)"
    assert run(file, program) == "zoo is open /packages/zoo/gate.py zoo"
    assert run(file, program, whole=True) == run(file, program)


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    file = small_package(tmp_path)
    program = """
try:
    import zoo.elephants
except ModuleNotFoundError as error:
    print(error.name)
import json; print(json.loads('[1]'))"""
    assert run(file, program) == "zoo.elephants\n[1]"


def test_an_error_names_its_module_and_line(tmp_path: Path) -> None:
    program = """
import traceback
try:
    import zoo.birds.parrot
except ValueError as error:
    last = traceback.extract_tb(error.__traceback__)[-1]
    print(last.filename, last.lineno)"""
    assert run(small_package(tmp_path), program) == "zoo/birds/parrot.py 1"


def test_folders_are_listed(tmp_path: Path) -> None:
    program = """
import json, pkgutil, zoo, zoo.birds
print(json.dumps([[m.name, m.ispkg] for p in (zoo, zoo.birds) for m in pkgutil.iter_modules(p.__path__)]))"""
    listed = json.loads(run(small_package(tmp_path), program))
    assert listed == [["birds", True], ["gate", False], ["parrot", False]]


def test_what_was_left_out_is_brought_when_it_is_needed(tmp_path: Path) -> None:
    file = small_package(tmp_path)
    program = f"""
import pkgutil, zoo
package = next(each for each in sys.path_hooks if hasattr(each, "leave_out"))
asked = []
def bring():
    asked.append(len(asked))
    return open({str(file)!r}, "rb").read()
package.bring = bring
package.leave_out()
print([m.name for m in pkgutil.iter_modules(zoo.__path__)], asked)
import zoo.gate, zoo.birds
print(zoo.gate.OPEN, asked)"""
    assert run(file, program) == "['birds', 'gate'] []\nzoo is open [0]"


def test_the_language_runs_from_one_file(tmp_path: Path) -> None:
    file = packed(ROOT / "lispcore", tmp_path / "lispcore.bin")
    program = """
from lispcore import Interpreter
import lispcore
print(lispcore.__file__, Interpreter().eval('(string/upper (str (map (fn (x) (* x x)) [1 2 3])))'))"""
    assert run(file, program) == "/packages/lispcore/__init__.py (1 4 9)"


def test_functions_have_no_annotations_and_records_keep_theirs(tmp_path: Path) -> None:
    folder = tmp_path / "zoo"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from __future__ import annotations\n"
        "from dataclasses import dataclass\n"
        "later: int\n"
        "count: int = 2\n"
        "@dataclass\n"
        "class Bird:\n"
        "    name: str\n"
        "    def sing(self, often: int = 1, /, *all: str, loud: bool = True, **more: int) -> str:\n"
        "        half: int\n"
        "        def once(tune: str) -> str: return tune * often\n"
        "        return once(self.name)\n",
        "utf-8",
    )
    program = (
        "import zoo; sing = zoo.Bird.sing\n"
        "print(zoo.Bird('tit').sing(2), zoo.count, hasattr(zoo, 'later'), sing.__annotations__,"
        " sing.__kwdefaults__, zoo.Bird.__annotations__, vars(zoo).get('__annotations__'))"
    )
    file = packed(folder, tmp_path / "zoo.bin")
    assert run(file, program, whole=True) == (
        "tittit 2 False {} {'loud': True} {'name': 'str'} None"
    )
