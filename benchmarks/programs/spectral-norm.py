"""Floats in nested loops."""

from math import sqrt


def a(i, j):
    return 1.0 / ((i + j) * (i + j + 1) * 0.5 + i + 1.0)


def multiply(v, transposed):
    n = len(v)
    result = []
    for i in range(n):
        total = 0.0
        for j in range(n):
            total += (a(j, i) if transposed else a(i, j)) * v[j]
        result.append(total)
    return result


def step(v):
    return multiply(multiply(v, False), True)


def dot(v, w):
    total = 0.0
    for x, y in zip(v, w, strict=True):
        total += x * y
    return total


def benchmark():
    u, v = [1.0] * 40, []
    for _ in range(6):
        v = step(u)
        u = step(v)
    return int(1_000_000 * sqrt(dot(u, v) / dot(v, v)))
