"""What the last run left in a variable, for the editor's help: the beginning of its text.

Nothing of the program runs for it, and a value of any size costs the same: of lists and texts only
the beginning is printed, and what has no short text is named by its type.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice
from typing import Any, Final, Protocol

from lispcore.compiler.emit.python_syntax import mangle
from lispcore.values.numbers import Ratio
from lispcore.values.printing import print_value
from lispcore.values.types import (
    Boolean,
    Bytevector,
    Character,
    HashMap,
    Keyword,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    from_key,
    is_function,
    type_name,
)

FEW: Final = 12
MOST_CHARACTERS: Final = 120
DEPTH: Final = 3
MOST_ORDERED: Final = 1000
# The text of a longer integer takes its time.
_LARGE: Final = 10**60


class Session(Protocol):
    """What is needed of a session (running/interpreter.py)."""

    globals: dict[str, Any]

    @property
    def user_defined(self) -> set[str]:
        """The globals that the program has defined or set."""
        ...


def answer(question: str, session: Session | None) -> str:
    """Answers what the page asks about a text; what a variable holds is asked of the session."""
    from lispcore.services.answers import answer as answer_service

    given = json.loads(question)
    if given["service"] != "value":
        return answer_service(question)
    return json.dumps({"answer": value_of(given["name"], session)}, ensure_ascii=False)


def value_of(name: str, session: Session | None) -> str | None:
    """Returns what a variable of the program holds; None for a function or where none is."""
    if session is None or name not in session.user_defined:
        return None
    value = session.globals.get(mangle(name), answer)
    return None if value is answer or is_function(value) else beginning(value)


def beginning(value: Value, depth: int = DEPTH) -> str:
    """Returns the beginning of the text of a value."""
    kind = type(value)
    if value is None:
        return "nil"
    if kind is str:
        whole = len(value) <= MOST_CHARACTERS
        return print_value(value) if whole else print_value(value[:MOST_CHARACTERS]) + " …"
    if kind is Bytevector:
        return f"<bytevector of {len(value):,} bytes>"
    if kind is List:
        head = value.cells[max(0, value.count - FEW - 1) : value.count]
        return f"({_items(head[::-1], depth)})"
    if kind is Vector:
        return f"[{_items(value.items[: FEW + 1], depth)}]"
    if kind is Map or kind is HashMap:
        return f"{{{_entries(value, depth)}}}"
    return print_value(value) if _is_short(value) else f"<{type_name(value)}>"


def _is_short(value: Value) -> bool:
    if type(value) is int:
        return -_LARGE < value < _LARGE
    if type(value) is Ratio:
        return _is_short(value.numerator) and _is_short(value.denominator)
    return isinstance(value, (float, Boolean, Keyword, Symbol, Character))


def _items(values: Sequence[Value], depth: int) -> str:
    if values and not depth:
        return "…"
    texts = [beginning(each, depth - 1) for each in values[:FEW]]
    return " ".join([*texts, "…"] if len(values) > FEW else texts)


def _entries(value: Map | HashMap, depth: int) -> str:
    table = value.table
    if table and not depth:
        return "…"
    # To put the keys of a large map in order takes its time.
    keys = value.ordered_keys() if len(table) <= MOST_ORDERED else table
    texts = [
        f"{beginning(from_key(key), 0)} {beginning(table[key], depth - 1)}"
        for key in islice(keys, FEW)
    ]
    return " ".join([*texts, "…"] if len(table) > FEW else texts)
