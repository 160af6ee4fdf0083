"""Messages and prompts as values: who says what, with which images, in which order.

A message is `llm.messages.Message` itself; a prompt is a row of them. Both are immutable, and equal
when they say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lispcore.library.arguments import (
    ABSENT,
    check_options,
    display,
    map_argument,
    name_argument,
    string_argument,
)
from lispcore.library.registry import function
from lispcore.llm.failures import InvalidRequest
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
from lispcore.values.comparing import PARTS
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.printing import PRINTERS, print_value
from lispcore.values.types import (
    TYPE_NAMES,
    Bytevector,
    Keyword,
    List,
    Map,
    Value,
    Vector,
    boolean,
    intern_keyword,
    list_items,
)

# What the documentation of these functions is filed under.
CHAPTER = "messages"

_SHOWN_LENGTH: Final = 40


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


def as_message(name: str, value: Value) -> Message:
    """Returns a message, also one written as a map: ``{:role "user" :content "Hello"}``."""
    if not isinstance(value, Map):
        return message_argument(name, value)
    role = value.get(intern_keyword("role"))
    content = value.get(intern_keyword("content"))
    text = role.name if type(role) is Keyword else role
    if text not in ROLES or type(content) is not str:
        raise LispError(
            f"{name} expected a message, got {print_value(value)[:80]}",
            kind="type-error",
            hint='a map needs a :role and a :content: {:role "user" :content "Hello"}',
        )
    return text_message(text, content)


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
    "What `message` expands to: the parts are joined as text; bytevectors that are images or PDF "
    "documents are attached, where they stand between the texts.",
    [
        ('(message :user "a" 1 :b)', '<message user "a1:b">'),
        (
            '(message :user "Compare " (bytevector 255 216 255) "and " (string->utf8 "%PDF-"))',
            '<message user "Compare and ">',
        ),
        ('(message :user "raw " (bytevector 1 2))', '<message user "raw #u8(1 2)">'),
    ],
)
def make_message(role: Value, *parts: Value) -> Message:
    name = role_argument("message", role, 1)
    made: list[Part] = []
    words: list[str] = []
    for part in parts:
        media = _attached(part)
        if media is None:
            words.append(display(part))
            continue
        if words:
            made.append(Text("".join(words)))
            words = []
        made.append(media)
    if words or not made:
        made.append(Text("".join(words)))
    return Message(name, tuple(made))


def _attached(part: Value) -> Media | None:
    """Returns a bytevector that is an image or a document, None for anything else."""
    if type(part) is not Bytevector:
        return None
    data = bytes(part)
    try:
        return Media(media_type_of(data), data)
    except InvalidRequest:
        return None


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
