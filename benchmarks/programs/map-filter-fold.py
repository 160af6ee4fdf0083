"""A sum over a filtered and changed range."""


def benchmark():
    return sum(x * x + 1 for x in range(150_000) if x % 3 == 0)
