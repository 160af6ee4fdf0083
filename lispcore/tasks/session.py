"""What library functions may ask of the session that runs them (running/interpreter.py).

The library stands below the compiler and below all that explains a failed program. What it needs
of them it asks for here, so that nothing down here knows who answers.
"""

from __future__ import annotations

from typing import Any, Protocol

from lispcore.reading.reader import Source
from lispcore.tasks.host import Host
from lispcore.tasks.scheduler import Scheduler
from lispcore.values.errors import LispError
from lispcore.values.types import Map, Value


class Files(Protocol):
    """The files that a session has imported."""

    def load(self, path: str) -> Value:
        """Runs a file in the module that runs now; returns the value of its last form."""
        ...

    def import_file(
        self, path: Value, names: tuple[str, ...], pin: str, into: Any, directory: str
    ) -> None:
        """Makes what a file exports (or only `names`) known in the module `into`.

        `pin` is the SHA-256 that its content must have, empty for any.
        """
        ...


class Session(Protocol):
    """One session: what is defined, what is under way, and who can explain it."""

    host: Host
    globals: dict[str, Any]
    macros: dict[str, Any]
    sources: dict[str, Source]  # by the name under which Python knows their code
    tasks: Scheduler
    may_exit: bool  # whether (exit) ends the process

    @property
    def modules(self) -> Files:
        """The files that the session has imported."""
        ...

    @property
    def user_defined(self) -> set[str]:
        """The globals that the program has defined or set."""
        ...

    def evaluate_form(self, form: Value) -> Value:
        """Returns the value of a form, as ``eval`` gives it."""
        ...

    def macroexpand(self, form: Value) -> Value:
        """Returns a form with the macro call at its head expanded by one step."""
        ...

    def check_text(self, text: str) -> LispError | None:
        """Returns the first mistake that can be found in a program without running it, or None."""
        ...

    def explain(self, error: BaseException) -> LispError:
        """Returns the error that a person should see for an exception that a program ran into."""
        ...

    def error_map(self, error: BaseException) -> Map:
        """Returns the map that a program sees of an error."""
        ...

    def suggest(self, name: str) -> str:
        """Returns what to try for a name that means nothing."""
        ...
