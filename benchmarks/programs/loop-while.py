"""`while` with variables that are set."""


def benchmark():
    i, a, b = 0, 0, 1
    while i < 200_000:
        a, b = b, (a + b) % 1_000_003
        i += 1
    return a
