"""Many prompts at once: `llm/batch` and `llm/pmap`; jobs that a provider answers within a day.

How calls overlap: calling/together.py. How jobs are looked after: calling/batch_jobs.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lispcore.library.arguments import (
    map_argument,
    sequence_argument,
    string_argument,
    unknown_option,
)
from lispcore.library.models.calling.model_session import lisp_error
from lispcore.library.models.calling.options import OPTIONS, Options, read_options
from lispcore.library.models.llm import prompt_messages
from lispcore.library.registry import accepts_options, function
from lispcore.llm.failures import ModelError
from lispcore.values.calls import call, check_function
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import (
    Keyword,
    Map,
    Value,
    boolean,
    intern_keyword,
    list_from,
    type_name,
)

if TYPE_CHECKING:
    from lispcore.library.models.calling.batch_jobs import JobOptions

CHAPTER = "llm"

DEFAULT_CONCURRENCY: Final = 8
MAX_CONCURRENCY: Final = 64
MAX_PROMPTS: Final = 10_000
_ON_ERROR: Final = ("report", "raise")
_VIA: Final = ("calls", "batch")
JOB_OPTIONS: Final = ("via", "poll-seconds", "fresh")
_OWN: Final = ("concurrency", "on-error", *JOB_OPTIONS)
_LONGEST_POLL_SECONDS: Final = 3600


def _answers(name: str, prompts: list[Value], options: Value) -> Value:
    if len(prompts) > MAX_PROMPTS:
        raise LispError(
            f"{name}: {len(prompts)} prompts at once, the limit is {MAX_PROMPTS}",
            hint="(list/chunk 1000 prompts) makes smaller groups",
        )
    limit, on_error, jobs, rest = _own_options(name, options)
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
    try:
        promises = ask_together(
            *(questions, asked, limit, lambda reply: check_held(task, reply, asked)), jobs
        )
    except ModelError as error:  # of a job as a whole; that of a call is in its promise
        raise lisp_error(error) from None
    results: list[Value] = []
    for promise in promises:
        if promise.state is RESOLVED:
            results.append(promise.value)
        elif on_error == "raise":
            promise.result()
        else:
            results.append(settled_map(promise))
    return list_from(results)


def _own_options(name: str, options: Value) -> tuple[int, str, JobOptions | None, Value]:
    """Returns the options of the batch, and those of the calls themselves."""
    if options is None:
        return DEFAULT_CONCURRENCY, "report", None, None
    given = map_argument(name, options, 2 if name == "llm/batch" else 3)
    limit = given.get(intern_keyword("concurrency"), None)
    limit = DEFAULT_CONCURRENCY if limit is None else limit
    if type(limit) is not int or not 1 <= limit <= MAX_CONCURRENCY:
        shown = limit if type(limit) is int else type_name(limit)
        raise LispError(
            f"{name}: option :concurrency expected an integer from 1 to {MAX_CONCURRENCY}, "
            f"got {shown}"
        )
    on_error = _choice(name, given, "on-error", _ON_ERROR)
    for key in given.keys():  # noqa: SIM118 - a map iterates as entries
        known = key.name if type(key) is Keyword else key
        if known not in OPTIONS and known not in _OWN:
            raise unknown_option(name, key, (*OPTIONS, *_OWN), given)
    rest = Map.of(
        (key, value)
        for key, value in given.entries()
        if type(key) is not Keyword or key.name not in _OWN
    )
    return limit, on_error, job_options(name, given), rest


def _choice(name: str, given: Map, option: str, choices: tuple[str, ...]) -> str:
    """Returns which of the choices an option names, the first if it is left out."""
    value = given.get(intern_keyword(option), None)
    chosen = value.name if type(value) is Keyword else value or choices[0]
    if chosen not in choices:
        shown = " or ".join(f":{each}" for each in choices)
        raise LispError(f"{name}: option :{option} expected {shown}")
    return str(chosen)


def job_options(name: str, given: Map) -> JobOptions | None:
    """Returns how a program wants its jobs; None if it wants calls."""
    poll = given.get(intern_keyword("poll-seconds"), None)
    is_number = type(poll) in (int, float) and 0 < poll <= _LONGEST_POLL_SECONDS
    if poll is not None and not is_number:
        raise LispError(
            f"{name}: option :poll-seconds expected a number of seconds above 0, "
            f"at most {_LONGEST_POLL_SECONDS}"
        )
    is_fresh = given.get(intern_keyword("fresh"), False) not in (None, False)
    if _choice(name, given, "via", _VIA) != "batch":
        return None
    from lispcore.library.models.calling.batch_jobs import JobOptions

    return JobOptions(None if poll is None else float(poll), is_fresh)


def _call_options(name: str, rest: Value) -> Options:
    return read_options(name, rest, 2 if name == "llm/batch" else 3)


_TEXT: Final = (
    " Where a call fails, `{:err error}` stands in the place of its answer (`settled/err?` tells); "
    "with `{:on-error :raise}` the first error is raised when all have ended. At most "
    f"`:concurrency` ({DEFAULT_CONCURRENCY}) requests are under way at once. Other options are "
    "those of `llm/complete`. With `{:via :batch}` the prompts are handed in together on the "
    "provider's batch interface (OpenAI, Anthropic, Gemini): answered within a day, at half the "
    "price. The program waits, and looks every `:poll-seconds` (2 at first, then less often). If "
    "it is ended, the same prompts find the same batch again, for 28 days; `{:fresh #t}` hands in "
    "a new one."
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


@function(
    "llm/batches",
    "",
    "list",
    "Returns the batches that `llm/batch` with `{:via :batch}` has handed in and still finds "
    "again, the oldest first: maps with `:name`, `:provider`, `:model`, `:requests` (their number) "
    "and `:submitted-at` (milliseconds since 1970).",
    [("(list? (llm/batches))", "#t")],
)
def batches() -> Value:
    from lispcore.library.models.calling.batch_jobs import known_jobs

    return list_from(
        [
            Map.of(
                (intern_keyword(name), value)
                for name, value in (
                    ("name", job.name),
                    ("provider", job.tags.get("provider", "")),
                    ("model", job.tags.get("model", "")),
                    ("requests", job.count),
                    ("submitted-at", int(job.submitted_at * 1000)),
                )
            )
            for job in known_jobs()
        ]
    )


@function(
    "llm/cancel-batch",
    "name:string",
    "bool",
    "Asks the provider to end a batch of `llm/batches`, and forgets it. What was answered until "
    "then is charged. Returns #f if no batch has that name.",
    [('(llm/cancel-batch "none")', "#f")],
)
def cancel_batch(name: Value) -> Value:
    from lispcore.library.models.calling.batch_jobs import cancel_job

    try:
        return boolean(cancel_job(string_argument("llm/cancel-batch", name, 1)))
    except ModelError as error:
        raise lisp_error(error) from None


accepts_options("llm/batch llm/pmap", (*OPTIONS, *_OWN))
