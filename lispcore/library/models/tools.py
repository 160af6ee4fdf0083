"""Tools: functions of the program that a model may ask for, with a description of their parameters.

``{:city {:type :string :description "…"} :days :int}`` becomes a JSON schema, what the model sends
becomes Lisp values, and what the handler answers becomes text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from lispcore.library.arguments import display, string_argument
from lispcore.library.formats.json_text import decode_json, encode_json
from lispcore.library.models.calling import constraints
from lispcore.library.registry import function
from lispcore.llm.failures import InvalidRequest
from lispcore.llm.json_values import read_json
from lispcore.llm.media import media_type_of, sound_or_film
from lispcore.llm.messages import Media, ToolCall, ToolResult
from lispcore.llm.requests import Tool
from lispcore.tasks import context
from lispcore.values.calls import call
from lispcore.values.comparing import compare_by_parts
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.printing import PRINTERS, print_value
from lispcore.values.types import (
    FALSE,
    TYPE_NAMES,
    Boolean,
    Bytevector,
    Keyword,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    boolean,
    intern_keyword,
    is_function,
    is_lisp_function,
    is_true,
    written_function,
)

# Names of types as programs write them -> JSON schema types; "any" has none.
_TYPES: Final = {
    "string": "string",
    "keyword": "string",
    "symbol": "string",
    "int": "integer",
    "integer": "integer",
    "number": "number",
    "float": "number",
    "bool": "boolean",
    "boolean": "boolean",
    "list": "array",
    "vector": "array",
    "array": "array",
    "map": "object",
    "object": "object",
    "any": "",
}
_MAX_RESULT_CHARACTERS: Final = 200_000
_MAX_SCHEMA_DEPTH: Final = 40
# A handler with one parameter of such a name, which is no parameter of the tool, gets all of them.
_WHOLE_MAP: Final = ("args", "arguments", "params", "parameters", "input", "options", "opts")


# Among the parameters these say who may see a tool (`lispcore mcp`), where they are true or false.
MARKS: Final = ("mcp/expose", "private")


@dataclass(frozen=True, slots=True, eq=False)
class LispTool:
    """What ``deftool`` makes. `parameters` is the map as written, `schema` what a model sees."""

    name: str
    description: str
    parameters: Value
    handler: Value
    schema: dict[str, Any]

    def as_tool(self) -> Tool:
        """Returns the tool as models see it."""
        return Tool(self.name, self.description, self.schema)


TYPE_NAMES[LispTool] = "tool"
PRINTERS[LispTool] = lambda tool: f"<tool {tool.name}>"
compare_by_parts(
    LispTool,
    lambda tool: ((tool.name, tool.description), [tool.parameters, tool.handler]),
)


# --- parameters -> JSON schema ------------------------------------------------------------------


def _text_of(value: Value) -> str | None:
    if type(value) is str:
        return value
    return value.name if type(value) in (Keyword, Symbol) else None


def parameters_schema(name: str, parameters: Map) -> dict[str, Any]:
    """Returns the JSON schema of a parameter map; `name` is the function that errors speak of."""
    schema: dict[str, Any] = {}
    work: list[tuple[str, Value, dict[str, Any]]] = []
    if _is_schema(parameters):
        work.append(("parameters", parameters, schema))
    else:
        _put_properties(name, "", parameters, schema, work)
    while work:
        place, given, target = work.pop()
        if place.count(".") + place.count("[]") > _MAX_SCHEMA_DEPTH:
            raise LispError(
                f"{name}: {place[:60]}…: types are nested more than {_MAX_SCHEMA_DEPTH} deep",
                hint="models cannot follow such a schema; use a plainer one",
            )
        _put_type(name, place, given, target, work)
    if schema.get("type") != "object":
        raise LispError(
            f"{name}: the parameters must be a map from names to types",
            hint="for example {:city {:type :string}}",
        )
    schema.setdefault("properties", {})
    schema.setdefault("additionalProperties", False)
    return schema


def _is_schema(parameters: Map) -> bool:
    """Tells whether a map is a JSON schema already, and not a map of parameters."""
    kind = _text_of(parameters.get(intern_keyword("type")))
    return kind == "object" and isinstance(parameters.get(intern_keyword("properties")), Map)


def _put_properties(
    name: str, place: str, given: Map, target: dict[str, Any], work: list[Any]
) -> None:
    target["type"] = "object"
    properties = target["properties"] = {}
    required = []
    for key, value in given.entries():
        text = _text_of(key)
        if text is None:
            raise LispError(
                f"{name}: a parameter is named {print_value(key)}",
                hint="names are keywords: {:city {:type :string}}",
            )
        if text in MARKS and type(value) is Boolean:
            continue
        properties[text] = {}
        if not _is_optional(value):
            required.append(text)
        work.append((f"{place}{text}", value, properties[text]))
    target["required"] = required


def _is_optional(value: Value) -> bool:
    if not isinstance(value, Map):
        return False
    optional = value.get(intern_keyword("optional"))
    required = value.get(intern_keyword("required"))
    # As part of a JSON schema `required` is a list of names and says nothing about the place.
    return is_true(optional) or required is FALSE


def _put_type(name: str, place: str, given: Value, target: dict[str, Any], work: list[Any]) -> None:
    if isinstance(given, Map):
        _put_described(name, place, given, target, work)
    elif type(given) in (Vector, List):
        items = list(given)
        if len(items) != 1:
            raise LispError(
                f"{name}: {place}: a list type holds one type, got {len(items)}",
                hint="for example [:string]",
            )
        target["type"] = "array"
        target["items"] = {}
        work.append((f"{place}[]", items[0], target["items"]))
    else:
        kind = _json_type(name, place, given)
        if kind:
            target["type"] = kind


def _json_type(name: str, place: str, given: Value) -> str:
    text = _text_of(given)
    if text not in _TYPES:
        raise LispError(
            f"{name}: {place}: unknown type {print_value(given)}",
            hint="types are " + " ".join(f":{each}" for each in _TYPES),
        )
    return _TYPES[text]


def _put_described(
    name: str, place: str, given: Map, target: dict[str, Any], work: list[Any]
) -> None:
    described = {_text_of(key): value for key, value in given.entries()}
    properties, items = described.get("properties"), described.get("items")
    kind = described.get("type")
    if kind is None:
        kind = "object" if properties is not None else "array" if items is not None else "any"
    _put_type(name, place, kind, target, work)
    if isinstance(properties, Map):
        _put_properties(name, f"{place}.", properties, target, work)
        names: Value = described.get("required")
        if type(names) in (List, Vector):
            target["required"] = [_text_of(each) for each in names]
    if items is not None:
        target["items"] = {}
        work.append((f"{place}[]", items, target["items"]))
    for key, value in described.items():
        keyword = constraints.keyword_of(key)
        if keyword in constraints.CONSTRAINTS:
            target[keyword] = constraints.read_constraint(name, place, keyword, value)
    for key in ("description", "enum", "minimum", "maximum", "default", "format"):
        value = described.get(key)
        if value is not None:
            target[key] = to_json(value)


def to_json(value: Value) -> Any:
    """Returns a Lisp value as Python's JSON values."""
    try:
        return read_json(encode_json(value, "tool"))
    except ValueError as problem:
        raise LispError(f"this value cannot be sent to a model: {problem}") from None


def from_json(value: Any) -> Value:
    """Returns Python's JSON values as a Lisp value; objects become maps with keyword keys."""
    import json

    return decode_json(json.dumps(value), "tool")


# --- calling ------------------------------------------------------------------------------------


def run_tool(tools: dict[str, LispTool], wanted: ToolCall) -> ToolResult:
    """Returns what a tool answers to a model's call; its error becomes the answer."""
    tool = tools[wanted.name]
    try:
        arguments = dict(wanted.arguments)
        # A server of tools holds to its own schemas, of whatever edition they are.
        is_remote = getattr(tool.handler, "takes_map", False)
        problems = (
            [] if is_remote else constraints.constraint_problems(tool.name, tool.schema, arguments)
        )
        if problems:
            return ToolResult(
                wanted.id, wanted.name, "Error: " + "; ".join(problems), is_error=True
            )
        answer = call(tool.handler, *handler_arguments(tool, wanted))
        text, media = shown_result(answer)
    except Exception as raised:
        error = context.explained(raised)
        hint = f" ({error.hint})" if error.hint else ""
        return ToolResult(wanted.id, wanted.name, f"Error: {error.message}{hint}", is_error=True)
    if len(text) > _MAX_RESULT_CHARACTERS:
        text = text[:_MAX_RESULT_CHARACTERS] + "… (cut off)"
    return ToolResult(wanted.id, wanted.name, text, media=media)


def shown_result(value: Value) -> tuple[str, tuple[Media, ...]]:
    """Returns a handler's result as text, and what is a picture, a document or a sound in it.

    The text names those in their places, for models that cannot see them.
    """
    several = type(value) in (List, Vector)
    items = list(value) if several else [value]
    found = [_media_of(each) for each in items]
    if not any(found):
        return result_text(value), ()
    words = [
        _named(media) if media else result_text(each)
        for each, media in zip(items, found, strict=True)
    ]
    return "\n".join(words), tuple(media for media in found if media)


def _media_of(value: Value) -> Media | None:
    if type(value) is not Bytevector:
        return None
    data = bytes(value)
    kind = sound_or_film(data)
    if not kind:
        try:
            kind = media_type_of(data)
        except InvalidRequest:
            return None
    return Media(kind, data)


def _named(media: Media) -> str:
    return f"[{media.media_type}, {len(media.data):,} bytes]"


def result_text(value: Value) -> str:
    """Returns a handler's result as text: strings as they are, collections as JSON."""
    if type(value) in (Map, List, Vector):
        try:
            return str(encode_json(value, "tool"))
        except LispError:
            return print_value(value)  # what JSON cannot say
    return str(display(value))


def parameter_names(handler: Value) -> list[str] | None:
    """Returns the names of a Lisp function's parameters without the rest; None if unknown."""
    if not is_lisp_function(handler):
        return None
    code = written_function(handler).__code__
    # Compiled functions number their variables: "city 3".
    return [name.rpartition(" ")[0] or name for name in code.co_varnames[: code.co_argcount]]


def handler_arguments(tool: LispTool, wanted: ToolCall) -> list[Value]:
    """Returns the arguments for a handler: by name, else in the order of the parameter map."""
    given = {name: from_json(value) for name, value in wanted.arguments.items()}
    if getattr(tool.handler, "takes_map", False):
        return [Map.of((intern_keyword(name), value) for name, value in given.items())]
    properties = list(tool.schema["properties"])
    names = parameter_names(tool.handler)
    if names is not None:
        if all(name in properties for name in names):
            return [given.get(name) for name in names]
        if len(names) == 1 and (len(properties) != 1 or names[0] in _WHOLE_MAP):
            return [Map.of((intern_keyword(name), value) for name, value in given.items())]
        if len(names) > len(properties):
            raise LispError(
                f"the handler of {tool.name} takes ({' '.join(names)}), "
                f"the tool's parameters are ({' '.join(properties)})"
            )
    return [given.get(name) for name in properties]


# --- the functions of the chapter ---------------------------------------------------------------


def tool_argument(name: str, value: Value, argument: int = 0) -> LispTool:
    """Returns a tool argument."""
    if isinstance(value, LispTool):
        return value
    error = wrong_type(name, "tool", value, argument)
    error.hint = "define one with (deftool name description parameters handler)"
    raise error


@function(
    "llm/%tool",
    "name:string description:string parameters:map handler:function",
    "tool",
    "What `deftool` expands to.",
)
def make_tool(name: Value, description: Value, parameters: Value, handler: Value) -> LispTool:
    if not isinstance(parameters, Map):
        error = wrong_type("deftool", "map", parameters, 3)
        error.hint = "the parameters are a map: {:city {:type :string}}"
        raise error
    if not is_function(handler) and type(handler) is not Keyword:
        raise wrong_type("deftool", "function", handler, 4)
    text = string_argument("deftool", description, 2)
    schema = parameters_schema("deftool", parameters)
    return LispTool(_text_of(name) or "", text, parameters, handler, schema)


@function(
    "tool/name",
    "tool:tool",
    "string",
    "Returns the name of a tool.",
    [('(begin (deftool t "d" {:x :int} (fn (x) x)) (tool/name t))', '"t"')],
)
def tool_name(tool: Value) -> Value:
    return tool_argument("tool/name", tool, 1).name


@function(
    "tool/description",
    "tool:tool",
    "string",
    "Returns what a tool is for, as a model reads it.",
    [('(begin (deftool t "d" {:x :int} (fn (x) x)) (tool/description t))', '"d"')],
)
def tool_description(tool: Value) -> Value:
    return tool_argument("tool/description", tool, 1).description


@function(
    "tool/parameters",
    "tool:tool",
    "map",
    "Returns the map of a tool's parameters.",
    [('(begin (deftool t "d" {:x :int} (fn (x) x)) (tool/parameters t))', "{:x :int}")],
)
def tool_parameters(tool: Value) -> Value:
    return tool_argument("tool/parameters", tool, 1).parameters


@function(
    "tool?",
    "value:any",
    "bool",
    "Tells whether a value is a tool.",
    [('(tool? "t")', "#f"), ('(tool? (deftool t "d" {} (fn () 1)))', "#t")],
)
def is_tool(value: Value) -> Boolean:
    return boolean(isinstance(value, LispTool))
