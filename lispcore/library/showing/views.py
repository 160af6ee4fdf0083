"""Views: what is shown in another form than as text. A host that shows none shows their text.

A view is plain data: its kind under "view", under "text" what it says in words, and what its kind
needs. docs/protocol.md lists them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lispcore.tasks import context


def show(view: Mapping[str, Any]) -> None:
    """Shows a view, or its text where the host shows text only."""
    host = context.host()
    shown = getattr(host, "show", None)
    if shown is None:
        host.write(f"{view['text']}\n")
    else:
        shown(view)
