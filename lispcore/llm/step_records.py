"""What the inspector learns of what stands around model calls: agents, and the tools they call.

``{"type": "step-start", "id", "parent", "kind", "name", "arguments", "at"}``
``{"type": "step-end", "id", "seconds", "result", "error"}``; `kind` is "agent" or "tool".
`parent` is the number of the step around, 0 for none;
the records of calls have it, too (inspection.py).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from contextvars import Token
from typing import Any, Final

from lispcore.llm.inspection import RecordKeeper, around

# The inspector shows them; what a tool gives may be a whole file.
_MOST_CHARACTERS: Final = 20_000

_numbers = itertools.count(1)


class StepRecord:
    """Keeps the record of one agent's exchange or one tool's work; calls within belong to it."""

    def __init__(
        self, keeper: RecordKeeper, kind: str, name: str, arguments: Mapping[str, Any] | None = None
    ) -> None:
        self._keeper = keeper
        self._id = next(_numbers)
        self._started = keeper.monotonic()
        keeper.record(
            {
                "type": "step-start",
                "id": self._id,
                "parent": around.get(),
                "kind": kind,
                "name": name,
                "arguments": dict(arguments or {}),
                "at": keeper.now(),
            }
        )
        self._token: Token[int] = around.set(self._id)

    def end(self, result: str = "", error: str = "") -> None:
        """Hands out the second half."""
        around.reset(self._token)
        self._keeper.record(
            {
                "type": "step-end",
                "id": self._id,
                "seconds": round(self._keeper.monotonic() - self._started, 4),
                "result": result[:_MOST_CHARACTERS],
                "error": error[:_MOST_CHARACTERS],
            }
        )
