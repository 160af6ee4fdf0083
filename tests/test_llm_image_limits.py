"""Images that are too large for a provider: made smaller by the page, refused on a terminal."""

from __future__ import annotations

import base64
import tracemalloc

import pytest

from fake_host import FakeHost, FakeResponse
from images import jpeg, png
from lispcore.llm.catalog import settings_for
from lispcore.llm.failures import InvalidRequest
from lispcore.llm.http import HttpRequest
from lispcore.llm.image_limits import LIMITS, fit_images
from lispcore.llm.inspection import shortened_body
from lispcore.llm.messages import Media, Message, Text, ToolResult
from lispcore.llm.providers import anthropic, gemini, ollama, openai
from lispcore.llm.providers.dialect import Base64, encode_body
from lispcore.llm.requests import Request, Settings

SMALLER = jpeg(10, 10)


class Page(FakeHost):
    """A host that makes every image the same small one."""

    name = "browser"

    def __init__(self, reply: FakeResponse | None = None) -> None:
        super().__init__()
        self.reply = reply

    def fetch(self, request: HttpRequest) -> FakeResponse:
        self.requests.append(request)
        return self.reply or FakeResponse(SMALLER, headers={"content-type": "image/jpeg"})


def asking(*images: Media, downscale: int | None = None) -> Request:
    parts = (Text("What is this?"), *images)
    return Request((Message("user", parts),), "m", downscale=downscale)


def settings(name: str) -> Settings:
    found = settings_for(name)
    assert found is not None
    return found


def wide(width: int, number: int = 0) -> Media:
    return Media("image/jpeg", jpeg(width, 100) + bytes([number]))


def heavy(size: int) -> Media:
    return Media("image/jpeg", jpeg(100, 100) + bytes(size))


def fit(request: Request, name: str, host: FakeHost) -> tuple[list[Media], list[str]]:
    notes: list[str] = []
    fitted = fit_images(request, settings(name), host, notes.append)
    return [media for message in fitted.messages for media in message.media], notes


def test_an_image_inside_the_limits_is_the_very_same() -> None:
    host = Page()
    request = asking(wide(8000))
    notes: list[str] = []
    assert fit_images(request, settings("anthropic"), host, notes.append) is not None
    assert fit(request, "anthropic", host) == ([wide(8000)], [])
    assert host.requests == []


def test_an_image_with_too_many_pixels_is_made_smaller_by_the_page() -> None:
    host = Page()
    images, notes = fit(asking(wide(8001)), "anthropic", host)
    assert images == [Media("image/jpeg", SMALLER)]
    (request,) = host.requests
    limit = 5 * 1024 * 1024 // 4 * 3
    assert request.url == f"page://image/?type=image/jpeg&edge=8000&bytes={limit}"
    assert request.body == wide(8001).data
    (note,) = notes
    assert note.startswith("the image was made smaller for anthropic: JPEG, 8001 × 100 pixels")
    assert "became JPEG, 10 × 10 pixels" in note


def test_the_limit_counts_base64() -> None:
    limit = 5 * 1024 * 1024 // 4 * 3
    fits = heavy(limit - len(jpeg(100, 100)))
    assert len(base64.b64encode(fits.data)) <= 5 * 1024 * 1024
    assert fit(asking(fits), "anthropic", Page())[1] == []
    assert len(fit(asking(heavy(limit)), "anthropic", Page())[1]) == 1


def test_many_images_share_the_room_and_may_be_smaller_only() -> None:
    twenty = [wide(2001, number) for number in range(20)]
    assert fit(asking(*twenty), "anthropic", Page())[1] == []
    host = Page()
    images, notes = fit(asking(*twenty, wide(2001, 20)), "anthropic", host)
    assert len(notes) == 21
    assert "image 21 of 21" in notes[-1]
    assert all("edge=2000" in request.url for request in host.requests)
    assert {image.data for image in images} == {SMALLER}


def test_pixels_in_all_limit_the_edge() -> None:
    host = Page()
    fit(asking(Media("image/png", png(1, 1)[:16] + (8000).to_bytes(4, "big") * 2)), "groq", host)
    edge = int(host.requests[0].url.partition("edge=")[2].partition("&")[0])
    assert edge <= 5760 < edge + 2  # 5760 × 5760 are 33,177,600


def test_a_program_may_forbid_it_or_ask_for_less() -> None:
    host = Page()
    assert fit(asking(wide(9000), downscale=0), "anthropic", host)[0] == [wide(9000)]
    assert host.requests == []
    fit(asking(wide(1000, 1), downscale=512), "ollama", host)
    assert host.requests[0].url == "page://image/?type=image/jpeg&edge=512"


def test_the_same_image_is_made_smaller_once() -> None:
    host = Page()
    for _ in range(3):
        images, notes = fit(asking(wide(9999, 7)), "anthropic", host)
        assert images[0].data == SMALLER
        assert len(notes) == 1
    assert len(host.requests) == 1


def test_a_terminal_names_the_limit_and_the_size() -> None:
    with pytest.raises(InvalidRequest) as caught:
        fit(asking(wide(8001)), "anthropic", FakeHost())
    error = caught.value
    assert error.type == "image-too-large"
    assert "8001 × 100 pixels" in error.message
    assert "8000 pixels an edge" in error.message
    assert ":downscale #f" in error.advice


def test_what_the_page_says_of_a_damaged_image_is_passed_on() -> None:
    said = b'{"error": {"message": "the browser cannot read this image"}}'
    with pytest.raises(InvalidRequest, match="cannot read this image"):
        fit(asking(wide(8500)), "anthropic", Page(FakeResponse(said, status=415)))


def test_providers_without_known_limits_get_all_as_it_is() -> None:
    assert "ollama" not in LIMITS
    assert fit(asking(wide(60000)), "ollama", FakeHost())[1] == []


def test_base64_stands_in_the_body_as_text() -> None:
    data = bytes(range(256)) * 1000
    encoded = base64.b64encode(data).decode()
    body = {"a": "base64-0", "b": [Base64(data, "data:image/png;base64,")], "c": Base64(b"")}
    expected = f'{{"a": "base64-0", "b": ["data:image/png;base64,{encoded}"], "c": ""}}'
    assert encode_body(body) == expected.encode()
    assert encode_body({"x": "é"}) == '{"x": "é"}'.encode()


@pytest.mark.parametrize("dialect", [anthropic, openai, gemini, ollama])
def test_a_large_image_is_copied_once_on_its_way_into_a_request(dialect: object) -> None:
    data = png(1, 1) + bytes(20_000_000)
    request = asking(Media("image/png", data))
    name = dialect.__name__.rpartition(".")[2]  # type: ignore[attr-defined]
    encoded = len(data) * 4 // 3
    tracemalloc.start()
    try:
        body = dialect.DIALECT.build_request(request, settings(name)).body  # type: ignore[attr-defined]
        built = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        shown = shortened_body(body)
        described = tracemalloc.get_traced_memory()[1] - len(body)
    finally:
        tracemalloc.stop()
    assert len(body) > encoded
    # The body and the spare room of the buffer that it grows in.
    assert built < encoded * 1.3
    assert described < 1_000_000
    assert f"(base64, {(len(data) + 2) // 3 * 4} characters)" in shown


def test_a_picture_of_a_tool_that_is_too_large_is_named_only_on_a_terminal() -> None:
    result = ToolResult("c", "draw", "[image/jpeg]", media=(wide(8001), wide(100)))
    request = Request((Message("user", (Text("Draw."),)), Message("tool", (result,))), "m")
    shown, (note,) = fit(request, "anthropic", FakeHost())
    assert shown == [wide(100)]
    assert "is too large for anthropic" in note
    assert note.endswith("it came from a tool and is named only")
    assert fit(request, "anthropic", Page())[0] == [Media("image/jpeg", SMALLER), wide(100)]
