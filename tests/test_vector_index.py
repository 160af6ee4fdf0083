"""The index finds exactly what comparing every vector would find."""

from __future__ import annotations

import math
import random
import struct

import pytest

from lispcore.library.retrieval.vector_index import BLOCK, VectorIndex


def pack(numbers: list[float]) -> bytes:
    return struct.pack(f"<{len(numbers)}d", *numbers)


def plain_dot(left: list[float], right: list[float]) -> float:
    total = 0.0
    for a, b in zip(left, right, strict=True):
        total += a * b
    return total


def by_brute_force(
    vectors: list[list[float]], query: list[float], count: int, allowed: list[int] | None = None
) -> list[tuple[int, float]]:
    length = math.sqrt(plain_dot(query, query))
    scored = []
    for position in range(len(vectors)) if allowed is None else allowed:
        vector = vectors[position]
        lengths = math.sqrt(plain_dot(vector, vector)) * length
        scored.append((position, plain_dot(query, vector) / lengths if lengths else 0.0))
    scored.sort(key=lambda pair: (-pair[1], pair[0]))
    return scored[:count]


def index_of(vectors: list[list[float]]) -> VectorIndex:
    index = VectorIndex(len(vectors[0]))
    for vector in vectors:
        index.add(pack(vector))
    return index


def dense(chance: random.Random, size: int) -> list[float]:
    return [chance.gauss(0, 1) for _ in range(size)]


def sparse(chance: random.Random, size: int) -> list[float]:
    return [chance.choice([0, 0, 0, 0, 1, -3]) * 1.0 for _ in range(size)]


def mixed(chance: random.Random, size: int) -> list[float]:
    vector = dense(chance, size)
    vector[chance.randrange(size)] *= chance.choice([1, 10, 1000, 1e-6])
    return [number * 10 ** chance.randrange(-30, 30) for number in [*vector[:1]] * 0 + vector]


def positive(chance: random.Random, size: int) -> list[float]:
    return [chance.random() for _ in range(size)]


def near_copies(chance: random.Random, size: int) -> list[float]:
    return [1.0 + 1e-9 * chance.random() for _ in range(size)]


@pytest.mark.parametrize("make", [dense, sparse, mixed, positive, near_copies])
@pytest.mark.parametrize("size", [1, 2, 17, 384])
def test_it_finds_what_comparing_all_would(make: object, size: int) -> None:
    chance = random.Random(size)
    vectors = [make(chance, size) for _ in range(300)]  # type: ignore[operator]
    index = index_of(vectors)
    for query in (vectors[3], dense(chance, size), sparse(chance, size), [-1.0] * size):
        for count in (1, 7, 300, 1000):
            assert index.search(pack(query), count) == by_brute_force(vectors, query, count)


def test_several_blocks_changes_and_gaps() -> None:
    chance = random.Random(1)
    vectors = [dense(chance, 8) for _ in range(2 * BLOCK + 3)]
    index = index_of(vectors)
    query = dense(chance, 8)
    assert index.search(pack(query), 20) == by_brute_force(vectors, query, 20)
    for position in (0, BLOCK, 5, len(vectors) - 1):
        vectors[position] = dense(chance, 8)
        index.replace(position, pack(vectors[position]))
        assert index.search(pack(query), 20) == by_brute_force(vectors, query, 20)
    for position in (7, BLOCK + 1, 2 * BLOCK, 0, 0):
        vectors[position] = vectors[-1]
        vectors.pop()
        index.remove(position)
        assert index.search(pack(query), 20) == by_brute_force(vectors, query, 20)
    while vectors:
        vectors.pop()
        index.remove(len(vectors))
    assert index.search(pack(query), 20) == []
    index.add(pack(query))
    assert [position for position, _ in index.search(pack(query), 20)] == [0]


def test_only_among_the_allowed() -> None:
    chance = random.Random(2)
    vectors = [dense(chance, 16) for _ in range(200)]
    index = index_of(vectors)
    query = dense(chance, 16)
    allowed = list(range(3, 200, 7))
    expected = by_brute_force(vectors, query, 5, allowed)
    assert index.search(pack(query), 5, allowed) == expected
    assert index.search(pack(query), 5, []) == []
    assert index.search(pack([0.0] * 16), 2, allowed) == [(3, 0.0), (10, 0.0)]


def test_vectors_without_length() -> None:
    index = index_of([[0.0, 0.0], [1.0, 0.0], [-1.0, 0.0], [1e-200, 0.0]])
    assert index.search(pack([2.0, 0.0]), 4) == [(1, 1.0), (0, 0.0), (3, 0.0), (2, -1.0)]
    assert index.search(pack([0.0, 0.0]), 3) == [(0, 0.0), (1, 0.0), (2, 0.0)]
    assert index.search(pack([1.0, 0.0]), 0) == []


def test_very_many_dimensions_take_wider_slots() -> None:
    chance = random.Random(3)
    vectors = [dense(chance, 5000) for _ in range(12)]
    index = index_of(vectors)
    query = dense(chance, 5000)
    assert index.search(pack(query), 12) == by_brute_force(vectors, query, 12)


def test_few_vectors_are_scored_in_full() -> None:
    # What the speed rests on: rounding leaves few candidates among many.
    chance = random.Random(4)
    index = index_of([dense(chance, 256) for _ in range(3000)])
    query = dense(chance, 256)
    length = math.sqrt(plain_dot(query, query))
    assert len(index._candidates(query, length, 10, None)) < 150
