"""What a worker does, whichever engine it is of: loads a program once, runs its function for rows.

Programs come as source and rows as values: functions are never sent.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from lispcore.commands.programs import Options, Piece, interpreter_for
from lispcore.library.models.calling.metering import Meter, meters
from lispcore.llm.usage import Usage
from lispcore.tasks import context
from lispcore.values.calls import call
from lispcore.values.errors import LispError
from lispcore.values.types import Value


@dataclass(frozen=True)
class Program:
    """What a worker loads: a program, the function in it, and where model calls go."""

    piece: Piece
    function: str
    options: Options


@dataclass(frozen=True)
class Answer:
    """What a worker gives for a row."""

    value: Value
    error: LispError | None
    usage: Usage
    usd: float | None
    model: str


# A worker may have several threads; each has a session of its own, and keeps the last program.
_of_thread = threading.local()


def load(program: Program | None) -> tuple[Any, Value]:
    """Returns the session that has run a program, and its function; made when first wanted.

    None stands for the program that is loaded.
    """
    loaded = getattr(_of_thread, "loaded", None)
    if loaded is not None and (program is None or loaded[0] == program):
        return loaded[1], loaded[2]
    if program is None:
        raise LispError("this worker has no program", kind="worker")
    lisp = interpreter_for(program.options)
    lisp.may_exit = False
    lisp.eval(program.piece.text, program.piece.name)
    function = lisp.eval(program.function, "<--fn>")
    _of_thread.loaded = (program, lisp, function)
    return lisp, function


def do_row(program: Program | None, row: Value) -> Answer:
    """Returns what the function of a program gives for a row."""
    lisp, function = load(program)
    meter = Meter()
    value, error = None, None
    token = lisp.enter()
    metering = meters.set((meter,))
    try:
        value = call(function, row)
    except Exception as raised:
        error = context.explained(raised)
    finally:
        meters.reset(metering)
        lisp.leave(token)
    return Answer(value, error, meter.usage, meter.usd, meter.model)
