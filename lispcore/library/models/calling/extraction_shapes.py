"""What a program wants to know from a text: its schema as written, as JSON schema, and as checks.

``{:name {:type :string} :tags [:string] :age :int}``: a map names fields; a field's descriptor is a
map with `:type`, a list holds the type of its items, and a bare type is a hint that nobody checks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from lispcore.library.arguments import display
from lispcore.library.models.calling.constraints import (
    ANNOTATIONS,
    FORMATS,
    is_decisive,
    keyword_of,
    read_constraint,
    unknown_key,
)
from lispcore.values.calls import check_function
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import (
    FALSE,
    TRUE,
    Boolean,
    Keyword,
    List,
    Map,
    Symbol,
    Value,
    Vector,
    intern_keyword,
    is_true,
    list_from,
)

MAX_DEPTH: Final = 40
MAX_CHOICES: Final = 1000

# Types as programs write them -> JSON schema types; "" stands for any.
TYPES: Final = {
    "string": "string", "text": "string", "keyword": "string", "symbol": "string",
    "int": "integer", "integer": "integer", "number": "number", "float": "number",
    "bool": "boolean", "boolean": "boolean", "list": "array", "vector": "array",
    "array": "array", "map": "object", "object": "object", "any": "",
}  # fmt: skip

# Texts of a known form: strings, and the model is told which.
_FORMS: Final = ("date", "datetime", "time", "email", "url", "uri", "uuid", "phone", "currency")

_CHOICE_KEYS: Final = ("enum", "values", "one-of")
_TEXT_KEYS: Final = ("message", "description", "doc", "format")
_DESCRIPTOR_KEYS: Final = frozenset(
    (
        "type", "optional", "required", "validate", "items", "properties", "minimum", "maximum",
        "min", "max", "default", *_CHOICE_KEYS, *_TEXT_KEYS,
    )
)  # fmt: skip


@dataclass(slots=True)
class Shape:
    """What one part of an answer should be.

    `kind` is its JSON schema type ("" for any) and counts only if `is_checked`; `choices` go from
    JSON to Lisp values; `members` from names to the key of the result and a shape.
    """

    place: str
    kind: str = ""
    is_checked: bool = False
    is_keyword: bool = False
    is_optional: bool = False
    description: str = ""
    choices: dict[Any, Value] = field(default_factory=dict)
    limits: dict[str, Any] = field(default_factory=dict)
    validate: Value = None
    message: str = ""
    members: dict[str, tuple[Value, Shape]] = field(default_factory=dict)
    items: Shape | None = None
    constraints: dict[str, Any] = field(default_factory=dict)


_ANYTHING: Final = Shape("")


def read_shape(name: str, schema: Value) -> Shape:
    """Returns the shape that a program describes; `name` is the function that errors speak of."""
    root = Shape("")
    work: list[tuple[Shape, Value]] = [(root, schema)]
    while work:
        shape, given = work.pop()
        if shape.place.count(".") + shape.place.count("[]") > MAX_DEPTH:
            raise LispError(
                f"{name}: {shape.place[:60]}…: the schema is nested more than {MAX_DEPTH} deep",
                hint="models cannot follow such a schema; use a plainer one",
            )
        if isinstance(given, Map) and not _is_descriptor(given, at_root=shape is root):
            _read_members(name, shape, given, work)
        elif isinstance(given, Map):
            _read_descriptor(name, shape, given, work)
        else:
            _read_type(name, shape, given, work)
    return root


def text_of(value: Value) -> str | None:
    """Returns the text of a string, keyword or symbol, None for anything else."""
    if type(value) is str:
        return value
    return value.name if type(value) in (Keyword, Symbol) else None


def _is_descriptor(given: Map, *, at_root: bool) -> bool:
    """Tells whether a map describes one value; else it names the fields of an object."""
    entries = {text_of(key): value for key, value in given.entries()}
    has_inside = "items" in entries or isinstance(entries.get("properties"), Map)
    kind = text_of(entries.get("type"))
    if at_root:  # a field may be called "type"
        return has_inside and TYPES.get(kind or "") in ("array", "object")
    choices = [entries[key] for key in _CHOICE_KEYS if key in entries]
    described = (
        "type" in entries
        or "validate" in entries
        or any(is_decisive(key, value) for key, value in entries.items())
        or type(entries.get("optional")) is Boolean
        or any(
            type(each) in (Vector, List) and (not list(each) or not _is_type(each))
            for each in choices
        )
    )
    # {:type :string :name :string} has two fields, {:type :string :example "x"} describes one.
    return described and not any(
        _is_type(value) for key, value in entries.items() if _names_a_field(key, value)
    )


def _names_a_field(key: str | None, value: Value) -> bool:
    """Tells whether an entry that holds a type can only be a field of an object."""
    if key in _TEXT_KEYS:
        return type(value) is Keyword
    return key not in _DESCRIPTOR_KEYS and not (keyword_of(key) and type(value) is not Keyword)


def _is_type(value: Value) -> bool:
    if type(value) in (Vector, List):
        items = list(value)
        named = len(items) == 2 and TYPES.get(text_of(items[0]) or "") == "array"
        return not items or named or (len(items) == 1 and text_of(items[0]) in TYPES)
    return isinstance(value, Map) or text_of(value) in TYPES


def _read_members(name: str, shape: Shape, given: Map, work: list[tuple[Shape, Value]]) -> None:
    shape.kind, shape.is_checked = "object", True
    dot = f"{shape.place}." if shape.place else ""
    for key, value in given.entries():
        text = text_of(key)
        if text is None:
            raise LispError(
                f"{name}: a field is named {print_value(key)}",
                hint="fields are keywords: {:name {:type :string}}",
            )
        member = Shape(dot + text)
        shape.members[text] = (key, member)
        work.append((member, value))


def _read_type(name: str, shape: Shape, given: Value, work: list[tuple[Shape, Value]]) -> None:
    if type(given) in (Vector, List):
        items = list(given)
        if len(items) == 2 and TYPES.get(text_of(items[0]) or "") == "array":
            items = items[1:]  # [:list :string]
        if len(items) > 1:
            raise LispError(
                f"{name}: {_place(shape)}: a list type holds one type, got {len(items)}",
                hint="for example [:string]; a choice is written {:enum [:a :b]}",
            )
        shape.kind, shape.is_checked = "array", True
        if items:
            shape.items = Shape(f"{shape.place}[]")
            work.append((shape.items, items[0]))
        return
    text = text_of(given)
    if text is None:
        raise _unknown_type(name, shape, given)
    if text in TYPES:
        shape.kind = TYPES[text]
        shape.is_keyword = text in ("keyword", "symbol")
    elif text in _FORMS:
        shape.kind, shape.description = "string", text
    elif _is_misspelt(text):
        raise _unknown_type(name, shape, given)
    else:
        shape.description = text  # "the name of the shop", :iso-date


def _is_misspelt(text: str) -> bool:
    from difflib import get_close_matches

    return bool(get_close_matches(text.lower(), TYPES, 1, 0.75))


def _unknown_type(name: str, shape: Shape, given: Value) -> LispError:
    return LispError(
        f"{name}: {_place(shape)}: unknown type {print_value(given)[:60]}",
        hint="types are " + " ".join(f":{each}" for each in TYPES),
    )


def _place(shape: Shape) -> str:
    return shape.place or "the schema"


# --- descriptors --------------------------------------------------------------------------------


def _read_descriptor(name: str, shape: Shape, given: Map, work: list[tuple[Shape, Value]]) -> None:
    entries = {text_of(key): value for key, value in given.entries()}
    shape.is_optional = is_true(entries.get("optional")) or entries.get("required") is FALSE
    shape.description = _words(entries.get("description") or entries.get("doc"))
    properties, items = entries.get("properties"), entries.get("items")
    if isinstance(properties, Map):
        _read_members(name, shape, properties, work)
        _drop_required(shape, entries.get("required"))
    elif items is not None:
        shape.kind, shape.items = "array", Shape(f"{shape.place}[]")
        work.append((shape.items, items))
    elif entries.get("type") is not None:
        hint = shape.description
        kind: Value = entries["type"]
        if isinstance(kind, Map):
            _read_members(name, shape, kind, work)
        else:
            _read_type(name, shape, kind, work)
        shape.description = hint or shape.description
    shape.is_checked = True
    _read_choices(name, shape, entries)
    _read_limits(name, shape, entries)
    _read_constraints(name, shape, entries)
    shape.validate = entries.get("validate")
    if shape.validate is not None:
        check_function(f"{name}: {_place(shape)}: option :validate", shape.validate)
    shape.message = _words(entries.get("message"))


def _words(value: Value) -> str:
    return "" if value is None else str(display(value))


def _drop_required(shape: Shape, names: Value) -> None:
    """As in JSON schema, a list at `:required` names the members that must be there."""
    if type(names) in (List, Vector):
        required = {text_of(each) for each in names}
        for text, (_, member) in shape.members.items():
            member.is_optional = text not in required


def _read_choices(name: str, shape: Shape, entries: dict[str | None, Value]) -> None:
    given: Value = next(
        (
            entries[key]
            for key in _CHOICE_KEYS
            if entries.get(key) is not None and not is_decisive(key, entries[key])
        ),
        None,
    )
    if given is None:
        return
    choices = list(given) if type(given) in (List, Vector) else []
    if not choices or len(choices) > MAX_CHOICES:
        raise LispError(
            f"{name}: {_place(shape)}: :enum expected a list of 1 to {MAX_CHOICES} choices",
            hint="for example {:enum [:small :large]}",
        )
    for choice in choices:
        if type(choice) not in (str, Keyword, Symbol, int, float):
            raise LispError(
                f"{name}: {_place(shape)}: :enum holds {print_value(choice)[:60]}",
                hint="choices are keywords, strings or numbers",
            )
        text = text_of(choice)
        shape.choices[choice if text is None else text] = choice
    kinds = {type(each) for each in shape.choices}
    shape.kind = (
        {str: "string", int: "integer"}.get(kinds.pop(), "number") if len(kinds) == 1 else ""
    )


def _read_limits(name: str, shape: Shape, entries: dict[str | None, Value]) -> None:
    for limit, other in (("minimum", "min"), ("maximum", "max")):
        value: Value = entries.get(limit, entries.get(other))
        if value is None:
            continue
        if type(value) not in (int, float):
            raise LispError(
                f"{name}: {_place(shape)}: :{limit} expected a number, "
                f"got {print_value(value)[:60]}",
                hint=f"for example {{:type :number :{limit} 0}}",
            )
        shape.limits[limit] = value


def _read_constraints(name: str, shape: Shape, entries: dict[str | None, Value]) -> None:
    """Takes in whatever else JSON Schema can say of a value; refuses what would be dropped."""
    for key, value in entries.items():
        keyword = keyword_of(key)
        if key in _CHOICE_KEYS and not (keyword and is_decisive(key, value)):
            continue
        if key == "format" and text_of(value) in FORMATS:
            shape.constraints["format"] = text_of(value)
        elif keyword in ANNOTATIONS or (key in _DESCRIPTOR_KEYS and not keyword):
            continue
        elif keyword:
            shape.constraints[keyword] = read_constraint(name, _place(shape), keyword, value)
        else:
            raise unknown_key(f"{name}: {_place(shape)}", key or "")


# --- as JSON schema -----------------------------------------------------------------------------


def json_schemas(root: Shape) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns what a model is told, and what of it an answer is checked against."""
    told: dict[str, Any] = {}
    checked: dict[str, Any] = {}
    work = [(root, told, checked)]
    while work:
        shape, tells, checks = work.pop()
        common: dict[str, Any] = {"type": shape.kind} if shape.kind else {}
        if shape.choices:
            common["enum"] = list(shape.choices)
        common |= shape.limits
        common |= shape.constraints
        tells |= common
        if shape.description:
            tells["description"] = shape.description
        if shape.is_checked:
            checks |= common
        if shape.members:
            required = [name for name, (_, each) in shape.members.items() if not each.is_optional]
            for target in (tells, checks):
                target["properties"] = {name: {} for name in shape.members}
                target["required"] = required
            work += [
                (each, tells["properties"][name], checks["properties"][name])
                for name, (_, each) in shape.members.items()
            ]
        if shape.items is not None:
            tells["items"], checks["items"] = {}, {}
            work.append((shape.items, tells["items"], checks["items"]))
    return told, checked


# --- as a value ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Placed:
    """A value that a program's own predicate still has to judge, and where it stands."""

    place: str
    shape: Shape
    value: Value


def lisp_value(root: Shape, answer: Any) -> tuple[Value, list[Placed]]:
    """Returns JSON values as Lisp values, and those among them that have a predicate.

    Keys are those of the schema, choices as written there; whatever it does not name becomes what
    `json/decode` makes of it.
    """
    results: list[Value] = []
    placed: list[Placed] = []
    # (is complete, shape, JSON value, place): what is complete takes its parts from `results`.
    work: list[tuple[bool, Shape, Any, str]] = [(False, root, answer, "")]
    while work:
        complete, shape, given, place = work.pop()
        if not complete and isinstance(given, (dict, list)):
            work.append((True, shape, given, place))
            work.extend(_parts(shape, given, place))
            continue
        if isinstance(given, (dict, list)):
            start = len(results) - len(given)
            parts = results[start:][::-1]
            del results[start:]
            value = _collected(shape, given, parts)
        else:
            value = _scalar(shape, given)
        results.append(value)
        if shape.validate is not None:
            placed.append(Placed(place, shape, value))
    return results[0], placed[::-1]


def without_growing_choice(root: Shape, answer: Any) -> Any:
    """Returns the beginning of an answer without its last text, if that is to be one of a few."""
    holder: Any = None
    shape, value, place = root, answer, None
    while isinstance(value, (dict, list)) and value:
        holder = value
        place = next(reversed(value)) if isinstance(value, dict) else len(value) - 1
        if isinstance(value, dict):
            shape = shape.members[place][1] if place in shape.members else _ANYTHING
        else:
            shape = shape.items or _ANYTHING
        value = value[place]
    if holder is None or not (shape.choices or shape.is_keyword):
        return answer
    del holder[place]
    return answer


def _parts(shape: Shape, given: Any, place: str) -> list[tuple[bool, Shape, Any, str]]:
    if isinstance(given, list):
        inner = shape.items or _ANYTHING
        return [(False, inner, each, f"{place}[{index}]") for index, each in enumerate(given)]
    dot = f"{place}." if place else ""
    return [
        (False, shape.members[name][1] if name in shape.members else _ANYTHING, each, dot + name)
        for name, each in given.items()
    ]


def _collected(shape: Shape, given: Any, parts: list[Value]) -> Value:
    if isinstance(given, list):
        return list_from(parts)
    keys = [
        shape.members[name][0] if name in shape.members else intern_keyword(name) for name in given
    ]
    return Map.of(zip(keys, parts, strict=True))


def _scalar(shape: Shape, given: Any) -> Value:
    if isinstance(given, bool):
        return TRUE if given else FALSE
    if isinstance(given, str):
        if given in shape.choices:
            return shape.choices[given]
        return intern_keyword(given.lstrip(":")) if shape.is_keyword else given
    return given
