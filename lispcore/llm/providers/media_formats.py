"""Pictures, speech and transcripts, as OpenAI, Gemini and OpenRouter have them.

- OpenAI: ``POST …/images/generations`` (with pictures to go by: a form to ``…/images/edits``),
  ``…/audio/speech``, whose reply is the sound itself, ``…/audio/transcriptions``, a form.
- Gemini and OpenRouter: a chat whose answer may be a picture or sound.

Formats by the providers' public documentation (2026); not tried against the live services.
"""

from __future__ import annotations

import re
from dataclasses import replace
from math import gcd
from typing import Any, Final

from lispcore.llm.events import Event, Finished, MediaReady, TextDelta, UsageReport
from lispcore.llm.failures import InvalidRequest, MalformedReply
from lispcore.llm.framing import Record, SseDecoder
from lispcore.llm.http import HttpRequest
from lispcore.llm.media import SUFFIXES, sound_or_film
from lispcore.llm.media_requests import MediaRequest
from lispcore.llm.messages import Media, text_message
from lispcore.llm.multipart import Field, form_body, text_field
from lispcore.llm.providers import gemini, openai
from lispcore.llm.providers.dialect import (
    Dialect,
    ReplyDecoder,
    count,
    endpoint,
    json_request,
    mapping,
    merged,
    parse_object,
    sequence,
    string,
)
from lispcore.llm.providers.reply_media import media_of
from lispcore.llm.providers.whole_replies import BEARER, read_error, refuse
from lispcore.llm.requests import Request, Settings
from lispcore.llm.usage import Usage

_DEFAULT_VOICE: Final = "alloy"
_DEFAULT_GEMINI_VOICE: Final = "Kore"
_WRITE_DOWN: Final = "Write down what is said in this recording, word for word, and nothing else."


def _checked(request: Request, settings: Settings, what: str) -> MediaRequest:
    if not isinstance(request, MediaRequest):
        raise refuse(request, settings, what)
    return request


def _words(request: Request) -> str:
    return "\n\n".join(message.text for message in request.messages if message.text)


def _media(request: Request) -> list[Media]:
    return [media for message in request.messages for media in message.media]


def _present(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _form_request(
    url: str,
    fields: dict[str, Any],
    files: list[Field],
    request: Request,
    settings: Settings,
) -> HttpRequest:
    """Returns the POST of a form: like that of a JSON body, with another body."""
    plain = json_request(url, [], {}, BEARER, request, settings)
    more = merged(settings.extra_body or {}, request.extra_body or {})
    texts = [text_field(name, str(value)) for name, value in {**fields, **more}.items()]
    body, kind = form_body([*texts, *files])
    headers = tuple(each for each in plain.headers if each[0] != "content-type")
    return replace(plain, headers=(("content-type", kind), *headers), body=body)


def _file(name: str, media: Media) -> Field:
    filename = f"file.{SUFFIXES.get(media.media_type, 'bin')}"
    return Field(name, media.data, filename, media.media_type)


# --- requests -------------------------------------------------------------------------------------


def _openai_image(request: Request, settings: Settings) -> HttpRequest:
    wanted = _checked(request, settings, "pictures")
    model = wanted.model or settings.model
    fields = _present(
        model=model or None,
        prompt=_words(wanted),
        n=wanted.answers,
        size=wanted.size,
        quality=wanted.quality,
        background=wanted.background,
        output_format=wanted.media_format,
        # The newer models of OpenAI send files anyway and refuse the word.
        response_format=None if model.startswith("gpt-image") else "b64_json",
    )
    fields = {name: value for name, value in fields.items() if name not in wanted.refused}
    given = _media(wanted)
    if not given:
        url = endpoint(settings.base_url, "/v1", "/images/generations", version_in_base=True)
        return json_request(url, [], fields, BEARER, wanted, settings)
    url = endpoint(settings.base_url, "/v1", "/images/edits", version_in_base=True)
    name = "image" if len(given) == 1 else "image[]"
    files = [_file(name, media) for media in given]
    return _form_request(url, fields, files, wanted, settings)


def _shape(size: str | None) -> str:
    """Returns a size as Gemini counts it: "1536x1024" is the shape 3:2."""
    found = re.fullmatch(r"([1-9]\d{0,4})x([1-9]\d{0,4})", size or "")
    if not found:
        return size or ""
    width, height = int(found[1]), int(found[2])
    shared = gcd(width, height)
    return f"{width // shared}:{height // shared}"


def _gemini_image(request: Request, settings: Settings) -> HttpRequest:
    wanted = _checked(request, settings, "pictures")
    shape = _shape(wanted.size)
    config: dict[str, Any] = {"responseModalities": ["TEXT", "IMAGE"]}
    if ":" in shape:
        config["imageConfig"] = {"aspectRatio": shape}
    elif shape:
        config["imageConfig"] = {"imageSize": shape}
    return _as_chat(gemini.DIALECT, wanted, settings, {"generationConfig": config})


def _openrouter_image(request: Request, settings: Settings) -> HttpRequest:
    wanted = _checked(request, settings, "pictures")
    more: dict[str, Any] = {"modalities": ["image", "text"]}
    shape = _shape(wanted.size)
    if ":" in shape:
        more["image_config"] = {"aspect_ratio": shape}
    return _as_chat(openai.DIALECT, wanted, settings, more)


def _as_chat(
    dialect: Dialect, request: Request, settings: Settings, more: dict[str, Any]
) -> HttpRequest:
    """Returns a request for a chat with further members in its body."""
    body = merged(more, request.extra_body or {})
    return dialect.build_request(replace(request, extra_body=body), settings)


def _openai_speech(request: Request, settings: Settings) -> HttpRequest:
    wanted = _checked(request, settings, "speech")
    fields = _present(
        model=wanted.model or settings.model,
        input=_words(wanted),
        voice=wanted.voice or _DEFAULT_VOICE,
        response_format=wanted.media_format,
        speed=wanted.speed,
        instructions=wanted.system or None,
    )
    fields = {name: value for name, value in fields.items() if name not in wanted.refused}
    url = endpoint(settings.base_url, "/v1", "/audio/speech", version_in_base=True)
    return json_request(url, [], fields, BEARER, wanted, settings)


def _gemini_speech(request: Request, settings: Settings) -> HttpRequest:
    wanted = _checked(request, settings, "speech")
    voice = {"prebuiltVoiceConfig": {"voiceName": wanted.voice or _DEFAULT_GEMINI_VOICE}}
    config = {"responseModalities": ["AUDIO"], "speechConfig": {"voiceConfig": voice}}
    text = _words(wanted)
    # Directions for the voice stand before the words there, not in a system prompt.
    said = f"{wanted.system}: {text}" if wanted.system else text
    plain = replace(wanted, system=None, messages=(text_message("user", said),))
    return _as_chat(gemini.DIALECT, plain, settings, {"generationConfig": config})


def _openai_transcript(request: Request, settings: Settings) -> HttpRequest:
    wanted = _checked(request, settings, "transcripts")
    fields = _present(
        model=wanted.model or settings.model or None,
        language=wanted.language,
        prompt=_words(wanted) or None,
        response_format="json",
    )
    fields = {name: value for name, value in fields.items() if name not in wanted.refused}
    url = endpoint(settings.base_url, "/v1", "/audio/transcriptions", version_in_base=True)
    files = [_file("file", media) for media in _media(wanted)]
    return _form_request(url, fields, files, wanted, settings)


def _gemini_transcript(request: Request, settings: Settings) -> HttpRequest:
    wanted = _checked(request, settings, "transcripts")
    language = f" The language is {wanted.language}." if wanted.language else ""
    hint = f" {_words(wanted)}" if _words(wanted) else ""
    message = replace(
        text_message("user", _WRITE_DOWN + language + hint),
        parts=(*text_message("user", _WRITE_DOWN + language + hint).parts, *_media(wanted)),
    )
    return gemini.DIALECT.build_request(replace(wanted, messages=(message,)), settings)


# --- replies --------------------------------------------------------------------------------------


class _Whole(ReplyDecoder):
    """Reads a reply that comes as one JSON value."""

    def read(self, record: Record) -> list[Event]:
        """Returns what a reply says that was sent as a single record."""
        return self.read_whole(parse_object(record))

    def read_whole(self, body: Any) -> list[Event]:
        """Returns what a reply says."""
        value = mapping(body)
        events = self.answer(value)
        usage = mapping(value.get("usage"))
        sent = count(usage.get("input_tokens")) or count(usage.get("prompt_tokens"))
        said = count(usage.get("output_tokens")) or count(usage.get("completion_tokens"))
        self.complete = True
        return [*events, UsageReport(Usage(sent, said)), Finished("end_turn")]

    def answer(self, value: Any) -> list[Event]:
        """Returns the answer itself, or raises `MalformedReply`."""
        raise NotImplementedError


class ImageDecoder(_Whole):
    """Reads pictures."""

    def answer(self, value: Any) -> list[Event]:
        """Returns the pictures in their order."""
        rows = [mapping(row) for row in sequence(value.get("data"))]
        found = [media_of("", string(row.get("b64_json"))) for row in rows]
        media = [MediaReady(each) for each in found if each is not None]
        if not media and any(row.get("url") for row in rows):
            raise MalformedReply("the server answers with an address, not with the picture itself")
        if not media:
            raise MalformedReply("the reply holds no picture")
        return list(media)


class TranscriptDecoder(_Whole):
    """Reads a transcript."""

    def answer(self, value: Any) -> list[Event]:
        """Returns the words."""
        if not isinstance(value.get("text"), str):
            raise MalformedReply("the reply holds no transcript")
        return [TextDelta(value["text"])]


class SpeechDecoder(ReplyDecoder):
    """Takes the sound, which is the whole reply."""

    def read_bytes(self, body: bytes) -> list[Event]:
        """Returns the sound; what is none by its first bytes are raw samples."""
        if not body:
            raise MalformedReply("the reply holds no sound")
        if body[:1] in (b"{", b"<"):
            raise MalformedReply("the reply is text where a sound was expected")
        self.complete = True
        kind = sound_or_film(body)
        media = Media(kind or "audio/pcm", body)
        return [MediaReady(media), Finished("end_turn")]


def unsupported(task: str, provider: str) -> InvalidRequest:
    """Returns the error for a provider that does not offer a task."""
    what = {"image": "pictures", "speech": "speech", "transcript": "transcripts"}[task]
    return InvalidRequest(
        f"makes no {what} that are known here",
        provider=provider,
        type="unsupported",
        advice="choose one that does: {:provider :openai} or {:provider :gemini}; "
        "{:provider :demo} needs no key",
    )


DIALECTS: Final = (
    Dialect("image-openai", _openai_image, ImageDecoder, SseDecoder, read_error),
    Dialect("image-gemini", _gemini_image, gemini.Decoder, SseDecoder, gemini.read_error),
    Dialect("image-openrouter", _openrouter_image, openai.Decoder, SseDecoder, openai.read_error),
    Dialect(
        *("speech-openai", _openai_speech, SpeechDecoder, SseDecoder, read_error),
        answers_in_bytes=True,
    ),
    Dialect("speech-gemini", _gemini_speech, gemini.Decoder, SseDecoder, gemini.read_error),
    Dialect("transcript-openai", _openai_transcript, TranscriptDecoder, SseDecoder, read_error),
    Dialect("transcript-gemini", _gemini_transcript, gemini.Decoder, SseDecoder, gemini.read_error),
)
