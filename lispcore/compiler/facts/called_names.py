"""Call graph: what a compiled function calls, read from its Python syntax tree.

Only calls by name count as understood: of globals, and of functions that are defined within.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

# A global function, the index of an argument, and the global that is given there, "" if it is
# something else that may be a function.
Given = tuple[str, int, str]


class CalledNames(NamedTuple):
    """The names that a function calls itself, and those that functions within it call.

    `are_all` tells whether there is nothing else.
    """

    names: set[str]
    within: set[str]
    given: set[Given]
    are_all: bool


def is_global(name: str) -> bool:
    """Tells whether a Python name is that of a Lisp global, a helper or the class of records."""
    return " " not in name[1:] or name.startswith(" record ")


def called_names(definition: ast.FunctionDef, resumed: set[str], starting: set[str]) -> CalledNames:
    """Returns what a function calls, with what the functions within call that it makes use of.

    The `resumed` ones are looked at by themselves; what is given to one of the `starting` functions
    is called by somebody else.
    """
    inner, same = _definitions(definition)
    found = CalledNames(set(), set(), set(), True)
    bodies: list[tuple[list[ast.stmt], set[str]]] = [(definition.body, found.names)]
    used: set[str] = set()
    while bodies:
        body, names = bodies.pop()
        for call in _calls(body):
            callee = call.func
            if isinstance(callee, ast.Attribute):
                continue  # a method of a Python value, such as list.append
            if isinstance(callee, ast.BoolOp) and isinstance(callee.values[0], ast.Name):
                names.add(callee.values[0].id)  # (record class or constructor)(…)
                callee = callee.values[1]
            if not isinstance(callee, ast.Name):
                return found._replace(are_all=False)
            name = same.get(callee.id, callee.id)
            if name[0] == ":":
                continue  # a literal keyword only looks up
            mentioned = [name]
            if name in resumed or name not in inner:
                names.add(name)
                if name not in starting:
                    mentioned += [each.id for each in call.args if isinstance(each, ast.Name)]
                _note_given(name, call.args, inner.keys(), same, found.given)
            for each in mentioned:
                if each in inner and each not in used and each not in resumed:
                    used.add(each)
                    bodies.append((inner[each].body, found.within))
    return found


def _calls(body: list[ast.stmt]) -> Iterator[ast.Call]:
    """Yields the calls in some statements, but not those in functions that are defined there."""
    stack: list[Any] = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.FunctionDef):
            continue
        if isinstance(node, ast.Call):
            yield node
        stack.extend(ast.iter_child_nodes(node))


def _note_given(
    name: str,
    arguments: list[ast.expr],
    inner: Collection[str],
    same: dict[str, str],
    given: set[Given],
) -> None:
    for index, argument in enumerate(arguments):
        if isinstance(argument, ast.Name):
            which = same.get(argument.id, argument.id)
            if which not in inner and which[0] != ":":
                given.add((name, index, which if is_global(which) else ""))
        elif not isinstance(argument, ast.Constant):
            given.add((name, index, ""))


def _definitions(
    definition: ast.FunctionDef,
) -> tuple[dict[str, ast.FunctionDef], dict[str, str]]:
    """Returns the functions within by their names, and the names that stand for a global.

    Only names that mean the same wherever they are used.
    """
    inner: dict[str, ast.FunctionDef] = {}
    same: dict[str, str] = {}
    assigned: list[str] = [each.arg for each in definition.args.args]
    for node in ast.walk(definition):
        if isinstance(node, ast.FunctionDef) and node is not definition:
            inner[node.name] = node
            assigned += [each.arg for each in node.args.args]
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name, value = node.targets[0].id, node.value
            if isinstance(value, ast.Name) and is_global(value.id):
                same[name] = value.id
            if not (isinstance(value, ast.Call) and _makes(value.func, name, inner)):
                assigned.append(name)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            assigned += [each.id for each in node.targets[0].elts if isinstance(each, ast.Name)]
        elif isinstance(node, (ast.For, ast.AugAssign, ast.NamedExpr)):
            assigned += [each.id for each in ast.walk(node.target) if isinstance(each, ast.Name)]
    for name in inner.keys() & set(assigned):
        del inner[name]
    return inner, {name: value for name, value in same.items() if assigned.count(name) == 1}


def _makes(callee: ast.expr, name: str, inner: dict[str, ast.FunctionDef]) -> bool:
    """Tells whether a call gives the function of this name (`function_with_copies` writes such)."""
    maker = inner.get(callee.id) if isinstance(callee, ast.Name) else None
    return maker is not None and any(
        isinstance(each, ast.FunctionDef) and each.name == name for each in maker.body
    )
