"""Vectors and embeddings: copies, little-endian floats, and shapes that do not fit."""

import struct

import pytest

from lispcore.library.collections import vectors
from lispcore.values.errors import LispError
from lispcore.values.types import Bytevector, Vector, list_from, list_items


def test_conversions_copy():
    vector = Vector([1, 2, 3])
    made = vectors.to_list(vector)
    assert list_items(made) == [1, 2, 3]
    assert vector.items == [1, 2, 3]
    assert vectors.from_list(made).items == [1, 2, 3]


def test_an_embedding_is_little_endian_doubles():
    made = vectors.embedding_from_list(list_from([1, 0.5]))
    assert bytes(made) == struct.pack("<dd", 1.0, 0.5)
    assert list_items(vectors.embedding_to_list(made)) == [1.0, 0.5]


def test_similarity_does_not_depend_on_length():
    a = vectors.embedding_from_list(Vector([1, 2, 3]))
    b = vectors.embedding_from_list(Vector([2, 4, 6]))
    assert vectors.cosine_similarity(a, b) == pytest.approx(1.0)
    assert vectors.distance(a, a) == 0.0
    unit = vectors.normalize(a)
    assert vectors.dot_product(unit, unit) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("left", "right", "problem"),
    [
        (b"", b"", "empty"),
        (b"1234567", b"1234567", "8 bytes for each dimension"),
        (b"12345678", b"1234567812345678", "length mismatch"),
    ],
)
def test_shapes_that_do_not_fit(left, right, problem):
    with pytest.raises(LispError, match=problem):
        vectors.dot_product(Bytevector(left), Bytevector(right))
