"""Coroutines for places that cannot switch stacks: how the steps of any function are written.

tasks/stepping.py says what they are for and how they run. `steps_code` makes the code of one
function from its Python syntax tree, whether the compiler or a person has written that. All that
may call something that waits is written so that it can be left there:

- a call, which is all that the compiler's own trees have besides try statements;
- comprehensions and generator expressions: they become functions within;
- `for` loops over what may be a generator function's items, and such functions themselves.
"""

from __future__ import annotations

import ast
import warnings
import weakref
from collections.abc import Callable
from types import CodeType
from typing import Any, Final

from lispcore.compiler.emit.python_syntax import LOAD, STORE
from lispcore.library.tasks.last_waits import HELPERS
from lispcore.tasks.stepping import Stepped, enter

_VALUE: Final = " awaited"
_RESULT: Final = " result"
_MAKER: Final = " maker"
_MADE: Final = " made"
_TICKS: Final = " ticks"
# Calls of these are left over for whoever runs the steps.
_LEAVES: Final = frozenset((" defer", "defer"))
_FUNCTIONS: Final = (ast.FunctionDef, ast.Lambda)
_COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

# Tells whether a call never waits, from the expression that is called.
Harmless = Callable[[ast.expr], bool]


class _Writer:
    """Copies the body of one function; the tree that it is given stays as it is."""

    def __init__(self, is_harmless: Harmless, iterates: bool, is_flow: bool) -> None:
        self._is_harmless = is_harmless
        # Whether a loop may run over what a generator function gives.
        self._iterates = iterates
        self._is_flow = is_flow
        # Within try and with statements nothing can be left over.
        self._guards = 0
        self._cleanups = 0
        self._names = 0
        # Functions that stand for comprehensions, to be written in front.
        self.inner: list[ast.stmt] = []

    # --- statements -----------------------------------------------------------------------------

    def body(self, nodes: list[Any]) -> list[Any]:
        """Returns the statements of a block."""
        copies: list[Any] = []
        for node in nodes:
            copies += self._statement(node)
        return copies

    def _statement(self, node: Any) -> list[Any]:
        if isinstance(node, ast.Return):
            return self._return(node)
        if isinstance(node, ast.Try):
            return [self._try(node)]
        if isinstance(node, ast.With) and self._iterates:
            return self._with(node)
        if isinstance(node, ast.For):
            return self._for(node)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Yield):
            value = ast.Constant(None) if node.value.value is None else self.copy(node.value.value)
            return self._item(value, node)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.YieldFrom):
            item = ast.Name(self._name(), STORE)
            loop = ast.For(item, node.value.value, [ast.Expr(ast.Yield(_load(item.id)))], [])
            return self._for(_at(node, loop))
        return [self.copy(node)]

    def _item(self, value: ast.expr, node: ast.AST) -> list[ast.stmt]:
        return [_at(node, _give(value)), _at(node, ast.Expr(ast.Yield(_load(" ITEM"))))]

    def _return(self, node: ast.Return) -> list[ast.stmt]:
        """Returns the statements that give a function's value to whoever runs the steps."""
        end = ast.copy_location(ast.Return(None), node)
        called = node.value
        may_leave = not self._guards and not self._is_flow
        if may_leave and isinstance(called, ast.Call) and _name_of(called.func) in _LEAVES:
            left = ast.Call(
                ast.Call(_load(" in_steps"), [self.copy(called.args[0])], []),
                [self.copy(each) for each in called.args[1:]],
                [],
            )
            return [_at(node, _give(left)), end]
        value = ast.Constant(None) if called is None else self.copy(called)
        if self._is_flow:
            value = _load(" END")
        if self._cleanups:  # of which some may wait: only the last of them gives the value
            return [_at(node, ast.Assign([ast.Name(_RESULT, STORE)], value)), end]
        return [_at(node, _give(value)), end]

    def _try(self, node: ast.Try) -> ast.stmt:
        self._guards += 1
        self._cleanups += bool(node.finalbody)
        body, orelse = self.body(node.body), self.body(node.orelse)
        handlers = [
            ast.copy_location(
                ast.ExceptHandler(self.copy(each.type), each.name, self.body(each.body)), each
            )
            for each in node.handlers
        ]
        self._cleanups -= bool(node.finalbody)
        final = self.body(node.finalbody)
        self._guards -= 1
        if final and not self._cleanups:
            final.append(_at(node.finalbody[-1], _give(_load(_RESULT))))
        return ast.copy_location(ast.Try(body, handlers, orelse, final), node)

    def _with(self, node: ast.With) -> list[Any]:
        """Returns what a with statement does, written out: entering and leaving may wait."""
        first, *others = node.items
        body = node.body
        if others:
            body = [ast.copy_location(ast.With(others, node.body), node)]
        manager, left = self._name(), self._name()
        enter = ast.Call(_load(" method"), [_load(manager), ast.Constant("__enter__")], [])
        start: list[ast.stmt] = [
            ast.Assign([ast.Name(manager, STORE)], self.copy(first.context_expr)),
            ast.Assign([ast.Name(left, STORE)], ast.Constant(False)),
        ]
        entered = self._resumed(ast.Call(ast.Call(_load(" in_steps"), [enter], []), [], []))
        target = first.optional_vars or ast.Name(self._name(), STORE)
        start.append(ast.Assign([target], entered))
        self._guards += 1
        self._cleanups += 1
        inner = self.body(body)
        self._cleanups -= 1
        self._guards -= 1
        details: list[ast.expr] = [ast.Starred(ast.Call(_load(" failure"), [], []), LOAD)]
        leaves = self._leaving(manager, details)
        failed = [
            ast.Assign([ast.Name(left, STORE)], ast.Constant(True)),
            ast.If(ast.UnaryOp(ast.Not(), leaves), [ast.Raise()], []),
        ]
        handler = ast.ExceptHandler(_load(" BaseException"), None, failed)
        nothing: list[ast.expr] = [ast.Constant(None)] * 3
        ended = ast.If(
            ast.UnaryOp(ast.Not(), _load(left)), [ast.Expr(self._leaving(manager, nothing))], []
        )
        final: list[ast.stmt] = [ended]
        if not self._cleanups:
            final.append(_give(_load(_RESULT)))
        guarded = ast.Try([ast.Try(inner, [handler], [], [])], [], [], final)
        return [_at(node, each) for each in (*start, guarded)]

    def _leaving(self, manager: str, details: list[ast.expr]) -> ast.expr:
        leave = ast.Call(_load(" method"), [_load(manager), ast.Constant("__exit__")], [])
        return self._resumed(ast.Call(ast.Call(_load(" in_steps"), [leave], []), details, []))

    def _for(self, node: ast.For) -> list[ast.stmt]:
        if _name_of(node.iter) == _TICKS and isinstance(node.body[0], ast.Return):
            return self.body(node.body)
        if not self._iterates or self._is_plain_iteration(node.iter):
            return [self.copy(node)]
        items, item = self._name(), self._name()
        source = ast.Call(_load(" iter_of"), [self.copy(node.iter)], [])
        start = ast.Assign([ast.Name(items, STORE)], source)
        following = self._resumed(ast.Call(_load(" next_of"), [_load(items)], []))
        is_over = ast.Compare(_load(item), [ast.Is()], [_load(" END")])
        over = [*self.body(node.orelse), _at(node, ast.Break())]
        round_ = [
            ast.Assign([ast.Name(item, STORE)], following),
            ast.If(is_over, over, []),
            ast.Assign([node.target], _load(item)),
            *self.body(node.body),
        ]
        loop = ast.While(ast.Constant(True), round_, [])
        return [_at(node, start), _at(node, loop)]

    def _is_plain_iteration(self, items: ast.expr) -> bool:
        """Tells whether something is certainly no `Flow`."""
        if isinstance(items, (ast.List, ast.Tuple, ast.Set, ast.Constant, ast.ListComp)):
            return True
        return isinstance(items, ast.Call) and self._is_harmless(items.func)

    # --- expressions ----------------------------------------------------------------------------

    def copy(self, node: Any) -> Any:
        """Returns a node in which all calls that may wait are written as such."""
        if type(node) is list:
            if node and isinstance(node[0], ast.stmt):
                return self.body(node)
            return [self.copy(each) for each in node]
        if not isinstance(node, ast.AST) or isinstance(node, _UNCHANGED):
            return node
        if isinstance(node, _COMPREHENSIONS) and self._waits_within(node):
            return self._comprehension(node)
        if isinstance(node, ast.Call):
            if _name_of(node.func) == "super":
                return node
            if not self._is_harmless(node.func):
                return self._resumed_call(node)
        made: Any = type(node)(
            **{name: self.copy(getattr(node, name, None)) for name in node._fields}
        )
        if "lineno" in node._attributes:
            ast.copy_location(made, node)
        return made

    def _resumed_call(self, node: ast.Call) -> Any:
        arguments = self.copy(node.args)
        named = [
            ast.copy_location(ast.keyword(each.arg, self.copy(each.value)), each)
            for each in node.keywords
        ]
        version = ast.Call(_load(" in_steps"), [self.copy(node.func)], [])
        return _at(node, self._resumed(ast.Call(version, arguments, named)))

    def _resumed(self, value: ast.expr) -> ast.expr:
        """Returns the value of something, which is run if it is a generator."""
        held = ast.NamedExpr(ast.Name(_VALUE, STORE), value)
        told = ast.Call(_load(" type"), [held], [])
        test = ast.Compare(told, [ast.IsNot()], [_load(" Steps")])
        return ast.IfExp(test, _load(_VALUE), _run(_load(_VALUE)))

    def _waits_within(self, node: Any) -> bool:
        """Tells whether anything in a comprehension may wait."""
        if self._iterates and not all(
            self._is_plain_iteration(each.iter) for each in node.generators
        ):
            return True
        stack: list[ast.AST] = list(ast.iter_child_nodes(node))
        while stack:
            each = stack.pop()
            if isinstance(each, ast.Call) and not self._is_harmless(each.func):
                return True
            if not isinstance(each, _FUNCTIONS):
                stack.extend(ast.iter_child_nodes(each))
        return False

    def _comprehension(self, node: Any) -> Any:
        """Returns a call of a new function within that does what a comprehension does."""
        name, items = self._name(), self._name()
        first, *others = node.generators
        is_flow = isinstance(node, ast.GeneratorExp)
        writer = _Writer(self._is_harmless, self._iterates, is_flow)
        writer._names = self._names + 100
        made: list[Any] = [] if is_flow else [_gathered(node)]
        inner: list[Any] = [_gathering(node)]
        for each in reversed(others):
            inner = [ast.For(each.target, each.iter, _only_if(each.ifs, inner), [])]
        loop = ast.For(first.target, _load(items), _only_if(first.ifs, inner), [])
        body = writer.body([_at(node, loop)])
        made += [*body, _give(_load(" END" if is_flow else _RESULT))]
        made += [ast.Return(None), ast.Expr(ast.Yield(None))]
        parameter = _no_arguments()
        parameter.args.append(ast.arg(items))
        made = [*writer.inner, *made]
        self.inner.append(_at(node, _definition(name, parameter, made)))
        source = self.copy(first.iter)
        if self._iterates and not self._is_plain_iteration(first.iter):
            source = ast.Call(_load(" iter_of"), [source], [])
        call = ast.Call(_load(name), [source], [])
        if is_flow:
            return _at(node, ast.Call(_load(" Flow"), [call], []))
        return _at(node, _run(call))

    def _name(self) -> str:
        self._names += 1
        return f" part {self._names}"


# Parts of a syntax tree in which no call has to change.
_UNCHANGED: Final = (
    ast.Name, ast.Constant, ast.FunctionDef, ast.Lambda, ast.ClassDef, ast.Global, ast.Nonlocal,
    ast.Import, ast.ImportFrom, ast.expr_context, ast.operator, ast.cmpop, ast.boolop, ast.unaryop,
)  # fmt: skip


def _gathered(node: Any) -> ast.stmt:
    empty: ast.expr = ast.List([], LOAD)
    if isinstance(node, ast.DictComp):
        empty = ast.Dict([], [])
    elif isinstance(node, ast.SetComp):
        empty = ast.Call(_load("set"), [], [])
    return ast.Assign([ast.Name(_RESULT, STORE)], empty)


def _gathering(node: Any) -> ast.stmt:
    if isinstance(node, ast.GeneratorExp):
        return ast.Expr(ast.Yield(node.elt))
    if isinstance(node, ast.DictComp):
        return ast.Assign([ast.Subscript(_load(_RESULT), node.key, STORE)], node.value)
    method = "append" if isinstance(node, ast.ListComp) else "add"
    # The item is known before the list is asked for its method.
    return ast.Expr(ast.Call(ast.Attribute(_load(_RESULT), method, LOAD), [node.elt], []))


def _only_if(tests: list[ast.expr], body: list[Any]) -> list[Any]:
    for test in reversed(tests):
        body = [ast.If(test, body, [])]
    return body


def _load(name: str) -> ast.Name:
    return ast.Name(name, LOAD)


def _name_of(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _given(context: ast.expr_context) -> ast.expr:
    """Returns the place through which values go in and out of a generator."""
    return ast.Subscript(_load(" given"), ast.Constant(0), context)


def _give(value: ast.expr) -> ast.stmt:
    return ast.Assign([_given(STORE)], value)


def _run(steps: ast.expr) -> ast.expr:
    """Returns the value of a generator; the yield itself has none."""
    return ast.BoolOp(ast.Or(), [ast.Yield(steps), _given(LOAD)])


def _at(place: Any, node: Any) -> Any:
    """Gives all parts of a node the place of another one, unless they have one."""
    stack = [node]
    while stack:
        each = stack.pop()
        if "lineno" in each._attributes:
            if getattr(each, "lineno", None) is not None:
                continue  # it was in the tree before
            ast.copy_location(each, place)
        stack.extend(ast.iter_child_nodes(each))
    return node


def _no_arguments() -> ast.arguments:
    return ast.arguments(
        posonlyargs=[], args=[], vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=[]
    )


def _definition(name: str, arguments: ast.arguments, body: list[Any]) -> ast.FunctionDef:
    extra: dict[str, Any] = {"type_params": []} if hasattr(ast, "TypeVar") else {}
    return ast.FunctionDef(name, arguments, body, [], None, **extra)


def own_nodes(function: Any) -> list[ast.AST]:
    """Returns the nodes of a function's body without those of the functions and classes in it."""
    found: list[ast.AST] = []
    stack: list[ast.AST] = list(function.body) if type(function.body) is list else [function.body]
    while stack:
        node = stack.pop()
        found.append(node)
        if not isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            stack.extend(ast.iter_child_nodes(node))
    return found


def is_generator(function: Any) -> bool:
    """Tells whether a function definition is one of a generator function."""
    return any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in own_nodes(function))


def steps_code(
    definition: Any, original: CodeType, is_harmless: Harmless, *, iterates: bool = True
) -> CodeType | None:
    """Returns the code of a function in steps; None if Python makes something else of it."""
    is_flow = is_generator(definition)
    writer = _Writer(is_harmless, iterates, is_flow)
    if isinstance(definition, ast.Lambda):
        statements: list[Any] = [ast.copy_location(ast.Return(definition.body), definition)]
    else:
        statements = definition.body
    first = statements[0]
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    about = [first] if is_text else []  # stays the first: the printer and others read it
    body = writer.body(statements[len(about) :])
    declared = [each for each in body if isinstance(each, (ast.Global, ast.Nonlocal))]
    body = [each for each in body if each not in declared]
    last = _load(" END") if is_flow else ast.Constant(None)
    start = ast.Assign([ast.Name(_RESULT, STORE)], last)
    # The yield behind the end makes a generator of any function.
    end = [_give(last), ast.Return(None), ast.Expr(ast.Yield(None))]
    body = [*about, *declared, start, *writer.inner, *body, *end]
    made = _definition(_MADE, definition.args, body)
    return _compiled(_at(definition, made), original)


def _compiled(definition: ast.FunctionDef, original: CodeType) -> CodeType | None:
    """Returns the code of a function whose variables from outside are those of another's code."""
    arguments = _no_arguments()
    arguments.args += [_at(definition, ast.arg(each)) for each in original.co_freevars]
    maker = _at(definition, _definition(_MAKER, arguments, [definition]))
    module = ast.Module([maker], [])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python's advice is about Python
        code = compile(module, original.co_filename, "exec", dont_inherit=True)
    for name in (_MAKER, _MADE):
        parts = [each for each in code.co_consts if type(each) is CodeType]
        code = next(each for each in parts if each.co_name == name)
    if code.co_freevars != original.co_freevars:
        return None
    made = _renamed(code, code.co_qualname, original.co_qualname)
    return made.replace(co_name=original.co_name)


def _renamed(code: CodeType, before: str, after: str) -> CodeType:
    """Returns code in which the full names of all functions begin otherwise."""
    constants = tuple(
        _renamed(each, before, after) if type(each) is CodeType else each for each in code.co_consts
    )
    name = after + code.co_qualname.removeprefix(before)
    return code.replace(co_consts=constants, co_qualname=name)


# --- functions of a program -----------------------------------------------------------------------

# These call what was left over, or count such calls.
_CALLING: Final = frozenset((" bounce",))


def never_waits_by_name(called: ast.expr) -> bool:
    """Tells whether a call that the compiler has written never waits, whatever the program does."""
    if isinstance(called, ast.Attribute):
        return True  # of Python's own values
    if not isinstance(called, ast.Name) or not called.id.startswith(" "):
        return False
    name = called.id
    return (name in HELPERS and name not in _CALLING) or name.startswith((" record ", " renew"))


def enter_steps(definition: Any, code: CodeType) -> None:
    """Makes known how the functions in the code of a module are written in steps.

    `definition` is the function that holds all of them.
    """
    parts = [each for each in code.co_consts if type(each) is CodeType]
    _enter_parts([definition], parts, never_waits_by_name)


def _enter_parts(definitions: list[Any], codes: list[CodeType], is_harmless: Harmless) -> None:
    """Pairs definitions with their codes: both stand in the order in which they are written."""
    left = list(definitions)
    for code in codes:
        found = next((each for each in left if each.name == code.co_name), None)
        if found is None:  # Python has written one twice
            found = next((each for each in definitions if each.name == code.co_name), None)
            if found is None:
                continue
        else:
            left.remove(found)
        enter(code, Stepped(_maker(found, code, is_harmless)))
        inner = [each for each in own_nodes_in_order(found) if isinstance(each, ast.FunctionDef)]
        parts = [each for each in code.co_consts if type(each) is CodeType]
        _enter_parts(inner, parts, is_harmless)


def _maker(definition: Any, original: CodeType, is_harmless: Harmless) -> Any:
    # What makes the second version does not keep the first one: it goes when that does.
    kept = weakref.ref(original)

    def make() -> CodeType | None:
        original = kept()
        assert original is not None, "who asks has it"
        code = steps_code(definition, original, is_harmless, iterates=False)
        if code is not None:
            inner = [
                each for each in own_nodes_in_order(definition) if isinstance(each, ast.FunctionDef)
            ]
            parts = [each for each in code.co_consts if type(each) is CodeType]
            _enter_parts(inner, parts, is_harmless)
        return code

    return make


def own_nodes_in_order(function: Any) -> list[ast.AST]:
    """Returns what `own_nodes` gives, in the order in which it is written."""
    found: list[ast.AST] = []
    stack: list[ast.AST] = list(reversed(function.body))
    while stack:
        node = stack.pop()
        found.append(node)
        if not isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            stack.extend(reversed(list(ast.iter_child_nodes(node))))
    return found


__all__ = ["Harmless", "enter_steps", "is_generator", "own_nodes", "steps_code"]
