"""What `defeval` has defined, by the session that did."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from lispcore.tasks import context
from lispcore.tasks.session import Session
from lispcore.values.types import Value


@dataclass(frozen=True)
class Evaluation:
    """What `defeval` defines: `parts` gives its options and the function."""

    name: str
    line: int
    parts: Value


_evaluations: WeakKeyDictionary[Session, dict[str, Evaluation]] = WeakKeyDictionary()


def define(evaluation: Evaluation) -> None:
    """Adds an evaluation to the running session; one of the same name gives way."""
    _evaluations.setdefault(context.interpreter(), {})[evaluation.name] = evaluation


def defined_evaluations() -> list[Evaluation]:
    """Returns the evaluations of the running session, in their order."""
    return list(_evaluations.get(context.interpreter(), {}).values())
