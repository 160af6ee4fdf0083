"""Strings, symbols and keywords."""

from __future__ import annotations

from lispcore.compiler.emit.character_writers import (
    asking,
    has_part,
    text_length,
    with_method,
    write_string_append,
    write_string_item,
)
from lispcore.compiler.emit.list_writers import measured
from lispcore.compiler.emit.text_operations import (
    attribute,
    method,
    on_one,
    turned_round,
    write_is_empty_text,
    write_number,
    write_replace,
    write_slice,
    write_split,
    write_text,
    write_to_number,
)
from lispcore.compiler.kinds import Kind
from lispcore.compiler.meanings import LOOKS, PURE, primitive
from lispcore.library.texts.strings import WHITE_SPACE

primitive("str", "__vm-str", result=Kind.STR, effects=LOOKS, value=write_text)
primitive("string/append", result=Kind.STR, effects=LOOKS, value=write_string_append)
primitive("string/join", result=Kind.STR, effects=LOOKS)
primitive(
    "string/length",
    result=Kind.NAT,
    accepts=(Kind.STR,),
    effects=PURE,
    value=measured(Kind.STR, text_length),
)
primitive(
    "string/ref",
    result=Kind.CHARACTER,
    accepts=(Kind.STR, Kind.INT),
    effects=PURE,
    value=write_string_item,
)
primitive("string/slice", result=Kind.STR, effects=PURE, value=write_slice)
primitive(
    "string/upper", result=Kind.STR, effects=PURE, value=on_one(Kind.STR, Kind.STR, method("upper"))
)
primitive(
    "string/lower", result=Kind.STR, effects=PURE, value=on_one(Kind.STR, Kind.STR, method("lower"))
)
primitive(
    "string/trim",
    result=Kind.STR,
    effects=PURE,
    value=on_one(Kind.STR, Kind.STR, method("strip", WHITE_SPACE)),
)
primitive(
    "string/reverse",
    result=Kind.STR,
    effects=PURE,
    value=on_one(Kind.STR, Kind.STR, turned_round),
)
primitive("string/replace", result=Kind.STR, effects=PURE, value=write_replace)
primitive("string/split", effects=PURE, value=write_split)
primitive("string/to-list", result=Kind.LIST, effects=PURE)
primitive("list->string", result=Kind.STR, effects=LOOKS)

primitive("string/contains?", effects=PURE, condition=asking(has_part))
primitive("string/starts-with?", effects=PURE, condition=asking(with_method("startswith")))
primitive("string/ends-with?", effects=PURE, condition=asking(with_method("endswith")))
primitive("string/empty?", effects=PURE, condition=write_is_empty_text)

primitive("string/to-number", effects=PURE, value=write_to_number)
primitive("number/to-string", result=Kind.STR, effects=PURE, value=write_number)
primitive(
    "symbol/to-string",
    effects=PURE,
    value=on_one(Kind.SYMBOL, Kind.STR, lambda value, span: attribute(value, "name", span)),
)
primitive(
    "keyword/to-string",
    effects=PURE,
    value=on_one(Kind.KEYWORD, Kind.STR, lambda value, span: attribute(value, "name", span)),
)
