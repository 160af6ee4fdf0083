"""Images on their way to a provider: made to fit, or left alone, and large ones in one piece."""

from __future__ import annotations

import base64
import random
import struct
import zlib
from hashlib import sha256
from typing import Any

import pytest
from model_server import ModelServer
from playground import Playground

from images import png
from lispcore.llm.media import image_size, media_type_of

pytestmark = pytest.mark.one_page

KEY = "test-key-1234"
LIMIT = 5 * 1024 * 1024
SEEING = '(llm/chat [(message/with-image :user "Describe it." (file/read-bytes "photo"))] {%s})'


def noise(width: int, height: int) -> bytes:
    """Returns a grey PNG that cannot be packed: as many bytes as pixels."""
    dice = random.Random(2)
    rows = b"".join(b"\0" + dice.randbytes(width) for _ in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(rows, 1))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + data + chunk(b"IEND", b"")


def give(playground: Playground, data: bytes) -> None:
    """Puts a file called photo where programs find it."""
    playground.part("file-input").set_input_files(
        {"name": "photo", "mimeType": "image/png", "buffer": data}
    )
    playground.page.wait_for_function(
        "length => playground.readFile('photo')?.length === length", arg=len(data)
    )


def sent_image(models: ModelServer) -> tuple[str, bytes]:
    """Returns the media type and the bytes of the image in Anthropic's form."""
    content: list[dict[str, Any]] = models.posts()[-1].json["messages"][0]["content"]
    (source,) = [part["source"] for part in content if part["type"] == "image"]
    assert len(source["data"]) <= LIMIT
    return source["media_type"], base64.b64decode(source["data"], validate=True)


@pytest.mark.parametrize("tier", ["", "?wait=shared", "?wait=service"])
def test_an_image_with_too_many_pixels_is_made_smaller(
    closed_playground: Playground, models: ModelServer, tier: str
) -> None:
    closed_playground.open(tier)
    closed_playground.configure("anthropic", models.url, KEY, "some-model")
    give(closed_playground, png(10_000, 500))
    assert closed_playground.run(SEEING % "")["value"] == '"Hello from the server."'
    kind, data = sent_image(models)
    assert kind == "image/png" == media_type_of(data)
    assert image_size(data) == (8000, 400)
    calls = closed_playground.page.evaluate("playground.calls()")
    assert len(calls) == 1
    assert "10000 × 500 pixels" in calls[0]["notes"][0]
    assert "8000 × 400 pixels" in calls[0]["notes"][0]


def test_an_image_with_too_many_bytes_becomes_a_jpeg_that_fits(
    playground: Playground, models: ModelServer
) -> None:
    playground.configure("anthropic", models.url, KEY, "some-model")
    give(playground, noise(2200, 2000))
    assert playground.run(SEEING % "")["error"] is None
    kind, data = sent_image(models)
    assert kind == "image/jpeg" == media_type_of(data)
    size = image_size(data)
    assert size is not None
    assert abs(size[0] / size[1] - 1.1) < 0.01


def test_a_program_may_want_it_smaller_or_as_it_is(
    playground: Playground, models: ModelServer
) -> None:
    playground.configure("anthropic", models.url, KEY, "some-model")
    photo = png(9000, 300)
    give(playground, photo)
    playground.run(SEEING % ":downscale #f")
    assert sent_image(models) == ("image/png", photo)
    playground.run(SEEING % ":downscale 600")
    assert image_size(sent_image(models)[1]) == (600, 20)


def test_a_damaged_image_that_should_be_smaller_is_an_error_to_catch(
    playground: Playground, models: ModelServer
) -> None:
    playground.configure("anthropic", models.url, KEY, "some-model")
    give(playground, png(9000, 300)[:200])
    error = playground.run(SEEING % "")["error"]
    assert "cannot read this image" in error["message"]
    assert ":downscale #f" in error["hint"]
    assert models.posts() == []


def test_an_image_of_20_megabytes_arrives_in_one_piece(
    playground: Playground, models: ModelServer
) -> None:
    playground.configure("openai", models.url, KEY, "some-model")
    photo = png(1, 1) + random.Random(3).randbytes(20_000_000)
    give(playground, photo)
    for _ in range(2):  # what was handed over once is still there for the next call
        assert playground.run(SEEING % "")["value"] == '"Hello from the server."'
        content = models.posts()[-1].json["messages"][0]["content"]
        (url,) = [part["image_url"]["url"] for part in content if part["type"] == "image_url"]
        kind, _, data = url.partition(";base64,")
        assert kind == "data:image/png"
        assert sha256(base64.b64decode(data)).digest() == sha256(photo).digest()
    (call,) = playground.page.evaluate("playground.calls()")
    assert "Describe it." in call["request"]
    assert len(call["request"]) < 10_000
