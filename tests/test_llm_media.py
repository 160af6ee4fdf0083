"""Images are recognised by their first bytes; what is none is refused by name."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from images import PDF, gif, jpeg, png, webp
from lispcore.llm.failures import InvalidRequest
from lispcore.llm.media import MEDIA_TYPES, image_size, media_type_of

IMAGES = [
    (png(3, 2), "image/png", (3, 2)),
    (png(300, 1), "image/png", (300, 1)),
    (gif(640, 480), "image/gif", (640, 480)),
    (b"GIF87a" + gif(1, 2)[6:], "image/gif", (1, 2)),
    (jpeg(1024, 768), "image/jpeg", (1024, 768)),
    (webp(b"VP8 ", 400, 301), "image/webp", (400, 301)),
    (webp(b"VP8L", 386, 395), "image/webp", (386, 395)),
    (webp(b"VP8X", 70000, 2), "image/webp", (70000, 2)),
    (PDF, "application/pdf", None),
    (b"\n\njunk before " + PDF, "application/pdf", None),
]


@pytest.mark.parametrize(("data", "media_type", "size"), IMAGES)
def test_type_and_size(data: bytes, media_type: str, size: tuple[int, int] | None) -> None:
    assert media_type_of(data) == media_type
    assert image_size(data) == size


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"BM\0\0\0\0", "a BMP image"),
        (b"\0\0\0\x20ftypavif", "an AVIF image"),
        (b"\0\0\0\x20ftypheic", "a HEIC image"),
        (b"\0\0\0\x20ftypisom", "a video or an audio file"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b'<?xml version="1.0"?><svg/>', "an XML or SVG file"),
        (b"\xef\xbb\xbf  <svg xmlns", "an SVG drawing"),
        (b"<!DOCTYPE html><p>", "a web page"),
        (b"hello world, this is text", "text that begins with “hello world, this is tex”"),
        (b"\x01\x02\x03\xff\xfe", "begins with the bytes 01 02 03 ff fe"),
    ],
)
def test_other_data_is_refused_by_name(data: bytes, words: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        media_type_of(data)
    assert words in caught.value.message
    assert "PNG, JPEG, GIF, WebP" in caught.value.advice


@pytest.mark.parametrize(("data", "media_type", "size"), IMAGES[:8])
def test_a_cut_image_has_no_size_or_the_right_one(
    data: bytes, media_type: str, size: tuple[int, int]
) -> None:
    for length in range(len(data)):
        assert image_size(data[:length]) in (None, size)


@given(
    st.binary(max_size=80), st.sampled_from([b"\xff\xd8\xff", b"GIF89a", b"RIFF1234WEBPVP8 ", b""])
)
def test_no_bytes_whatever_make_it_fail(data: bytes, start: bytes) -> None:
    image_size(start + data)
    with contextlib.suppress(InvalidRequest):
        assert media_type_of(start + data) in MEDIA_TYPES
