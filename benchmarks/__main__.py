"""Times programs in the built page against the peer, interleaved in one run of one Chromium.

    python -m benchmarks [--rounds N] [part of a name …]

Both interpreters run in the same browser: ours in the worker of the page, the peer's WebAssembly
(npm `@sema-lang/sema-wasm`) on the page itself. Times are milliseconds inside the browser; `ratio`
is the peer's time divided by ours, so above 1 we are faster; `cold` is that of the first call.
Machines are noisy: read the ratios, not the times.
"""

from __future__ import annotations

import argparse
import math
import shutil
import statistics
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from benchmarks.programs import PROGRAMS, Program
from tests.chromium import find_chromium
from web.serve import Site, open_server

ROOT = Path(__file__).resolve().parent.parent
PEER = ROOT / "web" / "node_modules" / "@sema-lang" / "sema-wasm"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

LOAD_PEER = """async () => {
  const module = await import(new URL("peer/sema_wasm.js", document.baseURI).href);
  await module.default({ module_or_path: new URL("peer/sema_wasm_bg.wasm", document.baseURI) });
  window.peerModule = module;
}"""

TIME_PEER = """([definitions, expression, rounds]) => {
  const interpreter = new window.peerModule.SemaInterpreter();
  const run = (code) => {
    const result = interpreter.evalGlobal(code);
    if (result.error) throw new Error(result.error);
    return result.value;
  };
  if (definitions) run(`(begin ${definitions})`);
  run(`(define (benchmark) ${expression})`);
  const times = [];
  let value;
  for (let i = 0; i <= rounds; i++) {
    const start = performance.now();
    value = run("(benchmark)");
    times.push(performance.now() - start);
  }
  return [times, value];
}"""


def program_for_page(program: Program, rounds: int) -> str:
    """Returns the Lisp program that times itself: the list of its times, then its value."""
    return f"""
    {program.definitions}
    (define (benchmark) {program.expression})
    (define (timed) (time/ms benchmark))
    (list (map (fn (i) (timed)) (range {rounds + 1})) (benchmark))
    """


def time_program(page: Any, program: Program, rounds: int) -> tuple[list[float], list[float]]:
    """Returns our times and the peer's, the cold ones first; `RuntimeError` if values differ."""
    result = page.evaluate("code => playground.run(code, {})", program_for_page(program, rounds))
    if result["error"] is not None:
        raise RuntimeError(f"{program.name}: {result['error']['message']}")
    times, _, value = result["value"].strip("()").partition(")")
    theirs, peer_value = page.evaluate(TIME_PEER, [program.definitions, program.expression, rounds])
    ours = [float(each) for each in times.split()]
    if "closures" not in program.name and (peer_value or "nil") != value.strip():
        raise RuntimeError(f"{program.name}: we say {value.strip()}, the peer {peer_value}")
    return ours, theirs


def run(page: Any, programs: list[Program], rounds: int) -> None:
    """Times the programs and prints the table."""
    print(f"{'program':26}{'ours':>9}{'peer':>9}{'ratio':>8}{'spread':>16}{'cold':>8}")
    logarithms = []
    for program in programs:
        ours, theirs = time_program(page, program, rounds)
        ratios = sorted(b / max(a, 0.001) for a, b in zip(ours[1:], theirs[1:], strict=True))
        ratio = statistics.median(theirs[1:]) / max(statistics.median(ours[1:]), 0.001)
        logarithms.append(math.log(ratio))
        print(
            f"{program.name:26}{statistics.median(ours[1:]):9.2f}"
            f"{statistics.median(theirs[1:]):9.2f}{ratio:8.2f}"
            f"{ratios[0]:8.2f}–{ratios[-1]:<7.2f}{theirs[0] / max(ours[0], 0.001):8.2f}",
            flush=True,
        )
    print(f"\ngeometric mean of the ratios: {math.exp(statistics.mean(logarithms)):.2f}")


def main() -> int:
    """Runs the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python3 build.py bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="timed rounds after the cold one")
    parser.add_argument("names", nargs="*", help="only programs whose name contains one of these")
    options = parser.parse_args()
    programs = [
        each
        for each in PROGRAMS
        if not options.names or any(name in each.name for name in options.names)
    ]
    browser = find_chromium()
    if browser is None or not programs:
        print("No Chromium was found." if browser is None else "No program has such a name.")
        return 1
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        shutil.copytree(ROOT / "dist", site)
        shutil.copytree(PEER, site / "peer")
        server = open_server(Site(site), 0)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=browser, args=CHROMIUM_ARGUMENTS)
            page = chromium.new_page()
            page.goto(server.url)
            page.evaluate("playground.ready")
            page.evaluate(LOAD_PEER)
            run(page, programs, options.rounds)
            chromium.close()
        server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
