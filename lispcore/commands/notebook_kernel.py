"""A Jupyter kernel: notebooks whose cells are programs of this language.

ipykernel is optional, ``pip install lispcore[jupyter]``: without it the module is of no use. Its
`Kernel` speaks the protocol; here is what a cell does, what completes its words, and what is known
of a name. All cells of a kernel are one session.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import sys
from typing import Any

from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel
from IPython.core.error import StdinNotImplementedError

from lispcore.commands.reports import show_error
from lispcore.commands.typed_help import completed, described
from lispcore.commands.typed_texts import is_incomplete
from lispcore.hosts.embedding import Interpreter
from lispcore.hosts.notebook import NotebookHost, value_bundle
from lispcore.hosts.notebook_views import Bundle
from lispcore.reading.reader import read_many
from lispcore.tasks.process_settings import own_process
from lispcore.values.errors import LispError, Stopped
from lispcore.values.version import VERSION


class KernelCell:
    """Where the running cell shows things."""

    def __init__(self, kernel: LispKernel) -> None:
        self._kernel = kernel

    def stream(self, text: str, name: str) -> None:
        """Shows text."""
        self._send("stream", {"name": name, "text": text})

    def display(self, bundle: Bundle) -> None:
        """Shows one thing in several media types."""
        self._send("display_data", {"data": bundle, "metadata": {}})

    def ask(self, prompt: str) -> str | None:
        """Asks in the notebook; None where that cannot ask."""
        try:
            return str(self._kernel.raw_input(prompt))
        except (EOFError, StdinNotImplementedError):
            return None

    def _send(self, kind: str, content: dict[str, Any]) -> None:
        if not self._kernel.is_silent:
            self._kernel.send_response(self._kernel.iopub_socket, kind, content)


class LispKernel(Kernel):
    """One session behind notebooks and consoles."""

    implementation = "lispcore"
    implementation_version = VERSION
    banner = f"Lispcore {VERSION}"
    language_info = {  # noqa: RUF012  (as its base class has it)
        "name": "lispcore",
        "version": VERSION,
        "mimetype": "text/x-scheme",
        "file_extension": ".lisp",
        "codemirror_mode": "scheme",
        "pygments_lexer": "scheme",
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.is_silent = False
        self.host = NotebookHost(KernelCell(self))
        self.lisp = Interpreter(self.host)

    async def do_execute(
        self,
        code: str,
        silent: bool,
        store_history: bool = True,
        user_expressions: Any = None,
        allow_stdin: bool = False,
        **others: Any,
    ) -> dict[str, Any]:
        """Runs a cell."""
        self.is_silent = silent
        self._allow_stdin = allow_stdin  # what `raw_input` looks at
        try:
            value = self.lisp.eval(code, f"<cell {self.execution_count}>")
        except LispError as error:
            return self._failed(error.kind, error.message, _explained(error, code))
        except (Stopped, KeyboardInterrupt):
            return self._failed("stopped", "the cell was stopped", ["stopped"])
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
            return self._failed(type(error).__name__, str(error), [said])
        finally:
            with contextlib.suppress(KeyboardInterrupt):
                self.host.show_calls()
        bundle = value_bundle(value)
        if bundle is not None and not silent:
            content = {"execution_count": self.execution_count, "data": bundle, "metadata": {}}
            self.send_response(self.iopub_socket, "execute_result", content)
        return self._answer("ok", payload=[], user_expressions={})

    def _answer(self, status: str, **rest: Any) -> dict[str, Any]:
        return {"status": status, "execution_count": self.execution_count, **rest}

    def _failed(self, kind: str, message: str, lines: list[str]) -> dict[str, Any]:
        content = {"ename": kind, "evalue": message, "traceback": lines}
        if not self.is_silent:
            self.send_response(self.iopub_socket, "error", content)
        return self._answer("error", **content)

    async def do_complete(self, code: str, cursor_pos: int | None) -> dict[str, Any]:
        """Returns what the word before the cursor may become."""
        at = len(code) if cursor_pos is None else cursor_pos
        start, found = completed(self.lisp, code, at)
        types = [
            {"start": start, "end": at, "text": text, "type": kind, "signature": usage}
            for text, kind, usage in found
        ]
        return {
            "status": "ok",
            "matches": [text for text, _, _ in found],
            "cursor_start": start,
            "cursor_end": at,
            "metadata": {"_jupyter_types_experimental": types},
        }

    async def do_inspect(
        self, code: str, cursor_pos: int, detail_level: int = 0, omit_sections: Any = ()
    ) -> dict[str, Any]:
        """Returns the documentation of the name at the cursor."""
        text = described(self.lisp, code, cursor_pos)
        data = {"text/plain": text} if text else {}
        return {"status": "ok", "found": bool(text), "data": data, "metadata": {}}

    async def do_is_complete(self, code: str) -> dict[str, Any]:
        """Tells whether a text can be run, or needs more lines."""
        if is_incomplete(code):
            return {"status": "incomplete", "indent": "  "}
        try:
            read_many(code)
        except LispError:
            return {"status": "invalid"}
        return {"status": "complete"}

    async def do_shutdown(self, restart: bool) -> dict[str, Any]:
        """Ends what the session has left."""
        self.lisp.close()
        return {"status": "ok", "restart": restart}


def _explained(error: LispError, code: str) -> list[str]:
    text = io.StringIO()
    show_error(error, code, text)
    return text.getvalue().rstrip("\n").split("\n")


def run_kernel(words: list[str]) -> int:
    """Runs a kernel that is spoken to as a connection file says: ``-f FILE``."""
    own_process()
    sys.argv = ["lispcore"]
    IPKernelApp.launch_instance(argv=words, kernel_class=LispKernel)
    return 0
