"""Arithmetic."""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.number_writers import (
    bitwise,
    extreme,
    truncating,
    write_absolute,
    write_add,
    write_divide,
    write_modulo,
    write_multiply,
    write_subtract,
)
from lispcore.compiler.emit.text_operations import write_square_root
from lispcore.compiler.kinds import (
    Kind,
    all_numbers,
    kind_of_absolute,
    kind_of_difference,
    kind_of_modulo,
    kind_of_one,
    kind_of_product,
    kind_of_quotient,
    kind_of_sum,
    numbers_beside_one,
)
from lispcore.compiler.meanings import PURE, primitive

primitive(
    "+",
    result=kind_of_sum,
    accepts=numbers_beside_one,
    effects=PURE,
    adds=1,
    value=write_add,
)
primitive(
    "-",
    result=kind_of_difference,
    accepts=all_numbers,
    effects=PURE,
    adds=-1,
    value=write_subtract,
)
primitive("*", result=kind_of_product, accepts=all_numbers, effects=PURE, value=write_multiply)
primitive("/", result=kind_of_quotient, effects=PURE, value=write_divide)
primitive("mod", result=kind_of_modulo, effects=PURE, value=write_modulo)
primitive("quotient", result=kind_of_one, effects=PURE, value=truncating(ast.FloorDiv))
primitive("remainder", result=kind_of_one, effects=PURE, value=truncating(ast.Mod))
primitive("min", result=kind_of_one, effects=PURE, value=extreme(ast.LtE))
primitive("max", result=kind_of_one, effects=PURE, value=extreme(ast.GtE))
primitive("abs", result=kind_of_absolute, effects=PURE, value=write_absolute)
primitive("gcd", effects=PURE)
primitive("lcm", effects=PURE)

primitive("sqrt", result=Kind.NUM, effects=PURE, value=write_square_root)
primitive("expt", result=Kind.NUM, effects=PURE)
primitive("floor", result=Kind.NUM, effects=PURE)
primitive("ceil", result=Kind.NUM, effects=PURE)
primitive("round", result=Kind.NUM, effects=PURE)
primitive("truncate", result=Kind.NUM, effects=PURE)
primitive("exact", result=Kind.NUM, effects=PURE)
primitive("inexact", result=Kind.NUM, effects=PURE)

_INTEGERS = (Kind.INT, Kind.INT)
primitive("bit/and", result=Kind.INT, accepts=_INTEGERS, effects=PURE, value=bitwise(ast.BitAnd))
primitive("bit/or", result=Kind.INT, accepts=_INTEGERS, effects=PURE, value=bitwise(ast.BitOr))
primitive("bit/xor", result=Kind.INT, accepts=_INTEGERS, effects=PURE, value=bitwise(ast.BitXor))
