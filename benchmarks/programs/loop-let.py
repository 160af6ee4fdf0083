"""A loop with two variables."""


def benchmark():
    total = 0
    for i in range(500_000):
        total += i % 7
    return total
