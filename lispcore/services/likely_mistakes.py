"""What is probably a mistake, though a program with it runs: found in its forms and its nodes.

A key that stands twice in a map, a clause behind `else`, a value that nobody uses. And, which is
one surely, a template of `format` that does not fit its values.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lispcore.core.nodes import Call, Constant, Global, Node, Sequence, Span
from lispcore.core.walking import children
from lispcore.library.registry import ENTRIES, WaitKind
from lispcore.library.system.output import template_problem
from lispcore.reading.positions import Source
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import List, Map, Symbol, Value, Vector, list_items

# Of the functions in these chapters only the value matters.
_PURE_CHAPTERS: Final = frozenset(
    "arithmetic math lists strings predicates characters maps string_conversion string_case vectors"
    " searching arranging nested_maps statistics text csv_text toml_text yaml_text"
    " json_text".split()
)
_QUOTES: Final = frozenset(("quote", "quasiquote"))


def is_pure(name: str) -> bool:
    """Tells whether a function of the language does nothing but give a value."""
    entry = ENTRIES.get(name)
    return (
        entry is not None
        and entry.function is not None
        and entry.chapter in _PURE_CHAPTERS
        and entry.waits is WaitKind.NEVER
        and not name.endswith("!")
    )


def unused_values(roots: list[Node]) -> Iterator[tuple[str, Call]]:
    """Yields the calls of pure functions whose value goes nowhere, with the function's name."""
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        if type(node) is Sequence:
            for part in node.parts[:-1]:
                if type(part) is Call and type(part.function) is Global:
                    name = part.function.name
                    if is_pure(name):
                        yield name, part
        waiting += children(node)


def unused(name: str) -> LispError:
    """Returns the warning about a call whose value goes nowhere."""
    return LispError(
        f"the value of this ({name} …) is not used",
        kind="unused",
        hint="a body gives the value of its last form only: print it, name it or leave it out",
    )


def wrong_template(node: Call) -> LispError | None:
    """Returns the error of a call of `format` whose template is written in it, None if it fits."""
    if not node.arguments or type(node.arguments[0]) is not Constant:
        return None
    template = node.arguments[0].value
    if type(template) is not str:
        return None
    return template_problem(template, len(node.arguments) - 1)


def doubtful_forms(source: Source) -> Iterator[tuple[LispError, Span]]:
    """Yields what is doubtful in the forms as they were read, with its place."""
    waiting: list[Value] = list(source.forms)
    while waiting:
        form = waiting.pop()
        if type(form) is Map:
            yield from _doubled_keys(source, form)
            waiting += [each for entry in form.entries() for each in entry]
        elif type(form) is Vector:
            waiting += form.items
        elif type(form) is List and form.count:
            items = list_items(form)
            head = items[0].name if type(items[0]) is Symbol else ""
            if head in _QUOTES:
                continue
            if head in ("cond", "case"):
                yield from _unreachable(source, form, items)
            waiting += items


def _doubled_keys(source: Source, form: Map) -> Iterator[tuple[LispError, Span]]:
    for key, span in source.spans.doubled_keys(form):
        hint = "the last one counts: take one of them away, or give it another name"
        yield (
            LispError(f"{print_value(key)} stands twice in this map", kind="doubled", hint=hint),
            span,
        )


def _unreachable(
    source: Source, form: List, items: list[Value]
) -> Iterator[tuple[LispError, Span]]:
    for clause, following in zip(items[1:], items[2:], strict=False):
        if type(clause) in (List, Vector) and len(clause) > 1:
            first = next(iter(clause))
            place = source.spans.of(following)
            if type(first) is Symbol and first.name == "else" and place is not None:
                hint = "else holds always: put it last"
                yield (
                    LispError("this clause is never reached", kind="unreachable", hint=hint),
                    place,
                )
                return
