"""From an exception to an error that teaches: message, place, Lisp stack, hint.

Generated code leaves most type checks to Python, so a mistake often surfaces as Python's
TypeError or NameError. Its traceback knows the exact sub-expression (PEP 657 positions are those
of the Lisp source), and its text the types; here both become words of the language.
"""

from __future__ import annotations

import re
from types import CodeType, FrameType, TracebackType
from typing import Any

from lispcore.reading.foreign_names import FOREIGN_NAMES
from lispcore.reading.positions import LINE_BITS, LINE_MASK, read_sites
from lispcore.running.failed_operands import function_type
from lispcore.services.suggestions import (
    call_hint,
    conversion_hint,
    foreign_form,
    infix_hint,
    offset_of,
    open_brackets,
    order_hint,
    place_in,
    suggestion,
    usage_of,
    written_in_form,
)
from lispcore.tasks.context import SESSION_NAME
from lispcore.values.errors import Frame, LispError
from lispcore.values.late_patterns import late_pattern
from lispcore.values.types import LISP_FILE_PREFIX, TYPE_NAMES, type_name, written_function

# How Python's class of functions is called here; the dialect has two words for it.
FUNCTION = "function"
OUT_OF_MEMORY = "out of memory"
# How an error is announced that a program threw itself and did not catch.
_UNCAUGHT = "User exception: "
# Of a deeper stack only the innermost and the outermost frames are kept.
FRAMES_KEPT = 20

Positions = list[tuple[int | None, int | None, int | None, int | None]]
# By identity, like `_entries` below.
_positions: dict[int, tuple[CodeType, Positions]] = {}


def place_of(code: CodeType, instruction: int) -> tuple[int, int]:
    """Returns the line and column of an instruction (as in ``tb_lasti``), 0 if unknown."""
    line, column = _python_place(code, instruction)
    return line & LINE_MASK, column


def calls_at(code: CodeType, instruction: int) -> list[tuple[str, int, int]]:
    """Returns the functions that an instruction belongs to, innermost first, and where it stands.

    More than one where a function was written in place of a call of it.
    """
    line, column = _python_place(code, instruction)
    calls: list[tuple[str, int, int]] = []
    if line > LINE_MASK:
        sites = read_sites(str(code.co_consts[0]))
        while number := line >> LINE_BITS:
            name, next_line, next_column = sites[number - 1]
            calls.append((clean_name(name), line & LINE_MASK, column))
            line, column = next_line, next_column
    calls.append((clean_name(code.co_name), line, column))
    return calls


def _python_place(code: CodeType, instruction: int) -> tuple[int, int]:
    known = _positions.get(id(code))
    if known is None:
        if len(_positions) > 200:
            _positions.clear()
        known = _positions[id(code)] = (code, list(code.co_positions()))
    line, _, column, _ = known[1][instruction // 2]
    return line or 0, (column or 0) + 1 if line else 0


def clean_name(name: str) -> str:
    """Returns the Lisp name of a Python function: without its scope and its number."""
    name = name.rpartition("<locals>.")[2]
    head, space, number = name.rpartition(" ")
    if space and (number.isdigit() or number == "" or number.startswith("@")):
        name = head
    return "<program>" if name in (" main", "") else name


def file_of(code: CodeType) -> str:
    """Returns the name of the text that Lisp code was compiled from."""
    return code.co_filename.removeprefix(LISP_FILE_PREFIX).partition(":")[2]


def lisp_frames(traceback: TracebackType | None) -> tuple[list[Frame], list[FrameType]]:
    """Returns the Lisp stack of a traceback, innermost first, and its innermost Python frames.

    The Python frames are the last Lisp frame and whatever library code it called.
    """
    first: list[Frame] = []
    last: list[Frame] = []
    inner: list[FrameType] = []
    skipped = 0
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename.startswith(LISP_FILE_PREFIX):
            for name, line, column in reversed(calls_at(code, traceback.tb_lasti)):
                frame = Frame(name, line, column, file_of(code))
                if len(first) < FRAMES_KEPT:
                    first.append(frame)
                else:
                    last.append(frame)
                    if len(last) > FRAMES_KEPT:
                        last.pop(0)
                        skipped += 1
            inner = [traceback.tb_frame]
        elif inner:
            inner.append(traceback.tb_frame)
        traceback = traceback.tb_next
    middle = [Frame(f"… {skipped} more calls …", 0, 0)] if skipped else []
    return [*reversed(last), *middle, *reversed(first)], inner


def explain(
    error: BaseException,
    interpreter: Any = None,
    calls: tuple[list[Frame], list[FrameType]] | None = None,
) -> LispError:
    """Returns the error that a person should see for an exception that a program ran into.

    `calls` is what `lisp_frames` gave, for an exception that has no traceback any more.
    """
    if interpreter is None:
        from lispcore.tasks.context import interpreter as current

        interpreter = current()
    stack, inner = calls or lisp_frames(error.__traceback__)
    if isinstance(error, LispError):
        result = error
    else:
        result = _translate(error, inner, interpreter, stack)
        result.__cause__ = error
    stack += [frame for frame in getattr(error, "expansions", ()) if frame.line]
    _complete(result, inner, interpreter, stack)
    if result.kind == "user" and not result.message.startswith(_UNCAUGHT):
        result.message = _UNCAUGHT + result.message
    if not result.stack:
        result.stack = stack
    if not result.line and stack:
        result.line, result.column = stack[0].line, stack[0].column
        result.file = stack[0].file
    return result


def _complete(
    error: LispError, inner: list[FrameType], interpreter: Any, stack: list[Frame]
) -> None:
    """Speaks of a function by the name that the program uses, and says what to try."""
    if error.kind not in ("type-error", "arity", "eval") or error.line:
        return
    if error.option:
        _mark_option(error, interpreter, inner, stack)
    from lispcore.library.registry import ENTRIES

    head = _head_at(interpreter, inner, stack)
    entry = ENTRIES.get(head)
    own = error.message.partition(" ")[0].rstrip(":")
    if entry is not None and own != head and own == entry.name:
        error.message = head + error.message[len(own) :]
        if error.hint:
            error.hint = error.hint.replace(f"({own} ", f"({head} ").replace(
                f"({own})", f"({head})"
            )
        own = head
    if error.kind == "type-error":
        if len(inner) > 1 and (wrong_order := order_hint(error, own, inner[1])):
            error.hint = wrong_order
        elif error.hint is None:
            error.hint = conversion_hint(error, own) or usage_of(own)


def _mark_option(
    error: LispError, interpreter: Any, inner: list[FrameType], stack: list[Frame]
) -> None:
    """Has an error about an option point at that, if it is written in the call."""
    source = interpreter.sources.get(inner[0].f_code.co_filename) if inner and stack else None
    if source is None:
        return
    start = offset_of(source.text, stack[0].line, stack[0].column)
    found = written_in_form(error.option, source.text, start) if start >= 0 else -1
    if found >= 0:
        error.line, error.column = place_in(source.text, found)
        error.file = stack[0].file


# --- translation of Python's exceptions ---------------------------------------------------------


def lisp_type(python_name: str) -> str:
    """Returns the Lisp name of a Python type that one of Python's messages names."""
    if python_name == "builtin_function_or_method":
        return FUNCTION
    # Looked up when it is needed: other modules enter their types while they are loaded.
    known = {kind.__name__: name for kind, name in TYPE_NAMES.items()}
    return known.get(python_name) or python_name.lower()


def _operand_type(python_name: str, inner: list[FrameType], place: int = 0) -> str:
    """Returns the Lisp name of the type of an operand, of which the last one is number 0."""
    kind = lisp_type(python_name)
    if kind != FUNCTION:
        return kind
    return function_type(inner[-1], place) if inner else "lambda"


def _translate(
    error: BaseException, inner: list[FrameType], interpreter: Any, stack: list[Frame]
) -> LispError:
    in_lisp = len(inner) <= 1
    if not in_lisp and _is_foreign(inner[1]):
        return python_error(error, clean_name(inner[1].f_code.co_name))
    if in_lisp and inner and isinstance(error, NameError):
        return _unbound(error, interpreter, inner)
    if isinstance(error, RecursionError):
        return LispError(
            "recursion too deep: the calls waiting for their results have filled the stack",
            hint="is there a base case? A call in tail position needs no stack: (let loop (…) …)",
        )
    if isinstance(error, ZeroDivisionError):
        head = _head_at(interpreter, inner, stack)
        word = "modulo" if head in ("mod", "modulo") else "division"
        hint = f"test first: (if (zero? d) … ({head or '/'} n d))"
        return LispError(f"{word} by zero", hint=hint)
    if isinstance(error, MemoryError):
        return LispError(OUT_OF_MEMORY, hint="is a list, string or number growing without end?")
    if isinstance(error, OverflowError) and "string" in str(error):
        return LispError("the string would be too long", hint="is it growing without end?")
    if isinstance(error, OverflowError) and "to float" in str(error):
        return LispError(
            "an integer of more than 308 digits cannot be combined with a float",
            hint="(float n) makes inf of such an integer; exact numbers, as 3/2, have no limit",
        )
    if isinstance(error, OverflowError):
        return LispError("the number is too large for this operation")
    if isinstance(error, AttributeError) and error.name == "cells":
        from lispcore.library.collections.sequences_access import wrong_sequence

        head = _head_at(interpreter, inner, stack)
        head = head if head in ("car", "first") else "car"
        return wrong_sequence(head, error.obj, 1, "list or vector")
    if isinstance(error, TypeError):
        for pattern, handler in _TYPE_ERRORS:
            match = pattern.search(str(error))
            if match:
                found: LispError | None = handler(match, interpreter, inner, stack, in_lisp)
                if found is not None:
                    return found
    return _unexpected(error, inner, interpreter)


def _is_foreign(frame: FrameType) -> bool:
    """Tells whether a function that Lisp called is neither of the language nor of a program."""
    home = str(frame.f_globals.get("__name__"))
    is_lisp = SESSION_NAME in frame.f_globals
    return not is_lisp and home.partition(".")[0] != "lispcore"


def python_error(raised: BaseException, name: str) -> LispError:
    """Returns what a Python function raised that Lisp called: its class, its words, its cause."""
    words = str(raised)
    kind = type(raised).__name__
    error = LispError(
        f"{kind}: {words}" if words else kind, kind="python", function=name, exception=kind
    )
    error.__cause__ = raised
    return error


def _unbound(error: NameError, interpreter: Any, inner: list[FrameType]) -> LispError:
    name = error.name or ""
    if not name:
        match = re.search(r"variable '([^']+)'", str(error))
        name = match.group(1) if match else "?"
    plain = clean_name(name)
    if " @" in name:
        name = plain  # a name that its module never defines
    early = " " in name.rstrip() or isinstance(error, UnboundLocalError)
    if early and plain not in FOREIGN_NAMES:
        return LispError(
            f"{plain} is used before it has a value",
            kind="unbound",
            hint=f"move the definition of {plain} up, before its first use",
            name=plain,
        )
    from lispcore.expanding.special_forms import SPECIAL_FORMS

    if name in SPECIAL_FORMS and name not in interpreter.user_defined:
        text, line, column = _text_at(error, interpreter, inner[0]) if inner else ("", 0, 0)
        brackets = open_brackets(text, offset_of(text, line, column))
        infix = infix_hint(text, brackets[-1]) if brackets else ""
        return LispError(
            f"{name} is a special form and has no value",
            kind="unbound",
            hint=infix or f"write it as {SPECIAL_FORMS[name].usage}",
            name=name,
        )
    if name in interpreter.macros:
        return LispError(
            f"{name} is a macro and has no value",
            kind="unbound",
            hint="a macro works on code only; to hand it over, wrap it: (fn (x) (… x))",
            name=name,
        )
    return _unknown(plain, error, interpreter, inner)


def _text_at(error: NameError, interpreter: Any, frame: FrameType) -> tuple[str, int, int]:
    """Returns the text in which an error arose in a frame, and at which line and column."""
    source = interpreter.sources.get(frame.f_code.co_filename)
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_frame is not frame:
        traceback = traceback.tb_next
    line, column = place_of(frame.f_code, traceback.tb_lasti) if traceback else (0, 0)
    return "" if source is None else source.text, line, column


def _unknown(name: str, error: NameError, interpreter: Any, inner: list[FrameType]) -> LispError:
    """Returns the error for a name that means nothing, or for the foreign form around it."""
    frame = inner[0]
    text, line, column = _text_at(error, interpreter, frame)
    offset = offset_of(text, line, column)
    form = foreign_form(text, offset, interpreter)
    if form is not None:
        name, offset = form
        line, column = place_in(text, offset)
    known = [clean_name(each) for each in frame.f_locals if each and each[0] not in " ."]
    result = LispError(
        f"Unbound variable: {name}",
        kind="unbound",
        hint=suggestion(name, interpreter, known, text, offset),
        line=line,
        column=column,
        name=name,
    )
    result.file = file_of(frame.f_code)
    return result


def _head_at(interpreter: Any, inner: list[FrameType], stack: list[Frame]) -> str:
    """Returns the operator of the form at which the innermost Lisp frame stands."""
    if not inner or not stack:
        return ""
    return head_of(interpreter, inner[0].f_code, stack[0].line, stack[0].column)


def head_of(interpreter: Any, code: CodeType, line: int, column: int) -> str:
    """Returns the operator of the form that stands at a place of the text of some code."""
    source = interpreter.sources.get(code.co_filename)
    if source is None:
        return ""
    lines = source.text.split("\n")
    if not 0 < line <= len(lines):
        return ""
    match = re.match(r"\(\s*([^\s()\[\]{}\"';]+)", lines[line - 1][column - 1 :])
    return match.group(1) if match else ""


def _operands(match: Any, interpreter: Any, inner: Any, stack: Any, in_lisp: bool) -> Any:
    left = _operand_type(match.group(2), inner, 1)
    right = _operand_type(match.group(3), inner)
    return _wrong_operands(match.group(1), left, right, interpreter, inner, stack)


def _wrong_operands(
    operator: str, left: str, right: str, interpreter: Any, inner: Any, stack: Any
) -> LispError:
    head = _head_at(interpreter, inner, stack) or operator
    types = (left, right)
    if head in ("even?", "odd?"):
        return LispError(
            f"{head} expected integer, got {left}",
            kind="type-error",
            expected="integer",
            got=left,
        )
    expected = "number or string" if operator == "+" else "number"
    hint = None
    if "string" in types:
        hint = "(str a b …) joins values of any type to a string; (string->number s) makes a number"
    elif "nil" in types:
        hint = "nil often comes from a look-up that found nothing: give it a default, (get m k 0)"
    elif "list" in types or "vector" in types:
        hint = f"(apply {head} xs) works on the items of a list; (append xs ys) joins two"
    elif "lambda" in types or "native-fn" in types:
        hint = "a function stands where its result is wanted: call it, as in (f x)"
    elif "bool" in types:
        hint = "#t and #f are no numbers: (if test 1 0) makes one of them"
    return LispError(
        f"{head} expected {expected}, got {left} and {right}",
        kind="type-error",
        hint=hint,
        expected=expected,
        got=f"{left} and {right}",
    )


def _concatenation(match: Any, interpreter: Any, inner: Any, stack: Any, in_lisp: bool) -> Any:
    right = _operand_type(match.group(1), inner)
    return _wrong_operands("+", "string", right, interpreter, inner, stack)


def _ordering(match: Any, interpreter: Any, inner: Any, stack: Any, in_lisp: bool) -> Any:
    left = _operand_type(match.group(2), inner, 1)
    right = _operand_type(match.group(3), inner)
    head = _head_at(interpreter, inner, stack) or match.group(1)
    return LispError(
        f"{head} expected comparable values, got {left} and {right}",
        kind="type-error",
        hint="numbers compare with numbers, strings with strings",
        expected="comparable values",
        got=f"{left} and {right}",
    )


def _one_operand(match: Any, interpreter: Any, inner: Any, stack: Any, in_lisp: bool) -> Any:
    got = _operand_type(match.group(2), inner)
    head = _head_at(interpreter, inner, stack) or match.group(1)
    return LispError(
        f"{head} expected number, got {got}",
        kind="type-error",
        hint="(string->number s) makes a number of a string" if got == "string" else None,
        expected="number",
        got=got,
    )


def _repeated(match: Any, interpreter: Any, inner: Any, stack: Any, in_lisp: bool) -> Any:
    head = _head_at(interpreter, inner, stack) or "*"
    return LispError(
        f"{head} expected number, got string",
        kind="type-error",
        hint="(string/repeat s n) repeats a string",
        expected="number",
        got="string",
    )


def _calling(match: Any, interpreter: Any, inner: Any, stack: Any, in_lisp: bool) -> Any:
    if not in_lisp or not inner:
        return None
    kind = lisp_type(match.group(1))
    head = _head_at(interpreter, inner, stack)
    named = bool(head) and not head[0].isdigit() and head not in ("nil", "#t", "#f")
    what = f"{head} is " if named else ""
    source = interpreter.sources.get(inner[0].f_code.co_filename)
    text = "" if source is None else source.text
    offset = offset_of(text, stack[0].line, stack[0].column) if stack else 0
    return LispError(
        f"not callable: {what}{_article(kind)}", hint=call_hint(kind, head, text, offset)
    )


def _article(kind: str) -> str:
    if kind == "nil":
        return "nil"
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _too_many(match: Any, interpreter: Any, inner: Any, stack: Any, in_lisp: bool) -> Any:
    name, low, high, got = match.group(1), match.group(2), match.group(3), match.group(4)
    if low is None:
        expected, count = _count(int(high)), high
    else:
        expected, count = f"{low} to {high} arguments", f"{low}-{high}"
    function = _find_function(name, interpreter, inner)
    return _arity(clean_name(name), expected, int(got), count, function, inner)


def _missing(match: Any, interpreter: Any, inner: Any, stack: Any, in_lisp: bool) -> Any:
    name, missing = match.group(1), int(match.group(2))
    function = _find_function(name, interpreter, inner)
    if function is None:
        names = match.group(3).replace("'", "")
        return _arity(clean_name(name), f"more arguments: {clean_name(names)}", None, "?")
    code = function.__code__
    required = code.co_argcount - len(function.__defaults__ or ())
    expected, count = _count(required), str(required)
    if code.co_flags & 0x04:
        expected = f"{required} or more arguments"
        count = f"{required}+"
    elif function.__defaults__:
        expected = f"{required} to {code.co_argcount} arguments"
        count = f"{required}-{code.co_argcount}"
    return _arity(clean_name(name), expected, required - missing, count, function, inner)


def _count(number: int) -> str:
    return f"{number} argument{'' if number == 1 else 's'}"


def _arity(
    name: str,
    expected: str,
    got: int | None,
    count: str,
    function: Any = None,
    inner: list[FrameType] | None = None,
) -> LispError:
    hint = usage_of(name)
    if hint is None and function is not None:
        hint = _signature(name, function.__code__)
    caller = _library_name(inner[-1].f_code) if inner and len(inner) > 1 else ""
    if caller and caller != name and got is not None:
        hint = f"{caller} calls it with {_count(got)}" + (f"; {hint}" if hint else "")
    but = "" if got is None else f", got {got}"
    return LispError(
        f"{name} expects {expected}{but}",
        kind="arity",
        hint=hint,
        function=name,
        expected=count,
        got=got,
    )


def _signature(name: str, code: CodeType) -> str:
    """Returns the hint that shows how a function of the program is called."""
    rest = bool(code.co_flags & 0x04)
    names = [clean_name(each) for each in code.co_varnames[: code.co_argcount + rest]]
    shown = [*names[:-1], "&", names[-1]] if rest else names
    if name in ("<lambda>", "<program>"):
        return f"it is (fn ({' '.join(shown)}) …)"
    return f"it is called as ({' '.join([name, *shown])})"


def _find_function(name: str, interpreter: Any, inner: list[FrameType]) -> Any:
    plain = name.rpartition("<locals>.")[2]
    for known in (interpreter.globals, interpreter.macros):
        found = known.get(clean_name(name))
        if hasattr(found, "__code__") and found.__qualname__ == name:
            return written_function(found)
    for frame in (inner[-1], inner[0]) if inner else ():
        for each in frame.f_locals.values():
            if hasattr(each, "__code__") and each.__qualname__ == name:
                return written_function(each)
    from lispcore.library.registry import ENTRIES

    entry = ENTRIES.get(plain)
    found = entry.function if entry is not None else None
    return found if hasattr(found, "__code__") else None


_TYPE_ERRORS = [
    (
        late_pattern(
            r"unsupported operand type\(s\) for (\S+?)=?(?: or pow\(\))?: '(\w+)' and '(\w+)'"
        ),
        _operands,
    ),
    (late_pattern(r"can only concatenate str \(not \"(\w+)\"\) to str"), _concatenation),
    (
        late_pattern(r"'(\S+)' not supported between instances of '(\w+)' and '(\w+)'"),
        _ordering,
    ),
    (late_pattern(r"bad operand type for unary (\S+): '(\w+)'"), _one_operand),
    (late_pattern(r"can't multiply sequence by non-int of type '(\w+)'"), _repeated),
    (late_pattern(r"'(\w+)' object is not callable"), _calling),
    (
        late_pattern(
            r"^(.+?)\(\) takes (?:from (\d+) to )?(\d+) positional arguments? but (\d+) w"
        ),
        _too_many,
    ),
    (late_pattern(r"^(.+?)\(\) missing (\d+) required positional arguments?: (.*)$"), _missing),
]


# What Python raises where a function was given what it cannot use; all else has another cause.
_WRONG_ARGUMENTS = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)


def _unexpected(error: BaseException, inner: list[FrameType], interpreter: Any) -> LispError:
    """Returns the error for what no rule foresees: it names the function and what it was given."""
    if len(inner) > 1:
        frame = inner[1]
        name = _library_name(frame.f_code) or frame.f_code.co_name
        count = frame.f_code.co_argcount
        values = [frame.f_locals.get(each) for each in frame.f_code.co_varnames[:count]]
        if not isinstance(error, _WRONG_ARGUMENTS):
            return python_error(error, name)
        given = ", ".join(type_name(value) for value in values)
        return LispError(
            f"{name}: cannot work with these arguments ({given or 'none'})",
            kind="type-error",
            hint=usage_of(name),
        )
    return LispError(
        f"Lispcore itself failed here: {type(error).__name__}: {error}",
        kind="fault",
        hint="this is a defect of Lispcore, not of the program; please report it",
    )


def _library_name(code: CodeType) -> str:
    from lispcore.library.registry import ENTRIES

    for name, entry in ENTRIES.items():
        if getattr(entry.function, "__code__", None) is code:
            return name
    return ""
