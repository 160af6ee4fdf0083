"""Runs other programs: silently, or with a title, a log and advice when they fail."""

from __future__ import annotations

import contextlib
import re
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

SHOW_AFTER_SECONDS = 15
LOG_LINES_SHOWN = 25

# What goes wrong outside the project, recognised in a log, and what to do about it.
ADVICE = (
    (
        r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|NewConnectionError|ProxyError"
        r"|name resolution|Network is unreachable|Failed to establish|Read timed out",
        "The package registry did not answer: check the network and the proxy settings, "
        "then run the same command again.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SELF_SIGNED_CERT|UNABLE_TO_(?:GET|VERIFY)",
        "The package registry's certificate is not trusted here: set PIP_CERT and "
        "NODE_EXTRA_CA_CERTS to your organisation's certificate file.",
    ),
    (r"No space left on device|ENOSPC", "The disk is full: make room and run it again."),
    (
        r"DO NOT MATCH THE HASHES|EINTEGRITY",
        "A downloaded package differs from the one in the lock file: the registry or a cache "
        "serves something else. Empty the caches (pip cache purge, npm cache clean --force).",
    ),
    (
        r"No matching distribution found|Could not find a version",
        "A pinned package does not exist for this Python on this machine, or the registry does "
        "not have it: try another Python between 3.11 and 3.14.",
    ),
    (
        r"Permission denied|EACCES|EPERM",
        "A file belongs to another user: remove .venv/ and web/node_modules/ and run it again.",
    ),
    (
        r"can only install packages when your package\.json|npm error code EUSAGE",
        "web/package.json and web/package-lock.json do not fit together: run npm install in web/.",
    ),
)


class Problem(Exception):
    """Something is missing or failed; the message tells the user what to do, in a sentence."""


def say(text: str) -> None:
    """Prints a line at once, also into a pipe."""
    print(text, flush=True)


def advice_for(log: str) -> str:
    """Returns what to do about a failure, judged by its log; "" if nothing is recognised."""
    return next((text for pattern, text in ADVICE if re.search(pattern, log)), "")


def run_shown(
    title: str,
    command: Sequence[str],
    log: Path,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
) -> None:
    """Runs a long command with its output in `log`, showing its title and that it is alive.

    Raises `Problem` with the end of the log if the command fails.
    """
    say(f"{title} ...")
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with log.open("wb") as output:
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=cwd, env=env
            )
        except OSError as error:
            raise Problem(f"{title} failed: cannot start {command[0]} ({error}).") from None
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                status = process.wait(SHOW_AFTER_SECONDS)
                break
            say(f"  still at it after {time.monotonic() - started:.0f} s")
    if status == 0:
        say(f"  done in {time.monotonic() - started:.1f} s")
        return
    text = log.read_text(errors="replace")
    end = "\n".join(f"  | {line}" for line in text.splitlines()[-LOG_LINES_SHOWN:])
    advice = advice_for(text) or f"The whole output is in {log}."
    raise Problem(f"{title} failed.\n{end}\n{advice}")


def run_quietly(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Runs a short command silently; a command that does not start counts as failed."""
    try:
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))
