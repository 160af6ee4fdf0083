"""Finding and installing Firefox and WebKitGTK, on machines that do not exist."""

from __future__ import annotations

from collections.abc import Sequence

import engines
from chromium import Machine
from engines import ensure_engines, find_engine

ALL = {"/bin/firefox-esr", "/bin/WebKitWebDriver", "/bin/Xvfb"}


def machine(
    files: set[str], broken: frozenset[str] = frozenset(), *, is_root: bool = True
) -> Machine:
    return Machine(
        which=lambda name: f"/bin/{name}" if f"/bin/{name}" in files else None,
        succeeds=lambda command: command[0] not in broken,
        is_root=is_root,
    )


def find(name: str, there: Machine) -> str | None:
    return find_engine(name, there, lambda: ["/usr/lib/MiniBrowser"])


def ensure(there: Machine, brings: set[str], files: set[str]) -> tuple[list[str], list[str]]:
    """Returns what is still missing and the commands; installing `brings` some files."""
    ran: list[str] = []

    def run(title: str, command: Sequence[str]) -> bool:
        ran.append(" ".join(command))
        files.update(brings if "install" in command else ())
        return bool(brings) or "update" in command

    return ensure_engines(run, there, find), ran


def test_an_engine_is_there_with_all_that_it_needs() -> None:
    assert find("firefox", machine(ALL)) == "/bin/firefox-esr"
    assert find("firefox", machine({"/bin/firefox"})) == "/bin/firefox"
    assert find("webkit", machine(ALL)) == "/bin/WebKitWebDriver"
    assert find("webkit", machine(ALL - {"/bin/Xvfb"})) is None
    assert find_engine("webkit", machine(ALL), list) is None
    assert find("firefox", machine(ALL, frozenset({"/bin/firefox-esr"}))) is None


def test_what_is_there_is_not_installed() -> None:
    assert ensure(machine(ALL), set(), set(ALL)) == ([], [])


def test_what_is_missing_is_installed_in_one_go() -> None:
    files = {"/bin/apt-get"}
    missing, ran = ensure(machine(files), ALL, files)
    assert missing == []
    assert len(ran) == 1
    assert ran[0].endswith(" ".join(engines.ENGINES["webkit"].packages))
    assert "firefox-esr" in ran[0]


def test_a_machine_that_cannot_install_says_what_is_missing() -> None:
    everything = ["Firefox", "WebKitGTK"]
    # Nobody may, there is nothing to do it with, or it fails although the lists are new.
    assert ensure(machine({"/bin/apt-get"}, is_root=False), ALL, set()) == (everything, [])
    assert ensure(machine(set()), ALL, set()) == (everything, [])
    missing, ran = ensure(machine({"/bin/apt-get"}), set(), set())
    assert missing == everything
    assert [command.split("apt-get -q ")[1].split()[0] for command in ran] == [
        *("install", "update", "install")
    ]
