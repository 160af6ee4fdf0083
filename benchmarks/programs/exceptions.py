"""Errors raised and caught, by the program and by the language."""

from fractions import Fraction


class Problem(Exception):
    pass


def checked(n):
    if n % 3 == 0:
        raise Problem({"code": n})
    return n


def attempt(n):
    try:
        return checked(n)
    except Problem as problem:
        return problem.args[0]["code"]


def divide(a, b):
    try:
        return a // b if a % b == 0 else Fraction(a, b)
    except ZeroDivisionError:
        return 0


def benchmark():
    total = 0
    for i in range(6000):
        total += attempt(i) + divide(12, i % 4)
    return total
