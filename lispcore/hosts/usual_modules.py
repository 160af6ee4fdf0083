"""The modules that programs usually need and that starting does not, for the snapshot of memory.

What is imported here is in the memory that every visitor's interpreter starts from, so that the
first program, which asks a model, fetches nothing more and runs without a network. What is not
costs no bytes until it is used. `tests/test_usual_modules.py` runs such programs and holds that
they import nothing else.
"""

from __future__ import annotations

from types import ModuleType


def import_usual() -> tuple[ModuleType, ...]:
    """Imports them all; returns them."""
    return (*_of_python(), *_of_texts(), *_of_model_calls())


def _of_python() -> tuple[ModuleType, ...]:
    import datetime
    import decimal
    import difflib
    import fractions
    import hashlib
    import hmac
    import ipaddress
    import unicodedata
    import urllib.parse
    import uuid

    numbers = (decimal, fractions, hashlib, hmac, uuid)
    return (datetime, difflib, ipaddress, unicodedata, urllib.parse, *numbers)


def _of_texts() -> tuple[ModuleType, ...]:
    from lispcore.library.regex import regex_automaton, regex_risk, regex_translation, regex_tree
    from lispcore.library.texts import display_width, unicode_ranges

    regex = (regex_automaton, regex_risk, regex_translation, regex_tree)
    return (display_width, unicode_ranges, *regex)


def _of_model_calls() -> tuple[ModuleType, ...]:
    """A call of a model, with the layers around it."""
    from lispcore.library.models.calling import (
        cache_files,
        call_memory,
        call_order,
        call_records,
        exchange,
        fallback,
        genai,
        metering,
        rate_limit,
        retry,
        spans,
        spending,
        taping,
        watching,
    )
    from lispcore.llm import (
        answer_cache,
        playback,
        price_table,
        pricing,
        recordings,
        schemas,
        step_records,
        tool_loop,
        tracing,
    )

    layers = (cache_files, call_memory, fallback, metering, rate_limit, retry, spending, taping)
    around = (call_order, call_records, exchange, genai, spans, watching)
    records = (answer_cache, playback, recordings, step_records, tracing)
    return (*layers, *around, *records, price_table, pricing, schemas, tool_loop)
