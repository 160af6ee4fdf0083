"""The game of life without a board: a set of the places of living cells."""

GLIDER = [(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)]
BLINKER = [(10, 10), (10, 11), (10, 12)]
STEPS = [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)]


def neighbours(cell):
    x, y = cell
    return [(x + dx, y + dy) for dx, dy in STEPS]


def next_generation(cells):
    counts = {}
    for cell in cells:
        for each in neighbours(cell):
            counts[each] = counts.get(each, 0) + 1
    return {cell for cell, n in counts.items() if n == 3 or (n == 2 and cell in cells)}


def benchmark():
    cells = {*GLIDER, *BLINKER}
    for _ in range(12):
        cells = next_generation(cells)
    return sum(x * y for x, y in cells)
