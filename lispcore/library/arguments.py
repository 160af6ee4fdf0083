"""Checks of arguments that every chapter of the library shares, with one wording for each mistake.

Each check returns the value in its Python form, so that a function reads::

    text = string_argument("string/lines", text, 1)
"""

from __future__ import annotations

from typing import Any, Final

from lispcore.values.errors import LispError, wrong_type
from lispcore.values.printing import print_value
from lispcore.values.types import (
    Boolean,
    Bytevector,
    Keyword,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    list_items,
)

# A text may not grow beyond this many characters, nor a bytevector beyond this many bytes: larger
# ones are nearly always a mistake, and would take a browser's tab down with them.
MAX_TEXT_LENGTH: Final = 100_000_000
# So many options that do not exist are named in one error.
MOST_NAMED: Final = 8


class _Absent:
    def __repr__(self) -> str:
        return "<absent>"


# Default of an optional argument for which nil is not the same as leaving it out.
ABSENT: Final[Any] = _Absent()


def string_argument(function: str, value: Value, argument: int = 0) -> Value:
    """Returns a string argument or raises the error for its type."""
    if type(value) is str:
        return value
    hint = None
    if type(value) in (Keyword, Symbol):
        hint = f'write "{value.name}" or convert it with (str …)'
    error = wrong_type(function, "string", value, argument)
    error.hint = hint
    raise error


def integer_argument(function: str, value: Value, argument: int = 0) -> Value:
    """Returns an integer argument or raises the error for its type."""
    if type(value) is int:
        return value
    error = wrong_type(function, "int", value, argument)
    if type(value) is float:
        error.hint = "use (round x), (floor x) or (truncate x) to make an integer of a float"
    raise error


def count_argument(function: str, value: Value, argument: int = 0) -> Value:
    """Returns an argument that counts something: an integer of at least 0."""
    number = integer_argument(function, value, argument)
    if number < 0:
        raise LispError(
            f"{function}: expected a non-negative integer, got {number}",
            hint="pass 0 or a positive integer",
        )
    return number


def sequence_argument(function: str, value: Value, argument: int = 0) -> list[Value]:
    """Returns the items of a list or vector argument as a Python list that must not be changed."""
    if type(value) is List:
        return list_items(value)
    if type(value) is Vector:
        return value.items
    raise wrong_type(function, "list or vector", value, argument)


def map_argument(function: str, value: Value, argument: int = 0) -> Map:
    """Returns a map or hashmap argument."""
    if isinstance(value, Map):
        return value
    raise wrong_type(function, "map", value, argument)


def bytes_argument(function: str, value: Value, argument: int = 0) -> Bytevector:
    """Returns a bytevector argument."""
    if type(value) is Bytevector:
        return value
    error = wrong_type(function, "bytevector", value, argument)
    if type(value) is str:
        error.hint = "(string->utf8 text) gives the bytes of a text"
    raise error


def name_argument(function: str, value: Value, argument: int = 0) -> Value:
    """Returns the text of a string, keyword or symbol that names a choice."""
    if type(value) is str:
        return value
    if type(value) in (Keyword, Symbol):
        return str(value.name)
    raise wrong_type(function, "string or keyword", value, argument)


def number_argument(function: str, value: Value, argument: int = 0) -> int | float:
    """Returns an integer or float argument."""
    if type(value) is int or type(value) is float:
        return value
    raise wrong_type(function, "number", value, argument)


def check_length(function: str, length: int) -> None:
    """Raises the error for a text or bytevector that would become too long."""
    if length > MAX_TEXT_LENGTH:
        raise LispError(
            f"{function}: the result would have {length} characters, "
            f"the limit is {MAX_TEXT_LENGTH}",
            hint="work on smaller pieces, or write them to a file one after the other",
        )


def check_options(function: str, options: Map, accepted: tuple[str, ...]) -> dict[str, Value]:
    """Returns an options map as a Python dict from names; unknown options raise an error."""
    result: dict[str, Value] = {}
    for key, value in options.entries():
        name = key.name if type(key) is Keyword else key
        if name not in accepted:
            raise unknown_option(function, key, accepted, options)
        result[name] = value
    return result


def given_options(
    function: str, value: Value, argument: int, accepted: tuple[str, ...]
) -> dict[str, Value]:
    """Returns an options argument as a dict from names; nil stands for none, and so does an option
    that is nil."""
    if value is None:
        return {}
    options = check_options(function, map_argument(function, value, argument), accepted)
    return {name: given for name, given in options.items() if given is not None}


def unknown_option(
    name: str, key: Value, accepted: tuple[str, ...], options: Value = None
) -> LispError:
    """Returns the error for an option that does not exist, naming the nearest that does.

    With the whole map of options all that do not exist are named.
    """
    from difflib import get_close_matches

    unknown = [key]
    if isinstance(options, Map):
        unknown += [each for each, _ in options.entries() if each is not key]
        unknown = [each for each in unknown if _option_name(each) not in accepted][:MOST_NAMED]
    near: list[str] = []
    for each in unknown:
        near += get_close_matches(str(_option_name(each)), accepted, 1, 0.6)
    meant = " and ".join(f":{each}" for each in dict.fromkeys(near))
    listed = " ".join(f":{each}" for each in accepted)
    shown = [print_value(each) for each in unknown]
    error = LispError(
        f"{name}: unknown option{'s' if len(shown) > 1 else ''} "
        + " and ".join(each if len(each) < 60 else each[:57] + "..." for each in shown),
        hint=f"{f'did you mean {meant}? ' if meant else ''}accepted options: {listed}",
    )
    error.option = shown[0]
    return error


def _option_name(key: Value) -> Value:
    return key.name if type(key) in (Keyword, Symbol) else key


def is_boolean(value: Value) -> bool:
    """Tells whether a value is #t or #f."""
    return type(value) is Boolean


def display(value: Value) -> Value:
    """Returns a value as ``display`` shows it: a string raw, anything else as printed."""
    return value if type(value) is str else print_value(value)
