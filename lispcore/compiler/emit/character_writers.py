"""Questions about texts and characters in them, written in place of calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Typed
from lispcore.compiler.emit.operands import MAXIMUM_OPERANDS, Builder, Operands, within
from lispcore.compiler.emit.python_syntax import (
    attribute,
    binary,
    call_helper,
    compare,
    item,
    literal,
    load,
)
from lispcore.compiler.kinds import CHARACTER, INT, NAT, STR
from lispcore.core.nodes import Call, Span
from lispcore.library.arguments import MAX_TEXT_LENGTH


def write_string_append(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the joining of strings."""
    if not 2 <= len(node.arguments) <= MAXIMUM_OPERANDS:
        return None
    span = node.span
    operands = Operands(em, node)
    operands.settle()

    def fast(values: list[ast.expr]) -> ast.expr:
        # The rest is joined first, so that what a loop adds to its text is one piece.
        piece = values[1]
        for value in values[2:]:
            piece = binary(piece, ast.Add(), value, span)
        return binary(values[0], ast.Add(), piece, span)

    types = dict.fromkeys(range(len(operands.values)), STR)
    tests = [_short(i, span) for i, value in enumerate(operands.values) if not _is_text(value)]
    return operands.choose(types, fast, *tests), STR


def _is_text(value: ast.expr) -> bool:
    return type(value) is ast.Constant and type(value.value) is str


def _short(index: int, span: Span) -> Builder:
    """Returns the test that a text may still be added to: the library refuses it if it may not.

    Texts that double would fill the memory, and Python 3.14 does not survive a failure to make one
    longer in place.
    """

    def test(values: list[ast.expr]) -> ast.expr:
        size = call_helper("len", [values[index]], span)
        return compare(size, ast.Lt(), literal(MAX_TEXT_LENGTH, span), span)

    return test


def write_string_item(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the character at an index of a string: one that is in use has its object already."""
    if len(node.arguments) != 2:
        return None
    span = node.span
    operands = Operands(em, node)
    text, index = operands.settle()

    def fast(values: list[ast.expr]) -> ast.expr:
        return item(load(" characters", span), item(text, index, span), span)

    size = call_helper("len", [text], span)
    return operands.choose(
        {0: STR, 1: INT},
        fast,
        lambda values: within(index, size, span, operands.kinds[1]),
    ), CHARACTER


def text_length(value: ast.expr, span: Span) -> ast.expr:
    """Returns the number of characters of a string."""
    return call_helper("len", [value], span)


def write_code_point(em: FunctionEmitter, node: Call) -> Typed | None:
    """Writes the number of a character."""
    if len(node.arguments) != 1:
        return None
    operands = Operands(em, node)
    span = node.span
    return operands.choose(
        {0: CHARACTER},
        lambda values: call_helper("ord", [attribute(values[0], "text", span)], span),
    ), NAT


def asking(ask: Callable[[ast.expr, ast.expr, Span], ast.expr]) -> Any:
    """Returns the writer of a question about two strings, as a Python condition."""

    def write(em: FunctionEmitter, node: Call) -> ast.expr | None:
        if len(node.arguments) != 2:
            return None
        span = node.span
        operands = Operands(em, node)
        return operands.choose(
            {0: STR, 1: STR},
            lambda values: ask(values[0], values[1], span),
            answer=lambda slow: compare(slow, ast.Is(), load(" #t", span), span),
        )

    return write


def has_part(text: ast.expr, part: ast.expr, span: Span) -> ast.expr:
    """Returns the test that a string contains another."""
    return compare(part, ast.In(), text, span)


def with_method(name: str) -> Callable[[ast.expr, ast.expr, Span], ast.expr]:
    """Returns the test that a method of Python's strings makes."""

    def ask(text: ast.expr, part: ast.expr, span: Span) -> ast.expr:
        return ast.Call(attribute(text, name, span), [part], [], span)

    return ask
