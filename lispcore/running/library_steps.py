"""The language's own functions in steps, for places that cannot switch stacks (tasks/stepping.py).

They are made of the language's own source text: `map` with a function that waits, the layers of a
model call, `eval`. Which functions that are says language_sources.py. The page has no source texts;
it gets them made by its build (web/tools/precompile.py), in one file that comes when it is needed.
"""

from __future__ import annotations

import marshal
from functools import partial
from types import FunctionType
from typing import TypeAlias

from lispcore.tasks.context import running
from lispcore.tasks.stepping import FINDERS, Stepped
from lispcore.values.errors import LispError

# Module, first line, full name of a function -> its code in steps, whether it makes a `Flow`.
Packed: TypeAlias = dict[tuple[str, int, str], tuple[bytes, bool]]

# What came from the page.
_made: Packed = {}


def find_steps(function: FunctionType) -> Stepped:
    """Returns the steps of a function of the language."""
    module = str(function.__globals__.get("__name__"))
    if not module.startswith("lispcore"):
        return Stepped(None)
    fetch = getattr(running().host, "steps_of_language", None)
    if fetch is None:
        from lispcore.running.language_sources import read_steps

        return read_steps(function)
    if not _made:
        _made.update(unpacked(fetch()))
    code = function.__code__
    packed, makes_flow = _made.get((module, code.co_firstlineno, code.co_qualname), (b"", False))
    return Stepped(partial(marshal.loads, packed) if packed else None, makes_flow)


FINDERS.append(find_steps)


def unpacked(packed: bytes | None) -> Packed:
    """Returns what `language_sources.pack_steps` has packed."""
    import zlib

    if packed is None:
        raise LispError(
            "the part of the language that lets tasks take turns did not arrive",
            hint="reload the page; it needs its own server for that once",
        )
    made: Packed = marshal.loads(zlib.decompress(packed))
    return made
