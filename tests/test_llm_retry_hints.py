"""How long to wait before the next attempt, wherever a provider says it."""

from __future__ import annotations

from typing import Any

import pytest

from lispcore.llm.retry_hints import LONGEST_HINT_SECONDS, duration_seconds, hinted_seconds

NOON = 1_792_584_000.0  # Wed, 21 Oct 2026 12:00:00 GMT


def said(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "rate_limit_error"}}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "1e300"}, None),
        ({"retry-after": str(LONGEST_HINT_SECONDS)}, LONGEST_HINT_SECONDS),
        ({"retry-after": "Wed, 21 Oct 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Wed, 21 Oct 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "6m1s"}, 361.0),
        ({"x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "6m1s"}, None),
        (
            {
                "anthropic-ratelimit-input-tokens-remaining": "0",
                "anthropic-ratelimit-input-tokens-reset": "2026-10-21T12:00:05Z",
            },
            5.0,
        ),
        (
            {
                "anthropic-ratelimit-requests-remaining": "0",
                "anthropic-ratelimit-requests-reset": "whenever",
            },
            None,
        ),
    ],
)
def test_headers(headers: dict[str, str], seconds: float | None) -> None:
    assert hinted_seconds(headers, None, NOON) == seconds


def test_a_date_is_read_by_the_servers_own_clock() -> None:
    headers = {
        "date": "Wed, 21 Oct 2026 09:00:00 GMT",
        "retry-after": "Wed, 21 Oct 2026 09:00:12 GMT",
    }
    assert hinted_seconds(headers, None, NOON) == 12.0


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (said("Rate limit reached. Please try again in 1.2s. See the limits page."), 1.2),
        (said("Please try again in 320ms."), 0.32),
        (said("Please try again in 1m2.5s."), 62.5),
        (said("Please retry in 34.07s."), 34.07),
        (said("Please try again after 20 seconds"), 20.0),
        (said("Slow down."), None),
        (said("You sent 20 messages"), None),
        ("wait 3 seconds", 3.0),
        ({"error": {"details": [{"reason": "x"}, {"retryDelay": "34s"}]}}, 34.0),
        ([{"error": {"details": [{"retryDelay": "0.5s"}]}}], 0.5),
        ({"error": {"details": [{"retryDelay": {}}]}}, None),
        ({"error": None}, None),
        ([], None),
        (7, None),
    ],
)
def test_bodies(body: Any, seconds: float | None) -> None:
    assert hinted_seconds({}, body, NOON) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1s", 1.0), ("2m", 120.0), ("1h2m3s", 3723.0), ("7.5", 7.5), ("", None), ("1s?", None)],
)
def test_durations(text: str, seconds: float | None) -> None:
    assert duration_seconds(text) == seconds
