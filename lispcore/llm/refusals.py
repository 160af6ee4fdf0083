"""Optional parameters that a server turned down: recognised, and left out from then on.

Servers differ in what they know beyond a model and messages. Who names a parameter that it does not
take is asked again without it, and the same model of the same server is not offered it again. What
is dropped says how the model should answer, never what it is asked.
"""

from __future__ import annotations

import re
from typing import Any, Final
from weakref import WeakKeyDictionary

from lispcore.llm.failures import ProviderError
from lispcore.llm.requests import Settings

# Parameter, in the order of asking -> how servers speak of them.
OPTIONAL: Final = {
    "max_completion_tokens": r"\bmax_completion_tokens\b",
    "max_tokens": r"\bmax_tokens\b",
    "temperature": r"\btemperature\b",
    "stream_options": r"\bstream_options\b",
    "stop": r"\bstop\b",
    "reasoning_effort": r"\breasoning_effort\b",
    "thinking": r"\bthinking\b",
    "adaptive": r"\badaptive\b|\beffort\b",
    "thinkingConfig": r"thinking|\bbudget\b",
    "json_schema": r"\bjson_schema\b|\bresponse_format\b|\binvalid schema\b",
    "response_format": r"\bresponse_format\b|\bjson_object\b",
    "output_config": r"\boutput_config\b|\boutput[_ ]format|structured output|schema",
    "responseSchema": r"\bresponse_?schema\b|\bspecified schema\b",
    "responseMimeType": r"\bresponse_?mime_?type\b|(JSON|enum) mode",
    "format": r"\bformat\b",
}
_REFUSAL: Final = re.compile(
    r"unsupported|not support|unrecogni[sz]ed|unknown|unexpected|extra|not permitted|deprecated"
    r"|unavailable|not enabled|cannot unmarshal|invalid format|only works in thinking mode"
    r"|only [\d.]+ is allowed"
    # Schemas that a provider's structured output cannot take; the prompt describes them, too.
    r"|invalid schema|schema is too complex|too many (states|optional|union)|should be non-empty",
    re.IGNORECASE,
)


def refused_parameter(error: ProviderError, body: bytes) -> str:
    """Returns the parameter of a request's body that an error blames, "" if it blames none."""
    if error.status not in (400, 422) or not _REFUSAL.search(f"{error.type} {error.message}"):
        return ""
    blamed = error.parameter or error.message
    for name, pattern in OPTIONAL.items():
        if f'"{name}"'.encode() in body and re.search(pattern, blamed, re.IGNORECASE):
            return name
    return ""


# Host -> (provider, address, model) -> what was turned down, for as long as the host lives.
_known: WeakKeyDictionary[Any, dict[tuple[str, str, str], frozenset[str]]] = WeakKeyDictionary()


def known_refusals(host: object, settings: Settings, model: str) -> frozenset[str]:
    """Returns what a model of a provider turned down before."""
    return _known.get(host, {}).get((settings.provider, settings.base_url, model), frozenset())


def remember_refusals(
    host: object, settings: Settings, model: str, refused: frozenset[str]
) -> None:
    """Keeps what a model of a provider turned down, once it has answered without."""
    _known.setdefault(host, {})[settings.provider, settings.base_url, model] = refused
