"""Makes random programs: broken texts, badly written forms, library calls with wild arguments.

Everything comes from one `random.Random`, so that a seed names a program for ever.
"""

from __future__ import annotations

import random

from lispcore.expander import SPECIAL_FORMS
from lispcore.library.registry import ENTRIES

PIECES = [
    *'( ) [ ] { } ( ) \' ` , ,@ #( #u8( #\\ #\\a #| |# #; ; \n " \\ \\n \\x41; \\u{ f" {x} #" . & _ '
    "1 -1 1.5 1e9 1e400 1/2 1/0 0x1F 0b2 1+ - + :a : :: a/b nil #t #f #true % %1 %2 é 日 😀 | "
    "\x00 \x7f � \u200b x y f inf nan +inf.0 ...".split(" "),
    " ",
]

ATOMS = (
    'nil #t #f 0 1 -1 2 3.5 -0.0 nan inf 1/2 100000000000000000000 1e300 "" "abc" "a\\nb" #\\a \'x :k '
    "() [] {} '(1 2) [1 [2]] {:a 1} '(a . b) (list nil) car (fn (x) x) (fn () (throw 1)) #u8(1 2) "
    '(delay 1) (values 1 2) (hashmap/new :a 1) (make-parameter 1) (range 5) (string->symbol "") '
    '#"a+" -9223372036854775808 4294967296 1000000000000 0.1 "é日😀" \'(1 . (2 . 3)) '
    '(list 1 "a" :b) ((fn () (define q 1) q)) \'nil \'() "12" "{\\"a\\": [1]}" \'((a 1) (b 2))'
)

# Names that wait, end the process, reach outside, or keep a machine busy on purpose.
EXCLUDED_PREFIXES = (
    "file/ path/ http/ llm/ sys/ io/ shell env kv/ sqlite/ db/ term/ exit sleep read-line read-stdin "
    "time/sleep async channel/ parallel web/ server/ load import agent tool conversation prompt/ "
    "log/ archive/ pdf/ archive process pty serial git notebook workflow mcp route ws/ websocket "
    "stream/ retry with-retry await task pipeline otel embedding vector-store gc "
).split()


def atoms() -> list[str]:
    """Returns the expressions whose values serve as arguments."""
    found: list[str] = []
    depth, start = 0, None
    text = ATOMS + " "
    quoted = False
    for index, char in enumerate(text):
        if start is None:
            if char == " ":
                continue
            start = index
        if char == '"' and text[index - 1] != "\\":
            quoted = not quoted
        elif not quoted and char in "([{":
            depth += 1
        elif not quoted and char in ")]}":
            depth -= 1
        elif char == " " and depth == 0 and not quoted:
            found.append(text[start:index])
            start = None
    return found


VALUES = atoms()
HEADS = [name for name in SPECIAL_FORMS if name not in ("load", "import", "time")]
FUNCTIONS = sorted(
    name
    for name, entry in ENTRIES.items()
    if entry.function is not None and not name.startswith(tuple(EXCLUDED_PREFIXES))
)


def random_text(source: random.Random) -> str:
    """Returns a text of tokens and halves of tokens."""
    return "".join(
        source.choice(PIECES) + source.choice(("", " ")) for _ in range(source.randint(1, 25))
    )


def random_form(source: random.Random, depth: int = 0) -> str:
    """Returns a form whose head is a special form more often than not, with any arguments."""
    if depth > 4 or source.random() < 0.35:
        return source.choice([*VALUES, "x", "y", "else", "_", "&", ".", "...", "=>", "%"])
    opening, closing = source.choice(("()", "()", "()", "()", "[]"))
    items = [random_form(source, depth + 1) for _ in range(source.randint(0, 4))]
    kind = source.random()
    if kind < 0.6:
        items.insert(0, source.choice(HEADS))
    elif kind < 0.75:
        items.insert(0, source.choice(FUNCTIONS))
    elif kind < 0.85:
        items = [f"({source.choice('xyz')} {item})" for item in items]
    mark = source.choice(("", "", "", "", "", "'", "`", ",", ",@", "#"))
    return (mark if mark != "#" or opening == "(" else "") + opening + " ".join(items) + closing


def random_call(source: random.Random) -> str:
    """Returns a call of a library function with arguments of any type and size."""
    name = source.choice(FUNCTIONS)
    count = source.choice((0, 1, 1, 1, 2, 2, 2, 3, 3, 4))
    return f"({' '.join([name, *(source.choice(VALUES) for _ in range(count))])})"


def random_program(source: random.Random) -> str:
    """Returns one random program."""
    maker = source.choice((random_text, random_form, random_call, random_call))
    return maker(source)
