"""Turns Python sources into byte code. Runs inside Pyodide, so that the byte code fits it.

Most of a plain `loadPyodide()` is Python compiling its own standard library; with a zip of byte
code it only has to read it. Our own package becomes one file, for modules_in_one.py.
"""

import ast
import importlib._bootstrap_external as loader
import importlib.util
import marshal
import os
import sys
import types
import zipfile
import zlib

# What no program of ours can use in a browser's tab. A name that ends in "/" is a folder; others
# are prefixes of file names. Everything else stays importable.
NOT_NEEDED = (
    "_android_support",
    "_apple_support",
    "_ios_support",
    "_osx_support",
    "_pyrepl/",
    "cProfile",
    "compileall",
    "ctypes/macholib/",
    "curses/",
    "dbm/",
    "doctest.py",
    "encodings/big5",
    "encodings/cp1",
    "encodings/cp7",
    "encodings/cp8",
    "encodings/cp9",
    "encodings/euc",
    "encodings/gb",
    "encodings/hp",
    "encodings/hz",
    "encodings/iso2022",
    "encodings/johab",
    "encodings/koi8_t",
    "encodings/kz",
    "encodings/mac",
    "encodings/ptcp",
    "encodings/shift",
    "encodings/tis",
    "ensurepip/",
    "ftplib",
    "idlelib/",
    "imaplib",
    "mailbox",
    "modulefinder",
    "multiprocessing/",
    "pdb.py",
    "pickletools",
    "poplib",
    "profile.py",
    "pstats",
    "pty.py",
    "py_compile",
    "pyclbr",
    "pydoc",
    "pydoc_data/",
    "rlcompleter",
    "smtplib",
    "tabnanny",
    "this.py",
    "tkinter/",
    "trace.py",
    "tty.py",
    "turtle",
    "unittest/",
    "venv/",
    "wave.py",
    "webbrowser",
    "wsgiref/",
    "xmlrpc/",
    "zipapp",
)
# The dropped families have members that others need: zip archives read cp437, Western text is often
# cp1252, and PDF files (pypdf) name characters by the others.
NEEDED = (
    *("encodings/cp437.py", "encodings/cp1252.py", "encodings/cp850.py"),
    *("encodings/mac_roman.py", "encodings/gbk.py", "encodings/gb18030.py"),
)


class WithoutAnnotations(ast.NodeTransformer):
    """Takes annotations away where nobody reads them: those of functions, and of a module's names.

    Python makes a function of those of each function, a third of all functions of the package.
    Those of classes stay: they are the fields of records.
    """

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """Leaves out the annotations of a module's own names."""
        self.generic_visit(node)
        node.body = [each for part in node.body for each in self._assigned(part)]
        return node

    @staticmethod
    def _assigned(part: ast.stmt) -> list[ast.stmt]:
        if not isinstance(part, ast.AnnAssign):
            return [part]
        if part.value is None:
            return []
        return [ast.copy_location(ast.Assign([part.target], part.value), part)]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Leaves out the annotations of a function."""
        return self._plain(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        """Leaves out the annotations of a function."""
        return self._plain(node)

    def _plain(self, node):
        node.returns = None
        given = node.args
        for each in (*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg):
            if each is not None:
                each.annotation = None
        self.generic_visit(node)
        return node


def compile_plain(source: bytes, file_name: str) -> types.CodeType:
    """Returns the code of a module of ours, without what no program can ask for."""
    tree = WithoutAnnotations().visit(ast.parse(source, file_name))
    return compile(tree, file_name, "exec", dont_inherit=True, optimize=2)


def compile_source(source: bytes, file_name: str, optimize: int) -> bytes:
    """Returns the bytes of a .pyc that Python uses without looking for its source."""
    code = compile(source, file_name, "exec", dont_inherit=True, optimize=optimize)
    return bytes(loader._code_to_hash_pyc(code, importlib.util.source_hash(source), False))


def add(archive: zipfile.ZipFile, name: str, data: bytes, file_name: str, optimize: int) -> None:
    """Adds a file, compiled if it is Python. Dates are fixed: same input, same bytes."""
    if name.endswith(".py"):
        name, data = name + "c", compile_source(data, file_name, optimize)
    info = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, data, compresslevel=9)


def compile_standard_library(source: str, target: str) -> None:
    """Writes the zip `target`: the library in the zip `source`, trimmed and compiled."""
    with zipfile.ZipFile(source) as sources, zipfile.ZipFile(target, "w") as archive:
        for name in sources.namelist():
            if name.endswith("/") or (name.startswith(NOT_NEEDED) and name not in NEEDED):
                continue
            # Docstrings are of no use here and a tenth of the size.
            add(archive, name, sources.read(name), f"/lib/python314.zip/{name}", 2)


def compile_package(source: str, target: str) -> None:
    """Writes the modules of the package in folder `source` as modules_in_one.py reads them."""
    parent = os.path.dirname(source)
    modules: dict[str, tuple[bool, bytes]] = {}
    for folder, folders, files in os.walk(source):
        folders.sort()
        for file in sorted(files):
            if not file.endswith(".py"):
                continue
            path = os.path.join(folder, file)
            name = os.path.relpath(path, parent)
            with open(path, "rb") as opened:
                code = compile_plain(opened.read(), name)
            parts = name.removesuffix(".py").split("/")
            is_package = parts[-1] == "__init__"
            module = ".".join(parts[:-1] if is_package else parts)
            modules[module] = (is_package, marshal.dumps(code))
    with open(target, "wb") as written:
        written.write(zlib.compress(marshal.dumps(modules), 9))


def compile_steps(source: str, package: str, target: str) -> None:
    """Writes the package's functions in steps, for browsers that cannot suspend.

    `package` is what `compile_package` has written of the folder `source`.
    """
    sys.path.insert(0, os.path.dirname(source))
    from lispcore.running.language_sources import pack_steps

    with open(package, "rb") as opened:
        modules = marshal.loads(zlib.decompress(opened.read()))
    with open(target, "wb") as written:
        written.write(
            pack_steps((name, marshal.loads(code)) for name, (_, code) in modules.items())
        )
