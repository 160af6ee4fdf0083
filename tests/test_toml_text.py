"""TOML against Python's own reader."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_host import FakeHost
from lispcore import Interpreter
from lispcore.library.formats import toml_text
from lispcore.tasks import context
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import FALSE, TRUE, Map, list_from


@pytest.fixture(autouse=True, scope="module")
def session() -> Iterator[None]:
    token = context.enter(Interpreter(FakeHost()))
    yield
    context.leave(token)


VALUES = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=15,
)


def lisp(value):
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, list):
        return list_from([lisp(each) for each in value])
    if isinstance(value, dict):
        return Map.of([(key, lisp(each)) for key, each in value.items()])
    return value


@given(st.dictionaries(st.text(max_size=6), VALUES, max_size=5))
def test_what_is_written_can_be_read(table) -> None:
    text = toml_text.encode(lisp(table))
    if any(0xD800 <= ord(c) < 0xE000 for c in text):
        return
    assert tomllib.loads(text) == table


@pytest.mark.parametrize("text", ["a = ", "a = 1\na = 2", "= 1", "[a", "a = [1"])
def test_mistakes_have_a_place(text: str) -> None:
    with pytest.raises(LispError, match=r"parse error: .*(at line|at end of document)"):
        toml_text.decode(text)


def test_depth_is_refused() -> None:
    with pytest.raises(LispError, match="nested deeper"):
        toml_text.decode("a = " + "[" * 100_000 + "]" * 100_000)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a = {b = 1,\n}", "{:a {:b 1}}"),
        ("a = {\n  b = 1, # one\n  c = [2, ],\n}", "{:a {:b 1 :c (2)}}"),
        ('a = "\\x41\\e["', '{:a "A\x1b["}'),
        ("a = 07:32\nb = 2024-01-02 07:32", '{:a "07:32:00" :b "2024-01-02T07:32:00"}'),
        ("\ufeffa = 1", "{:a 1}"),
    ],
)
def test_what_toml_1_1_adds_is_read(text: str, value: str) -> None:
    assert print_value(toml_text.decode(text)) == value


def test_without_the_package_an_error_says_what_is_missing() -> None:
    host = FakeHost()
    host.missing["tomli"] = "this page was built without it"
    with pytest.raises(LispError, match="this page was built without it"):
        Interpreter(host).eval('(toml/decode "a = 1")')
