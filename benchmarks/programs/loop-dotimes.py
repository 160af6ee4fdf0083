"""Two counting loops, with a sum and a count on the side."""


def benchmark():
    total = hits = 0
    for i in range(150_000):
        if i % 2:
            total += i
    for i in range(150_000):
        if i % 3:
            hits += 1
    return total + hits
