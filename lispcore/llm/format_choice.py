"""Which wire format a request goes out in: the usual one of its provider, or its successor.

Some requests go out in the newer format from the start; others once a server says that it takes
them in that one only. A server that says so and does not have the newer one is asked as before,
and whatever else it complained of must do.
"""

from __future__ import annotations

from typing import Final

from lispcore.llm.failures import ProviderError
from lispcore.llm.providers.dialect import Dialect
from lispcore.llm.refusals import FORMAT, Refusal, asks_for_newer_format, format_refused
from lispcore.llm.requests import Request, Settings
from lispcore.llm.wire_formats import OVER_THE_WIRE

_NOT_THERE: Final = (404, 405, 501)


class FormatChoice:
    """The wire format of one call: `dialect` is the one to send in next."""

    def __init__(
        self, usual: Dialect, request: Request, settings: Settings, known: tuple[Refusal, ...]
    ) -> None:
        settled = format_refused(known)
        self._usual = usual
        # At most one change each way, so that two complaints do not chase each other.
        self._may_move = bool(usual.newer) and not settled
        self._has_learned = False
        self._first: ProviderError | None = None
        name = settled or (usual.newer if usual.needs_newer(request, settings) else "")
        self.dialect = OVER_THE_WIRE[name] if name else usual

    def learn(self, error: ProviderError) -> str:
        """Takes in an error; returns a note if the request goes out in the newer format now."""
        is_usual = self.dialect is self._usual
        if not (self._may_move and is_usual and asks_for_newer_format(error)):
            return ""
        self._may_move, self._has_learned = False, True
        self._first = error
        self.dialect = OVER_THE_WIRE[self._usual.newer]
        return f"asked again in the format {self.dialect.name}: {error.message}"

    def come_back(self, error: ProviderError) -> ProviderError:
        """Returns the error to deal with: where the newer format is not there, the first one."""
        is_missing = error.status in _NOT_THERE or asks_for_newer_format(error)
        if self.dialect is self._usual or not is_missing:
            return error
        self._may_move, self._has_learned = False, True
        self.dialect = self._usual
        return self._first or error

    def refusals(self) -> tuple[Refusal, ...]:
        """Returns what is to be remembered, once the server has answered."""
        return (Refusal(FORMAT, supported=(self.dialect.name,)),) if self._has_learned else ()
