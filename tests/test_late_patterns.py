"""Patterns that are compiled when they are first used answer as compiled ones do."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from lispcore.values.late_patterns import late_pattern


def test_it_answers_as_a_pattern() -> None:
    late = late_pattern(r"(\w+)-(\d+)")
    usual = re.compile(r"(\w+)-(\d+)")
    for text in ("a-1", "x a-1 b-22", "none", ""):
        assert bool(late.match(text)) == bool(usual.match(text))
        assert late.findall(text) == usual.findall(text)
        assert late.sub(r"\2", text) == usual.sub(r"\2", text)
    assert late.pattern == usual.pattern
    assert late.groups == 2


def test_it_takes_flags_and_places() -> None:
    late = late_pattern("A.B", re.IGNORECASE | re.DOTALL)
    found = late.match("xa\nb", 1)
    assert found is not None
    assert found.span() == (1, 4)


def test_it_is_not_compiled_before_it_is_used() -> None:
    late = late_pattern("(")  # is no pattern
    with pytest.raises(re.error, match="missing"):
        late.match("")


def test_a_start_compiles_few_patterns() -> None:
    program = """
import re._compiler
compiled = []
compile = re._compiler.compile
re._compiler.compile = lambda *given: compiled.append(given[0]) or compile(*given)
import lispcore
own = [each for each in compiled if isinstance(each, str)]
print(len(own))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    # Those of the reader, and a few of the standard library.
    assert int(done.stdout) <= 20
