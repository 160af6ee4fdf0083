"""What else the last answer brought: the model's thoughts, and how likely its words were."""

from __future__ import annotations

from lispcore.library.models.calling.model_session import model_session
from lispcore.library.registry import function
from lispcore.values.types import Map, Value, intern_keyword, list_from

CHAPTER = "llm"


def _map(**entries: Value) -> Map:
    return Map.of((intern_keyword(name), value) for name, value in entries.items())


@function(
    "llm/last-thinking",
    "",
    "string or nil",
    "Returns what the model thought before its last answer, as far as it was told; nil if nothing "
    "was. Most providers tell it where a call asks: with `:on-thinking`, a function that is called "
    "with each piece. A call that used tools has the thoughts of all its rounds.",
    [
        (
            '(begin (llm/define-provider :m {:complete (fn (r) {:content "4" :thinking "2+2"})}) '
            '(llm/complete "2+2?") (llm/last-thinking))',
            '"2+2"',
        ),
        (
            '(begin (llm/define-provider :m {:complete (fn (r) "4")}) '
            '(llm/complete "2+2?") (llm/last-thinking))',
            "nil",
        ),
    ],
)
def last_thinking() -> Value:
    return model_session().ledger.last_thinking or None


@function(
    "llm/last-logprobs",
    "",
    "list",
    "Returns how likely the tokens of the last answer were, for a call with `:logprobs`: maps with "
    "`:token`, `:logprob` (the natural logarithm of its probability) and `:top`, the alternatives. "
    "The list is empty where the provider did not tell.",
    [
        (
            '(begin (llm/define-provider :m {:complete (fn (r) "4")}) '
            '(llm/complete "2+2?" {:logprobs #t}) (llm/last-logprobs))',
            "()",
        ),
    ],
)
def last_logprobs() -> Value:
    return list_from(
        [
            _map(
                token=each.token,
                logprob=each.logprob,
                top=list_from([_map(token=token, logprob=odds) for token, odds in each.others]),
            )
            for each in model_session().ledger.last_odds
        ]
    )
