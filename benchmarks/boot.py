"""How long a visitor waits for the first result: our page, bare Pyodide, the peer; cold and warm.

All in one Chromium, in turns. Cold is the first visit of a new profile, warm the second one. Each
page runs ``(+ 1 2)`` as soon as it can; times count from the navigation. Written to docs/boot.md,
with a picture.
"""

from __future__ import annotations

import json
import shutil
import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.page import ARGUMENTS, PEER, NoBrowser
from benchmarks.suite import ROOT
from tests.chromium import find_chromium
from web.serve import Site, open_server

ROUNDS = 3
DOCS = ROOT / "docs"
PYODIDE = ROOT / "web" / "node_modules" / "pyodide"
BARE = """<!doctype html><title>Pyodide</title><script type="module">
import { loadPyodide } from "./bare/pyodide.mjs";
const python = await loadPyodide();
python.runPython("1 + 2");
window.finished = performance.now();
</script>"""
OTHER = """<!doctype html><title>peer</title><script type="module">
import * as peer from "./peer/sema_wasm.js";
await peer.default();
new peer.SemaInterpreter().evalGlobal("(+ 1 2)");
window.finished = performance.now();
</script>"""
PAGES = {"Lispcore": "", "Pyodide": "bare.html", "the peer": "peer.html"}

ABOUT = (
    "From opening a page to the value of `(+ 1 2)`; `python3 build.py bench boot` measures it and "
    "writes it here."
)
TITLE = "Milliseconds from opening a page to its first result"
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f }
rect { fill: #0969da }
.paper { fill: #fff }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  rect { fill: #4493f8 }
  .paper { fill: #0d1117 }
}
"""
WATCH = """
window.phases = {};
const watching = setInterval(() => {
  const now = Math.round(performance.now());
  if (document.querySelector(".cm-content[contenteditable=true]")) phases.editor ??= now;
  if (!window.playground) return;
  clearInterval(watching);
  playground.ready.then(() => { phases.ready = Math.round(performance.now()); });
  playground.run("(+ 1 2)").then(() => { window.finished = performance.now(); });
}, 4);
"""
FINISHED = """() => new Promise((resolve) => {
  const look = () => (window.finished ? resolve(window.finished) : setTimeout(look, 10));
  look();
})"""
FILES = """() => performance.getEntriesByType("resource").map((each) => ({
  name: each.name.split("/").at(-1), from: each.startTime, to: each.responseEnd,
  bytes: each.encodedBodySize, sent: each.transferSize }))"""


@dataclass(frozen=True)
class Visit:
    """One visit: milliseconds to the first result, to what lies before it, and bytes."""

    result: float
    phases: dict[str, float]
    bytes: int
    fetched: int


@contextmanager
def open_site(built: Path) -> Iterator[str]:
    """Serves a built page with the others beside it."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        shutil.copytree(built, site)
        shutil.copytree(PEER, site / "peer")
        shutil.copytree(PYODIDE, site / "bare")
        (site / "bare.html").write_text(BARE, "utf-8")
        (site / "peer.html").write_text(OTHER, "utf-8")
        server = open_server(Site(site), 0)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.url
        finally:
            server.shutdown()


def visit(context: Any, url: str, *, ours: bool) -> Visit:
    """Opens a page and waits for its first result."""
    page = context.new_page()
    if ours:
        page.add_init_script(WATCH)
    page.goto(url, wait_until="commit")
    result = float(page.evaluate(FINISHED))
    phases = {key: float(value) for key, value in page.evaluate("window.phases ?? {}").items()}
    files = [each for each in page.evaluate(FILES) if each["from"] < result]
    for each in files:
        for start, name in (
            ("start-", "script"),
            ("pyodide.asm.wasm", "machine"),
            ("snapshot-", "memory"),
        ):
            if each["name"].startswith(start):
                phases[name] = each["to"]
    if ours:
        # What is kept for later visits is put there before the next one.
        page.wait_for_timeout(6000)
    page.close()
    return Visit(
        result, phases, sum(each["bytes"] for each in files), sum(each["sent"] for each in files)
    )


def measure(built: Path, rounds: int = ROUNDS) -> dict[str, dict[str, list[Visit]]]:
    """Returns the visits by page, and by whether they are cold or warm."""
    browser = find_chromium()
    if browser is None:
        raise NoBrowser("No Chromium was found: the start cannot be timed.")
    from playwright.sync_api import sync_playwright

    found: dict[str, dict[str, list[Visit]]] = {name: {"cold": [], "warm": []} for name in PAGES}
    with open_site(built) as url, sync_playwright() as playwright:
        for _ in range(rounds):
            for name, address in PAGES.items():
                with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
                    context = playwright.chromium.launch_persistent_context(
                        profile, executable_path=browser, args=ARGUMENTS
                    )
                    for kind in ("cold", "warm"):
                        one = visit(context, url + address, ours=not address)
                        found[name][kind].append(one)
                        print(
                            f"{name:10}{kind:6}{one.result:8.0f} ms {json.dumps(one.phases)}",
                            flush=True,
                        )
                    context.close()
    return found


def median(visits: list[Visit]) -> float:
    """Returns the median time to the first result."""
    return statistics.median(each.result for each in visits)


def table(found: dict[str, dict[str, list[Visit]]]) -> list[str]:
    """Returns the lines of the tables: the pages beside each other, and the phases of ours."""
    lines = [
        "| first result | cold | ÷ Pyodide | warm | ÷ Pyodide | bytes, cold |",
        "|---|---|---|---|---|---|",
    ]
    bare = {kind: median(found["Pyodide"][kind]) for kind in ("cold", "warm")}
    for name, kinds in found.items():
        cold, warm = median(kinds["cold"]), median(kinds["warm"])
        size = statistics.median(each.bytes for each in kinds["cold"]) / 1e6
        lines.append(
            f"| {name} | {cold:.0f} ms | {cold / bare['cold']:.2f} | {warm:.0f} ms "
            f"| {warm / bare['warm']:.2f} | {size:.1f} MB |"
        )
    lines += ["", "| of Lispcore, cold | ms |", "|---|---|"]
    cold_visits = found["Lispcore"]["cold"]
    texts = {
        "script": "the first script is there",
        "editor": "the editor takes keys",
        "machine": "WebAssembly is there",
        "memory": "the memory is there",
        "ready": "the interpreter is ready",
    }
    for key, text in texts.items():
        times = [each.phases[key] for each in cold_visits if key in each.phases]
        if times:
            lines.append(f"| {text} | {statistics.median(times):.0f} |")
    lines.append(f"| the first result | {median(cold_visits):.0f} |")
    return lines


def draw(found: dict[str, dict[str, list[Visit]]]) -> str:
    """Returns a picture: a bar for each page, cold and warm."""
    bars = [
        (f"{name}, {kind}", median(visits))
        for name, kinds in found.items()
        for kind, visits in kinds.items()
    ]
    longest = max(time for _, time in bars)
    height = 44 + 26 * len(bars)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" role="img">',
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="720" height="{height}"/>',
        f'<text x="16" y="24" font-weight="600">{TITLE}</text>',
    ]
    for at, (name, time) in enumerate(bars):
        y = 40 + 26 * at
        width = max(430 * time / longest, 1)
        parts.append(f'<text x="16" y="{y + 14}">{escape(name)}</text>')
        parts.append(f'<rect x="170" y="{y}" width="{width:.0f}" height="18"/>')
        parts.append(f'<text x="{180 + width:.0f}" y="{y + 14}">{time:.0f}</text>')
    return "\n".join([*parts, "</svg>", ""])


def main(built: Path, rounds: int, *, write: bool) -> None:
    """Measures, prints, and writes into docs/boot.md and docs/boot.svg."""
    found = measure(built, rounds)
    lines = table(found)
    print("\n".join(lines))
    if not write:
        return
    picture = "![Times to the first result](boot.svg)"
    text = [ABOUT, "", report.circumstances(rounds), "", picture, "", *lines]
    report.write_parts({"first": "\n".join(text)}, report.START_PAGE)
    (DOCS / "boot.svg").write_text(draw(found), "utf-8")
    print("Written to docs/boot.md.")
