"""Functions of SQLite whose own way of searching takes the square of the length of a text.

One call of such a function cannot be stopped: SQLite looks at nothing meanwhile. Python searches in
linear time, or in steps that hear Stop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lispcore.library.arguments import MAX_TEXT_LENGTH
from lispcore.values.errors import LispError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

# A pattern of LIKE and GLOB is compared at every place of a text.
MAX_PATTERN_LENGTH: Final = 1000

_SPACE: Final = " "


def text_of(value: Any) -> str:
    """Returns a value as SQLite writes it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, float):
        text = f"{value:.15g}"
        if text[-1] == "f":
            return text.replace("i", "I")
        mantissa, mark, exponent = text.partition("e")
        return text if "." in mantissa else f"{mantissa}.0{mark}{exponent}"
    return str(value)


def instr(text: Any, part: Any) -> int | None:
    """``instr(X, Y)``: where Y begins in X, from 1; 0 if it does not."""
    if text is None or part is None:
        return None
    if isinstance(text, bytes) and isinstance(part, bytes):
        return text.find(part) + 1
    return text_of(text).find(text_of(part)) + 1


def replace(text: Any, part: Any, new: Any) -> Any:
    """``replace(X, Y, Z)``."""
    if text is None or part is None or new is None:
        return None
    whole, old, other = text_of(text), text_of(part), text_of(new)
    if not old:
        return text
    grows = len(other) > len(old)
    if grows and len(whole) + whole.count(old) * (len(other) - len(old)) > MAX_TEXT_LENGTH:
        raise OverflowError("string or blob too big")
    return whole.replace(old, other)


def _ends(text: str, letters: str, left: bool, right: bool) -> str:
    taken = set(letters)
    start, end = 0, len(text)
    while left and start < end and text[start] in taken:
        start += 1
    while right and end > start and text[end - 1] in taken:
        end -= 1
    return text[start:end]


def _trimming(left: bool, right: bool) -> Callable[..., str | None]:
    def trim(text: Any, letters: Any = _SPACE) -> str | None:
        if text is None or letters is None:
            return None
        return _ends(text_of(text), text_of(letters), left, right)

    return trim


FUNCTIONS: Final[list[tuple[str, int, Callable[..., Any]]]] = [
    ("instr", 2, instr),
    ("replace", 3, replace),
    *(
        (name, count, _trimming(left, right))
        for name, left, right in (
            ("trim", True, True),
            ("ltrim", True, False),
            ("rtrim", False, True),
        )
        for count in (1, 2)
    ),
]


def add_functions(connection: sqlite3.Connection, end: Callable[[BaseException], None]) -> None:
    """Puts them in the place of SQLite's own; `end` is told what one of them was ended by."""
    import sqlite3

    def heard(work: Callable[..., Any]) -> Callable[..., Any]:
        def function(*values: Any) -> Any:
            try:
                return work(*values)
            except OverflowError as error:
                end(LispError(f"a function of the statement failed: {error}", kind="io"))
                raise
            except BaseException as stop:  # SQLite would make an error of its own of it
                end(stop)
                raise

        return function

    connection.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, MAX_PATTERN_LENGTH)
    for name, count, work in FUNCTIONS:
        connection.create_function(name, count, heard(work), deterministic=True)
