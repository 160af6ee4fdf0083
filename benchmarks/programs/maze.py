"""The shortest way through a maze of strings: a queue of places, and a set of what was seen."""

from collections import deque

MAZE = [
    "#################",
    "#S..#.....#.....#",
    "#.#.#.###.#.###.#",
    "#.#...#.#...#...#",
    "#.#####.#####.#.#",
    "#.#.........#.#.#",
    "#.#.#######.#.#.#",
    "#...#.....#...#.#",
    "#.###.###.#####.#",
    "#.....#.......#E#",
    "#################",
]


def neighbours(place):
    row, column = place
    places = [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
    return [(r, c) for r, c in places if MAZE[r][c] != "#"]


def search(start):
    queue = deque([(start, 0)])
    seen = {start}
    while queue:
        place, steps = queue.popleft()
        if MAZE[place[0]][place[1]] == "E":
            return steps
        for each in neighbours(place):
            if each not in seen:
                seen.add(each)
                queue.append((each, steps + 1))
    return None


def benchmark():
    return search((1, 1))
