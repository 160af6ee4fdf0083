"""Flow-sensitive knowledge: what is known of variables where the emission just is."""

from __future__ import annotations

from lispcore.compiler.kinds import ANY, INT, INTEGERS, NAT, NUM, NUMBERS
from lispcore.core.nodes import Variable

# Known to be "unchanged" where a flag has just said so.
PROGRAM = Variable("program")


class Knowledge:
    """What the code that has run so far says of variables: their kinds.

    Of a cursor it may be known that it is "full". What holds in a branch only is taken back behind
    it: a trail says what was known before.
    """

    __slots__ = ("_always", "_trail", "kinds")

    def __init__(self, always: dict[Variable, str]) -> None:
        self._always = always  # what is known of variables wherever they are used
        self.kinds: dict[Variable, str] = {}
        self._trail: list[tuple[Variable, str | None]] = []

    def kind_of(self, variable: Variable) -> str:
        """Returns what is known of the value of a variable."""
        return self.kinds.get(variable) or self._always.get(variable, ANY)

    def learn(self, variable: Variable, kind: str) -> None:
        """Remembers a fact about a variable, if it says more than what is known."""
        known = self.kinds.get(variable)
        if tells_more(kind, self._always.get(variable, ANY) if known is None else known):
            self.kinds[variable] = kind
            self._trail.append((variable, known))

    def mark(self) -> int:
        """Returns where the trail is now, for `forget`."""
        return len(self._trail)

    def forget(self, mark: int) -> None:
        """Takes back what was learnt since the trail was there."""
        while len(self._trail) > mark:
            variable, before = self._trail.pop()
            if before is None:
                self.kinds.pop(variable, None)
            else:
                self.kinds[variable] = before

    def forget_assigned(self) -> None:
        """Forgets what the rounds of a loop may change."""
        for variable in [each for each in self.kinds if each.assigned]:
            del self.kinds[variable]


def tells_more(kind: str, known: str) -> bool:
    """Tells whether a kind says more of a value than another that is known already."""
    if known == ANY:
        return kind != ANY
    if known == NUM:
        return kind in NUMBERS and kind != NUM
    return known == INT and kind == NAT


def is_of(kind: str, name: str) -> bool:
    """Tells whether a value of some kind is certainly of a class."""
    return kind == name or (name == INT and kind in INTEGERS)
