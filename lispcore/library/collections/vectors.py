"""Vectors: building and converting them, and the arithmetic of embeddings.

An embedding is a bytevector of little-endian 64-bit floats, one for each dimension, as models
return them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from operator import add, mul
from typing import Any, Final

from lispcore.library.arguments import bytes_argument, integer_argument
from lispcore.library.collections.sequences_access import own_list, slice_items
from lispcore.library.registry import WaitKind, document, function
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.numbers import Complex, is_number, to_float
from lispcore.values.types import Bytevector, List, Value, Vector, list_items

WAITING = WaitKind.NEVER

BYTES_PER_DIMENSION: Final = 8


@function(
    "vector",
    "& items:any",
    "vector",
    "Returns the vector of its arguments.",
    [('(vector 1 "a" :b)', '[1 "a" :b]'), ("(vector)", "[]")],
)
def make(*items: Value) -> Vector:
    return Vector(list(items))


@function(
    "list->vector",
    "list:list",
    "vector",
    "Returns the vector of a list's items.",
    [("(list->vector '(1 2))", "[1 2]")],
)
def from_list(list: Value) -> Vector:
    if type(list) is not List:
        raise wrong_type("list->vector", "list", list)
    return Vector(list_items(list))


@function(
    "vector->list",
    "vector:vector",
    "list",
    "Returns the list of a vector's items.",
    [("(vector->list [1 2])", "(1 2)")],
)
def to_list(vector: Value) -> List:
    if type(vector) is not Vector:
        raise wrong_type("vector->list", "vector", vector)
    return own_list(vector.items.copy())


document(
    "&",
    "",
    "syntax",
    "In a pattern of square brackets, the name after & takes all the items that are left, as a "
    "list.",
    [("(let (([head & tail] [1 2 3])) (list head tail))", "(1 (2 3))")],
    chapter="vectors",
)


# --- embeddings --------------------------------------------------------------------------------


def embedding_numbers(name: str, value: Value, argument: int = 0) -> tuple[float, ...]:
    """Returns the numbers of an embedding."""
    import struct

    data = bytes_argument(name, value, argument)
    if len(data) % BYTES_PER_DIMENSION:
        raise LispError(
            f"{name}: an embedding has 8 bytes for each dimension, got {len(data)} bytes",
            hint="(embedding/list->embedding numbers) makes an embedding",
        )
    return struct.unpack(f"<{len(data) // BYTES_PER_DIMENSION}d", data)


def embedding_of(numbers: Any) -> Bytevector:
    """Returns the embedding with these Python floats."""
    import struct

    return Bytevector(struct.pack(f"<{len(numbers)}d", *numbers))


def _pair(name: str, a: Value, b: Value) -> tuple[tuple[float, ...], tuple[float, ...]]:
    left, right = embedding_numbers(name, a, 1), embedding_numbers(name, b, 2)
    _check_pair(name, left, right)
    return left, right


def _check_pair(name: str, left: tuple[float, ...], right: tuple[float, ...]) -> None:
    if len(left) != len(right):
        raise LispError(
            f"{name}: length mismatch ({len(left)} and {len(right)} dimensions)",
            hint="embeddings can be compared only if one model made them",
        )
    if not left:
        raise LispError(f"{name}: the embeddings are empty")


def dot(left: Sequence[float], right: Sequence[float]) -> float:
    """Returns the dot product, added up from left to right: the same on every Python.

    `sum` and `math.sumprod` are more exact in some versions than in others.
    """
    return reduce(add, map(mul, left, right), 0.0)


def cosine(name: str, left: tuple[float, ...], right: tuple[float, ...]) -> float:
    """Returns the cosine of the angle between two vectors, 0.0 if one of them has no length."""
    _check_pair(name, left, right)
    lengths = math.sqrt(dot(left, left)) * math.sqrt(dot(right, right))
    if lengths == math.inf:  # the squares of very large numbers
        left, right = _shortened(left), _shortened(right)
        lengths = math.sqrt(dot(left, left)) * math.sqrt(dot(right, right))
    return dot(left, right) / lengths if lengths else 0.0


def _shortened(numbers: tuple[float, ...]) -> tuple[float, ...]:
    """Returns a vector of the same direction whose largest number is 1."""
    largest = max(map(abs, numbers))
    return tuple(number / largest for number in numbers) if largest else numbers


@function(
    "embedding/list->embedding",
    "numbers:list|vector",
    "bytevector",
    "Returns the embedding with these numbers.",
    [("(embedding/length (embedding/list->embedding '(0.5 1)))", "2")],
)
def embedding_from_list(numbers: Value) -> Bytevector:
    items = slice_items("embedding/list->embedding", numbers, 1)
    for item in items:
        if not is_number(item) or type(item) is Complex:
            raise wrong_type("embedding/list->embedding", "number", item)
    return embedding_of([to_float(item) for item in items])


@function(
    "embedding/->list",
    "embedding:bytevector",
    "list",
    "Returns the list of an embedding's numbers.",
    [("(embedding/->list (embedding/list->embedding '(0.5 1)))", "(0.5 1.0)")],
)
def embedding_to_list(embedding: Value) -> List:
    return own_list(list(embedding_numbers("embedding/->list", embedding)))


@function(
    "embedding/length",
    "embedding:bytevector",
    "int",
    "Returns the number of dimensions of an embedding.",
    [("(embedding/length (embedding/list->embedding [1 2 3]))", "3")],
)
def embedding_length(embedding: Value) -> int:
    return len(embedding_numbers("embedding/length", embedding))


@function(
    "embedding/ref",
    "embedding:bytevector index:int",
    "float",
    "Returns the number of one dimension, counting from 0.",
    [("(embedding/ref (embedding/list->embedding [1 2 3]) 2)", "3.0")],
)
def embedding_ref(embedding: Value, index: Value) -> float:
    numbers = embedding_numbers("embedding/ref", embedding, 1)
    place = integer_argument("embedding/ref", index, 2)
    if not 0 <= place < len(numbers):
        raise LispError(f"embedding/ref: index {place} out of bounds (length {len(numbers)})")
    return numbers[place]


@function(
    "vector/dot-product",
    "a:bytevector b:bytevector",
    "float",
    "Returns the dot product of two embeddings.",
    [
        (
            "(vector/dot-product (embedding/list->embedding [1 2]) "
            "(embedding/list->embedding [3 4]))",
            "11.0",
        )
    ],
)
def dot_product(a: Value, b: Value) -> float:
    return dot(*_pair("vector/dot-product", a, b))


@function(
    "vector/cosine-similarity",
    "a:bytevector b:bytevector",
    "float",
    "Returns the cosine of the angle between two embeddings: 1.0 for the same direction, 0.0 for a "
    "right angle and also if one of them has no length.",
    [
        (
            "(vector/cosine-similarity (embedding/list->embedding [3 0]) "
            "(embedding/list->embedding [2 0]))",
            "1.0",
        )
    ],
)
def cosine_similarity(a: Value, b: Value) -> float:
    name = "vector/cosine-similarity"
    return cosine(name, embedding_numbers(name, a, 1), embedding_numbers(name, b, 2))


@function(
    "vector/distance",
    "a:bytevector b:bytevector",
    "float",
    "Returns the distance of two embeddings in a straight line.",
    [
        (
            "(vector/distance (embedding/list->embedding [0 0]) (embedding/list->embedding [3 4]))",
            "5.0",
        )
    ],
)
def distance(a: Value, b: Value) -> float:
    left, right = _pair("vector/distance", a, b)
    difference = tuple(x - y for x, y in zip(left, right, strict=True))
    return math.sqrt(dot(difference, difference))


@function(
    "vector/normalize",
    "embedding:bytevector",
    "bytevector",
    "Returns the embedding of the same direction with length 1; one without length stays as it is.",
    [("(embedding/->list (vector/normalize (embedding/list->embedding [3 4])))", "(0.6 0.8)")],
)
def normalize(embedding: Value) -> Bytevector:
    numbers = embedding_numbers("vector/normalize", embedding, 1)
    if not numbers:
        raise LispError("vector/normalize: the embedding is empty")
    length = math.sqrt(dot(numbers, numbers))
    return embedding_of([number / length for number in numbers] if length else numbers)
