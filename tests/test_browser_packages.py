"""Packages in the page: checked by their hash, read-only, and none from a program's own folder."""

from __future__ import annotations

import importlib
import io
import os
import stat
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lispcore.library.files import file_system


@pytest.fixture
def packages(monkeypatch, tmp_path) -> Any:
    """The module, outside of a browser: micropip is not there, so wheels are unpacked."""
    ffi: Any = ModuleType("pyodide.ffi")
    ffi.JsException = type("JsException", (Exception,), {})
    ffi.can_run_sync = lambda: False
    ffi.run_sync = None
    monkeypatch.setitem(sys.modules, "pyodide", ModuleType("pyodide"))
    monkeypatch.setitem(sys.modules, "pyodide.ffi", ffi)
    monkeypatch.delitem(sys.modules, "lispcore.hosts.browser_packages", raising=False)
    module = importlib.import_module("lispcore.hosts.browser_packages")
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.setattr(module, "_packages_folder", lambda: str(folder))
    monkeypatch.syspath_prepend(str(folder))
    yield module
    sys.modules.pop("lispcore.hosts.browser_packages", None)


def _wheel(text: str = "VALUE = 7") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        file.writestr("tiny_wheel.py", text)
    return target.getvalue()


def test_a_wheel_is_installed_if_the_page_has_it(packages, tmp_path) -> None:
    wheels = {"tiny-wheel": _wheel()}  # the page itself checks their hashes
    assert packages.install(wheels.get, "tiny-wheel", "tiny_wheel") == ""
    assert importlib.import_module("tiny_wheel").VALUE == 7
    del sys.modules["tiny_wheel"]
    assert "built without" in packages.install(wheels.get, "other-wheel", "other_wheel")


def test_what_is_there_becomes_read_only(packages, tmp_path) -> None:
    home, lib = tmp_path / "home", tmp_path / "lib"
    for folder in (home, lib / "deep"):
        folder.mkdir(parents=True)
        (folder / "a").write_text("x")
    (lib / "link").symlink_to(home / "a")
    packages.change_permissions(str(tmp_path), writable=False, but=(str(home),))

    def writable(path: Path) -> bool:
        return bool(stat.S_IMODE(os.stat(path).st_mode) & 0o222)

    assert [writable(each) for each in (lib, lib / "deep", lib / "deep" / "a")] == [False] * 3
    assert writable(home)
    assert writable(home / "a")  # also by the link
    packages.change_permissions(str(tmp_path), writable=True)
    assert writable(lib / "deep" / "a")


def test_python_looks_for_no_module_where_a_program_can_write(
    packages, tmp_path, monkeypatch
) -> None:
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    (home / "deep").mkdir(parents=True)
    temporary.mkdir()
    frozen = []
    monkeypatch.setattr(packages, "change_permissions", lambda *a, **b: frozen.append((a, b)))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    kept = [each for each in sys.path if each]
    monkeypatch.setattr(
        sys,
        "path",
        ["", str(home), str(home / "deep"), f"{temporary}/../home", *kept, str(temporary)],
    )
    before = file_system.visible_folders()
    try:
        packages.freeze_packages(str(home), str(temporary))
        assert sys.path == kept
        assert file_system.visible_folders() == (str(home), str(temporary))
    finally:
        file_system._folders = before
    assert frozen == [
        (("/",), {"writable": False, "but": (str(home), str(temporary), "/dev", "/proc")})
    ]
