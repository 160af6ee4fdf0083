"""Programs as texts: laying a form out as source, and checking a source without running it."""

from __future__ import annotations

from typing import Any, Final

from lispcore.library.arguments import string_argument
from lispcore.library.files.files import read_text
from lispcore.library.registry import function
from lispcore.tasks.context import interpreter
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import (
    EMPTY,
    FALSE,
    TRUE,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    intern_keyword,
    list_from,
    list_items,
)

WIDTH: Final = 80
# Deeper parts of a form are written on one line.
MAXIMUM_DEPTH: Final = 150

# How many parts stand on the first line of a form that takes several lines; 1 where not listed.
_ON_FIRST_LINE: Final = {
    **dict.fromkeys("begin progn cond try do".split(), 0),
    **dict.fromkeys("defun defn defmacro".split(), 2),
}
# Forms with a body: with two or more expressions in it they always take several lines.
_HAVE_BODY: Final = frozenset(
    "begin progn define def defun defn defmacro do lambda fn module unless when while".split()
)
_BIND: Final = frozenset("let let* letrec letrec*".split())


@function(
    "format/form",
    "form:any",
    "string",
    "Returns a form as source text, laid out within 80 columns: what does not fit on a line, and "
    "bodies of several expressions, go below their head, two columns further in.",
    [
        ("(format/form '(define  x   1))", '"(define x 1)"'),
        ("(display (format/form '(when a (b) (c))))", "nil"),
        ("(format/form '(when a (b) (c)))", '"(when a\\n  (b)\\n  (c))"'),
    ],
)
def format_form(form: Value) -> Value:
    return lay_out(form, 0, 0)


def lay_out(form: Value, column: int, depth: int) -> str:
    """Returns a form as text whose first character stands in `column` (0-based)."""
    if depth > MAXIMUM_DEPTH or type(form) not in (List, Vector, Map) or form is EMPTY:
        return str(print_value(form))
    if _may_fit(form, WIDTH - column) and not _needs_lines(form):
        flat = str(print_value(form))
        if column + len(flat) <= WIDTH:
            return flat
    if type(form) is Map:
        lines = []
        for key, value in form.entries():
            written = print_value(key)
            lines.append(f"{written} {lay_out(value, column + len(written) + 2, depth + 1)}")
        return "{" + ("\n" + " " * (column + 1)).join(lines) + "}"
    items = list_items(form) if type(form) is List else form.items
    if type(form) is Vector or type(items[0]) is not Symbol:
        opening, closing = ("(", ")") if type(form) is List else ("[", "]")
        parts = [lay_out(item, column + 1, depth + 1) for item in items]
        return opening + ("\n" + " " * (column + 1)).join(parts) + closing
    return _call(items, column, depth)


def _call(items: list[Value], column: int, depth: int) -> str:
    """Returns a form with a symbol at its head: some parts beside it, the others below."""
    name = items[0].name
    beside = _ON_FIRST_LINE.get(name, 1)
    if name in _BIND and len(items) > 2 and type(items[1]) is Symbol:
        beside = 2
    text = f"({name}"
    for item in items[1 : 1 + beside]:
        start = column + len(text.rpartition("\n")[2]) + 1
        text += " " + lay_out(item, start, depth + 1)
    for item in items[1 + beside :]:
        text += "\n" + " " * (column + 2) + lay_out(item, column + 2, depth + 1)
    return text + ")"


def _may_fit(form: Value, room: int) -> bool:
    """Tells whether a form has at most as many parts as there are columns, without printing it."""
    waiting = [form]
    while waiting and room > 0:
        part = waiting.pop()
        room -= 1
        if type(part) is Vector:
            waiting.extend(part.items[: room + 1])
        elif type(part) is Map:
            waiting.extend(part.values()[: room + 1])
        elif type(part) is List:
            waiting.extend(list_items(part)[: room + 1])
    return not waiting


def _needs_lines(form: Value) -> bool:
    """Tells whether some part of a form takes several lines by its kind."""
    waiting = [form]
    while waiting:
        part = waiting.pop()
        if type(part) is Vector:
            waiting.extend(part.items)
        elif type(part) is Map:
            waiting.extend(part.values())
        elif type(part) is List and part is not EMPTY:
            items = list_items(part)
            waiting.extend(items)
            if type(items[0]) is not Symbol:
                continue
            name = items[0].name
            if name in _HAVE_BODY and len(items) - 1 - _ON_FIRST_LINE.get(name, 1) >= 2:
                return True
            if name in _BIND:
                bindings = [item for item in items[1:3] if type(item) is List]
                if bindings and bindings[0].count >= 2:
                    return True
    return False


# --- checking ----------------------------------------------------------------------------------

_KEYS = {name: intern_keyword(name) for name in "ok diagnostics level code message span".split()}
_SPAN = [intern_keyword(name) for name in "line col end-line end-col".split()]
_ERROR = intern_keyword("error")


def diagnose(text: str) -> Map:
    """Returns ``{:ok bool :diagnostics (…)}`` for a source: what is wrong before it runs."""
    error = interpreter().check_text(text)
    found = [] if error is None else [_diagnostic(error)]
    return Map({_KEYS["ok"]: FALSE if found else TRUE, _KEYS["diagnostics"]: list_from(found)})


def _diagnostic(error: LispError) -> Map:
    table: dict[Any, Value] = {
        _KEYS["level"]: _ERROR,
        _KEYS["code"]: "syntax" if error.kind == "reader" else error.kind,
        _KEYS["message"]: error.message,
    }
    if error.line:
        place = (error.line, error.column, error.line, error.column + 1)
        table[_KEYS["span"]] = Map(dict(zip(_SPAN, place, strict=True)))
    return Map(table)


@function(
    "sema/check-string",
    "text:string",
    "map",
    "Checks a program without running it, and returns {:ok bool :diagnostics (…)}. Each diagnostic "
    "has a :level, a :code, a :message and, where it is known, a :span. Found are mistakes of "
    "syntax and forms of the wrong shape.",
    [
        ('(sema/check-string "(+ 1 2)")', "{:diagnostics () :ok #t}"),
        ('(:ok (sema/check-string "(+ 1 2"))', "#f"),
        ('(map :code (:diagnostics (sema/check-string "(if)")))', '("arity")'),
    ],
)
def check_string(text: Value) -> Value:
    return diagnose(string_argument("sema/check-string", text, 1))


@function(
    "sema/check-file",
    "path:string",
    "map",
    "Checks the program in a file without running it, as `sema/check-string` does.",
    [
        (
            '(begin (file/write "good.lisp" "(define x 1)") (:ok (sema/check-file "good.lisp")))',
            "#t",
        ),
    ],
)
def check_file(path: Value) -> Value:
    return diagnose(read_text("sema/check-file", path))
