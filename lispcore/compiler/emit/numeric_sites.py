"""Where written code looks whether a numeric loop is hot, see compiler/numeric/sites.py.

A loop takes its rounds from its site. When that has none left, the helper `numeric` is called with
the values of the variables; it answers with the value of the whole loop, or with a tuple of values
to go on from. Loops that count are not slowed down: they are only looked at when they begin.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import RETURN, FunctionEmitter, Place
from lispcore.compiler.emit.python_syntax import (
    STORE,
    all_of,
    attribute,
    binary,
    call_helper,
    compare,
    has_type,
    literal,
    load,
)
from lispcore.compiler.facts.induction import Counting
from lispcore.compiler.kinds import INTEGERS
from lispcore.compiler.numeric.sites import Site
from lispcore.core.nodes import Node, Span


def counted_rounds(
    em: FunctionEmitter, site: Site, body: list[ast.stmt], inner: Place, span: Span
) -> list[ast.stmt]:
    """Returns the body of an endless loop whose rounds are counted; its value goes to `inner`."""
    name = _site(em, site, span)
    ask, answer = _asked(em, site, name, span)
    go_on: list[ast.stmt] = [*_taken_over(em, site, answer, span), ast.Continue(span)]
    hot = [ask, ast.If(has_type(load(answer, span), "tuple", span), go_on, [], span)]
    hot += em.finished(load(answer, span), inner, span)
    target = ast.Name(em.unit.unique("round"), STORE, span)
    rounds = attribute(load(name, span), "rounds", span)
    return [ast.For(target, rounds, body, hot, span), ast.Break(span)]


def write_hot_entry(
    em: FunctionEmitter, site: Site, counting: Counting, after: Place, write: Callable[[], None]
) -> None:
    """Writes a loop that counts, and what looks before it whether it has many rounds.

    `write` writes the loop, `after` is where its value goes.
    """
    span = counting.test.span
    name = _site(em, site, span)
    ask, answer = _asked(em, site, name, span)
    start = em.read(counting.variable, span)
    bound, kind = em.typed(counting.bound)
    bound = em.hold(bound, span)
    tests = []
    if em.kinds.get(counting.variable) not in INTEGERS:
        tests.append(has_type(start, "int", span))
    if kind not in INTEGERS:
        tests.append(has_type(bound, "int", span))
    ends = (bound, start) if counting.step > 0 else (start, bound)
    distance = binary(ends[0], ast.Sub(), ends[1], span)
    least = attribute(load(name, span), "least", span)
    tests.append(compare(distance, ast.Gt(), least, span))
    unset = load(" unset", span)
    target: list[ast.expr] = [ast.Name(answer, STORE, span)]
    taken = [*_taken_over(em, site, answer, span), ast.Assign(target, unset, span)]
    hot: list[ast.stmt] = [
        ask,
        ast.If(has_type(load(answer, span), "tuple", span), taken, [], span),
    ]
    usual: list[ast.stmt] = [ast.Assign([ast.Name(answer, STORE, span)], unset, span)]
    em.block.append(ast.If(all_of(tests, span), hot, usual, span))
    loop, _ = em.in_block(write)
    finished = em.finished(load(answer, span), after, span)
    is_usual = compare(load(answer, span), ast.Is(), load(" unset", span), span)
    em.block.append(ast.If(is_usual, loop, finished, span))


def assigning_site(em: FunctionEmitter, node: Node) -> Site | None:
    """Returns the site of a loop that sets variables, unless one of these is no plain one here."""
    site = em.unit.sites.get(node)
    if site is None or any(each in em.cursors for each in site.function.parameters):
        return None
    return site


def assigning_rounds(
    em: FunctionEmitter, site: Site, test: list[ast.stmt], body: list[ast.stmt], span: Span
) -> ast.stmt:
    """Returns a loop that sets variables, whose rounds are counted; `test` breaks out of it."""
    name = _site(em, site, span)
    ask, answer = _asked(em, site, name, span)
    hot = [ask, *_taken_over(em, site, answer, span), ast.Continue(span)]
    target = ast.Name(em.unit.unique("round"), STORE, span)
    rounds = attribute(load(name, span), "rounds", span)
    counted = ast.For(target, rounds, [*test, *body], hot, span)
    return ast.While(literal(True, span), [counted, ast.Break(span)], [], span)


def write_hot_while(em: FunctionEmitter, site: Site, counting: Counting) -> None:
    """Writes what looks whether a ``while`` that counts has many rounds before it."""
    span = counting.test.span
    name = _site(em, site, span)
    start = em.read(counting.variable, span)
    bound, kind = em.typed(counting.bound)
    bound = em.hold(bound, span)
    tests: list[ast.expr] = [
        has_type(each, "int", span)
        for each, known in ((start, em.kinds.get(counting.variable)), (bound, kind))
        if known not in INTEGERS
    ]
    ends = (bound, start) if counting.step > 0 else (start, bound)
    distance = binary(ends[0], ast.Sub(), ends[1], span)
    least = attribute(load(name, span), "least", span)
    tests.append(compare(distance, ast.Gt(), least, span))
    ask, answer = _asked(em, site, name, span)
    hot: list[ast.stmt] = [ask, *_taken_over(em, site, answer, span)]
    em.block.append(ast.If(all_of(tests, span), hot, [], span))


def write_hot_range(em: FunctionEmitter, site: Site, numbers: ast.expr, span: Span) -> ast.expr:
    """Writes what looks whether a loop goes through many numbers; returns those that are left."""
    name = _site(em, site, span)
    held = em.unit.unique("numbers")
    em.assign_name(held, numbers, span)
    least = attribute(load(name, span), "least", span)
    # Not its length, which may be more than Python counts to where an address has 32 bits.
    ends = [attribute(load(held, span), each, span) for each in ("stop", "start")]
    size = binary(ends[0], ast.Sub(), ends[1], span)
    given: list[ast.expr] = [load(name, span), load(held, span)]
    given += [em.read(each, span) for each in site.variables[2:]]
    names = [held, *(em.name_variable(each) for each in site.function.parameters[2:])]
    target: list[ast.expr] = [
        ast.Tuple([ast.Name(each, STORE, span) for each in names], STORE, span)
    ]
    ask = ast.Assign(target, call_helper("numeric_range", given, span), span)
    em.block.append(ast.If(compare(size, ast.Gt(), least, span), [ask], [], span))
    return load(held, span)


def write_hot_call(em: FunctionEmitter, site: Site, span: Span) -> None:
    """Writes what a function that calls itself begins with."""
    name = _site(em, site, span)
    ask, answer = _asked(em, site, name, span)
    is_value = ast.UnaryOp(ast.Not(), has_type(load(answer, span), "tuple", span), span)
    hot = [ask, ast.If(is_value, em.finished(load(answer, span), RETURN, span), [], span)]
    target = ast.Name(em.unit.unique("round"), STORE, span)
    rounds = attribute(load(name, span), "rounds", span)
    em.block.append(ast.For(target, rounds, [ast.Break(span)], hot, span))


def _site(em: FunctionEmitter, site: Site, span: Span) -> str:
    return em.unit.constant_name(site)


def _asked(em: FunctionEmitter, site: Site, name: str, span: Span) -> tuple[Any, str]:
    """Returns the statement that asks for the value of a loop, and the name that it gives it."""
    answer = em.unit.unique("answer")
    given = [load(name, span), *(em.read(each, span) for each in site.variables)]
    target: list[ast.expr] = [ast.Name(answer, STORE, span)]
    return ast.Assign(target, call_helper("numeric", given, span), span), answer


def _taken_over(em: FunctionEmitter, site: Site, answer: str, span: Span) -> list[ast.stmt]:
    """Returns the statements that give the variables of a loop the values to go on from."""
    names: list[ast.expr] = [
        ast.Name(em.name_variable(each), STORE, span) for each in site.function.parameters
    ]
    target: list[ast.expr] = [ast.Tuple(names, STORE, span)]
    return [ast.Assign(target, load(answer, span), span)]
