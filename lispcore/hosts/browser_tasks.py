"""Stacks of calls in a browser that can suspend WebAssembly: one promising call for each.

A stack waits by `run_sync` on a JavaScript promise of its own and is resumed by resolving it.
Whoever resumes it waits in the same way, until the stack suspends itself or ends. So exactly one
stack runs at a time, apart from the moments in which one comes back from the page with an answer:
it then only reports that and waits for its turn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from js import Promise
from pyodide.ffi import create_proxy, run_sync


class _Stack:
    """One promising call: how to wake it, and the proxy that keeps its body alive."""

    __slots__ = ("proxy", "wake")

    def __init__(self) -> None:
        self.proxy: Any = None
        self.wake: Any = None


class PromiseSwitcher:
    """Implements `switching.Switcher` with JavaScript Promise Integration.

    `bridge` is the worker's object of functions: ``start(body)`` calls a function promisingly,
    ``sleep(seconds)`` gives a promise that Stop ends early.
    """

    can_switch = True
    leaves_outside = False
    # Each takes some 35 KB, and a tab dies at one to two GB.
    most_stacks = 15_000

    def __init__(self, bridge: Any) -> None:
        self._bridge = bridge
        self._running: _Stack | None = None
        # Resolves the promise on which the stack waits that resumed the running one.
        self._give_back: Any = None
        # Resolves the promise of `wait`.
        self._report: Any = None

    def start(self, body: Callable[[], None]) -> _Stack:
        """Runs `body` in a promising call until it suspends or ends."""
        stack = _Stack()

        def run() -> None:
            try:
                body()
            finally:
                stack.proxy.destroy()
                self._give_back()

        stack.proxy = create_proxy(run)
        self._hand_over(stack, lambda: self._bridge.start(stack.proxy))
        return stack

    def resume(self, stack: _Stack) -> None:
        """Goes on with a suspended stack until it suspends again or ends."""
        self._hand_over(stack, stack.wake)

    def _hand_over(self, stack: _Stack, begin: Callable[[], Any]) -> None:
        gate = Promise.withResolvers()
        before, self._running = self._running, stack
        self._give_back = gate.resolve
        begin()
        run_sync(gate.promise)
        self._running = before

    def suspend(self) -> None:
        """Gives control back to whoever started or resumed the running stack."""
        stack = self._running
        assert stack is not None
        give_back = self._give_back
        self._sleep(stack, give_back)

    @staticmethod
    def _sleep(stack: _Stack, before: Callable[[], Any]) -> None:
        gate = Promise.withResolvers()
        stack.wake = gate.resolve
        before()
        run_sync(gate.promise)

    def outside(self, work: Callable[[], Any], done: Callable[[], None]) -> Any:
        """Lets others run while this stack waits for the page; returns when it is its turn."""
        stack = self._running
        assert stack is not None
        self._give_back()
        result: Any = None
        failure: BaseException | None = None
        try:
            result = work()
        except BaseException as error:
            failure = error

        def report() -> None:
            done()
            if self._report is not None:
                self._report()

        self._sleep(stack, report)
        if failure is not None:
            raise failure
        return result

    def watch(self, number: int, writes: bool, seconds: float, done: Callable[[], None]) -> bool:
        """Never called: a page has no sockets."""
        raise AssertionError("a page has no sockets")

    def wait(self, seconds: float) -> bool:
        """Waits until a stack comes back from `outside`; False if none has after `seconds`."""
        if seconds <= 0:
            return False
        gate = Promise.withResolvers()
        is_done = False

        def report() -> None:
            nonlocal is_done
            is_done = True
            gate.resolve()

        self._report = report
        try:
            self._bridge.sleep(seconds).then(gate.resolve)
            run_sync(gate.promise)
        finally:
            self._report = None
        return is_done
