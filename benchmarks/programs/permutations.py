"""All orders of seven things, made by hand."""


def permutations(items):
    if not items:
        return [[]]
    return [
        [x, *rest] for x in items for rest in permutations([other for other in items if other != x])
    ]


def benchmark():
    return sum(p[0] * p[-1] for p in permutations([1, 2, 3, 4, 5, 6, 7]))
