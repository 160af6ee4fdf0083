"""Which definition each name of a program means, and giving one another name everywhere.

The program is expanded as for running; the nodes that come out know their variable and mostly stand
where the name stands. Where a variable is bound is found afterwards: in the form that made it, the
first mention of its name that means nothing else.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from lispcore.core import nodes as core
from lispcore.core.nodes import Node, Span, Variable
from lispcore.core.walking import all_nodes
from lispcore.expanding.modules import PRIVATE_MARK
from lispcore.expanding.special_forms import SPECIAL_FORMS
from lispcore.library import LIBRARY
from lispcore.reading.reader import KIND
from lispcore.reading.recovery import read_recovering
from lispcore.services.diagnosing import diagnose
from lispcore.services.imported_names import Imports
from lispcore.services.still_session import StillExpander, StillSession
from lispcore.services.syntax import all_tokens
from lispcore.values.errors import LispError

# A name in the list behind one of these is also the key under which its value is looked for.
_KEYS: Final = re.compile(r":(?:keys|strs|syms)\s*\[[^\[\]()]*\Z")
_DEFINES_MACRO: Final = re.compile(r"\((?:defmacro|define-macro|define-syntax)\s+\(?\Z")
_SETS: Final = re.compile(r"\(\s*(?:def|set!)")
_LOOK_BACK: Final = 400
# What a name means: a variable of the expander's, or the name of a global or macro.
Meaning = Variable | str


class Mention(NamedTuple):
    """A name at a place of the text."""

    start: int
    end: int
    is_definition: bool


class Names:
    """The names of one text and what they mean."""

    def __init__(self, text: str, directory: str = "") -> None:
        self.text = text
        self.directory = directory
        self.read = read_recovering(text)
        session = StillSession()
        self.expander = StillExpander(self.read.source, session)
        imports = Imports(directory)
        imports.look_at(self.read.source.forms)
        for macro in imports.macros:
            session.enter_macro(macro)
        nodes = [*self.expander.expand_text(self.read.source), *self.expander.macro_functions]
        self.places: dict[str, list[int]] = defaultdict(list)
        for token in all_tokens(text):
            if token.kind == "symbol":
                self.places[text[token.start : token.end]].append(token.start)
        for starts in self.places.values():
            starts.sort()
        self.meanings: dict[int, Meaning] = {}  # by the offset of a mention
        self.definitions: dict[Meaning, list[int]] = defaultdict(list)
        self.scopes: dict[Variable, tuple[int, int]] = {}
        self._same: dict[Variable, Variable] = {}
        self._bound: dict[tuple[int, int, str], Variable] = {}  # by the form that binds it
        self.templates = sorted(self.offsets(span) for span in self.expander.quoted)
        self.read_nodes(nodes)
        self.read_exports()
        self.find_bindings(nodes)
        self.find_macros(set(session.macros) - imports.macros)

    # --- finding out ------------------------------------------------------------------------------

    def offsets(self, span: Span) -> tuple[int, int]:
        """Returns where a span begins and ends."""
        spans = self.read.source.spans
        return spans.offset(*span[:2]), spans.offset(*span[2:])

    def one(self, meaning: Meaning) -> Meaning:
        """Returns the variable that stands for all that are the same one, written once."""
        while isinstance(meaning, Variable) and meaning in self._same:
            meaning = self._same[meaning]
        return meaning

    def note(self, start: int, end: int, name: str, meaning: Meaning) -> None:
        """Notes what a mention means, if the name stands there, or in the template there."""
        if not self.is_token(start, name):
            if end > start:
                self.in_template(start, end, name, meaning)
            return
        known = self.meanings.setdefault(start, meaning)
        one, other = self.one(known), self.one(meaning)
        if one != other and isinstance(one, Variable) and isinstance(other, Variable):
            self._same[other] = one  # a form that was expanded twice

    def in_template(self, begin: int, end: int, name: str, meaning: Meaning) -> None:
        """Notes the mentions of a name in a part of a template, of which only that has a place."""
        if not _is_inside(begin, self.templates):
            return
        starts = self.places.get(name, [])
        for at in range(bisect_left(starts, begin), len(starts)):
            if starts[at] >= end:
                return
            if self.text[starts[at] - 1] in ",@":
                self.meanings.setdefault(starts[at], meaning)

    def is_token(self, start: int, name: str) -> bool:
        """Tells whether a name begins at an offset, and ends where it should."""
        starts = self.places.get(name, ())
        at = bisect_left(starts, start)
        return at < len(starts) and starts[at] == start

    def read_exports(self) -> None:
        """Notes the names that modules export."""
        for module, span in self.expander.opened:
            begin, end = self.offsets(span)
            begin = self.text.find("(", begin + 1, end)
            end = self.text.find(")", begin, end)
            for name in module.exports or ():
                starts = self.places.get(name, [])
                at = bisect_left(starts, begin)
                if begin >= 0 and at < len(starts) and starts[at] < end:
                    self.note(starts[at], 0, name, module.define(name))

    def read_nodes(self, roots: list[Node]) -> None:
        """Notes the mentions that nodes stand for."""
        for root in roots:
            for each in all_nodes(root):
                node: Any = each
                kind = type(node)
                if kind is core.Local:
                    self.note(*self.offsets(node.span), node.variable.name, node.variable)
                elif kind is core.Global:
                    plain = node.name.partition(PRIVATE_MARK)[0]
                    self.note(*self.offsets(node.span), plain, node.name)
                elif kind is core.SetGlobal:
                    plain = node.name.partition(PRIVATE_MARK)[0]
                    self.first_in(node.span, plain, node.name, node.is_definition)
                elif kind is core.SetLocal:
                    self.first_in(node.span, node.variable.name, node.variable, False)
                elif kind is core.Define:
                    self.first_in(node.span, node.variable.name, node.variable, True)

    def first_in(self, span: Span, name: str, meaning: Meaning, is_definition: bool) -> None:
        """Notes the first mention of a name in the form that defines or sets it."""
        begin, end = self.offsets(span)
        if not _SETS.match(self.text, begin):
            return
        starts = self.places.get(name, [])
        at = bisect_left(starts, begin)
        if at < len(starts) and starts[at] < end:
            self.meanings[starts[at]] = meaning
            if is_definition and starts[at] not in self.definitions[meaning]:
                self.definitions[meaning].append(starts[at])

    def find_bindings(self, roots: list[Node]) -> None:
        """Finds where the variables are bound that no definition has made."""
        variables = sorted(
            {each for root in roots for each in variables_of(root)}, key=lambda each: each.number
        )
        numbers = [each.number for each in variables]
        done: set[int] = set()
        for first, last, span in self.expander.ranges:  # inner forms come before those around them
            at = bisect_left(numbers, first)
            begin, end = self.offsets(span)
            while at < len(variables) and numbers[at] < last:
                variable = variables[at]
                at += 1
                if variable.number in done:
                    continue
                done.add(variable.number)
                self.scopes.setdefault(variable, (begin, end))
                if not self.definitions.get(self.one(variable)):
                    self.bind(variable, begin, end)

    def bind(self, variable: Variable, begin: int, end: int) -> None:
        """Takes the first mention of a variable's name in a form that means nothing else."""
        starts = self.places.get(variable.name, [])
        for at in range(bisect_left(starts, begin), len(starts)):
            start = starts[at]
            if start >= end:
                break
            if start not in self.meanings and not _is_inside(start, self.templates):
                self.meanings[start] = variable
                self.definitions[self.one(variable)].append(start)
                self._bound[begin, end, variable.name] = variable
                return
        self._is_same(variable, begin, end)

    def _is_same(self, variable: Variable, begin: int, end: int) -> None:
        """Notes that a name is written once and bound anew step by step, as `as->` does."""
        known = self._bound.get((begin, end, variable.name))
        if known is not None and self.one(known) != self.one(variable):
            one = self.one(variable)
            assert isinstance(one, Variable)
            kept = self.one(known)
            assert isinstance(kept, Variable)
            self._same[one] = kept

    def find_macros(self, names: set[str]) -> None:
        """Notes the mentions of macros, which leave no node."""
        for macro in names:
            plain = macro.partition(PRIVATE_MARK)[0]
            for start in self.places.get(plain, ()):
                if start in self.meanings:
                    continue
                before = self.text[max(0, start - _LOOK_BACK) : start]
                if _DEFINES_MACRO.search(before):
                    self.definitions[macro].append(start)
                elif not before.endswith("("):
                    continue
                self.meanings[start] = macro

    # --- answers ----------------------------------------------------------------------------------

    def name_at(self, offset: int) -> tuple[str, int] | None:
        """Returns the name at an offset (or just before it) and where it begins."""
        for token in all_tokens(self.text):
            if token.start > offset:
                break
            if token.kind == "symbol" and token.start <= offset <= token.end:
                return self.text[token.start : token.end], token.start
        return None

    def definition(self, offset: int) -> list[Mention]:
        """Returns where the name at an offset is defined, in this text."""
        return [each for each in self.mentions(offset) if each.is_definition]

    def mentions(self, offset: int) -> list[Mention]:
        """Returns all mentions of what the name at an offset means, in order."""
        found = self.name_at(offset)
        meaning = self.meanings.get(found[1]) if found else None
        if found is None or meaning is None:
            return []
        meaning = self.one(meaning)
        length = len(found[0])
        defined = {
            start
            for each, starts in self.definitions.items()
            if self.one(each) == meaning
            for start in starts
        }
        return [
            Mention(start, start + length, start in defined)
            for start in self.places[found[0]]
            if start in self.meanings and self.one(self.meanings[start]) == meaning
        ]

    def rename(self, offset: int, new: str) -> list[Mention]:
        """Returns the mentions to be replaced; raises `LispError` if the new name is wrong."""
        found = self.name_at(offset)
        if found is None:
            raise _refused("there is no name here", "put the cursor on a name")
        name, start = found
        if self.read.errors:
            raise _refused(
                "the program cannot be read as it is", "mend what is marked, then rename"
            )
        _check_new(new)
        mentions = self.mentions(start)
        if not any(each.is_definition for each in mentions):
            raise _refused(f"{name} is not defined in this program", None)
        meaning = self.one(self.meanings[start])
        begin, end = 0, len(self.text)
        if isinstance(meaning, Variable):
            begin, end = self.scopes.get(meaning, (begin, end))
        if any(begin <= place < end for place in self.places.get(new, ())):
            raise _refused(
                f"{new} already means something there", "choose a name that is not in use"
            )
        if isinstance(meaning, str) and (new in LIBRARY or new in SPECIAL_FORMS):
            raise _refused(f"{new} is a name of the language", "choose another name")
        for each in mentions:
            if _KEYS.search(self.text[max(0, each.start - _LOOK_BACK) : each.start]):
                raise _refused(
                    f"{name} is also the key :{name} of a map", f"write {{{new} :{name}}} instead"
                )
        self.check_macros(name, begin, end)
        self.check_result(mentions, new)
        return mentions

    def check_result(self, mentions: list[Mention], new: str) -> None:
        """Refuses what would make mistakes: a mention within a macro can be taken for another."""
        text = self.text
        for each in sorted(mentions, key=lambda each: -each.start):
            text = text[: each.start] + new + text[each.end :]
        if len(diagnose(text, directory=self.directory)) != len(
            diagnose(self.text, directory=self.directory)
        ):
            raise _refused(
                "with another name something in this program would mean nothing",
                "rename it by hand",
            )

    def check_macros(self, name: str, begin: int, end: int) -> None:
        """Refuses a name that a macro function might read in its own way."""
        regions = sorted(self.offsets(span) for span in self.expander.opaque)
        for place in self.places[name]:
            if begin <= place < end and place not in self.meanings and _is_inside(place, regions):
                raise _refused(
                    f"{name} stands in the call of a macro, which may mean something else by it",
                    "rename it by hand",
                )
        if self.expander.errors and name in self.expander.loose:
            raise _refused(
                f"{name} stands in a form that has a mistake", "mend what is marked, then rename"
            )


def variables_of(root: Node) -> Iterator[Variable]:
    """Yields the variables that the nodes of a tree bind."""
    for each in all_nodes(root):
        node: Any = each
        kind = type(node)
        if kind is core.Lambda:
            yield from node.parameters
            if node.rest is not None:
                yield node.rest
        elif kind is core.Let:
            yield from (variable for variable, _ in node.bindings)
        elif kind in (core.NamedLet, core.Define, core.Bind, core.Kept, core.ForEach, core.Try):
            yield node.variable


def _is_inside(offset: int, regions: list[tuple[int, int]]) -> bool:
    """Tells whether an offset is in one of some regions, which are sorted and may be nested."""
    at = bisect_left(regions, (offset + 1, 0))
    return any(begin <= offset < end for begin, end in regions[max(0, at - 50) : at])


def _check_new(new: str) -> None:
    match = KIND.fullmatch(new)
    special = SPECIAL_FORMS.get(new)
    if match is None or match.lastgroup != "symbol" or new in (".", "&", "_", "nil", "else"):
        raise _refused(f"{new or 'an empty text'} is no name", "a name has no spaces or brackets")
    if special is not None:
        raise _refused(f"{new} is a special form", "choose another name")


def _refused(message: str, hint: str | None) -> LispError:
    return LispError(f"rename: {message}", hint=hint)
