"""Which providers there are and which one is asked; and how long texts are in tokens."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lispcore.library.arguments import map_argument, name_argument, string_argument, unknown_option
from lispcore.library.models.calling.model_session import LispProvider, model_session
from lispcore.library.models.calling.options import checked_option
from lispcore.library.registry import accepts_options, function
from lispcore.llm.catalog import DEMO, PROVIDERS, canonical_name, settings_for
from lispcore.llm.token_estimates import estimate_tokens
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import (
    Keyword,
    List,
    Map,
    Value,
    Vector,
    intern_keyword,
    is_function,
    list_from,
)

_TEXT_OPTIONS: Final = ("api-key", "base-url", "host", "default-model", "model")
_CALL_OPTIONS: Final = ("max-retries", "extra-body", "headers")
_CONFIGURE_OPTIONS: Final = (*_TEXT_OPTIONS, *_CALL_OPTIONS)
_DEFINE_OPTIONS: Final = ("complete", "default-model")


def _provider_name(name: str, value: Value) -> str:
    return canonical_name(name_argument(name, value, 1))


def _text_options(name: str, value: Value, accepted: tuple[str, ...]) -> dict[str, Value]:
    """Returns an options map as a dict without its nil entries."""
    result: dict[str, Value] = {}
    if value is None:
        return result
    for key, given in map_argument(name, value, 2).entries():
        option = key.name if type(key) is Keyword else key
        if option not in accepted:
            raise unknown_option(name, key, accepted, value)
        if given is not None:
            result[option] = given
    return result


@function(
    "llm/configure",
    "provider:keyword [options:map]",
    "nil",
    "Configures a provider and makes it the default. Options: `:api-key`, `:base-url` (or "
    "`:host`), `:default-model`, `:max-retries` (how often to ask again after a passing failure, "
    "usually 3), `:extra-body` and `:headers` (as in `llm/complete`, with every request). Without "
    "a key the one of the settings or the environment is used, "
    "if the address is the one that it was saved for. An unknown name with a `:base-url` is a "
    "server that speaks like OpenAI. One that only has embeddings, such as :jina, is configured as "
    "by `llm/configure-embeddings`.",
    [
        (
            '(begin (llm/configure :mine {:base-url "http://localhost:8000/v1" '
            ':default-model "m"}) (llm/current-provider))',
            '{:model "m" :name :mine}',
        ),
        ('(llm/configure :mine {:api-key "x"})', "error: unknown provider :mine"),
    ],
)
def configure(provider: Value, options: Value = None) -> None:
    name = _provider_name("llm/configure", provider)
    options_given = _text_options("llm/configure", options, _CONFIGURE_OPTIONS)
    given = {
        option: string_argument(f"llm/configure: option :{option}", value)
        for option, value in options_given.items()
        if option in _TEXT_OPTIONS
    }
    session = model_session()
    base_url = _address(name, given.get("base-url") or given.get("host") or "")
    model = given.get("default-model") or given.get("model") or ""
    if not _chats(name):
        from lispcore.library.models.calling.retrieval_calls import configure_embedder

        configure_embedder(name, base_url, model, given.get("api-key") or None)
        return
    placed = session.host_providers().get(name) or {}
    settings = settings_for(
        name,
        base_url or placed.get("base_url") or "",
        model or placed.get("model") or "",
        given.get("api-key") or None,
    )
    if settings is None:
        raise LispError(
            f"llm/configure: unknown provider :{name}",
            hint="give the :base-url of a server that speaks like OpenAI, or use one of "
            + _known_names(),
        )
    retries, extra_body, headers = (
        checked_option("llm/configure", option, options_given.get(option))
        for option in _CALL_OPTIONS
    )
    session.own[name] = replace(
        settings, max_retries=retries, extra_body=extra_body, headers=headers or ()
    )
    session.choose(name)


def _chats(name: str) -> bool:
    listed = PROVIDERS.get(name)
    return listed is None or listed.chats


def _known_names() -> str:
    return " ".join(f":{name}" for name in PROVIDERS if _chats(name))


def _address(name: str, text: str) -> str:
    text = text.strip()
    if text and not text.startswith(("http://", "https://")):
        raise LispError(
            f'llm/configure: "{text}" is no address for {name}',
            hint="a base URL begins with http:// or https://",
        )
    return text


@function(
    "llm/define-provider",
    "name:keyword options:map",
    "keyword",
    "Defines a provider in the language and makes it the default. `:complete` is a function from a "
    "request map (`:model :messages :max-tokens :temperature :system :tools :stop-sequences`) to "
    "a string, or to a map with `:content`, `:tool-calls`, `:usage` …. A message is a map with "
    "`:role`, `:content`, and `:media`, its pictures, documents and sounds as bytevectors, where "
    "it has any. `:default-model` names its model.",
    [
        ('(llm/define-provider :echo {:complete (fn (r) "hi") :default-model "e"})', ":echo"),
        ("(llm/define-provider :echo {})", "error: needs :complete"),
    ],
)
def define_provider(name: Value, options: Value) -> Value:
    own_name: str = name_argument("llm/define-provider", name, 1)
    given = _text_options("llm/define-provider", options, _DEFINE_OPTIONS)
    complete = given.get("complete")
    if complete is None:
        raise LispError(
            "llm/define-provider: the provider needs :complete",
            hint="a function from a request map to a string",
        )
    if not is_function(complete):
        raise wrong_type("llm/define-provider: option :complete", "function", complete)
    model = string_argument(
        "llm/define-provider: option :default-model", given.get("default-model", "default")
    )
    session = model_session()
    session.own[own_name] = LispProvider(own_name, model, complete)
    session.choose(own_name)
    return intern_keyword(own_name)


@function(
    "llm/set-default",
    "provider:keyword",
    "keyword",
    "Chooses which of the configured providers is asked, by the running task and those that it "
    "makes from then on.",
    [("(llm/set-default :demo)", ":demo"), ("(llm/set-default :nobody)", "error: not configured")],
)
def set_default(provider: Value) -> Value:
    name = _provider_name("llm/set-default", provider)
    session = model_session()
    if session.find(name) is None:
        configured = " ".join(f":{each}" for each in session.provider_names())
        raise LispError(
            f"llm/set-default: the provider :{name} is not configured",
            kind="llm",
            hint=f"configured are {configured}; add one with (llm/configure :{name} …)",
        )
    if not _chats(name):
        raise LispError(
            f"llm/set-default: {name} has embeddings but no chat models",
            hint="chat providers are " + _known_names(),
        )
    session.choose(name)
    return intern_keyword(name)


@function(
    "llm/current-provider",
    "",
    "map",
    "Returns the name and the model of the provider that is asked.",
    [("(begin (llm/set-default :demo) (llm/current-provider))", '{:model "demo" :name :demo}')],
)
def current_provider() -> Value:
    session = model_session()
    provider = session.default_provider()
    return Map.of(
        [
            (intern_keyword("name"), intern_keyword(session.default_name())),
            (intern_keyword("model"), provider.model),
        ]
    )


@function(
    "llm/default-provider",
    "",
    "keyword",
    "Returns the name of the provider that is asked.",
    [("(begin (llm/set-default :demo) (llm/default-provider))", ":demo")],
)
def default_provider() -> Value:
    return intern_keyword(model_session().default_name())


@function(
    "llm/list-providers",
    "",
    "list",
    "Returns the names of all configured providers.",
    [("(list? (llm/list-providers))", "#t")],
    aliases=("llm/providers",),
)
def list_providers() -> Value:
    return list_from([intern_keyword(name) for name in model_session().provider_names()])


@function(
    "llm/auto-configure",
    "",
    "keyword",
    "Goes back to the default provider of the settings or the environment, and returns its name; "
    "where nothing is chosen that is the demo model.",
)
def auto_configure() -> Value:
    session = model_session()
    session.choose(None)
    if session.find(session.default_name()) is None:
        session.choose(DEMO)
    return intern_keyword(session.default_name())


# --- tokens ---------------------------------------------------------------------------------------


def _texts(name: str, value: Value) -> list[str]:
    """Returns a string, or the strings of a list."""
    if type(value) is str:
        return [value]
    if type(value) is List or type(value) is Vector:
        return [string_argument(f"{name}: each text", each) for each in value]
    raise wrong_type(name, "string or list of strings", value, 1)


@function(
    "llm/token-count",
    "text:string",
    "int",
    "Estimates the tokens of a string, or of a list of strings: a quarter of the characters of an "
    "English text, more for other scripts.",
    [
        ('(llm/token-count "the quick brown fox jumps")', "6"),
        ('(llm/token-count (list "abcd" "efgh"))', "2"),
        ('(llm/token-count "ありがとうございます")', "7"),
    ],
)
def token_count(text: Value) -> Value:
    return estimate_tokens(*_texts("llm/token-count", text))


@function(
    "llm/token-estimate",
    "text:string",
    "map",
    "Estimates tokens as `llm/token-count` does, and says how.",
    [('(llm/token-estimate "hello world")', '{:chars 11 :method "chars/4" :tokens 2}')],
)
def token_estimate(text: Value) -> Value:
    texts = _texts("llm/token-estimate", text)
    plain = all(each.isascii() for each in texts)
    return Map.of(
        [
            (intern_keyword("tokens"), estimate_tokens(*texts)),
            (intern_keyword("method"), "chars/4" if plain else "by script"),
            (intern_keyword("chars"), sum(map(len, texts))),
        ]
    )


accepts_options("llm/configure", _CONFIGURE_OPTIONS)
accepts_options("llm/define-provider", _DEFINE_OPTIONS)
