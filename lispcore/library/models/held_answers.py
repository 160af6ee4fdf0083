"""Answers that are held to a schema of the program: the option `:schema` of model calls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lispcore.library.models.calling.options import Options

if TYPE_CHECKING:
    from lispcore.library.models.calling.structured_calls import StructuredTask
    from lispcore.llm.events import Reply

_TASK = "Answer with JSON."


def held(name: str, options: Options) -> tuple[Options, StructuredTask | None]:
    """Returns the options of a call that asks for what its schema says, and what that is."""
    if options.schema is None:
        return options, None
    from lispcore.library.models.extraction import schema_task
    from lispcore.llm.structured import instructions

    task = schema_task(name, options.schema)
    told = instructions(_TASK, task.schema)
    system = "\n\n".join(text for text in (options.system, told) if text)
    return replace(options, system=system, response_schema=task.schema), task


def check_held(task: StructuredTask | None, reply: Reply, options: Options) -> None:
    """Raises for an answer that does not fit its schema."""
    if task is None:
        return
    from lispcore.library.models.calling.structured_calls import (
        check_ending,
        does_not_fit,
        read_reply,
    )

    for text in (reply.text, *reply.others):
        read = read_reply(task, text)
        if read.problems or read.answer.is_cut:
            check_ending(task.name, reply, options)
        if read.problems:
            raise does_not_fit(task, 1, read, text)
