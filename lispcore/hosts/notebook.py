"""The host of notebooks: the terminal's, but output goes to the cell, as views where it is one.

The kernel (commands/notebook_kernel.py) and the magic of other kernels (magic.py) hand over a
`Cell`, what a notebook can do with output and questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from lispcore.hosts.notebook_views import Bundle, bundle_of, calls_bundle
from lispcore.hosts.terminal import TerminalHost
from lispcore.tasks.context import outside
from lispcore.values.printing import pretty


class Cell(Protocol):
    """The place below a cell."""

    def stream(self, text: str, name: str) -> None:
        """Shows text of "stdout" or "stderr"."""
        ...

    def display(self, bundle: Bundle) -> None:
        """Shows one thing, given in several media types."""
        ...

    def ask(self, prompt: str) -> str | None:
        """Asks the person for a line; None where nobody can be asked."""
        ...


class NotebookHost(TerminalHost):
    """What programs of a notebook ask of the world around."""

    def __init__(self, cell: Cell, environment: Mapping[str, str] | None = None) -> None:
        super().__init__(environment)
        self.cell = cell
        self._calls = _Calls()

    def write(self, text: str, kind: str = "out") -> None:
        """Shows text below the cell."""
        if text:
            self.cell.stream(text, "stderr" if kind == "err" else "stdout")

    def show(self, view: Mapping[str, Any]) -> None:
        """Shows a view (library/showing/views.py) below the cell."""
        self.cell.display(bundle_of(view))

    def read_line(self, prompt: str) -> str | None:
        """Asks the person for a line; None where nobody can be asked."""
        with outside():
            return self.cell.ask(prompt)

    def record(self, event: Mapping[str, Any]) -> None:
        """Keeps a record of a model call."""
        super().record(event)
        self._calls.note(event)

    def show_calls(self) -> None:
        """Shows what the model calls since the last time have used."""
        calls = self._calls.take()
        if calls:
            self.cell.display(calls_bundle(calls))


class _Calls:
    """The model calls of a cell, put together from their records."""

    def __init__(self) -> None:
        self._open: dict[int, dict[str, Any]] = {}
        self._done: list[dict[str, Any]] = []

    def note(self, event: Mapping[str, Any]) -> None:
        """Takes in one record (llm/inspection.py)."""
        kind = event.get("type")
        if kind == "call-start":
            named = {name: event.get(name) or "" for name in ("provider", "model")}
            self._open[event["id"]] = named
        elif kind == "call-end":
            error, usage = event.get("error"), event["usage"]
            self._open.setdefault(event["id"], {"provider": "", "model": ""}).update(
                text=event["text"],
                seconds=event["seconds"],
                error=error["message"] if error else "",
                **{"in": usage["prompt_tokens"], "out": usage["completion_tokens"]},
            )
        elif kind == "call-summary":
            found = [self._open.pop(each, None) for each in event["ids"]]
            ended = [each for each in found if each is not None and "text" in each]
            if ended:
                last = ended[-1]
                last["seconds"] = sum(each["seconds"] for each in ended)
                self._done.append(
                    {**last, "cost": event.get("cost_usd"), "source": event.get("source") or ""}
                )

    def take(self) -> list[dict[str, Any]]:
        """Returns the calls that have ended, and forgets them."""
        done, self._done = self._done, []
        self._open.clear()
        return done


def value_bundle(value: Any) -> Bundle | None:
    """Returns how the value of a program is shown, None for nil."""
    from lispcore.library.showing.ui import view_of

    if value is None:
        return None
    view = view_of(value)
    return ({} if view is None else bundle_of(view)) | {"text/plain": pretty(value)}
