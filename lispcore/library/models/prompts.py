"""Prompts: messages in order, with slots to fill, that can be joined and compared like sets.

What a prompt is stands in `messages.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from lispcore.library.arguments import check_length, display, map_argument, string_argument
from lispcore.library.models.message_values import Prompt, prompt_argument
from lispcore.library.registry import function
from lispcore.llm.messages import Message, Text, text_message
from lispcore.values.errors import wrong_type
from lispcore.values.late_patterns import late_pattern
from lispcore.values.types import FALSE, TRUE, Map, Value, intern_keyword, list_from

SLOT: Final = late_pattern(r"\{\{\s*([^{}\s](?:[^{}]*[^{}\s])?)\s*\}\}")


@function(
    "llm/%prompt",
    "& messages:message",
    "prompt",
    "What `prompt` expands to: the messages in order.",
)
def make_prompt(*messages: Value) -> Prompt:
    for message in messages:
        if not isinstance(message, Message):
            error = wrong_type("prompt", "(role part …) or a message", message)
            error.hint = 'for example (prompt (system "Be brief.") (user "Hello"))'
            raise error
    return Prompt(messages)


@function(
    "prompt/messages",
    "prompt:prompt",
    "list",
    "Returns the messages of a prompt.",
    [
        (
            '(prompt/messages (prompt (system "S") (user "U")))',
            '(<message system "S"> <message user "U">)',
        )
    ],
)
def prompt_messages(prompt: Value) -> Value:
    return list_from(prompt_argument("prompt/messages", prompt, 1).messages)


@function(
    "prompt/append",
    "prompt:prompt & more:prompt",
    "prompt",
    "Returns one prompt with the messages of all, in order. System messages are not merged.",
    [
        (
            '(prompt/messages (prompt/append (prompt (user "a")) (prompt (user "b"))))',
            '(<message user "a"> <message user "b">)',
        )
    ],
    aliases=("prompt/concat",),
)
def prompt_append(prompt: Value, *more: Value) -> Prompt:
    messages: list[Message] = []
    for position, each in enumerate((prompt, *more), 1):
        messages.extend(prompt_argument("prompt/append", each, position).messages)
    return Prompt(tuple(messages))


@function(
    "prompt/fill",
    "prompt:prompt values:map",
    "prompt",
    "Returns the prompt with each `{{name}}` replaced by the value of `:name`. Slots without a "
    "value stay, so a prompt can be filled in steps.",
    [
        (
            '(prompt/messages (prompt/fill (prompt (user "{{a}}, {{b}}")) {:a 1}))',
            '(<message user "1, {{b}}">)',
        )
    ],
)
def prompt_fill(prompt: Value, values: Value) -> Prompt:
    messages = prompt_argument("prompt/fill", prompt, 1).messages
    given = map_argument("prompt/fill", values, 2)
    return Prompt(tuple(_filled(message, given) for message in messages))


def _filled(message: Message, values: Map) -> Message:
    return Message(
        message.role,
        tuple(
            Text(_filled_text(part.text, values)) if isinstance(part, Text) else part
            for part in message.parts
        ),
    )


def _filled_text(text: str, values: Map) -> str:
    parts: list[str] = []
    position = size = 0
    for slot in SLOT.finditer(text):
        key: Value = intern_keyword(slot[1])
        if key not in values:
            key = slot[1]
            if key not in values:
                continue
        parts += [text[position : slot.start()], display(values.get(key))]
        size += len(parts[-1])
        check_length("prompt/fill", size)
        position = slot.end()
    return "".join([*parts, text[position:]])


@function(
    "prompt/slots",
    "prompt:prompt",
    "list",
    "Returns the names of the slots that are still to be filled, as keywords, each once.",
    [('(prompt/slots (prompt (user "{{a}} {{b}} {{a}}")))', "(:a :b)")],
)
def prompt_slots(prompt: Value) -> Value:
    names: dict[str, None] = {}
    for message in prompt_argument("prompt/slots", prompt, 1).messages:
        names.update(dict.fromkeys(SLOT.findall(message.text)))
    return list_from([intern_keyword(name) for name in names])


@function(
    "prompt/set-system",
    "prompt:prompt text:string",
    "prompt",
    "Returns the prompt with `text` as its only system message, which stands first.",
    [
        (
            '(prompt/messages (prompt/set-system (prompt (user "u") (system "old")) "new"))',
            '(<message system "new"> <message user "u">)',
        )
    ],
)
def prompt_set_system(prompt: Value, text: Value) -> Prompt:
    others = prompt_argument("prompt/set-system", prompt, 1).messages
    system = text_message("system", string_argument("prompt/set-system", text, 2))
    return Prompt((system, *(message for message in others if message.role != "system")))


@function(
    "prompt?",
    "value:any",
    "bool",
    "Tells whether a value is a prompt.",
    [("(prompt? (prompt))", "#t"), ("(prompt? 42)", "#f")],
)
def is_prompt(value: Value) -> Value:
    return TRUE if isinstance(value, Prompt) else FALSE


# --- prompts as sets of messages ----------------------------------------------------------------


def _kept(prompts: list[Prompt], keep: Callable[[Message], bool]) -> Prompt:
    """Returns the messages that `keep` accepts, each once, in order."""
    seen: dict[Any, Message] = {}
    for prompt in prompts:
        for message in prompt.messages:
            key = (message.role, repr(message.parts))
            if key not in seen and keep(message):
                seen[key] = message
    return Prompt(tuple(seen.values()))


def _two(name: str, a: Value, b: Value) -> tuple[Prompt, Prompt]:
    return prompt_argument(name, a, 1), prompt_argument(name, b, 2)


@function(
    "prompt/union",
    "a:prompt b:prompt",
    "prompt",
    "Returns the messages of both prompts, each once, in order of first occurrence.",
    [('(prompt/union (prompt (user "a")) (prompt (user "a")))', "<prompt 1 messages>")],
)
def prompt_union(a: Value, b: Value) -> Prompt:
    return _kept(list(_two("prompt/union", a, b)), lambda message: True)


@function(
    "prompt/intersection",
    "a:prompt b:prompt",
    "prompt",
    "Returns the messages of `a` that `b` holds too, each once.",
    [
        (
            '(prompt/intersection (prompt (user "a") (user "b")) (prompt (user "b")))',
            "<prompt 1 messages>",
        )
    ],
)
def prompt_intersection(a: Value, b: Value) -> Prompt:
    first, second = _two("prompt/intersection", a, b)
    return _kept([first], lambda message: message in second.messages)


@function(
    "prompt/difference",
    "a:prompt b:prompt",
    "prompt",
    "Returns the messages of `a` that `b` does not hold, each once.",
    [
        (
            '(prompt/messages (prompt/difference (prompt (user "a") (user "b")) '
            '(prompt (user "b"))))',
            '(<message user "a">)',
        )
    ],
)
def prompt_difference(a: Value, b: Value) -> Prompt:
    first, second = _two("prompt/difference", a, b)
    return _kept([first], lambda message: message not in second.messages)


@function(
    "prompt/diff",
    "a:prompt b:prompt",
    "map",
    "Compares two versions of a prompt: `:added` are the messages that only `b` holds, `:removed` "
    "those that only `a` holds.",
    [
        (
            '(prompt/diff (prompt (user "a")) (prompt (user "b")))',
            '{:added (<message user "b">) :removed (<message user "a">)}',
        )
    ],
)
def prompt_diff(a: Value, b: Value) -> Value:
    first, second = _two("prompt/diff", a, b)
    added = _kept([second], lambda message: message not in first.messages)
    removed = _kept([first], lambda message: message not in second.messages)
    return Map.of(
        [
            (intern_keyword("added"), list_from(added.messages)),
            (intern_keyword("removed"), list_from(removed.messages)),
        ]
    )
