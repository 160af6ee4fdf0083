"""Second versions of functions that wait: which need one, and how it is written.

The second version of a function is a Python generator that yields where the function waits; what
it is good for, and how it is called, says resuming.py. Here

1. `waiting_functions` finds in the core forms of a unit the functions that may wait: those that
   call a waiting function of the library, those that call such a function, and those written as
   the body of a task, if they call what they are given. In a cycle of calls the functions call one
   another plainly, or generators would nest as deep as a recursion goes;
2. `enter_versions` notes, once the unit is compiled, of which code objects there is one;
3. `_write` makes its code of the Python syntax tree of the function, when a task needs it.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable
from types import CodeType
from typing import Any, Final

from lispcore.compiler.emit.python_syntax import LOAD, STORE, mangle
from lispcore.compiler.facts.analysis import Facts
from lispcore.compiler.facts.called_names import Given, called_names, is_global
from lispcore.core.nodes import Call, Global, Lambda, Local, Node, SetGlobal, Variable
from lispcore.core.walking import Survey, all_nodes, children
from lispcore.library.tasks.last_waits import STARTS_NONE
from lispcore.tasks.resuming import BEGINNINGS, GENERATOR, Version, enter, waits_in_steps

# Python's names for a value that may have to be waited for, and for the maker of a closure's code.
_VALUE: Final = " awaited"
_RESULT: Final = " result"
_MAKER: Final = " maker"
_MADE: Final = " made"
# What a function does with a tail call that it leaves to its caller, and its caller with it.
_LEAVES_CALL: Final = " defer"
_MAKES_CALL: Final = " bounce"


class Waiting:
    """What a unit's functions call that may wait."""

    def __init__(self) -> None:
        # Function -> the globals and the local functions that it calls as resumable ones.
        self.globals: dict[Lambda, set[str]] = {}
        self.locals: dict[Lambda, set[Variable]] = {}
        # Those that only ever run as the body of a task.
        self.bodies: set[Lambda] = set()
        # Function -> its Python function, once that is written.
        self.written: dict[Lambda, ast.FunctionDef] = {}


# --- which functions may wait ---------------------------------------------------------------------


def waiting_functions(
    main: Lambda, nodes: Survey, called: set[str], facts: Facts, earlier: dict[str, set[str]]
) -> Waiting | None:
    """Returns which functions of a unit may wait; None if there are none.

    `nodes` are those of the unit, `called` the globals that it names. `earlier` are the global
    functions of earlier units that may wait, each with those that it calls; those of this unit are
    entered.
    """
    library = called & BEGINNINGS.keys() & facts.library
    known = called & earlier.keys() - facts.functions.keys()
    defined = {node.name for node in nodes.get(SetGlobal, ())}
    found = None
    if library or known - defined:
        found = _find(main, library, known - defined, facts, earlier)
    for name in defined:
        earlier.pop(name, None)
    if found is not None:
        for name, function in facts.functions.items():
            if function in found.globals:
                earlier[name] = found.globals[function] - library
    return found


def _find(
    main: Lambda, library: set[str], known: set[str], facts: Facts, earlier: dict[str, set[str]]
) -> Waiting | None:
    functions = [
        node
        for node in all_nodes(main)
        if type(node) is Lambda and not node.inlined and node is not main
    ]
    targets = {function: list(_targets(function, facts)) for function in functions}
    callers: dict[Lambda, list[Lambda]] = {}
    bodies = _bodies(main, library)
    waiting = dict.fromkeys(each for each in functions if each in bodies and _calls_given(each))
    for function, calls in targets.items():
        for target, name in calls:
            if target is not None:
                callers.setdefault(target, []).append(function)
            elif name in library or name in known:
                waiting[function] = None
    spreading = list(waiting)
    while spreading:
        for caller in callers.get(spreading.pop(), ()):
            if caller not in waiting:
                waiting[caller] = None
                spreading.append(caller)
    if not waiting:
        return None
    found = Waiting()
    found.bodies = bodies
    for function in waiting:
        found.globals[function] = set()
        found.locals[function] = set()
        back = _leading_to(function, callers)
        names = {name for name, each in facts.functions.items() if each in back}
        for target, callee in targets[function]:
            if target is None:
                if callee in library:
                    found.globals[function].add(callee)
                elif callee in known and not _reaches(callee, names, earlier):
                    found.globals[function].add(callee)
            elif target in waiting and target not in back:
                if type(callee) is Variable:
                    found.locals[function].add(callee)
                else:
                    found.globals[function].add(callee)
    return found


def _bodies(main: Lambda, library: set[str]) -> set[Lambda]:
    """Returns the functions that are written as the bodies of tasks, also in a list of such."""
    starting = library - STARTS_NONE
    found: set[Lambda] = set()
    for node in all_nodes(main):
        if type(node) is Call and type(node.function) is Global and node.function.name in starting:
            given = list(node.arguments)
            for each in node.arguments:
                if type(each) is Call:
                    given += each.arguments
            found.update(each for each in given if type(each) is Lambda)
    return found


def _calls_given(function: Lambda) -> bool:
    """Tells whether a function calls something that only its caller knows."""
    for node in _own_nodes(function):
        if type(node) is Call and node.jump is None and type(node.function) is Local:
            variable = node.function.variable
            if variable.assigned or variable.function is None:
                return True
    return False


def _own_nodes(function: Lambda) -> Iterable[Node]:
    """Yields the nodes of a function's body without those of the functions in it."""
    stack: list[Node] = [function.body]
    while stack:
        node = stack.pop()
        if type(node) is not Lambda or node.inlined:
            yield node
            stack.extend(children(node))


def _targets(function: Lambda, facts: Facts) -> Iterable[tuple[Lambda | None, Any]]:
    """Yields what the body of a function calls: the function if it is known, and by which name."""
    for node in _own_nodes(function):
        if type(node) is not Call or node.expansion is not None or node.jump is not None:
            continue
        callee = node.function
        if type(callee) is Global:
            yield facts.functions.get(callee.name), callee.name
        elif type(callee) is Local and not callee.variable.assigned:
            target = callee.variable.function
            if target is not None and not target.inlined:
                yield target, callee.variable


def _leading_to(function: Lambda, callers: dict[Lambda, list[Lambda]]) -> set[Lambda]:
    """Returns a function and all that call it, over whatever others."""
    found = {function}
    stack = [function]
    while stack:
        for caller in callers.get(stack.pop(), ()):
            if caller not in found:
                found.add(caller)
                stack.append(caller)
    return found


def _reaches(name: str, wanted: set[str], earlier: dict[str, set[str]]) -> bool:
    """Tells whether a function of an earlier unit calls one of these, over whatever others."""
    seen = {name}
    stack = [name]
    while stack:
        for called in earlier.get(stack.pop(), ()):
            if called in wanted:
                return True
            if called not in seen:
                seen.add(called)
                stack.append(called)
    return False


# --- which code objects have a second version -----------------------------------------------------


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


def _name(name: str, at: ast.expr, context: ast.expr_context = LOAD) -> ast.expr:
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
    return ast.copy_location(ast.NamedExpr(_name(_VALUE, value, STORE), value), value)  # type: ignore[arg-type]


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
    name = call.func.id  # type: ignore[attr-defined]
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


def enter_versions(waiting: Waiting, code: CodeType) -> None:
    """Makes known which functions in a unit's code have a second version."""
    family: _Family = {}
    twice: set[str] = set()
    for function, definition in waiting.written.items():
        names = {variable.python_name for variable in waiting.locals[function]}
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
