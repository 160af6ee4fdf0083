"""The request as it would be sent: all is done that is done before sending, and nothing sent.

What a server has refused before is left out here, too; only what it will refuse cannot be known.
"""

from __future__ import annotations

from lispcore.llm.call_ids import with_call_ids
from lispcore.llm.client import Transport
from lispcore.llm.failures import InvalidRequest
from lispcore.llm.format_choice import FormatChoice
from lispcore.llm.http import HttpRequest
from lispcore.llm.image_limits import fit_images
from lispcore.llm.providers.dialect import BuiltIn
from lispcore.llm.refusals import Adaptation, known_refusals
from lispcore.llm.requests import Request, Settings
from lispcore.llm.tool_names import ToolNames
from lispcore.llm.unsent import unsent_options
from lispcore.llm.wire_formats import DIALECTS


def preview_request(
    request: Request, settings: Settings, transport: Transport, notes: list[str]
) -> HttpRequest | str:
    """Returns what would be sent; of a model that answers here, a description of the request.

    What there is to say of it, such as options that the provider does not get, goes into `notes`.
    """
    dialect = DIALECTS[settings.dialect]
    sent = with_call_ids(ToolNames(request).to_wire(request))
    if isinstance(dialect, BuiltIn):
        return dialect.describe_request(sent)
    model = request.model or settings.model
    if not model:
        raise InvalidRequest(
            f"no model is chosen for {settings.provider}",
            advice='name one: {:model "…"}, or :default-model in llm/configure',
        )
    known = known_refusals(transport, settings, model)
    fitted = fit_images(sent, settings, transport, notes.append)
    adapted = Adaptation(fitted, known).request
    chosen = FormatChoice(dialect, adapted, settings, known).dialect
    notes.extend(unsent_options(chosen, adapted, settings))
    return chosen.build_request(adapted, settings)
