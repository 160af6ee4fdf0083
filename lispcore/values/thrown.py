"""The error of a program that throws a value; its message is the value's text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import Value


class Thrown(LispError):
    """What ``throw`` and ``raise`` raise: any value."""

    kind = "user"
    if TYPE_CHECKING:

        def __init__(self, value: Value) -> None: ...
    else:
        __init__ = Exception.__init__

    @property
    def value(self) -> Value:
        return self.args[0]

    def _make_message(self) -> str:
        return print_value(self.value)
