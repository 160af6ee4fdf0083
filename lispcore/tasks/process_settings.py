"""What Lisp asks of the Python process it runs in: deep calls, seldom collections, long integers.

These settings belong to the whole process. A program that owns its process, as the terminal's and
the page's worker do, makes them for good (`own_process`). In another program's process they hold
only while Lisp is at work: `enter` and `leave` count who is at work, in all threads, and the last
to leave puts back what the first found.

The recursion limit: Lisp's calls take no C stack, so only memory has to limit their depth. Python
3.11 counts calls within C, too: with so high a limit the `repr` of something very deep overflows
the C stack and ends the process. From 3.12 on the limit is one of Python's own calls alone, and C
is guarded by another; since 3.14 by the addresses of the stack itself.
"""

from __future__ import annotations

import gc
import sys
from _thread import RLock
from collections.abc import Iterator
from contextlib import contextmanager

# So deep that a recursion that ends has ended; an endless one is stopped before memory is full.
RECURSION_LIMIT = 400_000
# Programs make many small objects and few cycles: with Python's own numbers, looking for cycles
# takes up to half of the time of a program that builds lists.
COLLECTION_THRESHOLDS = (50_000, 20, 100)

# One that a finaliser or a signal handler may take again which runs Lisp while it is held.
_lock = RLock()
_owned = False
_at_work = 0
_found_limit: int | None = None  # None: it stays as it is
_found_thresholds: tuple[int, int, int] | None = None
_found_digits: int | None = None


def own_process() -> None:
    """Makes the settings for good: for a program that runs Lisp and nothing else."""
    global _owned
    with _lock:
        _owned = True
        _change()


def enter() -> None:
    """Makes the settings until `leave` has been called as often."""
    global _at_work
    if _owned:
        return
    with _lock:
        if _at_work == 0:
            _change()
        _at_work += 1


def leave() -> None:
    """Undoes one `enter`. What the program around has set otherwise meanwhile stays."""
    global _at_work
    if _owned:
        return
    with _lock:
        _at_work -= 1
        if _at_work:
            return
        if _found_limit is not None and sys.getrecursionlimit() == RECURSION_LIMIT:
            sys.setrecursionlimit(_found_limit)
        if _found_thresholds is not None and gc.get_threshold() == COLLECTION_THRESHOLDS:
            gc.set_threshold(*_found_thresholds)
        if _found_digits is not None and sys.get_int_max_str_digits() == 0:
            sys.set_int_max_str_digits(_found_digits)


@contextmanager
def uncollected() -> Iterator[None]:
    """Looks for no cycles meanwhile: for work that makes many objects which stay for a while."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _change() -> None:
    """Makes the settings that are less than Lisp needs, and notes what they were."""
    global _found_limit, _found_thresholds, _found_digits
    limit = sys.getrecursionlimit()
    _found_limit = limit if limit < RECURSION_LIMIT else None
    if _found_limit is not None:
        sys.setrecursionlimit(RECURSION_LIMIT)
    thresholds = gc.get_threshold()
    # The first being 0 means that nothing is collected by itself.
    _found_thresholds = thresholds if 0 < thresholds[0] < COLLECTION_THRESHOLDS[0] else None
    if _found_thresholds is not None:
        gc.set_threshold(*COLLECTION_THRESHOLDS)
    digits = sys.get_int_max_str_digits()
    _found_digits = digits or None  # 0 means no limit
    if digits:
        sys.set_int_max_str_digits(0)
