"""Type inference of globals: tables, lists and texts that a program defines once.

What is known counts in functions of the top level only, whose code is exchanged as soon as the name
is defined anew; never in a closure, which may outlive that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from lispcore.compiler.facts.inferred_kinds import HELPER_KINDS
from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.kinds import LIST, MAP, STR, VECTOR, Kind
from lispcore.compiler.meanings import meaning
from lispcore.core.nodes import Call, Constant, Node, SetGlobal
from lispcore.values.types import List, Map, Vector

_CLASSES = {Map: MAP, List: LIST, Vector: VECTOR, str: STR}


def global_kinds(
    definitions: Iterable[SetGlobal], facts: Facts, defined: Collection[str]
) -> dict[str, Kind]:
    """Returns the kinds of the globals that a unit defines; `defined` were known before it."""
    nodes = list(definitions)
    counts = Counter(node.name for node in nodes)
    kinds: dict[str, Kind] = {}
    for node in nodes:
        name = node.name
        if counts[name] > 1 or not node.is_definition or name in facts.unsafe or name in defined:
            continue
        kind = _kind(node.value, facts)
        if kind is not None:
            kinds[name] = kind
    return kinds


def _kind(value: Node, facts: Facts) -> Kind | None:
    if type(value) is Constant:
        return _CLASSES.get(type(value.value))
    if type(value) is not Call:
        return None
    if value.function is None:
        return HELPER_KINDS.get(value.helper)
    known = meaning(value, facts)
    result = None if known is None else known.result
    return result if type(result) is Kind and result in _CLASSES.values() else None
