"""Finds the Chromium that the browser tests drive, or installs one. Standard library only.

`build.py test` calls `ensure_chromium` before pytest; `conftest.py` calls `find_chromium`, so that
plain ``pytest`` works too. What they ask of the machine is a `Machine`, which tests replace.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath, PureWindowsPath

# Set to a path, it is used and nothing is searched.
VARIABLE = "LISPCORE_CHROMIUM"

COMMANDS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
)
MAC_APPLICATIONS = ("Chromium", "Google Chrome", "Microsoft Edge")
WINDOWS_PROGRAMS = (
    r"Google\Chrome\Application\chrome.exe",
    r"Chromium\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
)
WINDOWS_FOLDERS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")

# A headless page without any font shows no text at all, so one font comes along.
DEBIAN_PACKAGES = ("chromium", "fonts-dejavu-core")

ADVICE = (
    "The browser tests need Chromium, and none could be found or installed. Install Chromium or "
    f"Google Chrome, or set {VARIABLE} to the path of one."
)


def _succeeds(command: Sequence[str]) -> bool:
    """Tells whether a command ends with success within a minute, showing nothing."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@dataclass
class Machine:
    """What the search asks of the machine."""

    platform: str = sys.platform
    variables: Mapping[str, str] = field(default_factory=lambda: os.environ)
    which: Callable[[str], str | None] = shutil.which
    exists: Callable[[str], bool] = os.path.exists
    succeeds: Callable[[Sequence[str]], bool] = _succeeds
    is_root: bool = hasattr(os, "geteuid") and os.geteuid() == 0


def candidates(machine: Machine) -> list[str]:
    """Returns the places of browsers that are there, the best first."""
    found = [path for path in map(machine.which, COMMANDS) if path]
    usual: list[str] = []
    if machine.platform == "darwin":
        home = machine.variables.get("HOME", "")
        usual = [
            str(PurePosixPath(top, "Applications", f"{name}.app", "Contents", "MacOS", name))
            for top in ("/", home)
            for name in MAC_APPLICATIONS
            if top
        ]
    elif machine.platform == "win32":
        folders = [machine.variables[name] for name in WINDOWS_FOLDERS if name in machine.variables]
        usual = [
            str(PureWindowsPath(folder, program))
            for program in WINDOWS_PROGRAMS
            for folder in folders
        ]
    return found + [path for path in usual if machine.exists(path)]


def find_chromium(machine: Machine | None = None) -> str | None:
    """Returns the path of a Chromium that starts, or None."""
    machine = machine or Machine()
    chosen = machine.variables.get(VARIABLE)
    if chosen:
        return chosen if machine.exists(chosen) else None
    for path in candidates(machine):
        # Ubuntu puts a script under this name that only says where to get the browser. On Windows
        # the question for its version would open a window instead.
        if machine.platform == "win32" or machine.succeeds([path, "--version"]):
            return path
    return None


def root_prefix(machine: Machine) -> list[str]:
    """Returns what stands in front of a command that installs packages; nothing if nobody may."""
    if machine.is_root:
        return ["env"]
    if machine.which("sudo") and machine.succeeds(["sudo", "-n", "true"]):
        return ["sudo", "-n", "env"]
    return []


def install_steps(machine: Machine, python: str) -> list[list[list[str]]]:
    """Returns the ways to install a Chromium, each a list of commands, the best first."""
    ways = []
    if machine.which("apt-get"):
        become = root_prefix(machine)
        if become:
            apt = [*become, "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
            install = [*apt, "install", "-y", "--no-install-recommends", *DEBIAN_PACKAGES]
            # Package lists may be empty or old: then the first try fails fast.
            ways += [[install], [[*apt, "update"], install]]
    ways.append([[python, "-m", "playwright", "install", "chromium"]])
    return ways


def playwright_chromium(python: str) -> str | None:
    """Returns the path of the Chromium that Playwright has downloaded, or None."""
    program = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    done = subprocess.run([python, "-c", program], capture_output=True, text=True, check=False)
    path = done.stdout.strip()
    return path if path and os.path.exists(path) else None


def ensure_chromium(
    python: str,
    run: Callable[[str, Sequence[str]], bool],
    machine: Machine | None = None,
    downloaded: Callable[[str], str | None] = playwright_chromium,
) -> str | None:
    """Returns the path of a Chromium, installing one if there is none; None if that fails.

    `python` has Playwright installed. `run` shows a title, runs a command and tells whether it
    succeeded.
    """
    machine = machine or Machine()
    found = find_chromium(machine) or downloaded(python)
    if found or machine.variables.get(VARIABLE):
        return found
    for commands in install_steps(machine, python):
        if all(run("Installing Chromium for the browser tests", each) for each in commands):
            found = find_chromium(machine) or downloaded(python)
            if found:
                return found
    return None
