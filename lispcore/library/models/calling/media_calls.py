"""Asks for pictures, speech and transcripts: who is asked, and what comes back."""

from __future__ import annotations

from typing import Final

from lispcore.library.models.calling import exchange
from lispcore.library.models.calling.layers import Call, chain
from lispcore.library.models.calling.model_session import ModelSession, lisp_error, model_session
from lispcore.library.models.calling.retrieval_calls import candidates
from lispcore.llm.catalog import DEMO, canonical_name, settings_for
from lispcore.llm.events import Reply, ReplyBuilder
from lispcore.llm.failures import ModelError
from lispcore.llm.media_requests import SERVICES, MediaRequest, service_of, settings_of_media
from lispcore.llm.providers.media_formats import unsupported
from lispcore.llm.requests import Settings

# As in exchange.py; a chain of chat models is not for these.
_ask_provider: Final = chain(exchange.LAYERS_WITHOUT_FALLBACK, exchange.transport)


def ask_for_media(request: MediaRequest, provider: str = "") -> Reply:
    """Returns the reply to a request; `provider` is who is asked, "" for the first that can."""
    settings = _settings(request.task, provider, request.model)
    builder = ReplyBuilder(settings.model)
    call = Call(request, settings, is_settled=bool(provider))
    try:
        _ask_provider(call, builder.add)
    except ModelError as error:
        raise lisp_error(error) from error
    reply = builder.reply()
    books = model_session().ledger
    books.note(reply.usage, reply.model, call.account.cost_usd, reply.stop_reason)
    books.last_media = reply.media
    return reply


def _settings(task: str, provider: str, model: str) -> Settings:
    session = model_session()
    if provider:
        name = canonical_name(provider.lower())
        found = session.find(name) or settings_for(name)
        service = service_of(task, found) if isinstance(found, Settings) else None
        if not isinstance(found, Settings) or service is None:
            raise lisp_error(unsupported(task, name))
        return settings_of_media(found, service, model)
    for settings in candidates(session, _names(task, session)):
        service = service_of(task, settings)
        if service is not None:
            return settings_of_media(settings, service, model)
    raise lisp_error(unsupported(task, session.default_name()))


def _names(task: str, session: ModelSession) -> tuple[str, ...]:
    """Returns who may be asked where the program names nobody: the default provider first."""
    default = session.default_name()
    if default == DEMO:
        return ()
    known = [name for name in SERVICES[task] if name != DEMO]
    return tuple(sorted(known, key=lambda name: name != default))
