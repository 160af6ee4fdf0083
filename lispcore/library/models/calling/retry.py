"""The layer that asks again after a passing failure, later each time.

Only while nothing of the answer was handed on: what a program has seen cannot be taken back. The
waits grow exponentially with full jitter (a random part of 0.5, 1, 2 … seconds, 30 at most), so
that many who failed together do not come back together; a provider that says how long to wait is
obeyed. A wait that the call's `:timeout` or the limits below do not allow is not begun. Stop ends
any wait.
"""

from __future__ import annotations

import re
from typing import Final

from lispcore.library.models.calling.layers import AskNext, Call, Emit
from lispcore.library.models.calling.model_session import LispProvider
from lispcore.llm.catalog import PROVIDERS
from lispcore.llm.events import Event, ModelNamed, UsageReport
from lispcore.llm.failures import (
    ConnectionFailed,
    ConnectionLost,
    ModelError,
    ProviderError,
    TimedOut,
    Truncated,
)
from lispcore.llm.requests import Settings
from lispcore.tasks import context

DEFAULT_RETRIES: Final = 3
BASE_SECONDS: Final = 0.5
LONGEST_BACKOFF_SECONDS: Final = 30.0
# A provider that asks for more than this is not waited for: the program had better know.
LONGEST_HINT_SECONDS: Final = 60.0
# From the first attempt to the beginning of the last, all waits included.
MOST_SECONDS: Final = 180.0

_TRANSIENT_STATUSES: Final = frozenset((408, 409, 425, 429))
_LASTING_STATUSES: Final = frozenset((501, 505))
_USED_UP: Final = re.compile(r"insufficient_quota|billing|payment|credit", re.IGNORECASE)
# Names of passing faults in errors without a status: they come within a stream.
_TRANSIENT_TYPES: Final = re.compile(
    r"overloaded|rate.?limit|server_error|internal|api_error|timeout|unavailable|exhausted|deadline"
    r"|^(408|429|5\d\d)$",
    re.IGNORECASE,
)


def is_transient(error: ModelError, call: Call) -> bool:
    """Tells whether the same request may succeed a little later."""
    if error.retryable is not None:
        return error.retryable
    if isinstance(error, ProviderError):
        if is_used_up(error):
            return False
        if error.status:
            fault = 500 <= error.status < 600 and error.status not in _LASTING_STATUSES
            return fault or error.status in _TRANSIENT_STATUSES
        return bool(_TRANSIENT_TYPES.search(error.type))
    if isinstance(error, TimedOut):
        return call.request.timeout_seconds is None  # else the time that it had is over
    if isinstance(error, ConnectionFailed):
        return not _is_a_local_server_in_a_page(call)
    return isinstance(error, (ConnectionLost, Truncated))


def _is_a_local_server_in_a_page(call: Call) -> bool:
    # It does not run or does not allow this page; a browser tells neither from a passing failure.
    listed = PROVIDERS.get(call.provider.provider)
    return listed is not None and not listed.needs_key and context.host().name == "browser"


class _Gate:
    """Holds back what says nothing yet (model, tokens) until a part of the answer arrives."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._held: list[Event] = []
        self.is_open = False

    def take(self, event: Event) -> None:
        """Hands an event on, or keeps it for now."""
        if self.is_open:
            self._emit(event)
            return
        self._held.append(event)
        if not isinstance(event, (ModelNamed, UsageReport)):
            self.open()

    def open(self) -> None:
        """Hands on what was held back; from now on nothing is."""
        self.is_open = True
        held, self._held = self._held, []
        for event in held:
            self._emit(event)


def retry(call: Call, emit: Emit, ask_next: AskNext) -> None:
    """Asks until there is an answer, a lasting error, or no attempt left."""
    provider = call.provider
    if isinstance(provider, LispProvider):  # a function's error is the program's to handle
        ask_next(call, emit)
        return
    host = context.host()
    started = host.monotonic()
    most = _most_retries(call, provider)
    attempt = 0
    while True:
        attempt += 1
        gate = _Gate(emit)
        try:
            ask_next(call, gate.take)
            gate.open()
            return
        except ModelError as error:
            error.attempts = attempt
            if gate.is_open or attempt > most or not is_transient(error, call):
                raise
            seconds = seconds_to_wait(error, attempt, host.random())
            if not _is_worth_waiting(error, call, seconds, host.monotonic() - started):
                raise
            call.account.notes.append(
                f"attempt {attempt} of {most + 1} failed ({error.message}); "
                f"the next one {seconds:.2g} seconds later"
            )
        call.account.waited_seconds += seconds
        host.sleep(seconds)


def _most_retries(call: Call, provider: Settings) -> int:
    for number in (call.max_retries, provider.max_retries):
        if number is not None:
            return number
    return DEFAULT_RETRIES


def is_used_up(error: ProviderError) -> bool:
    """Tells whether the account's money or quota is used up, which no waiting mends."""
    return bool(_USED_UP.search(error.type))


def seconds_to_wait(error: ModelError, attempt: int, chance: float) -> float:
    """Returns the seconds before the next attempt; `chance` is a random number below 1."""
    backoff = min(LONGEST_BACKOFF_SECONDS, BASE_SECONDS * 2.0 ** min(attempt - 1, 30))
    if error.retry_after is None:
        return chance * backoff
    # A little later than asked: others were told the same moment.
    return error.retry_after + chance * BASE_SECONDS / 2


def _is_worth_waiting(error: ModelError, call: Call, seconds: float, passed: float) -> bool:
    limit = call.request.timeout_seconds
    if limit is not None and passed + seconds >= limit:
        return False
    if seconds > LONGEST_HINT_SECONDS:
        error.advice = f"the provider asks to wait {seconds:.0f} seconds before the next request"
        return False
    return passed + seconds <= MOST_SECONDS
