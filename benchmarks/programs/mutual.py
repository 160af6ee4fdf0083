"""A cycle of three states. Python has no tail calls: the states take turns in a loop."""


def benchmark():
    n, total, state = 300_000, 0, 0
    while n:
        if state == 0:
            total += 1
            state = 1
        elif state == 1:
            total += 2
            state = 2
        else:
            total += 3
            state = 0
        n -= 1
    return total
