"""Functions made by functions: composition and partial application."""

from functools import reduce


def compose(f, g):
    return lambda x: f(g(x))


def adder(n):
    return lambda x: x + n


def benchmark():
    one = adder(1)
    pipeline = reduce(lambda f, n: compose(adder(n), f), range(10), compose(one, one))
    return sum(pipeline(i) for i in range(10_000))
