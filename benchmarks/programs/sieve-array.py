"""The sieve of Eratosthenes in a list."""


def benchmark():
    limit = 60_000
    flags = [True] * limit
    found = 0
    for i in range(2, limit):
        if flags[i]:
            found += 1
            for j in range(i * i, limit, i):
                flags[j] = False
    return found
