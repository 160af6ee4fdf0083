"""From the syntax tree of a function to Python's code."""

from __future__ import annotations

import warnings
from types import CodeType

from lispcore.compiler.emit import python_ast as ast
from lispcore.values.errors import LispError


def compile_python(definition: ast.FunctionDef, file: str) -> CodeType:
    """Returns the code that defines a function."""
    module = ast.Module([definition], [])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's advice is about Python
            return compile(module, file, "exec", dont_inherit=True)
    except (RecursionError, MemoryError, SyntaxError) as error:
        raise LispError(
            "this program is too deeply nested to be compiled",
            kind="reader",
            hint="move inner parts into functions of their own",
        ) from error
