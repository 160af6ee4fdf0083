"""Functions that can be left while they wait: which have a second version, and how it is called.

Of each function whose waits the compiler has seen (resumable.py) there is a second version: a
Python generator that yields where the function waits. It is made of the same Python syntax tree,
when a task first needs it, and works on the same variables: a closure's version is a function of
the same cells. The task that runs it needs no stack of its own (turns.py).

A call in such a version is written ``value if type(value := resumable(f)(x)) is not Steps else
(yield from value) or given[0]``. So what `f` is counts when it is called, whatever the compiler
thought of it: a function without a second version is called as it is, and waits on the stack if it
waits. Values go through `given` in both directions, because a generator that is only iterated over
runs without a C call in between (in a browser that halves the time of a step), and without the
exception that a value returned to a C call is wrapped in.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from types import CodeType, FunctionType, GeneratorType
from typing import Any, Final, TypeVar

from lispcore.values.types import Value

Result = TypeVar("Result")


class _Waits:
    """The class of `WAITS`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<waits>"


# What a function gives that has only begun to wait: its value comes with the task's next turn.
WAITS: Final = _Waits()
# What a call of a second version gives.
Steps: Final = GeneratorType
# What second versions call as well, by name; see library/tasks/last_waits.py.
GUARDS: dict[str, Callable[[Any], Any]] = {}
# What waits in steps: it yields each time when something it has called gave `WAITS`.
Waits = Generator[None, Any, Result]
# The library functions that wait -> what is called instead: `begins` or `waits`, see below.
BEGINNINGS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {}

# The flag of a generator function's code.
GENERATOR: Final = 0x20
# Of more functions the oldest lose their second versions, and wait on a stack.
MOST_VERSIONS: Final = 2_000


class Version:
    """The second version of the functions of one code object.

    `calls` names the globals that it calls otherwise than by `resumable`, None if it calls
    something else as well; `resumes` those that it calls by `resumable`, `begun` the waiting
    functions of the library; `given` says with what it calls them (called_names.py). They are known
    once it is written. `way` is how a task of it can run,
    as long as names have these `meanings` (library/tasks/last_waits.py).
    """

    __slots__ = (
        "begun", "calls", "code", "given", "guards", "last", "last_of", "make", "meanings",
        "original", "resumes", "way",
    )  # fmt: skip

    def __init__(self, original: CodeType, make: Callable[[Version], CodeType | None]) -> None:
        self.original = original
        self.make: Callable[[Version], CodeType | None] | None = make
        self.code: CodeType | None = None
        self.calls: frozenset[str] | None = None
        self.resumes: frozenset[str] = frozenset()
        self.begun: frozenset[str] = frozenset()
        self.given: frozenset[tuple[str, int, str]] = frozenset()
        # Whether it also calls functions that nothing is known of before they are called.
        self.guards = False
        self.way = 0
        self.meanings: list[tuple[str, Any]] | None = None
        # The latest function that was asked for, and its version.
        self.last_of: Any = None
        self.last: Any = None

    def prepare(self) -> CodeType | None:
        """Returns the code of the version, which is written now if it was not before."""
        if self.make is not None:
            make, self.make = self.make, None
            self.code = make(self)
        return self.code


# By the identity of the code object (its own hash is slow), which is kept so that it stays its own.
_versions: dict[int, Version] = {}


def enter(version: Version) -> None:
    """Makes a version known."""
    if len(_versions) >= MOST_VERSIONS:
        del _versions[next(iter(_versions))]
    _versions[id(version.original)] = version


def version_of(function: Any) -> Version | None:
    """Returns the second version of a function, None if it has none."""
    try:
        version = _versions.get(id(function.__code__))
    except AttributeError:
        return None
    if version is None or (version.code is None and version.prepare() is None):
        return None
    return version


def resumable(function: Value) -> Any:
    """Returns the second version of a function, or the function itself if it has none."""
    try:
        version = _versions.get(id(function.__code__))
    except AttributeError:
        return function
    if version is None:
        return function
    if version.last_of is function:
        return version.last
    code = version.code or version.prepare()
    if code is None:
        return function
    made = FunctionType(
        code, function.__globals__, None, function.__defaults__, function.__closure__
    )
    if function.__closure__ is None:
        # What a closure holds must not live longer because of this.
        version.last_of, version.last = function, made
    return made


def begins(python_function: Callable[..., Any], *names: str) -> Callable[..., Any]:
    """Enters the decorated function as the beginning of a library function that waits.

    It gives what the function gives, or `WAITS` if it would have to wait.
    """

    def enter_beginning(beginning: Callable[..., Any]) -> Callable[..., Any]:
        beginning.__name__ = beginning.__qualname__ = python_function.__name__
        for name in names:
            BEGINNINGS[name] = (python_function, beginning)
        return beginning

    return enter_beginning


# Those of a generator function are entered in the same way: they give what waits in steps.
waits = begins


def waits_in_steps(name: str) -> bool:
    """Tells whether what is called instead of a waiting library function gives `Steps`."""
    return bool(BEGINNINGS[name][1].__code__.co_flags & GENERATOR)


def helpers(given: list[Any]) -> dict[str, Any]:
    """Returns what second versions call, by the names under which they find it.

    Of `given`, which each session has for itself, the one item is what a yield gives to the
    generator that goes on, and what a second version gives when it ends.
    """
    table: dict[str, Any] = {
        " resumable": resumable,
        **GUARDS,
        " given": given,
        " Steps": Steps,
        " WAITS": WAITS,
    }
    for name, (python_function, beginning) in BEGINNINGS.items():
        table[f" library {name}"] = python_function
        table[f" begin {name}"] = beginning
    return table
