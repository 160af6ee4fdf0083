"""The host on a terminal that shows more than text: Markdown, tables and differences, by rich.

rich is optional, ``pip install lispcore[terminal]``, and loaded when the first view is shown. Where
it is missing, where output goes to a file or a pipe, and where the user wants no colours (NO_COLOR,
TERM=dumb), `host_for` gives the plain host, and all is text.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib.machinery import PathFinder
from typing import Any, Final

from lispcore.hosts.terminal import TerminalHost

_FENCES: Final = ("```", "~~~")


def host_for(variables: Mapping[str, str] | None = None) -> TerminalHost:
    """Returns the host that the process's output can show."""
    known = os.environ if variables is None else variables
    is_plain = bool(known.get("NO_COLOR")) or known.get("TERM", "dumb") == "dumb"
    if is_plain or sys.stdout is None or not sys.stdout.isatty():
        return TerminalHost(variables)
    if PathFinder.find_spec("rich") is None:
        return TerminalHost(variables)
    return StyledHost(variables)


class StyledHost(TerminalHost):
    """Shows views by rich, and a model's words as Markdown while they arrive."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        super().__init__(variables)
        self._stream: _Streamed | None = None

    def write(self, text: str, kind: str = "out") -> None:
        """Shows text at once; a model's words block by block, as soon as each is whole."""
        if kind == "stream":
            if self._stream is None:
                self._stream = _Streamed(self._console())
            self._written(self._stream.feed, text)
            return
        if self._stream is not None and kind == "out" and text == "\n":
            self.finish()  # the end of the line that was streamed
            return
        self.finish()
        super().write(text, kind)

    def show(self, view: Mapping[str, Any]) -> None:
        """Shows a view (library/showing/views.py)."""
        self.finish()
        shown = _MAKERS.get(view["view"])
        if shown is None:
            super().write(f"{view['text']}\n")
        else:
            self._written(self._console().print, shown(view))

    def read_line(self, prompt: str) -> str | None:
        """Asks the user for a line; None at the end of input."""
        self.finish()
        return super().read_line(prompt)

    def finish(self) -> None:
        """Shows what is left of a model's words."""
        stream, self._stream = self._stream, None
        if stream is not None:
            self._written(stream.end)

    def _written(self, write: Any, *words: Any) -> None:
        try:
            write(*words)
        except OSError as error:
            self._stream = None
            raise self._unwritable(error) from None

    @staticmethod
    def _console() -> Any:
        from rich.console import Console

        return Console(file=sys.stdout, highlight=False)


class _Streamed:
    """Markdown that arrives in pieces: a whole block is shown for good, the last anew each time."""

    def __init__(self, console: Any) -> None:
        from rich.live import Live

        self._console = console
        self._rest = ""
        self._live = Live(
            console=console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()

    def feed(self, text: str) -> None:
        """Takes in a piece."""
        self._rest += text
        place = _end_of_blocks(self._rest)
        if place:
            done, self._rest = self._rest[:place], self._rest[place:]
            self._live.update("", refresh=True)
            self._console.print(_markdown_of(done))
        self._live.update(self._tail(), refresh=True)

    def _tail(self) -> Any:
        # More than the window holds cannot be taken back: of a long block only its end is shown.
        lines = self._rest.split("\n")
        most = max(self._console.height - 4, 1)
        if len(lines) <= most and len(self._rest) < most * self._console.width // 2:
            return _markdown_of(self._rest)
        from rich.text import Text

        return Text("\n".join(lines[-(most // 2) :])[-most * self._console.width // 3 :])

    def end(self) -> None:
        """Shows the last block for good."""
        self._live.stop()
        if self._rest.strip():
            self._console.print(_markdown_of(self._rest))


def _end_of_blocks(text: str) -> int:
    """Returns where the last block begins that may still grow: 0 if there is no other.

    Blocks end at empty lines, but not within code; a list and what is indented stay together.
    """
    place = at = 0
    fence = ""
    was_empty = False
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        if fence:
            fence = "" if bare.startswith(fence) else fence
        else:
            if was_empty and not _goes_on(line):
                place = at
            if bare.startswith(_FENCES):
                fence = bare[:3]
        was_empty = not bare and line.endswith("\n")
        at += len(line)
    return place


def _goes_on(line: str) -> bool:
    bare = line.strip()
    return not bare or line[0] in " \t" or bare[:2] in ("- ", "* ", "+ ") or bare[:1].isdigit()


# --- what each view is ----------------------------------------------------------------------------


def _markdown_of(text: str) -> Any:
    from rich.markdown import Markdown

    return Markdown(text, hyperlinks=False)


def _table(view: Mapping[str, Any]) -> Any:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    more = f"… {view['more']} more rows" if view.get("more") else None
    made = Table(
        title=Text(view["title"]) if view.get("title") else None,
        caption=more,
        box=SIMPLE_HEAD,
        title_justify="left",
        caption_justify="left",
    )
    for column in view["columns"]:
        made.add_column(
            Text(column["name"]), justify="right" if column["number"] else "left", overflow="fold"
        )
    for row in view["rows"]:
        made.add_row(*[Text(cell) for cell in row])
    return made


def _diff(view: Mapping[str, Any]) -> Any:
    from rich.text import Text

    made = Text()
    for line in view["text"].splitlines(keepends=True):
        style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "")
        made.append(line, style)
    return made


_MAKERS: Final[dict[str, Any]] = {
    "markdown": lambda view: _markdown_of(view["text"]),
    "table": _table,
    "diff": _diff,
}
