"""Forms with files in them (RFC 7578), for interfaces that take no JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form; one with a `filename` is a file. `media_type` "" leaves the type out."""

    name: str
    data: bytes
    filename: str = ""
    media_type: str = ""


def form_body(fields: Iterable[Field]) -> tuple[bytes, str]:
    """Returns the body of a form and its content type."""
    from secrets import token_hex

    boundary = f"lispcore-{token_hex(12)}"
    pieces: list[bytes] = []
    for field in fields:
        head = f'Content-Disposition: form-data; name="{_quoted(field.name)}"'
        if field.filename:
            head += f'; filename="{_quoted(field.filename)}"'
        if field.media_type:
            head += f"\r\nContent-Type: {_quoted(field.media_type)}"
        start = f"--{boundary}\r\n{head}\r\n\r\n".encode("utf-8", "replace")
        pieces += [start, field.data, b"\r\n"]
    pieces.append(f"--{boundary}--\r\n".encode())
    return b"".join(pieces), f"multipart/form-data; boundary={boundary}"


def text_field(name: str, text: str) -> Field:
    """Returns a field that is a text."""
    return Field(name, text.encode("utf-8", "replace"))


def _quoted(text: str) -> str:
    # As browsers do: neither a quotation mark nor a line end can end a header early.
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
