"""Printing, and its way back: what the program shows, reads from the user, and reads from a text.

`display` and `println` are for people: a string is shown as it is. `print` is for the reader: what
it writes can be read back.
"""

from __future__ import annotations

import re
from functools import lru_cache
from weakref import WeakSet

from lispcore.library.arguments import check_length, string_argument
from lispcore.library.registry import CONSTANTS, WaitKind, function
from lispcore.library.showing.model_words import is_reply, kind_of
from lispcore.library.showing.views import show
from lispcore.library.texts.strings import str_of
from lispcore.reading.reader import read_form
from lispcore.reading.reader import read_many as read_all_forms
from lispcore.tasks import context
from lispcore.tasks.session import Session
from lispcore.values.errors import LispError
from lispcore.values.printing import display_value, pretty, print_value
from lispcore.values.types import FALSE, TRUE, Value, list_from

WAITING = WaitKind.NEVER

# What the reader makes of f-strings calls this, so that a parameter named str does no harm.
CONSTANTS["__vm-str"] = str_of


def _display_line(values: tuple[Value, ...]) -> str:
    if len(values) == 1:
        return display_value(values[0])
    return " ".join([display_value(value) for value in values])


def _print_line(values: tuple[Value, ...]) -> str:
    return " ".join([print_value(value) for value in values])


# --- output ------------------------------------------------------------------------------------


@function(
    "display",
    "& values",
    "nil",
    "Shows values for people, with spaces between them: strings without quotes.",
    [('(display "hi" 42)', "nil")],
)
def display(*values: Value) -> Value:
    context.host().write(_display_line(values), kind_of(values))
    return None


@function(
    "println",
    "& values",
    "nil",
    "Shows values for people, with spaces between them, and ends the line.",
    [('(println "total:" 42)', "nil")],
)
def println(*values: Value) -> Value:
    if len(values) == 1 and is_reply(values[0]):
        show({"view": "markdown", "text": values[0], "reply": True})
    else:
        context.host().write(_display_line(values) + "\n")
    return None


@function(
    "print",
    "& values",
    "nil",
    "Writes values as the reader takes them, with spaces between them: strings in quotes.",
    [('(print "hi" 42)', "nil")],
)
def print_(*values: Value) -> Value:
    context.host().write(_print_line(values))
    return None


@function(
    "newline",
    "",
    "nil",
    "Ends the line.",
    [("(newline)", "nil")],
)
def newline(*_ignored: Value) -> Value:
    context.host().write("\n")
    return None


@function(
    "pprint",
    "x",
    "nil",
    "Writes a value as the reader takes it, broken over lines where it is wider than 80 columns.",
    [("(pprint {:a 1 :b [2 3]})", "nil")],
)
def pprint(x: Value) -> Value:
    context.host().write(pretty(x) + "\n")
    return None


@function(
    "print-error",
    "& values",
    "nil",
    "Writes values to the error output, with spaces between them.",
    [('(print-error "careful:" 1)', "nil")],
    aliases=("io/print-error",),
)
def print_error(*values: Value) -> Value:
    context.host().write(_display_line(values), "err")
    return None


@function(
    "println-error",
    "& values",
    "nil",
    "Writes values to the error output, with spaces between them, and ends the line.",
    [('(println-error "careful:" 1)', "nil")],
    aliases=("io/println-error",),
)
def println_error(*values: Value) -> Value:
    context.host().write(_display_line(values) + "\n", "err")
    return None


@function(
    "io/flush",
    "",
    "nil",
    "Makes sure that everything printed so far is visible. Output is never held back here.",
    [("(io/flush)", "nil")],
)
def flush() -> Value:
    context.host().write("")
    return None


# --- input from the user -----------------------------------------------------------------------

# The sessions whose input has ended, for `io/eof?`.
_ended: WeakSet[Session] = WeakSet()


def _next_line() -> str | None:
    session = context.interpreter()
    line = session.host.read_line("")
    if line is None:
        _ended.add(session)
    return line


@function(
    "read-line",
    "",
    "string or nil",
    "Asks the user for a line of text and returns it; nil at the end of the input.",
    aliases=("io/read-line",),
)
def read_line() -> Value:
    return _next_line()


@function(
    "read-stdin",
    "",
    "string",
    "Returns everything the user types up to the end of the input.",
    aliases=("io/read-stdin",),
)
def read_stdin() -> Value:
    lines = []
    length = 0
    while (line := _next_line()) is not None:
        lines.append(line + "\n")
        length += len(line)
        check_length("read-stdin", length)
    return "".join(lines)


@function(
    "io/eof?",
    "",
    "bool",
    "Tells whether a function that reads input has met its end.",
    [("(io/eof?)", "#f")],
)
def at_end() -> Value:
    return TRUE if context.interpreter() in _ended else FALSE


# --- reading forms from a text -----------------------------------------------------------------


@function(
    "read",
    "text:string",
    "any",
    "Reads the first form of a text and returns it as a value, without evaluating it; nil if there "
    "is none.",
    [
        ('(read "(+ 1 2)")', "(+ 1 2)"),
        ('(eval (read "(+ 1 2)"))', "3"),
        ('(read "(+ 1")', "error: ("),
    ],
)
def read(text: Value) -> Value:
    return read_form(string_argument("read", text))


@function(
    "read-many",
    "text:string",
    "list",
    "Reads all forms of a text and returns them as a list, without evaluating them.",
    [('(read-many "1 (a b) :c")', "(1 (a b) :c)"), ('(read-many "")', "()")],
    aliases=("io/read-many", "read/all"),
)
def read_many(text: Value) -> Value:
    return list_from(read_all_forms(string_argument("read-many", text)))


@function(
    "read/string",
    "text:string",
    "any",
    "Reads the first form of a text and returns it as data; nil if there is none.",
    [('(read/string "(+ 1 2)")', "(+ 1 2)"), ('(read/string "")', "nil")],
)
def read_one(text: Value) -> Value:
    forms = read_all_forms(string_argument("read/string", text))
    return forms[0] if forms else None


# --- format ------------------------------------------------------------------------------------

# A directive, or what its writer takes for one.
_DIRECTIVE = re.compile(r"~[aAsS%~]|~[0-9,:@]*[A-Za-z]")
# What stands for a value in the templates of other languages.
_FOREIGN_DIRECTIVE = re.compile(r"%[-+0-9.]*[a-zA-Z]|\{[^{}\s]*\}")


@function(
    "format",
    "template:string & values",
    "string",
    "Fills a template: ~a shows the next value for people, ~s as the reader takes it, ~% ends the "
    "line and ~~ is a tilde. There must be a directive for each value and a value for each "
    "directive.",
    [
        ('(format "~a + ~a = ~a" 1 2 3)', '"1 + 2 = 3"'),
        ('(format "~a and ~s" "hi" "hi")', '"hi and \\"hi\\""'),
        ('(format "~a")', "error: 1 value"),
    ],
)
def format_(template: Value, *values: Value) -> Value:
    text = string_argument("format", template, 1)
    problem = template_problem(text, len(values))
    if problem is not None:
        raise problem
    parts = _template_parts(text)
    pieces: list[str] = []
    length = 0
    for (part, letter), value in zip(parts, (*values, None), strict=True):
        pieces.append(part)
        if letter:
            shown = display_value(value) if letter == "a" else print_value(value)
            pieces.append(shown)
            length += len(shown)
            check_length("format", length)
    return "".join(pieces)


def template_problem(template: str, got: int) -> LispError | None:
    """Returns the error for a template that does not fit so many values, None if it does."""
    try:
        wanted = len(_template_parts(template)) - 1
    except LispError as error:
        return error
    return None if wanted == got else _wrong_count(template, wanted, got)


def _wrong_count(template: str, wanted: int, got: int) -> LispError:
    """Returns the error for a template that does not fit the values that came with it."""
    foreign = None if wanted else _FOREIGN_DIRECTIVE.search(template)
    hint = "write ~a in the template where a value is to stand, and ~~ for a tilde"
    if foreign:
        hint = f"{foreign.group()} means nothing here: write ~a where a value is to stand"
    asked = f"{wanted} value{'' if wanted == 1 else 's'}"
    return LispError(f"format: the template asks for {asked}, got {got}", hint=hint)


@lru_cache(maxsize=200)
def _template_parts(template: str) -> list[tuple[str, str]]:
    """Returns the texts of a template, each with the letter of the directive behind it, or ""."""
    parts: list[tuple[str, str]] = []
    text = ""
    position = 0
    for match in _DIRECTIVE.finditer(template):
        text += template[position : match.start()]
        position = match.end()
        letter = match[0][1:].lower()
        if letter == "a" or letter == "s":
            parts.append((text, letter))
            text = ""
        elif letter == "%" or letter == "~":
            text += "\n" if letter == "%" else "~"
        else:
            raise LispError(
                f"format: there is no directive {match[0]}",
                hint="~a shows a value, ~s shows it as code, ~% ends the line, ~~ is a tilde; "
                "(math/format-fixed x 2) rounds a number",
            )
    parts.append((text + template[position:], ""))
    return parts
