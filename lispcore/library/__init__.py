"""The library: every chapter's functions under their Lisp names."""

from __future__ import annotations

import importlib
import os
from typing import Any

from lispcore.library import late_chapters
from lispcore.library.function_names import shown_under
from lispcore.library.registry import CONSTANTS, ENTRIES, LIBRARY, PENDING

# Parts of chapters that the first function that needs them imports: they hold no function of their
# own, and the start of an interpreter should not wait for them.
ON_DEMAND = frozenset(
    (
        "authorization",
        "chart_data",
        "chart_text",
        "child_process",
        "connecting",
        "css_selectors",
        "display_width",
        "html_tree",
        "json_rpc",
        "markdown_text",
        "regex_automaton",
        "regex_risk",
        "regex_translation",
        "regex_tree",
        "row_journal",
        "row_limits",
        "row_running",
        "row_sources",
        "run_locks",
        "shown_media",
        "shown_tables",
        "streamable_http",
        "unicode_ranges",
        "vector_index",
        "vector_kernels",
        "vector_machine",
        "vector_store_files",
        "workflow_check",
        "workflow_opening",
        "workflow_runs",
        "workflow_steps",
    )
)


def load_chapters() -> dict[str, Any]:
    """Returns all functions and constants by name, every chapter being imported or soon to be.

    A chapter is a module in one of the folders here; folders inside those hold what chapters share.
    """
    here = __path__[0]
    folders = [here, *(e.path for e in os.scandir(here) if e.is_dir())] if _CACHED else []
    kept = late_chapters.find_kept(folders, _CACHED)
    if kept is not None:
        late_chapters.enter_kept(kept)
    else:
        late_chapters.keep(folders, _CACHED, _import_chapters())
    functions: dict[str, Any] = {}
    for name, entry in ENTRIES.items():
        if entry.function is None:
            continue
        functions[name] = shown = shown_under(name, entry.function)
        if shown is not entry.function:
            PENDING.get((shown.__module__, entry.name), []).append(shown)
    return {**CONSTANTS, **functions}


def _import_chapters() -> list[str]:
    """Imports every chapter; returns their modules' names."""
    import pkgutil

    names = []
    for folder in pkgutil.iter_modules(__path__):
        if not folder.ispkg:
            continue
        package = importlib.import_module(f"{__name__}.{folder.name}")
        for module in pkgutil.iter_modules(package.__path__):
            if not module.ispkg and module.name not in ON_DEMAND:
                names.append(f"{package.__name__}.{module.name}")
                importlib.import_module(names[-1])
    return names


# Where Python keeps this module as it was compiled; nowhere if it is in no folder, as in the page.
_CACHED = __spec__.cached if __spec__ is not None and os.path.isdir(__path__[0]) else None

LIBRARY.update(load_chapters())

__all__ = ["LIBRARY", "ON_DEMAND"]
