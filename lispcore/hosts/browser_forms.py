"""Forms in the page: what library/showing/forms.py asks there (web/src/app/questions.js)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from lispcore.values.errors import LispError


class Page(Protocol):
    """What is needed of the host (browser.py)."""

    tier: str

    def ask(self, request: Mapping[str, Any], body: bytes = b"") -> tuple[dict[str, Any], bytes]:
        """Sends a wish to the page and waits; returns the answer and its bytes."""
        ...


def fill_in(page: Page, name: str, form: Mapping[str, Any]) -> Any:
    """Shows a form and returns what was entered, None if the person declined.

    A text, places of choices, a truth value, or pairs of the names and bytes of files; `name` is
    the function that asks.
    """
    if page.tier == "direct":
        raise LispError(
            f"{name}: programs cannot wait for an answer in this browser",
            kind="unsupported",
            hint="a current Chrome, Edge, Firefox or Safari can; or set the value in the program",
        )
    answer, _ = page.ask({"operation": "form", "form": form})
    if "error" in answer:
        raise LispError(f"{name}: {answer['message']}", kind="io")
    given = answer["answer"]
    if form["kind"] != "upload" or given is None:
        return given
    return [(each["name"], _bytes_of(page, at, each["size"])) for at, each in enumerate(given)]


def _bytes_of(page: Page, file: int, size: int) -> bytes:
    pieces: list[bytes] = []
    at = 0
    while at < size:
        _, piece = page.ask({"operation": "upload", "file": file, "at": at})
        if not piece:  # it was changed on the disk meanwhile
            raise LispError("ui/upload: the file can no longer be read", kind="io")
        pieces.append(piece)
        at += len(piece)
    return b"".join(pieces)
