"""Functions in steps, for places that cannot switch stacks: tasks wait there as they do elsewhere.

Where a stack can be suspended, a function waits in the middle of whatever calls it. Where none can,
every function that a task calls has a second version, made of the same syntax tree: a generator
that yields where it waits, and where it calls another such function (compiler/emit/stepwise.py).
That holds for the functions of a program and for those of the language that call back (`map`, a
model call with its callbacks, `eval`): running/library_steps.py makes theirs. A few are written by
hand here and beside the functions that they stand for.

A call is written ``value if type(value := in_steps(f)(x)) is not Steps else (yield value) or
given[0]``. `in_one_piece` runs what is yielded with a stack of its own, a list. So a wait costs
the same however deep it is, and calls may be as deep as others.

What a generator yields: None waits, a generator is called, `ITEM` hands the next item of a `Flow`
to whoever iterates over it. Values go through `GIVEN`.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable, Iterator
from functools import partial
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType
from typing import Any, Final

from lispcore.tasks.process_settings import RECURSION_LIMIT
from lispcore.tasks.resuming import GENERATOR, Steps
from lispcore.values.calls import TAIL, bounce, call, not_callable, spread
from lispcore.values.types import LISP_FILE_PREFIX, WAITING_FILE, Keyword, Value


class _Mark:
    """The class of `ITEM` and `END`."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.name}>"


# What a yield gives to the generator that goes on, and what it gives when it ends.
GIVEN: Final[list[Any]] = [None]
ITEM: Final = _Mark("item")
# What iterating over something gives when there is no item left.
END: Final = _Mark("end")
_ENDED: Final = _Mark("ended")


class Stepped:
    """The second version of a code object; None for `code` if it never waits.

    `makes_flow`: the function is a generator function itself.
    """

    __slots__ = ("code", "make", "makes_flow", "original")

    def __init__(
        self, make: Callable[[], CodeType | None] | None, makes_flow: bool = False
    ) -> None:
        self.make = make
        self.makes_flow = makes_flow
        self.code: CodeType | None = None
        self.original: Any = None

    def prepare(self) -> CodeType | None:
        """Returns the code, which is written now if it was not before."""
        if self.make is not None:
            make, self.make = self.make, None
            self.code = make()
        return self.code


# By the identity of the code object: its own hash is slow. An entry goes when the code does.
_stepped: dict[int, Stepped] = {}
# By the identity of functions that are written by hand for both, the function with its steps.
_by_hand: dict[int, tuple[Any, Any]] = {}
# What looks for the steps of a function of the language: (function) -> Stepped, filled by
# running/library_steps.py.
FINDERS: Final[list[Callable[[FunctionType], Stepped]]] = []
# What tells whether a function of a program never waits, and which session runs; both are filled by
# library/tasks/last_waits.py.
CALM: Final[list[Callable[[Any], bool]]] = []
SESSIONS: Final[list[Callable[[], Any]]] = []


def enter(code: CodeType, version: Stepped) -> None:
    """Makes the second version of a code object known."""
    identity = id(code)
    version.original = weakref.ref(code, partial(_forget, _stepped, identity))
    _stepped[identity] = version


def _forget(known: dict[int, Stepped], identity: int, _: Any) -> None:
    known.pop(identity, None)


def stands_for(function: Any) -> Callable[[Any], Any]:
    """Enters the decorated function as what is called in steps instead of `function`.

    It gives a value, or a generator.
    """

    def enter_steps(steps: Any) -> Any:
        _by_hand[id(function)] = (function, steps)
        return steps

    return enter_steps


def in_steps(function: Any) -> Any:
    """Returns what a function in steps calls in the place of a function."""
    kind = type(function)
    if kind is FunctionType:
        code = function.__code__
        known = _stepped.get(id(code))
        if known is None:
            by_hand = _by_hand.get(id(function))
            if by_hand is not None:
                return by_hand[1]
            if code.co_filename == WAITING_FILE:
                return in_steps(_written(function))
            if code.co_filename.startswith(LISP_FILE_PREFIX) or not FINDERS:
                return function
            known = FINDERS[0](function)
            enter(code, known)
        if known.make is None and known.code is None:
            return partial(_held, function) if code.co_flags & GENERATOR else function
        if code.co_filename.startswith(LISP_FILE_PREFIX) and CALM[0](function):
            return function
        return _version(function, known)
    if kind is Keyword:
        return function
    return _of_callable(function, kind)


def _written(function: Any) -> Any:
    """Has a function written that was left for later (running/lazy_units.py)."""
    place = next(each for each in function.__code__.co_consts if type(each) is tuple)
    write = function.__globals__[" first_call"]
    return write(place)


def _version(function: Any, known: Stepped) -> Any:
    code = known.code or known.prepare()
    if code is None:
        return function
    names = function.__globals__
    if " in_steps" not in names:
        names.update(helpers())
    made = FunctionType(code, names, None, function.__defaults__, function.__closure__)
    if function.__kwdefaults__:
        made.__kwdefaults__ = function.__kwdefaults__
    # Python names it in the errors about wrong arguments.
    made.__qualname__ = function.__qualname__
    if known.makes_flow:
        return partial(_flow, made)
    return made


def _of_callable(function: Any, kind: Any) -> Any:
    if kind is MethodType:
        inner = function.__func__
        made = in_steps(inner)
        return function if made is inner else partial(made, function.__self__)
    if kind is BuiltinFunctionType or kind is type:
        by_hand = _by_hand.get(id(function))
        if by_hand is not None:
            return by_hand[1]
        if kind is BuiltinFunctionType and function.__name__ == "join":
            return partial(_joined, function)
        return function
    if kind is partial:
        inner = in_steps(function.func)
        if inner is function.func:
            return function
        return partial(inner, *function.args, **function.keywords)
    inner = getattr(kind, "__call__", None)  # noqa: B004  (which function it is)
    if type(inner) is not FunctionType:
        return function
    made = in_steps(inner)
    return function if made is inner else partial(made, function)


# --- running them ---------------------------------------------------------------------------------


def in_one_piece(first: Any) -> Iterator[None]:
    """Runs a generator with all that it calls; yields where it waits. The value is in `GIVEN`."""
    callers: list[Any] = []
    running = first
    failure: BaseException | None = None
    while True:
        try:
            if failure is None:
                called = _ENDED
                for called in running:  # noqa: B007  (without a call from C)
                    break
            else:
                error, failure = failure, None
                called = running.throw(error)
                del error
        except StopIteration:
            called = _ENDED
        except BaseException as error:
            if not callers:
                raise
            failure = error
            if error.__traceback__ is not None:
                # As if its caller had called it: this frame is no part of the program.
                failure.__traceback__ = error.__traceback__.tb_next
            running = callers.pop()
            continue
        if called is None:
            try:
                yield
            except BaseException as error:
                failure = error
        elif called is _ENDED:
            if type(GIVEN[0]) is Steps:
                running = GIVEN[0]  # a call that was left over
            elif callers:
                running = callers.pop()
            else:
                return
        elif called is ITEM:
            running = callers.pop()
        else:
            callers.append(running)
            running = called
            if len(callers) > RECURSION_LIMIT:
                failure = RecursionError("maximum recursion depth exceeded")


def steps_of(function: Any, arguments: tuple[Value, ...]) -> Iterator[None]:
    """Returns what runs a task that calls a function."""
    return in_one_piece(_calling(function, arguments))


def _calling(function: Any, arguments: tuple[Value, ...]) -> Iterator[Any]:
    made = in_steps(function)(*arguments)
    if type(made) is Held:
        made = made.generator
    if type(made) is Steps:
        yield made
    elif made is TAIL:
        made = _bounced()
        if type(made) is Steps:
            yield made
        else:
            GIVEN[0] = made
    else:
        GIVEN[0] = made


# --- functions that wait in between items ---------------------------------------------------------


class Flow:
    """What a generator function gives in steps: its items come one after the other."""

    __slots__ = ("steps",)

    def __init__(self, steps: Any) -> None:
        self.steps = steps

    def __iter__(self) -> Flow:
        return self

    def __next__(self) -> Any:
        """Returns the next item to somebody who knows nothing of steps, and waits on the stack."""
        value = SESSIONS[0]().tasks.on_stack(_value_of(next_of(self)))
        if value is END:
            raise StopIteration
        return value

    def close(self) -> None:
        """Ends it."""
        self.steps.close()


def _value_of(made: Any) -> Any:
    if type(made) is not Steps:
        return made
    yield from in_one_piece(_passing(made))
    return GIVEN[0]


def _passing(made: Any) -> Iterator[Any]:
    yield made


class Held:
    """What a generator function gives that is called as it is: a value, not something to be run."""

    __slots__ = ("generator",)

    def __init__(self, generator: Any) -> None:
        self.generator = generator

    def __iter__(self) -> Any:
        return self.generator

    def __next__(self) -> Any:
        return next(self.generator)


def _held(function: Any, *arguments: Any, **named: Any) -> Held:
    return Held(function(*arguments, **named))


def _flow(made: Any, *arguments: Any, **named: Any) -> Flow:
    return Flow(made(*arguments, **named))


def iter_of(items: Any) -> Any:
    """Returns what `next_of` takes items from."""
    return items if type(items) is Flow else iter(items)


def next_of(items: Any) -> Any:
    """Returns the next item, or what gives it in steps; `END` if there is none."""
    if type(items) is not Flow:
        return next(items, END)
    steps = items.steps
    return END if steps.gi_frame is None else steps


# --- by hand --------------------------------------------------------------------------------------


@stands_for(call)
def _called(function: Any, *arguments: Value) -> Any:
    if not callable(function):
        raise not_callable(function)
    result = in_steps(function)(*arguments)
    return _bounced() if result is TAIL else result


@stands_for(spread)
def _spread(function: Any, arguments: Any) -> Any:
    return in_steps(function)(*arguments)


@stands_for(bounce)
def _bounced() -> Any:
    while True:
        function = TAIL.function
        if not callable(function):
            raise not_callable(function)
        result = in_steps(function)(*TAIL.arguments)
        if result is not TAIL:
            return result


@stands_for(next)
def _next(items: Any, *otherwise: Any) -> Any:
    if type(items) is not Flow:
        return next(items, *otherwise)
    return _next_item(items, otherwise)


def _next_item(items: Flow, otherwise: tuple[Any, ...]) -> Iterator[Any]:
    item = next_of(items)
    if type(item) is Steps:
        yield item
        item = GIVEN[0]
    if item is END:
        if not otherwise:
            raise StopIteration
        item = otherwise[0]
    GIVEN[0] = item


def _collecting(make: Callable[[list[Any]], Any]) -> Callable[[Any], Any]:
    """Returns what does with the items of a flow what a function does with those of a list."""

    def collect(*arguments: Any, **named: Any) -> Any:
        if arguments and type(arguments[-1]) is Flow:
            return _collect(make, arguments, named)
        return make(*arguments, **named)

    return collect


def _collect(make: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> Iterator[Any]:
    *before, items = arguments
    found: list[Any] = []
    while True:
        item = next_of(items)
        if type(item) is Steps:
            yield item
            item = GIVEN[0]
        if item is END:
            break
        found.append(item)
    GIVEN[0] = make(*before, found, **named)


for _function in (list, tuple, set, frozenset, dict, sum, max, min, sorted):
    stands_for(_function)(_collecting(_function))


def _joined(join: Any, items: Any) -> Any:
    return _collect(join, (items,), {}) if type(items) is Flow else join(items)


def _until(wanted: bool) -> Callable[[Any], Any]:
    def search(items: Any) -> Iterator[Any]:
        while True:
            item = next_of(items)
            if type(item) is Steps:
                yield item
                item = GIVEN[0]
            if item is END:
                GIVEN[0] = not wanted
                return
            if bool(item) is wanted:
                GIVEN[0] = wanted
                return

    return search


_any_of, _all_of = _until(True), _until(False)


@stands_for(any)
def _any(items: Any) -> Any:
    return _any_of(items) if type(items) is Flow else any(items)


@stands_for(all)
def _all(items: Any) -> Any:
    return _all_of(items) if type(items) is Flow else all(items)


def _method(owner: Any, name: str) -> Any:
    """Returns the method of a value as Python finds those of a context manager."""
    return MethodType(getattr(type(owner), name), owner)


def helpers() -> dict[str, Any]:
    """Returns what functions in steps call, by the names under which they find it."""
    return {
        " in_steps": in_steps,
        " type": type,
        " Steps": Steps,
        " given": GIVEN,
        " iter_of": iter_of,
        " next_of": next_of,
        " Flow": Flow,
        " END": END,
        " ITEM": ITEM,
        " method": _method,
        " failure": sys.exc_info,
        " BaseException": BaseException,
    }
