"""Class knowledge: of the record types that programs define with ``define-record-type``.

A definition at the top level makes functions that the compiler can write out (record_access.py),
for as long as nobody gives their names another meaning. The class of the records is made when the
definition runs; compiled code finds it in a global of its own.
"""

from __future__ import annotations

from typing import Any

from lispcore.compiler.kinds import RecordKind
from lispcore.core.nodes import Call, Constant, Lambda, Let, Node, Sequence, SetGlobal


class RecordFunction:
    """What a global does that a record definition has made.

    `work` is "constructor", "predicate", "accessor" or "modifier"; `instance` names the global that
    holds the class, `count` is the number of arguments, `field` the index of the field.
    """

    __slots__ = ("count", "field", "instance", "work")

    def __init__(self, work: str, instance: str, count: int, field: int = 0) -> None:
        self.work = work
        self.instance = instance
        self.count = count
        self.field = field

    @property
    def kind(self) -> RecordKind:
        """The class of the records."""
        return RecordKind(self.instance)


def record_functions(main: Lambda, first: int) -> dict[str, RecordFunction]:
    """Returns what the record definitions at the top level of a unit make.

    Each gets a global for its class, numbered from `first`, and says so to the runtime. A name that
    the unit defines or changes elsewhere, too, is left out.
    """
    found: dict[str, RecordFunction] = {}
    body = main.body
    for node in body.parts if type(body) is Sequence else [body]:
        made = _record_type(node)
        if made is None:
            continue
        name = f" record {first + len(found)}"
        made.arguments.append(Constant(name, made.span))
        assert type(node) is Let
        assert type(node.body) is Sequence
        for part in node.body.parts:
            if type(part) is SetGlobal and type(part.value) is Call:
                found[part.name] = _function(part.value, name)
    return found


def _record_type(node: Node) -> Call | None:
    """Returns the making of the type in what a record definition was expanded to."""
    if type(node) is not Let or len(node.bindings) != 1 or type(node.body) is not Sequence:
        return None
    value = node.bindings[0][1]
    return value if type(value) is Call and value.helper == "record_type" else None


def _function(value: Call, instance: str) -> RecordFunction:
    work = value.helper.removeprefix("record_")
    details: list[Any] = value.arguments[2:]
    detail: Any = details[0].value if details else 0
    if work == "constructor":
        return RecordFunction(work, instance, len(detail))
    return RecordFunction(work, instance, 2 if work == "modifier" else 1, detail)
