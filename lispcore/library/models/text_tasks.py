"""What models are often asked to do with a text: `llm/classify`, `llm/summarize`, `llm/compare`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from lispcore.library.arguments import display, name_argument, sequence_argument, string_argument
from lispcore.library.models.calling.options import TASK_OPTIONS, Options
from lispcore.library.registry import accepts_options, function
from lispcore.llm.messages import Message, text_message
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import Keyword, Map, Symbol, Value, intern_keyword, list_from

_MOCK: Final = "(begin (llm/define-provider :m {:complete (fn (r) "
_MAX_CATEGORIES: Final = 1000


def _with_system(options: Options, system: str) -> Options:
    own = f"{options.system}\n\n" if options.system else ""
    return replace(options, system=own + system)


# --- classify -----------------------------------------------------------------------------------


@function(
    "llm/classify",
    "categories:list text:string [options:map]",
    "keyword or string",
    "Returns the category that a text belongs to: one of those in the list, a keyword or a string "
    "as it stands there. An answer that names none of them, or several, is asked for again. "
    "Options: `:model`, `:retries` (2), and those of `llm/complete`.",
    [
        (
            _MOCK + '"Positive.")}) (llm/classify [:positive :negative :neutral] "I love it!"))',
            ":positive",
        ),
        (
            _MOCK + '"ham")}) (llm/classify (list "spam" "ham") "Lunch at noon?"))',
            '"ham"',
        ),
        (
            _MOCK + '"maybe")}) (llm/classify [:spam :ham] "x" {:retries 0}))',
            "error: the answer names none of the categories",
        ),
    ],
)
def classify(categories: Value, text: Value, options: Value = None) -> Value:
    from lispcore.library.models.calling.exchange import ask
    from lispcore.library.models.calling.structured_calls import (
        DEFAULT_RETRIES,
        check_ending,
        retries_option,
        task_options,
    )
    from lispcore.llm.structured import choose_label, shortened

    name = "llm/classify"
    labels = _labels(name, categories)
    message = text_message("user", string_argument(name, text, 2))
    common, given = task_options(name, options, 3, {"retries": retries_option})
    listed = ", ".join(labels)
    common = _with_system(
        common,
        f"Classify the text into exactly one of these categories: {listed}. "
        "Answer with the name of the category and nothing else.",
    )
    common.response_schema = {"type": "string", "enum": list(labels)}
    asked: tuple[Message, ...] = (message,)
    for _ in range(given.get("retries", DEFAULT_RETRIES) + 1):
        reply = ask(asked, common).reply
        said = reply.text
        label = None
        if reply.stop_reason != "refusal":  # which may well mention a category
            label = choose_label(said, list(labels), is_cut=reply.stop_reason == "max_tokens")
        if label is not None:
            return labels[label]
        check_ending(name, reply, common)
        told = text_message("user", f"That is none of the categories. Answer with one: {listed}.")
        asked = (message, text_message("assistant", said), told) if said.strip() else (message,)
    raise LispError(
        f"{name}: the answer names none of the categories: {shortened(said)}",
        kind="llm",
        hint="make the categories clearer, or add one for everything else, such as :other",
        reason="invalid-answer",
        reply=said,
    )


def _labels(name: str, categories: Value) -> dict[str, Value]:
    """Returns the categories by name: keywords and strings as they are, other values as strings."""
    items = sequence_argument(name, categories, 1)
    if not items or len(items) > _MAX_CATEGORIES:
        raise LispError(
            f"{name}: expected 1 to {_MAX_CATEGORIES} categories, got {len(items)}",
            hint="for example [:positive :negative]",
        )
    labels: dict[str, Value] = {}
    for item in items:
        text = item.name if type(item) in (Keyword, Symbol) else display(item)
        if not text.strip():
            raise LispError(f"{name}: a category is empty", hint="name it: [:spam :ham]")
        labels.setdefault(text, item if type(item) is Keyword else text)
    return labels


# --- summarize ----------------------------------------------------------------------------------

_STYLES: Final = {
    "paragraph": "Write one concise paragraph.",
    "bullet-points": "Write bullet points.",
    "bullets": "Write bullet points.",
    "one-line": "Write one single sentence.",
}


@function(
    "llm/summarize",
    "text:string [options:map]",
    "string",
    "Returns a summary of a text. Options: `:max-length` (words), `:style` (`:paragraph`, "
    "`:bullet-points` or `:one-line`), `:model`, and those of `llm/complete`.",
    [
        (
            _MOCK + '(if (string/contains? (:system r) "50 words") "short" "long"))}) '
            '(llm/summarize "Once upon a time …" {:max-length 50}))',
            '"short"',
        ),
        ('(llm/summarize "x" {:style "haiku"})', "error: option :style"),
    ],
)
def summarize(text: Value, options: Value = None) -> Value:
    from lispcore.library.models.calling.exchange import ask
    from lispcore.library.models.calling.structured_calls import task_options

    name = "llm/summarize"
    message = text_message("user", string_argument(name, text, 1))
    own = {"max-length": _max_length, "style": _style}
    common, given = task_options(name, options, 2, own)
    words = ["Summarize the text.", _STYLES[given.get("style") or "paragraph"]]
    if given.get("max-length"):
        words.append(f"Use at most {given['max-length']} words.")
    words.append("Answer with the summary and nothing else.")
    return ask((message,), _with_system(common, " ".join(words))).reply.text


def _max_length(place: str, value: Value) -> int | None:
    if value is None:
        return None
    if type(value) is not int or value < 1:
        raise wrong_type(place, "a number of words, at least 1", value)
    return value


def _style(place: str, value: Value) -> str | None:
    if value is None:
        return None
    style: str = name_argument(place, value)
    if style not in _STYLES:
        raise LispError(
            f'{place} expected a style, got "{style[:40]}"',
            hint="styles are " + " ".join(f":{each}" for each in _STYLES),
        )
    return style


# --- compare ------------------------------------------------------------------------------------

_COMPARISON: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "similarity": {
            "type": "number",
            "description": "0.0 for nothing in common, 1.0 for the same",
            "minimum": 0,
            "maximum": 1,
        },
        "differences": {
            "type": "array",
            "items": {"type": "string"},
            "description": "what matters most",
        },
        "summary": {"type": "string", "description": "one or two sentences"},
    },
    "required": ["similarity", "differences", "summary"],
}


@function(
    "llm/compare",
    "a:string b:string [options:map]",
    "map",
    "Compares two texts: returns `{:similarity :differences :summary}`, the similarity from 0.0 to "
    "1.0. Options: `:model`, `:retries` (2), and those of `llm/complete`.",
    [
        (
            _MOCK + r'"{\"similarity\": 1, \"differences\": [], \"summary\": \"Equal.\"}")}) '
            '(llm/compare "cat" "cat"))',
            '{:differences () :similarity 1.0 :summary "Equal."}',
        )
    ],
)
def compare(a: Value, b: Value, options: Value = None) -> Value:
    from lispcore.library.models.calling.structured_calls import (
        DEFAULT_RETRIES,
        StructuredTask,
        ask_structured,
        retries_option,
        task_options,
    )
    from lispcore.llm.structured import instructions

    name = "llm/compare"
    first, second = string_argument(name, a, 1), string_argument(name, b, 2)
    common, given = task_options(name, options, 3, {"retries": retries_option})
    common = _with_system(common, instructions("Compare the two texts.", _COMPARISON))
    retries = given.get("retries", DEFAULT_RETRIES)
    task = StructuredTask(name, _COMPARISON, _COMPARISON, _comparison, retries)
    message = text_message("user", f"Text A:\n{first}\n\nText B:\n{second}")
    return ask_structured(task, (message,), common)


def _comparison(answer: Any) -> tuple[Value, list[str]]:
    """Returns a checked comparison as a map; one with problems is not looked at further."""
    entries = answer if isinstance(answer, dict) else {}
    similarity, differences = entries.get("similarity"), entries.get("differences")
    return Map.of(
        [
            (intern_keyword("similarity"), _as_float(similarity)),
            (
                intern_keyword("differences"),
                list_from(differences if isinstance(differences, list) else ()),
            ),
            (intern_keyword("summary"), entries.get("summary")),
        ]
    ), []


def _as_float(number: Any) -> Value:
    return float(number) if type(number) in (int, float) else None


accepts_options("llm/classify llm/compare", ("retries", *TASK_OPTIONS))
accepts_options("llm/summarize", ("max-length", "style", *TASK_OPTIONS))
