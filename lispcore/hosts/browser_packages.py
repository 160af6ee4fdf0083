"""Loads a Python package into a worker when a program first needs it, from the page's own address.

The page serves a few pure Python wheels (web/wheels.lock). Where the browser can suspend
WebAssembly, micropip installs them; elsewhere nothing may wait, so a wheel is fetched by a
synchronous request and unpacked, which for pure Python comes to the same.
"""

from __future__ import annotations

import json
from typing import Any

from pyodide.ffi import JsException, can_run_sync, run_sync


def install(bridge: Any, package: str) -> str:
    """Makes a package importable; returns "" or why it cannot be."""
    import importlib
    from importlib.util import find_spec

    if find_spec(package) is not None:
        return ""
    addresses: dict[str, str] = json.loads(bridge.wheels())
    if package not in addresses:
        return f"this page was built without the Python package {package}"
    try:
        if can_run_sync() and "micropip" in addresses:
            _install_by_micropip(bridge, addresses, package)
        else:
            _unpack(bridge.download(addresses[package]))
    except (JsException, OSError) as error:
        return f"the Python package {package} could not be loaded ({error})"
    importlib.invalidate_caches()
    return "" if find_spec(package) is not None else f"{package} is not in its own wheel"


def _install_by_micropip(bridge: Any, addresses: dict[str, str], package: str) -> None:
    import importlib
    from importlib.util import find_spec

    if find_spec("micropip") is None:
        _unpack(bridge.download(addresses["micropip"]))
        importlib.invalidate_caches()
    import micropip

    run_sync(micropip.install(addresses[package], deps=False))


def _unpack(data: Any) -> None:
    """Unpacks a wheel of pure Python beside our own package."""
    import io
    import os
    import zipfile

    packages = os.path.abspath(__file__)
    for _ in ("browser_packages.py", "hosts", "lispcore"):
        packages = os.path.dirname(packages)
    with zipfile.ZipFile(io.BytesIO(data.to_bytes())) as wheel:
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
