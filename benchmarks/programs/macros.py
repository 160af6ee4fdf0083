"""The same without macros."""


def spread(point):
    x, y = point
    return 3 * x + y


def benchmark():
    low, high, total = 0, 1, 0
    for i in range(40_000):
        low += i
        low, high = high, low
        if i % 5:
            total += spread([i, low])
    return total + low + high
