"""The analysis of a unit: scopes, loops and tail calls, kinds of values.

The order is that of what each needs: a loop is found by what its name is bound to, variables of a
loop live in the function around it, and what a variable holds can be said once all the values that
it gets are known. Nothing is written into the nodes: after a change of the forms it is made again
from scratch, into new tables.
"""

from __future__ import annotations

from lispcore.compiler.facts.early_uses import find_early_uses
from lispcore.compiler.facts.inferred_kinds import infer_kinds
from lispcore.compiler.facts.scopes import box_variables, collect_definitions, settle
from lispcore.compiler.facts.tables import Facts, Scopes, Tails, Values
from lispcore.compiler.facts.tails import find_bouncing, find_loops
from lispcore.core.nodes import Lambda
from lispcore.core.walking import Survey, survey


def analyse(main: Lambda, facts: Facts, nodes: Survey | None = None) -> None:
    """Finds out what is to be known of `main`, the function made of a unit's top-level forms.

    `nodes` are the nodes below it, if somebody has them.
    """
    nodes = survey(main) if nodes is None else nodes
    facts.scopes, facts.tails, facts.values = Scopes(), Tails(), Values()
    collect_definitions(nodes, facts)
    find_loops(main, facts)
    settle(main, facts)
    find_bouncing(nodes[Lambda], facts)
    infer_kinds(nodes, facts)
    box_variables(facts)
    facts.scopes.early = find_early_uses(nodes, facts)
