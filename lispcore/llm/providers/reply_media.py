"""Pictures and sounds in replies: base64 and data URLs become files with a media type."""

from __future__ import annotations

import re
from typing import Final

from lispcore.llm.failures import InvalidRequest
from lispcore.llm.media import WAV, media_type_of, sound_or_film, wave_file
from lispcore.llm.messages import Media

_RATE: Final = re.compile(r"rate=(\d{4,6})")
_RAW_SOUND: Final = ("audio/l16", "audio/pcm")


def media_of(media_type: str, data: str) -> Media | None:
    """Returns a picture or sound that came as base64; None for what is none.

    `media_type` is what the provider says that it is; without it the first bytes decide. Raw
    samples ("audio/L16;rate=24000") become a file that can be played.
    """
    from binascii import Error, a2b_base64

    try:
        found = a2b_base64(data)
    except (Error, ValueError):
        return None
    if not found:
        return None
    if media_type.lower().startswith(_RAW_SOUND):
        rate = _RATE.search(media_type)
        return Media(WAV, wave_file(found, int(rate.group(1)) if rate else 24000))
    kind = media_type.partition(";")[0].strip() or sound_or_film(found) or _image_type(found)
    return Media(kind, found) if kind.startswith(("image/", "audio/", "video/")) else None


def _image_type(data: bytes) -> str:
    try:
        return media_type_of(data)
    except InvalidRequest:
        return ""


def media_of_url(url: str) -> Media | None:
    """Returns what a data URL holds (RFC 2397, as base64); None for any other address."""
    head, comma, data = url.partition(",")
    if not comma or not head.startswith("data:") or not head.endswith(";base64"):
        return None
    return media_of(head[5:-7], data)
