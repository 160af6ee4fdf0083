"""Pictures and sound: `llm/image`, `llm/speak`, `llm/transcribe`, `message/with-media`."""

from __future__ import annotations

from typing import Any, Final

from lispcore.library.arguments import given_options, sequence_argument, string_argument
from lispcore.library.models.message_values import role_argument
from lispcore.library.registry import accepts_options, function
from lispcore.llm.failures import InvalidRequest
from lispcore.llm.media import describe_bytes, media_type_of, sound_or_film
from lispcore.llm.messages import Media, Message, Part, Text
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import Bytevector, Keyword, List, Value, Vector, list_from

CHAPTER = "llm"

MOST_PICTURES: Final = 10
_COMMON: Final = ("provider", "model", "timeout", "extra-body")
_IMAGE_OPTIONS: Final = (*_COMMON, "images", "size", "quality", "background", "format", "n")
_SPEAK_OPTIONS: Final = (*_COMMON, "voice", "format", "speed", "instructions")
_TRANSCRIBE_OPTIONS: Final = (*_COMMON, "language", "prompt")


def _word(name: str, options: dict[str, Any], option: str) -> str | None:
    """Returns an option that is a word: a keyword or a text."""
    value = options.get(option)
    if value is None:
        return None
    if type(value) is Keyword:
        return value.name
    text: str = string_argument(f"{name}: option :{option}", value)
    return text


def _number(name: str, options: dict[str, Any], option: str, least: float, most: float) -> Any:
    value = options.get(option)
    if value is None or (type(value) in (int, float) and least <= value <= most):
        return value
    raise LispError(
        f"{name}: option :{option} expected a number from {least:g} to {most:g}", kind="type-error"
    )


def _common(name: str, options: dict[str, Any]) -> dict[str, Any]:
    """Returns the options that every request has, under the names of its fields."""
    from lispcore.library.models.calling.options import checked_option

    found = {
        "model": _word(name, options, "model") or "",
        "timeout_seconds": checked_option(name, "timeout", options.get("timeout")),
        "extra_body": checked_option(name, "extra-body", options.get("extra-body")),
    }
    return {field: value for field, value in found.items() if value is not None}


def _files(name: str, value: Value, argument: int, *, sound: bool) -> tuple[Media, ...]:
    """Returns bytevectors as media: one, or a list of them."""
    many = type(value) in (List, Vector)
    items = sequence_argument(name, value, argument) if many else [value]
    return tuple(_file(name, item, argument, sound=sound) for item in items)


def _file(name: str, value: Value, argument: int, *, sound: bool) -> Media:
    if type(value) is not Bytevector:
        error = wrong_type(name, "bytevector", value, argument)
        if type(value) is str:
            error.hint = "read the file first: (file/read-bytes path)"
        raise error
    data = bytes(value)
    kind = sound_or_film(data)
    if kind or not sound:
        try:
            return Media(kind or media_type_of(data), data)
        except InvalidRequest as refusal:
            raise LispError(f"{name}: {refusal.message}", hint=refusal.advice) from None
    raise LispError(
        f"{name}: this is no sound: it is {describe_bytes(data)}",
        hint="WAV, MP3, Ogg, FLAC, AAC, M4A, MP4 and WebM are recognised by their first bytes",
    )


@function(
    "llm/image",
    "prompt:string [options:map]",
    "bytevector or list",
    "Has a model draw a picture, and returns it as a bytevector (PNG, JPEG or WebP); with `:n` a "
    "list of them. Options: `:images` (a bytevector or a list of them: pictures to change or to go "
    'by), `:size` (such as "1024x1024"; for Gemini and OpenRouter "16:9"), `:quality`, '
    "`:background`, `:format`, `:n`, `:provider`, `:model`, `:timeout` (milliseconds), "
    "`:extra-body`. OpenAI, Gemini and OpenRouter draw; the demo model makes a pattern of the "
    "words.",
    [
        (
            '(take 4 (bytevector->list (llm/image "a red boat" {:provider :demo})))',
            "(137 80 78 71)",
        ),
        ('(count (llm/image "a boat" {:provider :demo :n 2}))', "2"),
        ('(llm/image "a boat" {:provider :anthropic})', "error: anthropic: makes no pictures"),
    ],
)
def image(prompt: Value, options: Value = None) -> Value:
    from lispcore.library.models.calling.media_calls import ask_for_media
    from lispcore.llm.media_requests import IMAGE, MediaRequest

    name = "llm/image"
    given = given_options(name, options, 2, _IMAGE_OPTIONS)
    parts: list[Part] = [Text(string_argument(name, prompt, 1))]
    if "images" in given:
        parts += _files(f"{name}: option :images", given["images"], 0, sound=False)
    wanted = _number(name, given, "n", 1, MOST_PICTURES)
    request = MediaRequest(
        (Message("user", tuple(parts)),),
        task=IMAGE,
        answers=wanted,
        size=_word(name, given, "size"),
        quality=_word(name, given, "quality"),
        background=_word(name, given, "background"),
        media_format=_word(name, given, "format"),
        **_common(name, given),
    )
    reply = ask_for_media(request, _word(name, given, "provider") or "")
    found = [Bytevector(each.data) for each in reply.media]
    if not found:
        raise LispError(
            f"{name}: the model answered without a picture",
            kind="llm",
            hint=f"it said: {reply.text[:200]}" if reply.text else "ask in other words",
        )
    return found[0] if wanted is None else list_from(found)


@function(
    "llm/speak",
    "text:string [options:map]",
    "bytevector",
    "Has a model say a text, and returns the sound as a bytevector (MP3, or WAV from Gemini and "
    "the demo model). Options: `:voice`, `:format` (such as `:wav`), `:speed` (0.25 to 4), "
    "`:instructions` (how to say it), `:provider` (OpenAI, Gemini), `:model`, `:timeout`, "
    "`:extra-body`.",
    [
        ('(take 4 (bytevector->list (llm/speak "hi" {:provider :demo})))', "(82 73 70 70)"),
        ('(llm/speak "hi" {:speed 9})', "error: :speed expected a number from 0.25 to 4"),
    ],
)
def speak(text: Value, options: Value = None) -> Value:
    from lispcore.library.models.calling.media_calls import ask_for_media
    from lispcore.llm.media_requests import SPEECH, MediaRequest

    name = "llm/speak"
    given = given_options(name, options, 2, _SPEAK_OPTIONS)
    request = MediaRequest(
        (Message("user", (Text(string_argument(name, text, 1)),)),),
        task=SPEECH,
        system=_word(name, given, "instructions"),
        voice=_word(name, given, "voice"),
        media_format=_word(name, given, "format"),
        speed=_number(name, given, "speed", 0.25, 4),
        **_common(name, given),
    )
    reply = ask_for_media(request, _word(name, given, "provider") or "")
    if not reply.media:
        raise LispError(f"{name}: the model answered without sound", kind="llm")
    return Bytevector(reply.media[0].data)


@function(
    "llm/transcribe",
    "sound:bytevector|list [options:map]",
    "string or list",
    "Returns what is said in a recording (WAV, MP3, Ogg, FLAC, AAC, M4A, MP4 or WebM); for a list "
    "of recordings, which are asked for one by one, the list of their texts. Options: "
    '`:language` (such as "de"), `:prompt` (words that may come up), `:provider` (OpenAI, Groq, '
    "Mistral, Gemini), `:model`, `:timeout`, `:extra-body`.",
    [
        (
            '(string/contains? (llm/transcribe (llm/speak "hi" {:provider :demo}) '
            '{:provider :demo}) "demo model")',
            "#t",
        ),
        ('(llm/transcribe "hello.mp3")', "error: argument 1 expected bytevector"),
        ("(llm/transcribe (bytevector 1 2 3))", "error: this is no sound"),
        ("(llm/transcribe (list))", "()"),
    ],
)
def transcribe(sound: Value, options: Value = None) -> Value:
    name = "llm/transcribe"
    given = given_options(name, options, 2, _TRANSCRIBE_OPTIONS)
    texts = [_transcript(name, media, given) for media in _files(name, sound, 1, sound=True)]
    return texts[0] if type(sound) is Bytevector else list_from(texts)


def _transcript(name: str, media: Media, given: dict[str, Any]) -> str:
    """Returns what is said in one recording."""
    from lispcore.library.models.calling.media_calls import ask_for_media
    from lispcore.llm.media_requests import TRANSCRIPT, MediaRequest

    prompt = _word(name, given, "prompt")
    parts: list[Part] = [*([Text(prompt)] if prompt else []), media]
    request = MediaRequest(
        (Message("user", tuple(parts)),),
        task=TRANSCRIPT,
        language=_word(name, given, "language"),
        **_common(name, given),
    )
    return ask_for_media(request, _word(name, given, "provider") or "").text.strip()


accepts_options("llm/image", _IMAGE_OPTIONS)
accepts_options("llm/speak", _SPEAK_OPTIONS)
accepts_options("llm/transcribe", _TRANSCRIBE_OPTIONS)


@function(
    "message/with-media",
    "role:keyword text:string media:bytevector|list",
    "message",
    "Makes a message of a text and files: images, PDF documents, sound or film (also several, in a "
    "list). What a file is tell its first bytes. Gemini takes sound and film, OpenAI sound as WAV "
    "or MP3; who takes something else says so.",
    [
        (
            '(message/with-media :user "What is said?" (string->utf8 "ID3..."))',
            '<message user "What is said?">',
        ),
        ('(message/with-media :user "?" (bytevector 66 77 1 2))', "error: a BMP image"),
    ],
)
def with_media(role: Value, text: Value, media: Value) -> Message:
    name = "message/with-media"
    role_name = role_argument(name, role, 1)
    words = string_argument(name, text, 2)
    return Message(role_name, (Text(words), *_files(name, media, 3, sound=False)))
