"""Forms: a program asks the person at the page or the terminal, and waits for the answer.

The page shows a form in its output. Elsewhere the question is printed, and the answer is a line of
the input. Where nobody can answer, that is an error, and never a guess.
"""

from __future__ import annotations

from typing import Any, Final

from lispcore.library.arguments import (
    given_options,
    sequence_argument,
    string_argument,
)
from lispcore.library.files import file_system
from lispcore.library.registry import WaitKind, function
from lispcore.tasks import context
from lispcore.values.errors import LispError
from lispcore.values.printing import display_value
from lispcore.values.types import (
    FALSE,
    TRUE,
    Bytevector,
    Map,
    Value,
    intern_keyword,
    is_true,
    list_from,
)

CHAPTER = "ui"
WAITING = WaitKind.NEVER

MOST_CHOICES: Final = 1_000
_YES: Final = frozenset(("y", "yes"))
_NO: Final = frozenset(("n", "no"))


def _form(kind: str, question: str, **parts: Any) -> dict[str, Any]:
    """Returns a form with all its parts, as the page reads it."""
    rest = {
        "value": "",
        "lines": False,
        "choices": [],
        "chosen": [],
        "multiple": False,
        "types": [],
    }
    return {"kind": kind, "question": question, **rest, **parts}


def _page() -> Any:
    """Returns the function of the host that shows forms; None where questions are printed."""
    return getattr(context.host(), "fill_in", None)


def _line(name: str, prompt: str) -> str:
    line = context.host().read_line(prompt)
    if line is None:
        raise LispError(
            f"{name}: nobody answers, the input is closed",
            kind="io",
            hint="run the program where a person can answer, or give it the answers as its input",
        )
    return line


def _say(text: str) -> None:
    context.host().write(text)


# --- a text ------------------------------------------------------------------------------------


@function(
    "ui/ask",
    "question:string [options:map]",
    "string or nil",
    "Asks the person for a text and waits: in a form in the page's output, with a line on a "
    "terminal. nil if they decline. Options: `:default`, what stands there already, and `:lines`, "
    "#t for a text of several lines (on a terminal an empty line ends it).",
    [('(ui/ask "Your name?")', "error: nobody answers")],
)
def ask(question: Value, options: Value = None) -> Value:
    name = "ui/ask"
    said = string_argument(name, question, 1)
    given = given_options(name, options, 2, ("default", "lines"))
    default = given.get("default")
    value = "" if default is None else string_argument(name, default)
    lines = is_true(given.get("lines"))
    page = _page()
    if page is not None:
        return page(name, _form("ask", said, value=value, lines=lines))
    if lines:
        _say(f"{said} (an empty line ends the text)\n")
        read: list[str] = []
        while line := _line(name, ""):
            read.append(line)
        return "\n".join(read) or value
    shown = f"{said} [{value}] " if value else f"{said} "
    return _line(name, shown) or value


# --- yes or no ---------------------------------------------------------------------------------


@function(
    "ui/confirm",
    "question:string",
    "bool",
    "Asks the person yes or no, and waits.",
    [('(ui/confirm "Send it?")', "error: nobody answers")],
)
def confirm(question: Value) -> Value:
    name = "ui/confirm"
    said = string_argument(name, question, 1)
    page = _page()
    if page is not None:
        return TRUE if page(name, _form("confirm", said)) else FALSE
    while True:
        answer = _line(name, f"{said} (y/n) ").strip().lower()
        if answer in _YES | _NO:
            return TRUE if answer in _YES else FALSE
        _say("Please answer y or n.\n")


# --- a choice ----------------------------------------------------------------------------------


@function(
    "ui/choose",
    "question:string choices [options:map]",
    "any",
    "Asks the person to choose one of a list of values, and waits; returns that value, nil if they "
    "decline. With `{:multiple #t}` any number of them, as a list. A map offers its keys and gives "
    "what belongs to them.",
    [
        ('(ui/choose "Which?" [])', "error: nothing to choose from"),
        ('(ui/choose "Which?" [1 2])', "error: nobody answers"),
    ],
)
def choose(question: Value, choices: Value, options: Value = None) -> Value:
    name = "ui/choose"
    said = string_argument(name, question, 1)
    if isinstance(choices, Map):
        labels = [display_value(key) for key, _ in choices.entries()]
        values = [value for _, value in choices.entries()]
    else:
        values = list(sequence_argument(name, choices, 2))
        labels = [display_value(value) for value in values]
    if not values:
        raise LispError(f"{name}: there is nothing to choose from", hint="give it some choices")
    if len(values) > MOST_CHOICES:
        raise LispError(
            f"{name}: {len(values)} choices, the limit is {MOST_CHOICES}",
            hint="ask for a part of the name first, with ui/ask",
        )
    multiple = is_true(given_options(name, options, 3, ("multiple",)).get("multiple"))
    page = _page()
    if page is not None:
        chosen = page(name, _form("choose", said, choices=labels, multiple=multiple))
    else:
        chosen = _choose_by_number(name, said, labels, multiple)
    if chosen is None:
        return None
    found = [values[at] for at in chosen]
    return list_from(found) if multiple else found[0]


def _choose_by_number(name: str, said: str, labels: list[str], multiple: bool) -> list[int]:
    width = len(str(len(labels)))
    _say(f"{said}\n")
    for number, label in enumerate(labels, 1):
        _say(f"  {number:>{width}}  {label}\n")
    prompt = "Numbers, with spaces between them: " if multiple else "Number: "
    while True:
        found = _numbers(_line(name, prompt), labels)
        if found is not None and (multiple or len(found) == 1):
            return found
        _say(f"Please answer with a number from 1 to {len(labels)}.\n")


def _numbers(line: str, labels: list[str]) -> list[int] | None:
    """Returns the places that an answer names, by number or word for word; None if it does not."""
    text = line.strip()
    if text in labels:
        return [labels.index(text)]
    found: list[int] = []
    for word in text.replace(",", " ").split():
        if not word.isascii() or not word.isdigit() or not 1 <= int(word) <= len(labels):
            return None
        if int(word) - 1 not in found:
            found.append(int(word) - 1)
    return found


# --- a file ------------------------------------------------------------------------------------


@function(
    "ui/upload",
    "question:string [options:map]",
    "map or nil",
    "Asks the person for a file and waits; returns `{:name … :bytes …}`, nil if they decline. With "
    '`{:multiple #t}` a list of such maps; `{:types [".csv" ".txt"]}` says which are offered. On a '
    "terminal it asks for the path of the file.",
    [('(ui/upload "Your photo?")', "error: nobody answers")],
)
def upload(question: Value, options: Value = None) -> Value:
    name = "ui/upload"
    said = string_argument(name, question, 1)
    given = given_options(name, options, 2, ("multiple", "types"))
    multiple = is_true(given.get("multiple"))
    types = (
        [string_argument(name, each) for each in sequence_argument(name, given["types"])]
        if given.get("types") is not None
        else []
    )
    page = _page()
    if page is not None:
        files = page(name, _form("upload", said, multiple=multiple, types=types))
    else:
        files = _read_files(name, said, multiple)
    if files is None:
        return None
    found = [_file(each, data) for each, data in files]
    return list_from(found) if multiple else found[0]


def _file(name: str, data: bytes) -> Map:
    return Map.of(((intern_keyword("name"), name), (intern_keyword("bytes"), Bytevector(data))))


def _from_home(path: str) -> str:
    return file_system.home_folder() + path[1:] if path.startswith("~/") else path


def _read_files(name: str, said: str, multiple: bool) -> list[tuple[str, bytes]] | None:
    import os

    _say(f"{said}\n")
    found: list[tuple[str, bytes]] = []
    while True:
        path = _line(
            name, "Path of a file (empty: no more): " if multiple else "Path of the file: "
        )
        if not path.strip():
            return found if multiple else None
        try:
            with file_system.open_file(_from_home(path.strip())) as file:
                found.append((os.path.basename(path.strip()), file.read()))
        except (OSError, ValueError) as error:
            _say(f"{path.strip()} cannot be read: {getattr(error, 'strerror', None) or error}.\n")
            continue
        if not multiple:
            return found
