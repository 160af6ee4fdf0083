"""Loads a Python package into a worker when a program first needs it, from the page's own address.

The page serves a few pure Python wheels (web/wheels.lock), and says what each one's SHA-256 is:
other bytes are not installed. Where the browser can suspend WebAssembly, micropip installs them;
elsewhere nothing may wait, so a wheel is unpacked, which for pure Python comes to the same.

Packages are frozen otherwise: `freeze_packages` takes every folder that a program can write into
out of the list of those in which Python looks for modules, and makes all others read-only. What the
language might let through, the file system then refuses.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pyodide.ffi import JsException, can_run_sync, run_sync

from lispcore.library.files import file_system

_HASH_MARK = "#sha256="


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


def install(bridge: Any, package: str) -> str:
    """Makes a package importable; returns "" or why it cannot be."""
    import importlib
    from importlib.util import find_spec

    if find_spec(package) is not None:
        return ""
    addresses: dict[str, str] = json.loads(bridge.wheels())
    if package not in addresses:
        return f"this page was built without the Python package {package}"
    packages = _packages_folder()
    try:
        with _installing(packages):
            if can_run_sync() and "micropip" in addresses:
                _install_by_micropip(bridge, addresses, package, packages)
            else:
                _unpack(_download(bridge, addresses[package]), packages)
    except (JsException, OSError) as error:
        return f"the Python package {package} could not be loaded ({error})"
    importlib.invalidate_caches()
    return "" if find_spec(package) is not None else f"{package} is not in its own wheel"


def _packages_folder() -> str:
    """Returns the folder in which our own package is."""
    packages = os.path.abspath(__file__)
    for _ in ("browser_packages.py", "hosts", "lispcore"):
        packages = os.path.dirname(packages)
    return packages


def _download(bridge: Any, address: str) -> bytes:
    """Returns a wheel; raises `OSError` if it is not the one that the page was built with."""
    from hashlib import sha256

    plain, mark, wanted = address.partition(_HASH_MARK)
    data: bytes = bridge.download(plain).to_bytes()
    if not mark or sha256(data).hexdigest() != wanted:
        raise OSError("what the server sent is not the file that this page was built with")
    return data


def _install_by_micropip(
    bridge: Any, addresses: dict[str, str], package: str, packages: str
) -> None:
    import importlib
    from importlib.util import find_spec

    if find_spec("micropip") is None:
        _unpack(_download(bridge, addresses["micropip"]), packages)
        importlib.invalidate_caches()
    import micropip

    address = addresses[package]
    data = _download(bridge, address)
    # micropip is given the checked bytes as a file, and so fetches nothing itself.
    place = os.path.join(packages, address.partition(_HASH_MARK)[0].rpartition("/")[2])
    try:
        with open(place, "wb") as file:
            file.write(data)
        run_sync(micropip.install(f"emfs:{place}", deps=False))
    finally:
        if os.path.exists(place):
            os.remove(place)


def _unpack(data: bytes, packages: str) -> None:
    """Unpacks a wheel of pure Python beside our own package."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as wheel:
        wheel.extractall(packages)


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
