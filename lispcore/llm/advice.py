"""What to try when a call failed, as data: conditions and sentences, apart from the detection."""

from __future__ import annotations

import re
from typing import Final

from lispcore.llm.catalog import PROVIDERS
from lispcore.llm.requests import Settings

# (status or 0 for any, part of type and message, advice). The first match counts.
_ADVICE: Final = tuple(
    (status, re.compile(pattern, re.IGNORECASE), text)
    for status, pattern, text in (
        (
            0,
            r"CORS requests are not allowed",
            "this organisation forbids calls from a web page: allow them in the provider's "
            "console, or run the program on the terminal",
        ),
        (0, r"^page_model_missing", "open the page's settings and choose another model there"),
        (
            0,
            r"^page_model_not_downloaded",
            "open the page's settings, choose Chrome's built-in model and press Download",
        ),
        (0, r"^page_model_no_tools", "leave :tools out, or choose a provider that takes tools"),
        (0, r"^page_model_unsupported", "leave out what it cannot take, or choose another model"),
        (0, r"^page_model_failed", "try again; a smaller model needs less memory"),
        (0, r"model.*(not found|does not exist|unknown|invalid|not supported|not available)", ""),
        (0, r"(unknown|invalid|no such|not a valid) model", ""),
        (0, r"not_found_error.*model|model_not_found", ""),
        (
            0,
            r"^blocked |^no-answer-refusal",
            "the provider's content rules stopped it: put the request differently",
        ),
        (
            0,
            r"^no-answer-max_tokens",
            "allow more of them, some may go into thinking: {{:max-tokens 8000}}",
        ),
        (0, r"^no-answer-other", "try again, or put the request differently"),
        (
            0,
            r"credit|billing|insufficient_quota|payment",
            "the account has no credit left: look at the provider's billing page",
        ),
        (
            0,
            r"context.length|too many tokens|prompt is too long|maximum context|too large",
            "send less: a shorter prompt, fewer messages, or smaller images",
        ),
        (
            0,
            r"api.key not valid|invalid.*api.?key|incorrect api key|authentication",
            "the key is wrong or was withdrawn: copy it again from the provider's console",
        ),
        (401, r"", "check the key: is it complete, is it still valid, does it belong to {title}?"),
        (402, r"", "the account has no credit left: look at the provider's billing page"),
        (403, r"", "this key may not do that: check its rights, the region, and the model's terms"),
        (404, r"", "check the base URL ({base_url}) and the model's name ({model})"),
        (405, r"", "check the base URL ({base_url}): something else answers there"),
        (408, r"", "the provider gave up waiting: try again"),
        (413, r"", "the request is too large: send smaller or fewer images"),
        (429, r"", "too many requests or tokens: wait a little and try again"),
        (529, r"", "{title} is overloaded: wait a little and try again, or use another provider"),
        (0, r"overloaded", "{title} is overloaded: wait a little and try again"),
        (0, r"rate.?limit", "too many requests or tokens: wait a little and try again"),
        (500, r"", "a fault on the provider's side: try again"),
        (502, r"", "a gateway could not reach the provider: try again"),
        (503, r"", "the provider is busy or down: wait a little and try again"),
        (504, r"", "the provider was too slow for its gateway: try again"),
        (0, r"^redirect ", "check the base URL ({base_url}): the model is asked somewhere else"),
        (0, r"tool_use_failed", "the model made a tool call that cannot be read: try again"),
        (400, r"", "the server does not take this request: look at its message and the options"),
        (409, r"", "the provider was busy with something that collides: try again"),
        (422, r"", "the server does not take this request: look at its message and the options"),
        (
            0,
            r"server_error|api_error|internal|timeout|unavailable",
            "a fault on the provider's side: try again; what had arrived is kept in :partial",
        ),
    )
)

_UNKNOWN_MODEL: Final = (
    "check the model's name ({model}); choose another with {{:model …}} or in the settings"
)


def advice_for(
    settings: Settings, model: str, status: int, type: str, message: str, had_key: bool = True
) -> str:
    """Returns what to try after a provider said no, "" if there is nothing sensible to say."""
    if settings.provider == "ollama":
        special = _ollama_advice(status, message, model)
        if special:
            return special
    if status in (401, 403) and not had_key:
        return missing_key_advice(settings.provider)
    said = f"{type} {message}"
    for wanted, pattern, text in _ADVICE:
        if wanted in (0, status) and pattern.search(said):
            provider = PROVIDERS.get(settings.provider)
            return (text or _UNKNOWN_MODEL).format(
                title=provider.title if provider else settings.provider,
                base_url=settings.base_url,
                model=model,
            )
    return ""


def _ollama_advice(status: int, message: str, model: str) -> str:
    if status == 403:
        return (
            "Ollama answers no foreign web pages: start it with OLLAMA_ORIGINS set to this page's "
            "address"
        )
    if status == 404 and "not found" in message:
        return f"the model is not on your machine yet: run `ollama pull {model}`"
    if "does not support" in message:
        return "this model cannot do that: choose another, such as gemma3 for images"
    return ""


def missing_key_advice(name: str) -> str:
    """Returns how to provide the key of a provider."""
    provider = PROVIDERS.get(name)
    variable = provider.key_variables[0] if provider and provider.key_variables else ""
    on_terminal = f", or on the terminal in the environment variable {variable}" if variable else ""
    return f"enter the key in the page's settings{on_terminal}"


def unreachable_advice(settings: Settings, in_browser: bool) -> str:
    """Returns what to try when nobody answered."""
    local = re.match(r"https?://(localhost|127\.|\[::1\]|0\.0\.0\.0)", settings.base_url)
    if local:
        running = {
            "ollama": "is Ollama running? Start it with `ollama serve`",
            "lmstudio": "is its server running? Start it with `lms server start --cors`",
        }.get(settings.provider, "is the server running, and is the port right?")
        if not in_browser:
            return running
        return (
            running + " It must also allow this page (CORS; for Ollama the variable "
            "OLLAMA_ORIGINS), and the browser may ask for access to your local network"
        )
    if in_browser:
        return (
            f"check the network and the base URL ({settings.base_url}); browsers also say this "
            "when a server does not allow calls from web pages (CORS), or blocks an error reply"
        )
    return f"check the network and the base URL ({settings.base_url})"
