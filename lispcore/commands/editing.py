"""The prompt with prompt_toolkit: editing over several lines, history, completion, colours.

The package is optional, ``pip install lispcore[terminal]``: without it the module is of no use.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.styles import Style

from lispcore.commands.typed_help import completed
from lispcore.commands.typed_texts import history_file, is_incomplete
from lispcore.expanding.special_forms import SPECIAL_FORMS
from lispcore.hosts.embedding import Interpreter
from lispcore.library.language.help import entry_of
from lispcore.services.typing_place import place_at

_TOKEN: Final = re.compile(
    r"(?P<comment>;[^\n]*)"
    r'|(?P<string>"(?:[^"\\]|\\.)*"?)'
    r"|(?P<keyword>:[^\s()\[\]{}\"';`,]+)"
    r"|(?P<number>[-+]?\d[\d_./e+-]*)(?=[\s()\[\]{}\"';]|$)"
    r"|(?P<name>[^\s()\[\]{}\"';`,@]+)"
    r"|(?P<other>\s+|.)",
    re.DOTALL,
)
_TEXTS: Final = ("string", "long", "regex", "fstring", "block")
_STYLE: Final = Style.from_dict(
    {
        "comment": "ansibrightblack italic",
        "string": "ansigreen",
        "keyword": "ansicyan",
        "number": "ansimagenta",
        "form": "ansiblue bold",
        "function": "ansiblue",
    }
)


class NameCompleter(Completer):
    """Completes names of the language and of the program, and the prompt's own commands."""

    def __init__(self, commands: Mapping[str, str]) -> None:
        self._commands = commands
        self.lisp: Interpreter | None = None

    def get_completions(self, document: Document, event: Any) -> Iterator[Completion]:
        """Yields what a word may become, each with its usage."""
        text = document.text_before_cursor
        if text.startswith(",") and " " not in text:
            for name, meaning in self._commands.items():
                if name.startswith(text[1:]):
                    yield Completion(f",{name}", -len(text), display_meta=meaning)
            return
        if self.lisp is None:
            return
        whole, at = document.text, document.cursor_position
        start, found = completed(self.lisp, whole, at)
        for name, kind, usage in found:
            said = usage if not usage or usage.startswith("(") else f"({name} {usage})"
            yield Completion(name, start - at, display_meta=said or kind)


class Colours(Lexer):
    """Colours strings, comments, numbers, keywords, and names that mean something."""

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        """Returns a function that gives the coloured pieces of a line."""
        lines: list[StyleAndTextTuples] = [[]]
        for match in _TOKEN.finditer(document.text):
            kind = match.lastgroup or "other"
            if kind == "name":
                name = match.group()
                is_form = name in SPECIAL_FORMS
                kind = "form" if is_form else "function" if entry_of(name) else "other"
            style = "" if kind == "other" else f"class:{kind}"
            first, *others = match.group().split("\n")
            lines[-1].append((style, first))
            lines += [[(style, each)] for each in others]
        return lambda number: lines[number] if number < len(lines) else []


def _bindings() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter")
    def _enter(event: KeyPressEvent) -> None:
        """Ends the text if it is complete, else begins another line."""
        buffer = event.current_buffer
        text = buffer.text
        at_end = not buffer.document.text_after_cursor.strip()
        if at_end and (text.startswith(",") or not is_incomplete(text)):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n" + _indentation(buffer.document))

    return keys


def _indentation(document: Document) -> str:
    """Returns the white space for a new line: two more than the innermost open bracket.

    Within a text there is none: it would be a part of it.
    """
    if place_at(document.text, document.cursor_position).kind in _TEXTS:
        return ""
    open_at: list[int] = []
    column = 0
    for match in _TOKEN.finditer(document.text_before_cursor):
        piece = match.group()
        if piece in "([{":
            open_at.append(column)
        elif piece in ")]}" and open_at:
            open_at.pop()
        column = len(piece.rpartition("\n")[2]) + (0 if "\n" in piece else column)
    return " " * (open_at[-1] + 2) if open_at else ""


class EditingReader:
    """Reads forms with prompt_toolkit; `commands` are those of the prompt, and what they mean."""

    def __init__(self, commands: Mapping[str, str], **options: Any) -> None:
        path = history_file()
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            history: Any = FileHistory(path)
        except OSError:
            history = InMemoryHistory()
        self._completer = NameCompleter(commands)
        self._session: PromptSession[str] = PromptSession(
            "> ",
            multiline=True,
            prompt_continuation="  ",
            history=history,
            completer=self._completer,
            complete_while_typing=False,
            lexer=Colours(),
            style=_STYLE,
            key_bindings=_bindings(),
            **options,
        )

    def read(self, lisp: Interpreter) -> str | None:
        """Returns the next complete text, None at the end of the input."""
        self._completer.lisp = lisp
        try:
            return self._session.prompt()
        except EOFError:
            return None
