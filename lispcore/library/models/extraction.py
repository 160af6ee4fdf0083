"""Data out of texts and images: `llm/extract`, `llm/extract-from-image`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from lispcore.library.arguments import string_argument
from lispcore.library.models.calling.options import TASK_OPTIONS
from lispcore.library.models.message_values import as_media
from lispcore.library.registry import accepts_options, function
from lispcore.llm.messages import Media, Message, Text, text_message
from lispcore.tasks import context
from lispcore.values.calls import call, check_function
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.printing import print_value
from lispcore.values.types import Bytevector, List, Value, Vector, is_true

# What only these functions need is imported by their first call.
if TYPE_CHECKING:
    from lispcore.library.models.calling.extraction_shapes import Placed, Shape
    from lispcore.library.models.calling.structured_calls import StructuredTask

_SHOWN_LENGTH: Final = 80

# Errors of a predicate that are the program's own, whatever the model said.
_MISTAKES: Final = ("unbound", "arity")

# The name under which a list stands in the object that models are asked for.
_WRAPPER: Final = "items"


def _answer(
    name: str, schema: Value, task: str, message: Message, options: Value, argument: int
) -> Value:
    """Returns the data that a schema asks for and a message holds."""
    from lispcore.library.models.calling.structured_calls import (
        ask_structured,
        retries_option,
        task_options,
        truth_option,
    )
    from lispcore.llm.structured import instructions

    own = {
        "validate": truth_option,
        "retries": retries_option,
        "reask?": truth_option,
        "on-partial": _listener,
    }
    common, given = task_options(name, options, argument, own)
    wanted = schema_task(name, schema, validates=given.get("validate", True))
    wanted = replace(
        wanted,
        retries=given.get("retries", wanted.retries),
        tells_problems=given.get("reask?", True),
        hear_partial=_partial_teller(name, schema, given.get("on-partial")),
    )
    own_words = f"{common.system}\n\n" if common.system else ""
    common.system = own_words + instructions(task, wanted.schema)
    return ask_structured(wanted, (message,), common)


def _listener(place: str, value: Value) -> Value:
    if value is not None:
        check_function(place, value)
    return value


def _partial_teller(
    name: str, schema: Value, callback: Value
) -> Callable[[Any, bool], None] | None:
    """Returns what hands the beginning of an answer to a function of the program."""
    if callback is None:
        return None
    from lispcore.library.models.calling.extraction_shapes import (
        lisp_value,
        read_shape,
        without_growing_choice,
    )

    shape = read_shape(name, schema)
    is_wrapped = shape.kind != "object"

    def tell(value: Any, is_growing: bool) -> None:
        if is_wrapped and isinstance(value, dict):
            value = value.get(_WRAPPER)
        if is_growing:
            value = without_growing_choice(shape, value)
        if value is not None:
            call(callback, lisp_value(shape, value)[0])

    return tell


def schema_task(name: str, schema: Value, *, validates: bool = True) -> StructuredTask:
    """Returns what a schema of the program asks for; `name` is the function that errors name."""
    from lispcore.library.models.calling.constraints import constraint_problems
    from lispcore.library.models.calling.extraction_shapes import (
        json_schemas,
        lisp_value,
        read_shape,
    )
    from lispcore.library.models.calling.structured_calls import StructuredTask

    shape = read_shape(name, schema)
    told, checked = json_schemas(shape)
    is_wrapped = told.get("type") != "object"
    if is_wrapped:
        told, checked = _wrapped(told), _wrapped(checked)

    def judge(answer: Any) -> tuple[Value, list[str]]:
        fitted = answer
        if is_wrapped and isinstance(answer, dict) and _WRAPPER in answer:
            answer = answer[_WRAPPER]
        value, placed = lisp_value(shape, answer)
        if not validates:
            return value, []
        return value, [*constraint_problems(name, checked, fitted), *_objections(placed)]

    return StructuredTask(name, told, checked if validates else {}, judge)


def data_in(name: str, schema: Value, text: str) -> Value:
    """Returns the data that an answer holds which is there already; raises if it does not fit."""
    from lispcore.library.models.calling.structured_calls import does_not_fit, read_reply

    task = schema_task(name, schema)
    read = read_reply(task, text)
    if read.problems:
        raise does_not_fit(task, 1, read, text)
    return read.value


def _wrapped(schema: dict[str, Any]) -> dict[str, Any]:
    wrapper = {"type": "object", "properties": {_WRAPPER: schema}, "required": [_WRAPPER]}
    for name in ("$defs", "definitions"):  # references count from the outermost schema
        if name in schema:
            wrapper[name] = schema.pop(name)
    return wrapper


def _objections(placed: list[Placed]) -> list[str]:
    """Returns what the program's own predicates say against an answer."""
    found = []
    for each in placed:
        objection = _objection(each.shape, each.value)
        if objection:
            found.append(f"{each.place or 'the answer'}: {objection}")
    return found


def _objection(shape: Shape, value: Value) -> str:
    try:
        if is_true(call(shape.validate, value)):
            return ""
    except Exception as raised:
        error = context.explained(raised)
        if error.kind in _MISTAKES:  # no answer could pass
            raise error from raised
        return f"validation error: {error.message}"
    if shape.message:
        return shape.message
    shown = print_value(value)
    shown = shown if len(shown) <= _SHOWN_LENGTH else shown[:_SHOWN_LENGTH] + "…"
    return f"custom validation failed for value {shown}"


_MOCK: Final = "(begin (llm/define-provider :m {:complete (fn (r) "


@function(
    "llm/extract",
    "schema:map text:string [options:map]",
    "map",
    "Returns what a text says, as a map with the keys of the schema. A field is `{:type :string}` "
    "or a bare type (a hint that is not checked); types are `:string :number :int :boolean :list "
    ":map :keyword :any`; maps nest, `[:string]` is a list. A descriptor may have `:optional #t`, "
    "`:enum [:a :b]`, `:items`, `:properties`, `:minimum`, `:maximum`, `:description`, "
    "every constraint of JSON Schema (2020-12: `:pattern`, `:min-length`, `:any-of`, `:ref` …), "
    "and `:validate`, a predicate, with its `:message`. An answer that does not fit goes back to "
    "the model with what is wrong. Options: `:model`, `:retries` (2), `:validate` (`#t`), "
    "`:on-partial` (a function, called with what is there of the answer each time that there is "
    "more), `:reask?` (`#t`: say what was wrong), and those of `llm/complete`.",
    [
        (
            _MOCK + r'"```json\n{\"name\": \"Alice\", \"age\": 30}\n```")}) '
            '(llm/extract {:name {:type :string} :age {:type :number}} "Alice is 30 years old"))',
            '{:age 30 :name "Alice"}',
        ),
        (
            _MOCK + r'"{\"age\": -5}")}) (llm/extract {:age {:type :int :validate pos?}} "x" '
            "{:retries 0}))",
            "error: age: custom validation failed for value -5",
        ),
        ('(llm/extract {:age :strin} "x")', "error: age: unknown type :strin"),
    ],
)
def extract(schema: Value, text: Value, options: Value = None) -> Value:
    name = "llm/extract"
    message = text_message("user", string_argument(name, text, 2))
    return _answer(name, schema, "Extract data from the text.", message, options, 3)


@function(
    "llm/extract-from-image",
    "schema:map source:string [options:map]",
    "map",
    "Returns what an image or a PDF document shows, as `llm/extract` does for a text. The source "
    "is a path or a bytevector, or a list of them. The model must be able to see.",
    [
        (
            _MOCK + r'"{\"total\": 42.5}")}) (llm/extract-from-image {:total :number} '
            "(bytevector 137 80 78 71 13 10 26 10)))",
            "{:total 42.5}",
        ),
        ('(llm/extract-from-image {:a :string} "missing.png")', "error: no such file"),
    ],
)
def extract_from_image(schema: Value, source: Value, options: Value = None) -> Value:
    name = "llm/extract-from-image"
    sources = list(source) if type(source) in (List, Vector) else [source]
    if not sources:
        raise LispError(f"{name}: there is no image", hint="pass a path or a bytevector")
    media = tuple(_media(name, each) for each in sources)
    words = "Extract the data from this document." if _are_documents(media) else _LOOK
    task = "Extract data from what is shown."
    return _answer(name, schema, task, Message("user", (*media, Text(words))), options, 3)


_LOOK: Final = "Extract the data from this image."


def _are_documents(media: tuple[Media, ...]) -> bool:
    return not any(each.media_type.startswith("image/") for each in media)


def _media(name: str, source: Value) -> Media:
    if type(source) is str:
        from lispcore.library.files.files import read_bytes

        source = Bytevector(read_bytes(name, source))
    if type(source) is not Bytevector:
        raise wrong_type(name, "path or bytevector", source, 2)
    return as_media(name, source, None, 2)


accepts_options(
    "llm/extract llm/extract-from-image",
    ("validate", "retries", "reask?", "on-partial", *TASK_OPTIONS),
)
