"""Primes by division, kept in a list; then look-ups by bisection."""


def is_prime(n, primes):
    for p in primes:
        if p * p > n:
            return True
        if n % p == 0:
            return False
    return True


def find_primes(limit):
    primes = [2, 3]
    for n in range(5, limit, 2):
        if is_prime(n, primes):
            primes.append(n)
    return primes


def bisect(primes, n):
    low, high = 0, len(primes)
    while low < high:
        middle = (low + high) // 2
        if primes[middle] < n:
            low = middle + 1
        else:
            high = middle
    return low


def benchmark():
    primes = find_primes(8000)
    return sum(bisect(primes, n) for n in range(0, 8000, 4))
