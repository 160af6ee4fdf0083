"""Waiting for something in the page, under the policy that is shipped.

Playwright's ``wait_for_function`` has the page itself evaluate the text of a condition again and
again, which the page's policy forbids. `Page.evaluate` goes through the debugger's protocol, which
no policy binds; so the condition is asked for from outside, and tests see the page as it is shipped.
"""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Page, TimeoutError

# Only what never comes is waited for so long: a busy machine may need a part of it.
USUAL_MILLISECONDS = 60_000
PAUSE_MILLISECONDS = 20


def wait_for_function(
    page: Page, expression: str, *, arg: Any = None, timeout: float | None = None, **_: Any
) -> None:
    """Returns once an expression, or a function of `arg`, gives something true in the page."""
    milliseconds = USUAL_MILLISECONDS if timeout is None else timeout
    end = time.monotonic() + milliseconds / 1000
    while not page.evaluate(expression, arg):
        if time.monotonic() > end:
            raise TimeoutError(f"not true within {milliseconds:.0f} ms: {expression}")
        page.wait_for_timeout(PAUSE_MILLISECONDS)


def wait_from_outside() -> None:
    """Has `Page.wait_for_function` do the same, wherever a test calls it."""
    Page.wait_for_function = wait_for_function  # type: ignore[method-assign,assignment]
