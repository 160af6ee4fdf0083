"""The services as questions and answers in JSON: what the page's worker is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from lispcore.services.diagnosing import diagnose
from lispcore.services.formatting import format_text
from lispcore.services.helping import completions, hover, signature
from lispcore.services.naming import Mention, Names
from lispcore.values.errors import LispError


def _diagnose(text: str, given: dict[str, Any]) -> Any:
    return [asdict(each) for each in diagnose(text)]


def _format(text: str, given: dict[str, Any]) -> Any:
    return format_text(text)


def _definition(text: str, given: dict[str, Any]) -> Any:
    return _places(Names(text).definition(given["offset"]))


def _references(text: str, given: dict[str, Any]) -> Any:
    return _places(Names(text).mentions(given["offset"]))


def _rename(text: str, given: dict[str, Any]) -> Any:
    return _places(Names(text).rename(given["offset"], given["name"]))


def _places(mentions: list[Mention]) -> list[list[int]]:
    return [[each.start, each.end] for each in mentions]


_ANSWERS: Final[dict[str, Callable[[str, dict[str, Any]], Any]]] = {
    "diagnose": _diagnose,
    "format": _format,
    "definition": _definition,
    "references": _references,
    "rename": _rename,
    "signature": lambda text, given: signature(text, given["offset"]),
    "completions": lambda text, given: completions(text, given["offset"]),
    "hover": lambda text, given: hover(text, given["offset"]),
}


def answer(question: str) -> str:
    """Answers ``{"service", "text", "offset" …}``: ``{"answer": …}`` or ``{"error", "hint"}``.

    Offsets count characters.
    """
    import json

    given = json.loads(question)
    try:
        said = {"answer": _ANSWERS[given["service"]](given["text"], given)}
    except LispError as error:
        said = {"error": error.message, "hint": error.hint}
        if error.line:
            said |= {"line": error.line, "column": error.column}
    return json.dumps(said, ensure_ascii=False)
