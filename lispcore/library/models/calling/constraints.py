"""Constraints of answers and arguments: what JSON Schema (2020-12) can say beyond a type.

A descriptor may carry every assertion and every applicator of it, under its own name or with
dashes: ``{:type :string :pattern "^[A-Z]" :max-length 3}``, ``{:any-of [{:type :int} …]}``, and
``:ref`` and ``:defs`` stand for ``$ref`` and ``$defs``. They
are checked by the package jsonschema, which is loaded when a schema first has one. What it could
not hold to is refused: references to other documents, and names that nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from lispcore.library.formats.json_text import encode_json
from lispcore.llm.json_values import read_json
from lispcore.tasks import context
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import Keyword, List, Map, Symbol, Value, Vector

# Keywords whose value is data, a schema, a list of schemas, or a map of schemas.
_DATA: Final = (
    "pattern", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minContains",
    "maxContains", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "const", "minProperties",
    "maxProperties", "dependentRequired", "contentEncoding", "contentMediaType", "$ref",
    "$dynamicRef", "$anchor", "$dynamicAnchor",
)  # fmt: skip
_SCHEMA: Final = (
    "not", "if", "then", "else", "contains", "propertyNames", "additionalProperties",
    "unevaluatedProperties", "unevaluatedItems", "contentSchema",
)  # fmt: skip
_LISTS: Final = ("anyOf", "oneOf", "allOf", "prefixItems")
_MAPS: Final = ("$defs", "definitions", "patternProperties", "dependentSchemas")
CONSTRAINTS: Final = (*_DATA, *_SCHEMA, *_LISTS, *_MAPS)
# They make a map a descriptor without a type.
_DECISIVE: Final = ("anyOf", "oneOf", "allOf", "$ref", "not")
# Keywords that say something and ask for nothing.
ANNOTATIONS: Final = (
    "title", "default", "example", "examples", "deprecated", "readOnly", "writeOnly", "$comment",
    "comment", "$schema", "nullable",
)  # fmt: skip
_PLAIN: Final = ("type", "enum", "minimum", "maximum", "required", "description", "format")

# What a program may write -> the keyword.
_NAMES: Final = {
    spelling: name
    for name in (*CONSTRAINTS, *ANNOTATIONS)
    for spelling in (name, re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower())
}
# A keyword of the language begins with no "$".
_NAMES["ref"], _NAMES["defs"] = "$ref", "$defs"

_DURATION: Final = re.compile(r"P(?!$)(\d+[YMWD])*(T(?=\d)(\d+[HMS])+)?")
_HOST: Final = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")


def _is_moment(text: str) -> bool:
    from datetime import datetime

    return datetime.fromisoformat(text).tzinfo is not None and "T" in text.upper()


def _is_time(text: str) -> bool:
    from datetime import time

    return time.fromisoformat(text) is not None


def _is_uri(text: str) -> bool:
    from urllib.parse import urlsplit

    parts = urlsplit(text)
    return bool(parts.scheme and (parts.netloc or parts.path)) and " " not in text


# Forms of texts that the package has no check of its own for.
_OWN_FORMATS: Final = {
    "date-time": _is_moment,
    "time": _is_time,
    "uri": _is_uri,
    "duration": lambda text: bool(_DURATION.fullmatch(text)),
    "hostname": lambda text: bool(_HOST.fullmatch(text)),
}
_ITS_FORMATS: Final = ("date", "email", "ipv4", "ipv6", "uuid", "regex")
FORMATS: Final = (*_ITS_FORMATS, *_OWN_FORMATS)


def keyword_of(text: str | None) -> str:
    """Returns the keyword of JSON Schema that a key of a descriptor stands for, "" for none."""
    return _NAMES.get(text or "", "")


def is_decisive(text: str | None, value: Value) -> bool:
    """Tells whether an entry makes its map the description of one value."""
    keyword = keyword_of(text)
    if keyword not in _DECISIVE:
        return False
    if keyword == "$ref":
        return type(value) is str and value.startswith("#")
    if keyword == "not":
        return isinstance(value, Map) and any(_text(key) in _PLAIN for key in value.keys())  # noqa: SIM118
    return (
        type(value) in (Vector, List)
        and bool(list(value))
        and all(isinstance(each, Map) for each in value)
    )


def _text(value: Value) -> str | None:
    if type(value) is str:
        return value
    return value.name if type(value) in (Keyword, Symbol) else None


def _json(value: Value) -> Any:
    return read_json(encode_json(value, "schema"))


def read_constraint(name: str, place: str, keyword: str, value: Value) -> Any:
    """Returns the value of a constraint as JSON; `name` is the function that errors speak of."""
    where = f"{name}: {place}: :{keyword}"
    if keyword in _LISTS:
        if type(value) not in (Vector, List) or not list(value):
            raise LispError(f"{where} expected a list of schemas")
        return [_schema(where, each) for each in value]
    if keyword in _MAPS:
        if not isinstance(value, Map):
            raise LispError(f"{where} expected a map of schemas")
        return {_text(key) or str(key): _schema(where, each) for key, each in value.entries()}
    if keyword in _SCHEMA:
        return _schema(where, value)
    read = _json(value)
    if keyword == "pattern":
        _check_pattern(where, read)
    if keyword in ("$ref", "$dynamicRef") and not str(read).startswith("#"):
        raise LispError(
            f"{where} leads to another document, and none is loaded",
            hint='put it under :defs and refer to it as {:ref "#/$defs/name"}',
        )
    return read


def _check_pattern(where: str, pattern: Any) -> None:
    try:
        re.compile(pattern)
    except (re.error, TypeError) as problem:
        raise LispError(f"{where} is no regular expression: {problem}") from None


def _schema(where: str, value: Value) -> Any:
    """Returns a schema that a program wrote as a map, with the keywords' own names."""
    if not isinstance(value, Map):
        text = _text(value)
        if text is not None:  # a bare type
            return {"type": _json_type(where, text)}
        read = _json(value)
        if not isinstance(read, bool):
            raise LispError(f"{where} expected a schema, got {print_value(value)[:60]}")
        return read
    schema: dict[str, Any] = {}
    for key, given in value.entries():
        text = _text(key) or str(key)
        keyword = keyword_of(text)
        if keyword in ANNOTATIONS:
            continue
        if keyword:
            schema[keyword] = read_constraint(where, text, keyword, given)
        elif text == "type":
            kinds = list(given) if type(given) in (Vector, List) else [given]
            types = [_json_type(where, _text(each) or "") for each in kinds]
            schema["type"] = types if type(given) in (Vector, List) else types[0]
        elif text == "properties" and isinstance(given, Map):
            schema["properties"] = {
                _text(name) or str(name): _schema(where, each) for name, each in given.entries()
            }
        elif text == "items":
            schema["items"] = _schema(where, given)
        elif text in _PLAIN:
            schema[text] = _json(given)
        else:
            raise unknown_key(where, text)
    return schema


def _json_type(where: str, text: str) -> str:
    if text not in _TYPES:
        raise LispError(f"{where}: unknown type {text}", hint="types are " + " ".join(_TYPES))
    return _TYPES[text]


_TYPES: Final = {
    "string": "string",
    "keyword": "string",
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
    "null": "null",
    "nil": "null",
}


def unknown_key(where: str, text: str) -> LispError:
    """Returns the error for a key of a descriptor that would be dropped in silence."""
    from difflib import get_close_matches

    known = [*_NAMES, *_PLAIN, "optional", "validate", "message", "items", "properties"]
    near = get_close_matches(text, known, 1, 0.7)
    return LispError(
        f"{where}: :{text} is no constraint that can be held to",
        hint=f"did you mean :{near[0]}?" if near else ":validate takes a function that decides",
    )


# --- checking -----------------------------------------------------------------------------------


def has_constraints(schema: Any) -> bool:
    """Tells whether there is anything in a schema beyond types, choices and limits."""
    work = [schema]
    while work:
        part = work.pop()
        if isinstance(part, list):
            work += part
        elif isinstance(part, dict):
            if "format" in part or any(
                name in CONSTRAINTS and not (name == "additionalProperties" and value is False)
                for name, value in part.items()
            ):
                return True
            work += [*part.get("properties", {}).values(), part.get("items")]
    return False


def constraint_problems(name: str, schema: Mapping[str, Any], value: Any) -> list[str]:
    """Returns what of a JSON value does not keep to the constraints of a schema, in words.

    What `llm/schemas.py` finds is not found again. Raises where the package cannot be had.
    """
    if not has_constraints(schema):
        return []
    for package in ("attrs", "pyrsistent", "jsonschema"):
        problem = context.host().install(package)
        if problem:
            raise LispError(
                f"{name}: {problem}", kind="unsupported", hint="constraints need that package"
            )
    from jsonschema import Draft202012Validator, FormatChecker
    from jsonschema.exceptions import RefResolutionError, SchemaError

    try:
        Draft202012Validator.check_schema(schema)
        formats = FormatChecker(_ITS_FORMATS)
        for form, check in _OWN_FORMATS.items():
            formats.checkers[form] = (_for_texts(check), ValueError)
        checker = Draft202012Validator(schema, format_checker=formats)
        errors = sorted(checker.iter_errors(value), key=lambda each: list(map(str, each.path)))
        return [_in_words(each) for each in errors if not _is_found_already(each, schema)]
    except SchemaError as problem:
        place = "/".join(map(str, problem.path))
        raise LispError(f"{name}: the schema is wrong at {place}: {problem.message}") from None
    except RefResolutionError as problem:
        raise LispError(f"{name}: the schema refers to what is not there: {problem}") from None


def _for_texts(check: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or check(value)


_APPLIED: Final = frozenset((*_SCHEMA, *_LISTS, *_MAPS, "$ref", "$dynamicRef"))


def _is_found_already(error: Any, schema: Any) -> bool:
    if error.validator not in ("type", "enum", "minimum", "maximum", "required"):
        return False
    if _APPLIED.intersection(map(str, error.absolute_schema_path)):
        return False
    # A path does not tell of references: what it leads to without them is found elsewhere, too.
    for step in error.absolute_schema_path:
        if not isinstance(schema, Mapping) or step not in schema:
            return False
        schema = schema[step]
    return bool(schema == error.validator_value)


def _in_words(error: Any) -> str:
    place = ""
    for step in error.absolute_path:
        place += f"[{step}]" if isinstance(step, int) else f".{step}" if place else str(step)
    said = str(error.message)
    return f"{place or 'the answer'}: {said if len(said) <= 300 else said[:299] + '…'}"
