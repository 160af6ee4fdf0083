"""What can go wrong between a request and a whole reply.

    ModelError             text, provider, status, type, advice, and the text that had arrived
      InvalidRequest       refused before anything was sent (an image type the provider cannot take)
      ConnectionFailed     no answer at all
      ConnectionLost       the answer broke off while it was arriving
      TimedOut             nothing came for longer than allowed
      Truncated            the stream ended without its closing record
      MalformedReply       the answer is not in the provider's format (a web page, broken JSON)
      ProviderError        the provider said no: a status, or an error in mid-stream
      ToolLoopError        the model went on asking for tools, or every tool call failed
      AllProvidersFailed   no provider of a chain answered
      BudgetExceeded       the call would cost, or did cost, more than allowed

Hosts raise `ConnectionFailed`, `ConnectionLost` and `TimedOut`; everything else comes from here.
"""

from __future__ import annotations

from typing import ClassVar


class ModelError(Exception):
    """A model call that gave no whole reply. `message` says what happened, `advice` what to try.

    `status` is the HTTP status or 0, `partial` the text that had arrived, `retry_after` the seconds
    that the provider asked to wait (None where it said nothing readable), `parameter` the name of
    the parameter that the provider blames. `retryable` says whether another attempt makes sense,
    where somebody knows better than the kind of the error; `attempts` how many there were.
    """

    kind: ClassVar[str] = "model-error"

    def __init__(
        self,
        message: str,
        *,
        provider: str = "",
        status: int = 0,
        type: str = "",
        advice: str = "",
        partial: str = "",
        retry_after: float | None = None,
        parameter: str = "",
        retryable: bool | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.provider = provider
        self.status = status
        self.type = type or self.kind
        self.advice = advice
        self.partial = partial
        self.retry_after = retry_after
        self.parameter = parameter
        self.retryable = retryable
        self.attempts = 1


class InvalidRequest(ModelError):
    """The request cannot be put into the provider's format."""

    kind = "invalid-request"


class ConnectionFailed(ModelError):
    """There was no answer: no such host, refused, blocked by the browser."""

    kind = "connection-failed"


class ConnectionLost(ModelError):
    """The connection broke while the reply was arriving."""

    kind = "connection-lost"


class TimedOut(ModelError):
    """The provider was silent for too long."""

    kind = "timeout"


class Truncated(ModelError):
    """The stream ended cleanly but without the record that closes a reply."""

    kind = "truncated"


class MalformedReply(ModelError):
    """What arrived is not a reply in the provider's format."""

    kind = "malformed-reply"


class ProviderError(ModelError):
    """The provider's own error; `type` is its name for it (``overloaded_error``)."""

    kind = "provider-error"


class ToolLoopError(ModelError):
    """The exchange of tool calls and results did not come to an end."""

    kind = "tool-loop"


class BudgetExceeded(ModelError):
    """A limit of money or tokens is reached."""

    kind = "budget-exceeded"


class AllProvidersFailed(ModelError):
    """Every provider of a chain failed; the message names them all, the rest is the last one's."""

    kind = "all-providers-failed"
