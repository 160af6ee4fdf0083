"""Comparisons of numbers and of values, and questions about numbers."""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.comparison_writers import (
    comparison,
    parity,
    sign,
    write_equal,
    write_equal_numbers,
    write_zero,
)
from lispcore.compiler.kinds import all_numbers, first_numbers_beside_one
from lispcore.compiler.meanings import LOOKS, PURE, primitive

primitive(
    "<", accepts=first_numbers_beside_one, effects=PURE, relation="<", condition=comparison(ast.Lt)
)
primitive(
    ">", accepts=first_numbers_beside_one, effects=PURE, relation=">", condition=comparison(ast.Gt)
)
primitive(
    "<=",
    accepts=first_numbers_beside_one,
    effects=PURE,
    relation="<=",
    condition=comparison(ast.LtE),
)
primitive(
    ">=",
    accepts=first_numbers_beside_one,
    effects=PURE,
    relation=">=",
    condition=comparison(ast.GtE),
)
# Of anything but numbers it compares the structure, of which arrays are a part.
primitive("=", effects=LOOKS, relation="=", condition=write_equal_numbers)
primitive("equal?", effects=LOOKS, compares_keys=True, condition=write_equal)

primitive(
    "zero?", accepts=all_numbers, effects=PURE, relation="=", to_zero=True, condition=write_zero
)
primitive("positive?", effects=PURE, relation=">", to_zero=True, condition=sign(ast.Gt))
primitive("negative?", effects=PURE, relation="<", to_zero=True, condition=sign(ast.Lt))
primitive("even?", accepts=all_numbers, effects=PURE, condition=parity(0))
primitive("odd?", accepts=all_numbers, effects=PURE, condition=parity(1))
