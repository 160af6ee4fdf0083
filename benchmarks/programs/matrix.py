"""Matrices as lists of lists."""


def make_matrix(n, seed):
    return [[(i * seed + j * 3) % 17 for j in range(n)] for i in range(n)]


def multiply(m, k):
    columns = list(zip(*k, strict=True))
    return [
        [sum(a * b for a, b in zip(row, column, strict=True)) for column in columns] for row in m
    ]


def benchmark():
    product = multiply(make_matrix(32, 5), multiply(make_matrix(32, 7), make_matrix(32, 11)))
    return sum(sum(row) for row in product)
