"""Deep calls: a call as the argument of a tail call."""


def ack(m, n):
    while m:
        if n == 0:
            m, n = m - 1, 1
        else:
            m, n = m - 1, ack(m, n - 1)
    return n + 1


def benchmark():
    return ack(2, 160) + ack(3, 5)
