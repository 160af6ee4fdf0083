"""`python -m lispcore`, and the command `lispcore`: what it does stands in commands/.

Nothing is imported here that takes time, so that Ctrl-C while the language loads is answered as it
is later.
"""

from __future__ import annotations

import sys
from typing import Any


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line, the process's own if none is given; returns the exit status."""
    try:
        from lispcore.commands.line import run_command
        from lispcore.tasks.process_settings import own_process

        if arguments is None:
            arguments = sys.argv[1:]
            own_process()
        return run_command(arguments)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130


def __getattr__(name: str) -> Any:
    """Loads what other programs have found here before."""
    if name in ("SilentHost", "run_batch", "answer_line"):
        from lispcore.commands import batch

        return getattr(batch, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


if __name__ == "__main__":
    sys.exit(main())
