"""Strings: measuring, searching, cutting, joining, replacing, padding. All count code points.

Case and identifiers live in string_case.py, conversions to other types in string_conversion.py.
"""

from __future__ import annotations

from typing import Any, Final

from lispcore.library.arguments import (
    ABSENT,
    MAX_TEXT_LENGTH,
    check_length,
    count_argument,
    integer_argument,
    sequence_argument,
    string_argument,
)
from lispcore.library.collections.sequences_access import own_list
from lispcore.library.registry import WaitKind, function
from lispcore.values.calls import call
from lispcore.values.errors import LateError, LispError, wrong_type
from lispcore.values.printing import print_value
from lispcore.values.types import FALSE, TRUE, Character, List, Value, intern_character, list_from

WAITING = WaitKind.NEVER

_TEXTS: Final = frozenset((str,))
# Characters of a text that is cut into parts: in between Stop is heard.
SPLIT_AT_ONCE: Final = 2_000_000

# What Unicode calls White_Space. Python's own notion adds four control characters.
WHITE_SPACE: Final = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


# --- making and joining ----------------------------------------------------------------------


@function(
    "str",
    "value & more",
    "string",
    "Joins the values into one text, each as `display` shows it: strings raw, collections printed.",
    [('(str "id-" 42)', '"id-42"'), ("(str 1.5 #t nil)", '"1.5#tnil"'), ("(str)", '""')],
)
def str_of(*values: Value) -> Value:
    if len(values) == 1:
        return values[0] if type(values[0]) is str else print_value(values[0])
    return joined("str", values, "")


@function(
    "string/append",
    "value & more",
    "string",
    "Joins the values into one text; what is no string is shown as `display` shows it.",
    [('(string/append "ab" "cd")', '"abcd"'), ('(string-append "n=" 7)', '"n=7"')],
    aliases=("string-append",),
)
def append(*values: Value) -> Value:
    if len(values) == 2:
        left, right = values
        if type(left) is str and type(right) is str and len(left) + len(right) < MAX_TEXT_LENGTH:
            return left + right
    return joined("string/append", values, "")


def joined(name: str, values: tuple[Value, ...] | list[Value], separator: str) -> Value:
    """Returns the values as display text with the separator between them."""
    if not _TEXTS.issuperset(map(type, values)):
        values = [value if type(value) is str else print_value(value) for value in values]
    check_length(name, sum(map(len, values)) + len(separator) * len(values))
    return separator.join(values)


@function(
    "string/join",
    "items:list separator:string",
    "string",
    "Puts the separator between the items of a list or vector and makes one text of them.",
    [
        ('(string/join (list "red" "blue") " and ")', '"red and blue"'),
        ('(string/join [1 2 3] "+")', '"1+2+3"'),
        ('(string/join (list) ",")', '""'),
    ],
    aliases=("string-join",),
)
def join(items: Value, separator: Value) -> Value:
    values = sequence_argument("string/join", items, 1)
    return joined("string/join", values, string_argument("string/join", separator, 2))


@function(
    "string/repeat",
    "text:string count:int",
    "string",
    "Returns the text `count` times in a row; 0 times is the empty string.",
    [('(string/repeat "na" 3)', '"nanana"'), ('(string/repeat "x" 0)', '""')],
    aliases=("make-string",),
)
def repeat(text: Value, count: Value) -> Value:
    text = string_argument("string/repeat", text, 1)
    number = count_argument("string/repeat", count, 2)
    check_length("string/repeat", len(text) * number)
    return text * number if text else ""


def _pad(name: str, text: Value, width: Value, fill: Value) -> tuple[str, str]:
    """Returns the checked text and what has to stand beside it."""
    text = string_argument(name, text, 1)
    columns = count_argument(name, width, 2)
    filler = (string_argument(name, fill, 3) or " ")[0]
    if columns <= MAX_TEXT_LENGTH and text.isascii() and filler < "\x7f" and "\x1b" not in text:
        return text, filler * (columns - len(text) + text.count("\n"))
    from lispcore.library.texts.display_width import character_width, display_width

    check_length(name, columns)
    missing = columns - display_width(text)
    return text, filler * max(0, missing // max(1, character_width(filler)))


@function(
    "string/pad-left",
    "text:string width:int [fill:string]",
    "string",
    "Fills the text up with `fill` (a space, or the first character given) on its left until it is "
    "`width` columns wide. A text that is wide enough stays as it is.",
    [('(string/pad-left "7" 3 "0")', '"007"'), ('(string/pad-left "ab" 4)', '"  ab"')],
)
def pad_left(text: Value, width: Value, fill: Value = " ") -> Value:
    text, filling = _pad("string/pad-left", text, width, fill)
    return filling + text


@function(
    "string/pad-right",
    "text:string width:int [fill:string]",
    "string",
    "Fills the text up with `fill` on its right until it is `width` columns wide.",
    [('(string/pad-right "ab" 4 ".")', '"ab.."'), ('(string/pad-right "abc" 2)', '"abc"')],
)
def pad_right(text: Value, width: Value, fill: Value = " ") -> Value:
    text, filling = _pad("string/pad-right", text, width, fill)
    return text + filling


# --- asking ----------------------------------------------------------------------------------


@function(
    "string/length",
    "text:string",
    "int",
    "Returns the number of characters (code points) of a text.",
    [('(string/length "naïve")', "5"), ('(string-length "")', "0")],
    aliases=("string-length",),
)
def length(text: Value) -> Value:
    if type(text) is not str:
        raise wrong_type("string/length", "string", text, 1)
    return len(text)


@function(
    "string/byte-length",
    "text:string",
    "int",
    "Returns the number of bytes the text takes in UTF-8.",
    [('(string/byte-length "naïve")', "6"), ('(string/byte-length "🙂")', "4")],
)
def byte_length(text: Value) -> Value:
    return len(string_argument("string/byte-length", text, 1).encode("utf-8", "surrogatepass"))


@function(
    "string/width",
    "text:string",
    "int",
    "Returns the columns the text takes on a terminal: wide characters count 2, combining marks "
    "and colour codes 0.",
    [('(string/width "abc")', "3"), ('(string/width "東京")', "4")],
)
def width(text: Value) -> Value:
    from lispcore.library.texts.display_width import display_width

    return display_width(string_argument("string/width", text, 1))


@function(
    "string/empty?",
    "text:string",
    "bool",
    "Tells whether a text has no characters.",
    [('(string/empty? "")', "#t"), ('(string/empty? " ")', "#f")],
)
def is_empty(text: Value) -> Value:
    return FALSE if string_argument("string/empty?", text, 1) else TRUE


@function(
    "string/contains?",
    "text:string part:string",
    "bool",
    "Tells whether `part` occurs in the text. The empty text occurs everywhere.",
    [('(string/contains? "teamwork" "work")', "#t"), ('(string/contains? "team" "i")', "#f")],
)
def contains(text: Value, part: Value) -> Value:
    text = string_argument("string/contains?", text, 1)
    return TRUE if string_argument("string/contains?", part, 2) in text else FALSE


@function(
    "string/starts-with?",
    "text:string prefix:string",
    "bool",
    "Tells whether the text begins with the prefix.",
    [('(string/starts-with? "readme.md" "read")', "#t")],
)
def starts_with(text: Value, prefix: Value) -> Value:
    text = string_argument("string/starts-with?", text, 1)
    return TRUE if text.startswith(string_argument("string/starts-with?", prefix, 2)) else FALSE


@function(
    "string/ends-with?",
    "text:string suffix:string",
    "bool",
    "Tells whether the text ends with the suffix.",
    [('(string/ends-with? "readme.md" ".md")', "#t")],
)
def ends_with(text: Value, suffix: Value) -> Value:
    text = string_argument("string/ends-with?", text, 1)
    return TRUE if text.endswith(string_argument("string/ends-with?", suffix, 2)) else FALSE


@function(
    "string/index-of",
    "text:string part:string [start:int]",
    "int or nil",
    "Returns the position of the first occurrence of `part` at or after `start`, or nil.",
    [
        ('(string/index-of "hotel" "te")', "2"),
        ('(string/index-of "abcabc" "a" 1)', "3"),
        ('(string/index-of "hotel" "x")', "nil"),
    ],
)
def index_of(text: Value, part: Value, start: Value = 0) -> Value:
    text = string_argument("string/index-of", text, 1)
    part = string_argument("string/index-of", part, 2)
    found = text.find(part, count_argument("string/index-of", start, 3))
    return found if found >= 0 else None


@function(
    "string/last-index-of",
    "text:string part:string",
    "int or nil",
    "Returns the position of the last occurrence of `part`, or nil.",
    [('(string/last-index-of "a/b/c" "/")', "3"), ('(string/last-index-of "abc" "x")', "nil")],
)
def last_index_of(text: Value, part: Value) -> Value:
    text = string_argument("string/last-index-of", text, 1)
    found = text.rfind(string_argument("string/last-index-of", part, 2))
    return found if found >= 0 else None


# --- cutting ---------------------------------------------------------------------------------


@function(
    "string/ref",
    "text:string index:int",
    "char",
    "Returns the character at an index, counted from 0.",
    [('(string/ref "héron" 1)', "#\\é"), ('(string-ref "abc" 3)', "error: out of bounds")],
    aliases=("string-ref",),
)
def ref(text: Value, index: Value) -> Value:
    if type(text) is not str:
        raise wrong_type("string/ref", "string", text, 1)
    if type(index) is not int:
        raise wrong_type("string/ref", "int", index, 2)
    if index < 0:
        raise LispError(
            f"string/ref: index {index} must be non-negative",
            hint="(string/last-index-of …) and (string/length s) count from the end",
        )
    if index >= len(text):
        raise LateError(_no_character, index, len(text))
    return intern_character(text[index])


def _no_character(index: int, length: int) -> tuple[str, str]:
    message = f"string/ref: index {index} out of bounds (string length {length})"
    return message, "indices are 0-based"


@function(
    "string/slice",
    "text:string start:int [end:int]",
    "string",
    "Returns the characters from `start` up to, not including, `end` (the text's end if left out). "
    "Indices outside the text are an error; `string/take` clamps instead.",
    [
        ('(string/slice "notebook" 4)', '"book"'),
        ('(substring "notebook" 0 4)', '"note"'),
        ('(string/slice "abc" 2 9)', "error: out of bounds"),
    ],
    aliases=("substring",),
)
def slice_text(text: Value, start: Value, end: Value = ABSENT) -> Value:
    if type(text) is not str:
        raise wrong_type("string/slice", "string", text, 1)
    if type(start) is not int:
        raise wrong_type("string/slice", "int", start, 2)
    if end is ABSENT:
        end = len(text)
    elif type(end) is not int:
        raise wrong_type("string/slice", "int", end, 3)
    if not 0 <= start <= end <= len(text):
        raise LispError(
            f"string/slice: index out of bounds: {start} to {end} of a text of {len(text)}",
            hint="needed: 0 <= start <= end <= (string/length text)",
        )
    return text[start:end]


@function(
    "string/take",
    "text:string count:int",
    "string",
    "Returns the first `count` characters, or the last ones if `count` is negative; at most all.",
    [('(string/take "window" 3)', '"win"'), ('(string/take "window" -3)', '"dow"')],
)
def take(text: Value, count: Value) -> Value:
    text = string_argument("string/take", text, 1)
    number = integer_argument("string/take", count, 2)
    return text[:number] if number >= 0 else text[number:]


@function(
    "string/after",
    "text:string part:string",
    "string",
    "Returns what follows the first occurrence of `part`; the whole text if there is none.",
    [('(string/after "key=a=b" "=")', '"a=b"'), ('(string/after "key" "=")', '"key"')],
)
def after(text: Value, part: Value) -> Value:
    text = string_argument("string/after", text, 1)
    part = string_argument("string/after", part, 2)
    found = text.find(part)
    return text if found < 0 else text[found + len(part) :]


@function(
    "string/after-last",
    "text:string part:string",
    "string",
    "Returns what follows the last occurrence of `part`; the whole text if there is none.",
    [('(string/after-last "a/b/c.txt" "/")', '"c.txt"')],
)
def after_last(text: Value, part: Value) -> Value:
    text = string_argument("string/after-last", text, 1)
    part = string_argument("string/after-last", part, 2)
    found = text.rfind(part)
    return text if found < 0 else text[found + len(part) :]


@function(
    "string/before",
    "text:string part:string",
    "string",
    "Returns what precedes the first occurrence of `part`; the whole text if there is none.",
    [('(string/before "key=a=b" "=")', '"key"')],
)
def before(text: Value, part: Value) -> Value:
    text = string_argument("string/before", text, 1)
    found = text.find(string_argument("string/before", part, 2))
    return text if found < 0 else text[:found]


@function(
    "string/before-last",
    "text:string part:string",
    "string",
    "Returns what precedes the last occurrence of `part`; the whole text if there is none.",
    [('(string/before-last "a/b/c.txt" "/")', '"a/b"')],
)
def before_last(text: Value, part: Value) -> Value:
    text = string_argument("string/before-last", text, 1)
    found = text.rfind(string_argument("string/before-last", part, 2))
    return text if found < 0 else text[:found]


@function(
    "string/between",
    "text:string open:string close:string",
    "string",
    'Returns what stands between the first `open` and the next `close`: "" without `open`, and '
    "everything after `open` without `close`.",
    [
        ('(string/between "see <b> there" "<" ">")', '"b"'),
        ('(string/between "plain" "<" ">")', '""'),
    ],
)
def between(text: Value, opening: Value, closing: Value) -> Value:
    text = string_argument("string/between", text, 1)
    opening = string_argument("string/between", opening, 2)
    closing = string_argument("string/between", closing, 3)
    start = text.find(opening)
    if start < 0:
        return ""
    start += len(opening)
    end = text.find(closing, start)
    return text[start:] if end < 0 else text[start:end]


@function(
    "string/split",
    "text:string separator:string",
    "list",
    "Cuts the text at each separator, which is taken literally. Two separators in a row have an "
    "empty text between them.",
    [('(string/split "1;;2" ";")', '("1" "" "2")'), ('(string/split "" ",")', '("")')],
    aliases=("string-split",),
)
def split(text: Value, separator: Value) -> List:
    if type(text) is not str:
        raise wrong_type("string/split", "string", text, 1)
    if type(separator) is not str:
        string_argument("string/split", separator, 2)
    return own_list(split_text(text, separator) if separator else ["", *text, ""])


def split_text(text: str, separator: str) -> list[str]:
    """Returns what stands between the separators; a long text is cut in steps that hear Stop."""
    if len(text) <= SPLIT_AT_ONCE:
        return text.split(separator)
    parts: list[str] = []
    start = 0
    while start < len(text):
        end = start + SPLIT_AT_ONCE
        found = text[start:end].split(separator)
        if end >= len(text):
            return parts + found
        last = found.pop()  # it may go on behind the step, and so may a separator
        parts += found
        start = end - len(last)
        if not found:
            place = text.find(separator, start)
            parts.append(text[start:] if place < 0 else text[start:place])
            if place < 0:
                return parts
            start = place + len(separator)
    return [*parts, ""]


@function(
    "string/lines",
    "text:string",
    "list",
    "Cuts the text into lines at \\n or \\r\\n; a line end at the very end starts no further line.",
    [('(string/lines "a\\nb\\r\\n\\nc\\n")', '("a" "b" "" "c")'), ('(string/lines "")', "()")],
)
def lines(text: Value) -> List:
    return list_from(split_lines(string_argument("string/lines", text, 1)))


def split_lines(text: str) -> list[str]:
    """Returns the lines of a text without their ends; a final line end starts no new line."""
    parts = split_text(text, "\n")
    last = parts.pop()
    if "\r" in text:
        parts = [part[:-1] if part.endswith("\r") else part for part in parts]
    if last:
        parts.append(last)
    return parts


@function(
    "string/trim",
    "text:string",
    "string",
    "Returns the text without white space at its two ends.",
    [('(string/trim "  hi \\n")', '"hi"')],
    aliases=("string-trim",),
)
def trim(text: Value) -> Value:
    if type(text) is not str:
        raise wrong_type("string/trim", "string", text, 1)
    return text.strip(WHITE_SPACE)


@function(
    "string/trim-left",
    "text:string",
    "string",
    "Returns the text without white space at its start.",
    [('(string/trim-left "  hi ")', '"hi "')],
)
def trim_left(text: Value) -> Value:
    return string_argument("string/trim-left", text, 1).lstrip(WHITE_SPACE)


@function(
    "string/trim-right",
    "text:string",
    "string",
    "Returns the text without white space at its end.",
    [('(string/trim-right "  hi ")', '"  hi"')],
)
def trim_right(text: Value) -> Value:
    return string_argument("string/trim-right", text, 1).rstrip(WHITE_SPACE)


@function(
    "string/truncate-width",
    "text:string width:int [ellipsis:string]",
    "string",
    "Shortens the text to at most `width` columns without cutting a visible character in two. With "
    "an ellipsis, that stands at the end of a shortened text, within the width.",
    [
        ('(string/truncate-width "keyboard" 3)', '"key"'),
        ('(string/truncate-width "keyboard" 4 "…")', '"key…"'),
        ('(string/truncate-width "東京都" 5)', '"東京"'),
    ],
)
def truncate_width(text: Value, width: Value, ellipsis: Value = "") -> Value:
    from lispcore.library.texts.display_width import display_width, take_width

    text = string_argument("string/truncate-width", text, 1)
    columns = count_argument("string/truncate-width", width, 2)
    ellipsis = string_argument("string/truncate-width", ellipsis, 3)
    if display_width(text) <= columns:
        return text
    room = columns - display_width(ellipsis)
    if room < 0:
        return take_width(ellipsis, columns)
    return take_width(text, room) + ellipsis


@function(
    "string/word-wrap",
    "text:string width:int",
    "list",
    "Fills lines of at most `width` columns with the words of the text and returns them. Line ends "
    "of the text stay, and a word that is too long is broken.",
    [('(string/word-wrap "to be or not" 5)', '("to be" "or" "not")')],
)
def word_wrap(text: Value, width: Value) -> List:
    from lispcore.library.texts.display_width import wrap_words

    text = string_argument("string/word-wrap", text, 1)
    return list_from(wrap_words(text, count_argument("string/word-wrap", width, 2)))


# --- ends ------------------------------------------------------------------------------------


@function(
    "string/chop-start",
    "text:string prefix:string",
    "string",
    "Returns the text without the prefix, if it has it.",
    [('(string/chop-start "www.site" "www.")', '"site"')],
)
def chop_start(text: Value, prefix: Value) -> Value:
    text = string_argument("string/chop-start", text, 1)
    return text.removeprefix(string_argument("string/chop-start", prefix, 2))


@function(
    "string/chop-end",
    "text:string suffix:string",
    "string",
    "Returns the text without the suffix, if it has it.",
    [('(string/chop-end "song.mp3" ".mp3")', '"song"')],
)
def chop_end(text: Value, suffix: Value) -> Value:
    text = string_argument("string/chop-end", text, 1)
    return text.removesuffix(string_argument("string/chop-end", suffix, 2))


@function(
    "string/ensure-start",
    "text:string prefix:string",
    "string",
    "Puts the prefix before the text unless it is there already.",
    [('(string/ensure-start "home" "/")', '"/home"')],
)
def ensure_start(text: Value, prefix: Value) -> Value:
    text = string_argument("string/ensure-start", text, 1)
    prefix = string_argument("string/ensure-start", prefix, 2)
    return text if text.startswith(prefix) else prefix + text


@function(
    "string/ensure-end",
    "text:string suffix:string",
    "string",
    "Puts the suffix after the text unless it is there already.",
    [('(string/ensure-end "home/" "/")', '"home/"')],
)
def ensure_end(text: Value, suffix: Value) -> Value:
    text = string_argument("string/ensure-end", text, 1)
    suffix = string_argument("string/ensure-end", suffix, 2)
    return text if text.endswith(suffix) else text + suffix


@function(
    "string/wrap",
    "text:string left:string [right:string]",
    "string",
    "Puts `left` before and `right` (or `left` again) after the text.",
    [('(string/wrap "x" "<" ">")', '"<x>"'), ('(string/wrap "x" "_")', '"_x_"')],
)
def wrap(text: Value, left: Value, right: Value = ABSENT) -> Value:
    text = string_argument("string/wrap", text, 1)
    left = string_argument("string/wrap", left, 2)
    return left + text + (left if right is ABSENT else string_argument("string/wrap", right, 3))


@function(
    "string/unwrap",
    "text:string left:string [right:string]",
    "string",
    "Takes `left` from the start and `right` from the end, if the text has both.",
    [('(string/unwrap "<x>" "<" ">")', '"x"'), ('(string/unwrap "<x" "<" ">")', '"<x"')],
)
def unwrap(text: Value, left: Value, right: Value = ABSENT) -> Value:
    text = string_argument("string/unwrap", text, 1)
    left = string_argument("string/unwrap", left, 2)
    right = left if right is ABSENT else string_argument("string/unwrap", right, 3)
    if len(text) < len(left) + len(right):
        return text
    if not (text.startswith(left) and text.endswith(right)):
        return text
    return text[len(left) : len(text) - len(right)]


# --- replacing -------------------------------------------------------------------------------


@function(
    "string/replace",
    "text:string part:string new:string",
    "string",
    "Puts `new` in the place of every occurrence of `part`, which is taken literally.",
    [('(string/replace "1.2.3" "." "-")', '"1-2-3"')],
)
def replace(text: Value, part: Value, new: Value) -> Value:
    if type(text) is not str or type(part) is not str or type(new) is not str:
        string_argument("string/replace", text, 1)
        string_argument("string/replace", part, 2)
        string_argument("string/replace", new, 3)
    if len(new) > len(part):
        check_length("string/replace", len(text) + text.count(part) * (len(new) - len(part)))
    return text.replace(part, new)


@function(
    "string/replace-first",
    "text:string part:string new:string",
    "string",
    "Puts `new` in the place of the first occurrence of `part`.",
    [('(string/replace-first "tick tick" "tick" "tock")', '"tock tick"')],
)
def replace_first(text: Value, part: Value, new: Value) -> Value:
    text = string_argument("string/replace-first", text, 1)
    part = string_argument("string/replace-first", part, 2)
    return text.replace(part, string_argument("string/replace-first", new, 3), 1)


@function(
    "string/replace-last",
    "text:string part:string new:string",
    "string",
    "Puts `new` in the place of the last occurrence of `part`.",
    [('(string/replace-last "tick tick" "tick" "tock")', '"tick tock"')],
)
def replace_last(text: Value, part: Value, new: Value) -> Value:
    text = string_argument("string/replace-last", text, 1)
    part = string_argument("string/replace-last", part, 2)
    new = string_argument("string/replace-last", new, 3)
    found = text.rfind(part)
    return text if found < 0 else text[:found] + new + text[found + len(part) :]


@function(
    "string/remove",
    "text:string part:string",
    "string",
    "Returns the text without any occurrence of `part`.",
    [('(string/remove "1 000 000" " ")', '"1000000"')],
)
def remove(text: Value, part: Value) -> Value:
    text = string_argument("string/remove", text, 1)
    return text.replace(string_argument("string/remove", part, 2), "")


@function(
    "string/reverse",
    "text:string",
    "string",
    "Returns the characters in the opposite order.",
    [('(string/reverse "stressed")', '"desserts"')],
)
def reverse(text: Value) -> Value:
    if type(text) is not str:
        string_argument("string/reverse", text, 1)
    return text[::-1]


@function(
    "string/map",
    "f:function text:string",
    "string",
    "Calls `f` with each character and joins the characters or strings it returns.",
    [
        ('(string/map char/upcase "abc")', '"ABC"'),
        ('(string/map (fn (c) (if (= c #\\space) #\\_ c)) "a b")', '"a_b"'),
    ],
)
def map_text(f: Value, text: Value) -> Value:
    return text_of_parts((), [call(f, character) for character in characters_of(text)])


def characters_of(text: Value) -> list[Value]:
    """Returns the characters that `string/map` goes through."""
    return [*map(intern_character, string_argument("string/map", text, 2))]


def text_of_parts(_characters: Any, results: list[Value]) -> str:
    """Returns the text that `string/map` makes of what its function has given."""
    parts: list[str] = []
    for result in results:
        if type(result) is Character:
            parts.append(result.text)
        elif type(result) is str:
            parts.append(result)
        else:
            error = wrong_type("string/map", "char or string", result)
            error.hint = "the function must return a character or a string"
            raise error
    check_length("string/map", sum(map(len, parts)))
    return "".join(parts)


@function(
    "string/intern",
    "text:string",
    "string",
    "Returns an equal string that is shared with every other caller, which saves memory when many "
    "equal texts are kept.",
    [('(string/intern "north")', '"north"')],
)
def intern(text: Value) -> Value:
    import sys

    return sys.intern(string_argument("string/intern", text, 1))
