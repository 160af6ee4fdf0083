"""What a visitor fetches until the first program has run stays within web/budget.json."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

BUDGET = Path(__file__).resolve().parent.parent / "web" / "budget.json"
# The scripts that each part begins with: what they import at once belongs to it.
SCRIPTS = {
    "start": ("assets/start-*.js", "assets/guard-*.js"),
    "typing": ("assets/start-*.js", "assets/guard-*.js", "assets/typing-*.js", "assets/main-*.css"),
    "scripts": (
        "assets/start-*.js",
        "assets/guard-*.js",
        "assets/main-*.js",
        "assets/main-*.css",
        "assets/dialogs-*.css",
    ),
}
# The other files; one may be missing only where the build could not make it.
FILES = {
    "worker": "assets/worker-*.js",
    "machine": "pyodide-*/pyodide.asm.wasm",
    "memory": "python/snapshot-*.bin",
}

IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*["']\./([^"']+)["']""")

# The built page is needed, and stands in the same folder as for the browser's tests.
pytestmark = pytest.mark.browser


def compressed(file: Path) -> int:
    """Returns how many bytes go over the network from a host that knows gzip."""
    beside = file.with_name(f"{file.name}.gz")
    if beside.is_file():
        return beside.stat().st_size
    data = file.read_bytes()
    return min(len(data), len(gzip.compress(data)))


def with_imports(files: set[Path]) -> set[Path]:
    """Returns scripts and all that they import before they can run."""
    found = set(files)
    waiting = [file for file in files if file.suffix == ".js"]
    while waiting:
        script = waiting.pop()
        needed = {script.with_name(name) for name in IMPORT.findall(script.read_text("utf-8"))}
        waiting += needed - found
        found |= needed
    return found


def test_no_part_is_larger_than_its_budget(dist: Path) -> None:
    budget = json.loads(BUDGET.read_text("utf-8"))

    def find(patterns: tuple[str, ...]) -> set[Path]:
        return {file for pattern in patterns for file in dist.glob(pattern)}

    parts = {part: with_imports(find(patterns)) for part, patterns in SCRIPTS.items()}
    parts |= {part: set(dist.glob(patterns)) for part, patterns in FILES.items()}
    sizes = {part: sum(map(compressed, files)) for part, files in parts.items()}
    assert [part for part, size in sizes.items() if not size] == []
    sizes["all"] = sum(map(compressed, set().union(*parts.values())))
    assert {part: size for part, size in sizes.items() if size > budget[part]} == {}


def test_nothing_is_too_small_to_hold_an_editor(dist: Path) -> None:
    scripts = set(dist.glob("assets/typing-*.js"))
    assert sum(map(compressed, with_imports(scripts))) > 50_000
