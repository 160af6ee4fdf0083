"""The game of life on a board of lists."""

SIZE = 24


def neighbours(board, y, x):
    above, here, below = board[(y - 1) % SIZE], board[y], board[(y + 1) % SIZE]
    left, right = (x - 1) % SIZE, (x + 1) % SIZE
    return (
        above[left]
        + above[x]
        + above[right]
        + here[left]
        + here[right]
        + below[left]
        + below[x]
        + below[right]
    )


def evolve(board):
    made = []
    for y in range(SIZE):
        row = []
        for x in range(SIZE):
            n = neighbours(board, y, x)
            row.append(1 if n == 3 else board[y][x] if n == 2 else 0)
        made.append(row)
    return made


def benchmark():
    board = [[1 if (y * y * 3 + x * 7) % 5 == 0 else 0 for x in range(SIZE)] for y in range(SIZE)]
    for _ in range(12):
        board = evolve(board)
    return sum(sum(row) for row in board)
