"""A matrix in one list, multiplied with itself: items by computed index."""

N = 14
A = [i * 31 % 17 for i in range(N * N)]


def cell(i, j):
    total = 0
    for k in range(N):
        total += A[i * N + k] * A[k * N + j]
    return total


def benchmark():
    total = 0
    for i in range(N):
        for j in range(N):
            total += cell(i, j)
    return total
