"""Values go from Python to Lisp and back: as what, and the same as before."""

from __future__ import annotations

import sys
from array import array
from collections import ChainMap, Counter, deque
from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest

from lispcore import Character, Interpreter, Keyword, Symbol
from lispcore.values.printing import print_value
from lispcore.values.types import intern_keyword


@pytest.fixture(scope="module")
def lisp() -> Interpreter:
    return Interpreter()


@dataclass
class Point:
    x: int
    y: Any


@dataclass(frozen=True, slots=True)
class Frozen:
    name: str


class Colour(IntEnum):
    RED = 3


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (None, "nil"),
        (True, "#t"),
        (False, "#f"),
        (10**40, "1" + "0" * 40),
        (1.5, "1.5"),
        ("ä", '"ä"'),
        ([1, [True, None], "x"], '(1 (#t nil) "x")'),
        ([], "()"),
        ((1, (2,)), "[1 [2]]"),
        ({"a": 1, 2: [False]}, '{2 (#f) "a" 1}'),
        ({}, "{}"),
        ({(1, 2): 3}, "{[1 2] 3}"),
        (b"\x00\xff", "#u8(0 255)"),
        (Fraction(1, 3), "1/3"),
        (1 + 2j, "1.0+2.0i"),
        (Keyword("role"), ":role"),
        (Symbol("abc"), "abc"),
        (Character("x"), "#\\x"),
        ({Keyword("a"): Keyword("b")}, "{:a :b}"),
        (Point(1, [Frozen("n")]), None),
    ],
)
def test_a_value_goes_to_lisp_and_comes_back(lisp: Interpreter, value: Any, printed: str) -> None:
    there = lisp.to_lisp(value)
    if printed is not None:
        assert print_value(there) == printed
    back = lisp.to_python(there)
    assert back == value
    assert type(back) is type(value)
    assert lisp.to_lisp(there) is there


def test_lists_and_dicts_are_used_like_lisps_own(lisp: Interpreter) -> None:
    lisp.define("rows", [{"name": "Ada", "tags": ["a", "b"]}, {"name": "Bo", "tags": []}])
    program = """(list (map (fn (row) (get row "name")) rows)
                       (length (get (car rows) "tags")) (if (get {"on" #f} "on") 1 2))"""
    assert lisp.eval(program, python=True) == [["Ada", "Bo"], 2, 2]


def test_keywords_are_found_by_their_names(lisp: Interpreter) -> None:
    row = lisp.eval('{:name "Ada" :role :admin :tags \'(x #\\y)}', python=True)
    assert row == {"name": "Ada", "role": "admin", "tags": ["x", "y"]}
    assert print_value(lisp.to_lisp(row)) == '{:name "Ada" :role :admin :tags (x #\\y)}'
    both = lisp.eval('{:a 1 "a" 2}', python=True)
    assert sorted(both.values()) == [1, 2]
    assert print_value(lisp.to_lisp(both)) == '{"a" 2 :a 1}'


def test_an_instance_of_a_dataclass_is_a_record(lisp: Interpreter) -> None:
    lisp.define("p", Point(1, Frozen("n")))
    assert lisp.eval("(list (:x p) (:name (:y p)))", python=True) == [1, "n"]
    assert lisp.eval("p", python=True) == Point(1, Frozen("n"))
    assert lisp.to_lisp(Point(1, 2)) == lisp.to_lisp(Point(1, 2))


def test_what_is_one_stays_one(lisp: Interpreter) -> None:
    inner = [1]
    there = lisp.to_lisp([inner, inner])
    assert there.cells[0] is there.cells[1]
    back = lisp.to_python(there)
    assert back[0] is back[1]
    strange = object()
    assert lisp.to_python(lisp.to_lisp({"o": strange}))["o"] is strange
    lisp.define("strange", strange)
    assert lisp.eval("(car (list strange))") is strange


def test_a_collection_in_itself_is_refused(lisp: Interpreter) -> None:
    inside: list[Any] = [1]
    inside.append({"a": inside})
    with pytest.raises(ValueError, match="contains itself"):
        lisp.to_lisp(inside)


def test_classes_below_those_of_python_are_theirs(lisp: Interpreter) -> None:
    class Words(str):
        pass

    assert print_value(lisp.to_lisp([Colour.RED, Words("w"), {1}, bytearray(b"a")])) == (
        '(3 "w" (1) #u8(97))'
    )


def test_sequences_may_be_long_and_deep(lisp: Interpreter) -> None:
    assert len(lisp.to_python(lisp.to_lisp(list(range(200_000))))) == 200_000
    deep: list[Any] = []
    for _ in range(200):
        deep = [deep]
    assert lisp.to_python(lisp.to_lisp(deep)) == deep


def test_what_nests_too_deeply_is_refused_in_words(lisp: Interpreter) -> None:
    deep: list[Any] = []
    for _ in range(50_000):
        deep = [deep]
    with pytest.raises(ValueError, match="nests so deeply cannot go to Lisp"):
        lisp.to_lisp(deep)
    program = "(let loop ((n 0) (x nil)) (if (= n 50000) x (loop (+ n 1) (list x))))"
    with pytest.raises(ValueError, match="nests so deeply cannot go to Python"):
        lisp.eval(program, python=True)


def test_other_collections_are_lists_and_maps(lisp: Interpreter) -> None:
    table = {"a": 1}
    for value, printed in (
        (range(3), "(0 1 2)"),
        (deque([1]), "(1)"),
        (table.keys(), '("a")'),
        (table.values(), "(1)"),
        (table.items(), '(["a" 1])'),
        (MappingProxyType(table), '{"a" 1}'),
        (ChainMap(table), '{"a" 1}'),
        (Counter("aa"), '{"a" 2}'),
    ):
        assert print_value(lisp.to_lisp(value)) == printed
    numbers = iter([1])
    assert lisp.to_lisp(numbers) is numbers  # to read it would use it up


def test_a_keyword_that_is_defined_is_no_function(lisp: Interpreter) -> None:
    lisp.define("chosen", lisp.eval(":k"))
    assert lisp.eval("(list chosen (= chosen :k))", python=True) == ["k", True]


def test_arrays_of_numbers(lisp: Interpreter) -> None:
    found = lisp.eval("(f64-array/make 2 1.5)", python=True)
    assert list(found) == [1.5, 1.5]
    numpy = pytest.importorskip("numpy") if "numpy" in sys.modules else None
    if numpy is None:
        assert type(found) is array


class _Scalar:
    """As numpy's own numbers look from outside."""

    ndim = 0

    def __init__(self, value: Any) -> None:
        self._value = value

    def item(self) -> Any:
        return self._value

    def tolist(self) -> Any:
        return self._value


class Column:
    """As a column of pandas looks from outside."""

    def __init__(self, kind: str, *values: Any) -> None:
        self.dtype = SimpleNamespace(kind=kind)
        self._values = list(values)

    def isna(self) -> Any:
        missing = [each is None or each != each for each in self._values]
        return SimpleNamespace(tolist=lambda: missing)

    def tolist(self) -> list[Any]:
        return self._values


class DataFrame:
    """As a frame of pandas does."""

    def __init__(self, **columns: Column) -> None:
        self.columns = list(columns)
        self._columns = list(columns.values())
        self.iloc = self

    def __getitem__(self, place: tuple[slice, int]) -> Column:
        return self._columns[place[1]]

    def __len__(self) -> int:
        return 2


NAN = float("nan")


def test_values_of_numpy_and_pandas(lisp: Interpreter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Scalar, "__module__", "numpy")
    assert print_value(lisp.to_lisp([_Scalar(True), _Scalar(2)])) == "(#t 2)"
    for kind in (Column, DataFrame):
        monkeypatch.setattr(kind, "__module__", "pandas.core.frame")
    frame = DataFrame(a=Column("i", 1, 2), b=Column("O", "x", NAN), c=Column("f", 1.5, NAN))
    assert print_value(lisp.to_lisp(frame)) == '({"a" 1 "b" "x" "c" 1.5} {"a" 2 "b" nil "c" NaN})'
    assert print_value(lisp.to_lisp(Column("M", 1, None))) == "(1 nil)"
    assert print_value(lisp.to_lisp(DataFrame())) == "({} {})"


def test_pandas_itself(lisp: Interpreter) -> None:
    pandas = pytest.importorskip("pandas")
    columns = {"n": [1, 2], "s": ["a", None], "f": [1.5, None]}
    frame = pandas.DataFrame(columns).assign(i=pandas.array([1, None], dtype="Int64"))
    rows = '({"f" 1.5 "i" 1 "n" 1 "s" "a"} {"f" NaN "i" nil "n" 2 "s" nil})'
    assert print_value(lisp.to_lisp(frame)) == rows
    assert print_value(lisp.to_lisp(frame["s"])) == '("a" nil)'
    assert print_value(lisp.to_lisp(frame.set_index(["n", "s"]).index[:1])) == '([1 "a"])'


def test_numpy_itself(lisp: Interpreter) -> None:
    numpy = pytest.importorskip("numpy")
    floats = numpy.array([1.5, 2.0])
    assert print_value(lisp.to_lisp(floats)) == "#f64(1.5 2)"
    assert print_value(lisp.to_lisp(numpy.arange(4).reshape(2, 2))) == "(#i64(0 1) #i64(2 3))"
    assert print_value(lisp.to_lisp([numpy.float64(0.5), numpy.bool_(True)])) == "(0.5 #t)"
    assert (lisp.to_python(lisp.to_lisp(floats)) == floats).all()
    assert lisp.to_lisp(Keyword("k")) is intern_keyword("k")
