"""Hot numeric loops: has them compiled to machine code, runs that, and goes on where it left.

The written code of a loop comes here with the values of its variables when it has run long enough
(compiler/numeric/sites.py). The answer is the value of the loop, or a tuple of values to go on from
in the usual way: machine code leaves whatever it cannot do. It is compiled for the types that the
values have, once for each; where that is of no use the loop is left alone for longer and longer.

The compiler itself is imported when loops have run for a while, as a page has to fetch it first.
"""

from __future__ import annotations

import sys
from array import array
from itertools import repeat
from typing import Any, Final, NamedTuple, Protocol

from lispcore.compiler.numeric.sites import FUEL, ROUNDS, Site
from lispcore.core.nodes import Constant
from lispcore.core.walking import all_nodes
from lispcore.library.collections.typed_arrays import FloatArray, IntegerArray
from lispcore.tasks.context import interpreter
from lispcore.values.errors import LispError
from lispcore.values.types import FALSE, TRUE, Boolean


class Machine(Protocol):
    """What a host that runs WebAssembly offers."""

    def prepare(self, module: bytes) -> Any:
        """Returns what runs a module, called with the words of its variables and result.

        That is called with an array of words and the arrays of numbers whose addresses stand in
        it; it says whether the module has come to its end.
        """


class Prepared(NamedTuple):
    """Machine code for values of certain types."""

    run: Any
    result: str
    own: int  # so many of the variables are the loop's own
    words: int


COMPILER: Final = "lispcore.compiler.numeric.code"
# So many rounds of hot loops are run as usual before the compiler is imported: 50 to 100 ms, about
# what that takes in the page.
FIRST_ROUNDS: Final = 500_000
# What is compiled at most for one loop.
MOST_VERSIONS: Final = 6
# With less to do than this, going there and back costs more than it saves.
LEAST_WORK: Final = 60
# So often one after the other.
SMALL_CALLS: Final = 16
# A loop that is left alone comes back after so many times as many rounds.
PATIENCE: Final = 8
MOST_PATIENCE: Final = 1 << 40

_LIMIT: Final = 2**62
_TYPES: Final[dict[type, str]] = {
    int: "int",
    float: "float",
    Boolean: "bool",
    type(None): "nil",
    FloatArray: "floats",
    IntegerArray: "ints",
}


def numeric(site: Site, *values: Any) -> Any:
    """Returns the value of a loop, or the values of its own variables to go on from, as a tuple."""
    if COMPILER not in sys.modules and _is_early(site, values):
        return values[: len(site.function.parameters)]
    key = tuple(map(type, values))
    try:
        prepared = site.versions[key]
    except KeyError:
        prepared = _prepare(site, key)
    if site.outer is not None:
        # The loop around it is as hot, and has more to do; if it can be, this is the last time.
        _wake(site.outer)
    if prepared is None:
        return _leave_alone(site, values)
    return _run(site, prepared, values)


# How many rounds hot loops have run before the compiler was there.
_rounds_before = 0


def _is_early(site: Site, values: tuple[Any, ...]) -> bool:
    """Tells whether hot loops have not run for long yet, and lets this one go on if so."""
    global _rounds_before
    _rounds_before += _expected_rounds(site, values) if site.counts else ROUNDS
    if _rounds_before >= FIRST_ROUNDS:
        return False
    site.rounds = repeat(None, ROUNDS)
    return True


def _expected_rounds(site: Site, values: tuple[Any, ...]) -> int:
    """Guesses how many rounds a counting loop has: it comes here once only, when it begins."""
    written = [each.value for each in all_nodes(site.function.body) if type(each) is Constant]
    return max([ROUNDS, *(abs(each) for each in (*values, *written) if type(each) is int)])


def numeric_range(site: Site, numbers: range, *values: Any) -> tuple[Any, ...]:
    """Returns the numbers that are left of a loop that sets variables, and their values."""
    at, end, *others = numeric(site, numbers.start, numbers.stop, *values)
    return range(at, end, site.step), *others


def _wake(site: Site) -> None:
    """Has the loops around a hot one come here with their next round."""
    outer: Site | None = site
    while outer is not None:
        if outer.patience == ROUNDS:
            for _ in outer.rounds:  # the loop that runs takes its rounds from there
                pass
        outer = outer.outer


def _leave_alone(site: Site, values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Has a loop run as usual for longer than the last time."""
    site.patience = min(site.patience * PATIENCE, MOST_PATIENCE)
    site.rounds = repeat(None, site.patience)
    site.least = site.patience
    site.small = 0
    return values[: len(site.function.parameters)]


def _prepare(site: Site, key: tuple[type, ...]) -> Prepared | None:
    """Compiles a site for values of these classes; returns None if it cannot be."""
    if len(site.versions) >= MOST_VERSIONS:
        return None
    site.versions[key] = None
    try:
        from lispcore.compiler.numeric.code import compile_site, fuel_place
        from lispcore.compiler.numeric.typing import NoCode, Type
    except (ImportError, LispError):
        return None  # the page fetches it, and there is no network
    session: Any = interpreter()
    if any(name not in session.globals for name in site.callees):
        return None
    try:
        types = tuple(Type(_TYPES[each]) for each in key)
        module, result = compile_site(site, types)
    except (KeyError, NoCode, RecursionError):
        return None
    run = session.machine.prepare(module)
    if run is None:
        return None
    words = fuel_place(types)
    prepared = Prepared(run, result, len(site.function.parameters), words)
    site.versions[key] = prepared
    return prepared


def _run(site: Site, prepared: Prepared, values: tuple[Any, ...]) -> Any:
    words = array("q", bytes(8 * (prepared.words + 1)))
    floats = memoryview(words).cast("B").cast("d")
    arrays: dict[int, array[Any]] = {}
    for place, value in enumerate(values):
        kind = type(value)
        if kind is int:
            if not -_LIMIT <= value < _LIMIT:
                return _leave_alone(site, values)
            words[place] = value
        elif kind is float:
            floats[place] = value
        elif kind is Boolean:
            words[place] = value is TRUE
        elif value is not None:
            arrays[place] = value.numbers
    if not prepared.run(words, arrays):
        own = _values(words, floats, values[: prepared.own])
        _leave_alone(site, own)
        return own
    if site.assigns:
        site.rounds = repeat(None, 1)  # in which the usual code sees that it has ended
        _note_work(site, words[prepared.words])
        return _values(words, floats, values[: prepared.own])
    if prepared.result == "int":
        return words[0]
    if prepared.result == "float":
        return floats[0]
    if prepared.result == "nil":
        return None
    return TRUE if words[0] & 1 else FALSE


def _values(words: array[int], floats: Any, before: tuple[Any, ...]) -> tuple[Any, ...]:
    """Returns the values that variables have when machine code was left."""
    found: list[Any] = []
    for place, value in enumerate(before):
        kind = type(value)
        if kind is int:
            found.append(words[place])
        elif kind is float:
            found.append(floats[place])
        elif kind is Boolean:
            found.append(TRUE if words[place] & 1 else FALSE)
        else:
            found.append(value)
    return tuple(found)


def _note_work(site: Site, left: int) -> None:
    """Notes how much a run had to do; a loop that has little each time is better off as usual."""
    if FUEL - left >= LEAST_WORK:
        site.small = 0
        return
    site.small += 1
    if site.small == SMALL_CALLS:
        _leave_alone(site, ())


__all__ = ["Machine", "numeric", "numeric_range"]
