"""What is wrong with a program, found without running it, in the words of run time.

Found are mistakes of reading and forms of the wrong shape; names that mean nothing; calls with a
wrong number of arguments, of the language's functions and of the program's own; and options that a
function does not know. Whatever only running the program would tell is taken to be right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from lispcore.core.nodes import (
    Call,
    Constant,
    Define,
    Global,
    Lambda,
    Let,
    Local,
    NamedLet,
    Node,
    SetGlobal,
    SetLocal,
    Span,
    Try,
    Variable,
)
from lispcore.core.walking import children
from lispcore.expanding.modules import PRIVATE_MARK
from lispcore.expanding.special_forms import SPECIAL_FORMS
from lispcore.library import LIBRARY
from lispcore.library.arguments import unknown_option
from lispcore.library.registry import OPTIONS_OF, options_index
from lispcore.reading.recovery import read_recovering
from lispcore.services.arities import Arity, arity_error, arity_of_lambda, arity_of_python
from lispcore.services.imported_names import Imports
from lispcore.services.likely_mistakes import (
    doubtful_forms,
    unused,
    unused_values,
    wrong_template,
)
from lispcore.services.still_session import (
    MOST_MISTAKES,
    StillExpander,
    StillSession,
)
from lispcore.services.suggestions import foreign_form, suggestion
from lispcore.values.errors import LispError
from lispcore.values.types import Keyword, Map, Value, from_key

# Looking for names that are alike takes milliseconds: of so many.
_MOST_SUGGESTIONS: Final = 20
# With these a program may define what its text does not show.
_DEFINES_ANYTHING: Final = frozenset(("eval", "load"))


@dataclass(frozen=True)
class Diagnostic:
    """One mistake: `line` and `column` are 1-based, the end is exclusive.

    `severity` is "warning" where the program itself catches the error, and for what runs but is
    probably not meant (likely_mistakes.py).
    """

    line: int
    column: int
    end_line: int
    end_column: int
    severity: str
    kind: str
    message: str
    hint: str | None


class _Use(NamedTuple):
    """A global that is used, or called: where, and whether a `try` around it would catch."""

    name: str
    span: Span
    is_caught: bool


class _CallOf(NamedTuple):
    """A call: of a global or a variable."""

    target: str | Variable
    node: Call
    is_caught: bool


@dataclass
class _Facts:
    """What a program defines, uses and calls."""

    defined: dict[str, list[Node]] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    uses: list[_Use] = field(default_factory=list)
    calls: list[_CallOf] = field(default_factory=list)
    functions: dict[Variable, Lambda | None] = field(default_factory=dict)

    def collect(self, roots: Iterable[Node]) -> None:
        """Adds what is below some nodes."""
        waiting: list[tuple[Any, bool]] = [(node, False) for node in roots]
        while waiting:
            node, is_caught = waiting.pop()
            kind = type(node)
            if kind is Call:
                self.call(node, is_caught)
            elif kind is Global:
                self.uses.append(_Use(node.name, node.span, is_caught))
            elif kind is SetGlobal:
                self.set_global(node)
            elif kind is Define:
                self.bind(node.variable, node.value)
            elif kind is SetLocal:
                self.functions[node.variable] = None
            elif kind is Let:
                for variable, value in node.bindings:
                    self.bind(variable, value)
            elif kind is NamedLet:
                self.bind(node.variable, node.function)
            elif kind is Try:
                waiting.append((node.body, True))
                waiting.append((node.handler, is_caught))
                continue
            waiting += [(child, is_caught) for child in children(node)]

    def call(self, node: Call, is_caught: bool) -> None:
        """Notes a call whose function has a name."""
        function = node.function
        if type(function) is Global:
            self.calls.append(_CallOf(function.name, node, is_caught))
        elif type(function) is Local:
            self.calls.append(_CallOf(function.variable, node, is_caught))

    def set_global(self, node: SetGlobal) -> None:
        """Notes the definition of a global, or that it is changed."""
        if node.is_definition:
            self.defined.setdefault(node.name, []).append(node.value)
        else:
            self.changed.add(node.name)

    def bind(self, variable: Variable, value: Node) -> None:
        """Notes what a variable is bound to; a function only if that is all it ever is."""
        is_first = variable not in self.functions
        self.functions[variable] = value if is_first and type(value) is Lambda else None


def diagnose(text: str, name: str = "<check>", directory: str = "") -> list[Diagnostic]:
    """Returns what is wrong with a program, in the order of its text, without running it.

    Files that it imports are looked for below `directory`.
    """
    return _Diagnosis(text, name, directory).run()


class _Diagnosis:
    """One text being diagnosed."""

    def __init__(self, text: str, name: str, directory: str) -> None:
        self.text = text
        self.read = read_recovering(text, name)
        self.session = StillSession()
        self.expander = StillExpander(self.read.source, self.session)
        self.imports = Imports(directory)
        self.facts = _Facts()
        self.found: dict[tuple[int, int, str], Diagnostic] = {}
        self.suggestions: dict[str, str] = {}

    def run(self) -> list[Diagnostic]:
        source = self.read.source
        self.imports.look_at(source.forms)
        for macro in self.imports.macros:
            self.session.enter_macro(macro)
        nodes = self.expander.expand_text(source)
        self.facts.collect([*nodes, *self.expander.macro_functions])
        for error in self.read.errors:
            self.add(error, (error.line, error.column, error.line, error.column + 1))
        for error in self.expander.errors:
            place = (error.line, error.column)
            self.add(error, (*place, *self.end_of_head(*place)))
        if self.read.is_whole:
            self.check_names()
        self.check_calls()
        self.check_likely(nodes)
        return sorted(self.found.values(), key=lambda each: (each.line, each.column))

    def check_likely(self, nodes: list[Node]) -> None:
        """Finds what is probably a mistake: a warning for each."""
        for error, span in doubtful_forms(self.read.source):
            self.add(error, span, True)
        for name, node in unused_values([*nodes, *self.expander.macro_functions]):
            if self.is_library(name) and self.is_written(node, name):
                start = node.span[:2]
                self.add(unused(name), (*start, *self.end_of_head(*start)), True)

    def add(self, error: LispError, span: Span, is_warning: bool = False) -> None:
        """Keeps a mistake, once for each place."""
        severity = "warning" if is_warning else "error"
        one = Diagnostic(*span, severity, error.kind, error.message, error.hint)
        if len(self.found) < MOST_MISTAKES:
            self.found.setdefault((span[0], span[1], error.message), one)

    def end_of_head(self, line: int, column: int) -> tuple[int, int]:
        """Returns the end of what to mark of a form: its bracket and its head."""
        spans = self.read.source.spans
        start = spans.offset(line, column)
        found = _HEAD.match(self.text, start)
        return spans.place(found.end() if found else start + 1)

    # --- names ------------------------------------------------------------------------------------

    def is_loose(self, name: str) -> bool:
        """Tells whether a name may have a meaning that the text alone does not show."""
        return name in self.expander.loose or name in self.read.lost

    def check_names(self) -> None:
        """Finds globals that nothing defines."""
        facts = self.facts
        known = {*LIBRARY, *facts.defined, *self.session.macros, *self.imports.names}
        may_be_anything = self.imports.is_open or any(
            each.name in _DEFINES_ANYTHING for each in facts.uses
        )
        unknown = [each for each in facts.uses if each.name not in known and each.name[:1] != " "]
        if not unknown:
            return
        self.session.globals.update(dict.fromkeys((*facts.defined, *self.imports.names)))
        for use in sorted(unknown, key=lambda each: each.span):
            plain = use.name.partition(PRIVATE_MARK)[0]
            special = SPECIAL_FORMS.get(plain)
            if special is not None:
                error = LispError(
                    f"{plain} is a special form and has no value",
                    kind="unbound",
                    hint=f"write it as {special.usage}",
                )
                self.add(error, use.span, use.is_caught)
            elif not may_be_anything and not self.is_loose(plain):
                self.add_unknown(plain, use)

    def add_unknown(self, name: str, use: _Use) -> None:
        """Adds the error for a name that means nothing, or for the foreign form around it."""
        spans = self.read.source.spans
        line, column = use.span[:2]
        offset = spans.offset(line, column)
        base, end = self.form_around(offset)
        part = self.text[base:end]
        span = use.span
        form = foreign_form(part, offset - base, self.session)
        if form is not None:
            name, inner = form
            offset = base + inner
            span = spans.span(offset, offset + len(name))
        if self.text[offset : offset + len(name)] != name:
            # The place is that of the form around it, as of set! and of what a macro has made.
            written = token_of(name).search(self.text, offset, spans.offset(*span[2:]))
            if written is None:
                return
            span = spans.span(*written.span())
        hint = self.suggestions.get(name)
        if hint is None:
            few = len(self.suggestions) < _MOST_SUGGESTIONS
            hint = suggestion(name, self.session, (), part, offset - base) if few else ""
            self.suggestions[name] = hint
        error = LispError(f"Unbound variable: {name}", kind="unbound", hint=hint or None)
        self.add(error, span, use.is_caught)

    def form_around(self, offset: int) -> tuple[int, int]:
        """Returns where the top-level form around an offset stands; for an atom its line."""
        spans = self.read.source.spans
        line, column = spans.place(offset)
        for top in self.tops_near(line):
            if (top[0], top[1]) <= (line, column) < (top[2], top[3]) and top[0] != top[2]:
                return spans.offset(*top[:2]), spans.offset(*top[2:])
        start = self.text.rfind("\n", 0, offset) + 1
        end = self.text.find("\n", offset)
        return start, len(self.text) if end < 0 else end

    def tops_near(self, line: int) -> list[Span]:
        """Returns the spans of the top-level forms that touch a line."""
        if not hasattr(self, "by_line"):
            self.by_line = sorted(self.read.source.top_spans)
        from bisect import bisect_right

        at = bisect_right(self.by_line, (line, 1 << 30, 0, 0))
        return self.by_line[max(at - 1, 0) : at]

    # --- calls ------------------------------------------------------------------------------------

    def check_calls(self) -> None:
        """Finds calls with a wrong number of arguments, and options that there are not."""
        for target, node, is_caught in self.facts.calls:
            arity = self.arity_of(target)
            if arity is not None and not arity.takes(len(node.arguments)):
                name = target if isinstance(target, str) else target.name
                shown = name.partition(PRIVATE_MARK)[0]
                error = arity_error(shown, arity, len(node.arguments))
                start = node.span[:2]
                if self.is_written(node, shown):
                    self.add(error, (*start, *self.end_of_head(*start)), is_caught)
            if target == "format" and self.is_library("format"):
                problem = wrong_template(node)
                start = node.span[:2]
                if problem is not None and self.is_written(node, "format"):
                    self.add(problem, (*start, *self.end_of_head(*start)), is_caught)
            if isinstance(target, str) and target in OPTIONS_OF and self.is_library(target):
                self.check_options(target, node, is_caught)

    def is_written(self, node: Call, name: str) -> bool:
        """Tells whether a call stands in the text as it is, so that no macro made it."""
        start = self.read.source.spans.offset(*node.span[:2])
        assert node.function is not None
        at = self.read.source.spans.offset(*node.function.span[:2])
        return self.text[start : start + 1] == "(" and self.text[at : at + len(name)] == name

    def is_library(self, name: str) -> bool:
        """Tells whether a name means what it means in the language."""
        is_own = name in self.facts.defined or name in self.facts.changed
        return name in LIBRARY and not (is_own or self.is_loose(name) or name in self.imports.names)

    def arity_of(self, target: str | Variable) -> Arity | None:
        """Returns how many arguments a function takes, None if that is not certain."""
        if isinstance(target, Variable):
            function = self.facts.functions.get(target)
            if function is None or target.assigned or self.is_loose(target.name):
                return None
            return arity_of_lambda(function)
        if self.is_library(target):
            return arity_of_python(LIBRARY[target])
        plain = target.partition(PRIVATE_MARK)[0]
        values = self.facts.defined.get(target, [])
        if (
            len(values) != 1
            or target in self.facts.changed
            or target in LIBRARY
            or target in self.imports.names
            or self.is_loose(plain)
        ):
            return None
        value = values[0]
        return arity_of_lambda(value) if type(value) is Lambda else None

    def check_options(self, name: str, node: Call, is_caught: bool) -> None:
        """Finds options that a function does not know, in a map that is written in the call."""
        # The options may follow where an argument before them is left out.
        rest = node.arguments[options_index(name) :] or node.arguments[-1:]
        given = rest[0] if rest else None
        accepted = OPTIONS_OF[name]
        for key in written_keys(given):
            if type(key) is not Keyword or key.name in accepted:
                continue
            assert given is not None
            spans = self.read.source.spans
            start, end = spans.offset(*given.span[:2]), spans.offset(*given.span[2:])
            found = token_of(f":{key.name}").search(self.text, start, end)
            if found:
                shown = "defagent" if name == "llm/%agent" else name
                self.add(
                    unknown_option(shown, key, accepted),
                    spans.span(found.start(), found.end()),
                    is_caught,
                )


def token_of(text: str) -> re.Pattern[str]:
    """Returns a pattern for a name or keyword that stands by itself."""
    around = r"[^\s()\[\]{}\"';,`@]"
    return re.compile(rf"(?<!{around}){re.escape(text)}(?!{around})")


def written_keys(node: Node | None) -> list[Value]:
    """Returns the keys of a map that is written where a node stands."""
    if type(node) is Constant and type(node.value) is Map:
        return [from_key(key) for key in node.value.ordered_keys()]
    if type(node) is Call and node.helper == "map":
        return [each.value for each in node.arguments[::2] if type(each) is Constant]
    return []


_HEAD: Final = re.compile(r"\(?[^\s()\[\]{}\"';]*")
