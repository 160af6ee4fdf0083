"""Many prompts at once: `llm/batch` and `llm/pmap`. How they overlap: calling/together.py."""

from __future__ import annotations

from typing import Final

from lispcore.library.arguments import map_argument, sequence_argument
from lispcore.library.models.calling.options import OPTIONS, Options, read_options, unknown_option
from lispcore.library.models.llm import prompt_messages
from lispcore.library.registry import function
from lispcore.values.calls import call, check_function
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import Keyword, Map, Value, intern_keyword, list_from, type_name

CHAPTER = "llm"

DEFAULT_CONCURRENCY: Final = 8
MAX_CONCURRENCY: Final = 64
MAX_PROMPTS: Final = 10_000
_ON_ERROR: Final = ("report", "raise")
_OWN: Final = ("concurrency", "on-error")


def _answers(name: str, prompts: list[Value], options: Value) -> Value:
    if len(prompts) > MAX_PROMPTS:
        raise LispError(
            f"{name}: {len(prompts)} prompts at once, the limit is {MAX_PROMPTS}",
            hint="(list/chunk 1000 prompts) makes smaller groups",
        )
    limit, on_error, rest = _own_options(name, options)
    call_options = _call_options(name, rest)
    questions = [prompt_messages(f"{name}: each prompt", prompt) for prompt in prompts]
    if not questions:
        return list_from([])
    from lispcore.library.models.calling.together import ask_together
    from lispcore.library.models.held_answers import check_held, held
    from lispcore.library.tasks.parallel import settled_map
    from lispcore.tasks.waiting import RESOLVED

    if call_options.n is not None:
        raise LispError(f"{name}: one answer to each prompt", hint="name a prompt several times")
    asked, task = held(name, call_options)
    promises = ask_together(questions, asked, limit, lambda reply: check_held(task, reply, asked))
    results: list[Value] = []
    for promise in promises:
        if promise.state is RESOLVED:
            results.append(promise.value)
        elif on_error == "raise":
            promise.result()
        else:
            results.append(settled_map(promise))
    return list_from(results)


def _own_options(name: str, options: Value) -> tuple[int, str, Value]:
    """Returns `:concurrency`, `:on-error` and the options of the calls themselves."""
    if options is None:
        return DEFAULT_CONCURRENCY, "report", None
    given = map_argument(name, options, 2 if name == "llm/batch" else 3)
    limit = given.get(intern_keyword("concurrency"), None)
    limit = DEFAULT_CONCURRENCY if limit is None else limit
    if type(limit) is not int or not 1 <= limit <= MAX_CONCURRENCY:
        shown = limit if type(limit) is int else type_name(limit)
        raise LispError(
            f"{name}: option :concurrency expected an integer from 1 to {MAX_CONCURRENCY}, "
            f"got {shown}"
        )
    on_error = given.get(intern_keyword("on-error"), None)
    on_error = on_error.name if type(on_error) is Keyword else on_error or "report"
    if on_error not in _ON_ERROR:
        raise LispError(f"{name}: option :on-error expected :report or :raise")
    for key in given.keys():  # noqa: SIM118 - a map iterates as entries
        known = key.name if type(key) is Keyword else key
        if known not in OPTIONS and known not in _OWN:
            raise unknown_option(name, key, (*OPTIONS, *_OWN))
    rest = Map.of(
        (key, value)
        for key, value in given.entries()
        if type(key) is not Keyword or key.name not in _OWN
    )
    return limit, on_error, rest


def _call_options(name: str, rest: Value) -> Options:
    return read_options(name, rest, 2 if name == "llm/batch" else 3)


_TEXT: Final = (
    " Where a call fails, `{:err error}` stands in the place of its answer (`settled/err?` tells); "
    "with `{:on-error :raise}` the first error is raised when all have ended. At most "
    f"`:concurrency` ({DEFAULT_CONCURRENCY}) requests are under way at once. Other options are "
    "those of `llm/complete`."
)


@function(
    "llm/batch",
    "prompts:sequence [options:map]",
    "list",
    "Sends many prompts at once, each as a call of its own, and returns the answers in the order "
    "of the prompts." + _TEXT,
    [
        (
            "(begin (llm/define-provider :p {:complete (fn (r) (str (:content (last (:messages "
            'r))) "!"))}) (llm/batch ["a" "b"] {:concurrency 2}))',
            '("a!" "b!")',
        ),
        (
            "(begin (llm/define-provider :p {:complete (fn (r) (if (= (:content (last (:messages "
            'r))) "b") (error "no b") "yes"))}) (map (fn (a) (if (map? a) (:message (:err a)) a)) '
            '(llm/batch ["a" "b"])))',
            '("yes" "no b")',
        ),
        ('(llm/batch "a")', "error: expected list or vector"),
    ],
)
def batch(prompts: Value, options: Value = None) -> Value:
    return _answers("llm/batch", sequence_argument("llm/batch", prompts, 1), options)


@function(
    "llm/pmap",
    "f:function items:sequence [options:map]",
    "list",
    "Calls a function with each item, which must give a prompt, sends all prompts at once, and "
    "returns the answers in the order of the items." + _TEXT,
    [
        (
            "(begin (llm/define-provider :p {:complete (fn (r) (:content (last (:messages r))))}) "
            '(llm/pmap (fn (word) (str "Define " word)) ["entropy" "monad"]))',
            '("Define entropy" "Define monad")',
        ),
        ("(llm/pmap (fn (n) n) [1])", "error: expected string, prompt"),
    ],
)
def pmap(f: Value, items: Value, options: Value = None) -> Value:
    check_function("llm/pmap", f, 1)
    if type(items) is Map:
        raise wrong_type("llm/pmap", "list or vector", items, 2)
    values = sequence_argument("llm/pmap", items, 2)
    prompts = []
    for item in values:
        prompts.append(call(f, item))
    return _answers("llm/pmap", prompts, options)
