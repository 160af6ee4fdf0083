"""The messages of the Model Context Protocol: JSON-RPC 2.0, a request answered by one response.

Source: modelcontextprotocol.io, specification of 2025-06-18. A server may ask and tell in between:
what it asks for, other than a sign of life, is refused by the code that the specification names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from lispcore.values.errors import LispError

PROTOCOL_VERSION: Final = "2025-06-18"
# Older ones differ in nothing that is used here.
KNOWN_VERSIONS: Final = ("2025-11-25", PROTOCOL_VERSION, "2025-03-26", "2024-11-05")
METHOD_NOT_FOUND: Final = -32601


class Transport(Protocol):
    """How messages come to a server and back."""

    def ask(self, message: Mapping[str, Any], seconds: float | None) -> Mapping[str, Any]:
        """Sends a request; returns the response with its id."""
        ...

    def tell(self, message: Mapping[str, Any]) -> None:
        """Sends what has no answer."""
        ...

    def agree(self, version: str) -> None:
        """Notes the version of the protocol that both sides speak from now on."""
        ...

    def close(self) -> None:
        """Ends the connection."""
        ...


def request(number: int, method: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a request."""
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": dict(parameters)}


def notification(method: str, parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Returns what has no answer."""
    message: dict[str, Any] = {"jsonrpc": "2.0", "method": method}
    return message | {"params": dict(parameters)} if parameters else message


def cancelled(number: int) -> dict[str, Any]:
    """Returns the notice that nobody waits for the response to a request any more."""
    return notification("notifications/cancelled", {"requestId": number})


def is_response(message: Any, number: int) -> bool:
    """Tells whether a message answers a request."""
    return isinstance(message, dict) and message.get("id") == number and "method" not in message


def reply_to(message: Any) -> dict[str, Any] | None:
    """Returns the answer to what a server asks for; None for what asks for nothing."""
    if not isinstance(message, dict) or "method" not in message or message.get("id") is None:
        return None
    answer: dict[str, Any] = {"jsonrpc": "2.0", "id": message["id"]}
    if message["method"] == "ping":
        return answer | {"result": {}}
    said = f"this client does not offer {message['method']}"
    return answer | {"error": {"code": METHOD_NOT_FOUND, "message": said}}


def result_of(message: Mapping[str, Any], method: str) -> Mapping[str, Any]:
    """Returns the result of a response; raises `LispError` for an error in it."""
    error = message.get("error")
    if isinstance(error, dict):
        raise failed(f"{method}: {error.get('message') or 'an error'} (code {error.get('code')})")
    result = message.get("result")
    if not isinstance(result, dict):
        raise failed(f"{method}: the server answered without a result")
    return result


def failed(message: str, hint: str | None = None) -> LispError:
    """Returns the error for what a server says or does."""
    return LispError(message, kind="mcp", hint=hint)
