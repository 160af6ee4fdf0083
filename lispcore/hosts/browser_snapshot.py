"""An interpreter that starts from a snapshot of memory: what is ahead, made fresh, brought later.

The page's build starts an interpreter once, up to the first program, and keeps its memory
(web/tools/snapshot-maker.js); every worker goes on from there. The same memory for all holds
nothing of a visitor, and nothing that two of them may not share: `renew` makes that anew. The seed
of hashes stays, since every table in memory is laid out by it: whoever knows it can only make a
program slow that runs in their own tab.

What was imported is in the memory. The files from which the rest would be imported are left out:
the first import that needs them brings them, and the program waits as for a model.
"""

from __future__ import annotations

import builtins
import gc
import importlib
import os
import sys
import time
from types import ModuleType, SimpleNamespace
from typing import Any

from lispcore.hosts import browser
from lispcore.values.errors import LispError

# Under these names the page hands over what was left out, as it does with wheels.
STANDARD_LIBRARY = "python"
LANGUAGE = "lispcore"
_generators: list[Any] = []


def prepare() -> None:
    """Does all that a start does and that is the same for every visitor; called by the build."""
    from lispcore.hosts import browser_warming
    from lispcore.hosts.usual_modules import import_usual
    from lispcore.library.language.help import documentation_json

    browser.prepare()
    _import_page_modules()
    import_usual()
    # A question about a text cannot wait for files to be brought.
    browser.service(_QUESTION)
    # What these import, and what Python has learned of its own code by running them, stays.
    documentation_json()
    for step in range(len(browser_warming.PROGRAMS)):
        browser.warm_up(step)
    _lay_ready()
    _leave_out_files()
    gc.collect()
    _generators.extend(find_generators())


def _lay_ready() -> None:
    """Puts what Pyodide asks for at its start where it finds it (web/tools/prepared-start.mjs)."""
    runtime: Any = sys.modules["_pyodide"]
    main = vars(sys.modules["__main__"])
    runtime.prepared = SimpleNamespace(
        own={}, importlib=importlib, main=main, builtins=vars(builtins)
    )


# A text whose answer needs all that answers need.
_QUESTION = '{"service": "diagnose", "text": "(define (f x) (prntln x)) (f)"}'


def _import_page_modules() -> tuple[ModuleType, ...]:
    """Imports what the page's host needs only in some tiers, or once packages are wanted."""
    from lispcore.hosts import browser_direct, browser_packages, browser_tasks

    return (browser_direct, browser_packages, browser_tasks)


def find_generators() -> list[Any]:
    """Returns the generators of random numbers that anybody holds."""
    import random

    found = [each for each in gc.get_objects() if isinstance(each, random.Random)]
    return [each for each in found if not isinstance(each, random.SystemRandom)]


def renew() -> None:
    """Makes fresh what no two visitors may share; called by the worker, before all else."""
    from lispcore.library.system import system

    for generator in _generators:
        generator.seed()
    _generators.clear()
    # Names and numbers that modules chose for themselves, and the zone of the build's machine.
    for module, values in _CHOSEN.items():
        for name, value in values.items():
            if module in sys.modules:
                setattr(sys.modules[module], name, value)
    if hasattr(time, "tzset"):
        time.tzset()
    system.restart_clock()
    sys.meta_path.insert(0, _Bringer())
    _modules_in_one().bring = lambda: _bring(LANGUAGE)


_CHOSEN: dict[str, dict[str, Any]] = {
    "tempfile": {"_name_sequence": None, "tempdir": None},
    "uuid": {"_node": None, "_last_timestamp": None, "_last_timestamp_v7": None},
}


def _modules_in_one() -> Any:
    """Returns what finds our own modules: the hook of web/tools/modules_in_one.py."""
    return next(each for each in sys.path_hooks if hasattr(each, "leave_out"))


def _archive() -> str:
    """Returns the path of the standard library's archive."""
    return next(each for each in sys.path if each.endswith(".zip"))


def _leave_out_files() -> None:
    import zipimport

    _modules_in_one().leave_out()
    vars(zipimport)["_zip_directory_cache"].clear()
    importlib.invalidate_caches()


class _Bringer:
    """The finder in front of all others, until the standard library is there."""

    def find_spec(self, name: str, path: object = None, target: ModuleType | None = None) -> None:
        """Brings the library if the module may be in it; leaves finding the module to others."""
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names or name in sys.builtin_module_names:
            return
        _write(_archive(), _bring(STANDARD_LIBRARY))
        sys.meta_path.remove(self)
        importlib.invalidate_caches()


def _bring(name: str) -> bytes:
    found = browser.fetch_wheel(name)
    if found is None:
        raise LispError(
            "a part of Lispcore that is needed here could not be fetched from this page's address",
            kind="io",
            hint="is there a network? Run again when there is: the part is asked for anew",
        )
    return found


def _write(path: str, data: bytes) -> None:
    """Writes a file that programs cannot write."""
    folder = os.path.dirname(path)
    modes = [(each, os.stat(each).st_mode & 0o7777) for each in (folder, path)]
    for each, mode in modes:
        os.chmod(each, mode | 0o200)
    try:
        with open(path, "wb") as file:
            file.write(data)
    finally:
        for each, mode in modes:
            os.chmod(each, mode)
