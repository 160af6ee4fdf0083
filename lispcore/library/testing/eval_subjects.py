"""What an evaluation tries: a function of the case, or a prompt whose slots the case fills.

A prompt may be a text, a ``(prompt …)`` or one message; ``{{text}}`` in it stands for ``:text`` of
the case. The model that is asked answers it. An agent gets ``:input`` of the case.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lispcore.library.arguments import display
from lispcore.library.models.message_values import Prompt, message_words
from lispcore.library.models.prompts import SLOT, prompt_fill
from lispcore.llm.messages import Message, text_message
from lispcore.values.calls import call
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import Map, Value, intern_keyword, is_function

# What a case that is no map fills: the only slot there is.
_WHOLE: Final = ("case", "input", "text", "it")
# Where an agent finds what it is told.
_INPUTS: Final = ("input", "text", "question", "prompt", "message")

Subject = Callable[[Value], Value]


def subject_of(name: str, value: Value) -> Subject:
    """Returns the function of a case that an evaluation calls."""
    from lispcore.library.models.agents import Agent

    if type(value) is str:
        value = text_message("user", value)
    if type(value) is Message:
        value = Prompt((value,))
    if type(value) is Prompt:
        return lambda row: _answer(_filled(name, value, row))
    if type(value) is Agent:
        return lambda row: _run_agent(name, value, row)
    if is_function(value) or callable(value):
        return lambda row: call(value, row)
    error = wrong_type(name, "function, text, prompt or agent", value)
    error.hint = (
        "the last part is what is tried: (fn (row) (llm/complete (:text row))), or a prompt with "
        'slots that the case fills, "Is this spam? {{text}}"'
    )
    raise error


def _answer(prompt: Value) -> Value:
    from lispcore.library.models.llm import chat

    return chat(prompt)


def _filled(name: str, prompt: Prompt, row: Value) -> Value:
    _check_slots(name, "\n".join(map(message_words, prompt.messages)), row)
    return prompt_fill(prompt, _slots(row))


def _slots(row: Value) -> Map:
    if isinstance(row, Map):
        return row
    return Map({intern_keyword(slot): row for slot in _WHOLE})


def _check_slots(name: str, text: str, row: Value) -> None:
    """Refuses a slot that nothing fills: the model would be asked about ``{{text}}`` itself."""
    given = _slots(row)
    for slot in SLOT.findall(text):
        if intern_keyword(slot) not in given and slot not in given:
            raise LispError(
                f"{name}: the case has nothing for {{{{{slot}}}}}",
                hint=f"give each case a :{slot}, or take the slot out of the prompt",
            )


def _run_agent(name: str, agent: Value, row: Value) -> Value:
    from lispcore.library.models.agents import agent_run

    said = row
    if isinstance(row, Map):
        found = [row.get(intern_keyword(field)) for field in _INPUTS]
        said = next((each for each in found if each is not None), None)
        if said is None:
            raise LispError(
                f"{name}: the case says nothing to the agent", hint='give each case an :input "…"'
            )
    return agent_run(agent, said if type(said) is str else display(said))
