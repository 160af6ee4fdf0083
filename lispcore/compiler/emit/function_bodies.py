"""How functions are written, also those that are made inside a loop."""

from __future__ import annotations

from typing import Any

from lispcore.compiler.emit import python_ast as ast
from lispcore.compiler.emit.emitter import RETURN, FunctionEmitter
from lispcore.compiler.emit.loop_invariants import variable_bound
from lispcore.compiler.emit.loops import write_loop
from lispcore.compiler.emit.numeric_sites import write_hot_call
from lispcore.compiler.emit.owners import disown
from lispcore.compiler.emit.python_syntax import LOAD, literal, load, stable
from lispcore.compiler.emit.spreading import rest_parameter
from lispcore.compiler.emit.tail_calls import write_versions
from lispcore.compiler.emit.unit import Unit
from lispcore.core.nodes import Lambda, Span, Variable
from lispcore.reading.positions import DOCUMENTATION, write_sites


def write_function(em: FunctionEmitter, node: Lambda, name: str) -> ast.expr:
    """Writes the definition of a function under a Python name; returns the use of that name."""
    scopes = em.scopes
    copied = [
        variable
        for variable in scopes.free.get(node, ())
        if variable in scopes.in_loop and scopes.home.get(variable) is em.function
    ]
    if copied and node in em.unit.leaving:
        copied = []
    if copied and name in em.globals:
        value = function_with_copies(em, node, em.unit.unique(node.name or "<lambda>"), copied)
        em.assign_name(name, value, node.span)
    elif copied:
        value = function_with_copies(em, node, name, copied)
        em.assign_name(name, value, node.span)
    else:
        em.block.extend(definitions(em, node, name))
    return load(name, node.span) if name in em.globals else stable(name, node.span)


def function_with_copies(
    em: FunctionEmitter, node: Lambda, name: str, copied: list[Variable]
) -> ast.expr:
    """Returns a function that keeps the values which loop variables have now.

    A Python function refers to variables of the one around it, which the next round of a loop
    changes; so a small outer function, made once, receives them as its own parameters.
    """
    span = node.span
    maker = em.unit.unique("make")
    names = [em.name_variable(variable) for variable in copied]
    finish = ast.Return(load(name, span), span)
    body = [*definitions(em, node, name), finish]
    em.makers.append(_python_function(maker, names, None, body, span))
    return ast.Call(load(maker, span), [load(each, span) for each in names], [], span)


def _python_function(
    name: str, parameters: list[str], rest: str | None, body: list[ast.stmt], span: Span
) -> ast.FunctionDef:
    arguments = ast.arguments(
        posonlyargs=[],
        args=[ast.arg(each, None, span) for each in parameters],
        vararg=None if rest is None else ast.arg(rest, None, span),
        kwonlyargs=[],
        kw_defaults=[],
        kwarg=None,
        defaults=[],
    )
    extra: dict[str, Any] = {"type_params": []} if hasattr(ast, "TypeVar") else {}
    return ast.FunctionDef(name, arguments, body, [], None, **extra, span=span)


def definitions(em: FunctionEmitter, node: Lambda, name: str) -> list[ast.stmt]:
    """Returns the statements that define the function of a lambda inside another one."""
    if node not in em.unit.facts.versions:
        return [function_definition(em.unit, node, name, em)]
    direct = function_definition(em.unit, node, name, em, "direct")
    leaving = function_definition(em.unit, node, name, em, "leaving")
    return write_versions(direct, leaving, node)


def function_definition(
    unit: Unit, node: Lambda, name: str, outer: FunctionEmitter | None, version: str = ""
) -> ast.FunctionDef:
    """Returns the Python function of a lambda; `version` as in `FunctionEmitter`."""
    em = FunctionEmitter(unit, node, outer)
    em.version = version
    span = node.span
    parameters = [em.name_variable(variable) for variable in node.parameters]
    rest = em.name_variable(node.rest) if node.rest is not None else None
    if node.rest is not None and rest is not None:
        em.assign_name(rest, rest_parameter(rest, span), span)
    for variable in [*node.parameters, *([node.rest] if node.rest else [])]:
        if variable in em.scopes.boxed:
            python_name = em.name_variable(variable)
            box = ast.List([load(python_name, span)], LOAD, span)
            em.assign_name(python_name, box, span)
    for variable in node.parameters:
        if variable in unit.facts.owners:
            disown(em, variable, span)
    if node in em.tails.repeating:
        em.loops[node] = ""
        write_loop(em, node, RETURN, RETURN)
    else:
        if node in unit.sites:
            write_hot_call(em, unit.sites[node], span)
        for variable in node.parameters:
            variable_bound(em, variable, span)
        em.into(node.body, RETURN)
    header: list[ast.stmt] = []
    if about := about_function(node):
        header.append(ast.Expr(literal(about, span), span))
    if em.globals:
        header.append(ast.Global(list(em.globals), span))
    if em.nonlocals:
        header.append(ast.Nonlocal(list(em.nonlocals), span))
    body = [*header, *em.makers, *em.block]
    definition = _python_function(name, parameters, rest, body, span)
    unit.functions.setdefault(name, []).append(node.number)
    if unit.waiting is not None and node in unit.waiting.globals:
        unit.written[node] = definition
    return definition


def about_function(node: Lambda) -> str:
    """Returns what the code of a function says of it; the printer and diagnosis.py read it back."""
    about = "<lambda>" if node.anonymous and node.name else ""
    if node.sites:
        about += write_sites(node.sites)
    return about + DOCUMENTATION + node.documentation if node.documentation else about
