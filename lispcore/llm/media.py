"""Recognises images and documents by their first bytes, and reads the size of images.

Formats: PNG (W3C PNG 3, sections 5.2 and 11.2.2), GIF (GIF89a, sections 17 and 18), JPEG (ITU-T
T.81, annex B), WebP (RFC 9649), PDF (ISO 32000: the header is near the start).
"""

from __future__ import annotations

from typing import Final

from lispcore.llm.failures import InvalidRequest

PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
GIF: Final = "image/gif"
WEBP: Final = "image/webp"
PDF: Final = "application/pdf"

WAV: Final = "audio/wav"
MP3: Final = "audio/mpeg"
OGG: Final = "audio/ogg"
FLAC: Final = "audio/flac"
AAC: Final = "audio/aac"
M4A: Final = "audio/mp4"
MP4: Final = "video/mp4"
QUICKTIME: Final = "video/quicktime"
WEBM: Final = "video/webm"
SOUND_AND_FILM: Final = (WAV, MP3, OGG, FLAC, AAC, M4A, MP4, QUICKTIME, WEBM)

# What a file of each kind is usually called, for servers that go by the end of a name.
SUFFIXES: Final = {
    WAV: "wav",
    MP3: "mp3",
    OGG: "ogg",
    FLAC: "flac",
    AAC: "aac",
    M4A: "m4a",
    MP4: "mp4",
    QUICKTIME: "mov",
    WEBM: "webm",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
}

MEDIA_TYPES: Final = (PNG, JPEG, GIF, WEBP, PDF)

# Other things people pick by mistake, by their first bytes.
_LOOKS_LIKE: Final = (
    (b"BM", "a BMP image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"\x00\x00\x01\x00", "an icon file (ICO)"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "gzip data"),
    (b"ID3", "an MP3 recording"),
    (b"OggS", "an Ogg recording"),
    (b"%!PS", "a PostScript file"),
    (b"\x7fELF", "a program"),
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "an XML or SVG file"),
    (b"<!DOCTYPE", "a web page"),
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
    (b"8BPS", "a Photoshop file"),
    (b"\xff\x0a", "a JPEG XL image"),
)

# The brand of an ISO base media file stands at byte 8.
_BRANDS: Final = {
    b"avif": "an AVIF image",
    b"avis": "an AVIF image",
    b"heic": "a HEIC image",
    b"heix": "a HEIC image",
    b"mif1": "a HEIF image",
}


def media_type_of(data: bytes) -> str:
    """Returns the media type of an image or a PDF; `InvalidRequest` names what it is instead."""
    # Four bytes tell a PNG and a GIF apart from all else, as in Sema.
    if data[:4] == b"\x89PNG":
        return PNG
    if data[:3] == b"\xff\xd8\xff":
        return JPEG
    if data[:4] == b"GIF8":
        return GIF
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if b"%PDF-" in data[:1024]:
        return PDF
    raise InvalidRequest(
        f"cannot send this as an image: it is {describe_bytes(data)}",
        type="unsupported-media",
        advice="PNG, JPEG, GIF, WebP images and PDF documents are recognised by their first bytes",
    )


def sound_or_film(data: bytes) -> str:
    """Returns the media type of a sound or film by its first bytes; "" for anything else.

    Formats: WAVE (RIFF), MP3 (ID3 tag or MPEG frame), Ogg (RFC 3533), FLAC, AAC (ADTS frame), ISO
    base media (ISO 14496-12: the brand stands at byte 8), Matroska and WebM (EBML).
    """
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return WAV
    if data[:3] == b"ID3" or (len(data) > 1 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2):
        return MP3
    if len(data) > 1 and data[0] == 0xFF and data[1] & 0xF6 == 0xF0:
        return AAC
    if data[4:8] == b"ftyp" and data[8:12] not in _BRANDS:
        brand = data[8:12]
        return M4A if brand[:3] == b"M4A" else QUICKTIME if brand == b"qt  " else MP4
    starts = ((b"OggS", OGG), (b"fLaC", FLAC), (b"\x1a\x45\xdf\xa3", WEBM))
    return next((kind for start, kind in starts if data.startswith(start)), "")


def wave_file(samples: bytes, rate: int) -> bytes:
    """Returns 16-bit PCM of one channel as a WAVE file; `rate` is in samples a second."""
    size = len(samples)
    numbers = ((1, 2), (1, 2), (rate, 4), (rate * 2, 4), (2, 2), (16, 2))
    form = b"".join(number.to_bytes(width, "little") for number, width in numbers)
    head = b"RIFF" + (36 + size).to_bytes(4, "little") + b"WAVEfmt \x10\x00\x00\x00" + form
    return head + b"data" + size.to_bytes(4, "little") + samples


def describe_bytes(data: bytes) -> str:
    """Returns what data that is no known image looks like, for a message to people."""
    if not data:
        return "empty"
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "a video or an audio file")
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, description in _LOOKS_LIKE:
        if data.startswith(magic) or (magic[:1] == b"<" and start.startswith(magic)):
            return description
    head = data[:64]
    try:
        text = head.decode("utf-8", "strict" if len(data) <= 64 else "ignore")
    except UnicodeDecodeError:
        text = ""
    if text and text.replace("\n", "").replace("\r", "").replace("\t", "").isprintable():
        shown = text[:24].split("\n")[0].strip()
        return f"text that begins with “{shown}”"
    return "data of an unknown kind that begins with the bytes " + data[:8].hex(" ")


def image_size(data: bytes) -> tuple[int, int] | None:
    """Returns width and height of an image in pixels, None if it is none or is cut off."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR" and len(data) >= 24:
        return _big(data[16:20]), _big(data[20:24])
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        return _little(data[6:8]), _little(data[8:10])
    if data[:3] == b"\xff\xd8\xff":
        return _jpeg_size(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp_size(data)
    return None


def _big(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _little(data: bytes) -> int:
    return int.from_bytes(data, "little")


# SOF0 … SOF15 carry the size; C4, C8 and CC in the same range mean other things.
_FRAME_HEADERS: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    position = 2
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            return None
        marker = data[position + 1]
        if marker == 0xFF:  # fill byte
            position += 1
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:  # markers without a segment
            position += 2
        elif marker in _FRAME_HEADERS:
            if position + 9 > len(data):
                return None
            return _big(data[position + 7 : position + 9]), _big(data[position + 5 : position + 7])
        else:
            position += 2 + max(2, _big(data[position + 2 : position + 4]))
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    chunk = data[12:16]
    if chunk == b"VP8X" and len(data) >= 30:
        return _little(data[24:27]) + 1, _little(data[27:30]) + 1
    if chunk == b"VP8L" and len(data) >= 25:
        bits = _little(data[21:25])
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    if chunk == b"VP8 " and len(data) >= 30:
        return _little(data[26:28]) & 0x3FFF, _little(data[28:30]) & 0x3FFF
    return None
