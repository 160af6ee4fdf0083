"""Runs a part of a test in a thread of its own.

After a browser test an event loop of Playwright's runs in the main thread, where asyncio then starts
no other one.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def in_a_thread(work: Callable[[], Result]) -> Result:
    """Returns what a function returns that is called in another thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()
