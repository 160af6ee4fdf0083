"""What single key presses mean."""

from __future__ import annotations

import pytest

from lispcore.library.system.terminal_keys import key_map
from lispcore.values.printing import print_value


@pytest.mark.parametrize(
    ("sequence", "described"),
    [
        ("a", '{:char "a" :kind :char}'),
        ("é", '{:char "é" :kind :char}'),
        ("\x03", '{:char "c" :kind :ctrl}'),
        ("\x1b[A", "{:kind :key :name :up}"),
        ("\x1b[3~", "{:kind :key :name :delete}"),
        ("\x1bx", '{:char "x" :kind :alt}'),
        ("\r", "{:kind :key :name :enter}"),
    ],
)
def test_keys(sequence: str, described: str) -> None:
    assert print_value(key_map(sequence)) == described
