"""The area below a curve by Simpson's rule."""

from math import sqrt


def height(x):
    return sqrt(1.0 + x * x) / (2.0 + x * (x - 1.5))


def area(start, end, steps):
    width = (end - start) / steps
    total = height(start) + height(end)
    for i in range(1, steps):
        total += (4.0 if i % 2 else 2.0) * height(start + i * width)
    return total * (width / 3.0)


def benchmark():
    return int(1000000000 * area(0.0, 4.0, 60000))
