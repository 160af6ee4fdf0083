"""How long it takes from Stop until the next program has run: twice in a row, in every tier.

A visitor who has just opened the page runs a program that never ends, stops it, and runs another
one; and that again. What counts is the time from Stop to the result of ``(+ 1 2)``. One program is
a loop, which can be interrupted; the other is at one long step of Python's, which nothing ends but
force, so that the second time needs a standby that began when the first one was taken. Both on a
host that isolates the page, and so has shared memory, and on a plain one. Written to docs/boot.md.
"""

from __future__ import annotations

import dataclasses
import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.costs import UNTIL_READY
from benchmarks.page import ARGUMENTS, NoBrowser
from tests.chromium import find_chromium
from web.serve import Reply, Site, open_server

ROUNDS = 3
TARGET_MILLISECONDS = 300
TIERS = ("suspend", "shared", "service", "direct")
PROGRAMS = {
    "a loop": '(println "begun") (let loop ((i 0)) (loop (+ i 1)))',
    "one long step": '(println "begun") '
    '(json/decode (str "[" (string/repeat "{\\"a\\":[1,2]}," 4000000) "1]"))',
}
HOSTS = {"isolated": False, "plain": True}
ABOUT = (
    "From Stop to the result of the next program, `(+ 1 2)`, twice in a row, on a page that has "
    "just been opened; `python3 build.py bench stop` measures it and writes it here. A loop is "
    "interrupted; what is at one long step of Python's ends only with its worker, so that the "
    "second time needs a standby that was started when the first one was taken. The target is "
    f"{TARGET_MILLISECONDS} ms."
)
STOPPED = """async (code) => {
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const shown = document.querySelector("[data-testid=output]");
  const times = [];
  for (let again = 0; again < 2; again++) {
    document.getElementById("clear").click();
    const ended = playground.run(code);
    while (!shown.textContent.includes("begun")) await pause(10);
    await pause(300);
    const asked = performance.now();
    playground.stop();
    const { value } = await playground.run("(+ 1 2)");
    times.push(performance.now() - asked);
    const { error } = await ended;
    if (value !== "3" || error?.type !== "stopped") throw new Error("it ended by itself");
  }
  return times;
}"""


class PlainSite(Site):
    """As the simplest of static hosts serves: nothing isolates the page."""

    def answer(self, method: str, target: str, headers: dict[str, str]) -> Reply:
        """Answers a request without the headers that a page asks for."""
        reply = super().answer(method, target, headers)
        kept = {"Content-Type", "Content-Encoding", "Location", "ETag"} & reply.headers.keys()
        return dataclasses.replace(reply, headers={name: reply.headers[name] for name in kept})


@dataclass(frozen=True)
class Stops:
    """Milliseconds from Stop to the next result, the first and the second time, by rounds."""

    host: str
    tier: str
    program: str
    times: list[tuple[float, float]]

    def medians(self) -> tuple[float, float]:
        """Returns what is usual the first and the second time."""
        first, second = zip(*self.times, strict=True)
        return statistics.median(first), statistics.median(second)


@contextmanager
def open_host(built: Path, *, is_plain: bool) -> Iterator[str]:
    """Serves a built page."""
    site = (PlainSite if is_plain else Site)(built)
    with open_server(site, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.url
        finally:
            server.shutdown()


def stop_twice(chromium: Any, url: str, tier: str, code: str) -> tuple[float, float] | None:
    """Opens the page anew and stops two programs; None where the browser has no such tier there."""
    context = chromium.new_context()
    try:
        page = context.new_page()
        page.goto(f"{url}?wait={tier}", wait_until="commit")
        page.evaluate(UNTIL_READY)
        if page.evaluate("crossOriginIsolated") is False and tier == "shared":
            return None
        first, second = page.evaluate(STOPPED, code)
        return float(first), float(second)
    finally:
        context.close()


def measure(built: Path, rounds: int = ROUNDS) -> list[Stops]:
    """Stops programs on every host, in every tier, in turns."""
    browser = find_chromium()
    if browser is None:
        raise NoBrowser("No Chromium was found: Stop cannot be timed.")
    from playwright.sync_api import sync_playwright

    found = [
        Stops(host, tier, program, []) for host in HOSTS for tier in TIERS for program in PROGRAMS
    ]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=ARGUMENTS)
        for _ in range(rounds):
            for host, is_plain in HOSTS.items():
                with open_host(built, is_plain=is_plain) as url:
                    for each in found:
                        if each.host != host:
                            continue
                        times = stop_twice(chromium, url, each.tier, PROGRAMS[each.program])
                        each.times.extend([times] if times else [])
        chromium.close()
    return [each for each in found if each.times]


def table(found: list[Stops]) -> list[str]:
    """Returns the lines of a table."""
    lines = [
        "| host | tier | stopped | the first time | the second time |",
        "|---|---|---|---|---|",
    ]
    for each in found:
        first, second = each.medians()
        cells = [each.host, each.tier, each.program, f"{first:.0f} ms", f"{second:.0f} ms"]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def main(built: Path, rounds: int, *, write: bool) -> None:
    """Measures, prints, and writes into docs/boot.md."""
    lines = table(measure(built, rounds))
    print("\n".join(lines))
    if write:
        text = ["## Stop", "", ABOUT, "", report.circumstances(rounds), "", *lines]
        report.write_parts({"stop": "\n".join(text)}, report.START_PAGE)
        print("Written to docs/boot.md.")
