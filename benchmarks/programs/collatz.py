"""Integers halved and tripled: the longest chain below a limit."""


def chain(n):
    steps = 1
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def benchmark():
    best = start = 0
    for n in range(1, 3000):
        steps = chain(n)
        if steps > best:
            best, start = steps, n
    return 1000 * start + best
