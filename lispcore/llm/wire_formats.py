"""The wire formats, as one flat table. A new format is a module and one line here.

The entries of `catalog.py` and `retrieval.py` name theirs; the client knows none of them by name.
"""

from __future__ import annotations

from typing import Final

from lispcore.llm import demo
from lispcore.llm.providers import (
    anthropic,
    clouds,
    embedding_formats,
    gemini,
    media_formats,
    ollama,
    openai,
    openai_responses,
    rerank,
)
from lispcore.llm.providers.dialect import BuiltIn, Dialect

_TABLE: Final[tuple[Dialect | BuiltIn, ...]] = (
    anthropic.DIALECT,
    openai.DIALECT,
    openai_responses.DIALECT,
    gemini.DIALECT,
    ollama.DIALECT,
    *clouds.DIALECTS,
    *embedding_formats.DIALECTS,
    rerank.DIALECT,
    *media_formats.DIALECTS,
    demo.DIALECT,
)

DIALECTS: Final[dict[str, Dialect | BuiltIn]] = {each.name: each for each in _TABLE}

# Those that go to a server.
OVER_THE_WIRE: Final[dict[str, Dialect]] = {
    each.name: each for each in _TABLE if isinstance(each, Dialect)
}
