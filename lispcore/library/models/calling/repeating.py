"""Calls that can be made once more with something changed: `llm/again`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final
from weakref import WeakKeyDictionary

from lispcore.library.models.calling.layers import Call
from lispcore.library.models.calling.options import Options
from lispcore.llm.messages import Media, Message, Text
from lispcore.llm.requests import Request

# Requests hold their images: more of them are not kept.
MAX_KEPT: Final = 50

# By the interpreter: the number of a request -> the call that it was made for.
_kept: WeakKeyDictionary[Any, OrderedDict[int, Call]] = WeakKeyDictionary()


def remember(session: Any, numbers: Iterable[int], call: Call) -> None:
    """Keeps a call under the numbers of the requests that it took."""
    known = _kept.setdefault(session, OrderedDict())
    for number in numbers:
        known[number] = call
    while len(known) > MAX_KEPT:
        known.popitem(last=False)


def find(session: Any, number: int) -> Call | None:
    """Returns the call that a request was made for."""
    known = _kept.get(session)
    return None if known is None else known.get(number)


def numbers(session: Any) -> list[int]:
    """Returns the numbers of the requests that are kept, the oldest first."""
    return list(_kept.get(session, ()))


# Options that are fields of a request by the same name.
_SAME: Final = (
    "model", "max_tokens", "temperature", "system", "reasoning_effort", "stop_sequences",
    "downscale", "top_p", "top_k", "seed", "parallel_tool_calls", "logprobs", "service_tier",
    "extra_body", "headers", "thinking_budget", "prompt_cache", "server_tools", "response_format",
)  # fmt: skip
_UNSET: Final = Options()


def changed_request(request: Request, options: Options, prompt: str | None) -> Request:
    """Returns a request with the options that are given, and another last question."""
    changes: dict[str, Any] = {
        name: value for name in _SAME if (value := getattr(options, name)) != getattr(_UNSET, name)
    }
    if options.timeout is not None:
        changes["timeout_seconds"] = options.timeout
    if prompt is not None:
        changes["messages"] = with_question(request.messages, prompt)
    if options.provider and not options.model:
        changes["model"] = ""  # the name of the other provider's model is not known there
    # What one server has refused, or was scripted to say, is another matter.
    return replace(request, refused=frozenset(), script=None, **changes)


def with_question(messages: tuple[Message, ...], text: str) -> tuple[Message, ...]:
    """Returns messages of which the user's last one says something else; its images stay."""
    places = [at for at, each in enumerate(messages) if each.role == "user"]
    if not places:
        return (*messages, Message("user", (Text(text),)))
    at = places[-1]
    media = tuple(part for part in messages[at].parts if type(part) is Media)
    return (*messages[:at], Message("user", (Text(text), *media)), *messages[at + 1 :])
