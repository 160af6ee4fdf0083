"""What is written behind tests: branches in which holds what the test has told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter, Place
from lispcore.compiler.emit.knowledge import PROGRAM
from lispcore.compiler.facts.occurrences import told_by
from lispcore.core.nodes import If, Node

T = TypeVar("T")


def assume(em: FunctionEmitter, node: Node, holds: bool) -> None:
    """Notes what is known of variables behind a test that came out in this way."""
    for told in told_by(node, holds, em.unit.facts):
        if told.variable is None:
            em.knowledge.hold(PROGRAM)
        elif told.variable in em.cursors:
            if told.is_full:
                em.knowledge.hold(told.variable)
        elif told.kind is not None:
            em.note_variable(told.variable, told.kind)


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
