"""The library: every chapter's functions under their Lisp names."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

from lispcore.library.registry import ENTRIES


def load_chapters() -> dict[str, Callable[..., Any]]:
    """Imports every chapter and returns all functions by name."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return {name: entry.function for name, entry in ENTRIES.items() if entry.function is not None}


LIBRARY: dict[str, Callable[..., Any]] = load_chapters()
