"""Call graph analysis: which functions of a unit may wait.

Those that call a waiting function of the library, those that call such a function, and those
written as the body of a task, if they call what they are given. In a cycle of calls the functions
call one another plainly, or generators would nest as deep as a recursion goes. What is made of it
says emit/resumable.py.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Set
from functools import lru_cache
from typing import Any

from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.meanings import PRIMITIVES, meaning_of_name
from lispcore.core.nodes import Call, Global, Lambda, Local, Node, SetGlobal, Variable
from lispcore.core.walking import Survey, all_nodes, children
from lispcore.library.registry import ENTRIES, WaitKind
from lispcore.library.tasks.last_waits import starts_none, waits_of
from lispcore.tasks.resuming import BEGINNINGS


class Waiting:
    """What a unit's functions call that may wait."""

    def __init__(self) -> None:
        # Function -> the globals and the local functions that it calls as resumable ones.
        self.globals: dict[Lambda, set[str]] = {}
        self.locals: dict[Lambda, set[Variable]] = {}
        # Those that only ever run as the body of a task.
        self.bodies: set[Lambda] = set()


def may_wait(nodes: Survey, names: Set[str], earlier: Container[str]) -> set[str]:
    """Returns the global functions of a unit in the middle of which something else may run.

    `names` are the globals that the unit mentions, `earlier` such functions of other units; a
    mention of what waits is enough.
    """
    waiting = {name for name in names if name in BEGINNINGS or name in earlier or _suspends(name)}
    if not waiting:
        return set()
    mentions = {
        node.name: {each.name for each in all_nodes(node.value) if type(each) is Global}
        for node in nodes.get(SetGlobal, ())
    }
    found: set[str] = set()
    while new := {
        name
        for name, mentioned in mentions.items()
        if name not in found and not mentioned.isdisjoint(waiting)
    }:
        found |= new
        waiting = new
    return found


@lru_cache(maxsize=2_000)
def _suspends(name: str) -> bool:
    """Tells whether a name may mean a library function that waits, as (sleep 10) does.

    Those that the compiler has a record of only call what they are given, which is mentioned, too.
    """
    entry = ENTRIES.get(name)
    if entry is None or entry.function is None or name in PRIMITIVES:
        return False
    return waits_of(name) not in (WaitKind.NEVER, WaitKind.GIVEN)


def waiting_functions(
    main: Lambda, nodes: Survey, called: set[str], facts: Facts, earlier: dict[str, set[str]]
) -> Waiting | None:
    """Returns which functions of a unit may wait; None if there are none.

    `nodes` are those of the unit, `called` the globals that it names. `earlier` are the global
    functions of earlier units that may wait, each with those that it calls; those of this unit are
    entered.
    """
    beginning = called & BEGINNINGS.keys()
    library = {name for name in beginning if meaning_of_name(name, facts) is not None}
    known = called & earlier.keys() - facts.functions.keys()
    defined = {node.name for node in nodes.get(SetGlobal, ())}
    found = None
    if library or known - defined:
        found = _find(main, library, known - defined, facts, earlier)
    for name in defined:
        earlier.pop(name, None)
    if found is not None:
        for name, function in facts.functions.items():
            if function in found.globals:
                earlier[name] = found.globals[function] - library
    return found


def _find(
    main: Lambda, library: set[str], known: set[str], facts: Facts, earlier: dict[str, set[str]]
) -> Waiting | None:
    functions = [
        node
        for node in all_nodes(main)
        if type(node) is Lambda and node not in facts.tails.loops and node is not main
    ]
    targets = {function: list(_targets(function, facts)) for function in functions}
    callers: dict[Lambda, list[Lambda]] = {}
    bodies = _bodies(main, library)
    waiting = dict.fromkeys(
        each for each in functions if each in bodies and _calls_given(each, facts)
    )
    for function, calls in targets.items():
        for target, name in calls:
            if target is not None:
                callers.setdefault(target, []).append(function)
            elif name in library or name in known:
                waiting[function] = None
    spreading = list(waiting)
    while spreading:
        for caller in callers.get(spreading.pop(), ()):
            if caller not in waiting:
                waiting[caller] = None
                spreading.append(caller)
    if not waiting:
        return None
    found = Waiting()
    found.bodies = bodies
    for function in waiting:
        found.globals[function] = set()
        found.locals[function] = set()
        back = _leading_to(function, callers)
        names = {name for name, each in facts.functions.items() if each in back}
        for target, callee in targets[function]:
            if target is None:
                if callee in library:
                    found.globals[function].add(callee)
                elif callee in known and not _reaches(callee, names, earlier):
                    found.globals[function].add(callee)
            elif target in waiting and target not in back:
                if type(callee) is Variable:
                    found.locals[function].add(callee)
                else:
                    found.globals[function].add(callee)
    return found


def _bodies(main: Lambda, library: set[str]) -> set[Lambda]:
    """Returns the functions that are written as the bodies of tasks, also in a list of such."""
    starting = {name for name in library if not starts_none(name)}
    found: set[Lambda] = set()
    for node in all_nodes(main):
        if type(node) is Call and type(node.function) is Global and node.function.name in starting:
            given = list(node.arguments)
            for each in node.arguments:
                if type(each) is Call:
                    given += each.arguments
            found.update(each for each in given if type(each) is Lambda)
    return found


def _calls_given(function: Lambda, facts: Facts) -> bool:
    """Tells whether a function calls something that only its caller knows."""
    for node in _own_nodes(function, facts):
        if type(node) is Call and node not in facts.tails.jumps and type(node.function) is Local:
            if facts.function_of(node.function.variable) is None:
                return True
    return False


def _own_nodes(function: Lambda, facts: Facts) -> Iterable[Node]:
    """Yields the nodes of a function's body without those of the functions in it."""
    stack: list[Node] = [function.body]
    while stack:
        node = stack.pop()
        if type(node) is not Lambda or node in facts.tails.loops:
            yield node
            stack.extend(children(node))


def _targets(function: Lambda, facts: Facts) -> Iterable[tuple[Lambda | None, Any]]:
    """Yields what the body of a function calls: the function if it is known, and by which name."""
    for node in _own_nodes(function, facts):
        if type(node) is not Call or node in facts.tails.jumps:
            continue
        callee = node.function
        if type(callee) is Global:
            yield facts.functions.get(callee.name), callee.name
        elif type(callee) is Local:
            target = facts.function_of(callee.variable)
            if target is not None and target not in facts.tails.loops:
                yield target, callee.variable


def _leading_to(function: Lambda, callers: dict[Lambda, list[Lambda]]) -> set[Lambda]:
    """Returns a function and all that call it, over whatever others."""
    found = {function}
    stack = [function]
    while stack:
        for caller in callers.get(stack.pop(), ()):
            if caller not in found:
                found.add(caller)
                stack.append(caller)
    return found


def _reaches(name: str, wanted: set[str], earlier: dict[str, set[str]]) -> bool:
    """Tells whether a function of an earlier unit calls one of these, over whatever others."""
    seen = {name}
    stack = [name]
    while stack:
        for called in earlier.get(stack.pop(), ()):
            if called in wanted:
                return True
            if called not in seen:
                seen.add(called)
                stack.append(called)
    return False
