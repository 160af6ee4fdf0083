"""Flow-sensitive knowledge: what is known of variables where the emission just is."""

from __future__ import annotations

from lispcore.compiler.kinds import ANY, AnyKind, tells_more
from lispcore.core.nodes import Variable

# Among the `holding` ones where a flag has just said that the program is unchanged.
PROGRAM = Variable("program")


class Knowledge:
    """What the code that has run so far says of variables: their kinds.

    Cursors among the `holding` variables are known to have items. What holds in a branch only is
    taken back behind it: a trail says what was known before.
    """

    __slots__ = ("_always", "_trail", "holding", "kinds")

    def __init__(self, always: dict[Variable, AnyKind]) -> None:
        self._always = always  # what is known of variables wherever they are used
        self.kinds: dict[Variable, AnyKind] = {}
        self.holding: set[Variable] = set()
        # A variable, and the kind before; of one that has come to hold, itself.
        self._trail: list[tuple[Variable, AnyKind | Variable | None]] = []

    def kind_of(self, variable: Variable) -> AnyKind:
        """Returns what is known of the value of a variable."""
        return self.kinds.get(variable) or self._always.get(variable, ANY)

    def learn(self, variable: Variable, kind: AnyKind) -> None:
        """Remembers a fact about a variable, if it says more than what is known."""
        known = self.kinds.get(variable)
        if tells_more(kind, self._always.get(variable, ANY) if known is None else known):
            self.kinds[variable] = kind
            self._trail.append((variable, known))

    def hold(self, variable: Variable) -> None:
        """Remembers that a cursor has items, or that the program is unchanged."""
        if variable not in self.holding:
            self.holding.add(variable)
            self._trail.append((variable, variable))

    def mark(self) -> int:
        """Returns where the trail is now, for `forget`."""
        return len(self._trail)

    def forget(self, mark: int) -> None:
        """Takes back what was learnt since the trail was there."""
        while len(self._trail) > mark:
            variable, before = self._trail.pop()
            if isinstance(before, Variable):
                self.holding.discard(variable)
            elif before is None:
                self.kinds.pop(variable, None)
            else:
                self.kinds[variable] = before

    def forget_assigned(self) -> None:
        """Forgets what the rounds of a loop may change."""
        for variable in [each for each in self.kinds if each.assigned]:
            del self.kinds[variable]
        for variable in [each for each in self.holding if each.assigned]:
            self.holding.discard(variable)

    def forget_variable(self, variable: Variable) -> None:
        """Forgets all about a variable, which has got another value."""
        self.kinds.pop(variable, None)
        self.holding.discard(variable)
