"""Pattern macros: (syntax-rules (literal …) (pattern template) …).

Hygiene is by renaming: a name that a template itself binds (in let, lambda, do, define …) becomes a
fresh symbol in every expansion; every other name means what it means where the macro is used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lispcore.expanding.expander import Form
from lispcore.values.atoms import fresh_symbol
from lispcore.values.comparing import equal
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import EMPTY, List, Symbol, Value, Vector, list_from, list_items

_BINDERS = frozenset("let let* letrec letrec* do".split())
_FUNCTIONS = frozenset("lambda fn".split())
_DEFINERS = frozenset("define defun defn def".split())


class Sequence:
    """What a pattern variable before ``...`` matched: one set of matches for each repetition."""

    def __init__(self, matches: list[dict[str, Any]]) -> None:
        self.matches = matches


def syntax_rules(name: str, form: Form) -> Callable[..., Value]:
    """Returns the macro function of a ``(syntax-rules …)`` form."""
    if type(form.items[1]) is not List:
        raise form.error("expected a list of literals after syntax-rules", 1)
    literals = {item.name for item in list_items(form.items[1]) if type(item) is Symbol}
    rules: list[tuple[list[Value], Value]] = []
    for index, rule in enumerate(form.items[2:], start=2):
        if type(rule) is not List or rule.count != 2 or type(rule.cells[1]) is not List:
            raise form.error("each rule is written (pattern template)", index)
        pattern, template = list_items(rule)
        _check_depth(template, form, index)
        rules.append((list_items(pattern)[1:], template))

    def expand(*arguments: Value) -> Value:
        for pattern, template in rules:
            found: dict[str, Any] = {}
            if _match_items(pattern, list(arguments), literals, found):
                renamed = {
                    each: fresh_symbol(each) for each in _introduced(template) if each not in found
                }
                return _fill(template, found, renamed)
        call = print_value(list_from([Symbol(name), *arguments]))
        raise LispError(
            f"{name}: no rule matches {call[:200]}",
            hint="compare the call with the patterns of its syntax-rules",
        )

    expand.__name__ = expand.__qualname__ = name
    return expand


def _is_ellipsis(item: Value) -> bool:
    return type(item) is Symbol and item.name == "..."


def _check_depth(template: Value, form: Form, index: int) -> None:
    stack = [template]
    while stack:
        item = stack.pop()
        if type(item) not in (List, Vector):
            continue
        items = list(item)
        for left, right in zip(items, items[1:], strict=False):
            if _is_ellipsis(left) and _is_ellipsis(right):
                raise form.error("a template takes one level of ... only", index)
        stack.extend(items)


def _match(pattern: Value, value: Value, literals: set[str], found: dict[str, Any]) -> bool:
    if type(pattern) is Symbol:
        if pattern.name in literals:
            return value is pattern
        if pattern.name != "_":
            found[pattern.name] = value
        return True
    if type(pattern) in (List, Vector):
        return type(value) is type(pattern) and _match_items(
            list(pattern), list(value), literals, found
        )
    return equal(pattern, value)


def _match_items(
    pattern: list[Value], values: list[Value], literals: set[str], found: dict[str, Any]
) -> bool:
    if len(pattern) >= 2 and type(pattern[-2]) is Symbol and pattern[-2].name == ".":
        head, rest = pattern[:-2], pattern[-1]
        if len(values) < len(head):
            return False
        return _match_items(head, values[: len(head)], literals, found) and _match(
            rest, list_from(values[len(head) :]), literals, found
        )
    at = next((i for i, item in enumerate(pattern) if _is_ellipsis(item)), None)
    if at is None or at == 0:
        if len(pattern) != len(values):
            return False
        pairs = zip(pattern, values, strict=True)
        return all(_match(p, v, literals, found) for p, v in pairs)
    before, repeated, after = pattern[: at - 1], pattern[at - 1], pattern[at + 1 :]
    count = len(values) - len(before) - len(after)
    if count < 0:
        return False
    if not _match_items(before, values[: len(before)], literals, found):
        return False
    matches: list[dict[str, Any]] = []
    for value in values[len(before) : len(before) + count]:
        each: dict[str, Any] = {}
        if not _match(repeated, value, literals, each):
            return False
        matches.append(each)
    for name in _names(repeated, literals):
        found[name] = Sequence(matches)
    return _match_items(after, values[len(before) + count :], literals, found)


def _names(pattern: Value, literals: set[str]) -> set[str]:
    names: set[str] = set()
    stack = [pattern]
    while stack:
        item = stack.pop()
        if type(item) is Symbol and item.name not in literals and item.name not in ("...", "_"):
            names.add(item.name)
        elif type(item) in (List, Vector):
            stack.extend(item)
    return names


def _introduced(template: Value) -> set[str]:
    """Returns the names that a template binds by itself."""
    names: set[str] = set()
    stack = [template]
    while stack:
        item = stack.pop()
        if type(item) not in (List, Vector):
            continue
        items = list(item)
        stack.extend(items)
        if type(item) is not List or len(items) < 2 or type(items[0]) is not Symbol:
            continue
        head, target = items[0].name, items[1]
        if head in _BINDERS:
            if type(target) is Symbol and len(items) > 2:
                names.add(target.name)
                target = items[2]
            if type(target) in (List, Vector):
                for pair in target:
                    if type(pair) in (List, Vector) and len(pair):
                        names |= _names(next(iter(pair)), set())
        elif head in _FUNCTIONS:
            names |= _names(target, {".", "&"})
        elif head in _DEFINERS and type(target) is List:
            names |= _names(list_from(list_items(target)[1:]), {".", "&"})
            # The name of an inner definition is renamed too; one at the top is meant to be seen.
    return names


def _fill(template: Value, found: dict[str, Any], renamed: dict[str, Symbol]) -> Value:
    if type(template) is Symbol:
        if template.name in found:
            return found[template.name]
        return renamed.get(template.name, template)
    if type(template) not in (List, Vector) or template is EMPTY:
        return template
    items = list(template)
    if len(items) == 2 and _is_ellipsis(items[0]):
        return items[1]  # (... ...) stands for the dots themselves
    result: list[Value] = []
    index = 0
    while index < len(items):
        item = items[index]
        if index + 1 < len(items) and _is_ellipsis(items[index + 1]):
            for each in _repetitions(item, found):
                result.append(_fill(item, {**found, **each}, renamed))
            index += 2
        else:
            result.append(_fill(item, found, renamed))
            index += 1
    if len(result) >= 2 and type(result[-2]) is Symbol and result[-2].name == ".":
        if type(result[-1]) is List:
            result = [*result[:-2], *list_items(result[-1])]
    return list_from(result) if type(template) is List else Vector(result)


def _repetitions(template: Value, found: dict[str, Any]) -> list[dict[str, Any]]:
    used = [found[name] for name in _names(template, set()) if name in found]
    sequences = [each for each in used if isinstance(each, Sequence)]
    if not sequences:
        raise LispError(
            f"syntax-rules: ... after {print_value(template)}, which repeats nothing",
            hint="put ... behind something that a pattern variable before ... matched",
        )
    count = max(len(sequence.matches) for sequence in sequences)
    merged: list[dict[str, Any]] = [{} for _ in range(count)]
    for sequence in sequences:
        for target, match in zip(merged, sequence.matches, strict=False):
            target.update(match)
    return merged
