"""From a text to units: the forms that are expanded, and then compiled and run, at once.

A text is read whole, then expanded form by form. Forms are gathered into units that are compiled
together, so that functions which call one another are known to the compiler; a macro definition
ends a unit, because the code before it must have run when the macro is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple, Protocol

from lispcore.core.nodes import Node, next_number
from lispcore.expanding.expander import Expander
from lispcore.expanding.forms.module_forms import module_parts
from lispcore.expanding.modules import Module
from lispcore.expanding.special_forms import SPECIAL_FORMS
from lispcore.reading.reader import Source
from lispcore.running.module_files import Modules
from lispcore.running.progress import EXPANDED, READ, Progress
from lispcore.running.recompiling import CompiledUnit, Texts
from lispcore.tasks.process_settings import uncollected
from lispcore.values.types import Value

_SPLICED: Final = ("begin", "progn")
# How far it is, is looked at after so many forms.
_FORMS: Final = 50
_ENDS_UNIT: Final = frozenset("defmacro define-macro define-syntax import load".split())


class Session(Protocol):
    """What a session tells about itself."""

    macros: dict[str, Any]
    modules: Modules
    runs: int  # of compiled units
    progress: Progress

    @property
    def user_defined(self) -> set[str]:
        """The globals that the program has defined or set."""


class TextUnit(NamedTuple):
    """A unit of a text: its forms, expanded; what is kept of it; and to which module it belongs.

    `is_whole`: it is all of the text, and nothing has run that could have had a part in it.
    """

    nodes: list[Node]
    kept: CompiledUnit
    module: Module | None
    is_whole: bool


class _Waiting(NamedTuple):
    """A form to be expanded: its span, its module, and the module of the macro it came from."""

    form: Value
    span: Any
    module: Module | None
    home: Module | None


def units_of(
    source: Source, file: str, session: Session, module: Module | None, is_first: bool
) -> Iterator[TextUnit]:
    """Yields the units of a text, each of which must have run before the next is asked for.

    `file` is the name of their code; `module` that to which their names belong. `is_first` says
    that the session is new.
    """
    yield from _Units(source, file, session, module, is_first).run()


class _Units:
    """A text on its way into units."""

    def __init__(
        self, source: Source, file: str, session: Session, module: Module | None, is_first: bool
    ) -> None:
        self.source, self.file, self.session = source, file, session
        self.is_first = is_first
        self.expander = Expander(source.spans, session, module)
        self.expander.foretell(source.forms)
        self.waiting = [
            _Waiting(form, span, module, None)
            for form, span in zip(reversed(source.forms), reversed(source.top_spans), strict=True)
        ]
        self.nodes: list[Node] = []
        self.forms: list[tuple[Value, Any]] = []
        self.has_module = False  # some form of the unit belongs to one
        self.begin = self.moment()

    def moment(self) -> tuple[int, int, int]:
        """Returns what tells later whether anything has run or was expanded since."""
        return next_number(), self.session.runs, self.expander.expansions

    def run(self) -> Iterator[TextUnit]:
        while self.waiting:
            if self.session.macros:
                unit = self.next_unit()  # expanding may run code of the program
            else:
                with uncollected():
                    unit = self.next_unit()
            if unit is not None:
                yield unit

    def next_unit(self) -> TextUnit | None:
        """Expands forms until a unit is complete; None if nothing is left to run."""
        self.begin = self.moment()
        while self.waiting:
            form, span, module, home = self.expanded(self.waiting.pop())
            head = self.expander.head_of(form)
            if head in _SPLICED and form.count > 1:
                made = self.expander.form(form, span)
                places = range(len(made.items) - 1, 0, -1)
                self.waiting += [
                    _Waiting(made.items[at], made.span_at(at), module, home) for at in places
                ]
                continue
            if head == "module":
                self.open_module(form, span, module, home)
                continue
            if head in _ENDS_UNIT and self.nodes:
                self.waiting.append(_Waiting(form, span, module, home))  # a unit of its own
                return self.unit()
            self.nodes.append(self.expander.expand(form, None, span))
            if len(self.nodes) % _FORMS == 0:
                left = len(self.waiting) / (len(self.waiting) + len(self.nodes))
                self.session.progress.reached(EXPANDED - (EXPANDED - READ) * left)
            self.forms.append((form, span))
            self.has_module |= module is not None
            if head in _ENDS_UNIT:
                return self.unit()
        if not self.nodes:
            return None
        # What is in the unit follows from the text alone if no code has run so far.
        session = self.session
        has_run = session.runs or session.macros or self.expander.expansions
        return self.unit(self.is_first and not has_run)

    def expanded(self, waiting: _Waiting) -> _Waiting:
        """Returns a form with the macro calls at its head expanded."""
        form, span, module, home = waiting
        expander = self.expander
        expander.module = module
        expander.homes = [] if home is None else [home]
        while macro := expander.top_macro(form):
            made = expander.form(form, span)
            form, span = expander.expand_macro(macro, made), made.span
            home = self.session.modules.macro_homes.get(macro, home)
            expander.homes = [] if home is None else [home]
        return _Waiting(form, span, module, home)

    def open_module(
        self, form: Value, span: Any, module: Module | None, home: Module | None
    ) -> None:
        """Opens a module; its forms come next."""
        self.is_first = False
        name, exports, body = module_parts(self.expander, self.expander.form(form, span))
        forms = [each[0] for each in body]
        opened = self.session.modules.open(name, exports, forms, module)
        self.expander.module = opened
        self.expander.foretell(forms)
        self.waiting += [_Waiting(item, at, opened, home) for item, at in reversed(body)]

    def unit(self, is_whole: bool = False) -> TextUnit:
        """Returns what was gathered as a unit."""
        number, *before = self.begin
        texts = None
        if not self.has_module and before == [self.session.runs, self.expander.expansions]:
            # No macro and no module had a part in it: its forms can be expanded once more.
            taken = (self.session.user_defined & SPECIAL_FORMS.keys()) | self.expander.foretold
            texts = Texts(self.forms, self.source.spans, taken)
        unit = TextUnit(
            self.nodes, CompiledUnit(self.file, number, texts), self.expander.module, is_whole
        )
        self.nodes, self.forms, self.has_module = [], [], False
        return unit
