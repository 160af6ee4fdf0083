"""Cells of this language in notebooks of Python: `%load_ext lispcore.magic`, then `%%lisp`.

It needs nothing but IPython, so it works in JupyterLite, too, whose kernels of Python run in a
browser. `%%lisp` runs a cell and shows its value; `%%lisp -o NAME` gives the value to Python under
that name; `-i NAME` gives a variable of Python to the cell before. `%lisp FORM` is an expression:
its value is one of Python. All cells are one session.
"""

from __future__ import annotations

import sys
from typing import Any

from lispcore.hosts.embedding import Interpreter
from lispcore.hosts.notebook import NotebookHost, value_bundle
from lispcore.hosts.notebook_views import Bundle
from lispcore.values.errors import LispError

_USAGE = "%%lisp [-i NAME …] [-o NAME], with the program below it"


class ShellCell:
    """The place below a cell of IPython."""

    def stream(self, text: str, name: str) -> None:
        """Shows text."""
        stream = sys.stderr if name == "stderr" else sys.stdout
        stream.write(text)
        stream.flush()

    def display(self, bundle: Bundle) -> None:
        """Shows one thing in several media types."""
        from IPython.display import display

        display(bundle, raw=True)

    def ask(self, prompt: str) -> str | None:
        """Asks as Python's `input` does."""
        try:
            return input(prompt)
        except (EOFError, RuntimeError, OSError):  # the last two where the notebook cannot ask
            return None
        except Exception as error:
            if type(error).__name__ == "StdinNotImplementedError":
                return None
            raise


class LispMagic:
    """`%lisp` and `%%lisp` of one shell."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.cell = ShellCell()
        self.host = NotebookHost(self.cell)
        self.lisp = Interpreter(self.host)
        self._text = ""

    def __call__(self, line: str, cell: str | None = None) -> Any:
        """Runs a line, whose value it returns as one of Python, or a cell."""
        if cell is None:
            return self._run(line, python=True)
        taken, given = self._names(line)
        for name in taken:
            if name not in self.shell.user_ns:
                raise NameError(f"name {name!r} is not defined")
            self.lisp.define(name, self.shell.user_ns[name])
        value = self._run(cell, python=False)
        if given:
            self.shell.user_ns[given] = self.lisp.to_python(value)
            return None
        bundle = value_bundle(value)
        if bundle is not None:
            self.cell.display(bundle)
        return None

    def _run(self, text: str, python: bool) -> Any:
        self._text = text
        try:
            return self.lisp.eval(text, "<cell>", python=python)
        finally:
            self.host.show_calls()

    def show_error(self, shell: Any, kind: Any, error: Any, *more: Any, **named: Any) -> None:
        """Shows a mistake as a terminal does: the frames of Python would say nothing."""
        from lispcore.commands.reports import show_error

        show_error(error, self._text, sys.stderr)

    @staticmethod
    def _names(line: str) -> tuple[list[str], str]:
        taken: list[str] = []
        given = ""
        waiting = line.split()
        while waiting:
            word = waiting.pop(0)
            if word not in ("-i", "-o") or not waiting:
                raise ValueError(_USAGE)
            if word == "-i":
                taken.append(waiting.pop(0))
            else:
                given = waiting.pop(0)
        return taken, given


def load_ipython_extension(shell: Any) -> None:
    """Called by `%load_ext lispcore.magic`."""
    magic = LispMagic(shell)
    shell.register_magic_function(magic.__call__, "line_cell", "lisp")
    shell.set_custom_exc((LispError,), magic.show_error)
