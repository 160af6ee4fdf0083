"""`python -m lispcore`, and the command `lispcore`: what it does stands in commands/.

Nothing is imported here that takes time, so that Ctrl-C while the language loads is answered as it
is later.
"""

from __future__ import annotations

import gc
import sys
from typing import Any


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line, the process's own if none is given; returns the exit status."""
    if arguments is not None:
        from lispcore.commands.line import run_command

        return run_command(arguments)
    from lispcore.tasks import interrupts

    interrupts.end_at_once()
    try:
        # What is loaded stays: looking for cycles in it would take longer than loading it.
        gc.disable()
        from lispcore.commands.line import run_command
        from lispcore.commands.standard_streams import have_streams
        from lispcore.tasks.process_settings import own_process

        have_streams()
        own_process()
        gc.enable()
        interrupts.stop_program()
        return run_command(sys.argv[1:])
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return interrupts.STATUS
    finally:
        interrupts.end_at_once()
        gc.freeze()  # nor at the end: the system takes all of it back


def __getattr__(name: str) -> Any:
    """Loads what other programs have found here before."""
    if name in ("SilentHost", "run_batch", "answer_line"):
        from lispcore.commands import batch

        return getattr(batch, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


if __name__ == "__main__":
    sys.exit(main())
