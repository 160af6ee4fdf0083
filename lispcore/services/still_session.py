"""Expanding a program without ever running a part of it: a session in which nothing can run.

Macros by patterns are expanded, as that is only replacing; what a macro function gives is not
known, and what stands in a call of one is taken as it is.
"""

from __future__ import annotations

from typing import Any, Final

from lispcore.core.nodes import Call, Constant, Node, Span, next_number
from lispcore.expanding.defined_names import defined_names
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.module_forms import module_parts
from lispcore.expanding.modules import Module
from lispcore.expanding.name_scopes import PatternMacro, Scope
from lispcore.expanding.special_forms import Form, SpecialForm
from lispcore.library import LIBRARY
from lispcore.reading.positions import Source
from lispcore.values.errors import LispError
from lispcore.values.types import List, Map, Symbol, Value, Vector, list_items

# So many mistakes are told of one text.
MOST_MISTAKES: Final = 200
# So many expansions, and forms, are taken without looking at their size.
_FEW: Final = 10
_FEW_STEPS: Final = 20_000
# What a call is called whose meaning only a macro function knows.
OPAQUE: Final = "opaque"


class UnknownMacro:
    """A macro whose expansion only running it would tell."""


class _Homes:
    """The modules of macros: here each macro stands in the one text."""

    def __init__(self) -> None:
        self.macro_homes: dict[Any, Module] = {}


class StillSession:
    """What the expander asks of a session."""

    def __init__(self) -> None:
        self.globals: dict[str, Any] = dict(LIBRARY)
        self.macros: dict[str, Any] = {}
        self.user_defined: set[str] = set()
        self.modules = _Homes()
        self.last_macro: Node | None = None

    def enter_macro(self, name: str) -> None:
        """Makes a macro known that another file defines."""
        self.macros[name] = UnknownMacro()
        self.user_defined.add(name)

    def evaluate_node(self, node: Node) -> UnknownMacro:
        """Takes the function of a macro, which is not made."""
        self.last_macro = node
        return UnknownMacro()


class StillExpander(Expander):
    """Expands a text that may have mistakes, each of which costs the form that it is in."""

    def __init__(self, source: Source, session: StillSession) -> None:
        super().__init__(source.spans, session)
        self.errors: list[LispError] = []
        self.seen: set[tuple[int, int, str]] = set()
        # Macros by patterns can make any amount of a short text.
        self.steps = 0
        self.most_steps = _FEW_STEPS + len(source.text)
        # Names in what could not be expanded, or goes through a macro: they may mean anything.
        self.loose: set[str] = set()
        # Functions of macros: their bodies are part of the program, too.
        self.macro_functions: list[Node] = []
        self.opened: list[tuple[Module, Span]] = []
        # What was expanded: the first and last number of the variables made, and where it stands.
        self.ranges: list[tuple[int, int, Span]] = []
        # Where data stands, and what only a macro function understands.
        self.quoted: list[Span] = []
        self.opaque: list[Span] = []

    def note(self, error: LispError, span: Span) -> None:
        """Keeps a mistake, once."""
        if not error.line:
            error.line, error.column = span[0], span[1]
        key = (error.line, error.column, error.message)
        if key not in self.seen and len(self.errors) < MOST_MISTAKES:
            self.seen.add(key)
            self.errors.append(error)

    def expand_list(self, value: List, scope: Scope | None, span: Span) -> Node:
        try:
            self.steps += 1
            if self.steps > self.most_steps:
                raise LispError("the macros of this program make more of it than can be looked at")
            return super().expand_list(value, scope, span)
        except LispError as error:
            self.note(error, self.form(value, span).span)
            self.loose.update(symbols_in(value))
            return Constant(None, span)

    def expand_special(self, special: SpecialForm, form: Form, scope: Scope | None) -> Node:
        first = next_number()
        node = super().expand_special(special, form, scope)
        self.ranges.append((first, next_number(), form.span))
        if special.name in ("quote", "quasiquote"):
            self.quoted.append(form.span)
        elif special.name in ("defmacro", "define-macro"):
            self.macro_functions.append(self.interpreter.last_macro)
        return node

    def expand_macro(self, macro: Any, form: Form, scope: Scope | None = None) -> Value:
        made = super().expand_macro(macro, form, scope)
        if self.expansions > _FEW and not _is_bounded(made, self.most_steps):
            raise form.error("expands to more than can be looked at")
        return made

    def expand_in_home(self, macro: Any, form: Form, scope: Scope | None) -> Node:
        if isinstance(getattr(macro, "rules", None), PatternMacro):
            return super().expand_in_home(macro, form, scope)
        for item in form.items[1:]:
            self.loose.update(symbols_in(item))
        self.opaque.append(form.span)
        return Call(None, [], form.span, helper=OPAQUE)

    # --- a whole text -----------------------------------------------------------------------------

    def expand_text(self, source: Source) -> list[Node]:
        """Returns the core forms of a text; what is wrong is in `errors` then."""
        self.foretell(source.forms)
        waiting: list[tuple[Value, Any, Module | None]] = [
            (form, span, None)
            for form, span in zip(reversed(source.forms), reversed(source.top_spans), strict=True)
        ]
        nodes: list[Node] = []
        while waiting:
            form, span, self.module = waiting.pop()
            head = self.head_of(form)
            try:
                if head in ("begin", "progn") and form.count > 1:
                    made = self.form(form, span)
                    places = range(len(made.items) - 1, 0, -1)
                    waiting += [(made.items[at], made.span_at(at), self.module) for at in places]
                elif head == "module":
                    waiting += self.open_module(form, span)
                else:
                    nodes.append(self.expand(form, None, span))
            except LispError as error:
                self.note(error, span)
                self.loose.update(symbols_in(form))
        self.module = None
        return nodes

    def open_module(self, form: Value, span: Any) -> list[tuple[Value, Any, Module | None]]:
        """Opens a module; returns its forms, the last one first."""
        name, exports, body = module_parts(self, self.form(form, span))
        forms = [each[0] for each in body]
        opened = Module(name, len(self.opened) + 1, self.module, exports, "")
        for each in defined_names(forms):
            opened.define(each)
        self.opened.append((opened, span))
        self.module = opened
        self.foretell(forms)
        return [(item, at, opened) for item, at in reversed(body)]


def _is_bounded(form: Value, most: int) -> bool:
    """Tells whether a form has at most so many parts."""
    waiting = [form]
    while waiting and most > 0:
        part = waiting.pop()
        most -= 1
        kind = type(part)
        if kind is List and part.count:
            most -= part.count
            waiting += list_items(part)[: max(most, 0)]
        elif kind is Vector:
            waiting += part.items
    return most > 0


def symbols_in(form: Value) -> set[str]:
    """Returns the names of all symbols in a form."""
    found: set[str] = set()
    waiting = [form]
    while waiting:
        part = waiting.pop()
        kind = type(part)
        if kind is Symbol:
            found.add(part.name)
        elif kind is List and part.count:
            waiting += list_items(part)
        elif kind is Vector:
            waiting += part.items
        elif kind is Map:
            for key, value in part.entries():
                waiting += (key, value)
    return found
