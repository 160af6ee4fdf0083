"""Quicksort over lists that are made anew."""


def quicksort(items):
    if not items:
        return []
    pivot, *others = items
    return [
        *quicksort([x for x in others if x < pivot]),
        pivot,
        *quicksort([x for x in others if x >= pivot]),
    ]


def numbers(n, seed):
    made = []
    for _ in range(n):
        made.append(seed)
        seed = (seed * 1103 + 12345) % 65536
    return made


def benchmark():
    items = quicksort(numbers(4000, 42))
    return items[0] + items[-1] + items[2000]
