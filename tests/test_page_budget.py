"""What a visitor fetches until the first program has run stays within web/budget.json."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

BUDGET = Path(__file__).resolve().parent.parent / "web" / "budget.json"
# The files of each part; a part may be missing only where the build could not make it.
PARTS = {
    "start": ("assets/start-*.js", "assets/part-*.js", "assets/guard-*.js"),
    "main": ("assets/main-*.js",),
    "style": ("assets/main-*.css",),
    "worker": ("assets/worker-*.js",),
    "machine": ("pyodide-*/pyodide.asm.wasm",),
    "memory": ("python/snapshot-*.bin",),
}

# The built page is needed, and stands in the same folder as for the browser's tests.
pytestmark = pytest.mark.browser


def compressed(file: Path) -> int:
    """Returns how many bytes go over the network from a host that knows gzip."""
    beside = file.with_name(f"{file.name}.gz")
    if beside.is_file():
        return beside.stat().st_size
    data = file.read_bytes()
    return min(len(data), len(gzip.compress(data)))


def test_no_part_is_larger_than_its_budget(dist: Path) -> None:
    budget = json.loads(BUDGET.read_text("utf-8"))
    sizes = {
        part: sum(compressed(file) for pattern in patterns for file in dist.glob(pattern))
        for part, patterns in PARTS.items()
    }
    assert [part for part, size in sizes.items() if not size] == []
    sizes["all"] = sum(sizes.values())
    assert {part: size for part, size in sizes.items() if size > budget[part]} == {}
