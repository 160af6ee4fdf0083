"""The demo model's pictures, speech and transcripts: deterministic, and made of the words.

A picture is a grid of coloured fields, a pattern of the hash of the prompt. Speech is a tone for
each word, higher for longer words. A transcript tells how long the recording is.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Generator
from typing import Any, Final

from lispcore.llm.events import Event, Finished, MediaReady, ModelNamed, TextDelta, UsageReport
from lispcore.llm.media import PNG, WAV, wave_file
from lispcore.llm.media_requests import IMAGE, SPEECH, MediaRequest
from lispcore.llm.messages import Media
from lispcore.llm.usage import Usage

MODEL: Final = "demo"
_FIELDS: Final = 8
_PIXELS: Final = 16  # of a field
_RATE: Final = 8000
_SAMPLES_A_WORD: Final = 1200
_MAX_WORDS: Final = 40


def stream_events(request: MediaRequest) -> Generator[Event, None, None]:
    """Yields the demo's answer."""
    words = " ".join(message.text for message in request.messages).split()
    yield ModelNamed(MODEL)
    if request.task == IMAGE:
        for number in range(request.answers or 1):
            yield MediaReady(Media(PNG, picture(f"{number} {' '.join(words)}")))
    elif request.task == SPEECH:
        yield MediaReady(Media(WAV, tones(words)))
    else:
        (sound,) = [media for message in request.messages for media in message.media]
        yield TextDelta(
            f"[demo model] I hear nothing; I was sent {sound.media_type} of "
            f"{len(sound.data):,} bytes."
        )
    yield UsageReport(Usage(len(words), 1))
    yield Finished("end_turn")


def describe_request(request: MediaRequest) -> dict[str, Any]:
    """Returns what the record of the call shows of a request."""
    media = [media for message in request.messages for media in message.media]
    return {
        "task": request.task,
        "text": " ".join(message.text for message in request.messages),
        "media": [f"{each.media_type}, {len(each.data)} bytes" for each in media],
    }


def picture(text: str) -> bytes:
    """Returns a PNG (W3C PNG 3) of 128 x 128 pixels, the same for the same text."""
    from hashlib import sha256

    digest = sha256(text.encode("utf-8", "replace")).digest()
    colours = [digest[0:3], digest[3:6], bytes(255 - each // 3 for each in digest[6:9])]
    rows = []
    for row in range(_FIELDS):
        # The right half mirrors the left one, which looks less like noise.
        half = [(digest[9 + row] >> (2 * column)) & 3 for column in range(_FIELDS // 2)]
        fields = [colours[min(each, 2)] for each in half + half[::-1]]
        line = b"\0" + b"".join(field * _PIXELS for field in fields)
        rows.append(line * _PIXELS)
    size = _FIELDS * _PIXELS
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def tones(words: list[str]) -> bytes:
    """Returns a WAVE file with a tone for each word."""
    samples = bytearray()
    for word in words[:_MAX_WORDS] or [""]:
        step = 2 * math.pi * (300 + 40 * min(len(word), 15)) / _RATE
        for place in range(_SAMPLES_A_WORD):
            loudness = 8000 * math.sin(math.pi * place / _SAMPLES_A_WORD)
            samples += struct.pack("<h", int(loudness * math.sin(step * place)))
    return wave_file(bytes(samples), _RATE)
