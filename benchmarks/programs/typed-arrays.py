"""Typed arrays: mapped, folded, multiplied, read one by one."""

from array import array


def benchmark():
    steps = array("d", range(20_000))
    values = array("d", (0.5 * x + 1.0 for x in steps))
    rises = 0.0
    for i in range(1, len(values)):
        rises += values[i] - values[i - 1]
    product = sum(a * b for a, b in zip(values, steps, strict=True))
    return int(rises + sum(values) + product + sum(x * x for x in values))
