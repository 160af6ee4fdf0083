"""The web server of the built page, under the name by which build.py and the tests know it.

What it does stands in lispcore/commands/page_server.py: `lispcore serve` is the same server.
"""

from __future__ import annotations

from lispcore.commands.page_server import (
    ADDRESS,
    PageServer,
    PortInUse,
    Reply,
    Site,
    open_server,
    wait_until_it_answers,
)

__all__ = [
    "ADDRESS",
    "PageServer",
    "PortInUse",
    "Reply",
    "Site",
    "open_server",
    "wait_until_it_answers",
]
