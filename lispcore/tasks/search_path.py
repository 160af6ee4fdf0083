"""Where Python looks for modules when Lisp runs as a program: not in the working folder.

`python -m` puts the working folder first, so that a file that lies there and is called as one of
Python's modules would be imported in its place. `python -P -m` and the variable
PYTHONSAFEPATH prevent that, and so does this, from the moment the package is loaded. It must stay
the first of all its imports, and itself import nothing that Python has not loaded by then. What
Python loads to find the package at all (importlib, contextlib and what they need) comes before it:
whoever starts in a folder of strangers' files says `python -P -m lispcore`, or `lispcore`, the
installed command.
"""

from __future__ import annotations

import os
import sys


def leave_out_working_folder() -> None:
    """Takes the working folder from the front of the search path, where `-m lispcore` put it."""
    if not _is_started_by_name() or sys.flags.safe_path or not sys.path:
        return
    try:
        here = os.getcwd()
    except OSError:  # it is gone
        here = ""
    if sys.path[0] in ("", here):
        del sys.path[0]


def _is_started_by_name() -> bool:
    """Tells whether the process is `python … -m lispcore …`, about to run the package."""
    if sys.argv[:1] != ["-m"]:  # so Python says it while it looks for the module
        return False
    words = sys.orig_argv
    named = [word.removeprefix("-m") for word in words if word.startswith("-m")]
    follows = [after for word, after in zip(words, words[1:], strict=False) if word.endswith("m")]
    return "lispcore" in (*named, *follows)


leave_out_working_folder()
