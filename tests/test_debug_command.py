"""The step debugger on a terminal, and what the page's debugger asks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """(define (double x)
  (* x 2))
(println (double 3))
(println "end")
"""


def test_a_file_is_debugged_by_lines_that_are_read(tmp_path: Path) -> None:
    file = tmp_path / "p.lisp"
    file.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, "-m", "lispcore", "debug", str(file)],
        input="b 2\nc\nl\nw\n(+ x 1)\nn\nc\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).resolve().parent.parent,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert done.stdout.replace("(debug) ", "").split() == ["6", "end"], said
    for expected in ("breakpoints at 2", "x = 3", "double at line 2", "\n4\n", "line 4"):
        assert expected in said, said
