"""Random sessions answer as they do when the compiler assumes nothing, see random_sessions.py.

``LISPCORE_SESSIONS=100000 pytest tests/test_random_sessions.py`` makes a longer run.
"""

from __future__ import annotations

import os

import pytest

from tests.random_sessions import difference, random_session, smallest

SESSIONS = int(os.environ.get("LISPCORE_SESSIONS", "500"))
# So many in one test, for tests run side by side.
PART = 50


@pytest.mark.parametrize("first", range(0, SESSIONS, PART))
def test_sessions(first: int) -> None:
    for number in range(first, min(first + PART, SESSIONS)):
        forms = random_session(number)
        if difference(forms) is not None:
            few = smallest(forms)
            index, found, right = difference(few) or (0, None, None)
            pytest.fail(f"session {number}: {few}, form {index} gives {found}, not {right}")
