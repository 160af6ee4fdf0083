"""The index that searches as machine code finds, bit for bit, what comparing every vector would.

The modules run by wasmtime; without it only what needs no machine is tested.
"""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Callable
from typing import Any

import pytest

from fake_host import FakeHost
from lispcore import Interpreter
from lispcore.library.collections.vectors import dot
from lispcore.library.retrieval import vector_machine
from lispcore.library.retrieval.vector_machine import Kernels, MachineIndex
from lispcore.values.printing import print_value

pytest.importorskip("wasmtime")

from native_machine import NativeHost, NativeMachine

Make = Callable[[random.Random, int], list[float]]


def pack(numbers: list[float]) -> bytes:
    return struct.pack(f"<{len(numbers)}d", *numbers)


def by_brute_force(
    vectors: list[list[float]], query: list[float], count: int, allowed: list[int] | None = None
) -> list[tuple[int, float]]:
    length = math.sqrt(dot(query, query))
    scored = []
    for position in range(len(vectors)) if allowed is None else allowed:
        vector = vectors[position]
        lengths = math.sqrt(dot(vector, vector)) * length
        scored.append((position, dot(query, vector) / lengths if lengths else 0.0))
    scored.sort(key=lambda pair: (-pair[1], pair[0]))
    return scored[:count]


def dense(chance: random.Random, size: int) -> list[float]:
    return [chance.gauss(0, 1) for _ in range(size)]


def with_ties(chance: random.Random, size: int) -> list[float]:
    return [chance.choice([0, 0, 0, 1, -3]) * 1.0 for _ in range(size)]


def of_all_sizes(chance: random.Random, size: int) -> list[float]:
    power = chance.choice([-170, -161, -150, -144, -100, 0, 1, 100, 149])
    return [number * 10.0 ** (power + chance.choice([0, 0, -3])) for number in dense(chance, size)]


def near_copies(chance: random.Random, size: int) -> list[float]:
    return [1.0 + 1e-9 * chance.random() for _ in range(size)]


def clustered(chance: random.Random, size: int) -> list[float]:
    return [math.sin(7.0 * at) + 0.02 * chance.gauss(0, 1) for at in range(size)]


def with_zeros(chance: random.Random, size: int) -> list[float]:
    return [0.0] * size if chance.random() < 0.3 else dense(chance, size)


@pytest.fixture(scope="module")
def kernels() -> Any:
    found = Kernels.of(NativeMachine())
    assert found is not None
    return found


def index_of(kernels: Kernels, vectors: list[list[float]]) -> MachineIndex:
    index = MachineIndex(len(vectors[0]), kernels)
    for vector in vectors:
        index.add(pack(vector))
    return index


@pytest.mark.parametrize(
    "make", [dense, with_ties, of_all_sizes, near_copies, clustered, with_zeros]
)
@pytest.mark.parametrize("size", [1, 2, 16, 17, 200])
def test_it_finds_what_comparing_all_would(kernels: Kernels, make: Make, size: int) -> None:
    chance = random.Random(size)
    vectors = [make(chance, size) for _ in range(400)]
    index = index_of(kernels, vectors)
    some = sorted(chance.sample(range(400), 90))
    for query in (vectors[3], dense(chance, size), make(chance, size), [-1.0] * size):
        for count in (1, 7, 400, 1000):
            found = index.search(pack(query), count)
            assert found == by_brute_force(vectors, query, count)
            found = index.search(pack(query), count, some)
            assert found == by_brute_force(vectors, query, count, some)


def test_changes_between_searches(kernels: Kernels, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_machine, "BLOCK", 32)
    for seed in range(8):
        chance = random.Random(seed)
        vectors: list[list[float]] = []
        index = MachineIndex(5, kernels)
        for _ in range(40):
            for _ in range(chance.randrange(12)):
                made = chance.choice([dense, with_ties, of_all_sizes])(chance, 5)
                deed = chance.random()
                if deed < 0.55 or not vectors:
                    vectors.append(made)
                    assert index.add(pack(made)) == len(vectors) - 1
                elif deed < 0.75:
                    at = chance.randrange(len(vectors))
                    vectors[at] = made
                    index.replace(at, pack(made))
                else:
                    at = chance.randrange(len(vectors))
                    vectors[at] = vectors[-1]
                    vectors.pop()
                    index.remove(at)
            query = chance.choice([dense, with_ties])(chance, 5)
            assert index.search(pack(query), 6) == by_brute_force(vectors, query, 6)
        while vectors:
            vectors.pop()
            index.remove(len(vectors))
        assert index.search(pack([1.0] * 5), 3) == []


def test_blocks_and_rooms_that_are_full(kernels: Kernels, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_machine, "BLOCK", 100)
    monkeypatch.setattr(vector_machine, "LEAST_ROOM", 3)
    # From the farthest to the nearest: every one is among the best so far.
    vectors = [[1.0, 5.0 - 0.01 * at] for at in range(450)]
    index = index_of(kernels, vectors)
    for count in (1, 2, 5, 449):
        assert index.search(pack([1.0, 0.0]), count) == by_brute_force(vectors, [1.0, 0.0], count)


def test_few_are_scored_in_full(kernels: Kernels) -> None:
    # What the speed rests on: rounding leaves few candidates among many.
    chance = random.Random(4)
    index = index_of(kernels, [dense(chance, 256) for _ in range(3000)])
    query = dense(chance, 256)
    index.search(pack(query), 10)
    assert len(index._candidates(query, math.sqrt(dot(query, query)), 10, None)) < 60


def test_very_many_dimensions(kernels: Kernels) -> None:
    chance = random.Random(3)
    vectors = [[chance.choice([-1.0, 1.0]) for _ in range(65_536)] for _ in range(6)]
    index = index_of(kernels, vectors)
    query = [-each for each in vectors[2]]
    assert index.search(pack(query), 6) == by_brute_force(vectors, query, 6)


PROGRAM = """
(vector-store/create "s")
(define (row k) (embedding/list->embedding (map (fn (i) (mod (* (+ k 3) (+ i 1) 7919) 101)) (range 9))))
(dotimes (k 60) (vector-store/add "s" (str k) (row k) {:even (even? k)}))
(define (found k) (vector-store/search "s" (row k) 5))
(define before (list (found 3) (found 99) (vector-store/search "s" (row 5) 4 {:where {:even #t}})))
(vector-store/delete "s" "3")
(vector-store/add "s" "8" (row 200) nil)
(list before (found 3) (found 8))
"""


def test_stores_of_a_host_with_a_machine_answer_as_without() -> None:
    host = NativeHost()
    answer = print_value(Interpreter(host).eval(PROGRAM))
    assert host.machine.runs > 4
    assert answer == print_value(Interpreter(FakeHost()).eval(PROGRAM))


def test_a_machine_that_refuses_is_done_without() -> None:
    class Refusing:
        def prepare(self, module: bytes) -> None:
            return None

    host = FakeHost()
    host.machine = Refusing()  # type: ignore[attr-defined]
    answer = print_value(Interpreter(host).eval(PROGRAM))
    assert answer == print_value(Interpreter(FakeHost()).eval(PROGRAM))
