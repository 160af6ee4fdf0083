"""Which images a provider takes, as data, and images made to fit.

The numbers are those of the providers' own pages, as of mid 2026:
anthropic   platform.claude.com, "Images and vision", and the API's own refusals
openai      platform.openai.com, "Images and vision"
gemini      ai.google.dev, "Image understanding" (inline data)
groq        console.groq.com, "Images and Vision"
xai         docs.x.ai, "Image Understanding"
mistral     docs.mistral.ai, "Vision"

Others publish none: their images go out as they are. Making an image smaller is done by the page,
which answers ``page://image/`` (docs/protocol.md); a terminal has no picture library and says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from lispcore.llm.failures import InvalidRequest
from lispcore.llm.http import PAGE_SCHEME, HttpRequest, HttpResponse
from lispcore.llm.media import image_size
from lispcore.llm.messages import Media, Message, Part, ToolResult
from lispcore.llm.requests import Request, Settings

_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """What one provider takes; None where it says nothing.

    `edge` is the longest edge in pixels; beyond `many` images in a request it is `edge_of_many`.
    `encoded_bytes` counts one image as base64, `request_bytes` all images of a request together.
    """

    edge: int | None = None
    many: int = 0
    edge_of_many: int | None = None
    pixels: int | None = None
    encoded_bytes: int | None = None
    request_bytes: int | None = None


LIMITS: Final[dict[str, ImageLimits]] = {
    "anthropic": ImageLimits(
        edge=8000,
        many=20,
        edge_of_many=2000,
        encoded_bytes=5 * _MIB,
        request_bytes=30_000_000,  # of 32 MB: the words need room, too
    ),
    "openai": ImageLimits(request_bytes=48 * _MIB * 4 // 3),  # 50 MB before they become base64
    "gemini": ImageLimits(request_bytes=19_000_000),  # of 20 MB
    "groq": ImageLimits(pixels=33_177_600, request_bytes=3_900_000),  # of 4 MB
    "xai": ImageLimits(encoded_bytes=20 * _MIB * 4 // 3),
    "mistral": ImageLimits(encoded_bytes=10 * _MIB * 4 // 3),
}

_NONE: Final = ImageLimits()


class Resizer(Protocol):
    """The part of a host that is needed: `hosts.base.Host` is one."""

    name: str

    def fetch(self, request: HttpRequest) -> HttpResponse:
        """Sends a request."""
        ...


@dataclass(frozen=True, slots=True)
class _Room:
    """What one image of a request may measure."""

    edge: int | None
    pixels: int | None
    bytes: int | None

    def edge_for(self, size: tuple[int, int] | None) -> int | None:
        """Returns the longest edge that an image may have, None if it fits as it is."""
        if size is None:
            return None
        longest = max(size)
        allowed = longest if self.edge is None else min(longest, self.edge)
        area = size[0] * size[1]
        if self.pixels is not None and area > self.pixels:
            allowed = min(allowed, int(longest * (self.pixels / area) ** 0.5))
        return allowed if allowed < longest else None


def fit_images(
    request: Request, settings: Settings, host: Resizer, note: Callable[[str], Any]
) -> Request:
    """Returns the request with every image inside the provider's limits.

    `note` is told what was made smaller. `Request.downscale` 0 leaves all as it is, another number
    asks for that longest edge. Raises `InvalidRequest` where an image does not fit and nothing here
    can make it smaller.
    """
    images = [
        part for message in request.messages for part in message.media if _is_image(part.media_type)
    ]
    if not images or request.downscale == 0:
        return request
    room = _room_of(request, settings, len(images))
    if room == _Room(None, None, None):
        return request
    of_user = {id(part) for each in request.messages for part in each.parts}
    fitted: dict[int, Media | None] = {}
    for number, image in enumerate(images, 1):
        if id(image) in fitted:
            continue
        where = f"image {number} of {len(images)}" if len(images) > 1 else "the image"
        try:
            fitted[id(image)] = _fitted(image, room, where, settings.provider, host, note)
        except InvalidRequest as refusal:
            if id(image) in of_user:
                raise
            # One that a tool returned is named, and the model goes on.
            fitted[id(image)] = None
            note(f"{refusal.message}; it came from a tool and is named only")
    messages = tuple(_with_images(message, fitted) for message in request.messages)
    return replace(request, messages=messages)


def _is_image(media_type: str) -> bool:
    return media_type.startswith("image/")


def _room_of(request: Request, settings: Settings, count: int) -> _Room:
    limits = LIMITS.get(settings.provider, _NONE)
    edge = limits.edge_of_many if limits.many and count > limits.many else limits.edge
    if request.downscale is not None:
        edge = min(request.downscale, edge or request.downscale)
    share = limits.request_bytes and limits.request_bytes // count
    encoded = min((size for size in (limits.encoded_bytes, share) if size), default=None)
    # Three bytes become four characters of base64.
    return _Room(edge, limits.pixels, encoded and encoded // 4 * 3)


def _with_images(message: Message, fitted: dict[int, Media | None]) -> Message:
    if not any(id(media) in fitted for media in message.media):
        return message
    parts: list[Part] = []
    for part in message.parts:
        if isinstance(part, Media):
            part = fitted.get(id(part)) or part
        elif isinstance(part, ToolResult):
            shown = (fitted.get(id(each), each) for each in part.media)
            part = replace(part, media=tuple(each for each in shown if each is not None))
        parts.append(part)
    return replace(message, parts=tuple(parts))


def _fitted(
    image: Media,
    room: _Room,
    where: str,
    provider: str,
    host: Resizer,
    note: Callable[[str], Any],
) -> Media:
    size = image_size(image.data)
    edge = room.edge_for(size)
    too_long = room.bytes is not None and len(image.data) > room.bytes
    if edge is None and not too_long:
        return image
    if host.name != "browser":
        raise _too_large(image, size, room, where, provider)
    smaller = _resized(image, edge, room.bytes, where, provider, host)
    before, after = _described(image, size), _described(smaller, image_size(smaller.data))
    note(f"{where} was made smaller for {provider}: {before} became {after}")
    return smaller


def _described(image: Media, size: tuple[int, int] | None) -> str:
    kind = image.media_type.removeprefix("image/").upper()
    pixels = f"{size[0]} × {size[1]} pixels, " if size else ""
    return f"{kind}, {pixels}{_megabytes(len(image.data))}"


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 100_000 else f"{count / 1e3:.0f} kB"


def _too_large(
    image: Media, size: tuple[int, int] | None, room: _Room, where: str, provider: str
) -> InvalidRequest:
    allowed = []
    if room.edge is not None:
        allowed.append(f"{room.edge} pixels an edge")
    if room.pixels is not None:
        allowed.append(f"{room.pixels:,} pixels in all")
    if room.bytes is not None:
        allowed.append(_megabytes(room.bytes))
    return InvalidRequest(
        f"{where} is too large for {provider} ({_described(image, size)}): "
        f"it takes at most {', '.join(allowed)}",
        provider=provider,
        type="image-too-large",
        advice="make it smaller before you send it; the playground page does that by itself, and "
        "{:downscale #f} sends it as it is",
    )


# A conversation sends its images with every turn: the last ones need not be made again.
_MOST_KEPT: Final = 8
_kept: dict[tuple[bytes, str], Media] = {}


def _resized(
    image: Media, edge: int | None, limit: int | None, where: str, provider: str, host: Resizer
) -> Media:
    """Returns an image as the page makes it: the same picture with fewer pixels or bytes."""
    from hashlib import blake2b

    query = [f"type={image.media_type}"]
    query += [f"edge={edge}"] if edge is not None else []
    query += [f"bytes={limit}"] if limit is not None else []
    url = f"{PAGE_SCHEME}//image/?{'&'.join(query)}"
    key = (blake2b(image.data, digest_size=16).digest(), url)
    if key in _kept:
        return _kept[key]
    response = host.fetch(HttpRequest(url, "POST", (), image.data))
    try:
        data = b"".join(response.chunks())
    finally:
        response.close()
    if response.status != 200:
        raise InvalidRequest(
            f"{where} is too large for {provider} and cannot be made smaller: "
            + _said(data.decode("utf-8", "replace")),
            provider=provider,
            type="image-too-large",
            advice="choose another image; {:downscale #f} sends it as it is",
        )
    smaller = _kept[key] = Media(response.headers["content-type"], data)
    if len(_kept) > _MOST_KEPT:
        _kept.pop(next(iter(_kept)))
    return smaller


def _said(text: str) -> str:
    from lispcore.llm.json_values import read_json

    try:
        return str(read_json(text)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return text[:200]
