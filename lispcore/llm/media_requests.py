"""Pictures, speech and transcripts: what is asked, and who offers them, as flat tables.

They are model calls like any other: a request that goes through the same client, layers and records
as a chat. A picture or sound comes as `MediaReady`, a transcript as text. Default models are those
of the providers' pages, late 2026.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from lispcore.llm.catalog import DEMO
from lispcore.llm.requests import Request, Settings

IMAGE: Final = "image"
SPEECH: Final = "speech"
TRANSCRIPT: Final = "transcript"


@dataclass(frozen=True, slots=True)
class MediaRequest(Request):
    """A picture, speech or a transcript. The words and files it goes by are its messages.

    `task` is IMAGE, SPEECH or TRANSCRIPT; the others are options in the provider's own words.
    """

    task: str = ""
    size: str | None = None
    quality: str | None = None
    background: str | None = None
    media_format: str | None = None
    voice: str | None = None
    speed: float | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class MediaService:
    """What one provider offers: the wire format, and the model."""

    dialect: str
    model: str


# The order is that of preference: the first one with a key is asked.
SERVICES: Final[dict[str, dict[str, MediaService]]] = {
    IMAGE: {
        "openai": MediaService("image-openai", "gpt-image-1"),
        "gemini": MediaService("image-gemini", "gemini-2.5-flash-image"),
        "openrouter": MediaService("image-openrouter", "google/gemini-2.5-flash-image"),
        DEMO: MediaService(DEMO, "demo"),
    },
    SPEECH: {
        "openai": MediaService("speech-openai", "gpt-4o-mini-tts"),
        "gemini": MediaService("speech-gemini", "gemini-2.5-flash-preview-tts"),
        DEMO: MediaService(DEMO, "demo"),
    },
    TRANSCRIPT: {
        "openai": MediaService("transcript-openai", "gpt-4o-mini-transcribe"),
        "groq": MediaService("transcript-openai", "whisper-large-v3-turbo"),
        "mistral": MediaService("transcript-openai", "voxtral-mini-latest"),
        "gemini": MediaService("transcript-gemini", "gemini-3.5-flash"),
        DEMO: MediaService(DEMO, "demo"),
    },
}


def service_of(task: str, settings: Settings) -> MediaService | None:
    """Returns what a provider offers for a task; a server that speaks like OpenAI may have it."""
    from lispcore.llm.catalog import PROVIDERS

    known = SERVICES[task].get(settings.provider)
    if known is None and settings.dialect == "openai" and settings.provider not in PROVIDERS:
        return MediaService(f"{task}-openai", "")
    return known


def settings_of_media(settings: Settings, service: MediaService, model: str = "") -> Settings:
    """Returns the settings under which a provider is asked for a task."""
    return replace(settings, dialect=service.dialect, model=model or service.model)
