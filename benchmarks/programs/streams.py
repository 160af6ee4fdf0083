"""Primes by a sieve of generators."""

from itertools import count


def keep(p, numbers):
    for n in numbers:
        if n % p:
            yield n


def sieve():
    numbers = count(2)
    while True:
        p = next(numbers)
        yield p
        numbers = keep(p, numbers)


def benchmark():
    primes = sieve()
    return sum(next(primes) for _ in range(100))
