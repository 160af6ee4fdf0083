"""Of which types the values of machine code are, found out from those that a loop begins with.

A *version* is a loop or function for certain types of its variables; a round that brings others (a
sum that begins with the integer 0 and becomes a float) goes on in another version. What a version
gives is a fixed point: nothing at first, until what its ends give says more. Where types do not fit
together, there is no machine code (`NoCode`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

from lispcore.compiler.numeric.sites import Site, counted_bounds, outer_variables
from lispcore.core.nodes import (
    And,
    Call,
    Constant,
    ForEach,
    Global,
    If,
    Lambda,
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
from lispcore.values.types import Boolean


class Type(StrEnum):
    """The types of machine code."""

    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    NIL = "nil"
    FLOATS = "floats"  # an f64-array
    INTS = "ints"  # an i64-array


INT: Final = Type.INT
FLOAT: Final = Type.FLOAT
BOOL: Final = Type.BOOL
NIL: Final = Type.NIL
FLOATS: Final = Type.FLOATS
INTS: Final = Type.INTS

# A program with more versions than this does not know what it computes with.
MOST_VERSIONS: Final = 24
# Integers of machine code are smaller than this, so that a sum of two never outgrows 64 bits.
LIMIT: Final = 2**62


class NoCode(Exception):
    """What is to be compiled cannot be machine code."""


class Version:
    """A loop or function for certain types of its variables, which are `variables`."""

    def __init__(
        self, function: Lambda, variables: list[Variable], types: tuple[Type, ...]
    ) -> None:
        self.function = function
        self.variables = variables
        self.types = types
        self.known: dict[Variable, Type] = dict(zip(variables, types, strict=True))
        self.nodes: dict[Node, Type | None] = {}  # None: it never gives a value
        self.result: Type | None = None


class Typing:
    """Finds the versions that a site needs, and the types of all nodes in each."""

    def __init__(self, site: Site, types: tuple[Type, ...]) -> None:
        self.site = site
        self._variables: dict[Lambda, list[Variable]] = {site.function: site.variables}
        self.versions: dict[tuple[Lambda, tuple[Type, ...]], Version] = {}
        self.root = self._version(site.function, types)
        self._run()

    def _run(self) -> None:
        changed = True
        while changed:
            before = len(self.versions)
            changed = False
            for version in list(self.versions.values()):
                result = self._of(version.function.body, version, True)
                if result is not version.result:
                    version.result = result
                    changed = True
            changed = changed or len(self.versions) > before
        if any(version.result is None for version in self.versions.values()):
            raise NoCode("it never ends")

    def _version(self, function: Lambda, types: tuple[Type, ...]) -> Version:
        found = self.versions.get((function, types))
        if found is None:
            if len(self.versions) == MOST_VERSIONS:
                raise NoCode("too many versions")
            found = Version(function, self._variables_of(function), types)
            self.versions[function, types] = found
        return found

    def _variables_of(self, function: Lambda) -> list[Variable]:
        """Returns the variables of a loop or function, those from outside that it reads last."""
        found = self._variables.get(function)
        if found is None:
            names = self.site.names
            outside = [each for each in outer_variables(function) if each not in names]
            found = self._variables[function] = [*function.parameters, *outside]
        return found

    def target(self, version: Version, node: Call) -> tuple[Version, list[Node | Variable]]:
        """Returns the version that a call of the program's leads to, and what it is given."""
        function = self.called(node)
        assert function is not None
        return self._entered(version, function, node.arguments)

    def entered(self, version: Version, node: NamedLet) -> tuple[Version, list[Node | Variable]]:
        """Returns the version that an inner loop begins with, and what it is given."""
        return self._entered(version, node.function, node.arguments)

    def _entered(
        self, version: Version, function: Lambda, arguments: list[Node]
    ) -> tuple[Version, list[Node | Variable]]:
        given: list[Node | Variable] = [*arguments, *self._variables_of(function)[len(arguments) :]]
        types = tuple(self._given(version, each) for each in given)
        return self._version(function, types), given

    def _given(self, version: Version, given: Node | Variable) -> Type:
        found = version.known[given] if isinstance(given, Variable) else version.nodes[given]
        if found is None:
            raise NoCode("a value that never comes")
        return found

    def called(self, node: Call) -> Lambda | None:
        """Returns the loop or function of the program that a node calls, None for the library's."""
        found = self.site.jumps.get(node)
        callee = node.function
        if found is None and type(callee) is Global:
            return self.site.callees.get(callee.name)
        return found

    # --- the types of nodes -----------------------------------------------------------------------

    def _of(self, node: Node, version: Version, wanted: bool) -> Type | None:
        """Returns the type of a node's value, None as long as it gives none.

        Unless it is `wanted`, only its truth counts, or nothing.
        """
        made = version.nodes[node] = self._find(node, version, wanted)
        return made

    def _find(self, node: Node, version: Version, wanted: bool) -> Type | None:
        if type(node) is Constant:
            return _constant(node.value)
        if type(node) is Local:
            return version.known[node.variable]
        if type(node) is If:
            self._of(node.test, version, False)
            then = self._of(node.then, version, wanted)
            return _joined(then, self._of(node.otherwise, version, wanted), wanted)
        if type(node) is And or type(node) is Or:
            types = [self._of(each, version, wanted) for each in node.parts]
            if wanted and any(each is not BOOL for each in types if each is not None):
                raise NoCode("a value of several types")
            return BOOL
        if type(node) is Sequence:
            for each in node.parts[:-1]:
                self._of(each, version, False)
            return self._of(node.parts[-1], version, wanted)
        if type(node) is Let:
            return self._let(node, version, wanted)
        if type(node) is NamedLet:
            for each in node.arguments:
                self._value(each, version)
            return self.entered(version, node)[0].result
        if type(node) is Call:
            return self._call(node, version)
        if wanted:
            raise NoCode("the value of a loop, or of set!")
        if type(node) is While:
            self._of(node.test, version, False)
            self._of(node.body, version, False)
        elif type(node) is ForEach:
            self._for_each(node, version)
        elif type(node) is SetLocal:
            self._set(node.variable, node.value, version)
        else:
            assert type(node) is SetAll
            for variable, value in zip(node.variables, node.values, strict=True):
                self._set(variable, value, version)
        return NIL

    def _for_each(self, node: ForEach, version: Version) -> None:
        bounds = counted_bounds(node)
        assert bounds is not None
        types = [self._value(each, version) for each in bounds[:2]]
        if any(each is not INT for each in types if each is not None):
            raise NoCode("bounds that are no integers")
        version.known[node.variable] = INT
        self._of(node.body, version, False)

    def _set(self, variable: Variable, value: Node, version: Version) -> None:
        found = self._value(value, version)
        if found is not None and found is not version.known[variable]:
            raise NoCode("a variable of several types")
        if found is FLOATS or found is INTS:
            # Which array a variable has is not known when machine code is left.
            raise NoCode("another array")

    def _let(self, node: Let, version: Version, wanted: bool) -> Type | None:
        for variable, value in node.bindings:
            found = self._value(value, version)
            if found is None:
                return None  # so far
            version.known[variable] = found
        return self._of(node.body, version, wanted)

    def _value(self, node: Node, version: Version) -> Type | None:
        return self._of(node, version, True)

    def _call(self, node: Call, version: Version) -> Type | None:
        if node.helper == "not":
            self._of(node.arguments[0], version, False)
            return BOOL
        types = [self._value(each, version) for each in node.arguments]
        if any(each is None for each in types):
            return None
        if self.called(node) is not None:
            target, given = self.target(version, node)
            if node in self.site.jumps:
                _check_arrays(target, given)
            return None if self.is_next_round(version, target, node) else target.result
        callee = node.function
        assert type(callee) is Global
        return _result(self.site.operators[callee.name], [each for each in types if each])

    def is_next_round(self, version: Version, target: Version, node: Call) -> bool:
        """Tells whether a call is the next round of the version that it stands in."""
        return target is version and node in self.site.jumps


def _check_arrays(target: Version, given: list[Node | Variable]) -> None:
    """Refuses a next round with other arrays: which they are is not known when code is left."""
    for variable, each, kind in zip(target.variables, given, target.types, strict=True):
        if kind is FLOATS or kind is INTS:
            if each is not variable and (type(each) is not Local or each.variable is not variable):
                raise NoCode("another array")


def _constant(value: Any) -> Type:
    kind = type(value)
    if kind is int:
        if not -LIMIT <= value < LIMIT:
            raise NoCode("a large integer")
        return INT
    if kind is float:
        return FLOAT
    return BOOL if kind is Boolean else NIL


def _joined(one: Type | None, other: Type | None, wanted: bool) -> Type | None:
    if one is None or one is other:
        return other
    if other is None:
        return one
    if not wanted:
        return BOOL  # of which only the truth counts
    if {one, other} == {INT, FLOAT}:
        return FLOAT  # who has the integer leaves: mostly a sum before the first round
    raise NoCode("a value of several types")


def _result(name: str, types: list[Type]) -> Type:
    """Returns the type of what a function of the library gives for arguments of these types."""
    numbers = all(each is INT or each is FLOAT for each in types)
    integers = all(each is INT for each in types)
    result: Type | None = None
    if name in ("+", "-", "*", "/") and numbers:
        result = INT if integers else FLOAT
    elif name in _COMPARISONS and (numbers or (name == "=" and types == [BOOL, BOOL])):
        result = BOOL
    elif name in ("min", "max") and numbers and types[0] is types[1]:
        result = types[0]
    elif name in _OF_ONE and numbers:
        result = types[0]
    elif name in _OF_INTEGERS and integers:
        result = _OF_INTEGERS[name]
    elif name in ("int", "exact") and numbers:
        result = INT
    elif name in ("float", "inexact") and numbers:
        result = FLOAT
    elif name == "sqrt" and types == [FLOAT]:
        result = FLOAT
    elif name == "not":
        result = BOOL
    elif name in _OF_ARRAYS and types == _OF_ARRAYS[name][0]:
        result = _OF_ARRAYS[name][1]
    if result is None:
        raise NoCode(f"{name} of {types}")
    return result


_COMPARISONS: Final = frozenset(("<", ">", "<=", ">=", "=", "zero?", "positive?", "negative?"))
_OF_ONE: Final = frozenset(("abs", "floor", "ceil", "round", "truncate"))
_OF_INTEGERS: Final[dict[str, Type]] = {
    **dict.fromkeys(("mod", "quotient", "remainder", "bit/and", "bit/or", "bit/xor"), INT),
    **dict.fromkeys(("bit/not", "bit/shift-left", "bit/shift-right"), INT),
    **dict.fromkeys(("even?", "odd?"), BOOL),
}
_OF_ARRAYS: Final[dict[str, tuple[list[Type], Type]]] = {
    "f64-array/ref": ([FLOATS, INT], FLOAT),
    "f64-array/length": ([FLOATS], INT),
    "i64-array/ref": ([INTS, INT], INT),
    "i64-array/length": ([INTS], INT),
}
