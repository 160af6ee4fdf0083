"""What a program reads of an error that it has caught.

An error has two readers. A person gets our text, which says which function and which argument; a
program that looks into the map of ``catch`` gets the words of the dialect, because it prints and
compares them: (:message e) of (+ 1 "a") is "expected number or string, got int and string".
"""

from __future__ import annotations

import re
from types import FrameType
from typing import Any, NamedTuple

from lispcore.library.function_names import SHOWN_AS
from lispcore.reading.positions import LINE_MASK
from lispcore.reading.reader import read_form
from lispcore.values.errors import LispError
from lispcore.values.late_patterns import late_pattern
from lispcore.values.printing import print_value
from lispcore.values.types import List, Symbol, Value, intern_symbol, list_items, type_name

# Under which name the dialect's messages speak of a function, where SHOWN_AS does not say it.
_CALLED = {
    "any?": "any",
    "async/forced?": "promise-forced?",
    "boolean?": "bool?",
    "bytevector/from-list": "list->bytevector",
    "caaar": "car",
    "caadr": "cdr",
    "caar": "car",
    "cadar": "car",
    "caddr": "cdr",
    "cadr": "cdr",
    "cdaar": "car",
    "cdadr": "cdr",
    "cdar": "car",
    "cddar": "car",
    "cdddr": "cdr",
    "cddr": "cdr",
    "ceiling": "ceil",
    "char/lower-case?": "char-lower-case?",
    "every?": "every",
    "exact->inexact": "inexact",
    "expt": "pow",
    "first": "car",
    "inexact->exact": "exact",
    "list/to-bytevector": "list->bytevector",
    "make-list": "list/repeat",
    "make-string": "string/repeat",
    "math/pow": "pow",
    "math/quotient": "quotient",
    "math/remainder": "remainder",
    "modulo": "mod",
    "path/basename": "path/filename",
    "path/dirname": "path/dir",
    "path/ext": "path/extension",
    "procedure?": "fn?",
    "rest": "cdr",
    "some?": "any",
    "string-downcase": "string/lower",
    "string-join": "string/join",
    "string-split": "string/split",
    "string-trim": "string/trim",
    "string-upcase": "string/upper",
    "string/to-float": "string->float",
    "type-of": "type",
}

# The functions whose wrong arguments the dialect reports with name and number.
_SAY_ARGUMENT = frozenset(
    "json/decode string-ref string/contains? string/ends-with? string/lines string/lower "
    "string/split string/starts-with? string/trim string/upper substring".split()
)

# What is said without the name of the function in front.
_NAMELESS = late_pattern(r"index \d+ out of bounds \(l|cannot (?:convert|parse) '|not a document")

_OPERATORS = frozenset("+ - * / < > <= >=".split())
_QUOTE = intern_symbol("quote")
_SEQUENCE = "list, vector, or mutable-array"
_NEGATIVE_START = r"substring: start index \1 must be non-negative"
_ODD_MAP = "map literal must have even number of forms"
_NUMBERS = frozenset(("int", "float", "rational", "complex"))
_FUNCTION_TYPES = frozenset(("lambda", "function"))

# "car: argument 1 expected …", "force expected …"
_WRONG_TYPE = late_pattern(r"(\S+?):?(?: argument (\d+))? expected ")
_WRONG_COUNT = late_pattern(r"(\S+) expects (\d+) arguments?, got (\d+)$")
_PREFIX = late_pattern(r"(\S+): (.*)$", re.DOTALL)


def dialect_name(name: str) -> str:
    """Returns the name by which the dialect's messages call a library function."""
    return _CALLED.get(name) or SHOWN_AS.get(name) or name


class Site(NamedTuple):
    """Where an error arose: the innermost frame of the program, and its instruction."""

    frame: FrameType
    instruction: int

    def items(self) -> list[Value]:
        """Returns operator and operands of the call there, or nothing if it is none."""
        from itertools import islice

        from lispcore.tasks.context import interpreter

        code = self.frame.f_code
        source = interpreter().sources.get(code.co_filename)
        places = islice(code.co_positions(), self.instruction // 2, None)
        line, last, column, end = next(places, (None, None, None, None))
        if source is None or line is None or last is None:
            return []
        lines = source.text.split("\n")[(line & LINE_MASK) - 1 : last & LINE_MASK]
        if not lines:
            return []
        lines[-1] = lines[-1][:end]
        lines[0] = lines[0][column:]
        try:
            form = read_form("\n".join(lines))
        except LispError:
            return []
        return list_items(form) if type(form) is List else []


def caught_entries(error: LispError, site: Site | None) -> tuple[str, dict[str, Any]]:
    """Returns the message and the further entries of the map that ``catch`` binds."""
    if error.kind == "arity":
        return _arity(error)
    if error.kind == "type-error" and "expected" in error.fields:
        return _type_error(error, site)
    if error.kind == "eval":
        if error.message.startswith("not callable: ") and site is not None:
            return _not_callable(error.message, site), error.fields
        return _reworded(_without_name(error.message)), error.fields
    if error.kind == "reader":
        return _reading_error(error), error.fields
    return error.message, error.fields


# What we say beyond the dialect's message, or say otherwise.
_WORDINGS = (
    (late_pattern(r"(requires even number of arguments), got \d+$"), r"\1"),
    (late_pattern(r"(substring: index out of bounds): \d.*"), r"\1"),
    (late_pattern(r"substring: index out of bounds: (-\d+).*"), _NEGATIVE_START),
    (late_pattern(r"(json/decode: parse error (at line \d+ column \d+): .*)"), r"\1 \2"),
    (
        late_pattern(r"json/encode: cannot encode lambda as"),
        "json/encode: cannot encode native-fn as",
    ),
    (late_pattern(r"json/encode: cannot"), "json/encode: Eval error: cannot"),
    (late_pattern(r"(list->bytevector): item \d+, (\S+) out"), r"\1: byte value \2 out"),
    (
        late_pattern(r"bytevector: item (\d+), (\S+) out"),
        r"bytevector: byte value \2 at index \1 out",
    ),
)


# No wording fits a message without one of these.
_MAY_BE_REWORDED = late_pattern(r"requires even|substring: index|json/|bytevector: item")


def _reworded(message: str) -> str:
    if _MAY_BE_REWORDED.search(message) is None:
        return message
    for pattern, wording in _WORDINGS:
        message = pattern.sub(wording, message, count=1)
    return message


_READING = (
    (late_pattern(r"this \( is never closed.*"), "unterminated list"),
    (late_pattern(r"this \[ is never closed.*"), "unterminated vector"),
    (late_pattern(r"this \{ is never closed.*"), "unterminated map"),
    (late_pattern(r"this (string|f-string) never ends"), r"unterminated \1"),
    (late_pattern(r"unexpected closing ([)\]}])"), r"unexpected closing `\1`"),
    (late_pattern(r"no character is called (.*)"), r"unknown character name: \1"),
    (late_pattern(r"a map needs a value for every key.*"), _ODD_MAP),
    (
        late_pattern(r"expected (.) to close the (.) opened at \S+, found (.)"),
        r"mismatched bracket: expected `\1` to close `\2`, found `\3`",
    ),
)


def _reading_error(error: LispError) -> str:
    for pattern, wording in _READING:
        if pattern.fullmatch(error.message):
            place = f" at {error.line}:{error.column}" if error.line else ""
            return pattern.sub(wording, error.message) + place
    return error.message


def _without_name(message: str) -> str:
    match = _PREFIX.match(message)
    if match is None:
        return message
    name, rest = match.groups()
    if _NAMELESS.match(rest):
        if name == "nth" or "index" not in rest:
            return str(rest)
        if name.startswith(("f64-array/", "i64-array/")):
            return str(rest).replace("(length ", "(len ")
    return f"{dialect_name(name)}: {rest}"


def _not_callable(message: str, site: Site) -> str:
    """Names the value that was called, where the program's text or its variables show it."""
    items = site.items()
    if not items:
        return message
    called = items[0]
    if type(called) is List:
        quoted = list_items(called)
        if len(quoted) != 2 or quoted[0] is not _QUOTE:
            return message
        called = quoted[1]
    elif type(called) is Symbol:
        found = _values_of(called.name, site.frame)
        if len(found) != 1:
            return message
        called = found[0]
    return f"not callable: {print_value(called)} ({type_name(called)})"


def _values_of(name: str, frame: FrameType) -> list[Value]:
    """Returns what the variables of that name hold: locals are called "name 7", see emitter.py."""
    found = []
    for each, value in frame.f_locals.items():
        base, space, _ = each.rpartition(" ")
        if space and base == name:
            found.append(value[0] if type(value) is list and len(value) == 1 else value)
    if not found and name in frame.f_globals:
        found.append(frame.f_globals[name])
    return found


def _arity(error: LispError) -> tuple[str, dict[str, Any]]:
    fields = error.fields
    match = _WRONG_COUNT.match(error.message)
    if not fields and match is not None:
        fields = {"function": match[1], "expected": match[2], "got": int(match[3])}
    if not isinstance(fields.get("function"), str) or fields.get("got") is None:
        return error.message, fields
    # The message has the name that the program uses, the field the function's first one.
    name = dialect_name(error.message.partition(" ")[0]).removeprefix(":")
    expected = str(fields["expected"])
    message = f"{name} expects {_count(expected)}, got {fields['got']}"
    return message, {**fields, "function": name}


def _count(expected: str) -> str:
    """Returns "1 argument", "2 or more arguments", "no arguments" … for "1", "2+", "0" …"""
    if expected == "0":
        return "no arguments"
    if expected == "1":
        return "1 argument"
    if expected.endswith("+"):
        return f"{expected[:-1]} or more arguments"
    return f"{expected.replace('-', ' to ')} arguments"


def _type_error(error: LispError, site: Site | None) -> tuple[str, dict[str, Any]]:
    expected, got = str(error.fields["expected"]), str(error.fields["got"])
    left, both, right = got.partition(" and ")
    if both:
        return _two_operands(expected, _seen(left), _seen(right), site)
    got = _seen(got)
    match = _WRONG_TYPE.match(error.message)
    name = dialect_name(match[1]) if match else ""
    fields = {**error.fields, "expected": expected, "got": got}
    if name in _SAY_ARGUMENT:
        argument = int(match[2] or 1) if match else 1
        fields |= {"function": name, "argument": argument}
        return f"{name} argument {argument} expected {expected}, got {got}", fields
    if expected in ("channel", "async-promise") and hasattr(error, "given"):
        fields["value"] = shown = print_value(error.given)
        return f"expected {expected}, got {got} ({shown})", fields
    if expected == "function":
        fields["expected"] = expected = "callable"
    elif expected == _SEQUENCE:
        fields["got"] = got = f"{got} in {name}"
    elif name == "mod":
        fields["expected"] = expected = "integer"
    elif name.startswith("bit/") and expected == "integer":
        fields["expected"] = expected = "int"
    elif name == "*" and site is not None:
        fields["got"] = got = _operand_types(site) or got
    return f"expected {expected}, got {got}", fields


def _two_operands(
    expected: str, left: str, right: str, site: Site | None
) -> tuple[str, dict[str, Any]]:
    items = site.items() if site is not None else []
    operator = items[0].name if items and type(items[0]) is Symbol else ""
    if operator not in _OPERATORS or len(items) != 3:
        # More operands, or the operator as a value: they are looked at one by one.
        wrong = right if left in _NUMBERS else left
        return f"expected number, got {wrong}", {"expected": "number", "got": wrong}
    if operator in (">", "<="):
        left, right = right, left  # (> a b) is answered as (< b a)
    got = f"{left} and {right}"
    return f"expected {expected}, got {got}", {"expected": expected, "got": got}


def _operand_types(site: Site) -> str:
    """Returns the types of two operands as far as the program's text and variables show them."""
    items = site.items()
    kinds = []
    for each in items[1:]:
        found = [each]
        if type(each) is Symbol:
            found = _values_of(each.name, site.frame)
        elif type(each) is List:
            found = []
        kinds += [type_name(value) for value in found]
    return " and ".join(kinds) if len(items) == len(kinds) + 1 == 3 else ""


def _seen(kind: str) -> str:
    return "native-fn" if kind in _FUNCTION_TYPES else kind
