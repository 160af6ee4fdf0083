"""Embeddings and rankings by a model: `llm/embed`, `llm/similarity`, `llm/rerank`.

An embedding is a bytevector as in vectors.py; who makes them is decided in retrieval_calls.py.
"""

from __future__ import annotations

from typing import Any, Final

from lispcore.library.arguments import (
    given_options,
    name_argument,
    sequence_argument,
    string_argument,
)
from lispcore.library.collections.sequences_access import own_list
from lispcore.library.collections.vectors import cosine, embedding_numbers
from lispcore.library.registry import accepts_options, function
from lispcore.llm.catalog import canonical_name
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.numbers import Complex, is_number, to_float
from lispcore.values.types import Bytevector, List, Map, Value, Vector, intern_keyword, list_from

CHAPTER = "llm"

MAX_DIMENSIONS: Final = 65_536
MAX_TEXTS: Final = 100_000
_EMBED_OPTIONS: Final = ("model", "dimensions", "input-type", "timeout")
_RERANK_OPTIONS: Final = ("top-k", "model", "provider", "timeout")
_CONFIGURE_OPTIONS: Final = ("api-key", "base-url", "host", "default-model", "model")
_PURPOSES: Final = ("document", "query")


def _count(name: str, options: dict[str, Any], option: str, most: int) -> int | None:
    value = options.get(option)
    if value is None or (type(value) is int and 1 <= value <= most):
        return value
    raise LispError(
        f"{name}: option :{option} expected an integer from 1 to {most}", kind="type-error"
    )


def _seconds(name: str, options: dict[str, Any]) -> float | None:
    value = options.get("timeout")
    if value is None:
        return None
    if type(value) not in (int, float) or not 0 < value < 1e12:
        raise LispError(
            f"{name}: option :timeout expected a positive number of milliseconds",
            kind="type-error",
        )
    return float(value) / 1000.0


def _text(name: str, options: dict[str, Any], option: str) -> str:
    text: str = string_argument(f"{name}: option :{option}", options.get(option, ""))
    return text


def _texts(name: str, items: list[Value], what: str) -> tuple[str, ...]:
    if len(items) > MAX_TEXTS:
        raise LispError(
            f"{name}: {len(items)} texts at once, the limit is {MAX_TEXTS}",
            hint="(list/chunk 1000 texts) makes smaller groups",
        )
    return tuple(string_argument(f"{name}: each {what}", item) for item in items)


@function(
    "llm/configure-embeddings",
    "provider:keyword [options:map]",
    "nil",
    "Chooses who makes embeddings (and, where the provider can, rankings), apart from the chat "
    "provider. Options: `:api-key`, `:default-model` (or `:model`), `:base-url`. An unknown name "
    "with a `:base-url` is a server that speaks like OpenAI; `:demo` needs no key.",
    [
        ('(begin (llm/configure-embeddings :demo) (embedding/length (llm/embed "hi")))', "256"),
        ('(llm/configure-embeddings :nobody {:api-key "x"})', "error: has no embeddings"),
    ],
)
def configure_embeddings(provider: Value, options: Value = None) -> None:
    name = "llm/configure-embeddings"
    chosen = canonical_name(name_argument(name, provider, 1))
    given = given_options(name, options, 2, _CONFIGURE_OPTIONS)
    base_url = (_text(name, given, "base-url") or _text(name, given, "host")).strip()
    if base_url and not base_url.startswith(("http://", "https://")):
        raise LispError(
            f'{name}: "{base_url}" is no address for {chosen}',
            hint="a base URL begins with http:// or https://",
        )
    from lispcore.library.models.calling.retrieval_calls import configure_embedder

    model = _text(name, given, "default-model") or _text(name, given, "model")
    configure_embedder(chosen, base_url, model, _text(name, given, "api-key") or None)


@function(
    "llm/embed",
    "input:string|list [options:map]",
    "bytevector or list",
    "Returns the embedding of a text: a bytevector of numbers that lies near those of similar "
    "texts. For a list of texts, the list of their embeddings, with few requests. Options: "
    "`:model`; `:dimensions` and `:input-type` (`:document` or `:query`) where the model knows "
    "them; `:timeout` (milliseconds). Compare only embeddings of one model.",
    [
        ('(begin (llm/configure-embeddings :demo) (length (llm/embed ["cat" "dog"])))', "2"),
        (
            '(begin (llm/configure-embeddings :demo) (define q (llm/embed "a running dog")) '
            '(> (llm/similarity q (llm/embed "dogs run")) (llm/similarity q (llm/embed "tax"))))',
            "#t",
        ),
    ],
)
def embed(input: Value, options: Value = None) -> Value:
    name = "llm/embed"
    given = given_options(name, options, 2, _EMBED_OPTIONS)
    purpose = given.get("input-type")
    if purpose is not None:
        purpose = name_argument(f"{name}: option :input-type", purpose)
        if purpose not in _PURPOSES:
            raise LispError(f"{name}: option :input-type expected :document or :query")
    model = _text(name, given, "model")
    dimensions = _count(name, given, "dimensions", MAX_DIMENSIONS)
    timeout = _seconds(name, given)
    if type(input) is str:
        texts: tuple[str, ...] = (input,)
    elif type(input) is List or type(input) is Vector:
        texts = _texts(name, sequence_argument(name, input, 1), "text")
    else:
        raise wrong_type(name, "string or list of strings", input, 1)
    from lispcore.library.models.calling.retrieval_calls import embed as ask

    found = [Bytevector(each) for each in ask(texts, model, dimensions, purpose, timeout)]
    return found[0] if type(input) is str else list_from(found)


@function(
    "llm/similarity",
    "a:bytevector|list b:bytevector|list",
    "float",
    "Returns how similar two embeddings (or two lists of numbers) are: the cosine of their angle, "
    "from -1.0 to 1.0; 0.0 if one of them has no length.",
    [
        ("(llm/similarity (list 1.0 2.0 3.0) (list 2.0 4.0 6.0))", "1.0"),
        ("(llm/similarity [1 0] [0 1])", "0.0"),
        ("(llm/similarity [1 0] [1])", "error: length mismatch"),
        ("(llm/similarity [1e200 0] [3e250 0])", "1.0"),
    ],
)
def similarity(a: Value, b: Value) -> float:
    return cosine("llm/similarity", _numbers(a, 1), _numbers(b, 2))


def _numbers(value: Value, argument: int) -> tuple[float, ...]:
    if type(value) is Bytevector:
        return embedding_numbers("llm/similarity", value, argument)
    if type(value) is not List and type(value) is not Vector:
        raise wrong_type("llm/similarity", "embedding or list of numbers", value, argument)
    items = sequence_argument("llm/similarity", value, argument)
    for item in items:
        if not is_number(item) or type(item) is Complex:
            raise wrong_type("llm/similarity", "number", item)
    return tuple(to_float(item) for item in items)


@function(
    "llm/rerank",
    "query:string documents:list [options:map]",
    "list",
    "Orders documents by how well they answer a query, with a model that reads both together. "
    "Returns maps with `:index` (into `documents`), `:score` and `:document`, the best first. "
    "Options: `:top-k`, `:model`, `:provider`, `:timeout` (milliseconds). Scores are an order, "
    "not a probability.",
    [
        (
            "(begin (llm/configure-embeddings :demo) (:index (first (llm/rerank "
            '"how do I read a file?" ["vectors are cool" "file/read reads a file"]))))',
            "1",
        ),
        ('(llm/rerank "q" [])', "()"),
        ('(llm/rerank "q" ["d"] {:provider :nobody})', "error: rerank provider not found"),
    ],
)
def rerank(query: Value, documents: Value, options: Value = None) -> Value:
    name = "llm/rerank"
    wanted = string_argument(name, query, 1)
    texts = _texts(name, sequence_argument(name, documents, 2), "document")
    given = given_options(name, options, 3, _RERANK_OPTIONS)
    provider = given.get("provider")
    chosen = "" if provider is None else name_argument(f"{name}: option :provider", provider)
    top_k = _count(name, given, "top-k", MAX_TEXTS)
    model = _text(name, given, "model")
    timeout = _seconds(name, given)
    if not texts:
        return list_from([])
    from lispcore.library.models.calling.retrieval_calls import rerank as ask

    scores = ask(wanted, texts, top_k, chosen, model, timeout)
    keys = [intern_keyword(key) for key in ("index", "score", "document")]
    return own_list(
        [Map(dict(zip(keys, (index, score, texts[index]), strict=True))) for index, score in scores]
    )


accepts_options("llm/configure-embeddings", _CONFIGURE_OPTIONS)
accepts_options("llm/embed", _EMBED_OPTIONS)
accepts_options("llm/rerank", _RERANK_OPTIONS)
