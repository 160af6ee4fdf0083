"""TOML 1.1: `toml/decode` by the package tomli, which is loaded with the first call.

`toml/encode` is written by hand, since what programs get is the dialect's own layout."""

from __future__ import annotations

import re
from typing import Any, Final

from lispcore.library.arguments import string_argument
from lispcore.library.registry import WaitKind, function
from lispcore.tasks import context
from lispcore.values.errors import LispError
from lispcore.values.late_patterns import late_pattern
from lispcore.values.number_texts import MOST_DIGITS_IN_DATA, find_long_number
from lispcore.values.numbers import float_text, int_text
from lispcore.values.types import (
    FALSE,
    TRUE,
    Boolean,
    Keyword,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    intern_keyword,
    list_from,
    type_name,
)

WAITING = WaitKind.NEVER

# Reader and writer call themselves, and `tomli` does so in between.
MAX_DEPTH: Final = 200
_BARE_KEY: Final = late_pattern(r"[A-Za-z0-9_-]+\Z")
_STRINGS: Final = late_pattern(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*')


# --- reading ---------------------------------------------------------------------------------


def _check_depth(text: str) -> None:
    """Refuses brackets nested deeper than the reader, which recurses, can follow."""
    depth = 0
    for bracket in re.findall(r"[\[{\]}]", _STRINGS.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            raise LispError(f"toml/decode: nested deeper than {MAX_DEPTH} levels")
        depth = max(depth, 0)


def _value_of(item: Any, depth: int = 0) -> Value:
    if depth > 2 * MAX_DEPTH:
        raise LispError(f"toml/decode: nested deeper than {2 * MAX_DEPTH} levels")
    if isinstance(item, bool):
        return TRUE if item else FALSE
    if isinstance(item, (str, int, float)):
        return item
    if isinstance(item, dict):
        return Map({intern_keyword(key): _value_of(each, depth + 1) for key, each in item.items()})
    if isinstance(item, list):
        return list_from([_value_of(each, depth + 1) for each in item])
    text = str(item.isoformat())  # a date, a time, or both
    if text.endswith("+00:00"):
        text = text[:-6] + "Z"
    return re.sub(r"(\.\d*?)0+(?=[^\d]|\Z)", r"\1", text)


@function(
    "toml/decode",
    "text:string",
    "map",
    "Reads a TOML document into a map with keyword keys: tables become maps, arrays lists, dates "
    "and times strings.",
    [
        (
            '(toml/decode "title = \\"x\\"\\n[size]\\nw = 2")',
            '{:size {:w 2} :title "x"}',
        ),
        ('(toml/decode "a = ")', "error: toml/decode"),
    ],
    waits=WaitKind.MAY,
)
def decode(text: Value) -> Value:
    problem = context.host().install("tomli")
    if problem:
        raise LispError(
            f"toml/decode: {problem}", kind="unsupported", hint="TOML needs that package"
        )
    import tomli

    source = string_argument("toml/decode", text, 1).removeprefix("\ufeff")
    _check_depth(source)
    if find_long_number(source) >= 0:
        raise LispError(
            f"toml/decode: a number with more than {MOST_DIGITS_IN_DATA} digits",
            hint='as a text, in "quotes", it may be as long as you like',
        )
    try:
        return _value_of(tomli.loads(source))
    except (tomli.TOMLDecodeError, RecursionError, ValueError) as error:
        reason = str(error).replace("(at line", "at line").rstrip(")")
        raise LispError(
            f"toml/decode: parse error: {reason}",
            hint="a TOML line is: key = value; strings stand in double quotes",
        ) from None


# --- writing ---------------------------------------------------------------------------------

_ESCAPES: Final = {
    **{code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)},
    **{ord(c): "\\" + e for c, e in zip('"\\\n\r\t\b\f', '"\\nrtbf', strict=True)},
}
_MULTILINE_ESCAPES: Final = {k: v for k, v in _ESCAPES.items() if k not in (10, 34)}


def _string_text(text: str) -> str:
    """Returns a string in the form that needs the fewest escapes."""
    multiline = "\n" in text
    controls = any((c < " " and c != "\n") or c == "\x7f" for c in text)
    if not controls and ('"' in text or "\\" in text):
        if not multiline and "'" not in text:
            return f"'{text}'"
        if "'''" not in text and not text.endswith("'") and ("\\" in text or multiline):
            return "'''" + ("\n" if multiline else "") + text + "'''"
    if multiline or ('"' in text and "'" in text and not controls):
        body = text.translate(_MULTILINE_ESCAPES).replace('"""', '""\\"')
        return '"""' + ("\n" if multiline else "") + body + '"""'
    return '"' + text.translate(_ESCAPES) + '"'


def _named(table: Map) -> list[tuple[str, Value]]:
    """Returns the entries of a map in the order of their names, as TOML writes them."""
    from lispcore.values.printing import print_value

    names: dict[str, Value] = {}
    for key, value in table.entries():
        if type(key) is Keyword or type(key) is Symbol:
            names[key.name] = value
        else:
            names[key if type(key) is str else print_value(key)] = value
    return [(_key_text(name), names[name]) for name in sorted(names)]


def _key_text(name: str) -> str:
    return name if _BARE_KEY.match(name) else '"' + name.translate(_ESCAPES) + '"'


def _float(number: float) -> str:
    if number - number != 0.0:
        return "nan" if number != number else "inf" if number > 0 else "-inf"
    return float_text(number)


def _inline(value: Value, depth: int = 0) -> Value:
    """Returns a value as it stands behind ``key =``."""
    if depth > MAX_DEPTH:
        raise LispError(f"toml/encode: nested deeper than {MAX_DEPTH} levels")
    kind = type(value)
    if kind is str:
        return _string_text(value)
    if kind is Keyword or kind is Symbol:
        return _string_text(value.name)
    if kind is Boolean:
        return "true" if value is TRUE else "false"
    if kind is int:
        if not -(2**63) <= value < 2**63:
            raise LispError("toml/encode: TOML integers have at most 64 bits")
        return int_text(value)
    if kind is float:
        return _float(value)
    if kind is List or kind is Vector:
        return "[" + ", ".join([_inline(each, depth + 1) for each in value]) + "]"
    if isinstance(value, Map):
        pairs = [f"{name} = {_inline(each, depth + 1)}" for name, each in _named(value)]
        return "{ " + ", ".join(pairs) + " }" if pairs else "{}"
    raise LispError(
        f"toml/encode: cannot encode {type_name(value)}",
        hint="TOML knows strings, integers, floats, booleans, arrays and tables; leave nil out",
    )


def _is_table_array(value: Value) -> bool:
    if type(value) is not List and type(value) is not Vector:
        return False
    items = list(value)
    return bool(items) and all(isinstance(each, Map) for each in items)


def _sections(path: list[str], table: Map, header: str, parts: list[str]) -> None:
    """Adds the text of a table and its sub-tables; `header` is "[", "[[" or "" for the top."""
    if len(path) > MAX_DEPTH:
        raise LispError(f"toml/encode: nested deeper than {MAX_DEPTH} levels")
    plain: list[str] = []
    nested: list[tuple[str, Value]] = []
    for name, value in _named(table):
        if isinstance(value, Map) or _is_table_array(value):
            nested.append((name, value))
        else:
            plain.append(f"{name} = {_inline(value)}\n")
    if header and (plain or not nested or header == "[["):
        closing = "]" * len(header)
        parts.append(f"{header}{'.'.join(path)}{closing}\n" + "".join(plain))
    elif plain:
        parts.append("".join(plain))
    for name, value in nested:
        if isinstance(value, Map):
            _sections([*path, name], value, "[", parts)
        else:
            for each in value:
                _sections([*path, name], each, "[[", parts)


@function(
    "toml/encode",
    "value:map",
    "string",
    "Writes a map as a TOML document: plain values first, then a section for each map and for each "
    "map in a list.",
    [
        (
            '(toml/encode {:title "x" :size {:w 2}})',
            '"title = \\"x\\"\\n\\n[size]\\nw = 2\\n"',
        )
    ],
)
def encode(value: Value) -> Value:
    if not isinstance(value, Map):
        raise LispError(
            f"toml/encode: top-level value must be a map, got {type_name(value)}",
            kind="type-error",
            expected="map",
            got=type_name(value),
        )
    parts: list[str] = []
    _sections([], value, "", parts)
    return "\n".join(parts)
