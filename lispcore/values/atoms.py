"""Values without contents: truth values, symbols, keywords, characters; one object for each."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeAlias

Value: TypeAlias = Any


class Boolean:
    """One of the two truth values; see `TRUE` and `FALSE`."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        return self.name == "#t"


TRUE: Final = Boolean("#t")
FALSE: Final = Boolean("#f")


class Symbol:
    """A name. `intern_symbol` gives the one object for a text, so symbols compare by identity."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


class Keyword:
    """A name that stands for itself, such as ``:role``; called with a map it looks itself up."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return ":" + self.name

    if TYPE_CHECKING:
        # calls.py, which knows maps and records, says how.
        def __call__(self, *arguments: Value) -> Value: ...


class Character:
    """One Unicode scalar value. `intern_character` gives the one object for it."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"#\\{self.text}"


_symbols: dict[str, Symbol] = {}
_keywords: dict[str, Keyword] = {}


class _Characters(dict[str, Character]):
    """The objects of the characters that are in use; one that is asked for is made."""

    def __missing__(self, text: str) -> Character:
        # Not simply put there: another thread may have been quicker.
        return self.setdefault(text, Character(text))


# Generated code looks up characters here itself.
CHARACTERS: Final = _Characters()


def intern_symbol(name: str) -> Symbol:
    """Returns the symbol with this name."""
    symbol = _symbols.get(name)
    if symbol is None:
        symbol = _symbols.setdefault(name, Symbol(name))
    return symbol


def intern_keyword(name: str) -> Keyword:
    """Returns the keyword with this name (given without the colon)."""
    keyword = _keywords.get(name)
    if keyword is None:
        keyword = _keywords.setdefault(name, Keyword(name))
    return keyword


def intern_character(text: str) -> Character:
    """Returns the character value for a string of one code point."""
    return CHARACTERS[text]


_fresh: Final = count()


def fresh_symbol(prefix: str) -> Symbol:
    """Returns a symbol that nobody else uses; templates and programs share the numbers."""
    return intern_symbol(f"{prefix}__{next(_fresh)}")


def known_names() -> list[str]:
    """Returns the names of all symbols and keywords that are in use."""
    return [*_symbols, *_keywords]
