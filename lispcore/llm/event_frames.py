"""Cuts Amazon's event streams (``application/vnd.amazon.eventstream``) into records.

A frame is its length, the length of its headers and a checksum of both, then headers, payload and a
checksum of all. A payload of Bedrock's holds the model's own event as base64. A frame whose
checksum is wrong is an error: what follows it cannot be told apart.
"""

from __future__ import annotations

import zlib
from typing import Any, Final

from lispcore.llm.failures import MalformedReply
from lispcore.llm.framing import Record
from lispcore.llm.json_values import read_json

_PRELUDE: Final = 12
_LEAST: Final = 16
MAX_FRAME: Final = 24 * 1024 * 1024
# Bytes of a header's value by its type; the others say themselves how long they are.
_FIXED: Final = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}
_SIZED: Final = (6, 7)


class EventFrames:
    """Bytes in, records out, wherever the network happens to split them."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes) -> list[Record]:
        """Returns the records that `data` completes."""
        self._pending += data
        records = []
        while len(self._pending) >= _PRELUDE:
            size, header_size, checksum = (_number(self._pending, at) for at in (0, 4, 8))
            if zlib.crc32(self._pending[:8]) != checksum:
                raise MalformedReply("a frame of the stream is damaged: its checksum is wrong")
            if not _LEAST <= size <= MAX_FRAME or header_size > size - _LEAST:
                raise MalformedReply("a frame of the stream has an impossible length")
            if len(self._pending) < size:
                break
            frame = bytes(self._pending[:size])
            del self._pending[:size]
            if zlib.crc32(frame[:-4]) != _number(frame, size - 4):
                raise MalformedReply("a frame of the stream is damaged: its checksum is wrong")
            records.append(
                _record(_headers(frame, header_size), frame[_PRELUDE + header_size : -4])
            )
        return records

    def finish(self) -> list[Record]:
        """Returns nothing: a frame that broke off says nothing."""
        return []


def _number(data: bytes | bytearray, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "big")


def _headers(frame: bytes, size: int) -> dict[str, str]:
    """Returns the headers whose values are texts."""
    found: dict[str, str] = {}
    at, end = _PRELUDE, _PRELUDE + size
    while at < end:
        name_end = at + 1 + frame[at]
        name, kind = frame[at + 1 : name_end].decode("utf-8", "replace"), frame[name_end]
        at = name_end + 1
        if kind in _SIZED:
            length = int.from_bytes(frame[at : at + 2], "big")
            if kind == 7:
                found[name] = frame[at + 2 : at + 2 + length].decode("utf-8", "replace")
            at += 2 + length
        elif kind in _FIXED:
            at += _FIXED[kind]
        else:
            raise MalformedReply("a frame of the stream has a header of an unknown kind")
    return found


def _record(headers: dict[str, str], payload: bytes) -> Record:
    import json
    from base64 import b64decode

    try:
        value: Any = read_json(payload.decode("utf-8", "replace")) if payload else {}
    except ValueError:
        value = {}
    value = value if isinstance(value, dict) else {}
    kind = headers.get(":message-type", "event")
    if kind != "event":
        named = headers.get(":exception-type") or headers.get(":error-code") or kind
        said = value.get("message") or value.get("Message") or headers.get(":error-message") or ""
        error = {"type": named, "message": str(said)}
        return Record("error", json.dumps({"type": "error", "error": error}))
    held = value.get("bytes")
    if not isinstance(held, str):
        return Record(headers.get(":event-type", ""), json.dumps(value))
    try:
        return Record("", b64decode(held, validate=True).decode("utf-8", "replace"))
    except ValueError:
        raise MalformedReply("a frame of the stream holds no base64") from None
