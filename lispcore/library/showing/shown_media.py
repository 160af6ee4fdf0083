"""Images and recordings in bytes, recognised by what they begin with."""

from __future__ import annotations

from typing import Any, Final

from lispcore.llm.media import GIF, JPEG, PNG, WEBP, image_size
from lispcore.values.errors import LispError

MOST_BYTES: Final = 5_000_000
AVIF: Final = "image/avif"
_NAMES: Final = {PNG: "PNG", JPEG: "JPEG", GIF: "GIF", WEBP: "WebP", AVIF: "AVIF"}
_SOUNDS: Final = (
    (b"ID3", "audio/mpeg", "MP3"),
    (b"OggS", "audio/ogg", "Ogg"),
    (b"fLaC", "audio/flac", "FLAC"),
    (b"\x1aE\xdf\xa3", "audio/webm", "WebM"),
)


def image_type(data: bytes) -> str | None:
    """Returns the media type of an image that browsers show."""
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return PNG
    if data[:3] == b"\xff\xd8\xff":
        return JPEG
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return GIF
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    return AVIF if data[4:8] == b"ftyp" and data[8:12] in (b"avif", b"avis") else None


def audio_type(data: bytes) -> tuple[str, str] | None:
    """Returns the media type of a recording, and how people call it."""
    for magic, kind, name in _SOUNDS:
        if data.startswith(magic):
            return kind, name
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "audio/wav", "WAV"
    if data[4:8] == b"ftyp" and data[8:11] in (b"M4A", b"mp4", b"iso"):
        return "audio/mp4", "AAC"
    if len(data) > 3 and data[0] == 0xFF:
        # A frame of MPEG audio: 11 bits set, a layer, and a rate that exists. AAC has no layer.
        if data[1] & 0xF6 == 0xF0:
            return "audio/aac", "AAC"
        if data[1] & 0xE0 == 0xE0 and data[1] & 0x06 and data[2] & 0xF0 not in (0, 0xF0):
            return "audio/mpeg", "MP3"
    return None


def _encoded(data: bytes) -> str:
    from base64 import b64encode

    if len(data) > MOST_BYTES:
        raise LispError(
            f"{len(data):,} bytes are too many to show, the limit is {MOST_BYTES:,}",
            hint="write them to a file: the page lists it",
        )
    return b64encode(data).decode("ascii")


def image_view(data: bytes) -> dict[str, Any] | None:
    """Returns the view of an image; None if the bytes are none."""
    kind = image_type(data)
    if kind is None:
        return None
    size = image_size(data)
    about = f"{size[0]} × {size[1]} pixels" if size else f"{len(data):,} bytes"
    name = f"{_NAMES[kind]} image, {about}"
    return {"view": "image", "text": f"[{name}]", "type": kind, "data": _encoded(data), "alt": name}


def audio_view(data: bytes) -> dict[str, Any] | None:
    """Returns the view of a recording; None if the bytes are none."""
    found = audio_type(data)
    if found is None:
        return None
    kind, name = found
    text = f"[{name} recording, {len(data):,} bytes]"
    return {"view": "audio", "text": text, "type": kind, "data": _encoded(data)}
