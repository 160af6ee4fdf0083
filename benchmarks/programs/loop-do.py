"""One loop inside the other."""


def benchmark():
    total = 0
    for i in range(500):
        for j in range(500):
            total += i * j
    return total
