"""The step debugger (running/debugger.py): its checks, in a process of their own.

On Python 3.11 errors are heard of by `sys.settrace`, which is no good neighbour in a process that
has run thousands of other tests before, with their threads and stacks.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CHECKS = Path(__file__).with_name("debugger_checks.py")


def test_the_debugger_in_a_process_of_its_own() -> None:
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    done = subprocess.run(
        [*words, str(CHECKS)], capture_output=True, text=True, cwd=CHECKS.parent.parent, timeout=280
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
