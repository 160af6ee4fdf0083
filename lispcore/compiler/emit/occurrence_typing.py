"""Occurrence typing: what a test tells of variables holds in the branch behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Place
from lispcore.compiler.emit.knowledge import PROGRAM
from lispcore.compiler.library import meaning
from lispcore.core.nodes import And, Call, If, Node, Or

T = TypeVar("T")


def assume(em: FunctionEmitter, node: Node, holds: bool) -> None:
    """Notes what is known of variables behind a test that came out in this way."""
    if type(node) is And or type(node) is Or:
        if holds is (type(node) is And):
            for part in node.parts:
                assume(em, part, holds)
        return
    if type(node) is not Call or len(node.arguments) != 1:
        return
    argument = node.arguments[0]
    known = meaning(node, em.unit.facts)
    if node.helper == "not" or (known is not None and known.negates):
        assume(em, argument, not holds)
        return
    if node.helper == "is_unchanged":
        if holds:
            em.knowledge.hold(PROGRAM)
        return
    if known is None:
        return
    cursor = em.cursor_of(argument)
    if cursor is not None:
        if known.full_if is holds:
            em.knowledge.hold(cursor.variable)
    elif holds and known.tells is not None:
        em.note(argument, known.tells)


def in_branch(
    em: FunctionEmitter, node: If, holds: bool, write: Callable[[], T]
) -> tuple[list[ast.stmt], T]:
    """Does as `FunctionEmitter.in_block`, with what a test tells that came out in this way."""

    def assuming() -> T:
        assume(em, node.test, holds)
        return write()

    return em.in_block(assuming)


def branch_of(em: FunctionEmitter, node: If, holds: bool, place: Place) -> list[ast.stmt]:
    """Returns the statements of one branch of a choice."""
    chosen = node.then if holds else node.otherwise
    block, _ = in_branch(em, node, holds, lambda: em.into(chosen, place))
    return block or [ast.Pass(node.span)]
