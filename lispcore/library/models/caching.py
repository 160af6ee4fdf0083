"""The cache of answers: a call that was answered before is not made again.

What counts as the same call is in `llm/fingerprints.py`, what a call does in `calling/taping.py`.
"""

from __future__ import annotations

from typing import Final

from lispcore.library.arguments import check_options, map_argument
from lispcore.library.models.calling.options import OPTIONS, read_options
from lispcore.library.models.llm import prompt_messages
from lispcore.library.registry import accepts_options, function
from lispcore.values.calls import call, check_function
from lispcore.values.errors import LispError
from lispcore.values.types import Map, Value, intern_keyword, type_name

_ASKED: Final = (
    "(begin (define asked 0) (llm/define-provider :p {:complete (fn (r) (set! asked (+ asked 1)) "
    '(str "answer " asked))}) '
)


@function(
    "llm/with-cache",
    "[options:map] thunk:function",
    "any",
    "Calls a function; a model call in it that was answered before gives the same answer again, "
    "without asking and without cost. `:ttl` is how many seconds an answer counts (3600). Answers "
    "of providers are kept in files, beyond the program: up to 1 GB of them (50 MB in the page), "
    "then the oldest go. Those of the demo model and of the program's own providers are kept until "
    "it ends, up to 64 MB of them.",
    [
        (
            _ASKED + '(llm/with-cache (fn () (list (llm/complete "q") (llm/complete "q") '
            "(llm/cache-stats)))))",
            '("answer 1" "answer 1" {:hits 1 :misses 1 :size 1})',
        ),
        ("(llm/with-cache {:ttl -1} (fn () 1))", "error: option :ttl expected"),
    ],
)
def with_cache(first: Value, second: Value = None) -> Value:
    from lispcore.library.models.calling.call_memory import cache_ttl
    from lispcore.llm.answer_cache import DEFAULT_TTL_SECONDS

    options, thunk = (None, first) if second is None else (first, second)
    if second is None and isinstance(first, Map):
        raise LispError(
            "llm/with-cache: the function is missing",
            kind="arity",
            hint="(llm/with-cache {:ttl 600} (fn () …))",
        )
    check_function("llm/with-cache", thunk, 1 if second is None else 2)
    ttl = DEFAULT_TTL_SECONDS
    if options is not None:
        given = check_options(
            "llm/with-cache", map_argument("llm/with-cache", options, 1), ("ttl",)
        )
        ttl = _seconds(given.get("ttl", ttl))
    token = cache_ttl.set(ttl)
    try:
        return call(thunk)
    finally:
        cache_ttl.reset(token)


def _seconds(value: Value) -> float:
    if type(value) not in (int, float) or not value >= 0:
        shown = type_name(value) if type(value) not in (int, float) else value
        raise LispError(
            f"llm/with-cache: option :ttl expected a number of seconds, at least 0, got {shown}"
        )
    return float(min(value, 1e12))


@function(
    "llm/cache-key",
    "prompt:string [options:map]",
    "string",
    "Returns the key under which the answer to a prompt is kept: 64 hexadecimal digits. Provider, "
    "model, temperature, system prompt, messages and images decide it; `:max-tokens` and `:tools` "
    "do not.",
    [
        (
            '(= (llm/cache-key "hello" {:model "a"}) (llm/cache-key "hello" {:model "a" '
            ":max-tokens 5}))",
            "#t",
        ),
        ('(= (llm/cache-key "hello") (llm/cache-key "hello!"))', "#f"),
        ('(string-length (llm/cache-key "hello" {:temperature 0.5}))', "64"),
    ],
)
def cache_key(prompt: Value, options: Value = None) -> Value:
    from lispcore.library.models.calling.exchange import request_of
    from lispcore.library.models.calling.layers import Call
    from lispcore.library.models.calling.model_session import model_session
    from lispcore.library.models.calling.taping import describe_for_cache
    from lispcore.llm.fingerprints import key_of

    messages = prompt_messages("llm/cache-key", prompt)
    request = request_of(messages, read_options("llm/cache-key", options, 2))
    return key_of(describe_for_cache(Call(request, model_session().default_provider())))


@function(
    "llm/cache-stats",
    "",
    "map",
    "Returns how often the cache had an answer, how often not, and how many answers it holds in "
    "memory.",
    [("(llm/cache-stats)", "{:hits 0 :misses 0 :size 0}")],
)
def cache_stats() -> Value:
    from lispcore.library.models.calling.call_memory import memory

    caches = (memory().cache, memory().temporary_cache)
    return Map.of(
        [
            (intern_keyword("hits"), sum(each.hits for each in caches)),
            (intern_keyword("misses"), sum(each.misses for each in caches)),
            (intern_keyword("size"), sum(len(each) for each in caches)),
        ]
    )


@function(
    "llm/cache-clear",
    "",
    "int",
    "Forgets all cached answers, in memory and in files, and starts to count anew. Returns how "
    "many were in memory.",
)
def cache_clear() -> Value:
    from lispcore.library.models.calling.call_memory import memory

    return memory().cache.clear() + memory().temporary_cache.clear()


accepts_options("llm/cache-key", OPTIONS)
accepts_options("llm/with-cache", ("ttl",))
