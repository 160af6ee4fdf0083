"""What else the last answer brought: the model's thoughts, and how likely its words were."""

from __future__ import annotations

from lispcore.library.models.calling.model_session import model_session
from lispcore.library.registry import function
from lispcore.llm.events import distinct
from lispcore.values.types import Bytevector, Map, Value, intern_keyword, list_from

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


@function(
    "llm/last-sources",
    "",
    "list",
    "Returns what the last answer went by, as far as the provider says: pages and documents, each "
    "a map with `:number` (from 1), `:url`, `:title`, `:quotes` (words of it) and `:places`, pairs "
    "of where in the answer it counts. Those without places were come upon, and maybe used.",
    [
        (
            '(begin (llm/define-provider :m {:complete (fn (r) {:content "Snow." :sources '
            '[{:url "https://a.example" :title "A"}]})}) (llm/complete "Weather?") '
            "(map :url (llm/last-sources)))",
            '("https://a.example")',
        ),
    ],
)
def last_sources() -> Value:
    found = model_session().ledger.last_sources
    listed = []
    for number, page in enumerate(distinct(found), 1):
        key = page.url or page.title
        same = [each for each in found if (each.url or each.title) == key]
        quotes = dict.fromkeys(each.quote for each in same if each.quote)
        places = dict.fromkeys((each.start, each.end) for each in same if each.end >= 0)
        listed.append(
            _map(
                number=number,
                url=page.url or None,
                title=page.title or None,
                quotes=list_from(list(quotes)),
                places=list_from([list_from(list(place)) for place in places]),
            )
        )
    return list_from(listed)


@function(
    "llm/last-media",
    "",
    "list",
    "Returns the pictures and sounds that the last answer held beside its words, as bytevectors: "
    "some models of Gemini, OpenAI and OpenRouter answer with them. `llm/image` and `llm/speak` "
    "return theirs themselves.",
    [
        (
            '(begin (llm/define-provider :m {:complete (fn (r) "no picture")}) '
            '(llm/complete "Draw") (llm/last-media))',
            "()",
        ),
    ],
)
def last_media() -> Value:
    return list_from([Bytevector(each.data) for each in model_session().ledger.last_media])


@function(
    "llm/last-server-tools",
    "",
    "list",
    "Returns what the provider did by itself for the last answer, with `:server-tools`: maps with "
    "`:tool` (`:web-search`, `:web-fetch`, `:code-execution`), `:input` (the query, address or "
    "program) and `:result`, nil where it does not say. What it took for them is a part of "
    "`:cost-usd` in `llm/last-usage`.",
    [
        (
            '(begin (llm/set-default :demo) (llm/complete "Snow?" {:server-tools [:web-search]}) '
            "(map :tool (llm/last-server-tools)))",
            "(:web-search)",
        ),
        ('(llm/complete "x" {:server-tools [:telepathy]})', "error: :server-tools"),
    ],
)
def last_server_tools() -> Value:
    return list_from(
        [
            _map(
                tool=intern_keyword(step.tool),
                input=step.wanted or None,
                result=step.result or None,
            )
            for step in model_session().ledger.last_steps
        ]
    )
