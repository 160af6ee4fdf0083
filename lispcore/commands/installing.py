"""`lispcore install`: fetches what programs import from elsewhere, and pins it; nothing is run.

Calling it is the consent: what it fetched stands in ``lispcore.lock`` and is kept, so that the
program runs without a question and without a network afterwards.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from lispcore.commands.programs import Options, interpreter_for, read_program
from lispcore.commands.reports import complain, show_error
from lispcore.expanding.modules import folder_of
from lispcore.library.packages.addresses import carries_program, is_address, resolve
from lispcore.library.packages.kept import find_kept, keep
from lispcore.library.packages.lock_file import NAME, Pinned, read_lock
from lispcore.library.packages.module_imports import imports_of
from lispcore.library.packages.module_sources import Found, Sources
from lispcore.library.packages.obtaining import obtain
from lispcore.reading.recovery import read_recovering
from lispcore.tasks import context
from lispcore.values.errors import LispError

SWITCHES = ("--update", "--vendor", "--check")


def install(given: dict[str, Any]) -> int:
    """Fetches the imports of programs, or all that the lock file names; returns the status."""
    token = context.enter(interpreter_for(Options(allow_import=True)))
    try:
        if "--check" in given:
            return _check(given["files"])
        if not given["files"]:
            return _install_locked("--vendor" in given)
        statuses = [
            _install_program(path, "--update" in given, "--vendor" in given)
            for path in given["files"]
        ]
        return max(statuses)
    except LispError as error:
        show_error(error, None, sys.stderr)
        return 1
    finally:
        context.leave(token)


def _install_locked(vendors: bool) -> int:
    lock = read_lock("")
    if not lock:
        complain(f"there is no {NAME} here: name a program")
        return 2
    for address, entry in sorted(lock.items()):
        obtain(address, "", "")
        _report(address, entry.sha256, "", vendors)
    return 0


def _install_program(path: str, renews: bool, vendors: bool) -> int:
    piece = read_program(path)
    if piece is None:
        return 2
    sources = Sources()
    sources.home, sources.renews = os.path.dirname(path), renews
    problems = _follow(sources, Found(piece.text, path, path))
    for address, sha256 in sorted(sources.hashes.items()):
        _report(address, sha256, sources.home, vendors)
    for problem in problems:
        show_error(problem, None, sys.stderr)
    return 1 if problems else 0


def _follow(sources: Sources, program: Found) -> list[LispError]:
    """Obtains all that a program imports, directly or not; returns what went wrong."""
    problems: list[LispError] = []
    seen = {program.identity}
    waiting = [program]
    while waiting:
        file = waiting.pop()
        for wanted in imports_of(read_recovering(file.text).source.forms):
            if wanted.path is None:
                continue
            try:
                found = sources.find("import", wanted.path, wanted.pin, folder_of(file.name))
            except LispError as error:
                error.file = file.name
                problems.append(error)
                continue
            if found.identity not in seen:
                seen.add(found.identity)
                waiting.append(found)
    return problems


def _report(address: str, sha256: str, folder: str, vendors: bool) -> None:
    data = find_kept(sha256, folder)
    if vendors and data is not None:
        keep(sha256, data, folder, beside=True)
    print(f"{sha256}  {address}")


def _check(paths: list[str]) -> int:
    """Tells which imports are not pinned or not kept; fetches nothing."""
    status = 0
    for path in paths or [""]:
        folder = os.path.dirname(path)
        lock = read_lock(folder)
        wanted = {address: entry.sha256 for address, entry in lock.items()}
        if path:
            piece = read_program(path)
            if piece is None:
                return 2
            wanted = _pins_of(Found(piece.text, path, path), lock)
        for address, sha256 in sorted(wanted.items()):
            if not sha256 or find_kept(sha256, folder) is None:
                complain(f"{address} is not {'kept here' if sha256 else 'pinned'}")
                status = 1
    return status


def _pins_of(program: Found, lock: Mapping[str, Pinned]) -> dict[str, str]:
    """Returns the hash of each address that a program imports, directly or not; "" if unknown."""
    sources = Sources()
    sources.home = os.path.dirname(program.name)
    wanted: dict[str, str] = {}
    seen = {program.identity}
    waiting = [program]
    while waiting:
        file = waiting.pop()
        folder = folder_of(file.name)
        for each in imports_of(read_recovering(file.text).source.forms):
            if each.path is None or carries_program(each.path):
                continue
            if is_address(each.path) or is_address(f"{folder}/"):
                address = resolve(folder, each.path)
                entry = lock.get(address)
                wanted[address] = each.pin or (entry.sha256 if entry else "")
            try:
                found = sources.look(each.path, each.pin, folder)
            except LispError as error:
                error.file = file.name
                raise
            if found is not None and found.identity not in seen:
                seen.add(found.identity)
                waiting.append(found)
    return wanted
