"""Forms with files in them (RFC 7578), for interfaces that take no JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class File:
    """A file of a form."""

    name: str
    media_type: str
    data: bytes


def form_body(
    fields: Mapping[str, str | File], files: tuple[tuple[str, File], ...] = ()
) -> tuple[bytes, str]:
    """Returns the body of a form and its content type; `files` may repeat a field's name."""
    from secrets import token_hex

    mark = f"lispcore-{token_hex(12)}"
    pieces: list[bytes] = []
    for name, value in (*fields.items(), *files):
        head = f'--{mark}\r\ncontent-disposition: form-data; name="{name}"'
        if isinstance(value, File):
            head += f'; filename="{value.name}"\r\ncontent-type: {value.media_type}'
            data = value.data
        else:
            data = value.encode("utf-8", "replace")
        pieces += [head.encode() + b"\r\n\r\n", data, b"\r\n"]
    pieces.append(f"--{mark}--\r\n".encode())
    return b"".join(pieces), f"multipart/form-data; boundary={mark}"
