"""What a failed operator was given, read from the frame and the instruction at which it failed.

Python's message names the classes of the operands, which is enough for all values but functions:
those of the program and those of the library are of one class, and the dialect tells them apart.
"""

from __future__ import annotations

from types import FrameType
from typing import Any, Final

from lispcore.values.types import is_function, type_name

_OPERATORS: Final = ("BINARY_OP", "COMPARE_OP", "UNARY_", "CALL_INTRINSIC_1")
# These only move what is on the stack, in the middle of a chain of comparisons.
_MOVING: Final = ("SWAP", "COPY")
_UNKNOWN: Final = object()


def function_type(frame: FrameType, place: int) -> str:
    """Returns the type of an operand that is a function: the last one is number 0.

    A function that comes out of a call cannot be seen any more. Most of those a program has made.
    """
    operands = _operands(frame)
    given = operands[place] if place < len(operands) else _UNKNOWN
    return type_name(given) if is_function(given) else "lambda"


def _operands(frame: FrameType) -> list[Any]:
    """Returns the operands that were put on the stack just before, the last one first."""
    import dis

    reached = getattr(frame, "f_lasti", -1)  # a frame that is only remembered does not say where
    before = [each for each in dis.get_instructions(frame.f_code) if each.offset <= reached]
    if not before or not before.pop().opname.startswith(_OPERATORS):
        return []
    found: list[Any] = []
    for each in reversed(before):
        if each.opname in _MOVING:
            continue
        if each.opname == "STORE_FAST_LOAD_FAST":  # the end of one step and the begin of this one
            found.append(_value(frame, each.argval[1]))
        if not each.opname.startswith("LOAD_"):
            break
        # Newer Pythons load two variables at once.
        names = each.argval if type(each.argval) is tuple else (each.argval,)
        is_constant = each.opname in ("LOAD_CONST", "LOAD_SMALL_INT")
        found += reversed([name if is_constant else _value(frame, name) for name in names])
    return found


def _value(frame: FrameType, name: Any) -> Any:
    return frame.f_locals.get(name, frame.f_globals.get(name, _UNKNOWN))
