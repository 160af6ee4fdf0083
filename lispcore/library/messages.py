"""Messages and prompts as values: who says what, with which images, in which order.

A message is `llm.messages.Message` itself; a prompt is a row of them. Both are immutable, and equal
when they say the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from lispcore.errors import LispError, wrong_type
from lispcore.library.arguments import (
    ABSENT,
    check_options,
    display,
    map_argument,
    name_argument,
    string_argument,
)
from lispcore.library.registry import function
from lispcore.llm.errors import InvalidRequest
from lispcore.llm.media import MEDIA_TYPES, media_type_of
from lispcore.llm.messages import (
    ROLES,
    Media,
    Message,
    Part,
    Text,
    ToolCall,
    ToolResult,
    text_message,
)
from lispcore.printer import PRINTERS
from lispcore.values import (
    FALSE,
    PARTS,
    TRUE,
    TYPE_NAMES,
    Bytevector,
    Keyword,
    List,
    Value,
    Vector,
    boolean,
    intern_keyword,
    list_from,
    list_items,
)

_SHOWN_LENGTH: Final = 40
_SLOT: Final = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Prompt:
    """What ``(prompt …)`` makes."""

    messages: tuple[Message, ...]


def message_words(message: Message) -> str:
    """Returns what a message says: its text, or the results of tools that it carries."""
    results = [part.content for part in message.parts if isinstance(part, ToolResult)]
    return message.text or "\n".join(results)


def _message_text(message: Message) -> str:
    text = message_words(message)
    shown = text if len(text) <= _SHOWN_LENGTH else text[:_SHOWN_LENGTH] + "..."
    return f'<message {message.role} "{shown}">'


def _part_value(part: Part) -> Value:
    """Returns a part as something that Lisp values compare and hash: arguments are a dict."""
    if isinstance(part, ToolCall):
        return (part.id, part.name, repr(sorted(part.arguments.items())), part.malformed)
    return part


TYPE_NAMES[Message] = "message"
TYPE_NAMES[Prompt] = "prompt"
PARTS[Message] = lambda message: (message.role, [_part_value(part) for part in message.parts])
PARTS[Prompt] = lambda prompt: ("prompt", list(prompt.messages))
PRINTERS[Message] = _message_text
PRINTERS[Prompt] = lambda prompt: f"<prompt {len(prompt.messages)} messages>"


# --- checks that the chapters on models share ---------------------------------------------------


def message_argument(name: str, value: Value, argument: int = 0) -> Message:
    """Returns a message argument."""
    if isinstance(value, Message):
        return value
    error = wrong_type(name, "message", value, argument)
    error.hint = 'make one with (message :user "…")'
    raise error


def prompt_argument(name: str, value: Value, argument: int = 0) -> Prompt:
    """Returns a prompt argument."""
    if isinstance(value, Prompt):
        return value
    error = wrong_type(name, "prompt", value, argument)
    error.hint = 'make one with (prompt (system "…") (user "…"))'
    raise error


def role_argument(name: str, value: Value, argument: int) -> str:
    """Returns the name of a role given as a keyword."""
    if type(value) is not Keyword:
        error = wrong_type(name, "keyword", value, argument)
        error.hint = "roles are " + _role_list()
        raise error
    if value.name not in ROLES:
        raise LispError(f"{name}: unknown role :{value.name}", hint="roles are " + _role_list())
    return value.name


def _role_list() -> str:
    return " ".join(f":{role}" for role in ROLES)


def as_media(name: str, value: Value, media_type: str | None = None, argument: int = 0) -> Media:
    """Returns a bytevector as an image; without `media_type` its first bytes decide."""
    if type(value) is not Bytevector:
        error = wrong_type(name, "bytevector", value, argument)
        if type(value) is str:
            error.hint = "read the file first: (file/read-bytes path)"
        raise error
    data = bytes(value)
    try:
        return Media(media_type or media_type_of(data), data)
    except InvalidRequest as refusal:
        raise LispError(f"{name}: {refusal.message}", hint=refusal.advice) from None


# --- messages -----------------------------------------------------------------------------------


@function(
    "llm/%message",
    "role:keyword & parts:any",
    "message",
    "What `message` expands to: the parts are joined as text.",
)
def make_message(role: Value, *parts: Value) -> Message:
    name = role_argument("message", role, 1)
    return text_message(name, "".join([display(part) for part in parts]))


@function(
    "message/with-image",
    "role:keyword text:string image:bytevector [options:map]",
    "message",
    "Makes a message of a text and an image (PNG, JPEG, GIF, WebP) or a PDF document; a list of "
    "bytevectors attaches several. The type is found from the first bytes, unless the option "
    "`:media-type` names it.",
    [
        (
            '(message/with-image :user "What is this?" (bytevector 137 80 78 71 13 10 26 10))',
            '<message user "What is this?">',
        ),
        ('(message/with-image :user "?" (bytevector 66 77 1 2))', "error: a BMP image"),
    ],
)
def with_image(role: Value, text: Value, image: Value, options: Value = ABSENT) -> Message:
    name = "message/with-image"
    role_name = role_argument(name, role, 1)
    words = string_argument(name, text, 2)
    media_type = _media_type_option(name, options)
    images = [image]
    if type(image) is List:
        images = list_items(image)
    elif type(image) is Vector:
        images = image.items
    media = [as_media(name, each, media_type, 3) for each in images]
    return Message(role_name, (Text(words), *media))


def _media_type_option(name: str, options: Value) -> str | None:
    if options is ABSENT or options is None:
        return None
    given = check_options(name, map_argument(name, options, 4), ("media-type",))
    value = given.get("media-type")
    if value is None:
        return None
    media_type: str = name_argument(f"{name}: :media-type", value)
    if media_type not in MEDIA_TYPES:
        raise LispError(
            f'{name}: unknown media type "{media_type}"',
            hint="known are " + ", ".join(MEDIA_TYPES),
        )
    return media_type


@function(
    "message/role",
    "message:message",
    "keyword",
    "Returns who says it: `:system`, `:user`, `:assistant` or `:tool`.",
    [('(message/role (message :user "hi"))', ":user")],
)
def message_role(message: Value) -> Value:
    return intern_keyword(message_argument("message/role", message, 1).role)


@function(
    "message/content",
    "message:message",
    "string",
    "Returns the text of a message, without its images.",
    [('(message/content (message :user "a" 1 :b))', '"a1:b"')],
)
def message_content(message: Value) -> Value:
    return message_words(message_argument("message/content", message, 1))


@function(
    "message?",
    "value:any",
    "bool",
    "Tells whether a value is a message.",
    [('(message? (message :user "hi"))', "#t"), ('(message? "hi")', "#f")],
)
def is_message(value: Value) -> Value:
    return boolean(isinstance(value, Message))


# --- prompts ------------------------------------------------------------------------------------


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
    "& prompts:prompt",
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
def prompt_append(*prompts: Value) -> Prompt:
    messages: list[Message] = []
    for position, prompt in enumerate(prompts, 1):
        messages.extend(prompt_argument("prompt/append", prompt, position).messages)
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
    given = map_argument("prompt/fill", values, 2)
    texts = {
        key.name if type(key) is Keyword else key: display(value)
        for key, value in given.entries()
        if type(key) is Keyword or type(key) is str
    }

    def fill(text: str) -> str:
        return _SLOT.sub(lambda match: texts.get(match.group(1), match.group(0)), text)

    return Prompt(
        tuple(
            _with_texts(message, fill)
            for message in prompt_argument("prompt/fill", prompt, 1).messages
        )
    )


def _with_texts(message: Message, change: Callable[[str], str]) -> Message:
    parts = tuple(
        Text(change(part.text)) if isinstance(part, Text) else part for part in message.parts
    )
    return Message(message.role, parts)


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
        names.update(dict.fromkeys(_SLOT.findall(message.text)))
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
    from lispcore.values import Map

    first, second = _two("prompt/diff", a, b)
    added = _kept([second], lambda message: message not in first.messages)
    removed = _kept([first], lambda message: message not in second.messages)
    return Map.of(
        [
            (intern_keyword("added"), list_from(added.messages)),
            (intern_keyword("removed"), list_from(removed.messages)),
        ]
    )
