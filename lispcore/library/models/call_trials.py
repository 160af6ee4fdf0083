"""Calls on trial: what would be sent, and a call made once more with something changed."""

from __future__ import annotations

from typing import Any

from lispcore.library.arguments import map_argument
from lispcore.library.models.calling.options import read_options
from lispcore.library.models.tools import from_json
from lispcore.library.registry import function
from lispcore.values.calls import call
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import Map, Value, intern_keyword, list_from

CHAPTER = "llm"


@function(
    "llm/%preview",
    "thunk:function",
    "map",
    "What `llm/preview` expands to.",
)
def preview_call(thunk: Value) -> Value:
    from lispcore.library.models.calling.previewing import preview

    found = preview(lambda: call(thunk))
    if found is None:
        raise LispError(
            "llm/preview: nothing asked a model",
            kind="llm",
            hint='put a model call there: (llm/preview (llm/complete "Hello"))',
        )
    return Map.of(
        [
            (intern_keyword("provider"), found["provider"]),
            (intern_keyword("model"), found["model"]),
            (intern_keyword("method"), found["method"] or None),
            (intern_keyword("url"), found["url"] or None),
            (intern_keyword("headers"), list_from([list_from(each) for each in found["headers"]])),
            (intern_keyword("body"), _body(found["body"])),
            (intern_keyword("notes"), list_from(found["notes"])),
        ]
    )


def _body(text: str) -> Value:
    import json

    try:
        return from_json(json.loads(text))
    except (ValueError, LispError):
        return text


@function(
    "llm/again",
    "call:int [changes:map]",
    "string",
    "Makes a model call of this session once more and returns the answer. `call` is the number of "
    "a request, as `:requests` of `llm/records` and the page's list of calls have it; `changes` "
    "are options of `llm/complete`, and `:prompt`, which takes the place of the last question. "
    "Tools that the model asks for are not run. Budgets and limits hold as for every call.",
    [
        (
            '(begin (llm/complete "hi") '
            "(string? (llm/again (:id (first (:requests (first (llm/records))))) "
            '{:prompt "ho"})))',
            "#t",
        ),
        ("(llm/again 0)", "error: there is no call 0"),
    ],
)
def again(number: Value, changes: Value = None) -> Value:
    from lispcore.library.models.calling.exchange import ask_again
    from lispcore.library.models.calling.repeating import changed_request, find, numbers
    from lispcore.tasks import context

    name = "llm/again"
    if type(number) is not int:
        raise wrong_type(name, "integer", number, 1)
    made = find(context.interpreter(), number)
    if made is None:
        known = ", ".join(map(str, numbers(context.interpreter())[-10:]))
        raise LispError(
            f"{name}: there is no call {number} in this session",
            kind="llm",
            hint=f"the last are {known}" if known else "ask a model first",
        )
    prompt, options = _taken_apart(name, changes)
    request = changed_request(made.request, options, prompt)
    return ask_again(request, made, options.provider).reply.text


def _taken_apart(name: str, changes: Value) -> tuple[str | None, Any]:
    if changes is None:
        return None, read_options(name, None, 2)
    given = map_argument(name, changes, 2)
    key = intern_keyword("prompt")
    prompt = given.get(key)
    if prompt is not None and type(prompt) is not str:
        raise wrong_type(f"{name}: option :prompt", "string", prompt)
    rest = Map.of([(each, given.get(each)) for each in given.keys() if each is not key])  # noqa: SIM118 - a map iterates as entries
    return prompt, read_options(name, rest, 2)
