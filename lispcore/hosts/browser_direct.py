"""The transport of last resort: the interpreter's worker sends a request itself, whole.

Used where a browser can neither suspend WebAssembly nor share memory nor run our service worker.
Nothing streams, and no key is sent: keys live in the page, where such a worker cannot ask for them.
pyodide-http has put a browser's requests behind `urllib` before this is called.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType

from lispcore.llm.failures import ConnectionFailed, InvalidRequest, ProviderError
from lispcore.llm.http import PAGE_SCHEME, HttpRequest


class WholeResponse:
    """A reply that has arrived in full."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self._body = body

    def chunks(self) -> Iterator[bytes]:
        """Yields the body, once."""
        body, self._body = self._body, b""
        if body:
            yield body

    def close(self) -> None:
        """Does nothing: the request is over."""


def prepare(fetch_wheel: Callable[[str], bytes | None]) -> None:
    """Puts a browser's requests behind `urllib`, once; without the package none can be sent."""
    from lispcore.hosts.browser_packages import unpack

    wheel = fetch_wheel("pyodide-http")
    if wheel is None:
        return
    unpack(wheel)
    # What it streams with is a worker of its own, which is made on import in an isolated page. The
    # wall around this one forbids that, and nothing streams here anyway.
    streaming = ModuleType("pyodide_http._streaming")
    vars(streaming)["send_streaming_request"] = lambda request: False
    sys.modules[streaming.__name__] = streaming
    import pyodide_http

    pyodide_http.patch_urllib()


def fetch_whole(request: HttpRequest) -> WholeResponse:
    """Sends a request without a key; returns when all of the reply is there."""
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    if request.url.startswith(PAGE_SCHEME):
        raise InvalidRequest(
            "this browser can neither suspend nor share: a program cannot wait for the page here",
            advice="use a current Chrome, Edge or Firefox",
        )
    wanted = Request(
        request.url,
        data=request.body or None,
        headers=dict(request.headers),
        method=request.method,
    )
    try:
        with urlopen(wanted) as reply:
            status, headers, body = reply.status, reply.headers, reply.read()
    except HTTPError as error:
        status, headers, body = error.code, error.headers, error.read()
    except Exception as error:
        raise ConnectionFailed(
            f"no answer from {request.url}",
            advice="this browser can neither wait nor stream: use a current Chrome or Firefox",
        ) from error
    if request.credential is not None and status in (401, 403):
        raise ProviderError(
            f"HTTP {status}: the server wants a key, and from this browser none can be sent: keys "
            "stay in the page, and a program cannot wait for the page here",
            status=status,
            type="key-not-sent",
            advice="your key is not the problem: use a current Chrome, Edge, Firefox or Safari, or "
            "a model that needs no key",
            retryable=False,
        )
    return WholeResponse(status, {name.lower(): value for name, value in headers.items()}, body)
