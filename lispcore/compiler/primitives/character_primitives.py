"""Characters."""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.character_writers import write_code_point
from lispcore.compiler.emit.comparison_writers import character_order
from lispcore.compiler.emit.text_operations import write_character
from lispcore.compiler.kinds import Kind
from lispcore.compiler.meanings import PURE, primitive

_CHARACTERS = (Kind.CHARACTER, Kind.CHARACTER)

primitive(
    "char/to-integer",
    result=Kind.NAT,
    accepts=(Kind.CHARACTER,),
    effects=PURE,
    value=write_code_point,
)
primitive("integer/to-char", effects=PURE, value=write_character)
primitive("char=?", accepts=_CHARACTERS, effects=PURE, condition=character_order(ast.Eq))
primitive("char<?", accepts=_CHARACTERS, effects=PURE, condition=character_order(ast.Lt))
primitive("char>?", accepts=_CHARACTERS, effects=PURE, condition=character_order(ast.Gt))
primitive("char<=?", accepts=_CHARACTERS, effects=PURE, condition=character_order(ast.LtE))
primitive("char>=?", accepts=_CHARACTERS, effects=PURE, condition=character_order(ast.GtE))
