"""Forms -> core forms: names, macros, bodies and definitions.

Everything about names ends here: the nodes that come out refer to `Variable` objects and globals.
What a special form becomes is its own affair (special_forms.py, forms/).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lispcore.core.nodes import (
    Call,
    Constant,
    Define,
    Global,
    Lambda,
    Local,
    Node,
    Sequence,
    SetGlobal,
    SetLocal,
    Span,
    Variable,
)
from lispcore.expanding.defined_names import defined_names
from lispcore.expanding.modules import global_of
from lispcore.expanding.name_scopes import PatternMacro, Scope, find, nearest
from lispcore.expanding.special_forms import SPECIAL_FORMS, Form, Places, Reach, SpecialForm
from lispcore.values.atoms import fresh_symbol
from lispcore.values.calls import call
from lispcore.values.errors import Frame, LispError
from lispcore.values.types import (
    EMPTY,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    from_key,
    intern_symbol,
    list_from,
    list_items,
)

if TYPE_CHECKING:
    from lispcore.expanding.modules import Module
    from lispcore.reading.reader import Spans

# Code nested deeper than this is refused with an error; data has no such limit.
MAXIMUM_NESTING = 900
# A macro that expands into itself this often is taken to be endless.
MAXIMUM_EXPANSIONS = 10_000

NOWHERE: Span = (0, 0, 0, 0)


class Expander:
    """Expands the forms of one unit. `macros` and `global_names` belong to the interpreter."""

    def __init__(self, spans: Spans, interpreter: Any, module: Module | None = None) -> None:
        self.spans = spans
        self.interpreter = interpreter
        self.module = module
        # The modules of the macros whose expansions are being expanded.
        self.homes: list[Module] = []
        self.macros: dict[str, Any] = interpreter.macros
        self.has_inner_macros = False  # some scope has macros of its own
        self.foretold: set[str] = set()  # special forms that the text itself defines, as globals
        self.defined_here: set[str] = set()  # all globals that the text itself defines
        # Names in the expansions of pattern macros that are bound to something else where these
        # are used: other name -> (name, the scope where the macro was defined).
        self.aliases: dict[str, tuple[str, Scope | None]] = {}
        self.depth = 0
        self.expansions = 0
        # Forms that the expander made itself: identity -> (form, span, spans of the items).
        self.derived: dict[int, tuple[Value, Span, tuple[Span, ...]]] = {}
        self.read = spans.table  # the same for what the reader made

    # --- spans ------------------------------------------------------------------------------

    def form(self, value: List, span: Span) -> Form:
        """Returns a list as a `Form`; `span` serves where the reader has not seen the list."""
        entry = self.derived.get(id(value)) or self.read.get(id(value))
        if entry is not None:
            return Form(list_items(value), entry[1], entry[2])
        return Form(list_items(value), span, None)

    def children(self, value: Value) -> Places | None:
        """Returns the spans of the items of a form, if they are known."""
        derived = self.derived.get(id(value))
        return self.spans.children(value) if derived is None else derived[2]

    def derive(self, form: Value, span: Span, children: tuple[Span, ...]) -> None:
        """Notes where a form made during expansion stands."""
        self.derived[id(form)] = (form, span, children)

    # --- expansion --------------------------------------------------------------------------

    def expand(self, form: Value, scope: Scope | None, span: Span) -> Node:
        """Returns the core form of any form."""
        kind = type(form)
        if kind is List:
            if form is EMPTY:
                return Constant(None, span)  # () is nil in the dialect, only '() is a list
            depth = self.depth = self.depth + 1
            if depth > MAXIMUM_NESTING:
                raise LispError(
                    f"code is nested more than {MAXIMUM_NESTING} levels deep",
                    kind="reader",
                    line=span[0],
                    column=span[1],
                    hint="move inner parts into functions of their own",
                )
            try:
                return self.expand_list(form, scope, span)
            finally:
                self.depth -= 1
        if kind is Symbol:
            return self.reference(form.name, scope, span)
        if kind is Vector:
            return self.expand_vector(form, scope, span)
        if kind is Map:
            return self.expand_map(form, scope, span)
        return Constant(form, span)

    def reference(self, name: str, scope: Scope | None, span: Span) -> Node:
        """Returns the core form of a name."""
        while scope is not None:
            variable = scope.variables.get(name)
            if variable is not None:
                return Local(variable, span)
            scope = scope.parent
        if name in self.aliases:
            return self.reference(*self.aliases[name], span)
        if self.module is None and not self.homes:
            return Global(global_of(name), span)
        return Global(self.global_name(name), span)

    def global_name(self, name: str) -> str:
        """Returns the global that a name means in the module of this code."""
        module = self.module
        if module is None and not self.homes:
            return global_of(name)
        found = None if module is None else module.find(name)
        if found is not None:
            return found
        name = global_of(name)
        if name in self.interpreter.globals or name in self.macros:
            return name
        for home in reversed(self.homes):
            found = home.find(name)
            if found is not None:
                return found
        if name in SPECIAL_FORMS:
            return name
        # Nobody knows it yet: in a file it can only be something that the file defines later on.
        file = None if module is None else module.file()
        return name if file is None else file.private_name(name)

    def define_macro(self, name: str, macro: Any) -> None:
        """Makes a macro known under a name at the top level of this code."""
        target = global_of(name)
        if self.module is not None:
            target = self.module.define(name)
            self.interpreter.modules.macro_homes[macro] = self.module
        self.macros[target] = macro
        self.interpreter.user_defined.add(target)

    # --- what the name at the head of a form means ----------------------------------------------

    def foretell(self, forms: list[Value]) -> None:
        """Notes the names of special forms that a text of the module defines at its top level.

        There they mean the definition from the start: a function may be used above its definition.
        """
        for name in defined_names(forms, macros=False):
            self.defined_here.add(self.global_name(name))
            special = SPECIAL_FORMS.get(name)
            if special is not None and special.reach is Reach.FREE:
                self.foretold.add(self.global_name(name))

    def special(self, name: str, scope: Scope | None) -> SpecialForm | None:
        """Returns the special form that a name means at the head of a form, None if it is none."""
        special = SPECIAL_FORMS.get(name)
        if special is None or special.reach is Reach.KEPT:
            return special
        if special.reach is Reach.BUT_MACROS:
            if not (self.macros or self.has_inner_macros):
                return special
            bound = nearest(scope, name)
            if bound is None:
                is_macro = self.global_name(name) in self.macros
            else:
                is_macro = type(bound) is not Variable
            return None if is_macro else special
        if nearest(scope, name) is not None:
            return None
        target = self.global_name(name)
        is_taken = target in self.interpreter.user_defined or target in self.foretold
        return None if is_taken else special

    def head_of(self, form: Value) -> str:
        """Returns the name at the head of a form of the top level, "" if there is none.

        Also "" for the name of a special form that the program has given another meaning.
        """
        if type(form) is not List or not form.count:
            return ""
        head = form.cells[form.count - 1]
        if type(head) is not Symbol:
            return ""
        is_taken = head.name in SPECIAL_FORMS and self.special(head.name, None) is None
        return "" if is_taken else str(head.name)

    def top_macro(self, form: Value) -> Any:
        """Returns the macro function that a form of the top level calls, or None."""
        if not self.macros or type(form) is not List or not form.count:
            return None
        head = form.cells[form.count - 1]
        if type(head) is not Symbol or self.special(head.name, None) is not None:
            return None
        return self.macros.get(self.global_name(head.name))

    def expand_list(self, value: List, scope: Scope | None, span: Span) -> Node:
        """Returns the core form of a special form, a macro call or a call."""
        form = self.form(value, span)
        head = form.items[0]
        if type(head) is Symbol:
            name, seen = head.name, scope
            if name in self.aliases and nearest(scope, name) is None:
                name, seen = self.aliases[name]
                form.name = name
            special = self.special(name, seen)
            if special is not None:
                return self.expand_special(special, form, scope)
            bound = nearest(seen, name)
            if bound is None:
                target = self.global_name(name)
                macro = self.macros.get(target)
                if macro is not None:
                    return self.expand_in_home(macro, form, scope)
                function: Node = Global(target, form.span_at(0))
            elif type(bound) is Variable:
                function = Local(bound, form.span_at(0))
            else:
                return self.expand_in_home(bound, form, scope)
        else:
            function = self.expand(head, scope, form.span_at(0))
        return Call(function, self.expand_items(form, 1, scope), form.span)

    def expand_items(self, form: Form, start: int, scope: Scope | None) -> list[Node]:
        """Returns the core forms of the items from `start`."""
        items, spans = form.items, form.spans
        if start:
            items = items[start:]
        if spans is None or len(spans) < len(form.items):
            return [
                self.expand(item, scope, form.span_at(index))
                for index, item in enumerate(items, start)
            ]
        nodes: list[Node] = []
        for item, span in zip(items, spans[start:] if start else spans, strict=False):
            kind = type(item)
            if kind is Symbol:
                nodes.append(self.reference(item.name, scope, span))
            elif kind is List or kind is Vector or kind is Map:
                nodes.append(self.expand(item, scope, span))
            else:
                nodes.append(Constant(item, span))
        return nodes

    def expand_special(self, special: SpecialForm, form: Form, scope: Scope | None) -> Node:
        """Checks how many arguments a special form got, and expands it."""
        count = len(form.items) - 1
        form.usage = special.usage
        maximum = special.maximum
        if count < special.minimum or (maximum is not None and count > maximum):
            least = special.minimum
            if maximum is None:
                expected = f"{least} or more arguments"
            elif maximum == least:
                expected = f"{least} argument{'' if least == 1 else 's'}"
            else:
                expected = f"{least} or {maximum} arguments"
            raise LispError(
                f"{form.name} expects {expected}, got {count}",
                kind="arity",
                line=form.span[0],
                column=form.span[1],
                hint=f"write it as {special.usage}",
            )
        return special.handler(self, form, scope)

    def expand_in_home(self, macro: Any, form: Form, scope: Scope | None) -> Node:
        """Expands a macro call; names that only the macro's module knows mean those."""
        expansion = self.expand_macro(macro, form, scope)
        home = self.interpreter.modules.macro_homes.get(macro)
        if home is None:
            return self.expand(expansion, scope, form.span)
        self.homes.append(home)
        try:
            return self.expand(expansion, scope, form.span)
        finally:
            self.homes.pop()

    def expand_macro(self, macro: Any, form: Form, scope: Scope | None = None) -> Value:
        """Calls a macro once and returns the form that it gives."""
        self.expansions += 1
        if self.expansions > MAXIMUM_EXPANSIONS:
            raise form.error(f"expanded more than {MAXIMUM_EXPANSIONS} times: it never ends")
        rules = getattr(macro, "rules", None) if scope is not None else None
        try:
            if isinstance(rules, PatternMacro):
                return rules.expand(
                    form.items[1:], lambda name: self.alias(name, scope, rules.scope)
                )
            return call(macro, *form.items[1:])
        except Exception as error:
            # The stack of the error goes on with the place where the macro was used.
            place = Frame(f"expansion of {form.name}", *form.span[:2])
            places = (*getattr(error, "expansions", ()), place)
            error.expansions = places  # type: ignore[attr-defined]  # errors of any class
            raise

    def alias(self, name: str, used: Scope | None, defined: Scope | None) -> Symbol | None:
        """Returns another name for one of a template, None if it means the same in both scopes."""
        bound = nearest(used, name)
        meant = nearest(defined, name)
        if bound is meant:
            return None
        if meant is None:
            target = self.global_name(name)
            special = SPECIAL_FORMS.get(name)
            is_form = special is not None and special.reach is Reach.FREE
            known = target in self.interpreter.globals or target in self.macros or is_form
            if not (known or target in self.defined_here):
                return None  # nobody knows it: it may be part of some form, as `else` is
        symbol = fresh_symbol(name)
        self.aliases[symbol.name] = (name, defined)
        return symbol

    def datum(self, value: Value) -> Value:
        """Returns quoted data with the names that it was written with."""
        if not self.aliases:
            return value
        kind = type(value)
        if kind is Symbol and value.name in self.aliases:
            return self.datum(intern_symbol(self.aliases[value.name][0]))
        if kind is List or kind is Vector:
            items = list(value)
            plain = [self.datum(each) for each in items]
            if any(new is not old for new, old in zip(plain, items, strict=True)):
                return list_from(plain) if kind is List else Vector(plain)
        return value

    def expand_vector(self, form: Vector, scope: Scope | None, span: Span) -> Node:
        """Returns the core form of a vector literal, whose items are evaluated."""
        span = self.spans.of(form) or span
        children = self.spans.children(form)
        nodes = [
            self.expand(item, scope, children[index] if children else span)
            for index, item in enumerate(form.items)
        ]
        values = [node.value for node in nodes if type(node) is Constant]
        if len(values) == len(nodes):
            return Constant(Vector(values), span)
        return Call(None, nodes, span, helper="vector")

    def expand_map(self, form: Map, scope: Scope | None, span: Span) -> Node:
        """Returns the core form of a map literal, whose keys and values are evaluated."""
        span = self.spans.of(form) or span
        children = self.spans.children(form)
        nodes = []
        for index, key in enumerate(form.ordered_keys()):
            at = children[2 * index] if children else span
            written = from_key(key)
            if written is not key:
                self.spans.add_twin(written, key)
            nodes.append(self.expand(written, scope, at))
            at = children[2 * index + 1] if children else span
            nodes.append(self.expand(form.table[key], scope, at))
        values = [node.value for node in nodes if type(node) is Constant]
        if len(values) == len(nodes):
            pairs = zip(values[::2], values[1::2], strict=True)
            return Constant(Map.of(pairs), span)
        return Call(None, nodes, span, helper="map")

    # --- bodies and definitions --------------------------------------------------------------

    def body(self, form: Form, start: int, scope: Scope, *, is_function: bool = False) -> Node:
        """Expands the items from `start` as a body in `scope`, with inner definitions."""
        inner = scope if is_function else Scope(scope)
        inner.is_body = True
        self.declare(form.items[start:], inner)
        nodes = self.expand_items(form, start, inner)
        if len(nodes) == 1:
            return nodes[0]
        return Sequence(nodes, form.span) if nodes else Constant(None, form.span)

    def declare(self, forms: list[Value], scope: Scope) -> None:
        """Adds the names that forms of a body define, so that they can see one another."""
        for item in forms:
            if type(item) is not List or item.count < 2:
                continue
            head, target = item.cells[item.count - 1], item.cells[item.count - 2]
            if type(head) is not Symbol or self.special(head.name, scope) is None:
                continue
            if head.name in _TRANSPARENT:
                self.declare(list_items(item)[1:], scope)
            elif head.name in DEFINING_FORMS:
                while type(target) is List and target.count:
                    target = target.cells[target.count - 1]
                if type(target) is Symbol:
                    scope.variables.setdefault(target.name, Variable(target.name)).letrec = True

    def define(self, name: str, value: Node, scope: Scope | None, span: Span) -> Node:
        """Returns the definition of a name in the body (or the globals) around it."""
        if isinstance(value, Lambda) and value.name == "":
            value.name = name
        body = scope
        while body is not None and not body.is_body:
            body = body.parent
        if body is None:
            target = global_of(name) if self.module is None else self.module.define(name)
            if name in SPECIAL_FORMS:
                self.interpreter.user_defined.add(target)
            self.macros.pop(target, None)
            return SetGlobal(target, value, True, span)
        if body.macros:
            body.macros.pop(name, None)
        variable = body.variables.get(name)
        if variable is None:
            variable = body.add(name)
            variable.letrec = True
        elif not variable.letrec:
            # A parameter of the same name: the definition changes it.
            return Sequence([SetLocal(variable, value, span), Constant(None, span)], span)
        return Define(variable, value, span)

    def assign(self, name: str, value: Node, scope: Scope | None, span: Span) -> Node:
        """Returns the set! of a name."""
        variable = find(scope, name)
        if variable is None and name in self.aliases:
            return self.assign(self.aliases[name][0], value, self.aliases[name][1], span)
        if variable is None:
            target = self.global_name(name)
            if target not in self.interpreter.globals and target not in self.defined_here:
                # Nobody has defined it yet. Its value is asked for first, which is an error then.
                value = Sequence([Global(target, span), value], span)
            return SetGlobal(target, value, False, span)
        variable.assigned = True
        return SetLocal(variable, value, span)


# Forms through which an inner define reaches the body around them.
_TRANSPARENT = frozenset("begin progn if when unless".split())

# Forms whose second item names what they define in the body around them.
DEFINING_FORMS = frozenset("define defun defn def defmulti deftool defagent define-values".split())


def lisp(*items: Value) -> List:
    """Returns a list form; strings that begin with ' stand for symbols."""
    return list_from(
        intern_symbol(item[1:]) if type(item) is str and item[:1] == "'" else item for item in items
    )
