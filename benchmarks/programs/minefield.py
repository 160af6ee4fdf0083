"""A grid by row and column: mines around each place counted, then an area uncovered."""

WIDTH, HEIGHT = 16, 12
FIELD = [[(x * 7 + y * 11 + x * y) % 9 == 0 for x in range(WIDTH)] for y in range(HEIGHT)]
AROUND = [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)]


def inside(x, y):
    return 0 <= x < WIDTH and 0 <= y < HEIGHT


def mine(x, y):
    return inside(x, y) and FIELD[y][x]


def count_mines(x, y):
    count = 0
    for dx, dy in AROUND:
        if mine(x + dx, y + dy):
            count += 1
    return count


def uncover(seen, x, y):
    key = y * WIDTH + x
    if not inside(x, y) or mine(x, y) or key in seen:
        return
    mines = seen[key] = count_mines(x, y)
    if mines <= 1:
        for dx, dy in AROUND:
            uncover(seen, x + dx, y + dy)


def draw(seen):
    rows = []
    for y in range(HEIGHT):
        row = [seen.get(y * WIDTH + x) for x in range(WIDTH)]
        rows.append("".join(["#" if n is None else "." if n == 0 else str(n) for n in row]))
    return "/".join(rows)


def benchmark():
    seen = {}
    uncover(seen, 3, 5)
    return draw(seen)
