"""How smooth the page is: typing while a model talks, typing in a long program, compiling, memory.

All in one Chromium. Typing during a stream is compared with a plain page that shows the same
stream; a slow machine is the browser's own slowing of the page's main thread. Of a key in a long
program the work of the main thread is counted, also what is done later because of it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.compiling import functions
from benchmarks.costs import window_times
from benchmarks.page import BenchmarkPage
from benchmarks.streaming import END, open_streams

SLOWED = (1, 4, 8)
STREAM_SECONDS = 4.0
STREAM_ROUNDS = 2
KEY_PAUSE_MILLISECONDS = 120
DEFINITIONS = (10, 10_000)
TYPED = "(list ab cd ef) "
TYPING_ROUNDS = 3
COMPILED = (1_000, 10_000)
RUNS = 1_000

WATCH_KEYS = """() => {
  window.keyTimes = [];
  const after = (at) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => keyTimes.push(performance.now() - at);
    port2.postMessage(0);
  };
  const onKey = ({ timeStamp }) => requestAnimationFrame(() => after(timeStamp));
  addEventListener("keydown", onKey, true);
}"""
WATCH_END = """([selector, end]) => {
  const started = performance.now();
  window.ended = new Promise((resolve) => {
    const look = () => {
      const shown = document.querySelector(selector).textContent;
      if (shown.includes(end)) resolve(performance.now() - started);
      else setTimeout(look, 50);
    };
    look();
  });
}"""
RUN_OFTEN = """async (count) => {
  for (let number = 0; number < count; number++) {
    const { error } = await playground.run(`(define n ${number}) (println (* n 2))`);
    if (error) throw new Error(error.message);
  }
}"""


@dataclass
class Typing:
    """Milliseconds from a key to its paint during a stream, and until the last piece is shown."""

    slowed: int
    keys: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)

    @property
    def slow(self) -> float:
        """What three of four keys stay under."""
        return statistics.quantiles(self.keys, n=4)[2]


@dataclass
class Smooth:
    """All times in milliseconds, memory in bytes."""

    streams: dict[int, tuple[Typing, Typing]] = field(
        default_factory=dict
    )  # ours, and the plain page
    keys: dict[int, dict[int, float]] = field(default_factory=dict)  # slowed -> definitions -> work
    compiling: dict[tuple[int, str], float] = field(default_factory=dict)
    memory: tuple[float, float] = (0, 0)


class Window:
    """A page that can be slowed, and tells how much work it did."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.tools = page.context.new_cdp_session(page)
        # The thread's own time: what else the machine does is not in it.
        self.tools.send("Performance.setTimeDomain", {"timeDomain": "threadTicks"})
        self.tools.send("Performance.enable")

    def slow(self, times: int) -> None:
        """Makes the main thread so many times slower."""
        self.tools.send("Emulation.setCPUThrottlingRate", {"rate": times})

    def metric(self, name: str) -> float:
        """Returns one figure of the browser's."""
        metrics = self.tools.send("Performance.getMetrics")["metrics"]
        return next(float(each["value"]) for each in metrics if each["name"] == name)


def measure_smooth(page: BenchmarkPage) -> Smooth:
    """Measures everything."""
    found = Smooth()
    ours = Window(page.page)
    page.page.goto(page.url)
    page.page.evaluate("playground.ready")
    page.page.evaluate("playground.run('(+ 1 2)')")
    page.page.wait_for_timeout(4000)  # what is done after the start is done
    page.page.evaluate(WATCH_KEYS)
    with open_streams(STREAM_SECONDS) as address:
        plain = Window(page.chromium.new_page())
        plain.page.goto(f"{address}/plain")
        plain.page.evaluate(WATCH_KEYS)
        page.page.evaluate(
            "url => playground.configure('openai', {baseUrl: url, key: 'test', model: 'test'})",
            f"{address}/v1",
        )
        # The first call of a model loads what calls need.
        _type_during(ours, Typing(1), _start_ours, "[data-testid=output]")
        for times in SLOWED:
            found.streams[times] = (Typing(times), Typing(times))
            for _ in range(STREAM_ROUNDS):
                _type_during(ours, found.streams[times][0], _start_ours, "[data-testid=output]")
                _type_during(plain, found.streams[times][1], _start_plain, "#shown")
        plain.page.close()
    for times in SLOWED[:2]:
        found.keys[times] = time_keys(ours, times)
    found.compiling = time_compiling(page.page)
    found.memory = measure_memory(ours)
    return found


def _start_ours(page: Any) -> None:
    program = '(llm/stream "go on" (fn (piece) (display piece)))'
    page.evaluate("code => playground.setCode(code)", program)
    page.evaluate("document.getElementById('clear').click()")  # the end of the last stream
    page.get_by_test_id("run").click()
    page.get_by_test_id("editor").focus()


def _start_plain(page: Any) -> None:
    page.evaluate("shown.firstChild.data = ''")
    page.evaluate("seconds => void start(seconds)", STREAM_SECONDS)
    page.locator("#typed").focus()


def _type_during(window: Window, typing: Typing, start: Callable[[Any], None], shown: str) -> None:
    """Types while a stream arrives."""
    page = window.page
    page.bring_to_front()
    page.evaluate("keyTimes.length = 0")
    window.slow(typing.slowed)
    start(page)
    begin = time.monotonic()
    page.evaluate(WATCH_END, [shown, END])
    page.wait_for_timeout(500)
    at = 0
    while time.monotonic() - begin < STREAM_SECONDS:
        page.keyboard.press(TYPED[at % len(TYPED)])
        page.wait_for_timeout(KEY_PAUSE_MILLISECONDS)
        at += 1
    typing.ended.append(float(page.evaluate("ended")))
    typing.keys += page.evaluate("keyTimes")
    window.slow(1)
    page.wait_for_timeout(300)


def time_keys(window: Window, slowed: int) -> dict[int, float]:
    """Returns the work of the main thread for a key in programs of several lengths."""
    page = window.page
    found: dict[int, list[float]] = {count: [] for count in DEFINITIONS}
    for _ in range(TYPING_ROUNDS):
        for count in DEFINITIONS:
            _open_program(page, functions(count))
            window.slow(slowed)
            before = window.metric("TaskDuration")
            for key in TYPED:
                page.keyboard.press(key)
                page.wait_for_timeout(KEY_PAUSE_MILLISECONDS)
            page.wait_for_timeout(2500)  # for what is done when the visitor pauses
            window.slow(1)
            work = (window.metric("TaskDuration") - before) * 1000
            found[count].append(work / len(TYPED))
    return {count: statistics.median(each) for count, each in found.items()}


def _open_program(page: Any, text: str) -> None:
    """Puts a program into the editor, and the cursor into its middle."""
    page.evaluate("code => playground.setCode(code)", text)
    page.get_by_test_id("editor").focus()
    page.keyboard.press("Control+Home")
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.wait_for_timeout(4000)  # what is done with a new program is done


def time_compiling(page: Any) -> dict[tuple[int, str], float]:
    """Returns how long programs of functions take from Run to the end, the best of three.

    Of one nobody calls the functions, of the other it calls each.
    """
    found: dict[tuple[int, str], float] = {}
    for count in COMPILED:
        calls = "".join(f"(f{n} 1 2)" for n in range(count))
        for what, end in (("not called", ""), ("each called", calls)):
            codes = [f"{functions(count)}\n{end}; {each}" for each in range(3)]
            found[count, what] = min(window_times(page, codes))
    return found


def measure_memory(window: Window) -> tuple[float, float]:
    """Returns the memory of page and interpreter, before and after many runs."""
    page = window.page

    def used() -> float:
        page.wait_for_timeout(4000)  # the interpreter says it every few seconds
        window.tools.send("HeapProfiler.collectGarbage")
        return window.metric("JSHeapUsedSize") + float(page.evaluate("playground.memory()"))

    page.evaluate(RUN_OFTEN, 50)
    before = used()
    page.evaluate(RUN_OFTEN, RUNS)
    return before, used()


# --- the report -----------------------------------------------------------------------------------


def report(found: Smooth) -> list[list[str]]:
    """Returns rows: what, figure, target."""
    rows: list[list[str]] = []
    for times, (ours, plain) in found.streams.items():
        what = "a key during 1,000 chunks a second" + (f", slowed {times}×" if times > 1 else "")
        ratio = ours.slow / plain.slow
        late = statistics.median(ours.ended) / statistics.median(plain.ended)
        figure = f"{ours.slow:.0f} ms, {ratio:.2f}× plain JavaScript"
        rows.append([what, figure, {1: "", 4: "≤ 1.5×, < 75 ms", 8: "≤ 2×"}[times]])
        rows.append(["… until the last chunk is shown", f"{late:.2f}× plain JavaScript", ""])
    for times, works in found.keys.items():
        short, long = (works[count] for count in DEFINITIONS)
        what = "a key in 10,000 definitions" + (f", slowed {times}×" if times > 1 else "")
        figure = f"{long:.1f} ms, {long / short:.2f}× that in 10"
        rows.append([what, figure, "≤ 1.3×"])
    targets = dict(zip(COMPILED, ("≤ 250 ms", "≤ 2,500 ms"), strict=True))
    for (count, what), milliseconds in found.compiling.items():
        target = targets[count] if what == "not called" else ""
        name = f"compiling {count:,} one-line functions, {what}"
        rows.append([name, f"{milliseconds:.0f} ms", target])
    before, after = found.memory
    if before:
        grown = f"{(after / before - 1) * 100:+.0f} %"
        rows.append([f"memory after {RUNS:,} runs", grown, "≤ +10 %"])
    return rows
