"""What the compiler knows of the library's functions: one record for each, and the way to ask.

A `Primitive` holds everything that is known of one function: the kind of its result, its effects,
the loop or the expression that is written in place of its calls, what the analyses want of it. The
records stand in `primitives/`, a chapter of the library in each file, and name their writers, so
``length`` is looked up there.

`meaning` gives the record of what a call certainly calls, or None if the program has a function of
its own under that name. Code that was written after such an answer is wrong once the name is
defined anew, so **the answer itself notes the assumption** (`assumed`), and the session compiles
again whatever assumed the name. Nobody else asks whether a name is the library's, and nobody else
notes assumptions; what is relied on of the program's own definitions is noted by
`assume_definition`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as Set_
from enum import Enum, Flag, auto
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol

from lispcore.compiler.kinds import AnyKind, Kind
from lispcore.core.nodes import Call, Global, Lambda, Node
from lispcore.library import LIBRARY
from lispcore.library.registry import ENTRIES

# --- effects --------------------------------------------------------------------------------------


class Effect(Flag):
    """What a call may do besides giving a value that depends on its arguments alone."""

    NONE = 0
    THROWS = auto()  # fail, for some arguments
    ALLOCATES = auto()  # make a new value
    READS = auto()  # look at what can change: the items of an array, a file, the clock
    WRITES = auto()  # change something, or do anything else that can be noticed
    CALLS = auto()  # call the functions that it is given
    EVALUATES = auto()  # run code that no compiler has seen


PURE: Final = Effect.THROWS | Effect.ALLOCATES
LOOKS: Final = PURE | Effect.READS
# Of what is not said otherwise: only functions with a record of their own run unseen code.
CALLS_GIVEN: Final = PURE | Effect.READS | Effect.WRITES | Effect.CALLS
_NOTICED: Final = Effect.WRITES | Effect.CALLS | Effect.EVALUATES

# --- parts of records -----------------------------------------------------------------------------

# The kind of a result by the kinds of the arguments, and those of the arguments themselves.
KindRule = Callable[[Sequence[AnyKind]], Kind]
KindsRule = Callable[[Sequence[AnyKind]], Sequence[AnyKind]]
# How calls are written: with the emitter of the function around the call. None: it stays a call.
ValueWriter = Callable[[Any, Call], Any]  # an expression and its kind
ConditionWriter = Callable[[Any, Call], Any]  # a Python condition
StoreWriter = Callable[[Any, Call], Any]  # statements; returns the expression of the value
# A call, the function that it was given, and the facts -> core forms; None: it stays a call.
LoopWriter = Callable[[Call, Lambda, Any], Node | None]


class Loop(NamedTuple):
    """How calls of one function with so many arguments become loops."""

    arguments: int  # of the call
    function: int  # which of them is the function, counted from 0
    parameters: int  # of that function
    write: LoopWriter


class Collection(Enum):
    """Collections of which new ones are made of others."""

    MAP = auto()
    LIST = auto()
    FRONT = auto()  # a list that grows at the front, which is left to cursors
    NONE = auto()  # walking down makes no new one


class Change(Enum):
    """How a function makes a new collection of one: if nobody else knows that, in place.

    The value is what it makes, and how.
    """

    PUT = (Collection.MAP, "put")  # one entry
    REMOVE = (Collection.MAP, "remove")
    MERGE = (Collection.MAP, "merge")
    PUT_STEP = (Collection.MAP, "step")  # of an update that was taken apart, see map_updates.py
    APPEND = (Collection.LIST, "append")
    PREPEND = (Collection.FRONT, "prepend")
    REST = (Collection.NONE, "rest")

    @property
    def collection(self) -> Collection:
        """The collection that is changed."""
        return self.value[0]

    @property
    def is_owned(self) -> bool:
        """Whether it is a reason for a variable to own its value."""
        return self.collection in (Collection.MAP, Collection.LIST)

    def takes(self, size: int) -> bool:
        """Tells whether a call with so many arguments changes something."""
        if self is Change.PUT:
            return size >= 3 and size % 2 == 1
        if self is Change.REMOVE or self is Change.APPEND:
            return size >= 2
        if self is Change.PUT_STEP:
            return size == 3
        return size == (1 if self is Change.REST else 2)


class Updater(Enum):
    """How a function changes one place of a map."""

    KEY = "key"  # one entry, by a function
    PATH = "path"  # along a path, by a function
    PATH_VALUE = "value"  # along a path, to a value


class LookedInto(NamedTuple):
    """A class of values that are looked into, and where it keeps its items."""

    kind: Kind
    field: str


class Part(Enum):
    """What a function that only looks into its first argument gives of it."""

    SIZE = "size"
    FIRST = "first"
    INDEXED = "indexed"


# --- records --------------------------------------------------------------------------------------


class Primitive:
    """Everything that the compiler knows of one function of the library.

    What is not said of one is as the class says.
    """

    names: tuple[str, ...] = ()
    # Of the value, if the call gives one.
    result: Kind | KindRule = Kind.ANY
    # Of the arguments: of others it gives no value, but fails.
    accepts: Sequence[AnyKind] | KindsRule = ()
    effects: Effect = CALLS_GIVEN

    # How a call is written: for its value, as a condition, as a statement whose value is not used.
    value: ValueWriter | None = None
    condition: ConditionWriter | None = None
    store: StoreWriter | None = None
    raises: str = ""  # the helper whose exception is raised in place of a call with one argument
    loops: tuple[Loop, ...] = ()  # in place of a call with a function that is written out
    updater: Updater | None = None  # a call can be taken apart into steps, see map_updates.py
    # The name by which it speaks of its arguments in errors, if not the one in the program.
    speaks_as: str = ""

    # What it computes.
    items: Kind | None = None  # its arguments are the items of the list or vector that it makes
    is_range: bool = False  # the integers between bounds: a loop can count them
    adds: int = 0  # 1: adds its arguments, -1: subtracts
    negates: bool = False
    relation: str = ""  # "<", ">", "<=", ">=", "=": how it compares numbers …
    to_zero: bool = False  # … its argument with zero
    compares_keys: bool = False  # whether two values are equal
    looks_up: bool = False  # the value of a key in a map
    lists_keys: bool = False  # of its one argument, a map
    makes_symbols: bool = False  # of texts
    reads_program: bool = False  # runs the code of a file, see evaluated_names.py

    # Lists that loops walk along, see list_cursors.py.
    item: int = -1  # the item that it gives
    skips: int = 0  # how many items the list that it gives leaves out
    reads_cursor: bool = False  # its writers only read the list that is its one argument
    full_if: bool | None = None  # the answer that says that a list has items
    tells: Kind | None = None  # the kind of the argument for which it answers #t

    # Values that belong to one variable, see ownership.py: how it changes its first argument, and
    # with how many arguments it only looks into it and keeps nothing of it, by collection.
    change: Change | None = None
    peeks: Mapping[Collection, tuple[int, ...]] = MappingProxyType({})
    peeked_part: Part | None = None
    looks_into: LookedInto | None = None  # its first argument, by an index

    def __init__(self, **known: Any) -> None:
        unknown = known.keys() - Primitive.__annotations__.keys()
        if unknown:
            raise TypeError(f"a record says nothing of {', '.join(sorted(unknown))}")
        self.__dict__.update(known)
        # Whether nobody can notice when it is called; whether it always gives the same of the same;
        # and whether it runs code that no compiler has seen.
        effects = self.effects
        self.is_quiet = not effects & _NOTICED
        self.is_pure = self.is_quiet and not effects & Effect.READS
        self.evaluates = bool(effects & Effect.EVALUATES)

    def kind_of(self, kinds: Sequence[AnyKind]) -> Kind:
        """Returns the kind of the result for arguments of these kinds."""
        return self.result if isinstance(self.result, Kind) else self.result(kinds)

    def accepted(self, kinds: Sequence[AnyKind]) -> Sequence[AnyKind]:
        """Returns of which kinds arguments of these kinds are, once a call has given its value."""
        return self.accepts(kinds) if callable(self.accepts) else self.accepts


# What is known of all other functions of the library: that they are such.
PLAIN: Final = Primitive()

PRIMITIVES: dict[str, Primitive] = {}


def primitive(*names: str, **known: Any) -> Primitive:
    """Enters the record of a function under its names and their aliases in the library.

    That a predicate gives #t or #f follows from its entry.
    """
    every: list[str] = []
    for name in names:
        if name not in LIBRARY:
            raise LookupError(f"the library has no function {name}")
        entry = ENTRIES.get(name)
        every += [name] if entry is None else [entry.name, *entry.aliases]
        if entry is not None and entry.returns == "bool":
            known.setdefault("result", Kind.BOOL)
    record = Primitive(names=tuple(dict.fromkeys(every)), **known)
    for name in record.names:
        if name in PRIMITIVES:
            raise LookupError(f"there are two records of {name}")
        PRIMITIVES[name] = record
    return record


# --- asking ---------------------------------------------------------------------------------------


class Knowledge(Protocol):
    """What `meaning` needs of the facts of a unit."""

    library: Mapping[str, Primitive]  # the functions that mean the library's in this unit
    assumed: set[str]  # the globals whose present meaning the code contains


def meaning(node: Node | None, facts: Knowledge) -> Primitive | None:
    """Returns the record of the library's function that a node certainly calls; notes the name."""
    if type(node) is not Call:
        return None
    callee = node.function
    if type(callee) is not Global:
        return None
    name = callee.name
    found = facts.library.get(name)
    if found is not None:
        facts.assumed.add(name)
    return found


def meaning_of_name(name: str, facts: Knowledge) -> Primitive | None:
    """Returns the record of the library's function that a name certainly means; notes the name."""
    found = facts.library.get(name)
    if found is not None:
        facts.assumed.add(name)
    return found


def assume_definition(name: str, facts: Knowledge) -> None:
    """Notes that code relies on what the program has defined a name as."""
    facts.assumed.add(name)


def possible_meanings(names: Iterable[str]) -> list[Primitive]:
    """Returns the records of what names mean in the library, unless the program changes them.

    Nothing is noted: units in which something may be redefined at any time assume less.
    """
    return [PRIMITIVES[name] for name in names if name in PRIMITIVES]


def may_make_symbols(name: str) -> bool:
    """Tells whether a name means a function that makes symbols, unless the program changes it."""
    known = PRIMITIVES.get(name)
    return known is not None and known.makes_symbols


def may_read_program(name: str) -> bool:
    """Tells whether a name means a function that runs a file, unless the program changes it."""
    known = PRIMITIVES.get(name)
    return known is not None and known.reads_program


_meanings: dict[str, Primitive] = {}


def library_meanings(redefined: Set_[str]) -> Mapping[str, Primitive]:
    """Returns the records of all functions of the library but the redefined ones."""
    if len(_meanings) != len(LIBRARY):
        _meanings.update({name: PRIMITIVES.get(name, PLAIN) for name in LIBRARY})
    return without(_meanings, redefined)


def without(meanings: Mapping[str, Primitive], redefined: Set_[str]) -> Mapping[str, Primitive]:
    """Returns the records but those of some names; units share what is the same."""
    if meanings.keys().isdisjoint(redefined):
        return meanings
    left = dict(meanings)
    for name in redefined:
        left.pop(name, None)
    return left
