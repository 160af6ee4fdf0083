"""Model calls that are only looked at: `llm/preview` ends each when it would be made.

The call goes its way through the library, so that prompts, options, tools and schemas are put
together as always. At the outermost layer (watching.py) it is described and given up.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from lispcore.library.models.calling.layers import Call
from lispcore.library.models.calling.model_session import LispProvider, lisp_error
from lispcore.llm.failures import ModelError
from lispcore.llm.fingerprints import describe_request
from lispcore.llm.inspection import redacted_headers, redacted_url, shortened_body, shortened_media
from lispcore.llm.request_preview import preview_request
from lispcore.tasks import context
from lispcore.values.errors import LispError


class Look:
    """One `llm/preview` at work: the first call that would have been made."""

    found: dict[str, Any] | None = None


_look: ContextVar[Look | None] = ContextVar("preview", default=None)


class Previewed(BaseException):
    """Ends what wanted to make a call; no handler of the program catches it."""


def is_preview() -> bool:
    """Tells whether calls made here are only looked at."""
    return _look.get() is not None


def preview(run: Callable[[], Any]) -> dict[str, Any] | None:
    """Runs something until its first model call; returns what that would send, None for none."""
    look = Look()
    token = _look.set(look)
    try:
        run()
    except Previewed:
        pass
    except LispError:
        if look.found is None:
            raise
    finally:
        _look.reset(token)
    if look.found is not None:
        context.host().record({"type": "call-preview", **look.found})
    return look.found


def previewed(call: Call) -> BaseException:
    """Notes what a call would send; returns what ends it."""
    look = _look.get()
    assert look is not None
    found = _described(call)
    look.found = look.found or found
    tasks = context.interpreter().tasks
    if tasks.current is tasks.main:
        return Previewed()
    # What is no error would end the whole program when it leaves a task.
    return LispError("a model call was looked at, not made", kind="llm")


def _described(call: Call) -> dict[str, Any]:
    """Returns what a call would send, ready for JSON."""
    import json

    provider, request = call.provider, call.request
    about: dict[str, Any] = {
        "provider": provider.provider,
        "model": call.model,
        "method": "",
        "url": "",
        "headers": [],
        "body": "",
        "notes": [],
    }
    if isinstance(provider, LispProvider):  # a function of the program gets it as a map
        about["body"] = shortened_media(json.dumps(describe_request(request), ensure_ascii=False))
        return about
    notes: list[str] = []
    try:
        sent = preview_request(request, provider, context.host(), notes)
    except ModelError as error:
        raise lisp_error(error) from error
    about["notes"] = notes
    if isinstance(sent, str):
        about["body"] = _without(provider.api_key, shortened_media(sent))
        return about
    about["method"], about["url"] = sent.method, redacted_url(sent.url)
    about["headers"] = redacted_headers(sent)
    about["body"] = _without(provider.api_key, shortened_body(sent.body))
    return about


def _without(key: str | None, text: str) -> str:
    return text.replace(key, "(redacted)") if key and len(key) > 3 else text
