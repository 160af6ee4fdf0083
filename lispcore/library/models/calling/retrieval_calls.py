"""Asks for embeddings and rankings: who is asked, batches, and what they used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final
from weakref import WeakKeyDictionary

from lispcore.library.models.calling import exchange
from lispcore.library.models.calling.layers import Call, chain
from lispcore.library.models.calling.model_session import ModelSession, lisp_error, model_session
from lispcore.llm.catalog import DEMO, PROVIDERS, canonical_name, settings_for
from lispcore.llm.events import EmbeddingsReady, Event, ModelNamed, RankingReady, UsageReport
from lispcore.llm.failures import MalformedReply, ModelError
from lispcore.llm.requests import Settings
from lispcore.llm.retrieval import (
    EMBEDDERS,
    RERANKERS,
    EmbeddingRequest,
    RankingRequest,
    Service,
    batches,
    embedder_of,
    reranker_of,
    settings_of_service,
)
from lispcore.llm.usage import Usage
from lispcore.llm.wire_formats import OVER_THE_WIRE
from lispcore.tasks import context
from lispcore.values.errors import LispError

Ranking = tuple[tuple[int, float], ...]

# As in exchange.py; a conversation's other layers have no meaning for vectors.
_ask_provider: Final = chain(exchange.LAYERS_WITHOUT_FALLBACK, exchange.transport)

_configured: WeakKeyDictionary[Any, Settings] = WeakKeyDictionary()


def configure_embedder(name: str, base_url: str, model: str, api_key: str | None) -> None:
    """Chooses who is asked for embeddings from now on; the argument "" means the default."""
    placed = model_session().host_providers().get(name) or {}
    found = settings_for(name, base_url or placed.get("base_url") or "", "", api_key)
    service = _service_of(found, base_url)
    if found is None or service is None:
        known = " ".join(f":{each}" for each in EMBEDDERS)
        raise LispError(
            f"llm/configure-embeddings: :{name} has no embeddings that are known here",
            hint="give the :base-url of a server that speaks like OpenAI, or use one of " + known,
        )
    _configured[context.interpreter()] = settings_of_service(found, service, model)


def _service_of(settings: Settings | None, base_url: str) -> Service | None:
    if settings is None:
        return None
    service = embedder_of(settings)
    return service or (Service("embed-openai", "", 64) if base_url else None)


# --- who is asked -------------------------------------------------------------------------------


def candidates(session: ModelSession, names: tuple[str, ...]) -> list[Settings]:
    """Returns the providers that could be asked, the most explicit choice first.

    What the program configured, the default first; then those with a key, in the order of `names`;
    then the default of the settings, if it works without a key. Where the demo model was chosen, a
    key for chat is not used behind its back.
    """
    default = session.default_name()
    own = sorted(session.own.items(), key=lambda item: item[0] != default)
    found = [each for _, each in own if isinstance(each, Settings)]
    placed = session.host_providers()
    usable = [name for name in names if default != DEMO or not PROVIDERS[name].chats]
    keyed = [name for name in usable if (placed.get(name) or {}).get("has_key")]
    settings = [session.find(name) for name in (*keyed, default)]
    return [*found, *(each for each in settings if isinstance(each, Settings))]


def embedding_settings(model: str = "") -> tuple[Settings, Service]:
    """Returns who is asked for embeddings, or raises the error that says what to configure."""
    session = model_session()
    model = model or context.host().environment("SEMA_EMBEDDING_MODEL") or ""
    configured = _configured.get(context.interpreter())
    if configured is not None:
        service = embedder_of(configured) or Service(configured.dialect, "", 64)
        return settings_of_service(configured, service, model or configured.model), service
    chosen = context.host().environment("SEMA_EMBEDDING_PROVIDER") or ""
    found = _named(session, chosen) if chosen else None
    for settings in [found] if found else candidates(session, tuple(EMBEDDERS)):
        known = embedder_of(settings)
        if known is not None:
            # What the settings name as the model of a provider that chats is one for chat.
            listed = PROVIDERS.get(settings.provider)
            own = settings.model if listed is not None and not listed.chats else ""
            return settings_of_service(settings, known, model or own), known
    raise _nobody("embeddings", "(llm/configure-embeddings :openai {…})", session)


def ranking_settings(name: str = "", model: str = "") -> Settings:
    """Returns who is asked for rankings: the provider of that name, or the configured one."""
    session = model_session()
    if name:
        named = _named(session, name)
        service = reranker_of(named) if named is not None else None
        if named is None or service is None:
            raise _no_reranker(f"rerank provider not found: {name}")
        return settings_of_service(named, service, model)
    configured = _configured.get(context.interpreter())
    others = candidates(session, tuple(RERANKERS))
    if configured is not None:
        # Real embeddings are not to be ranked by the demo model in silence.
        others = [configured, *(each for each in others if each.provider != DEMO)]
    for settings in others:
        service = reranker_of(settings)
        if service is not None:
            return settings_of_service(settings, service, model)
    raise _no_reranker("rerank provider not found: none is configured")


def _named(session: ModelSession, name: str) -> Settings | None:
    name = canonical_name(name.lower())
    configured = _configured.get(context.interpreter())
    if configured is not None and configured.provider == name:
        return configured
    found = session.find(name) or settings_for(name)
    return found if isinstance(found, Settings) else None


def _no_reranker(message: str) -> LispError:
    known = " ".join(f":{name}" for name in RERANKERS)
    return LispError(
        message,
        kind="llm",
        hint=f"providers that rerank: {known}; their keys belong into the settings "
        "(on the terminal COHERE_API_KEY, JINA_API_KEY or VOYAGE_API_KEY)",
    )


def _nobody(what: str, example: str, session: ModelSession) -> LispError:
    default = PROVIDERS.get(session.default_name())
    title = default.title if default else session.default_name()
    return LispError(
        f"{title} has no {what}, and no other provider is configured for them",
        kind="llm",
        hint=f"choose one: {example}; (llm/configure-embeddings :{DEMO}) needs no key",
    )


# --- asking --------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Answer:
    """Collects the events of one reply."""

    vectors: tuple[bytes, ...] = ()
    scores: Ranking = ()
    usage: Usage = field(default_factory=Usage)
    model: str = ""

    def take(self, event: Event) -> None:
        if isinstance(event, EmbeddingsReady):
            self.vectors = event.vectors
        elif isinstance(event, RankingReady):
            self.scores = event.scores
        elif isinstance(event, UsageReport):
            self.usage = event.usage
        elif isinstance(event, ModelNamed):
            self.model = event.model


def _note_usage(settings: Settings, usage: Usage, model: str) -> None:
    ledger = model_session().ledger
    ledger.note(usage, model, ledger.cost(settings.provider, model, usage))


def embed(
    texts: tuple[str, ...],
    model: str = "",
    dimensions: int | None = None,
    purpose: str | None = None,
    timeout_seconds: float | None = None,
) -> list[bytes]:
    """Returns the vectors of texts, packed, in their order; raises `LispError` if it cannot."""
    settings, service = embedding_settings(model)
    vectors: list[bytes] = []
    usage = Usage()
    named = settings.model
    waiting = batches(texts, service)[::-1]
    while waiting:
        batch = waiting.pop()
        # As the program stated it, so that a cassette knows the call where nobody is configured.
        request = EmbeddingRequest(
            (),
            model,
            timeout_seconds=timeout_seconds,
            input=batch,
            dimensions=dimensions,
            purpose=purpose,
        )
        found = _asked_if_known(request, settings)
        if found is None or (len(found.vectors) == 1 and len(batch) > 1):
            # Some servers take one text at a time: they know no lists, or make one text of them.
            waiting += [(text,) for text in reversed(batch)]
            continue
        answer = found
        if len(answer.vectors) != len(batch):
            raise lisp_error(_wrong_count(settings, len(batch), len(answer.vectors)))
        vectors += answer.vectors
        usage = usage.plus(answer.usage)
        named = answer.model
    _note_usage(settings, usage, named)
    return vectors


def rerank(
    query: str,
    documents: tuple[str, ...],
    top_k: int | None = None,
    provider: str = "",
    model: str = "",
    timeout_seconds: float | None = None,
) -> Ranking:
    """Returns (index, score) of the best documents, the best one first."""
    settings = ranking_settings(provider, model)
    request = RankingRequest(
        (),
        model,
        timeout_seconds=timeout_seconds,
        query=query,
        documents=documents,
        top_k=top_k,
    )
    answer = _asked(request, settings)
    if not all(index < len(documents) for index, _ in answer.scores):
        problem = MalformedReply("the reply ranks a document that was not sent")
        problem.provider = settings.provider
        raise lisp_error(problem)
    _note_usage(settings, answer.usage, answer.model)
    return answer.scores[:top_k]


def _asked(request: EmbeddingRequest | RankingRequest, settings: Settings) -> _Answer:
    answer = _Answer(model=settings.model)
    try:
        _ask_provider(Call(request, settings), answer.take)
    except ModelError as error:
        raise lisp_error(error) from error
    return answer


def _asked_if_known(request: EmbeddingRequest, settings: Settings) -> _Answer | None:
    """Returns the answer, None where a server does not know the method for several texts."""
    try:
        return _asked(request, settings)
    except LispError as error:
        dialect = OVER_THE_WIRE.get(settings.dialect)
        is_batch = len(request.input) > 1 and dialect is not None and dialect.may_lack_batches
        cause = error.__cause__
        if is_batch and isinstance(cause, ModelError) and cause.status == 404:
            return None
        raise


def _wrong_count(settings: Settings, wanted: int, got: int) -> ModelError:
    return MalformedReply(f"asked for {wanted} embeddings, got {got}", provider=settings.provider)
