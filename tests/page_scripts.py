"""Runs scripts of the page under Node.js: what needs no browser is tested without one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from page_modules import run_node

SOURCES = Path(__file__).resolve().parent.parent / "web" / "src"


def run_script(imports: dict[str, str], body: str) -> list[Any]:
    """Runs statements that call `tell`; returns what they told.

    `imports` maps scripts below web/src to the names taken from them.
    """
    lines = [
        f"import {{ {names} }} from {json.dumps((SOURCES / script).as_uri())};"
        for script, names in imports.items()
    ]
    program = "\n".join(
        [
            *lines,
            "const told = [];",
            "const tell = (value) => told.push(value ?? null);",
            "const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));",
            body,
            "process.stdout.write(JSON.stringify(told), () => process.exit(0));",
        ]
    )
    told: list[Any] = run_node(program)
    return told
