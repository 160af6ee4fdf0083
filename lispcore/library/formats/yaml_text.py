"""YAML 1.2: `yaml/decode` by the parser of the package ruamel.yaml, which the first call loads.

The parser gives events; the values are made of them here, by the core schema of YAML 1.2, so that
`no` stays a text and `014` is fourteen. `yaml/encode` is written by hand: what programs get is the
dialect's own layout, and texts that older readers take for something else stand in quotes.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any, Final

from lispcore.library.arguments import check_length, string_argument
from lispcore.library.formats.json_text import json_float, json_string
from lispcore.library.registry import WaitKind, function
from lispcore.tasks import context
from lispcore.values.errors import LispError
from lispcore.values.late_patterns import late_pattern
from lispcore.values.map_versions import from_key, to_key
from lispcore.values.number_texts import MOST_DIGITS_IN_DATA
from lispcore.values.numbers import Complex, Ratio, int_text, number_text
from lispcore.values.types import (
    FALSE,
    TRUE,
    Boolean,
    Bytevector,
    Keyword,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    intern_keyword,
    list_from,
    list_items,
    type_name,
)

WAITING = WaitKind.NEVER

# --- reading ---------------------------------------------------------------------------------

# What the package does for each token grows with the depth.
MAX_DEPTH: Final = 200
_NIL: Final = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE: Final = frozenset(("true", "True", "TRUE"))
_FALSE: Final = frozenset(("false", "False", "FALSE"))
_INTEGER: Final = late_pattern(r"[-+]?[0-9]+\Z")
_OTHER_BASE: Final = late_pattern(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT: Final = late_pattern(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_INFINITE: Final = late_pattern(r"[-+]?\.(?:inf|Inf|INF)\Z")
_NAN: Final = frozenset((".nan", ".NaN", ".NAN"))
_STANDARD: Final = "tag:yaml.org,2002:"


def _error(message: str, hint: str | None = None) -> LispError:
    return LispError(f"yaml/decode: {message}", hint=hint)


def _plain(text: str) -> Value:
    """Returns what a scalar without quotes and tag means."""
    if text in _NIL:
        return None
    if text in _TRUE or text in _FALSE:
        return TRUE if text in _TRUE else FALSE
    number = _number(text)
    return text if number is None else number


def _number(text: str) -> int | float | None:
    """Returns the number that a text is; None if it is none."""
    if len(text) > MOST_DIGITS_IN_DATA and (_INTEGER.match(text) or _OTHER_BASE.match(text)):
        raise _error(
            f"a number with more than {MOST_DIGITS_IN_DATA} digits",
            'as a text, in "quotes", it may be as long as you like',
        )
    if _INTEGER.match(text):
        return int(text)
    if _OTHER_BASE.match(text):
        return int(text[2:], 8 if text[1] == "o" else 16)
    if _FLOAT.match(text):
        return float(text)
    if _INFINITE.match(text):
        return float("-inf" if text.startswith("-") else "inf")
    return float("nan") if text in _NAN else None


def _tagged(tag: str, text: str) -> Value:
    """Returns the value of a scalar with one of YAML's own tags."""
    if tag == "null" and text in _NIL:
        return None
    if tag == "bool" and (text in _TRUE or text in _FALSE):
        return TRUE if text in _TRUE else FALSE
    if tag == "binary":
        try:
            return Bytevector(base64.b64decode("".join(text.split()), validate=True))
        except (binascii.Error, ValueError):
            raise _error("what stands behind !!binary is no Base64") from None
    number = _number(text) if tag in ("int", "float") else None
    if tag == "int" and type(number) is int:
        return number
    if tag == "float" and number is not None:
        return float(number)
    if tag in ("null", "bool", "int", "float"):
        raise _error(f"{json_string(text)} is no value of the tag !!{tag}")
    return text


def _scalar(event: Any) -> Value:
    tag = event.tag
    if tag is None:
        return _plain(event.value) if event.style is None else event.value
    if tag.startswith(_STANDARD):
        return _tagged(tag.removeprefix(_STANDARD), event.value)
    # `!` makes a text of anything; tags of applications say nothing to us.
    return event.value if tag == "!" or event.style is not None else _plain(event.value)


class _Open:
    """A list or map whose end has not come yet, with the values read so far."""

    def __init__(self, event: Any, is_map: bool) -> None:
        self.anchor: str | None = event.anchor
        self.tag: str | None = event.tag
        self.is_map = is_map
        self.values: list[Value] = []
        # Where << stands without quotes; it means something at the places of keys.
        self.merges: set[int] = set()

    def whole(self) -> Value:
        if not self.is_map:
            return list_from(self.values)
        own: list[tuple[Value, Value]] = []
        merged: list[tuple[Value, Value]] = []
        for at in range(0, len(self.values), 2):
            key, value = self.values[at], self.values[at + 1]
            if at in self.merges:
                merged += _merged(value)
            else:
                own.append((intern_keyword(key) if type(key) is str else key, value))
        _refuse_doubled(own)
        return Map.of([*merged, *own])


def _refuse_doubled(pairs: list[tuple[Value, Value]]) -> None:
    seen = set()
    for key, _ in pairs:
        kept = to_key(key)
        if kept in seen:
            raise _error(f"the key {_key_text(key)} stands twice in a map")
        seen.add(kept)


def _merged(value: Value) -> list[tuple[Value, Value]]:
    """Returns the entries that `<<: *base` brings; of several maps the first wins."""
    maps = list_items(value) if type(value) is List else [value]
    if not all(isinstance(each, Map) for each in maps):
        raise _error("what stands behind << is no map", "<<: *name takes over a map's entries")
    return [entry for each in reversed(maps) for entry in each.entries()]


class _Builder:
    """Makes values of events, without recursion, however deep they are."""

    def __init__(self) -> None:
        self.documents: list[Value] = []
        self.open: list[_Open] = []
        self.anchors: dict[str, Value] = {}

    def take(self, event: Any) -> None:
        kind = type(event).__name__
        if kind == "ScalarEvent":
            value = _scalar(event)
            if self.open and event.style is None and event.value == "<<":
                self.open[-1].merges.add(len(self.open[-1].values))
            self.put(event.anchor, value)
        elif kind == "AliasEvent":
            self.put(None, self.known(event.anchor))
        elif kind in ("SequenceStartEvent", "MappingStartEvent"):
            if len(self.open) == MAX_DEPTH:
                raise _error(f"nested deeper than {MAX_DEPTH} levels")
            self.open.append(_Open(event, kind == "MappingStartEvent"))
        elif kind in ("SequenceEndEvent", "MappingEndEvent"):
            ended = self.open.pop()
            self.put(ended.anchor, ended.whole())
        elif kind == "DocumentStartEvent":
            self.anchors = {}

    def known(self, anchor: str) -> Value:
        if any(each.anchor == anchor for each in self.open):
            raise _error(f"*{anchor} stands inside of what it names", "values have no circles")
        if anchor not in self.anchors:
            raise _error(f"*{anchor} names nothing: there is no &{anchor} before it")
        return self.anchors[anchor]

    def put(self, anchor: str | None, value: Value) -> None:
        if anchor is not None:
            self.anchors[anchor] = value
        (self.open[-1].values if self.open else self.documents).append(value)


def _documents(name: str, text: Value) -> list[Value]:
    problem = context.host().install("ruamel-yaml", "ruamel")
    if problem:
        raise LispError(f"{name}: {problem}", kind="unsupported", hint="YAML needs that package")
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    builder = _Builder()
    try:
        for event in YAML(typ="safe", pure=True).parse(string_argument(name, text, 1)):
            builder.take(event)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        reason = error.problem or error.context or "this is no YAML"
        raise LispError(
            f"{name}: parse error{place}: {reason}",
            hint="a line is `key: value`; deeper lines are indented by spaces, never by tabs",
        ) from None
    except (YAMLError, AssertionError, ValueError, IndexError) as error:  # it checks by these, too
        raise LispError(
            f"{name}: parse error: {(str(error) or 'no YAML').splitlines()[0]}"
        ) from None
    return builder.documents


@function(
    "yaml/decode",
    "text:string",
    "any",
    "Reads a YAML document: maps get keywords as keys, sequences are lists, null is nil. By YAML "
    "1.2 only true and false are booleans, and dates strings. Tags of applications are left out.",
    [
        (
            '(yaml/decode "name: Ada\\ntags: [x, 1, true]\\nborn: 1815-12-10")',
            '{:born "1815-12-10" :name "Ada" :tags ("x" 1 #t)}',
        ),
        ('(yaml/decode "a: &x [1]\\nb: *x")', "{:a (1) :b (1)}"),
        ('(yaml/decode "a: [1")', "error: yaml/decode"),
    ],
    waits=WaitKind.MAY,
)
def decode(text: Value) -> Value:
    documents = _documents("yaml/decode", text)
    if len(documents) > 1:
        raise _error(
            f"the text has {len(documents)} documents",
            "(yaml/decode-all text) gives a list of them",
        )
    return documents[0] if documents else None


@function(
    "yaml/decode-all",
    "text:string",
    "list",
    "Reads all documents of a YAML text, which `---` divides.",
    [('(yaml/decode-all "a: 1\\n---\\nb: 2")', "({:a 1} {:b 2})")],
    waits=WaitKind.MAY,
)
def decode_all(text: Value) -> Value:
    return list_from(_documents("yaml/decode-all", text))


# --- writing ---------------------------------------------------------------------------------

# What may stand without quotes: words that begin with a letter, and hold nothing that YAML reads.
_BARE: Final = late_pattern(r"[^\W\d_](?:[\w ./@+()$%&*=,;!?<>^~|-]*[\w./)$%+])?\Z")
# A key on the line of its value may have so many characters; others stand behind a question mark.
_LONGEST_KEY: Final = 1_000
# What YAML 1.1 reads as a boolean or as nothing.
_WORDS: Final = frozenset("y n yes no on off true false null nan inf".split())
_LINES: Final = late_pattern(r"[^\x00-\x08\x0b-\x1f\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff\t]*\Z")


def _text(text: str) -> str:
    """Returns a string on one line, in quotes where it would be read as something else."""
    if _BARE.match(text) and text.lower() not in _WORDS and _LINES.match(text):
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    """Returns a JSON string that YAML reads, too: it knows no pairs for one character."""
    shown = json_string(text)
    return "".join(c if " " <= c < "\x7f" or _LINES.match(c) else f"\\u{ord(c):04x}" for c in shown)


def _block(text: str, indent: str) -> str | None:
    """Returns a text of several lines as a block; None if quotes are needed."""
    lines = text.removesuffix("\n").split("\n")
    plain = len(lines) > 1 and lines[0] and lines[-1] and not lines[0].startswith(" ")
    if not plain or not all(_LINES.match(line) for line in lines):
        return None
    end = "" if text.endswith("\n") else "-"
    return f"|{end}\n" + "\n".join(indent + line if line else "" for line in lines)


def _key_text(key: Value) -> str:
    if type(key) is str:
        return key
    if type(key) is Keyword or type(key) is Symbol:
        return str(key.name)
    from lispcore.values.printing import print_value

    return str(print_value(key))


def _key(key: Value) -> str:
    """Returns a key as YAML writes it: what was a number is one again."""
    if key is None or type(key) in (int, float, Boolean):
        return _scalar_text(key, "")
    return _text(_key_text(key))


def _scalar_text(value: Value, indent: str) -> str:
    kind = type(value)
    if kind is str:
        return _block(value, indent) or _text(value)
    if value is None:
        return "null"
    if kind is Boolean:
        return "true" if value is TRUE else "false"
    if kind is int:
        return str(int_text(value))
    if kind is float:
        if value - value == 0.0:
            return json_float(value)
        return ".nan" if value != value else ".inf" if value > 0 else "-.inf"
    if kind is Keyword or kind is Symbol:
        return _text(value.name)
    if kind is Ratio or kind is Complex:
        return _quoted(number_text(value))
    if kind is Bytevector:
        return "!!binary " + _quoted(base64.b64encode(bytes(value)).decode())
    raise LispError(
        f"yaml/encode: cannot encode {type_name(value)} as YAML",
        hint="YAML knows strings, numbers, booleans, nil, bytes, lists, vectors and maps",
    )


def _members(value: Value, indent: str) -> Iterator[tuple[str, Value]]:
    """Yields what stands before each member, and the member."""
    if isinstance(value, Map):
        keys = [(_key_text(from_key(key)), key) for key in value.ordered_keys()]
        for text, key in sorted(keys, key=lambda pair: pair[0]):
            shown = _key(from_key(key))
            long = len(text) > _LONGEST_KEY
            yield f"? {shown}\n{indent}:" if long else shown + ":", value.table[key]
    else:
        for item in list_items(value) if type(value) is List else value.items:
            yield "-", item


def _is_empty(value: Value) -> bool:
    if isinstance(value, Map):
        return not value.table
    return not (list_items(value) if type(value) is List else value.items)


@function(
    "yaml/encode",
    "value:any",
    "string",
    "Returns the value as YAML, in lines, with the keys of maps in order. Keywords and symbols "
    "become strings, bytevectors `!!binary`. Functions are errors.",
    [
        (
            '(yaml/encode {:name "Ada" :tags [:a "no" 1.5 nil]})',
            '"name: Ada\\ntags:\\n- a\\n- \\"no\\"\\n- 1.5\\n- null\\n"',
        ),
        ("(yaml/encode [])", '"[]\\n"'),
        ("(yaml/encode car)", "error: cannot encode"),
    ],
)
def encode(value: Value) -> Value:
    parts: list[str] = []
    size = 0
    # What is open: the members that are left, and how far they are indented.
    levels: list[tuple[Iterator[tuple[str, Value]], str]] = [(iter((("", value),)), "")]
    # Whether the line so far is the beginning of a list's or map's member, which goes on there.
    begun = False
    while levels:
        members, indent = levels[-1]
        for label, item in members:
            front = "" if begun else indent
            begun = False
            nested = type(item) is List or type(item) is Vector or isinstance(item, Map)
            if nested and not _is_empty(item):
                text, begun = _opened(label, front)
                inside = (
                    indent + "  " if label == "-" or (label and isinstance(item, Map)) else indent
                )
                levels.append((_members(item, inside), inside))
            else:
                shown = _scalar_text(item, indent + "  ") if not nested else _empty_text(item)
                text = front + (f"{label} {shown}" if label else shown) + "\n"
            parts.append(text)
            size += len(text)
            check_length("yaml/encode", size)
            if nested and not _is_empty(item):
                break
        else:
            levels.pop()
    return "".join(parts)


def _empty_text(value: Value) -> str:
    return "{}" if isinstance(value, Map) else "[]"


def _opened(label: str, front: str) -> tuple[str, bool]:
    """Returns how a member that holds others begins, and whether they go on in its line."""
    if not label:
        return "", False
    return (front + "- ", True) if label == "-" else (f"{front}{label}\n", False)
