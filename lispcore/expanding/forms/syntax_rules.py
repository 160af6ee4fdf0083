"""Pattern macros: (syntax-rules (literal …) (pattern template) …).

Hygiene is by renaming. A name that a template itself binds (in let, lambda, do, define …) becomes a
fresh symbol in every expansion. Every other name means what it means where the macro is defined: if
something else is bound to it where the macro is used, it gets another name in the expansion, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

from lispcore.expanding.name_scopes import PatternMacro, Scope
from lispcore.expanding.special_forms import Form
from lispcore.values.atoms import fresh_symbol
from lispcore.values.comparing import equal
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import EMPTY, List, Map, Symbol, Value, Vector, list_from, list_items

_BINDERS = frozenset("let let* letrec letrec* let-syntax letrec-syntax do".split())
_LOOPS = frozenset("for/list for/map for/filter for/fold".split())
# Forms that bind the first name of the list behind their own name.
_BINDERS_OF_ONE = frozenset("dotimes for-range when-let if-let guard".split())
_FUNCTIONS = frozenset("lambda fn".split())
_DEFINERS = frozenset("define defun defn def".split())


class Sequence:
    """What a pattern variable before ``...`` matched: one set of matches for each repetition.

    `depth` says behind how many ellipses the variable must stand in a template.
    """

    def __init__(self, matches: list[dict[str, Any]], depth: int) -> None:
        self.matches = matches
        self.depth = depth


# What a name in a template is called in an expansion, None if it stays as it is.
Names = Callable[[str], "Symbol | None"]


class Rules(PatternMacro):
    """The rules of one pattern macro: how its ellipsis is called, its literals, and the rules."""

    def __init__(self, name: str, form: Form, scope: Scope | None) -> None:
        self.name = name
        self.scope = scope
        self.ellipsis = "..."
        at = 1
        if type(form.items[1]) is Symbol:
            self.ellipsis = form.items[1].name  # (syntax-rules ellipsis (literal …) rule …)
            at = 2
        if len(form.items) <= at or type(form.items[at]) is not List:
            raise form.error("expected a list of literals after syntax-rules", at)
        self.literals = {item.name for item in list_items(form.items[at]) if type(item) is Symbol}
        if self.ellipsis in self.literals:
            self.ellipsis = ""  # then it is a literal, and nothing repeats
        self.rules: list[tuple[list[Value], Value]] = []
        for index, rule in enumerate(form.items[at + 1 :], start=at + 1):
            if type(rule) is not List or rule.count != 2 or type(rule.cells[1]) is not List:
                raise form.error("each rule is written (pattern template)", index)
            pattern, template = list_items(rule)
            self.check_pattern(pattern, form, index)
            self.rules.append((list_items(pattern)[1:], template))

    def expand(self, arguments: list[Value], names: Names) -> Value:
        """Returns the template of the first rule that fits, filled."""
        for pattern, template in self.rules:
            found: dict[str, Any] = {}
            if self.match_items(pattern, arguments, found):
                renamed = _introduced(template)
                own = renamed | _defined(template)
                filling = {each: fresh_symbol(each) for each in renamed if each not in found}
                for each in self.names(template) - own - found.keys():
                    other = names(each)
                    if other is not None:
                        filling[each] = other
                return self.fill(template, found, filling)
        call = print_value(list_from([Symbol(self.name), *arguments]))
        raise LispError(
            f"{self.name}: no rule matches {call[:200]}",
            hint="compare the call with the patterns of its syntax-rules",
        )

    # --- checks -------------------------------------------------------------------------------

    def is_ellipsis(self, item: Value) -> bool:
        """Tells whether an item says that what stands before it repeats."""
        return type(item) is Symbol and item.name == self.ellipsis

    def is_quoted(self, items: list[Value]) -> bool:
        """Tells whether the items are those of ``(... template)``, whose dots are plain."""
        return len(items) == 2 and self.is_ellipsis(items[0])

    def check_pattern(self, pattern: Value, form: Form, index: int) -> None:
        """Refuses a list with two ellipses: nobody could say where the second begins."""
        stack = [pattern]
        while stack:
            item = stack.pop()
            if type(item) in (List, Vector):
                items = list(item)
                if sum(map(self.is_ellipsis, items)) > 1:
                    dots = self.ellipsis
                    raise form.error(f"a list in a pattern may have one {dots} only", index)
                stack.extend(items)

    # --- matching -----------------------------------------------------------------------------

    def match(self, pattern: Value, value: Value, found: dict[str, Any]) -> bool:
        """Tells whether a pattern fits a form; `found` gets what its variables stand for."""
        if type(pattern) is Symbol:
            if pattern.name in self.literals:
                return value is pattern
            if pattern.name != "_":
                found[pattern.name] = value
            return True
        if type(pattern) in (List, Vector):
            return type(value) is type(pattern) and self.match_items(
                list(pattern), list(value), found
            )
        return equal(pattern, value)

    def match_items(self, pattern: list[Value], values: list[Value], found: dict[str, Any]) -> bool:
        """The same for the items of a list or vector."""
        if len(pattern) >= 2 and type(pattern[-2]) is Symbol and pattern[-2].name == ".":
            head, rest = pattern[:-2], pattern[-1]
            if any(map(self.is_ellipsis, head)):  # they take all: lists end in nothing here
                return self.match_items(head, values, found) and self.match(rest, EMPTY, found)
            if len(values) < len(head):
                return False
            return self.match_items(head, values[: len(head)], found) and self.match(
                rest, list_from(values[len(head) :]), found
            )
        at = next((i for i, item in enumerate(pattern) if self.is_ellipsis(item)), None)
        if at is None or at == 0:
            if len(pattern) != len(values):
                return False
            pairs = zip(pattern, values, strict=True)
            return all(self.match(p, v, found) for p, v in pairs)
        before, repeated, after = pattern[: at - 1], pattern[at - 1], pattern[at + 1 :]
        count = len(values) - len(before) - len(after)
        if count < 0:
            return False
        if not self.match_items(before, values[: len(before)], found):
            return False
        matches: list[dict[str, Any]] = []
        for value in values[len(before) : len(before) + count]:
            each: dict[str, Any] = {}
            if not self.match(repeated, value, each):
                return False
            matches.append(each)
        for name, depth in self.depths(repeated).items():
            found[name] = Sequence(matches, depth + 1)
        return self.match_items(after, values[len(before) + count :], found)

    def names(self, pattern: Value) -> set[str]:
        """Returns the names in a pattern or template that are no literals."""
        return _names(pattern, self.literals | {self.ellipsis})

    def depths(self, part: Value) -> dict[str, int]:
        """Returns the names in a part of a pattern or template that are no literals.

        Each with the number of ellipses that it stands before, the least if it stands there twice.
        """
        depths: dict[str, int] = {}
        without = self.literals | {self.ellipsis, "..."}
        stack = [(part, 0)]
        while stack:
            item, depth = stack.pop()
            if type(item) is Symbol:
                if item.name not in without and item.name != "_":
                    depths[item.name] = min(depth, depths.get(item.name, depth))
            elif type(item) in (List, Vector):
                stack += [(each, depth + dots) for each, dots in self.repeated_items(list(item))]
            elif type(item) is Map:
                stack += [(each, depth) for entry in item.entries() for each in entry]
        return depths

    def repeated_items(self, items: list[Value]) -> Iterator[tuple[Value, int]]:
        """Yields the items of a list, each with the number of ellipses right behind it."""
        at = 0
        while at < len(items):
            item = items[at]
            at += 1
            first = at
            while at < len(items) and self.is_ellipsis(items[at]):
                at += 1
            yield item, at - first

    # --- filling ------------------------------------------------------------------------------

    def fill(self, template: Value, found: dict[str, Any], renamed: dict[str, Symbol]) -> Value:
        """Returns a template with what its variables stand for in their places."""
        if type(template) is Symbol:
            value = found.get(template.name, found)
            if isinstance(value, Sequence):
                raise self.too_few(template.name)
            if value is not found:
                return value
            return renamed.get(template.name, template)
        if type(template) is Map:
            return Map.of(
                (self.fill(key, found, renamed), self.fill(value, found, renamed))
                for key, value in template.entries()
            )
        if type(template) not in (List, Vector) or template is EMPTY:
            return template
        items = list(template)
        if self.is_quoted(items):
            plain = copy(self)
            plain.ellipsis = ""
            return plain.fill(items[1], found, renamed)
        result: list[Value] = []
        for item, dots in self.repeated_items(items):
            if dots:
                result += self.fill_repeated(item, found, renamed, dots)
            else:
                result.append(self.fill(item, found, renamed))
        if len(result) >= 2 and type(result[-2]) is Symbol and result[-2].name == ".":
            if type(result[-1]) is List:
                result = [*result[:-2], *list_items(result[-1])]
        return list_from(result) if type(template) is List else Vector(result)

    def fill_repeated(
        self, template: Value, found: dict[str, Any], renamed: dict[str, Symbol], dots: int
    ) -> list[Value]:
        """Returns a part of a template with ellipses behind it, once for each repetition."""
        filled: list[Value] = []
        for each in self.repetitions(template, found, dots):
            inner = {**found, **each}
            if dots > 1:
                filled += self.fill_repeated(template, inner, renamed, dots - 1)
            else:
                filled.append(self.fill(template, inner, renamed))
        return filled

    def repetitions(
        self, template: Value, found: dict[str, Any], dots: int
    ) -> list[dict[str, Any]]:
        """Returns what the variables stand for in each repetition of a part of a template.

        Those that repeat are the ones whose depth the ellipses inside of the part do not use up.
        """
        sequences: list[Sequence] = []
        for name, depth in self.depths(template).items():
            value = found.get(name)
            if isinstance(value, Sequence) and value.depth >= depth + dots:
                sequences.append(value)
        ellipsis = self.ellipsis
        if not sequences:
            raise LispError(
                f"syntax-rules: {ellipsis} after {print_value(template)}, which repeats nothing",
                hint=f"put {ellipsis} behind something that a pattern variable before {ellipsis} "
                "matched",
            )
        counts = sorted({len(sequence.matches) for sequence in sequences})
        if len(counts) > 1:
            numbers = " and ".join(map(str, counts))
            raise LispError(
                f"syntax-rules: {ellipsis} after {print_value(template)} repeats variables that "
                f"matched {numbers} forms",
                hint="what is repeated together must be equally long",
            )
        merged: list[dict[str, Any]] = [{} for _ in range(counts[0])]
        for sequence in sequences:
            for target, match in zip(merged, sequence.matches, strict=True):
                target.update(match)
        return merged

    def too_few(self, name: str) -> LispError:
        """Returns the error for a variable that matched several forms and stands alone."""
        return LispError(
            f"syntax-rules: {name} stands in the template without {self.ellipsis}",
            hint=f"it matched any number of forms: write {name} {self.ellipsis}",
        )


def syntax_rules(name: str, form: Form, scope: Scope | None) -> Callable[..., Value]:
    """Returns the macro function of a ``(syntax-rules …)`` form, written in a scope."""
    rules = Rules(name, form, scope)

    def expand(*arguments: Value) -> Value:
        return rules.expand(list(arguments), lambda each: None)

    expand.__name__ = expand.__qualname__ = name
    expand.__dict__["rules"] = rules
    return expand


def _names(pattern: Value, without: set[str]) -> set[str]:
    names: set[str] = set()
    stack = [pattern]
    while stack:
        item = stack.pop()
        if type(item) is Symbol and item.name not in without and item.name not in ("...", "_"):
            names.add(item.name)
        elif type(item) in (List, Vector):
            stack.extend(item)
        elif type(item) is Map:
            stack.extend(each for entry in item.entries() for each in entry)
    return names


def _forms(template: Value) -> Iterator[tuple[str, list[Value]]]:
    """Yields the forms of a template that have a name in front: that, and their other items."""
    stack = [template]
    while stack:
        item = stack.pop()
        if type(item) not in (List, Vector):
            continue
        items = list(item)
        stack.extend(items)
        if type(item) is List and len(items) > 1 and type(items[0]) is Symbol:
            yield items[0].name, items[1:]


def _defined(template: Value) -> set[str]:
    """Returns the names that a template defines, which are meant to be seen."""
    names: set[str] = set()
    for head, (target, *_) in _forms(template):
        if head.startswith("def"):
            while type(target) is List and target.count:
                target = target.cells[target.count - 1]
            if type(target) is Symbol:
                names.add(target.name)
    return names


def _introduced(template: Value) -> set[str]:
    """Returns the names that a template binds by itself."""
    names: set[str] = set()
    for head, (target, *others) in _forms(template):
        if head == "catch" and type(target) is Symbol:
            names.add(target.name)
        elif head in _BINDERS_OF_ONE and type(target) in (List, Vector) and len(target):
            names |= _names(next(iter(target)), set())
        elif head in _BINDERS or head in _LOOPS:
            if type(target) is Symbol and others:
                names.add(target.name)
                target = others[0]
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
