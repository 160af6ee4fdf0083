"""Tail calls of functions that the compiler does not know: a trampoline that is seldom used.

They are made on the stack, but every now and then one is left to whoever called (calls.py), so that
endless chains of them need no endless stack. Two ways of choosing that one:

- A tail call is counted when it is made: ``for _ in ticks: return f(x)`` takes one item of an
  iterator and makes the call; when there is none, the call is left over. That is the cheapest
  counter Python has.
- A function that is made inside another one and calls a function older than itself leaves it over
  always or never: one of some sixty that are made leaves its calls over. Both are written out, and
  no call counts anything. Which functions these are says facts/call_versions.py.
"""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter
from lispcore.compiler.emit.python_syntax import STORE, call_helper, load
from lispcore.core.nodes import Call, Lambda


def write_versions(
    direct: ast.FunctionDef, leaving: ast.FunctionDef, node: Lambda
) -> list[ast.stmt]:
    """Returns the statements that make one of two versions of a function."""
    span = node.span
    item = ast.Name(" item", STORE, span)
    leave: list[ast.stmt] = [ast.Expr(call_helper("renew", [], span), span), leaving]
    ticks = load(" ticks", span)
    # Taking an item and breaking off is how the iterator counts.
    return [ast.For(item, ticks, [direct, ast.Break(span)], leave, span)]


def write_unknown(em: FunctionEmitter, node: Call, values: list[ast.expr]) -> None:
    """Writes a tail call of an unknown function; `values` are the callee and its arguments."""
    span = node.span
    direct = ast.Return(ast.Call(values[0], values[1:], [], span), span)
    deferred = ast.Return(call_helper("defer", values, span), span)
    if em.version and node in em.unit.facts.versions[em.function]:
        em.block.append(direct if em.version == "direct" else deferred)
        return
    item = ast.Name(" item", STORE, span)
    em.block.append(ast.For(item, load(" ticks", span), [direct], [], span))
    em.block.append(deferred)
