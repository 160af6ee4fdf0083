"""Finds Firefox and WebKitGTK, which the journeys drive besides Chromium, or installs them.

Standard library only. `build.py test` calls `ensure_engines` before pytest; the tests call
`find_engine`, so that plain ``pytest`` works too. A machine that has none of them skips their
journeys and says so: what they need is there on Debian and its like only.
"""

from __future__ import annotations

import glob
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chromium import Machine, root_prefix

MINI_BROWSERS = "/usr/lib/*/webkit2gtk-*/MiniBrowser"


@dataclass(frozen=True)
class Engine:
    """A browser: its program, what is needed besides, and the packages that hold all that.

    `question` is one that the program answers without showing anything.
    """

    label: str
    programs: tuple[str, ...]
    question: str
    besides: tuple[str, ...]
    packages: tuple[str, ...]


ENGINES = {
    "firefox": Engine("Firefox", ("firefox-esr", "firefox"), "--version", (), ("firefox-esr",)),
    "webkit": Engine(
        "WebKitGTK", ("WebKitWebDriver",), "--help", ("Xvfb",), ("webkit2gtk-driver", "xvfb")
    ),
}


def mini_browsers() -> list[str]:
    """Returns the places of WebKitGTK's own browser, which its driver starts."""
    return sorted(glob.glob(MINI_BROWSERS))


def find_engine(
    name: str, machine: Machine | None = None, minis: Callable[[], list[str]] = mini_browsers
) -> str | None:
    """Returns the path of an engine's program if all that it needs is there."""
    machine = machine or Machine()
    engine = ENGINES[name]
    if not all(map(machine.which, engine.besides)) or (name == "webkit" and not minis()):
        return None
    found = filter(None, map(machine.which, engine.programs))
    # On some systems a script of this name only says where to get the browser.
    return next((path for path in found if machine.succeeds([path, engine.question])), None)


def ensure_engines(
    run: Callable[[str, Sequence[str]], bool],
    machine: Machine | None = None,
    find: Callable[[str, Machine], str | None] = find_engine,
) -> list[str]:
    """Installs what is missing, where that is possible; returns the labels of what is still missing."""
    machine = machine or Machine()
    missing = [name for name in ENGINES if find(name, machine) is None]
    become = root_prefix(machine) if missing and machine.which("apt-get") else []
    if become:
        apt = [*become, "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
        wanted = [package for name in missing for package in ENGINES[name].packages]
        install = [*apt, "install", "-y", "--no-install-recommends", *wanted]
        title = "Installing Firefox and WebKitGTK for the browser tests"
        if not run(title, install) and run("Fetching the lists of packages", [*apt, "update"]):
            run(title, install)
    return [ENGINES[name].label for name in missing if find(name, machine) is None]
