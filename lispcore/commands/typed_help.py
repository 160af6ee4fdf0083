"""Help for what is typed in a session: what a word may become, and what a name means.

The answers about the text alone are those of every editor (services/helping.py); the session adds
what was defined before.
"""

from __future__ import annotations

from typing import Final

from lispcore.compiler.emit.python_syntax import mangle
from lispcore.hosts.embedding import Interpreter
from lispcore.library.language.help import entry_of, public_names
from lispcore.services import helping
from lispcore.services.syntax import all_tokens
from lispcore.services.typing_place import place_at
from lispcore.values.printing import pretty
from lispcore.values.types import is_function, type_name

MOST_SHOWN: Final = 2000  # characters of a value
_NO_NAMES: Final = frozenset(
    "string long regex fstring comment block character".split()  # what a place may be in
)

Offer = tuple[str, str, str]  # a name, its kind, its usage


def completed(lisp: Interpreter, text: str, at: int) -> tuple[int, list[Offer]]:
    """Returns where the word before `at` begins, and what it may become, the nearest first."""
    place = place_at(text, at)
    if place.kind in _NO_NAMES:
        return at, []
    prefix = place.prefix
    found = {
        each["label"]: (each["label"], each["kind"], each["detail"])
        for each in helping.completions(text, at)
    }
    if prefix and not prefix.startswith(":"):
        own = {*lisp.user_defined, *lisp.macros}
        for name in sorted(own):
            if name.startswith(prefix):
                found.setdefault(name, (name, "defined here", ""))
        # Names that only contain the word come after those that begin with it.
        for name in sorted({*public_names(), *own}):
            if prefix in name[1:] and name not in found:
                entry = None if name in own else entry_of(name)
                usage = "" if entry is None else entry.parameters
                found[name] = (name, "defined here" if entry is None else "library", usage)
    return at - len(prefix), list(found.values())


def described(lisp: Interpreter, text: str, at: int) -> str:
    """Returns what is known of the name at a place, or of the call around it; "" for nothing."""
    found = helping.hover(text, at) or (helping.hover(text, at - 1) if at else None)
    own = _own(lisp, found["name"] if found is not None else _name_at(text, at))
    if own:
        return own
    if found is not None:
        return f"{found['signature']}    [{found['kind']}]\n{found['text']}".rstrip()
    call = helping.signature(text, at)
    if call is None:
        return ""
    return _own(lisp, call["name"]) or f"{call['label']}\n{call['text']}".rstrip()


def _name_at(text: str, at: int) -> str:
    """Returns the name at a place, or the one that ends there; "" if there is none."""
    for each in all_tokens(text):
        if each.kind == "symbol" and each.start <= at <= each.end:
            return text[each.start : each.end]
    return ""


def _own(lisp: Interpreter, name: str) -> str:
    """Returns what a name of the session means; "" if it is none."""
    if name in lisp.macros:
        return f"{name}: a macro, defined here"
    if name not in lisp.user_defined or mangle(name) not in lisp.globals:
        return ""
    value = lisp.globals[mangle(name)]
    if is_function(value):
        return f"{name}: a function, defined here"
    token = lisp.enter()
    try:
        shown = pretty(value)
    finally:
        lisp.leave(token)
    cut = shown if len(shown) <= MOST_SHOWN else f"{shown[:MOST_SHOWN]} …"
    return f"{name}: {type_name(value)}, defined here\n{cut}"
