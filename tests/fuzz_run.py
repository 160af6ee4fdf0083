"""Runs one target under the fuzzer: `python tests/fuzz_run.py TARGET [libFuzzer's arguments]`.

The fuzzer is atheris: libFuzzer, guided by which bytecode of `lispcore` an input reaches.
"""

from __future__ import annotations

import contextlib
import io
import sys
from pathlib import Path

import atheris  # type: ignore[import-not-found,unused-ignore]

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

# It tells of each module that it instruments.
with (
    contextlib.redirect_stderr(io.StringIO()),
    atheris.instrument_imports(include=["lispcore"]),
):
    from fuzz_targets import TARGETS

if __name__ == "__main__":
    _, name, *arguments = sys.argv
    atheris.Setup([sys.argv[0], *arguments], TARGETS[name])
    atheris.Fuzz()
