"""The machine code of a site: a WebAssembly module made of the versions that typing.py has found.

Each version is a function. What it cannot do it leaves (`unreachable`), and the usual code goes on
from where the outermost loop's round began: that one keeps the values of its variables in memory.
Integers stay within ±2^62: sums cannot outgrow a word then, and are looked at afterwards.

The module takes one address. There it finds the values of the site's variables, a word each, and
there it leaves its result; behind them how much it has left of its `FUEL`. A round and a call cost
one each, and who has none left asks `pause` whether to go on.

An array is a word, too: its address, and its length in the upper half.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lispcore.compiler.numeric.operators import OPERATORS, PRODUCT
from lispcore.compiler.numeric.sites import FUEL, Site, assigned_outside, counted_bounds
from lispcore.compiler.numeric.typing import (
    BOOL,
    FLOAT,
    INT,
    NIL,
    Type,
    Typing,
    Version,
)
from lispcore.core import webassembly as wasm
from lispcore.core.nodes import (
    And,
    Call,
    Constant,
    ForEach,
    Global,
    If,
    Let,
    Local,
    NamedLet,
    Node,
    Or,
    Sequence,
    SetAll,
    SetLocal,
    Variable,
    While,
)
from lispcore.core.webassembly import F64, I32, I64, Function, Import
from lispcore.values.types import TRUE

WORD: Final = 8
_MOST_ROUNDS: Final = 1 << 31

# Globals of the module.
_FUEL, _BASE = 0, 1
# Its functions: what it is given, what it always has, then one for each version.
_PAUSE, _PRODUCT, _RUN, _ROOT = 0, 1, 2, 3


def word_type(kind: Type) -> int:
    """Returns the machine's type for a type of values."""
    return F64 if kind is FLOAT else I32 if kind is BOOL or kind is NIL else I64


def compile_site(site: Site, types: tuple[Type, ...]) -> tuple[bytes, Type]:
    """Returns the module of a site for these types of its variables, and the type of its result.

    Raises `NoCode` if there is none.
    """
    typing = Typing(site, types)
    numbers = {version: _ROOT + 1 + at for at, version in enumerate(typing.versions.values())}
    root = typing.root
    assert root.result is not None
    functions = [
        PRODUCT,
        _run(root, site),
        VersionCode(typing, root, numbers, is_root=True).function(),
        *(VersionCode(typing, each, numbers).function() for each in numbers),
    ]
    pause = Import("m", "pause", (), (I32,))
    return wasm.module([pause], functions, [I32, I32], {"run": _RUN}), root.result


def _run(root: Version, site: Site) -> Function:
    """Returns the function that brings the values of variables in, and the result out.

    What sets variables has no result: it has kept them where they were.
    """
    result = root.result
    assert result is not None
    code = [wasm.get(0), wasm.put_global(_BASE), wasm.i32(FUEL), wasm.put_global(_FUEL)]
    if not site.assigns:
        code.append(wasm.get(0))  # where the result goes
    for place, kind in enumerate(root.types):
        code += [wasm.get(0), wasm.load(word_type(kind), WORD * place)]
    code += [wasm.call(_ROOT), wasm.DROP if site.assigns else wasm.store(word_type(result))]
    code += [wasm.get(0), wasm.get_global(_FUEL), wasm.store(I32, WORD * fuel_place(root.types))]
    return Function((I32,), (), (), b"".join(code))


def fuel_place(types: tuple[Type, ...]) -> int:
    """Returns in which word the fuel is left, which follows all others."""
    return max(1, len(types))


class VersionCode:
    """Writes the function of a version."""

    def __init__(
        self, typing: Typing, version: Version, numbers: dict[Version, int], is_root: bool = False
    ) -> None:
        self._typing = typing
        self._version = version
        self._numbers = numbers
        self._is_root = is_root
        self._places: dict[Variable, int] = {}
        self._locals: list[int] = []
        self._free: dict[int, list[int]] = {}
        self._depth = 0
        self.code: list[bytes] = []

    def function(self) -> Function:
        """Returns the function."""
        version, write = self._version, self.write
        for at, variable in enumerate(version.variables):
            self._places[variable] = at
        assert version.result is not None
        result = word_type(version.result)
        self.open(wasm.BLOCK + bytes((wasm.EMPTY,)))
        self.open(wasm.LOOP + bytes((result,)))
        if self._is_root and self._leaves():
            self._keep()
        self._burn()
        self.value(version.function.body)
        self.close()
        write(wasm.RETURN)
        self.close()
        if self._is_root and not self._leaves():
            self._keep()
        write(wasm.UNREACHABLE)
        parameters = tuple(map(word_type, version.types))
        return Function(parameters, (result,), tuple(self._locals), b"".join(self.code))

    def _leaves(self) -> bool:
        """Tells whether a round may be left in the middle: by others, or with variables set."""
        typing, version = self._typing, self._version
        if typing.site.assigns:
            return True
        for node in version.nodes:
            if type(node) is NamedLet or type(node) is SetLocal or type(node) is SetAll:
                return True
            if type(node) is Call and typing.called(node) is not None:
                target = typing.target(version, node)[0]
                if not typing.is_next_round(version, target, node):
                    return True
        return False

    def _keep(self) -> None:
        """Writes the values of all variables into memory."""
        for place, (variable, kind) in enumerate(
            zip(self._version.variables, self._version.types, strict=True)
        ):
            self.write(
                wasm.get_global(_BASE),
                wasm.get(self._places[variable]),
                wasm.store(word_type(kind), WORD * place),
            )

    def _burn(self) -> None:
        """Uses fuel, and asks whether to go on once there is none left."""
        self.write(wasm.get_global(_FUEL), wasm.i32(1), wasm.I32_SUB, wasm.put_global(_FUEL))
        self.write(wasm.get_global(_FUEL), wasm.I32_EQZ)
        self.open(wasm.IF + bytes((wasm.EMPTY,)))
        self.write(wasm.i32(FUEL), wasm.put_global(_FUEL), wasm.call(_PAUSE))
        self.leave_if()
        self.close()

    # --- what operators write with ----------------------------------------------------------------

    def write(self, *parts: bytes) -> None:
        """Writes instructions."""
        self.code += parts

    def open(self, begin: bytes) -> None:
        """Begins a block."""
        self.code.append(begin)
        self._depth += 1

    def close(self) -> None:
        """Ends the innermost block."""
        self.code.append(wasm.END)
        self._depth -= 1

    def leave_if(self) -> None:
        """Leaves machine code if the number on the stack is not zero."""
        self.write(wasm.branch_if(self._depth - 1))

    def local(self, kind: int) -> int:
        """Returns a new local variable."""
        self._locals.append(kind)
        return len(self._version.variables) + len(self._locals) - 1

    def type_of(self, node: Node) -> Type:
        """Returns the type of a node's value."""
        found = self._version.nodes[node]
        assert found is not None
        return found

    def product(self) -> None:
        """Multiplies the two integers on the stack, which may be large."""
        self.write(wasm.call(_PRODUCT))

    def choice(self, kind: int, then: Callable[[], None], otherwise: Callable[[], None]) -> None:
        """Writes a choice between two values by the number on the stack."""
        self.open(wasm.IF + bytes((kind,)))
        then()
        self.code.append(wasm.ELSE)
        otherwise()
        self.close()

    # --- nodes ------------------------------------------------------------------------------------

    def value(self, node: Node) -> None:
        """Writes what puts the value of a node on the stack, or jumps."""
        if type(node) is Constant:
            self._constant(node)
        elif type(node) is Local:
            self.write(wasm.get(self._places[node.variable]))
        elif type(node) is If:
            self.truth(node.test)
            kind = self._version.nodes[node]
            result = I32 if kind is None else word_type(kind)
            then, otherwise = node.then, node.otherwise
            self.choice(
                result, lambda: self._branch(then, kind), lambda: self._branch(otherwise, kind)
            )
            if kind is None:
                self.write(wasm.UNREACHABLE)  # both branches jump
        elif type(node) is And or type(node) is Or:
            self._logic(node, self.value)
        elif type(node) is Sequence:
            self._before(node)
            self.value(node.parts[-1])
        elif type(node) is Let:
            self._bind(node)
            self.value(node.body)
        elif type(node) is NamedLet:
            self._call(*self._typing.entered(self._version, node))
        elif type(node) is Call:
            self._call_or_jump(node)
        else:
            self._statement(node)
            self.write(wasm.i32(0))

    def _statement(self, node: Node) -> None:
        """Writes a loop without a value, or what sets variables."""
        if type(node) is SetLocal:
            self.value(node.value)
            self.write(wasm.put(self._places[node.variable]))
        elif type(node) is SetAll:
            for each in node.values:
                self.value(each)
            for variable in reversed(node.variables):
                self.write(wasm.put(self._places[variable]))
        elif type(node) is While:
            self._loop(lambda: self.truth(node.test), node.body, lambda: None)
        else:
            assert type(node) is ForEach
            self._count(node)

    def _loop(self, test: Callable[[], None], body: Node, step: Callable[[], None]) -> None:
        self.open(wasm.BLOCK + bytes((wasm.EMPTY,)))
        self.open(wasm.LOOP + bytes((wasm.EMPTY,)))
        self._burn()
        test()
        self.write(wasm.I32_EQZ, wasm.branch_if(1))
        self.truth(body)
        self.write(wasm.DROP)
        step()
        self.write(wasm.branch(0))
        self.close()
        self.close()

    def _count(self, node: ForEach) -> None:
        """Writes a loop over numbers."""
        bounds = counted_bounds(node)
        assert bounds is not None
        at, end = self.local(I64), self.local(I64)
        for place, bound in zip((at, end), bounds[:2], strict=True):
            self.value(bound)
            self.write(wasm.put(place))
        # Of so many rounds the usual code says that they would never end.
        self.write(wasm.get(end), wasm.get(at), wasm.I64_SUB)
        self.write(wasm.i64(_MOST_ROUNDS), wasm.I64_RELATIONS[">"])
        self.leave_if()
        variable = self._places[node.variable] = self.local(I64)

        def test() -> None:
            self.write(wasm.get(at), wasm.tee(variable))
            self.write(wasm.get(end), wasm.I64_RELATIONS["<"])

        def step() -> None:
            self.write(wasm.get(at), wasm.i64(bounds[2]), wasm.I64_ADD, wasm.put(at))

        self._loop(test, node.body, step)

    def _branch(self, node: Node, wanted: Type | None) -> None:
        """Writes one of two values; an integer where floats are wanted is left."""
        if self._version.nodes[node] is INT and wanted is FLOAT:
            self.write(wasm.branch(self._depth - 1))
        else:
            self.value(node)

    def truth(self, node: Node) -> None:
        """Writes what puts 1 on the stack if the value of a node is true, else 0."""
        if type(node) is If:
            self.truth(node.test)
            then, otherwise = node.then, node.otherwise
            self.choice(I32, lambda: self.truth(then), lambda: self.truth(otherwise))
        elif type(node) is And or type(node) is Or:
            self._logic(node, self.truth)
        elif type(node) is Sequence:
            self._before(node)
            self.truth(node.parts[-1])
        elif type(node) is Let:
            self._bind(node)
            self.truth(node.body)
        else:
            self.value(node)
            kind = self._version.nodes[node]
            if kind is not BOOL and kind is not None:
                self.write(wasm.DROP, wasm.i32(0 if kind is NIL else 1))

    def _constant(self, node: Constant) -> None:
        value = node.value
        if type(value) is int:
            self.write(wasm.i64(value))
        elif type(value) is float:
            self.write(wasm.f64(value))
        else:
            self.write(wasm.i32(1 if value is TRUE else 0))

    def _logic(self, node: And | Or, last: Callable[[Node], None]) -> None:
        """Writes and/or, all of whose parts are true or false."""
        first = node.parts[:-1]
        for each in first:
            self.truth(each)
            self.open(wasm.IF + bytes((I32,)))
            if type(node) is Or:
                self.write(wasm.i32(1), wasm.ELSE)
        last(node.parts[-1])
        for _ in first:
            if type(node) is And:
                self.write(wasm.ELSE, wasm.i32(0))
            self.close()

    def _before(self, node: Sequence) -> None:
        for each in node.parts[:-1]:
            self.truth(each)  # for what it cannot do
            self.write(wasm.DROP)

    def _bind(self, node: Let) -> None:
        for variable, value in node.bindings:
            self.value(value)
            place = self._places[variable] = self.local(word_type(self._version.known[variable]))
            self.write(wasm.put(place))

    def _given(self, given: Node | Variable) -> None:
        if isinstance(given, Variable):
            self.write(wasm.get(self._places[given]))
        else:
            self.value(given)

    def _call(self, target: Version, given: list[Node | Variable]) -> None:
        for each in given:
            self._given(each)
        self.write(wasm.call(self._numbers[target]))

    def _call_or_jump(self, node: Call) -> None:
        typing, version = self._typing, self._version
        if node.helper == "not":
            self.truth(node.arguments[0])
            self.write(wasm.I32_EQZ)
            return
        if typing.called(node) is None:
            callee = node.function
            assert type(callee) is Global
            OPERATORS[typing.site.operators[callee.name]](self, node)
            return
        target, given = typing.target(version, node)
        if not typing.is_next_round(version, target, node):
            self._call(target, given)
            return
        arguments = node.arguments
        # A variable that another argument sets has its value from before that.
        is_set = {each for argument in arguments for each in assigned_outside(argument)}
        changed = [
            (argument, place)
            for place, argument in enumerate(arguments)
            if not (
                type(argument) is Local
                and self._places[argument.variable] == place
                and argument.variable not in is_set
            )
        ]
        for argument, _ in changed:
            self.value(argument)
        for _, place in reversed(changed):
            self.write(wasm.put(place))
        self.write(wasm.branch(self._depth - 2))


__all__ = ["WORD", "compile_site", "fuel_place", "word_type"]
