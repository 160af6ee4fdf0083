"""Lispcore: a Lisp in which prompts, messages, images, tools and model calls are values.

>>> from lispcore import Interpreter
>>> Interpreter().eval("(+ 1 2)")
3
"""

# Before all else: nothing below may come from the working folder.
from lispcore.tasks import search_path

# isort: split
from collections.abc import Set

from lispcore.running import interpreter
from lispcore.running.program_cache import ProgramCache
from lispcore.tasks.host import Host
from lispcore.values.errors import LispError
from lispcore.values.version import VERSION as __version__

del search_path

__all__ = ["Interpreter", "LispError", "__version__"]


class Interpreter(interpreter.Interpreter):
    """One session, which lives on the terminal if it is given no other host."""

    def __init__(
        self,
        host: Host | None = None,
        programs: ProgramCache | None = None,
        off: Set[str] = frozenset(),
    ) -> None:
        if host is None:
            # Loaded when it is wanted: the browser never needs it.
            from lispcore.hosts.terminal import TerminalHost

            host = TerminalHost()
        super().__init__(host, programs, off)
