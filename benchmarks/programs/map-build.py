"""A dictionary that grows key by key, and is read back."""


def benchmark():
    squares = {}
    for i in range(20_000):
        squares[i] = i * i
    total = 0
    for i in range(20_000):
        total += squares[i]
    return total + len(squares)
