"""Help inside the language: what a name means, which names there are, and all of it as data.

Everything comes from `registry.ENTRIES` and `expander.SPECIAL_FORMS`; the tests run each example
that is shown here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

import lispcore.expanding.forms  # noqa: F401  (fills the table of special forms)
from lispcore.expanding.special_forms import SPECIAL_FORMS
from lispcore.library.arguments import string_argument
from lispcore.library.registry import ENTRIES, Entry, function
from lispcore.tasks.context import host, interpreter
from lispcore.tasks.session import Session
from lispcore.values.errors import LispError
from lispcore.values.functions import documentation_of, parameter_names, takes_more, written_name
from lispcore.values.printing import print_value
from lispcore.values.types import (
    Symbol,
    Value,
    intern_symbol,
    is_lisp_function,
    list_from,
    type_name,
)

LINE_WIDTH = 88
# So many names are about one topic at most.
MOST_SHOWN = 24


def public_names() -> list[str]:
    """Returns all documented names, in order; those with % or __ are the language's own affair."""
    names = ENTRIES.keys() | SPECIAL_FORMS.keys()
    return sorted(name for name in names if "%" not in name and not name.startswith("__"))


def entry_of(name: str) -> Entry | None:
    """Returns what is known of a library function or a special form, None for other names."""
    form = SPECIAL_FORMS.get(name)
    if form is None:
        return ENTRIES.get(name)
    parameters = parameters_of(form.usage)
    return Entry(name, parameters, form.gives, form.text, form.examples, form.chapter, None, ())


def parameters_of(usage: str) -> str:
    """Returns what follows the name in the usage line of a form."""
    if not usage.startswith("("):
        return "expression"
    _head, _, rest = usage[1:].partition(" ")
    return rest.removesuffix(")")


def documented() -> Iterator[tuple[str, Entry]]:
    """Yields all documented names in order, each with what is known of it."""
    for name in public_names():
        entry = entry_of(name)
        if entry is not None:
            yield name, entry


@function(
    "apropos",
    "text:string|symbol",
    "list",
    "Returns the names that contain a text, in order, as a list of symbols. If no name does, the "
    "names whose description does; those of the program count as well. Upper and lower case make "
    "no difference.",
    [
        ('(apropos "string/trim-l")', "(string/trim-left)"),
        ('(apropos "no name is called like this")', "()"),
    ],
)
def apropos(text: Value) -> Value:
    wanted = text.name if type(text) is Symbol else string_argument("apropos", text, 1)
    wanted = wanted.lower()
    defined = [each for each in interpreter().user_defined if " " not in each and "%" not in each]
    names = sorted({*public_names(), *defined})
    found = [name for name in names if wanted in name.lower()]
    if not found:
        current = interpreter()
        found = [name for name, entry in documented() if wanted in entry.text.lower()]
        said = [name for name in defined if wanted in said_of(name, current).lower()]
        found = sorted({*found, *said})
    return list_from([intern_symbol(name) for name in found])


@function(
    "help",
    "[topic:string|symbol]",
    "nil",
    "Shows where to begin: the pages of the manual, and how names are found. With a topic it shows "
    "the pages and the names that are about it.",
    [("(help)", "nil"), ('(help "images")', "nil"), ('(help "nothing of this")', "error: topic")],
)
def show_help(topic: Value = None) -> None:
    if topic is None:
        host().write(contents())
        return
    word = topic.name if type(topic) is Symbol else string_argument("help", topic, 1)
    found = about(word)
    if not found:
        hint = '(help) shows all topics, and (apropos "text") looks in all descriptions'
        raise LispError(f"help: there is no topic “{word}”", kind="value", hint=hint)
    host().write(found)


def contents() -> str:
    """Returns the parts of the manual with their pages, and how to go on."""
    from lispcore.library.language.manual_pages import PAGES

    parts: dict[str, list[str]] = {}
    for part, name, title in PAGES:
        parts.setdefault(part, []).append(f"    {name:<12}{title}")
    lines = ["Topics of the manual:"]
    for part, pages in parts.items():
        lines += [f"  {part}", *pages]
    lines += [
        '(help "images") shows what there is about a topic, (doc map) documents a name,',
        '(apropos "file") finds names. The manual is behind Help in the page, and in docs/.',
    ]
    return "\n".join(lines) + "\n"


def about(word: str) -> str:
    """Returns the pages and names that a topic is about, "" if there are none."""
    from lispcore.library.language.manual_pages import PAGES

    wanted = word.strip().lower()
    stem = wanted.removesuffix("s")
    if not stem:
        return ""
    pages = [(name, title) for _, name, title in PAGES if stem in f"{name} {title}".lower()]
    entries = list(documented())
    near = [each for each in entries if stem in f"{each[0]} {each[1].chapter}".lower()]
    if not pages and not near:
        return ""
    said = [each for each in entries if stem in each[1].text.lower() and each not in near]
    lines = [f"Manual: {title} (docs/{name}.html beside the page)" for name, title in pages]
    names = [*near, *said]
    lines += [f"  {signature(name, entry)}" for name, entry in names[:MOST_SHOWN]]
    if len(names) > MOST_SHOWN:
        lines.append(f'  and {len(names) - MOST_SHOWN} more: (apropos "{wanted}")')
    lines.append("(doc name) tells more of each.")
    return "\n".join(lines) + "\n"


@function("help/%doc", "name:string", "nil", "What the form `doc` does: shows what is known.")
def show_documentation(name: Value) -> None:
    host().write(describe(string_argument("doc", name, 1)))


def describe(name: str) -> str:
    """Returns the documentation of a name as lines of text; raises `LispError` if unknown."""
    current = interpreter()
    if name in current.user_defined:
        return describe_defined(name, current)
    entry = entry_of(name)
    if entry is None:
        hint = current.suggest(name)
        if hint.startswith("define it"):
            hint = f'(apropos "{name}") looks for the text in all names and descriptions'
        raise LispError(f"doc: nothing is known of {name}", kind="unbound", hint=hint, name=name)
    return describe_entry(name, entry)


def describe_entry(name: str, entry: Entry) -> str:
    """Returns signature, description and examples of a library name."""
    lines = [f"{signature(name, entry)}    [{entry.chapter}]"]
    lines += wrapped(entry.text)
    others = [each for each in (entry.name, *entry.aliases) if each != name]
    if others:
        lines.append(f"  Also called {', '.join(others)}.")
    for program, value in entry.examples:
        lines.append(f"    {program}")
        lines.append(f"      => {value}" if not value.startswith("error: ") else f"      {value}")
    return "\n".join(lines) + "\n"


def signature(name: str, entry: Entry) -> str:
    """Returns how a name is used: ``(string/trim text:string) -> string``."""
    if entry.function is None and not entry.parameters:
        return f"{name} : {entry.returns}"
    used = f"({name} {entry.parameters})" if entry.parameters else f"({name})"
    return f"{used} -> {entry.returns}"


def wrapped(text: str) -> list[str]:
    """Returns a text as indented lines."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > LINE_WIDTH:
            lines.append("  " + line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, "  " + line] if line else lines


def describe_defined(name: str, current: Any) -> str:
    """Returns what can be said of something that the program itself defines."""
    macro = current.macros.get(name)
    if macro is None:
        return describe_value(current.globals.get(name), name, said_of(name, current))
    rules = getattr(macro, "rules", None)
    calls = [f"({name} {_parameters_of(macro)})".replace(" )", ")")] if rules is None else []
    if rules is not None:
        patterns = [list_from([intern_symbol(name), *pattern]) for pattern, _ in rules.rules]
        calls = [print_value(pattern) for pattern in patterns]
    said = documentation_of(macro)
    return "\n".join([*calls, *(indented(said) or ["  A macro of this program."])]) + "\n"


def said_of(name: str, current: Any) -> str:
    """Returns what the program says of something that it defines, "" for nothing."""
    if name in current.macros:
        return documentation_of(current.macros[name])
    value = current.globals.get(name)
    note = _notes.get(current, {}).get(name)
    if note is not None and note[0] is value:
        return note[1]
    return documentation_of(value) or _own_words(value)


def _own_words(value: Value) -> str:
    """Returns the description that a value, as a tool, has of itself."""
    words = getattr(getattr(value, "tool", value), "description", "")
    return words if isinstance(words, str) and type_name(value) == "tool" else ""


def describe_value(value: Value, name: str, said: str) -> str:
    """Returns what can be said of a value: for a function how it is called, for others the type."""
    said = said or documentation_of(value) or _own_words(value)
    if is_lisp_function(value):
        own = name or written_name(value) or "fn"
        called = f"({own} {_parameters_of(value)})".replace(" )", ")")
        return "\n".join([called, *(indented(said) or ["  A function of this program."])]) + "\n"
    for known, entry in documented():
        if entry.function is not None and entry.function is value:
            return describe_entry(known, entry)
    kind = type_name(value)
    what = f"{shortened(value)} is a value of the type {kind}."
    if name:
        what = f"{name} is a value of this program, of the type {kind}."
    return "\n".join([what, *indented(said)]) + "\n"


def _parameters_of(function: Any) -> str:
    return " ".join(parameter_names(function) + (["& more"] if takes_more(function) else []))


def indented(text: str) -> list[str]:
    """Returns the lines of a text that a program's author wrote, moved in a little."""
    return [f"  {line.strip()}".rstrip() for line in text.strip().split("\n")] if text else []


def shortened(value: Value) -> str:
    """Returns a value as it is printed, on one line."""
    shown: str = print_value(value).partition("\n")[0]
    return shown if len(shown) <= LINE_WIDTH else shown[: LINE_WIDTH - 1] + "…"


@function(
    "help/%doc-value",
    "value:any name:string",
    "nil",
    "What the form `doc` does with an expression.",
)
def show_value(value: Value, name: Value) -> None:
    host().write(describe_value(value, string_argument("doc", name, 2), ""))


# What (define name "documentation" value) says, by name, with the value that it is about.
_notes: WeakKeyDictionary[Session, dict[str, tuple[Value, str]]] = WeakKeyDictionary()


@function(
    "help/%note",
    "name:string text:string value:any",
    "nil",
    "What `define` does with the documentation of a value.",
)
def note(name: Value, text: Value, value: Value) -> None:
    _notes.setdefault(interpreter(), {})[name] = (value, text)


def documentation() -> list[dict[str, Any]]:
    """Returns the documentation of every public name as plain data.

    Each is ``{"name", "signature", "parameters", "returns", "text", "chapter", "examples",
    "aliases"}``; `examples` are ``[program, printed value]`` pairs.
    """
    return [
        {
            "name": name,
            "signature": signature(name, entry),
            "parameters": entry.parameters,
            "returns": entry.returns,
            "text": entry.text,
            "chapter": entry.chapter,
            "examples": [list(each) for each in entry.examples],
            "aliases": [each for each in (entry.name, *entry.aliases) if each != name],
        }
        for name, entry in documented()
    ]


def documentation_json() -> str:
    """Returns `documentation` as JSON text, for the page's completion and hover."""
    import json

    return json.dumps(documentation(), ensure_ascii=False)
