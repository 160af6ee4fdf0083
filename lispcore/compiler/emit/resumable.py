"""Coroutines: how the second versions of functions that wait are written.

The second version of a function is a Python generator that yields where the function waits; what
it is good for, and how it is called, says resuming.py. Which functions have one is found by
facts/waiting_functions.py. `enter_versions` notes, once a unit is compiled, of which code objects
that is so; `_Source.write` makes the code of the Python syntax tree of the function, when a task
needs it.
"""

from __future__ import annotations

import ast
import warnings
from types import CodeType
from typing import Any, Final

from lispcore.compiler.emit.python_syntax import LOAD, STORE, mangle
from lispcore.compiler.emit.unit import Unit
from lispcore.compiler.facts.called_names import Given, called_names, is_global
from lispcore.tasks.resuming import BEGINNINGS, GENERATOR, Version, enter, waits_in_steps

# Python's names for a value that may have to be waited for, and for the maker of a closure's code.
_VALUE: Final = " awaited"
_RESULT: Final = " result"
_MAKER: Final = " maker"
_MADE: Final = " made"
# What a function does with a tail call that it leaves to its caller, and its caller with it.
_LEAVES_CALL: Final = " defer"
_MAKES_CALL: Final = " bounce"


class _Source:
    """What a second version is written from."""

    __slots__ = (
        "beginnings", "cleanups", "definition", "family", "guarded", "is_body", "locals", "names",
    )  # fmt: skip

    def __init__(
        self,
        definition: ast.FunctionDef,
        names: set[str],
        locals_: set[str],
        family: _Family,
        is_body: bool,
    ) -> None:
        self.definition = definition
        # Then what it calls is at the bottom of a task: no generators nest under it.
        self.is_body = is_body
        self.beginnings = {name for name in names if name in BEGINNINGS}
        self.names = {mangle(name) for name in names - self.beginnings} | locals_
        self.cleanups = 0
        # Of these nothing is known until they are called.
        self.guarded: set[str] = set()
        self.locals = locals_
        self.family = family

    def write(self, version: Version) -> CodeType | None:
        """Returns the code of a version; None if Python makes something else of it."""
        self._note_calls(version)
        original = version.original
        code = _compiled(self._generator(), original)
        if code is None:
            return None
        _enter_all(code, self.family, inner_only=True)
        return code

    def _generator(self) -> ast.FunctionDef:
        definition = self.definition
        extra: dict[str, Any] = {"type_params": []} if hasattr(ast, "TypeVar") else {}
        at = definition.body[-1]
        first = definition.body[0]
        is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        about = [first] if is_text else []  # stays the first: the printer and others read it
        body = [
            *about,
            _assign(ast.Name(_RESULT, STORE), ast.Constant(None), at),
            *self._copies(definition.body[len(about) :]),
            _assign(_given(at, STORE), ast.Constant(None), at),
        ]
        # Not by its own name: that may be a global, which the code in it must find as such.
        made = ast.FunctionDef(_MADE, definition.args, body, [], None, **extra)
        return ast.copy_location(made, definition)

    def _copies(self, nodes: list[Any]) -> list[Any]:
        copies: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Return):
                copies += self._return(node)
            elif isinstance(node, ast.Try) and node.finalbody:
                copies.append(self._cleanup(node))
            else:
                copies.append(self._copy(node))
        return copies

    def _return(self, node: ast.Return) -> list[ast.stmt]:
        """Returns the statements that give a function's value to whoever runs the generator."""
        value = self._copy(node.value)
        end = ast.copy_location(ast.Return(None), node)
        if self.cleanups:  # of which some may wait: only the last of them gives the value
            return [_assign(ast.Name(_RESULT, STORE), value, node), end]
        return [_assign(_given(node, STORE), value, node), end]

    def _cleanup(self, node: ast.Try) -> ast.stmt:
        self.cleanups += 1
        body, handlers = self._copies(node.body), self._copies(node.handlers)
        orelse = self._copies(node.orelse)
        self.cleanups -= 1
        last = node.finalbody[-1]
        result = ast.Name(_RESULT, LOAD)
        final = [*self._copies(node.finalbody), _assign(_given(last, STORE), result, last)]
        return ast.copy_location(ast.Try(body, handlers, orelse, final), node)

    def _copy(self, node: Any) -> Any:
        """Returns a node with all calls that may wait written as such; it stays as it is itself."""
        if type(node) is list:
            return self._copies(node)
        if isinstance(node, _UNCHANGED) or not isinstance(node, ast.AST):
            return node
        made: Any = type(node)(
            **{name: self._copy(getattr(node, name, None)) for name in node._fields}
        )
        if isinstance(node, (ast.expr, ast.stmt, ast.ExceptHandler)):
            ast.copy_location(made, node)
        if isinstance(made, ast.Call) and isinstance(made.func, ast.Name):
            name = made.func.id
            if name in self.names:
                return _resumed(made)
            if name in self.beginnings:
                return _begun(made)
            if name in self.guarded:
                if self.is_body and name != _MAKES_CALL:
                    return _resumed(made, " guarded")
                return _guarded(made)
        if isinstance(made, ast.IfExp) and self.is_body and _is_tick(made.test):
            return made.body  # nobody is below whose stack a tail call would have to spare
        return made

    def _note_calls(self, version: Version) -> None:
        """Notes what a version and the local functions that it resumes call."""
        plain: set[str] = set()
        resumed: set[str] = set()
        begun: set[str] = set()
        given: set[Given] = set()
        waiting: list[_Source | None] = [self]
        seen: set[int] = set()
        while waiting:
            source = waiting.pop()
            if source is None:
                return
            if id(source) in seen:
                continue
            seen.add(id(source))
            waiting += [self.family.get(name) for name in source.locals]
            resumed |= source.names - source.locals
            begun |= source.beginnings
            called = called_names(source.definition, source.names, source.beginnings)
            if not called.are_all:
                return
            unknown = {name for name in called.names if not is_global(name)} - source.names
            if unknown or _LEAVES_CALL in called.names:
                # Another may leave calls to be made here, too.
                source.guarded = unknown | {_MAKES_CALL}
                version.guards = True
            # Functions within have no second version where they are not started as tasks.
            for name in (called.names - unknown - source.names - source.beginnings) | called.within:
                if not is_global(name) or (name == _LEAVES_CALL and name in called.within):
                    return
                plain.add(name)
            given |= called.given
        version.calls = frozenset(plain - {_LEAVES_CALL})
        version.resumes = frozenset(resumed)
        version.begun, version.given = frozenset(begun), frozenset(given)


# Parts of a syntax tree in which no call has to change.
_UNCHANGED: Final = (ast.Name, ast.Constant, ast.FunctionDef, ast.Global, ast.Nonlocal)


def _name(name: str, at: ast.expr, context: ast.expr_context = LOAD) -> ast.Name:
    return ast.copy_location(ast.Name(name, context), at)


def _given(at: ast.AST, context: ast.expr_context = LOAD) -> ast.expr:
    """Returns the place through which values go in and out of a generator."""
    name = ast.copy_location(ast.Name(" given", LOAD), at)
    index = ast.copy_location(ast.Constant(0), at)
    return ast.copy_location(ast.Subscript(name, index, context), at)


def _or_given(nothing: ast.expr) -> ast.expr:
    """Returns what was given by the time that a yield, which itself has no value, is over."""
    return ast.copy_location(ast.BoolOp(ast.Or(), [nothing, _given(nothing)]), nothing)


def _assign(target: ast.expr, value: ast.expr, at: ast.AST) -> ast.stmt:
    for each in (target, value):
        if not hasattr(each, "lineno"):
            ast.copy_location(each, at)
    return ast.copy_location(ast.Assign([target], value), at)


def _either(value: ast.expr, told: ast.expr, mark: str, otherwise: ast.expr) -> ast.expr:
    """Returns the held value of `value` unless what is `told` of it is a mark."""
    test = ast.copy_location(ast.Compare(told, [ast.IsNot()], [_name(mark, value)]), value)
    return ast.copy_location(ast.IfExp(test, _name(_VALUE, value), otherwise), value)


def _held(value: ast.expr) -> ast.expr:
    return ast.copy_location(ast.NamedExpr(_name(_VALUE, value, STORE), value), value)


def _is_tick(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == " tick"


def _resumed(call: ast.Call, how: str = " resumable") -> ast.expr:
    """Returns a call of a function of the program that waits by yielding."""
    version: ast.expr = ast.copy_location(ast.Call(_name(how, call), [call.func], []), call)
    if how == " guarded":
        version = _unless_waits(version)
    value = ast.Call(version, call.args, [])
    rest = ast.copy_location(ast.YieldFrom(_name(_VALUE, call)), call)
    return _unless_steps(ast.copy_location(value, call), _or_given(rest))


def _unless_steps(value: ast.expr, rest: ast.expr) -> ast.expr:
    """Returns a value, or the `rest` that makes one of it if it waits in steps."""
    told = ast.copy_location(ast.Call(_name(" type", value), [_held(value)], []), value)
    return _either(value, told, " Steps", rest)


def _begun(call: ast.Call) -> ast.expr:
    """Returns a call of a waiting function of the library; it may have been defined anew."""
    assert isinstance(call.func, ast.Name)
    name = call.func.id
    same = ast.Compare(call.func, [ast.Is()], [_name(f" library {name}", call)])
    beginning = _name(f" begin {name}", call)
    chosen = ast.IfExp(ast.copy_location(same, call), beginning, call.func)
    value = ast.copy_location(ast.Call(ast.copy_location(chosen, call), call.args, []), call)
    if waits_in_steps(name):
        return _unless_steps(value, ast.copy_location(ast.YieldFrom(_name(_VALUE, call)), call))
    return _unless_waits(value)


def _guarded(call: ast.Call) -> ast.expr:
    """Returns a call of a function that may wait unseen: first a stack is found where it can."""
    guard = ast.copy_location(ast.Call(_name(" guard", call), [call.func], []), call)
    return ast.copy_location(ast.Call(_unless_waits(guard), call.args, []), call)


def _unless_waits(value: ast.expr) -> ast.expr:
    """Returns a value, or what is given later if the task has first to yield."""
    rest = ast.copy_location(ast.Yield(None), value)
    return _either(value, _held(value), " WAITS", _or_given(rest))


def _compiled(definition: ast.FunctionDef, original: CodeType) -> CodeType | None:
    """Returns the code of a function whose variables from outside are those of another's code."""
    arguments = ast.arguments(
        posonlyargs=[],
        args=[ast.copy_location(ast.arg(each), definition) for each in original.co_freevars],
        vararg=None,
        kwonlyargs=[],
        kw_defaults=[],
        kwarg=None,
        defaults=[],
    )
    extra: dict[str, Any] = {"type_params": []} if hasattr(ast, "TypeVar") else {}
    maker = ast.FunctionDef(_MAKER, arguments, [definition], [], None, **extra)
    module = ast.Module([ast.copy_location(maker, definition)], [])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python's advice is about Python
        code = compile(module, original.co_filename, "exec", dont_inherit=True)
    for name in (_MAKER, _MADE):
        parts = [each for each in code.co_consts if type(each) is CodeType]
        code = next(each for each in parts if each.co_name == name)
    if code.co_freevars != original.co_freevars or not code.co_flags & GENERATOR:
        return None
    return code.replace(co_name=original.co_name, co_qualname=original.co_qualname)


# The functions of a unit that wait, by the names of their code objects.
_Family = dict[str, _Source]


def enter_versions(unit: Unit, code: CodeType) -> None:
    """Makes known which functions in a unit's code have a second version."""
    waiting = unit.waiting
    if waiting is None:
        return
    family: _Family = {}
    twice: set[str] = set()
    for function, definition in unit.written.items():
        names = {unit.names[variable] for variable in waiting.locals[function]}
        if definition.name in family:
            twice.add(definition.name)
        family[definition.name] = _Source(
            definition, waiting.globals[function], names, family, function in waiting.bodies
        )
    for name in twice:
        del family[name]
    _enter_all(code, family)


def _enter_all(code: CodeType, family: _Family, inner_only: bool = False) -> None:
    stack = [code]
    while stack:
        each = stack.pop()
        source = family.get(each.co_name)
        if source is not None and not (inner_only and each is code):
            enter(Version(each, source.write))
        stack.extend(part for part in each.co_consts if type(part) is CodeType)
