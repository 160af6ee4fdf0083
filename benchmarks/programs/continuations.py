"""The same in Python: a chain of functions, kept in a list, for want of tail calls."""


def product(items, k):
    pending = [k]
    for item in items:
        pending.append(lambda rest, item=item: item * rest % 10007)
    value = 1
    while pending:
        value = pending.pop()(value)
    return value


def benchmark():
    items = range(1, 401)
    total = 0
    for i in range(200):
        total += product(items, lambda x, i=i: x + i)
    return total
