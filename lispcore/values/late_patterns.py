"""Regular expressions that are compiled when they are first used.

Compiling one takes 0.1 to 1 ms, several times that in WebAssembly, and a start of the language
would compile some sixty of which most programs use none.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _LatePattern:
    """Stands for a pattern, and keeps those of its methods that have been asked for."""

    def __init__(self, text: str, flags: re.RegexFlag) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, found)
        return found


def late_pattern(text: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """Returns what can be used as ``re.compile(text, flags)`` can."""
    return cast("re.Pattern[str]", _LatePattern(text, flags))
