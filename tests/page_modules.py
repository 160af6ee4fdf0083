"""Runs modules of the page (web/src) in Node.js, for tests that need no browser."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from aimock import node

WEB = Path(__file__).resolve().parent.parent / "web"
SECONDS = 60

needs_node = pytest.mark.skipif(
    node() is None or not (WEB / "node_modules" / "valibot").exists(),
    reason="Node.js or the page's packages are not installed",
)


def run_node(program: str, folder: Path | None = None) -> Any:
    """Runs a module in Node.js, in a folder; returns the JSON value that it writes."""
    done = subprocess.run(
        [str(node()), "--input-type=module", "-"],
        input=program,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def run_page_modules(head: str, body: str) -> Any:
    """Runs statements that call `tell`; returns what they told.

    In `head` are the imports; ``SRC`` in them stands for the folder of the page's scripts.
    """
    program = (
        f"{head.replace('SRC/', (WEB / 'src').as_uri() + '/')}\n"
        "const told = [];\n"
        "const tell = (value) => told.push(value);\n"
        f"{body}\n"
        # Into a pipe it is written piece by piece: the end must not come before.
        "process.stdout.write(JSON.stringify(told), () => process.exit(0));\n"
    )
    return run_node(program, WEB)
