"""A history that others made, told from what a server complains of.

A conversation may change hands in the middle of a loop of tools. Thoughts and calls carry
signatures that only their maker can read; some servers insist on the words of the thoughts before
each call, others on a signature of it. Who complains is asked again with what it wants, and without
what it cannot read; that is remembered, so that the next turn goes at once.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from lispcore.llm.messages import Message, Part, Thinking, ToolCall
from lispcore.llm.requests import NEEDS_CALLS_SIGNED, NEEDS_THOUGHTS, Request

_WANTS_THOUGHTS: Final = re.compile(
    r"reasoning_content\b.*(missing|must be passed back|required)|missing .{0,3}reasoning_content",
    re.IGNORECASE | re.DOTALL,
)
_WANTS_SIGNATURES: Final = re.compile(r"missing a .{0,3}thought_?signature", re.IGNORECASE)
_CANNOT_READ: Final = re.compile(
    r"(invalid|corrupt\w*|unknown|expired|malformed)\W{1,3}(thought[_ ]?)?signature"
    r"|signature\W+(is|are|was)? ?(not valid|invalid)|thought_?signature\b.*(base64|decod)"
    r"|encrypted[_ ]content\b.*(verif|decrypt|pars|invalid)|invalid_encrypted_content"
    r"|(thinking|reasoning)\b.*(cannot be modified|required following item)",
    re.IGNORECASE | re.DOTALL,
)


def wanted_by(message: str) -> str:
    """Returns what a server misses in a history, by its complaint; "" for nothing."""
    if _WANTS_SIGNATURES.search(message):
        return NEEDS_CALLS_SIGNED
    return NEEDS_THOUGHTS if _WANTS_THOUGHTS.search(message) else ""


def unread_by(message: str, request: Request) -> tuple[str, ...]:
    """Returns the marks of the signatures that a server cannot read, by its complaint."""
    return _marks(request) if _CANNOT_READ.search(message) else ()


def _marks(request: Request) -> tuple[str, ...]:
    found = (_mark(part) for message in request.messages for part in message.parts)
    return tuple(dict.fromkeys(mark for mark in found if mark))


def _mark(part: Part) -> str:
    """Returns what a signature is remembered by: itself may be long."""
    if not isinstance(part, (Thinking, ToolCall)) or not part.signature:
        return ""
    from hashlib import sha256

    return sha256(part.signature.encode("utf-8", "replace")).hexdigest()[:16]


def without_signatures(request: Request, marks: frozenset[str]) -> Request:
    """Returns a request without the signatures of these marks; of signed thoughts nothing stays."""
    messages = tuple(_without(message, marks) for message in request.messages)
    return request if messages == request.messages else replace(request, messages=messages)


def _without(message: Message, marks: frozenset[str]) -> Message:
    if not any(_mark(part) in marks for part in message.parts):
        return message
    parts = []
    for part in message.parts:
        if _mark(part) not in marks:
            parts.append(part)
        elif type(part) is ToolCall:
            parts.append(replace(part, signature=""))
        elif type(part) is Thinking and part.text:
            # The words stay for whoever wants them; nobody signs for them.
            parts.append(Thinking(part.text, form=WORDS))
    return Message(message.role, tuple(parts))


# A form that goes back to nobody but those who want the words of thoughts.
WORDS: Final = "words"
