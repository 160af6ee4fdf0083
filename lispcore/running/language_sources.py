"""Which of the language's own functions may come to wait, read from its source texts.

Found is by name and by what is known of names: whatever calls something that waits, or calls what
it is given, may wait. That is more than is needed, never less. Their steps are made of the same
syntax trees (compiler/emit/stepwise.py).
"""

from __future__ import annotations

import ast
import marshal
import re
import zlib
from collections.abc import Callable, Iterable
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any, Final

from lispcore.compiler.emit.stepwise import Harmless, is_generator, own_nodes, steps_code
from lispcore.tasks.stepping import Stepped

# Where a function is written: its module, its first line, its full name and how many functions of
# that name stand before it in the line.
Place = tuple[str, int, str]

# What waits, or calls what it is given; everything that calls one of these follows.
_SEEDS: Final = frozenset(
    (
        ("lispcore.values.calls", "call"),
        ("lispcore.values.calls", "spread"),
        ("lispcore.values.calls", "bounce"),
    )
)
_SEED_METHODS: Final = frozenset(("come_back", "on_stack", "do_outside", "ask"))
# Rooms and modules none of whose functions ever comes to call a program's.
_CALM: Final = (
    "lispcore.compiler.", "lispcore.reading.", "lispcore.core.", "lispcore.llm.providers.",
    "lispcore.hosts.browser_", "lispcore.hosts.terminal", "lispcore.library.formats.",
    "lispcore.library.regex.regex_", "lispcore.library.tasks.last_waits", "lispcore.llm.advice",
    "lispcore.llm.framing", "lispcore.llm.image_limits", "lispcore.llm.json_",
    "lispcore.llm.price", "lispcore.llm.pricing", "lispcore.llm.recordings",
    "lispcore.llm.refusals", "lispcore.running.caught_", "lispcore.running.diagnosis",
    "lispcore.running.language_sources", "lispcore.running.library_steps",
    "lispcore.running.recompiling",
    "lispcore.services.suggestions", "lispcore.tasks.resuming", "lispcore.tasks.stepping",
    "lispcore.tasks.switching", "lispcore.tasks.turns", "lispcore.tasks.waiting",
    "lispcore.values.comparing", "lispcore.values.errors", "lispcore.values.map_versions",
    "lispcore.values.number_texts", "lispcore.values.printing",
)  # fmt: skip
# Names of methods that Python's own values have, and of methods that never wait.
_CALM_METHODS: Final = frozenset(
    name
    for kind in (list, dict, set, frozenset, str, bytes, bytearray, int, float, tuple)
    for name in dir(kind)
) | frozenset(
    "write record check popleft appendleft tell cancel at forget wake begin begin_pause "
    "begin_sleep begin_spawn begin_wait_for listen settle".split()
)
# Functions of Python's that are given what generator functions give.
_FLOWING: Final = frozenset("next list tuple set frozenset dict sum max min sorted any all".split())


class _Function:
    """A function of the language's source text."""

    def __init__(self, definition: Any, around: _Function | None, module: _Module) -> None:
        self.definition = definition
        self.around = around
        self.module = module
        self.is_generator = is_generator(definition)
        # Functions within, by name; parameters and what is assigned.
        self.inner: dict[str, _Function] = {}
        self.local = _local_names(definition)
        self.is_method = False
        # What it calls: functions, and the names of methods.
        self.calls: set[_Function] = set()
        self.methods: set[str] = set()
        # Whether it calls what only its caller, or whoever made an object, knows, or iterates over
        # what may be a `Flow`.
        self.calls_given = "Iterator[" in _annotations(definition)
        self.may_wait = False
        returns = getattr(definition, "returns", None)
        # It yields where it waits, and is written so by hand.
        self.is_by_hand = returns is not None and "Waits[" in ast.unparse(returns)


class _Module:
    """A module of the language."""

    def __init__(self, name: str, tree: ast.Module) -> None:
        self.name = name
        self.tree = tree
        self.functions: dict[str, _Function] = {}
        self.assigned = {
            each.id
            for node in tree.body
            if isinstance(node, (ast.Assign, ast.AnnAssign))
            for each in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(each, ast.Name)
        }
        # Name -> where it comes from: a module and a name there, or a module and "".
        self.imports: dict[str, tuple[str, str]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for each in node.names:
                    self.imports[each.asname or each.name] = (node.module, each.name)
            elif isinstance(node, ast.Import):
                for each in node.names:
                    self.imports[each.asname or each.name.partition(".")[0]] = (each.name, "")


class _Sources:
    """What the source texts say."""

    def __init__(self) -> None:
        self.functions: dict[Place, _Function] = {}
        self._modules: dict[str, _Module] = {}
        self._fields: set[str] = set()
        self._methods: dict[str, list[_Function]] = {}
        from pathlib import Path

        root = Path(__file__).parent.parent
        for path in sorted(root.rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            name = ".".join(("lispcore", *parts)).removesuffix(".__init__")
            text = path.read_text(encoding="utf-8")
            if name.startswith(_CALM):
                self._fields.update(re.findall(r"^    (\w+): (?:\w+\.)?Callable\[", text, re.M))
                continue
            if "WAITING = WaitKind.NEVER" in text and ":function" not in text:
                continue
            self._modules[name] = _Module(name, ast.parse(text))
        for module in self._modules.values():
            self._enter(module, module.tree, "", None, in_class=False)
        for function in self.functions.values():
            self._read(function)
        self._spread()

    def _enter(
        self, module: _Module, scope: Any, prefix: str, around: _Function | None, in_class: bool
    ) -> None:
        """Enters the functions in a scope, and the names of what objects hold."""
        stack: list[ast.AST] = list(ast.iter_child_nodes(scope))
        if isinstance(scope, (ast.FunctionDef, ast.Lambda)):
            stack = [scope.body] if isinstance(scope, ast.Lambda) else list(scope.body)
        while stack:
            node = stack.pop()
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                self._fields.add(node.attr)
            if isinstance(node, ast.ClassDef):
                for each in node.body:
                    if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
                        self._fields.add(each.target.id)
                self._enter(module, node, f"{prefix}{node.name}.", around, in_class=True)
            elif isinstance(node, (ast.FunctionDef, ast.Lambda)):
                stack += self._enter_function(module, node, prefix, around, in_class)
            else:
                stack.extend(ast.iter_child_nodes(node))

    def _enter_function(
        self, module: _Module, node: Any, prefix: str, around: _Function | None, in_class: bool
    ) -> list[ast.AST]:
        """Enters a function and those in it; returns what else belongs to the scope around."""
        name = node.name if isinstance(node, ast.FunctionDef) else "<lambda>"
        line = node.lineno
        beside: list[ast.AST] = [*node.args.defaults]
        beside += [each for each in node.args.kw_defaults if each]
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            line = node.decorator_list[0].lineno
            beside += node.decorator_list
        function = _Function(node, around, module)
        self.functions[module.name, line, prefix + name] = function
        function.is_method = in_class
        function.may_wait = (module.name, name) in _SEEDS
        if in_class:
            self._methods.setdefault(name, []).append(function)
        elif around is None:
            module.functions[name] = function
        else:
            around.inner[name] = function
        self._enter(module, node, f"{prefix}{name}.<locals>.", function, in_class=False)
        return beside

    def _read(self, function: _Function) -> None:
        """Notes what a function calls."""
        for node in own_nodes(function.definition):
            if isinstance(node, ast.Call):
                target = self.target(node.func, function)
                if target is None:
                    function.calls_given = True
                elif isinstance(target, _Function):
                    function.calls.add(target)
                elif target:
                    function.methods.add(target)

    def target(self, called: ast.expr, function: _Function) -> _Function | str | None:
        """Returns the function that is called, or the name of a method; "" if that never waits.

        None if it is not known.
        """
        if isinstance(called, ast.Attribute):
            return self._method(called, function)
        if not isinstance(called, ast.Name):
            return None
        name = called.id
        scope: _Function | None = function
        while scope is not None:
            if name in scope.inner:
                return scope.inner[name]
            if name in scope.local:
                return None
            scope = scope.around
        module = function.module
        if name in module.functions:
            return module.functions[name]
        if name in module.imports:
            return self._in_module(*module.imports[name])
        return None if name in module.assigned else ""

    def _method(self, called: ast.Attribute, function: _Function) -> _Function | str | None:
        name = called.attr
        if isinstance(called.value, ast.Name):
            source = function.module.imports.get(called.value.id)
            if source is not None and called.value.id not in function.local:
                whole = ".".join(filter(None, source))
                if whole in self._modules:
                    return self._in_module(whole, name)
                if not source[0].startswith("lispcore"):
                    return ""
        if name in _CALM_METHODS:
            return ""
        if name in self._fields and name not in self._methods:
            return None
        return name

    def _in_module(self, module: str, name: str) -> _Function | str:
        found = self._modules.get(module)
        if found is None:
            return ""
        if name in found.functions:
            return found.functions[name]
        if name in found.imports:
            return self._in_module(*found.imports[name])
        return ""

    def _spread(self) -> None:
        """Finds out which functions may wait."""
        self.waiting_methods = set(_SEED_METHODS)
        goes_on = True
        while goes_on:
            goes_on = False
            for function in self.functions.values():
                if function.may_wait:
                    continue
                if (
                    function.calls_given
                    or any(each.may_wait for each in function.calls)
                    or not function.methods.isdisjoint(self.waiting_methods)
                ):
                    goes_on = function.may_wait = True
                    if function.is_method:
                        self.waiting_methods.add(function.definition.name)

    def harmless(self, function: _Function) -> Harmless:
        """Returns what tells which calls in a function never wait."""

        def is_harmless(called: ast.expr) -> bool:
            if isinstance(called, ast.Name) and called.id in _FLOWING:
                return False
            if isinstance(called, ast.Attribute) and called.attr == "join":
                return False
            target = self.target(called, function)
            if target is None:
                return False
            if isinstance(target, _Function):
                return not target.may_wait
            return target not in self.waiting_methods

        return is_harmless


def _annotations(function: Any) -> str:
    arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return " ".join(ast.unparse(each.annotation) for each in arguments if each.annotation)


def _local_names(function: Any) -> frozenset[str]:
    """Returns the names that are local in a function: parameters and what it assigns."""
    arguments = function.args
    found = {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    found |= {each.arg for each in (arguments.vararg, arguments.kwarg) if each is not None}
    for node in own_nodes(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return frozenset(found)


@lru_cache(maxsize=1)
def _sources() -> _Sources:
    return _Sources()


def place_of(function: FunctionType) -> Place:
    """Returns where a function is written."""
    code = function.__code__
    return (str(function.__globals__.get("__name__")), code.co_firstlineno, code.co_qualname)


def read_steps(function: FunctionType) -> Stepped:
    """Returns the steps of a function of the language, made of its source text."""
    sources = _sources()
    found = sources.functions.get(place_of(function))
    if found is None or not found.may_wait or found.is_by_hand:
        return Stepped(None)
    make = _maker(found.definition, function.__code__, sources.harmless(found))
    return Stepped(make, found.is_generator)


def _maker(definition: Any, code: CodeType, harmless: Harmless) -> Callable[[], CodeType | None]:
    return lambda: steps_code(definition, code, harmless)


def places_that_may_wait() -> set[Place]:
    """Returns where all functions of the language are written that are to have steps."""
    functions = _sources().functions.items()
    return {place for place, each in functions if each.may_wait and not each.is_by_hand}


def pack_steps(codes: Iterable[tuple[str, CodeType]]) -> bytes:
    """Returns what `steps_of_language` gives; `codes` are those of modules, with their names."""
    sources = _sources()
    made: dict[Place, tuple[bytes, bool]] = {}
    stack = list(codes)
    while stack:
        module, code = stack.pop()
        stack += [(module, each) for each in code.co_consts if type(each) is CodeType]
        place = (module, code.co_firstlineno, code.co_qualname)
        found = sources.functions.get(place)
        if found is not None and found.may_wait and not found.is_by_hand:
            steps = steps_code(found.definition, code, sources.harmless(found))
            if steps is not None:
                made[place] = (marshal.dumps(steps), found.is_generator)
    return zlib.compress(marshal.dumps(made), 9)
