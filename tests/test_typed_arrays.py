"""Typed arrays: numbers of one kind, copies on change, sums as 64-bit numbers do them."""

import math

import pytest

from lispcore.library.registry import ENTRIES
from lispcore.values.calls import defer
from lispcore.values.comparing import equal
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import Map


def call(name, *arguments):
    return ENTRIES[name].function(*arguments)


@pytest.mark.parametrize("prefix", ["f64-array", "i64-array"])
def test_changing_gives_a_copy(prefix):
    source = call(prefix, 1, 2)
    changed = call(f"{prefix}/set!", source, 0, 9)
    assert list(source.numbers) == [1, 2]
    assert list(changed.numbers) == [9, 2]


@pytest.mark.parametrize("prefix", ["f64-array", "i64-array"])
def test_deferred_calls_are_finished(prefix):
    source = call(prefix, 1, 2, 3)

    def later(*numbers):
        return defer(lambda: sum(numbers))

    assert list(call(f"{prefix}/map", later, source).numbers) == [1, 2, 3]
    assert call(f"{prefix}/fold", later, 0, source) == 6


def test_printing():
    floats = call("f64-array", 1, 2.5, -0.0, 1e21, math.inf)
    assert print_value(floats) == "#f64(1 2.5 -0 1000000000000000000000 inf)"
    assert print_value(call("i64-array")) == "#i64()"


def test_equality_and_keys():
    one, same = call("f64-array", 1, 2), call("f64-array", 1, 2)
    assert equal(one, same)
    assert not equal(one, call("i64-array", 1, 2))
    assert Map({one: "found"}).get(same) == "found"


def test_an_integer_sum_wraps_around():
    assert call("i64-array/sum", call("i64-array", 2**63 - 1, 1)) == -(2**63)


@pytest.mark.parametrize("value", [1.5, "a", None, 2**63])
def test_only_64_bit_integers(value):
    with pytest.raises(LispError) as caught:
        call("i64-array", value)
    assert caught.value.kind == "type-error"


@pytest.mark.parametrize(
    "bounds", [(0, 1e308, 1e-300), (0, math.inf), (0, 1, math.nan), (1e300, 1e301, 1.0)]
)
def test_wild_ranges_fail_at_once(bounds):
    with pytest.raises(LispError):
        call("f64-array/range", *bounds)


def test_wild_sizes_fail_at_once():
    for name, arguments in (
        ("i64-array/range", (0, 10**12)),
        ("i64-array/make", (10**12,)),
        ("f64-array/make", (10**12,)),
    ):
        with pytest.raises(LispError, match="the limit is"):
            call(name, *arguments)
