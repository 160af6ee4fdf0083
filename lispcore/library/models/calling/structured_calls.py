"""Calls whose answer must fit a schema: ask, read, judge, and ask again with what was wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from lispcore.library.arguments import map_argument, unknown_option
from lispcore.library.models.calling.exchange import ask
from lispcore.library.models.calling.options import (
    MAX_RETRIES,
    TASK_OPTIONS,
    Options,
    checked_option,
)
from lispcore.llm.events import Event, Reply, TextDelta
from lispcore.llm.messages import Message, text_message
from lispcore.llm.partial_json import partial_value
from lispcore.llm.structured import Answer, correction, read_answer, shortened
from lispcore.values.errors import LispError
from lispcore.values.types import Keyword, Value, is_true, list_from, type_name

DEFAULT_RETRIES: Final = 2

# Returns the value of an answer that fits the schema, and what else is wrong with it.
Judge = Callable[[Any], tuple[Value, list[str]]]


@dataclass(frozen=True, slots=True)
class StructuredTask:
    """What a function wants to know. `checked` is the part of `schema` that counts."""

    name: str
    schema: dict[str, Any]
    checked: dict[str, Any]
    judge: Judge
    retries: int = DEFAULT_RETRIES
    tells_problems: bool = True
    hear_partial: Callable[[Any, bool], None] | None = None


def _growth_listener(hear: Callable[[Any, bool], None]) -> Callable[[Event], None]:
    """Returns a listener that tells what the words of an answer say so far, when that is more."""
    text = ""
    told: Any = None
    next_look = 0

    def listen(event: Event) -> None:
        nonlocal text, told, next_look
        if not isinstance(event, TextDelta):
            return
        text += event.text
        # Of a long answer not every word is worth reading all of it again.
        if len(text) < next_look:
            return
        next_look = len(text) + len(text) // _LOOKS_A_LENGTH
        value, is_growing = partial_value(text)
        if value is not None and value != told:
            told = value
            hear(value, is_growing)

    return listen


_LOOKS_A_LENGTH: Final = 200


def ask_structured(task: StructuredTask, messages: tuple[Message, ...], options: Options) -> Value:
    """Returns the judged answer; raises `LispError` if none of the attempts fits."""
    options = replace(options, response_schema=task.schema)
    asked = messages
    for _ in range(task.retries + 1):
        listener = None if task.hear_partial is None else _growth_listener(task.hear_partial)
        reply = ask(asked, options, listener).reply
        read = read_reply(task, reply.text)
        if read.problems or read.answer.is_cut:
            check_ending(task.name, reply, options)
        if not read.problems:
            return read.value
        if task.tells_problems:
            asked = (*messages, *_what_was_wrong(reply, read.problems))
    raise does_not_fit(task, task.retries + 1, read, reply.text)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says in terms of a task: a value, and what is wrong with it."""

    value: Value
    problems: list[str]
    answer: Answer


def read_reply(task: StructuredTask, text: str) -> Reading:
    """Returns the judged value of a text; nil if it holds no JSON."""
    answer = read_answer(text, task.schema, task.checked)
    problems = list(answer.problems)
    value: Value = None
    if answer.is_found:
        value, objections = task.judge(answer.value)
        problems += [each for each in objections if not _is_told(each, problems)]
    return Reading(value, problems, answer)


def _is_told(objection: str, problems: list[str]) -> bool:
    """Tells whether a value that an objection is about has the wrong type anyway."""
    place = objection.partition(": ")[0]
    return any(problem.startswith(f"{place}: ") for problem in problems)


def _what_was_wrong(reply: Reply, problems: list[str]) -> tuple[Message, ...]:
    told = text_message("user", correction(problems))
    # An answer without words cannot be sent back: providers refuse empty messages.
    return (text_message("assistant", reply.text), told) if reply.text.strip() else (told,)


def check_ending(name: str, reply: Reply, options: Options) -> None:
    """Raises for an answer that was refused or cut off: asking again would not help."""
    if reply.stop_reason == "max_tokens":
        more = max(4000, 2 * (options.max_tokens or 0))
        message, reason = "the answer was cut off at the limit of tokens", "max-tokens"
        hint = f"allow more of them: {{:max-tokens {more}}}"
    elif reply.stop_reason == "refusal":
        message, reason = f"the model refused to answer: {shortened(reply.text)}", "refusal"
        hint = "put the request differently, or ask another model"
    else:
        return
    fields: dict[str, Any] = {
        "reason": reason,
        "reply": reply.text,
        "stop-reason": reply.stop_reason,
    }
    raise LispError(f"{name}: {message}", kind="llm", hint=hint, **fields)


def does_not_fit(task: StructuredTask, attempts: int, read: Reading, text: str) -> LispError:
    """Returns the error for an answer that does not fit after some attempts."""
    times = "1 attempt" if attempts == 1 else f"{attempts} attempts"
    hint = "the model's last answer is in :reply of the caught error"
    if not read.answer.is_found:
        hint = f"it said {shortened(text)}"
    return LispError(
        f"{task.name}: validation failed after {times}: {'; '.join(read.problems)}",
        kind="llm",
        hint=hint,
        reason="invalid-answer",
        attempts=attempts,
        problems=list_from(read.problems),
        reply=text,
    )


# --- options ------------------------------------------------------------------------------------


def task_options(
    name: str, value: Value, argument: int, own: Mapping[str, Callable[[str, Value], Any]]
) -> tuple[Options, dict[str, Any]]:
    """Returns the common options of a call of `name`, and those of its own that are given.

    `own` maps names of options to what checks and converts their values.
    """
    options = Options()
    given: dict[str, Any] = {}
    if value is None:
        return options, given
    for key, entry in map_argument(name, value, argument).entries():
        option = key.name if type(key) is Keyword else key
        if option in own:
            given[option] = own[option](f"{name}: option :{option}", entry)
        elif option in TASK_OPTIONS:
            if entry is not None:
                attribute = option.replace("-", "_")
                setattr(options, attribute, checked_option(name, option, entry))
        else:
            raise unknown_option(name, key, (*own, *TASK_OPTIONS), value)
    return options, given


def retries_option(place: str, value: Value) -> int:
    """Returns how often to ask again; nil means the usual number."""
    if value is None:
        return DEFAULT_RETRIES
    if type(value) is not int or not 0 <= value <= MAX_RETRIES:
        raise LispError(
            f"{place} expected an integer from 0 to {MAX_RETRIES}, got {type_name(value)}"
            if type(value) is not int
            else f"{place} expected an integer from 0 to {MAX_RETRIES}, got {value}",
            kind="type-error",
            hint="each attempt is a call that costs tokens",
        )
    return value


def truth_option(place: str, value: Value) -> bool:
    """Returns whether an option is set; nil and #f unset it."""
    return bool(is_true(value))
