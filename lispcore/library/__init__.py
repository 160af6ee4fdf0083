"""The library: every chapter's functions under their Lisp names."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from lispcore.library.registry import CONSTANTS, ENTRIES


def load_chapters() -> dict[str, Any]:
    """Imports every chapter and returns all functions and constants by name."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    functions = {name: each.function for name, each in ENTRIES.items() if each.function is not None}
    return {**CONSTANTS, **functions}


LIBRARY: dict[str, Any] = load_chapters()
