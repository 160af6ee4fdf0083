"""Loads a Python package into a worker when a program first needs it: the page hands it over.

The page has a few pure Python wheels (web/wheels.lock), and hands over no bytes but those that it
was built with. Where the browser can suspend WebAssembly, micropip installs them; elsewhere nothing
may wait, so a wheel is unpacked, which for pure Python comes to the same. A worker fetches nothing.

Packages are frozen otherwise: `freeze_packages` takes every folder that a program can write into
out of the list of those in which Python looks for modules, and makes all others read-only. What the
language might let through, the file system then refuses.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from pyodide.ffi import JsException, can_run_sync, run_sync

from lispcore.library.files import file_system

_INSTALLER = "micropip"


def freeze_packages(home: str, temporary: str) -> None:
    """Lets programs see two folders only, and Python take no module from there."""
    file_system.confine(home, temporary)
    visible = file_system.visible_folders()
    kept = []
    for entry in sys.path:
        real = os.path.realpath(entry)
        if entry and not any(f"{real}/".startswith(f"{folder}/") for folder in visible):
            kept.append(entry)
    sys.path[:] = kept
    sys.dont_write_bytecode = True
    change_permissions("/", writable=False, but=(*visible, "/dev", "/proc"))


def change_permissions(root: str, *, writable: bool, but: tuple[str, ...] = ()) -> None:
    """Lets a folder and all in it be written or not, except for the folders `but`."""
    for folder, folders, files in os.walk(root):
        folders[:] = [each for each in folders if os.path.join(folder, each) not in but]
        for path in (folder, *(os.path.join(folder, each) for each in files)):
            if not os.path.islink(path):
                mode = os.stat(path).st_mode & 0o7777
                os.chmod(path, mode | 0o200 if writable else mode & ~0o222)


@contextmanager
def _installing(packages: str) -> Iterator[None]:
    """Lets packages be added meanwhile."""
    change_permissions(packages, writable=True)
    try:
        yield
    finally:
        change_permissions(packages, writable=False)


def install(fetch_wheel: Callable[[str], bytes | None], package: str, module: str) -> str:
    """Makes a package with a module importable; returns "" or why it cannot be."""
    if find_spec(module) is not None:
        return ""
    wheel = fetch_wheel(package)
    if wheel is None:
        return f"this page was built without the Python package {package}"
    packages = _packages_folder()
    try:
        with _installing(packages):
            if can_run_sync() and _has_installer(fetch_wheel):
                _install_by_micropip(package, wheel, packages)
            else:
                unpack(wheel)
    except (JsException, OSError) as error:
        return f"the Python package {package} could not be loaded ({error})"
    importlib.invalidate_caches()
    return "" if find_spec(module) is not None else f"{module} is not in the wheel of {package}"


def _packages_folder() -> str:
    """Returns the folder in which our own package is."""
    packages = os.path.abspath(__file__)
    for _ in ("browser_packages.py", "hosts", "lispcore"):
        packages = os.path.dirname(packages)
    return packages


def _has_installer(fetch_wheel: Callable[[str], bytes | None]) -> bool:
    """Loads micropip itself, if the page has it."""
    if find_spec(_INSTALLER) is not None:
        return True
    wheel = fetch_wheel(_INSTALLER)
    if wheel is None:
        return False
    unpack(wheel)
    return True


def _install_by_micropip(package: str, wheel: bytes, packages: str) -> None:
    import micropip

    # micropip is given the bytes as a file, and so fetches nothing itself.
    place = os.path.join(packages, f"{package.replace('-', '_')}-0-py3-none-any.whl")
    try:
        with open(place, "wb") as file:
            file.write(wheel)
        run_sync(micropip.install(f"emfs:{place}", deps=False))
    finally:
        if os.path.exists(place):
            os.remove(place)


def unpack(wheel: bytes) -> None:
    """Unpacks a wheel of pure Python beside our own package."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        archive.extractall(_packages_folder())
    importlib.invalidate_caches()


def describe_browser() -> dict[str, Any]:
    """Returns what the browser says of itself: ``{"user_agent", "user_agent_data"}``.

    The second is None, or ``{"mobile", "platform", "brands": ["name/version"]}`` (Chromium).
    """
    from js import navigator

    found = getattr(navigator, "userAgentData", None)
    data = None
    if found is not None:
        brands = [f"{each.brand}/{each.version}" for each in found.brands]
        data = {"mobile": bool(found.mobile), "platform": str(found.platform), "brands": brands}
    return {"user_agent": str(navigator.userAgent), "user_agent_data": data}
