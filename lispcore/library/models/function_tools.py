"""`(tool f)`: a tool from a function that is there already, by its documentation.

What a function is for, and what its parameters are, stands where its author wrote it down::

    (defn weather "Tells the weather.
                   city (string): its name
                   days (int): how far to look ahead" [city days] …)

A function of the library says both in its entry.
"""

from __future__ import annotations

import re
from typing import Any, Final

from lispcore.library.arguments import map_argument, string_argument, unknown_option
from lispcore.library.models.tools import LispTool, parameters_schema
from lispcore.library.registry import ENTRIES, accepts_options, function
from lispcore.values.calls import check_function
from lispcore.values.errors import LispError
from lispcore.values.functions import documentation_of, parameter_names
from lispcore.values.types import (
    TRUE,
    Keyword,
    Map,
    Symbol,
    Value,
    intern_keyword,
    is_lisp_function,
)

CHAPTER = "llm"

# "city (string): its name", "- city: its name"
_PARAMETER: Final = re.compile(r"\s*[-*]?\s*`?:?([^\s`():]+)`?\s*(?:\(([^)]*)\))?\s*:\s+(.*)")
# Types as entries of the library name them, and as people write them -> those of tools.
_TYPES: Final = {
    "string": "string",
    "text": "string",
    "str": "string",
    "int": "int",
    "integer": "int",
    "float": "number",
    "number": "number",
    "real": "number",
    "bool": "boolean",
    "boolean": "boolean",
    "list": "list",
    "vector": "list",
    "sequence": "list",
    "array": "list",
    "map": "map",
    "object": "map",
    "keyword": "keyword",
    "symbol": "string",
    "path": "string",
}
_OPTIONS: Final = ("name", "description", "parameters")


def _map(entries: dict[str, Value]) -> Map:
    return Map.of((intern_keyword(name), value) for name, value in entries.items())


@function(
    "tool",
    "function:function [options:map]",
    "tool",
    "Makes a tool from a function, for `:tools` of a model call. What it is for and what its "
    "parameters are is taken from its documentation: a string in front of the parameters or of "
    "the body, in which lines such as `city (string): its name` describe parameters. Functions of "
    "the library have theirs. Options: `:name`, `:description`, `:parameters` (as in `deftool`), "
    "each in place of what is found.",
    [
        (
            '(begin (defn add "Adds. a (int): one" [a b] (+ a b)) '
            "(define t (tool add)) (list (tool/name t) (tool/description t)))",
            '("add" "Adds. a (int): one")',
        ),
        (
            '(begin (defn f "Doubles.\\nn (int): what to double" [n] (* 2 n)) '
            "(tool/parameters (tool f)))",
            '{:n {:description "what to double" :type :int}}',
        ),
        ("(tool (lambda (x) x))", "error: the function has no name"),
    ],
)
def tool(handler: Value, options: Value = None) -> LispTool:
    if isinstance(handler, LispTool):
        return handler
    check_function("tool", handler, 1)
    given = _given(options)
    name, about, found = _described(handler)
    chosen = given.get("name", name)
    if not chosen:
        raise LispError("tool: the function has no name", hint='(tool f {:name "…"})')
    text = given.get("description", about)
    if not text:
        raise LispError(
            f"tool: {chosen} has no documentation",
            hint=f'(defn {chosen} "What it does." […] …), or (tool {chosen} {{:description "…"}})',
        )
    parameters = given.get("parameters", found)
    if parameters is None:
        raise LispError(
            f"tool: nobody says what the parameters of {chosen} are",
            hint="(tool f {:parameters {:city :string}})",
        )
    schema = parameters_schema("tool", parameters)
    return LispTool(chosen, text, parameters, handler, schema)


def _given(options: Value) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if options is None:
        return given
    for key, value in map_argument("tool", options, 2).entries():
        name = key.name if type(key) is Keyword else key
        if name not in _OPTIONS:
            raise unknown_option("tool", key, _OPTIONS, options)
        if name == "parameters":
            given[name] = map_argument("tool: option :parameters", value)
        else:
            text = value.name if type(value) in (Keyword, Symbol) else value
            given[name] = string_argument(f"tool: option :{name}", text)
    return given


def _described(handler: Value) -> tuple[str, str, Map | None]:
    """Returns name, purpose and parameters of a function, as far as they are known."""
    if is_lisp_function(handler):
        name = handler.__name__.partition(" ")[0]
        about = documentation_of(handler)
        parameters = _own_parameters(parameter_names(handler), about)
        return "" if name == "<lambda>" else name, _trimmed(about), parameters
    for entry in ENTRIES.values():
        if entry.function is handler:
            return entry.name, entry.text, _library_parameters(entry.parameters)
    return "", "", None


def _trimmed(about: str) -> str:
    return "\n".join(line.strip() for line in about.strip().split("\n"))


def _own_parameters(names: list[str], about: str) -> Map:
    described: dict[str, tuple[str, str]] = {}
    for line in about.split("\n"):
        found = _PARAMETER.match(line)
        if found:
            described[found[1]] = (found[2] or "", found[3].strip())
    parameters: dict[str, Value] = {}
    for name in names:
        kind, words = described.get(name, ("", ""))
        parameters[name] = _parameter(kind, words)
    return _map(parameters)


def _parameter(kind: str, words: str) -> Map:
    said = [each.strip().lower() for each in re.split(r"[,|]|\bor\b", kind) if each.strip()]
    entry: dict[str, Value] = {}
    types = [_TYPES[each] for each in said if each in _TYPES]
    # Of several types none can be named: then any is taken.
    entry["type"] = intern_keyword(types[0] if len(types) == 1 else "any")
    if words:
        entry["description"] = words
    if "optional" in said:
        entry["optional"] = TRUE
    return _map(entry)


_ENTRY_PARAMETER: Final = re.compile(r"(\[)?([^\s\[\]:]+):([^\s\[\]]+)(\])?(\s*…)?")


def _library_parameters(usage: str) -> Map | None:
    parameters: dict[str, Value] = {}
    for bracket, name, kind, _, more in _ENTRY_PARAMETER.findall(usage):
        if more:  # as many as one likes
            return None
        parameters[name] = _parameter(kind + (", optional" if bracket else ""), "")
    return _map(parameters)


accepts_options("tool", _OPTIONS)
