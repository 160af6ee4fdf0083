"""Escape analysis: which variables own their map or list, so that it may be changed in place.

``(loop (+ i 1) (assoc m i x))`` makes a map that nobody but `m` has ever seen when the next round
changes it. So each such variable is given a second one, its *owner* (updates_in_place.py): while
that is set, the value belongs to the variable alone. Here is found out, for the variables whose
next value is made of their present one,

- which values to write as changes in place (`Facts.updates`),
- which uses only look into the value (`Facts.peeks`); every other use lets it out of the hands of
  its owner.

Left alone are variables that a closure sees, and those that a handler of errors could see while a
change is half done.
"""

from __future__ import annotations

from lispcore.compiler.facts.tables import Facts
from lispcore.compiler.meanings import Change, Collection, meaning
from lispcore.core.nodes import (
    Bind,
    Call,
    Constant,
    Define,
    Finally,
    If,
    Lambda,
    Let,
    Local,
    Node,
    SetAll,
    SetLocal,
    Try,
    Variable,
)
from lispcore.core.walking import (
    Survey,
    all_nodes,
    children,
    is_assigned_below,
    uses_below,
    value_positions,
)
from lispcore.values.types import Keyword


class Owner:
    """What is known of a variable that can own its value."""

    __slots__ = ("collection", "name")

    def __init__(self, collection: Collection) -> None:
        self.collection = collection  # a map or a list
        self.name = ""  # of the Python variable, once it has one


Handlers = Node | None


def find_owners(main: Lambda, nodes: Survey, facts: Facts) -> None:
    """Fills `owners`, `updates` and `peeks` of the facts; needs the results of `analyse`."""
    if not has_changes(nodes, facts):
        return
    bound, changes, refused = survey_changes(main, facts)
    made: dict[Variable, set[Collection]] = {}
    updates: list[tuple[Variable, Node]] = []
    for variable, value, handlers, _ in changes:
        if variable in refused or is_shared(variable, facts) or variable not in bound:
            continue
        if value in facts.handed_back:
            if handlers is not bound[variable]:
                refused.add(variable)
            updates.append((variable, value))
            continue
        steps = [step for leaf in value_positions(value) for step in chain(leaf, variable, facts)]
        if not steps:
            continue
        if handlers is not bound[variable]:
            refused.add(variable)
            continue
        made.setdefault(variable, set()).update(change.collection for _, change in steps)
        if not is_assigned_below(value, variable):
            updates.append((variable, value))
    for variable, found in made.items():
        if variable in refused:
            continue
        if found == {Collection.MAP}:
            facts.owners[variable] = Owner(Collection.MAP)
        elif Collection.LIST in found and found <= {Collection.LIST, Collection.NONE}:
            facts.owners[variable] = Owner(Collection.LIST)
    facts.updates.update(value for variable, value in updates if variable in facts.owners)
    if facts.owners:
        _find_peeks(main, facts)


def has_changes(nodes: Survey, facts: Facts) -> bool:
    """Tells whether a unit makes new maps or lists of others, and may rely on how it does that."""
    if facts.evaluates:
        return False  # functions might be redefined in the middle of a loop
    found = (change_of(call, facts) for call in nodes[Call])
    return any(each is not None and each.is_owned for each in found)


def is_shared(variable: Variable, facts: Facts) -> bool:
    """Tells whether another function than its own may see a variable."""
    return variable in facts.scopes.captured or variable in facts.scopes.boxed


# A variable, its new value, where it gets it, and what is evaluated between the two.
Assignment = tuple[Variable, Node, Handlers, list[Node]]


def survey_changes(
    main: Lambda, facts: Facts
) -> tuple[dict[Variable, Handlers], list[Assignment], set[Variable]]:
    """Returns where variables are bound and changed, and the variables to be left alone.

    Where: inside which innermost form that handles errors.
    """
    bound: dict[Variable, Handlers] = {}
    changes: list[Assignment] = []
    refused: set[Variable] = set()
    stack: list[tuple[Node, Handlers]] = [(main, None)]
    while stack:
        node, handlers = stack.pop()
        if type(node) is Lambda:
            bound.update((variable, handlers) for variable in node.parameters)
        elif type(node) is Let:
            bound.update((variable, handlers) for variable, _ in node.bindings)
        elif type(node) is Define:
            variable = node.variable
            if variable in bound:
                refused.add(variable)
            bound[variable] = handlers
        elif type(node) is SetLocal:
            changes.append((node.variable, node.value, handlers, []))
        elif type(node) is SetAll:
            changes += _changes(node.variables, node.values, handlers)
        elif type(node) is Bind:
            refused.add(node.variable)
        elif type(node) is Call and (loop := facts.tails.jumps.get(node)) is not None:
            changes += _changes(loop.parameters, node.arguments, handlers)
        inside = node if type(node) is Try or type(node) is Finally else handlers
        stack += [(part, inside) for part in children(node)]
    return bound, changes, refused


def _changes(variables: list[Variable], values: list[Node], handlers: Handlers) -> list[Assignment]:
    """Returns the changes of several variables at one moment."""
    return [
        (variable, value, handlers, values[place + 1 :])
        for place, (variable, value) in enumerate(zip(variables, values, strict=True))
    ]


# --- what a value is made of ----------------------------------------------------------------------


def chain(node: Node, variable: Variable, facts: Facts) -> list[tuple[Call, Change]]:
    """Returns the calls that make a value of a variable's, the first to be made in front."""
    steps: list[tuple[Call, Change]] = []
    made = Collection.NONE
    while type(node) is Call:
        change = change_of(node, facts)
        if change is None:
            return []
        if change.collection is not Collection.NONE:
            if made not in (Collection.NONE, change.collection):
                return []
            made = change.collection
        steps.append((node, change))
        node = node.arguments[1 if change is Change.PREPEND else 0]
    if type(node) is not Local or node.variable is not variable:
        return []
    # Once the first is made, the old value is gone.
    for step, _ in steps[:-1]:
        if any(uses_below(each, variable) for each in step.arguments[1:]):
            return []
    return steps[::-1]


def change_of(node: Call, facts: Facts) -> Change | None:
    """Returns how a call changes a collection, None if it does something else."""
    if node.function is None:
        # A step of an update, see map_updates.py.
        return Change.PUT_STEP if node.helper == "map_put" else None
    known = meaning(node, facts)
    if known is None or known.change is None or not known.change.takes(len(node.arguments)):
        return None
    return known.change


def _find_peeks(main: Lambda, facts: Facts) -> None:
    for node in all_nodes(main):
        if type(node) is If:
            looked_at: Node = node.test
        elif type(node) is Call and _only_looks(node, facts):
            looked_at = node.arguments[0]
        else:
            continue
        if type(looked_at) is Local and looked_at.variable in facts.owners:
            facts.peeks.add(looked_at)


def _only_looks(node: Call, facts: Facts) -> bool:
    """Tells whether a call keeps nothing of its first argument, a variable with an owner."""
    if not node.arguments or node in facts.tails.jumps:
        return False
    first, *others = node.arguments
    if type(first) is not Local or first.variable not in facts.owners:
        return False
    variable = first.variable
    callee = node.function
    if callee is None:
        return node.helper in ("not", "map_look", "map_value")
    if type(callee) is Constant:
        allowed = type(callee.value) is Keyword and not others
        return allowed and facts.owners[variable].collection is Collection.MAP
    known = meaning(node, facts)
    if known is None:
        return False
    if len(node.arguments) not in known.peeks.get(facts.owners[variable].collection, ()):
        return False
    if any(is_assigned_below(each, variable) for each in others):
        return False
    return True
