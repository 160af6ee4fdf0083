"""The library: every chapter's functions under their Lisp names."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from lispcore.library.function_names import shown_under
from lispcore.library.registry import CONSTANTS, ENTRIES, LIBRARY

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
        "vector_store_files",
        "workflow_check",
        "workflow_opening",
        "workflow_runs",
        "workflow_steps",
    )
)


def load_chapters() -> dict[str, Any]:
    """Imports every chapter and returns all functions and constants by name.

    A chapter is a module in one of the folders here; folders inside those hold what chapters share.
    """
    for folder in pkgutil.iter_modules(__path__):
        if not folder.ispkg:
            continue
        package = importlib.import_module(f"{__name__}.{folder.name}")
        for module in pkgutil.iter_modules(package.__path__):
            if not module.ispkg and module.name not in ON_DEMAND:
                importlib.import_module(f"{package.__name__}.{module.name}")
    functions = {
        name: shown_under(name, each.function)
        for name, each in ENTRIES.items()
        if each.function is not None
    }
    return {**CONSTANTS, **functions}


LIBRARY.update(load_chapters())

__all__ = ["LIBRARY", "ON_DEMAND"]
