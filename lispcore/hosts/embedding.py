"""The interpreter as a library of Python: time limits, interrupts, threads, values of both sides.

docs/python.md tells how it is used. What it adds to a session (running/interpreter.py) is what a
program around it needs, which has threads, an event loop and values of its own.
"""

from __future__ import annotations

import os
from _thread import allocate_lock, get_ident
from collections.abc import Callable, Iterable, Iterator, Set
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from lispcore.compiler.emit.python_syntax import mangle
from lispcore.running import interpreter
from lispcore.running.program_cache import ProgramCache
from lispcore.running.python_functions import Bridge
from lispcore.tasks import context
from lispcore.tasks.host import Host
from lispcore.values.errors import LispError, Stopped, TimeLimit
from lispcore.values.types import Keyword, Map, Symbol, Value, intern_keyword

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

Paths = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


# What gives a value to the name that is defined for it.
_HANDED_OVER: Final = "python/handed-over"


class _Watch:
    """A thread that is at work in an interpreter, and whether it was asked to stop."""

    def __init__(self) -> None:
        self.thread = get_ident()
        self.is_asked = False
        self.is_late = False


class Interpreter(interpreter.Interpreter):
    """One session, which lives on the terminal if it is given no other host.

    `files` are programs that are run first; `model` is ``"provider/model"`` or the name of a model
    of the provider that the environment configures; `budget` limits what model calls cost, in
    dollars; `timeout` limits each `eval`, `call` and `run`, in seconds. With `allow_import`
    programs import code from ``https://`` addresses that is not pinned, without a question.
    """

    def __init__(
        self,
        host: Host | None = None,
        programs: ProgramCache | None = None,
        off: Set[str] = frozenset(),
        *,
        files: Paths = (),
        model: str | None = None,
        budget: float | None = None,
        timeout: float | None = None,
        allow_import: bool = False,
    ) -> None:
        if host is None:
            # Loaded when it is wanted: the browser never needs it.
            from lispcore.hosts.terminal import TerminalHost

            host = TerminalHost()
            host.allows_imports = host.allows_imports or allow_import
        super().__init__(host, programs, off)
        self.timeout = timeout
        self._bridge = Bridge(self)
        self._watches: dict[int, _Watch] = {}
        self._guard = allocate_lock()
        self._executor: ThreadPoolExecutor | None = None
        if model is not None:
            self._choose(model)
        if budget is not None:
            self.call("llm/set-budget", budget)
        for path in [files] if isinstance(files, (str, os.PathLike)) else files:
            self.load(path)

    def _choose(self, model: str) -> None:
        from lispcore.llm.catalog import PROVIDERS, canonical_name

        provider, mark, name = model.partition("/")
        provider = canonical_name(provider)
        known = self.host.model_settings()
        if not mark or provider not in known["providers"]:
            if known["default"]:  # such as openrouter, whose models' names have such parts
                provider, name = known["default"], model
            elif self.host.environment("SEMA_LLM_CASSETTE"):
                provider, name = "demo", model  # a tape answers for whomever it names
            elif not mark or provider not in PROVIDERS:
                raise LispError(
                    f"nobody is configured who could answer as the model {model}",
                    kind="llm",
                    hint="name a provider, too, as in openai/gpt-5, and set its key: "
                    "(doc llm/configure) tells how; demo/demo answers without one",
                )
        options = Map.of([(intern_keyword("model"), name)])
        self.call("llm/configure", intern_keyword(provider), options)

    # --- running programs ---------------------------------------------------------------------

    def eval(
        self,
        text: str,
        name: str = "<input>",
        *,
        timeout: float | None = None,
        python: bool = False,
    ) -> Any:
        """Runs a program and returns the value of its last form; with `python`, as one of Python.

        Raises `LispError` for a mistake in the program, `TimeLimit` (a `LispError` and a
        `TimeoutError`) after `timeout` seconds, `Stopped` after `interrupt`.
        """
        with self.watched(timeout):
            value = super().eval(text, name)
            return self.to_python(value) if python else value

    def call(self, name: str, *arguments: Any) -> Value:
        """Calls the global function `name`, with values of Python or Lisp; returns its value.

        Raises what `eval` does.
        """
        with self.watched():
            return super().call(name, *[self.to_lisp(each) for each in arguments])

    def run(self, code: str) -> dict[str, Any]:
        """Runs a program and returns ``{"value", "output", "error"}``; raises `Stopped` only."""
        with self.watched():
            return super().run(code)

    def load(self, path: str | os.PathLike[str]) -> Value:
        """Runs a file; returns the value of its last form. Raises what `eval` does, and OSError."""
        with open(path, encoding="utf-8") as file:
            text = file.read()
        return self.eval(text, os.fspath(path))

    async def aeval(
        self,
        text: str,
        name: str = "<input>",
        *,
        timeout: float | None = None,
        python: bool = False,
    ) -> Any:
        """Does what `eval` does, in a thread of its own, while the event loop goes on.

        Programs that are awaited at the same time take turns. Cancelling stops the program.
        """
        import asyncio
        from concurrent.futures import ThreadPoolExecutor

        if self._executor is None:
            self._executor = ThreadPoolExecutor(1, "lispcore")
        future = self._executor.submit(self.eval, text, name, timeout=timeout, python=python)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            if not future.cancel():
                self.interrupt()
            raise

    def interrupt(self) -> bool:
        """Stops what runs, from any thread; `Stopped` is raised there. False if nothing runs."""
        asked = False
        for watch in list(self._watches.values()):
            asked = self._ask_to_stop(watch) or asked
        return asked

    def close(self) -> None:
        """Ends the tasks that are left, and the thread of `aeval`."""
        super().close()
        if self._executor is not None:
            self._executor.shutdown(wait=False)
            self._executor = None

    # --- values -------------------------------------------------------------------------------

    def define(self, name: str, value: Any) -> None:
        """Gives a function or any other value of Python a name in Lisp.

        A function is called with values of Python, its parameters by their places or by names
        (``(f 1 :sep "+")`` is ``f(1, sep="+")``); what it raises becomes a `LispError` of the kind
        "python" with the same words, whose ``__cause__`` it is.
        """
        from lispcore.reading.reader import read_many

        try:
            symbols = read_many(name)
        except LispError:
            symbols = []
        if len(symbols) != 1 or type(symbols[0]) is not Symbol:
            raise ValueError(f"{name!r} is no name in Lisp")
        # A keyword of Lisp can be called, too, and is no function for that.
        is_called = callable(value) and type(value) is not Keyword
        made = self._bridge.lisp_function(value, name) if is_called else self.to_lisp(value)
        self.globals[_HANDED_OVER] = lambda: made
        # As a program does it, so that code that relies on the name learns of it.
        with self.watched():
            super().eval(f"(define {name} ({_HANDED_OVER}))")
        del self.globals[_HANDED_OVER]

    def function(self, name: str) -> Callable[..., Any]:
        """Returns a function of Lisp for Python: it takes and gives values of Python.

        It can be called from anywhere, in any thread.
        """
        found = self.globals.get(mangle(name))
        if not callable(found):
            raise LispError(f"Unbound variable: {name}", kind="unbound", name=name)
        return self._bridge.python_function(found)

    def to_python(self, value: Value) -> Any:
        """Returns a value of Lisp as one of Python; docs/python.md has the table."""
        return self._bridge.to_python(value)

    def to_lisp(self, value: Any) -> Value:
        """Returns a value of Python as one of Lisp."""
        return self._bridge.to_lisp(value)

    # --- stopping -----------------------------------------------------------------------------

    @contextmanager
    def watched(self, timeout: float | None = None) -> Iterator[None]:
        """Lets what runs within a `with` statement be stopped by `interrupt` and by its limit."""
        me = get_ident()
        seconds = self.timeout if timeout is None else timeout
        outer = self._watches.get(me)
        if outer is not None:
            yield
            return
        watch = self._watches[me] = _Watch()
        timer = None
        try:
            if seconds is not None:
                timer = self._timer(seconds, watch)
            yield
        except Stopped:
            if watch.is_late:
                raise TimeLimit(seconds or 0) from None
            raise
        finally:
            if timer is not None:
                timer.cancel()
            self._end(watch)

    def _timer(self, seconds: float, watch: _Watch) -> Any:
        from threading import Timer

        def is_late() -> None:
            watch.is_late = True
            self._ask_to_stop(watch)

        timer = Timer(seconds, is_late)
        timer.daemon = True
        timer.start()
        return timer

    def _ask_to_stop(self, watch: _Watch) -> bool:
        with self._guard:
            if self._watches.get(watch.thread) is not watch:
                return False
            watch.is_asked = True
            _raise_in(watch.thread, Stopped)
            stop = getattr(self.host, "stop", None)  # wakes whoever waits there
            if stop is not None:
                stop()
            return True

    def _end(self, watch: _Watch) -> None:
        """Ends a watch, also while the order to stop arrives."""
        while True:
            with suppress(Stopped):
                with self._guard:
                    self._watches.pop(watch.thread, None)
                    if watch.is_asked:
                        _raise_in(watch.thread, None)
                if watch.is_asked:
                    with suppress(Stopped):
                        self.host.check()  # it has been heard
                    self.settle()
                return

    def settle(self) -> None:
        """Leaves the session for good, should the order to stop have come while it was left."""
        if self.lock._is_owned():
            self._inside.threads.pop(get_ident(), None)
            context.forget()
            self.lock._release_save()


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    """Raises an error in another thread, as soon as it runs code of Python; None takes it back."""
    with suppress(ImportError, AttributeError):
        import ctypes

        raised = None if error is None else ctypes.py_object(error)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), raised)


__all__ = ["Interpreter"]
