"""The table of library functions: what `@function` writes and the interpreter reads.

A chapter of the library is one module of plain Python functions, each entered under its Lisp name
together with its documentation::

    @function(
        "string/trim", "text:string", "string",
        "Returns the text without white space at its two ends.",
        [('(string/trim "  hi ")', '"hi"')],
    )
    def trim(text):
        if type(text) is not str:
            raise wrong_type("string/trim", "string", text)
        return text.strip()

The documentation is data: ``(doc …)``, ``(apropos …)``, the page's completion and the tests that
run every example all read `ENTRIES`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from enum import Enum, auto
from types import FunctionType
from typing import Any, NamedTuple

Examples = Iterable[tuple[str, str]]


class WaitKind(Enum):
    """Whether a function can wait while other tasks run.

    What is said of a module (``WAITING = WaitKind.NEVER``) holds for its functions; those that are
    given functions call what may wait.
    """

    NEVER = auto()
    GIVEN = auto()  # only in the functions that it is given
    LAST = auto()  # as its very last act, and it starts no task
    BETWEEN = auto()  # anywhere, but it starts no task
    MAY = auto()  # anywhere, and it may start tasks: nothing is known


class Entry(NamedTuple):
    """One public name.

    `parameters` is as shown to people: ``text:string [start:int] & more``; `examples` are pairs of
    a program and the printed value it gives (or ``error: `` and a part of the message).
    """

    name: str
    parameters: str
    returns: str
    text: str
    examples: tuple[tuple[str, str], ...]
    chapter: str
    function: Callable[..., Any] | None
    aliases: tuple[str, ...]
    waits: WaitKind = WaitKind.MAY


ENTRIES: dict[str, Entry] = {}

# All functions and constants by name, with every chapter loaded: what a new session has.
LIBRARY: dict[str, Any] = {}

# By function: the options that its options map may have. Editors check and complete them.
OPTIONS_OF: dict[str, tuple[str, ...]] = {}

# Names that are bound to a value that is no function, such as *stdout*.
CONSTANTS: dict[str, Any] = {}
HOMES_OF_CONSTANTS: set[str] = set()  # the modules that made them

# By module and name: functions that exist before their module is imported (late_chapters.py), each
# with those that show themselves under another name.
PENDING: dict[tuple[str, str], list[FunctionType]] = {}
# By module: what it has written for them so far. They get it when the module is whole, or another
# thread would call a function whose helpers are still missing.
WRITTEN: dict[str, list[tuple[str, FunctionType]]] = {}


def function(
    name: str,
    parameters: str,
    returns: str,
    text: str,
    examples: Examples = (),
    *,
    aliases: tuple[str, ...] = (),
    waits: WaitKind | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enters the decorated function under `name` and its aliases; returns it unchanged."""

    def enter(python_function: Callable[..., Any]) -> Callable[..., Any]:
        # Python puts __qualname__ into its own messages about wrong calls, and errors read it back.
        python_function.__name__ = python_function.__qualname__ = name
        # A chapter that fills several modules names itself in each: CHAPTER = "lists".
        module = python_function.__module__
        python_function = _in_its_place(python_function, module, name)
        chapter = getattr(sys.modules[module], "CHAPTER", module.rpartition(".")[2])
        of_module = getattr(sys.modules[module], "WAITING", WaitKind.MAY)
        if of_module is WaitKind.NEVER and ":function" in parameters:
            of_module = WaitKind.GIVEN
        entry = Entry(
            name,
            parameters,
            returns,
            text,
            tuple(examples),
            chapter,
            python_function,
            aliases,
            waits or of_module,
        )
        for each in (name, *aliases):
            ENTRIES[each] = entry
        return python_function

    return enter


def _in_its_place(written: Any, module: str, name: str) -> Any:
    """Returns the function that stands for the written one already, if there is one."""
    pending = PENDING.get((module, name))
    if pending is None:
        return written
    WRITTEN.setdefault(module, []).append((name, written))
    return pending[0]


def fill_pending(module: str) -> None:
    """Gives the functions of a module that were made before it what it has written."""
    for name, written in WRITTEN.pop(module, ()):
        for each in PENDING[module, name]:
            for cell, filled in zip(each.__closure__ or (), written.__closure__ or (), strict=True):
                cell.cell_contents = filled.cell_contents
            each.__defaults__, each.__kwdefaults__ = written.__defaults__, written.__kwdefaults__
            each.__annotations__, each.__doc__ = written.__annotations__, written.__doc__
            each.__dict__.update(written.__dict__)
            each.__code__ = written.__code__
        del PENDING[module, name]


def accepts_options(names: str, options: Iterable[str]) -> None:
    """Says which options the functions of these names (separated by spaces) accept."""
    accepted = tuple(options)
    for name in names.split():
        OPTIONS_OF[name] = accepted


def options_index(name: str) -> int:
    """Returns which argument of such a function is its map of options, from 0."""
    words = [word.strip("[]").partition(":")[0] for word in ENTRIES[name].parameters.split()]
    return words.index("options") if "options" in words else 0


def document(
    name: str, parameters: str, returns: str, text: str, examples: Examples = (), *, chapter: str
) -> None:
    """Enters the documentation of a mark that is no function, such as the & of patterns."""
    ENTRIES[name] = Entry(name, parameters, returns, text, tuple(examples), chapter, None, ())


def constant(
    name: str, value: Any, type_text: str, text: str, examples: Examples = (), *, chapter: str
) -> None:
    """Binds a name to a value that is no function, and enters its documentation."""
    CONSTANTS[name] = value
    HOMES_OF_CONSTANTS.add(sys._getframe(1).f_globals["__name__"])
    ENTRIES[name] = Entry(name, "", type_text, text, tuple(examples), chapter, None, ())
