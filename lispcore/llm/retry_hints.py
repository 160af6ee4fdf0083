"""How long a provider asks to wait before the next attempt: read from wherever it says so.

In a page most headers of another origin cannot be read, so what the body says counts as well. In
order: ``retry-after-ms``; ``retry-after`` in seconds or as a date (RFC 9110, 10.2.3); Google's
``RetryInfo`` in the error's details; the reset times of rate limits that are used up
(``x-ratelimit-reset-…`` as OpenAI and Groq send them, ``anthropic-ratelimit-…-reset``); and the
sentence "try again in 1.5s" within the error's message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

# A hint beyond this says: not today. It is kept, so that the program can read it.
LONGEST_HINT_SECONDS: Final = 7 * 86400.0

_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART: Final = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h|d)")
_SENTENCE: Final = re.compile(
    r"(?:try again|retry|wait)[a-z ]{0,20}?"
    r"((?:\d{1,9}(?:\.\d{1,9})?(?:ms|s|m|h|d))+|\d{1,9}(?:\.\d{1,9})? ?sec(?:ond)?s?)\b",
    re.IGNORECASE,
)
_LIMITS: Final = ("requests", "tokens", "input-tokens", "output-tokens")


def hinted_seconds(headers: Mapping[str, str], body: Any, now: float) -> float | None:
    """Returns the seconds that a refusal asks to wait, None if it says nothing readable.

    `headers` has lower-case names, `body` is the JSON of the error (or its text), `now` the
    seconds since 1970, for dates.
    """
    found = (
        _number(headers.get("retry-after-ms"), 0.001),
        _retry_after(headers, now),
        _retry_info(body),
        _reset_time(headers, now),
        _sentence(body),
    )
    return next((seconds for seconds in found if seconds is not None), None)


def _number(text: str | None, unit: float = 1.0) -> float | None:
    try:
        seconds = float(text) * unit if text else -1.0
    except ValueError:
        return None
    return seconds if 0 <= seconds <= LONGEST_HINT_SECONDS else None


def _retry_after(headers: Mapping[str, str], now: float) -> float | None:
    text = headers.get("retry-after")
    if not text:
        return None
    seconds = _number(text)
    if seconds is not None:
        return seconds
    until = _http_date(text)
    if until is None:
        return None
    # The server's own clock, where it shows: ours may be wrong.
    start = _http_date(headers.get("date") or "")
    return _number(str(max(0.0, until - (now if start is None else start))))


def _http_date(text: str) -> float | None:
    if not text:
        return None
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _retry_info(body: Any) -> float | None:
    """Returns Google's hint: ``{"@type": "…RetryInfo", "retryDelay": "34s"}`` in the details."""
    value = body[0] if isinstance(body, list) and body else body
    error = value.get("error") if isinstance(value, dict) else None
    details = error.get("details") if isinstance(error, dict) else None
    for detail in details if isinstance(details, list) else ():
        delay = detail.get("retryDelay") if isinstance(detail, dict) else None
        if isinstance(delay, str):
            return duration_seconds(delay)
    return None


def _reset_time(headers: Mapping[str, str], now: float) -> float | None:
    waits = []
    for limit in _LIMITS:
        if _is_used_up(headers.get(f"x-ratelimit-remaining-{limit}")):
            waits.append(duration_seconds(headers.get(f"x-ratelimit-reset-{limit}") or ""))
        if _is_used_up(headers.get(f"anthropic-ratelimit-{limit}-remaining")):
            until = _iso_date(headers.get(f"anthropic-ratelimit-{limit}-reset") or "")
            waits.append(None if until is None else _number(str(max(0.0, until - now))))
    known = [seconds for seconds in waits if seconds is not None]
    return max(known) if known else None


def _is_used_up(text: str | None) -> bool:
    return text is not None and text.strip() == "0"


def _iso_date(text: str) -> float | None:
    if not text:
        return None
    from datetime import datetime

    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        return None
    return date.timestamp() if date.tzinfo is not None else None


def duration_seconds(text: str) -> float | None:
    """Returns a duration such as ``1s``, ``6m0s``, ``120ms`` or ``7.66`` in seconds."""
    text = text.strip()
    if not text:
        return None
    parts = _PART.findall(text)
    if parts and "".join(number + unit for number, unit in parts) == text:
        return _number(str(sum(float(number) * _UNITS[unit] for number, unit in parts)))
    return _number(text)


def _sentence(body: Any) -> float | None:
    text = body if isinstance(body, str) else _message(body)
    match = _SENTENCE.search(text[:2000])
    if match is None:
        return None
    said = match.group(1)
    return duration_seconds(re.sub(r" ?sec(?:ond)?s?$", "s", said.lower()))


def _message(body: Any) -> str:
    value = body[0] if isinstance(body, list) and body else body
    error = value.get("error") if isinstance(value, dict) else None
    message = error.get("message") if isinstance(error, dict) else error
    return message if isinstance(message, str) else ""
