"""The conversation at a prompt: forms are read until they are complete, and their values printed.

``*1 *2 *3`` are the last values, ``*e`` the last error. A line that begins with a comma is a
command for the prompt itself (`COMMANDS`). Where prompt_toolkit is installed, lines are edited with
it (editing.py); otherwise with Python's readline, where there is one.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import Any, Protocol

from lispcore.commands.reports import STOPPED, complain, reason_of, show_error
from lispcore.commands.typed_texts import history_file, is_incomplete
from lispcore.hosts.embedding import Interpreter
from lispcore.hosts.terminal import finish_output
from lispcore.values.errors import LispError, Stopped

# More of a value is cut; ``,all`` shows the rest.
MOST_LINES = 60
MOST_CHARACTERS = 6000


class Reader(Protocol):
    """Where forms come from."""

    def read(self, lisp: Interpreter) -> str | None:
        """Returns the next complete text, None at the end of the input."""
        ...


class PlainReader:
    """Reads lines of standard input."""

    def __init__(self) -> None:
        if sys.stdin.isatty():
            try:
                import readline

                self._remember(readline)
            except ImportError:
                pass

    @staticmethod
    def _remember(readline: Any) -> None:
        import atexit

        path = history_file()
        try:
            readline.read_history_file(path)
        except OSError:
            pass  # there is none yet
        readline.set_history_length(2000)
        atexit.register(_write_history, readline, path)

    def read(self, lisp: Interpreter) -> str | None:
        """Returns the next complete text, None at the end of the input."""
        text = ""
        while True:
            try:
                text += input("... " if text else "> ") + "\n"
            except EOFError:
                print()
                return text if text.strip() else None
            if text.startswith(",") or not is_incomplete(text):
                return text


def _write_history(readline: Any, path: str) -> None:
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        readline.write_history_file(path)
    except OSError:
        pass  # a history that cannot be kept is no reason to fail


def reader() -> Reader:
    """Returns the best reader that there is here."""
    if sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        try:
            from lispcore.commands.editing import EditingReader
        except ImportError:
            pass
        else:
            meanings = {name: words.partition("  ")[2] for name, (_, words) in COMMANDS.items()}
            return EditingReader(meanings)
    return PlainReader()


class Talk:
    """One conversation. `status` is set once it is over."""

    def __init__(self, lisp: Interpreter) -> None:
        self.lisp = lisp
        self.status: int | None = None
        self.typed: list[str] = []  # what was run without an error, for ,save
        self.shown = ""  # the last value, whole
        self._values: list[Any] = [None, None, None]
        self._number = 0

    def take(self, text: str) -> None:
        """Does what a text asks for."""
        if text.startswith(","):
            self._command(text[1:].strip())
            return
        try:
            self._run(text)
        except SystemExit as end:
            self.status = end.code if isinstance(end.code, int) else 0
        except LispError as error:
            sys.stdout.flush()
            show_error(error, text, sys.stderr)
            self._keep_error(error)
        except (Stopped, KeyboardInterrupt):
            print("stopped", file=sys.stderr)

    def _keep_error(self, error: LispError) -> None:
        token = self.lisp.enter()
        try:
            self.lisp.globals["*e"] = self.lisp.error_map(error)
        finally:
            self.lisp.leave(token)

    def _run(self, text: str) -> None:
        self._number += 1
        value = self.lisp.eval(text, f"<input {self._number}>")
        if text.strip():
            self.typed.append(text.strip())
        if value is not None:
            self._values = [value, *self._values[:2]]
            for number, each in enumerate(self._values, 1):
                self.lisp.globals[f"*{number}"] = each
            self.show(value)

    def show(self, value: Any) -> None:
        """Prints a value; a long one is cut."""
        from lispcore.values.printing import pretty

        self.shown = pretty(value)
        self.lisp.host.write(f"{shortened(self.shown)}\n")

    def _command(self, text: str) -> None:
        word, _, rest = text.partition(" ")
        known = COMMANDS.get(word)
        if known is None:
            complain(f"there is no command ,{word}; ,help lists them")
            return
        try:
            known[0](self, rest.strip())
        except LispError as error:
            show_error(error, rest, sys.stderr)
        except (Stopped, KeyboardInterrupt):
            print("stopped", file=sys.stderr)
        except SystemExit as end:
            self.status = end.code if isinstance(end.code, int) else 0


def shortened(text: str) -> str:
    """Returns the text of a value, cut if it is long."""
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        left = len(lines) - MOST_LINES
        text = "\n".join([*lines[:MOST_LINES], f"… {left} more lines: ,all shows them"])
    if len(text) > MOST_CHARACTERS + 200:
        left = len(text) - MOST_CHARACTERS
        text = f"{text[:MOST_CHARACTERS]}\n… {left} more characters: ,all shows them"
    return text


def talk(lisp: Interpreter, *, is_quiet: bool = False) -> int:
    """Reads forms and prints their values until the input ends; returns the exit status."""
    lines = reader()
    conversation = Talk(lisp)
    if sys.stdin.isatty() and not is_quiet:
        print("Lispcore. ,help lists commands, Ctrl-D ends.")
    while conversation.status is None:
        try:
            text = lines.read(lisp)
        except KeyboardInterrupt:
            print()
            if not sys.stdin.isatty():
                return STOPPED
            continue
        if text is None:
            return 0
        try:
            conversation.take(text)
        finally:
            finish_output(lisp.host)
    return conversation.status


# --- commands -------------------------------------------------------------------------------------


def _help(talking: Talk, rest: str) -> None:
    for name, (_, words) in COMMANDS.items():
        usage, _, text = words.partition("  ")
        print(f"  ,{name + ' ' + usage:<16}{text}")


def _doc(talking: Talk, rest: str) -> None:
    token = talking.lisp.enter()
    try:
        from lispcore.library.language.help import describe

        talking.lisp.host.write(describe(rest))
    finally:
        talking.lisp.leave(token)


def _time(talking: Talk, rest: str) -> None:
    started, used = time.perf_counter(), time.process_time()
    talking._run(rest)
    passed, busy = time.perf_counter() - started, time.process_time() - used
    print(f"{passed:.3f} s, of which {busy:.3f} s computing")


def _type(talking: Talk, rest: str) -> None:
    from lispcore.values.types import type_name

    print(type_name(talking.lisp.eval(rest)))


def _all(talking: Talk, rest: str) -> None:
    talking.lisp.host.write(talking.shown + "\n")


def _models(talking: Talk, rest: str) -> None:
    settings = talking.lisp.host.model_settings()
    current = talking.lisp.eval("(llm/current-provider)", python=True)
    print(f"calls go to {current['name']}, model {current['model'] or 'of its own choice'}")
    for name, entry in sorted(settings["providers"].items()):
        key = "" if entry["has_key"] else ", without a key"
        print(f"  {name}: {entry['model'] or 'no model'}{key}")


def _cost(talking: Talk, rest: str) -> None:
    used = talking.lisp.eval("(llm/session-usage)", python=True)
    for name, value in used.items():
        print(f"  {name}: {value}")


def _save(talking: Talk, rest: str) -> None:
    if not rest:
        complain(",save needs the name of a file")
        return
    try:
        with open(rest, "x", encoding="utf-8") as file:
            file.write("\n".join(talking.typed) + "\n")
    except OSError as error:
        complain(f"cannot write {rest}: {reason_of(error)}")
        return
    print(f"{len(talking.typed)} texts are in {rest}")


def _quit(talking: Talk, rest: str) -> None:
    talking.status = 0


COMMANDS: dict[str, tuple[Callable[[Talk, str], None], str]] = {
    "help": (_help, "  lists these commands"),
    "doc": (_doc, "name  shows the documentation of a name"),
    "time": (_time, "form  runs it and says how long that took"),
    "type": (_type, "form  says of which type its value is"),
    "all": (_all, "  shows the last value whole"),
    "models": (_models, "  lists the models that are configured"),
    "cost": (_cost, "  shows what model calls have used"),
    "save": (_save, "file  writes what was typed and worked to a new file"),
    "quit": (_quit, "  ends, as Ctrl-D does"),
}
