"""What to try after a mistake: near names, other languages' names and habits, arguments in order.

Everything here looks at a program that has failed already, so it may take its time; and it only
ever makes the hint of an error, never the error.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from types import FrameType
from typing import Any, Final

from lispcore.library.registry import ENTRIES
from lispcore.reading.foreign_names import FOREIGN_FORMS, FOREIGN_NAMES, counted_loop
from lispcore.values.errors import LispError
from lispcore.values.late_patterns import late_pattern
from lispcore.values.types import Value, is_function, type_name

# --- places in the text -------------------------------------------------------------------------

# A string, a comment, a character, a bracket, or a word.
_PIECE: Final = late_pattern(
    r'"(?:\\.|[^"\\])*"?|#\|.*?(?:\|#|\Z)|;[^\n]*|#\\.[^\s()\[\]{}";]*|[()\[\]{}]|[^\s()\[\]{}";]+',
    re.DOTALL,
)
_WORD: Final = late_pattern(r"[^\s()\[\]{}\"';,`]+")


def offset_of(text: str, line: int, column: int) -> int:
    """Returns the offset of a place in a text; -1 if it is not in there."""
    offset = 0
    for _ in range(line - 1):
        offset = text.find("\n", offset) + 1
        if not offset:
            return -1
    return offset + column - 1 if line > 0 and offset + column <= len(text) + 1 else -1


def place_in(text: str, offset: int) -> tuple[int, int]:
    """Returns the line and column of an offset."""
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


def open_brackets(text: str, offset: int) -> list[int]:
    """Returns the offsets of the brackets that are open before an offset, outermost first."""
    opened: list[int] = []
    for piece in _PIECE.finditer(text, 0, max(offset, 0)):
        if piece.group() in ("(", "[", "{"):
            opened.append(piece.start())
        elif piece.group() in (")", "]", "}") and opened:
            opened.pop()
    return opened


def written_in_form(word: str, text: str, offset: int) -> int:
    """Returns where a word stands in the form that begins at an offset, -1 if it does not."""
    depth = 0
    for piece in _PIECE.finditer(text, offset):
        depth += (piece.group() in ("(", "[", "{")) - (piece.group() in (")", "]", "}"))
        if piece.group() == word:
            return piece.start()
        if depth <= 0:
            break
    return -1


def foreign_form(text: str, offset: int, interpreter: Any) -> tuple[str, int] | None:
    """Returns the outermost form around an offset that only other languages have, with its offset.

    Its parts are unbound too, but the form is the mistake: `x` in ``(doseq [x xs] …)``.
    """
    for bracket in open_brackets(text, offset):
        word = _WORD.match(text, bracket + 1)
        if word and word.group() in FOREIGN_FORMS and not is_known(word.group(), interpreter):
            return word.group(), word.start()
    return None


_ERROR_CLASS: Final = late_pattern(r"(?:[A-Z]\w*)?(?:Error|Exception)\Z")
_RAISE: Final = (
    '(error "what is wrong") raises an error, (throw value) any value; there are no classes'
)

# --- unbound names ------------------------------------------------------------------------------


def is_known(name: str, interpreter: Any) -> bool:
    """Tells whether a name means something everywhere in the program."""
    from lispcore.expanding.special_forms import SPECIAL_FORMS

    return name in interpreter.globals or name in SPECIAL_FORMS or name in interpreter.macros


# name = value, name += 1, name++ at the top of a program.
_ASSIGNMENT: Final = late_pattern(r"[^\s()]*\s*(?:[-+*/:]?=(?![=>])|\+\+|--)(?:\s|$)")
_PRINTING: Final = frozenset("print println display str string-append print-error".split())
# Namespaces of Clojure and Java, also as people shorten them, and our chapters that hold the like.
_NAMESPACES: Final = {
    "clojure.core": "list",
    "clojure.string": "string",
    "string": "string",
    "str": "string",
    "s": "string",
    "clojure.set": "list",
    "set": "list",
    "Math": "math",
    "clojure.math": "math",
    "walk": "list",
    "clojure.walk": "list",
    "edn": "json",
    "clojure.edn": "json",
    "clojure.data.json": "json",
}
_LIKENESS: Final = 0.7  # of two names, as difflib measures it: one is meant for the other


def _foreign_name(name: str, interpreter: Any) -> str | None:
    """Returns what another language's name is called here, or a hint; None if it is of none."""
    if (found := FOREIGN_NAMES.get(name)) is not None:
        return found
    namespace, _, bare = name.rpartition("/")
    if (chapter := _NAMESPACES.get(namespace)) is None or not bare:
        return None
    if bare in FOREIGN_NAMES:
        return FOREIGN_NAMES[bare]
    return next((each for each in (f"{chapter}/{bare}", bare) if is_known(each, interpreter)), None)


def suggestion(
    name: str,
    interpreter: Any,
    local_names: Sequence[str] = (),
    text: str = "",
    offset: int = -1,
) -> str:
    """Returns what to try for a name that means nothing.

    `local_names` are the variables in sight, `offset` says where in `text` the name stands.
    """
    brackets = open_brackets(text, offset) if offset >= 0 else []
    if offset >= 0 and not brackets and _ASSIGNMENT.match(text, offset):
        return "(define x 5) makes a variable, (set! x 6) changes it"
    if offset > 0 and text[offset - 1].isdigit():
        if name[:1] in ("x", "X") and text[offset - 1] == "0":
            return "a hexadecimal number is written #xFF"
        return "a name cannot begin with a digit; numbers and names are separated by a space"
    if brackets and brackets[-1] + 1 < offset and (infix := infix_hint(text, brackets[-1])):
        return infix
    heads = [_WORD.match(text, bracket + 1) for bracket in brackets[-2:]]
    if any(head and head.group() == "import" and head.start() != offset for head in heads):
        return '(import "file.lisp") brings in a file; the library is there without it'
    if name.startswith("~"):
        spliced = name.startswith("~@") or text[offset + 1 : offset + 2] == "@"
        return "in a template , puts a value in: `(1 ,x)" + (
            ", and ,@ its items" if spliced else ""
        )
    if name == "for" and offset >= 0 and (loop := counted_loop(text[offset : offset + 200])):
        return f"write {loop}"
    foreign = _foreign_name(name, interpreter)
    if foreign is not None:
        return f"here it is {foreign}" if " " not in foreign else foreign
    if any(each.startswith(f"{name} @") for each in (*interpreter.globals, *interpreter.macros)):
        return f"a module keeps {name} for itself: add it to its (export …) to use it elsewhere"
    near = near_names(name, interpreter, local_names)
    hint = f"did you mean {' or '.join(near)}?" if near else ""
    word = _WORD.match(text, brackets[-1] + 1) if brackets else None
    if word and word.group() in _PRINTING and word.start() != offset:
        quoted = f'a text stands in double quotes: "{name}"'
        return f"{hint} {quoted[0].upper()}{quoted[1:]}" if hint else quoted
    if hint:
        return hint
    if name[-1] == "." or _ERROR_CLASS.match(name):
        return _RAISE
    if name[:1] == "." or "." in name[1:-1]:
        return "methods do not exist here: functions take the value, as in (string/upper text)"
    if word and word.start() == offset:
        return f"define it with (define ({name} …) …) before it is called"
    return f"define it with (define {name} …) before it is used"


def near_names(name: str, interpreter: Any, local_names: Sequence[str]) -> list[str]:
    """Returns up to three names that look like `name`, the likeliest first."""
    import difflib

    from lispcore.expanding.special_forms import SPECIAL_FORMS

    candidates = [*interpreter.globals, *SPECIAL_FORMS, *interpreter.macros]
    # Python keeps names of its own among the globals.
    own = [each for each in candidates if not each.startswith("__")]
    names = [each for each in own if each and " " not in each and "%" not in each[:4]]
    names = list(dict.fromkeys([*local_names, *(each for each in names if "/%" not in each)]))
    names = [each for each in names if each != name]
    plain, tail = _plain(name), _tail(name)
    found = [each for each in names if _plain(each) == plain]
    if len(tail) > 2:
        found += [each for each in names if each == tail and each not in found]
    if not found:
        found = difflib.get_close_matches(name, _as_long(name, names), n=3, cutoff=_LIKENESS)
        if len(tail) > 2:
            found += [each for each in names if _tail(each) == tail and each not in found]
    return found[:3]


def _as_long(name: str, names: list[str]) -> list[str]:
    """Returns the names that are not too long or short to be alike: cheaper than comparing them."""
    size = len(name)
    return [each for each in names if 2 * min(size, len(each)) >= _LIKENESS * (size + len(each))]


@lru_cache(maxsize=4096)  # the names of the language are looked through for each mistake
def _plain(name: str) -> str:
    """Returns a name without what spellings differ in: string-index-of and String/indexOf."""
    return re.sub(r"[-/._:]", "", name).lower()


def _tail(name: str) -> str:
    return name.replace(".", "/").rpartition("/")[2].lower()


# --- calls --------------------------------------------------------------------------------------

_NUMBER_THEN_OPERATOR: Final = late_pattern(r"\(\s*(-?[\d.]+)\s*([-+*/%<>=]=?|\*\*)\s*([^\s()]*)")
# (price * 2): names and operators stand apart, or the operator would be a part of the name.
_NAME_THEN_OPERATOR: Final = late_pattern(
    r"\(\s*([^\s()\[\]{}\"';,`#:]\S*|\"[^\"]*\")\s+([-+*/%<>]|[<>=!]?==?|\*\*|&&|\|\||and|or|mod)\s+"
    r"([^\s()]*)"
)
_OPERATORS_HERE: Final = {
    "==": "=",
    "===": "=",
    "!=": "not=",
    "**": "expt",
    "&&": "and",
    "||": "or",
}


def call_hint(kind: str, head: str, text: str, offset: int) -> str:
    """Returns what to try where something of type `kind` is called.

    `head` is the word at the head of the form, `offset` where in `text` the form begins.
    """
    before = re.search(r"[^\s()\[\]{}\"'`,@#;]+$", text[: max(offset, 0)])
    if before and offset > 0:
        inside = text[offset + 1 : text.find(")", offset)]
        if "\n" not in inside:
            return f"the function stands inside the brackets: ({before.group()} {inside})"
    if infix := infix_hint(text, max(offset, 0)):
        return infix
    if kind == "nil" and head and head != "nil":
        return f"{head} has no value yet here; nil often comes from a look-up that found nothing"
    if head in ENTRIES:
        return f"a variable hides the function {head}: give it another name"
    if re.match(r"\(\s*\(", text[max(offset, 0) :]):
        result = "the inner (…) has given its value: is there a pair of brackets too many?"
    else:
        result = "the first item of (…) is called: expected a function or a keyword"
        if kind in ("string", "int", "float", "list"):
            result += "; data is written '(1 2) or (list 1 2)"
    if kind in ("map", "hashmap"):
        result += "; (get m key) looks up a map"
    if kind in ("list", "vector"):
        result += "; (nth xs i) gets an item"
    return result


def infix_hint(text: str, offset: int) -> str:
    """Returns what to write for a form with an operator between two operands, "" for others."""
    match = _NUMBER_THEN_OPERATOR.match(text, offset) or _NAME_THEN_OPERATOR.match(text, offset)
    if match is None:
        match = _operator_behind_form(text, offset)
    if match is None:
        return ""
    left, operator, right = match.groups()
    operator = _OPERATORS_HERE.get(operator, operator)
    return f"the operator comes first: ({operator} {left} {right or '…'})"


def _operator_behind_form(text: str, offset: int) -> re.Match[str] | None:
    """Returns the match for a form that begins with a form and an operator: ((f x) * 2)."""
    inner = re.compile(r"\(\s*(?=\()").match(text, offset)
    if inner is None:
        return None
    depth = 0
    for piece in _PIECE.finditer(text, inner.end(), offset + 500):
        depth += (piece.group() in ("(", "[", "{")) - (piece.group() in (")", "]", "}"))
        if depth <= 0:
            return _NAME_THEN_OPERATOR.match(f"(… {text[piece.end() :][:100]}")
    return None


def usage_of(name: str) -> str | None:
    """Returns the hint that shows how a library function is called."""
    entry = ENTRIES.get(name)
    if entry is None or entry.function is None or name in ("+", "-", "*", "/"):
        return None
    return f"it is called as ({' '.join((name, *entry.parameters.split()))})"


_ARGUMENT: Final = late_pattern(r"\S+: argument (\d+) expected (.+), got \S+$")


def order_hint(error: LispError, name: str, frame: FrameType) -> str | None:
    """Returns the hint that two arguments may have changed places, or None.

    `frame` is that of the library function `name`, which did not accept one of its arguments.
    """
    match = _ARGUMENT.match(error.message)
    entry = ENTRIES.get(name)
    code = frame.f_code
    its = getattr(entry.function, "__code__", None) if entry is not None else None
    # Also its steps (library_steps.py) have its name and its variables.
    if match is None or entry is None or its is None or its.co_qualname != code.co_qualname:
        return None
    values = [frame.f_locals.get(each) for each in code.co_varnames[: code.co_argcount]]
    if code.co_flags & 0x04:
        values += frame.f_locals.get(code.co_varnames[code.co_argcount], ())
    place = int(match.group(1)) - 1
    accepted = set(re.findall(r"[\w-]+", match.group(2)))
    for index, value in enumerate(values):
        if index != place and place < len(values) and _is_one_of(value, accepted):
            # The other one must not be at home where it stands: (string/index-of "abc" 5).
            if type_name(value) != type_name(values[place]) and _belongs(
                entry, index, values[place]
            ):
                return f"the order may be wrong: ({name} {entry.parameters})"
    return None


def _is_one_of(value: Value, accepted: set[str]) -> bool:
    return type_name(value) in accepted or ("function" in accepted and is_function(value))


# What the documentation calls the types of parameters -> the names of the types themselves.
_DOCUMENTED: Final = {
    "sequence": "list vector mutable-array",
    "integer": "int",
    "number": "int float ratio",
    "any": "",
}


def _belongs(entry: Any, index: int, value: Value) -> bool:
    """Tells whether the documentation wants such a value for the parameter at an index."""
    words = re.sub(r"[\[\]]", " ", entry.parameters).split()
    words = [word for word in words if word != "&"]
    if index >= len(words):
        return False
    kinds = words[index].partition(":")[2].split("|")
    wanted = {each for kind in kinds for each in _DOCUMENTED.get(kind, kind).split()}
    return _is_one_of(value, wanted) or (not wanted and type_name(value) != "nil")


_FROM_NIL: Final = "nil often comes from a look-up that found nothing, or from a missing default"
# (what was expected, what came) -> what to try.
_CONVERSIONS: Final = (
    ("", "nil", _FROM_NIL),
    ("string", "int", "(str x) makes a string of any value"),
    ("string", "float", "(str x) makes a string of any value"),
    ("string", "symbol", "(symbol->string x) gives the name of a symbol"),
    ("string", "keyword", "(keyword->string x) gives the name of a keyword"),
    ("string", "char", "(str c) makes a string of a character"),
    ("string", "bytevector", "(utf8->string bytes) reads bytes as text"),
    ("string", "list", '(string/join xs " ") joins the strings of a list'),
    ("symbol", "string", "(string->symbol text) makes a symbol"),
    ("keyword", "string", "(string->keyword text) makes a keyword; :name is one"),
    ("number", "string", "(string->number text) makes a number of a text"),
    ("int", "string", "(string->number text) makes a number of a text"),
    ("integer", "float", "(round x), (floor x) and (truncate x) give integers"),
    ("map", "list", "(map/from-entries pairs) makes a map of a list of pairs"),
    ("function", "symbol", "leave out the quote: the name alone stands for the function"),
    ("function", "nil", "(fn (x) …) makes a function"),
)


# Where more types than these are accepted, none of them is what was meant.
_MOST_MEANT: Final = 2


def conversion_hint(error: LispError, name: str = "") -> str | None:
    """Returns how to make the expected type out of the one that came, or None.

    `name` is that of the function that did not accept it: one that gives what came is not needed.
    """
    expected, got = str(error.fields.get("expected", "")), error.fields.get("got")
    entry = ENTRIES.get(name)
    given_back = {} if entry is None else re.findall(r"[\w-]+", entry.returns)
    if name.startswith(("string->", "string/to-")) and any(
        got in _KINDS_OF.get(each, (each,)) for each in given_back
    ):
        return f"it is {'an' if str(got)[0] in 'aeiou' else 'a'} {got} already: {name} is for texts"
    accepted = re.findall(r"[\w-]+", expected.replace(" or ", " "))
    for wanted, given, hint in _CONVERSIONS:
        if got == given and (not wanted or wanted in accepted):
            if wanted and len(accepted) > _MOST_MEANT:
                break
            return hint
    return None


_KINDS_OF: Final = {"number": ("int", "float", "ratio")}
