"""Tail calls of functions that the compiler does not know: a trampoline that is seldom used.

They are made on the stack, but every now and then one is left to whoever called (calls.py), so that
endless chains of them need no endless stack. Two ways of choosing that one:

- A tail call is counted when it is made: ``for _ in ticks: return f(x)`` takes one item of an
  iterator and makes the call; when there is none, the call is left over. That is the cheapest
  counter Python has.
- A function that is made inside another and ends by calling a variable of the one around it, which
  never changes, calls a function older than itself. A chain of such calls alone leads back in time
  and ends; to be endless it needs calls of the other kind, or ever new functions. So it is enough
  to count when these functions are made: one of some sixty leaves its calls over, always, and the
  others never do. Both are written out, and no call counts anything.
"""

from __future__ import annotations

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import FunctionEmitter
from lispcore.compiler.emit.python_syntax import STORE, call_helper, load
from lispcore.compiler.facts.tables import Facts
from lispcore.core.nodes import Call, Lambda, Local, NamedLet, Node, Try
from lispcore.core.walking import all_nodes, tail_positions

# A function with more nodes than this is not written twice. With half or twice as many no benchmark
# program is written otherwise.
MAXIMUM_SIZE = 100


def calls_older(function: Lambda, callee: Node, facts: Facts) -> bool:
    """Tells whether a callee is a variable that had its value before the function was made."""
    if type(callee) is not Local:
        return False
    variable = callee.variable
    return (
        facts.scopes.home.get(variable) is not function
        and not variable.assigned
        and not variable.letrec
        and variable not in facts.scopes.boxed
        and facts.function_of(variable) is None
    )


def has_two_versions(function: Lambda, facts: Facts) -> bool:
    """Tells whether a function is written as one that calls and one that leaves its calls over."""
    if facts.scopes.around.get(function) not in facts.scopes.around:
        return False  # made once, when its unit runs
    for number, node in enumerate(all_nodes(function.body)):
        if number > MAXIMUM_SIZE or type(node) is Lambda or type(node) is NamedLet:
            return False
    return any(
        type(node) is Call
        and node not in facts.tails.jumps
        and node.function is not None
        and calls_older(function, node.function, facts)
        for node in tail_positions(function.body, _handler)
    )


def _handler(node: Node) -> tuple[Node, ...]:
    return (node.handler,) if type(node) is Try else ()


def write_versions(
    direct: ast.FunctionDef, leaving: ast.FunctionDef, node: Lambda
) -> list[ast.stmt]:
    """Returns the statements that make one of two versions of a function."""
    span = node.span
    item = ast.Name(" item", STORE, span=span)
    leave: list[ast.stmt] = [ast.Expr(call_helper("renew", [], span), span=span), leaving]
    ticks = load(" ticks", span)
    # Taking an item and breaking off is how the iterator counts.
    return [ast.For(item, ticks, [direct, ast.Break(span=span)], leave, span=span)]


def write_unknown(em: FunctionEmitter, node: Call, values: list[ast.expr]) -> None:
    """Writes a tail call of an unknown function; `values` are the callee and its arguments."""
    span = node.span
    direct = ast.Return(ast.Call(values[0], values[1:], [], span=span), span=span)
    deferred = ast.Return(call_helper("defer", values, span), span=span)
    assert node.function is not None
    if em.version and calls_older(em.function, node.function, em.unit.facts):
        em.block.append(direct if em.version == "direct" else deferred)
        return
    item = ast.Name(" item", STORE, span=span)
    em.block.append(ast.For(item, load(" ticks", span), [direct], [], span=span))
    em.block.append(deferred)
