"""All ways to place queens on a board."""


def safe(row, placed):
    for distance, other in enumerate(reversed(placed), 1):
        if other == row or abs(other - row) == distance:
            return False
    return True


def place(column, size, placed):
    if column == size:
        return 1
    found = 0
    for row in range(size):
        if safe(row, placed):
            found += place(column + 1, size, [*placed, row])
    return found


def benchmark():
    return place(0, 8, [])
