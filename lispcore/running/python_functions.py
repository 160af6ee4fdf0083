"""Functions of one side as functions of the other.

A Lisp function that Python holds can be called from anywhere, in any thread: it enters its session
first, and waits for its turn there. A Python function that Lisp calls gets values of Python and may
wait, call Lisp itself, start threads: other threads may run Lisp meanwhile. What it raises keeps
its words, and is the cause of the error that Lisp sees.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from weakref import WeakValueDictionary

from lispcore.running.diagnosis import python_error
from lispcore.running.python_values import ToLisp, ToPython
from lispcore.tasks import context
from lispcore.values.calls import call
from lispcore.values.errors import LispError, Stopped
from lispcore.values.types import Keyword, Value

# Python's own limit, which its reader of JSON has as well.
_TOO_DEEP: Final = "a value that nests so deeply cannot go {}: sys.setrecursionlimit allows more"


class Bridge:
    """The functions that a session and Python know of each other."""

    def __init__(self, session: Any) -> None:
        self._session = session
        # By the identity of what they call, which they keep alive.
        self._for_python: WeakValueDictionary[int, Callable[..., Any]] = WeakValueDictionary()
        self._for_lisp: WeakValueDictionary[int, Callable[..., Any]] = WeakValueDictionary()

    def to_lisp(self, value: Any) -> Value:
        """Returns a value of Python as one of Lisp."""
        try:
            return ToLisp(self.lisp_function)(value)
        except RecursionError:
            raise ValueError(_TOO_DEEP.format("to Lisp")) from None

    def to_python(self, value: Value) -> Any:
        """Returns a value of Lisp as one of Python."""
        try:
            return ToPython(self.python_function)(value)
        except RecursionError:
            raise ValueError(_TOO_DEEP.format("to Python")) from None

    def python_function(self, function: Any) -> Callable[..., Any]:
        """Returns what Python calls for a function of Lisp."""
        given = getattr(function, "python_function", None)
        if given is not None:
            return given  # type: ignore[no-any-return]  # it came from there
        known = self._for_python.get(id(function))
        if known is not None:
            return known
        session = self._session

        def called(*arguments: Any) -> Any:
            with session.watched():
                token = session.enter()
                try:
                    values = [self.to_lisp(each) for each in arguments]
                    return self.to_python(call(function, *values))
                except (Stopped, KeyboardInterrupt):
                    raise
                except Exception as error:
                    session.raise_explained(error)
                finally:
                    session.leave(token)

        name = function.__name__
        called.__name__ = called.__qualname__ = name
        called.lisp_function = function  # type: ignore[attr-defined]  # a function may carry it
        self._for_python[id(function)] = called
        return called

    def lisp_function(self, function: Any, name: str = "") -> Value:
        """Returns what Lisp calls for a function of Python; of Lisp's own it is that."""
        given = getattr(function, "lisp_function", None)
        if given is not None:
            return given
        if self._is_lisp(function):
            return function
        known = self._for_lisp.get(id(function))
        if known is not None and name in ("", known.__name__):
            return known
        shown = name or getattr(function, "__name__", type(function).__name__)
        parameters = _Parameters(function)

        def called(*arguments: Value) -> Value:
            try:
                arguments, named = parameters.apart(arguments)
                values = [self.to_python(each) for each in arguments]
                options = {each: self.to_python(value) for each, value in named.items()}
                with context.outside():
                    result = _awaited(function(*values, **options))
                return self.to_lisp(result)
            except (LispError, Stopped, KeyboardInterrupt, SystemExit):
                raise
            except Exception as error:
                raise python_error(error, shown) from error

        called.__name__ = called.__qualname__ = shown
        called.python_function = function  # type: ignore[attr-defined]  # a function may carry it
        self._for_lisp[id(function)] = called
        return called

    def _is_lisp(self, function: Any) -> bool:
        code = getattr(function, "__globals__", None)
        if code is None:
            return False
        return context.SESSION_NAME in code or str(code.get("__package__")).startswith(
            "lispcore.library"
        )


_NOTHING_NAMED: Final[dict[str, Value]] = {}


class _Parameters:
    """What a Python function takes, looked at when a call may name some of it."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._signature: Any = None
        self._is_known = False

    def apart(self, arguments: tuple[Value, ...]) -> tuple[tuple[Value, ...], dict[str, Value]]:
        """Returns the arguments by place, and those by name: ``(f 1 :sep "+")``.

        A keyword names a parameter where the call then fits; else it is a value as any other.
        """
        size = len(arguments)
        if size < 2 or not any(type(each) is Keyword for each in arguments):
            return arguments, _NOTHING_NAMED
        signature = self._of_function()
        if signature is None:
            return arguments, _NOTHING_NAMED
        for start in range(size % 2, size, 2):
            names = arguments[start::2]
            if not all(type(each) is Keyword for each in names):
                continue
            named = dict(zip(map(_python_name, names), arguments[start + 1 :: 2], strict=True))
            if len(named) < len(names):
                continue
            try:
                signature.bind(*arguments[:start], **named)
            except TypeError:
                continue
            return arguments[:start], named
        return arguments, _NOTHING_NAMED

    def _of_function(self) -> Any:
        if not self._is_known:
            self._is_known = True
            from inspect import signature

            try:
                self._signature = signature(self._function)
            except (TypeError, ValueError):  # some functions of C do not say
                self._signature = None
        return self._signature


def _python_name(keyword: Value) -> str:
    """Returns a name as Python writes it: ``:max-rows`` is ``max_rows``."""
    assert type(keyword) is Keyword
    return keyword.name.replace("-", "_")


def _awaited(result: Any) -> Any:
    """Returns the result of a coroutine, for functions that are written with ``async def``."""
    from inspect import iscoroutine

    if not iscoroutine(result):
        return result
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(result)
    # A notebook has a loop in this thread, and it waits for us: another thread gets one of its own.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, result).result()
