"""What functions over rows take: lines, calls, processes, starts, and a run that is killed again.

A machine that does other things beside changes times, not the time of the processor: rates are by
that, where a program computes. What waits for a server is beside what it would take if nothing but
the server took time. Written to docs/rows-measured.md.
"""

from __future__ import annotations

import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.suite import ROOT

PAGE = ROOT / "docs" / "rows-measured.md"
ROWS = 1_000_000
TENTHS = 10
MEGABYTES = 300
KILLS = 50
AT_ONCE = 4
ANSWER_SECONDS = 0.05
CALLS_AT_ONCE = 64
CALLS = 1280
STARTS = 9
ABOUT = """# Over rows, measured

`python3 build.py bench rows` measures this and writes it here; it is about [rows.md](rows.md)."""
# Each row that is asked for leaves a mark before its answer, as a request to a provider would.
ASKING = '(define (f row) (file/append "asked" "x") (sleep 5) (:n row))'
COMPUTING = """(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(define (f row) (fib 21))"""
REPLY = json.dumps(
    {
        "id": "1",
        "model": "m",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": "bug"},
            }
        ],
        "usage": {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10},
    }
).encode()


def line(*cells: str) -> str:
    """Returns a line of the table: what was measured, what was found, what is wanted."""
    return f"| {' | '.join(cells)} |"


def write_rows(path: Path, count: int) -> None:
    """Writes rows as JSON lines."""
    with path.open("w") as file:
        for n in range(count):
            text = f"It crashes when I save the file number {n}"
            file.write(f'{{"id":"row-{n}","text":"{text}","n":{n}}}\n')


def command(*words: str) -> list[str]:
    """Returns the command line of the language's own command."""
    return [sys.executable, "-m", "lispcore", *words]


def environment() -> dict[str, str]:
    """Returns the variables with which processes find these sources, and keep what is compiled."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    return variables


# --- lines ----------------------------------------------------------------------------------------

MILLION = """
import resource, sys, time
from lispcore import Interpreter
rows, tenths = int(sys.argv[1]), int(sys.argv[2])
lisp = Interpreter()
marks = [time.process_time()]
lisp.define("mark", lambda: marks.append(time.process_time()))
part = rows // tenths
lisp.eval(f"(define (f row) (if (= (modulo (+ (:n row) 1) {part}) 0) (mark)) (* 2 (:n row)))")
lisp.eval('(llm/each-row "in.jsonl" f {:out "out.jsonl" :key :id})')
print(*marks, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def many_lines(folder: Path, rows: int) -> list[str]:
    """Goes over many rows in a process of its own: rate, evenness, memory."""
    write_rows(folder / "in.jsonl", rows)
    words = [sys.executable, "-c", MILLION, str(rows), str(TENTHS)]
    done = subprocess.run(
        words, cwd=folder, env=environment(), check=True, capture_output=True, text=True
    )
    *marks, peak = map(float, done.stdout.split())
    rates = [
        rows / TENTHS / (after - before) for before, after in zip(marks, marks[1:], strict=False)
    ]
    usual, rate = statistics.median(rates), rows / (marks[-1] - marks[0])
    away = max(abs(rate - usual) for rate in rates) / usual
    return [
        line(f"{rows:,} rows, JSON lines in and out", f"{rate:,.0f} rows/s", "≥ 60,000"),
        line("… the tenth that is farthest from the usual", f"{away:.0%}", "≤ 10 %"),
        line("… most memory", f"{peak:.0f} MB", f"< {MEGABYTES} MB"),
    ]


# --- calls ----------------------------------------------------------------------------------------


class Answering(BaseHTTPRequestHandler):
    """A provider that answers after a while, whatever it is asked."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answers a request."""
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(ANSWER_SECONDS)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(REPLY)))
        self.end_headers()
        self.wfile.write(REPLY)

    def log_message(self, format: str, *words: Any) -> None:
        """Says nothing."""


class Server(ThreadingHTTPServer):
    """A server that lets so many wait."""

    request_queue_size = 2 * CALLS_AT_ONCE
    daemon_threads = True


def many_calls(folder: Path, calls: int) -> list[str]:
    """Asks a server that answers in so many milliseconds, with so many calls at once."""
    write_rows(folder / "in.jsonl", calls)
    with Server(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/v1"
        script = f"""
import time
from lispcore import Interpreter
lisp = Interpreter()
lisp.eval('(llm/configure :openai-compatible {{:base-url "{address}" :api-key "k" :model "m"}})')
lisp.eval('(define (f row) (llm/complete (:text row)))')
lisp.eval('(llm/each-row [{{:text "a"}}] f {{:out "first.jsonl"}})')  # all is loaded now
wall, busy = time.monotonic(), time.process_time()
lisp.eval('(llm/each-row "in.jsonl" f {{:out "out.jsonl" :concurrency {CALLS_AT_ONCE}}})')
print(time.monotonic() - wall, time.process_time() - busy)
"""
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=folder,
            env=environment(),
            check=True,
            capture_output=True,
            text=True,
        )
        server.shutdown()
    wall, busy = map(float, done.stdout.split())
    ideal = calls * ANSWER_SECONDS / CALLS_AT_ONCE
    return [
        line(
            f"{calls:,} calls, {CALLS_AT_ONCE} at once, answered in {ANSWER_SECONDS * 1000:.0f} ms",
            f"{ideal / wall:.2f} of the ideal",
            "≥ 0.9",
        ),
        line(
            f"… processor time of a call; the ideal leaves {ideal / calls * 1000:.2f} ms",
            f"{busy / calls * 1000:.2f} ms",
            "",
        ),
    ]


# --- processes ------------------------------------------------------------------------------------


def workers(folder: Path, rows: int) -> list[str]:
    """Compares one worker process with four, on rows that compute."""
    write_rows(folder / "in.jsonl", rows)
    (folder / "p.lisp").write_text(COMPUTING)

    def seconds(count: int) -> float:
        words = ["map", "p.lisp", "--fn", "f", "--in", "in.jsonl", "--out", f"{count}.jsonl"]
        started = time.monotonic()
        subprocess.run(
            command(*words, "--workers", str(count)),
            cwd=folder,
            env=environment(),
            check=True,
            stderr=subprocess.DEVNULL,
        )
        return time.monotonic() - started

    one, four = seconds(1), seconds(4)
    cores = os.cpu_count() or 1
    wanted = "≥ 3.5" if cores >= 4 else "≥ 1.8"
    return [
        line(
            f"4 workers against 1, {rows:,} rows that compute, {cores} processors",
            f"{one / four:.1f} times as fast",
            wanted,
        )
    ]


# --- a run that is killed -------------------------------------------------------------------------


def killed(folder: Path, kills: int) -> list[str]:
    """Kills a run at random moments until it is through; says how often rows were asked for."""
    rows = kills * 100
    write_rows(folder / "in.jsonl", rows)
    (folder / "p.lisp").write_text(ASKING)
    words = ["map", "p.lisp", "--fn", "f", "--in", "in.jsonl", "--out", "out.jsonl", "--key", "id"]
    asked = folder / "asked"
    asked.touch()
    done = 0

    def start() -> subprocess.Popen[bytes]:
        whole = command(*words, "--concurrency", str(AT_ONCE))
        return subprocess.Popen(whole, cwd=folder, env=environment(), stderr=subprocess.DEVNULL)

    while done < kills:
        before = asked.stat().st_size
        process = start()
        while process.poll() is None and asked.stat().st_size == before:
            time.sleep(0.005)
        time.sleep(random.random() * 0.1)
        if process.poll() is not None:
            break
        process.send_signal(signal.SIGKILL)
        process.wait()
        done += 1
    start().wait()
    lines = [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]
    keys = [line["key"] for line in lines if "key" in line]
    wrong = len(keys) - len(set(keys)) + rows - len(set(keys))
    again = asked.stat().st_size - rows
    return [
        line(f"{rows:,} rows, killed {done} times: missing or there twice", str(wrong), "0"),
        line("… asked for again", str(again), f"≤ {done * AT_ONCE}, those under way"),
    ]


# --- starts ---------------------------------------------------------------------------------------


def starts(folder: Path, rounds: int) -> list[str]:
    """Times starts by the processor: the module, the interpreter, a file of one line."""
    (folder / "one.lisp").write_text("(println (+ 1 2))\n")
    things = {
        "Python alone": ([sys.executable, "-c", "pass"], ""),
        "`import lispcore`": ([sys.executable, "-c", "import lispcore"], "≤ 80 ms"),
        "`from lispcore import Interpreter`": (
            [sys.executable, "-c", "from lispcore import Interpreter"],
            "",
        ),
        "`lispcore FILE` of one line": (command("one.lisp"), "≤ 200 ms"),
    }
    taken: dict[str, list[float]] = {name: [] for name in things}
    for _ in range(rounds + 1):
        for name, (words, _) in things.items():
            taken[name].append(_processor_seconds(words, folder))
    return [
        line(name, f"{statistics.median(taken[name][1:]) * 1000:.0f} ms of the processor", wanted)
        for name, (_, wanted) in things.items()
    ]


def _processor_seconds(words: list[str], folder: Path) -> float:
    """Returns the processor time of a command."""
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, cwd=folder, env=environment(), check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(*, write: bool) -> None:
    """Measures all and prints it; a quick run, which is not written, takes a tenth of the rows."""
    less = 1 if write else 10
    parts: list[Callable[[Path], list[str]]] = [
        lambda folder: starts(folder, max(STARTS // less, 1)),
        lambda folder: many_lines(folder, ROWS // less),
        lambda folder: many_calls(folder, CALLS),
        lambda folder: workers(folder, 1600 // less),
        lambda folder: killed(folder, KILLS // less),
    ]
    # What takes its time from the clock is worth little where others are at work.
    busy = f"When it began, {os.getloadavg()[0]:.0f} processes were at work here."
    lines = ["| measured | found | wanted |", "|---|---|---|"]
    print("\n".join(lines))
    for measure in parts:
        with tempfile.TemporaryDirectory() as folder:
            found = measure(Path(folder))
        print("\n".join(found), flush=True)
        lines += found
    if write:
        text = "\n".join([ABOUT, "", report.circumstances(), busy, "", *lines])
        PAGE.write_text(f"{text}\n", encoding="utf-8")
        print("Written to docs/rows-measured.md.")
