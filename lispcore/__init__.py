"""Lispcore: a Lisp in which prompts, messages, images, tools and model calls are values.

>>> from lispcore import Interpreter
>>> Interpreter().eval("(+ 1 2)")
3
"""

# Before all else: nothing below may come from the working folder.
from lispcore.tasks import search_path  # isort: skip

# Then, so that Ctrl-C shows no traceback of what is still loading.
from lispcore.tasks import interrupts  # isort: skip

# isort: split
from typing import TYPE_CHECKING, Any

from lispcore.values.version import VERSION as __version__

if TYPE_CHECKING:
    from lispcore.hosts.embedding import Interpreter
    from lispcore.running.python_values import Character, Keyword, Symbol
    from lispcore.values.errors import LispError, Stopped, TimeLimit

del interrupts, search_path

__all__ = [
    "Character",
    "Interpreter",
    "Keyword",
    "LispError",
    "Stopped",
    "Symbol",
    "TimeLimit",
    "__version__",
]


def __getattr__(name: str) -> Any:
    """Loads what is asked for: the whole language takes a while, and its errors alone do not."""
    home: Any
    if name == "Interpreter":
        from lispcore.tasks.process_settings import uncollected

        with uncollected():  # all that is loaded stays
            from lispcore.hosts import embedding as home
    elif name in ("LispError", "Stopped", "TimeLimit"):
        from lispcore.values import errors as home
    elif name in ("Character", "Keyword", "Symbol"):
        from lispcore.running import python_values as home
    else:
        raise AttributeError(f"module 'lispcore' has no attribute {name!r}")
    found = globals()[name] = getattr(home, name)
    return found
