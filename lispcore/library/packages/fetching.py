"""Fetching a module: one file, as a text, without keys or cookies, and why it could not be had.

What lies at an address may be a page for people instead of a file, too large, no text, or not for
other sites: each is said in words that tell what to do.
"""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from lispcore.library.packages.addresses import Gist, gist_of, read_address
from lispcore.llm.http import HttpRequest
from lispcore.tasks.context import host
from lispcore.values.errors import LispError

MOST_BYTES: Final = 2_000_000
SECONDS: Final = 30.0
_MOST_REDIRECTS: Final = 5
_PAGE: Final = re.compile(
    rb"\s*(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype|html|head|body)\b", re.I | re.S
)
_LISP: Final = (".lisp", ".sema", ".scm", ".lsp", ".cl", ".clj", ".el", ".rkt")
# By these tags hosts know a request that brings code: it takes no cookies along, and the page asks,
# unless it is pinned.
_IMPORT: Final = {"purpose": "import"}
_PINNED: Final = {"purpose": "import", "pinned": "yes"}


class Fetched(NamedTuple):
    """The bytes of a module, and the address from which they came in the end."""

    data: bytes
    place: str


def fetch(address: str, *, is_allowed: bool) -> Fetched:
    """Returns what lies at an address; raises `LispError` if that is no program.

    Without `is_allowed` the page asks the visitor.
    """
    gist = gist_of(address)
    if gist is None:
        data, place = _ask(address, is_allowed)
    else:
        data, place = _file_of(gist, address, is_allowed)
    _check(address, data)
    return Fetched(data, place)


def _ask(address: str, is_allowed: bool) -> tuple[bytes, str]:
    """Returns the body of an answer and its address, after redirects."""
    from urllib.parse import urljoin

    place = address
    for _ in range(_MOST_REDIRECTS + 1):
        status, headers, body, ended = _send(address, place, is_allowed)
        location = headers.get("location")
        if status in (301, 302, 303, 307, 308) and location:
            place = read_address(urljoin(place, location))
            continue
        if not 200 <= status < 300:
            raise _refusal(address, place, status, headers)
        return body, ended
    raise _failed(
        address, f"it leads from one address to the next, more than {_MOST_REDIRECTS} times"
    )


def _send(address: str, place: str, is_allowed: bool) -> tuple[int, Any, bytes, str]:
    from lispcore.llm.failures import ModelError

    headers = (("accept", "application/vnd.github+json"),) if _is_listing(place) else ()
    tags = dict(_PINNED if is_allowed else _IMPORT)
    request = HttpRequest(place, "GET", headers, timeout_seconds=SECONDS, tags=tags)
    body = bytearray()
    try:
        response = host().fetch(request)
        try:
            for chunk in response.chunks():
                body += chunk
                if len(body) > MOST_BYTES * (4 if _is_listing(place) else 1):
                    raise _failed(address, f"it is larger than {MOST_BYTES:,} bytes")
        finally:
            response.close()
    except ModelError as error:
        raise _failed(address, error.message, _advice(error.advice)) from None
    ended = getattr(response, "address", "") or place
    return response.status, response.headers, bytes(body), read_address(ended)


def _is_listing(place: str) -> bool:
    return place.startswith("https://api.github.com/")


def _advice(advice: str) -> str | None:
    """Returns what to do; in the page, with what helps against servers that refuse other sites."""
    if host().name == "browser" and "CORS" in advice:
        return (
            f"{advice}; raw.githubusercontent.com, gists and cdn.jsdelivr.net let pages read, or "
            "add the file in Files and import it by its name"
        )
    return advice or None


def _refusal(address: str, place: str, status: int, headers: Any) -> LispError:
    name = place.partition("://")[2].partition("/")[0]
    if status in (404, 410):
        return _failed(
            address, f"nothing is there: {name} answered {status}", "look at the address"
        )
    if _is_listing(place) and status in (403, 429):
        return _failed(
            address,
            "GitHub answers no more questions about gists for now",
            'wait an hour, or import the address of the file behind "Raw"',
        )
    if status in (401, 403):
        return _failed(
            address,
            f"{name} shows it to some only, and answered {status}",
            "imports send no keys and no cookies: put the file beside the program",
        )
    return _failed(address, f"{name} answered {status}")


def _file_of(gist: Gist, address: str, is_allowed: bool) -> tuple[bytes, str]:
    """Returns a file of a gist and its address, which has the file's name."""
    import json

    body, _ = _ask(gist.listing, is_allowed)
    try:
        listed = json.loads(body)["files"]
        files = {name: each for name, each in listed.items() if isinstance(each, dict)}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _failed(address, "what GitHub answered is no gist") from None
    name = _choose(gist.file, list(files))
    if name is None:
        has = ", ".join(list(files)[:12]) or "nothing"
        raise _failed(address, f"this gist has no such file; it has {has}")
    place = gist.address_of(name)
    content = files[name].get("content")
    if files[name].get("truncated") is True or not isinstance(content, str):
        data, _ = _ask(read_address(str(files[name].get("raw_url"))), is_allowed)
        return data, place
    return content.encode("utf-8", "replace"), place


def _choose(wanted: str, names: list[str]) -> str | None:
    """Returns the file that is meant: the first program where none is named."""
    if wanted:
        slug = wanted.removeprefix("file-").lower()
        same = (each for each in names if each == wanted or _slug(each) == slug)
        return next(same, None)
    programs = [each for each in names if each.lower().endswith(_LISP)]
    return next(iter(programs or names), None)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9_]+", "-", name.lower()).strip("-")


def _check(address: str, data: bytes) -> None:
    if _PAGE.match(data[:4096]):
        raise _failed(
            address,
            "that is a web page, not a program",
            'import the address of the file itself, often behind a button called "Raw"',
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _failed(address, "what is there is no UTF-8 text") from None
    if not text.strip():
        raise _failed(address, "what is there is empty")


def _failed(address: str, reason: str, hint: str | None = None) -> LispError:
    return LispError(f"import: {address}: {reason}", kind="io", hint=hint or None, url=address)
