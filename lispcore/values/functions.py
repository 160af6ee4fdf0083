"""What can be asked of a function value: the names of its parameters, how many it takes."""

from __future__ import annotations

from typing import Any

from lispcore.values.types import is_lisp_function, written_function


def parameter_names(function: Any) -> list[str]:
    """Returns the names of the fixed parameters of a function, as its author wrote them."""
    code = getattr(written_function(function), "__code__", None)
    if code is None:
        return []
    names = list(code.co_varnames[: code.co_argcount])
    if is_lisp_function(function):
        # Compiled code numbers its locals: "city 3".
        return [name.rpartition(" ")[0] or name for name in names]
    return names


def documentation_of(function: Any) -> str:
    """Returns what the author of a Lisp function says of it, "" for nothing."""
    about = getattr(function, "__doc__", None) if is_lisp_function(function) else None
    return (about or "").partition("\x03")[2]


def takes_more(function: Any) -> bool:
    """Tells whether a function has a rest parameter."""
    code = getattr(written_function(function), "__code__", None)
    return code is not None and bool(code.co_flags & 0x04)


def written_name(function: Any) -> str:
    """Returns the name that a Lisp function was defined with, "" for one without."""
    name = str(getattr(function, "__name__", "")).rpartition("<locals>.")[2]
    name = name.rpartition(" ")[0] or name
    return "" if name.startswith("<") else name
