"""The shortest edit between two lists of lines (Myers 1986, linear space)."""

from __future__ import annotations

from typing import Final, NamedTuple

# Beyond this many edits in one stretch the search is given up and the stretch replaced whole:
# its time grows with the square.
MAX_EDITS: Final = 1000


class Change(NamedTuple):
    """`old[old_start:old_end]` becomes `new[new_start:new_end]`."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def changes(old: list[str], new: list[str]) -> list[Change]:
    """Returns the changes in order, neighbouring deletions and insertions as one."""
    edits: list[Change] = []
    stack = [(0, len(old), 0, len(new))]
    while stack:
        a, b, c, d = stack.pop()
        while a < b and c < d and old[a] == new[c]:
            a, c = a + 1, c + 1
        while a < b and c < d and old[b - 1] == new[d - 1]:
            b, d = b - 1, d - 1
        if a == b and c == d:
            continue
        middle = _middle(old[a:b], new[c:d]) if a < b and c < d else None
        if middle is None:
            edits.append(Change(a, b, c, d))
        else:
            x, y = middle
            stack.append((a + x, b, c + y, d))
            stack.append((a, a + x, c, c + y))
    return _joined(edits)


def _joined(edits: list[Change]) -> list[Change]:
    result: list[Change] = []
    for edit in edits:
        last = result[-1] if result else None
        if last and last.old_end == edit.old_start and last.new_end == edit.new_start:
            result[-1] = Change(last.old_start, edit.old_end, last.new_start, edit.new_end)
        else:
            result.append(edit)
    return result


def _middle(old: list[str], new: list[str]) -> tuple[int, int] | None:
    """Returns a point that the shortest edit path goes through, found from both ends at once."""
    n, m = len(old), len(new)
    delta = n - m
    odd = delta % 2 != 0
    limit = (n + m + 1) // 2 + 1
    forward: dict[int, int] = {1: 0}
    backward: dict[int, int] = {1: 0}
    for d in range(min(limit, MAX_EDITS) + 1):
        for k in range(d, -d - 1, -2):
            x = _step(forward, k, d)
            start = x
            y = x - k
            while x < n and 0 <= y < m and old[x] == new[y]:
                x, y = x + 1, y + 1
            forward[k] = x
            meets = odd and abs(k - delta) <= d - 1
            if meets and x + backward.get(-(k - delta), 0) >= n:
                return _inside(start, start - k, n, m)
        for k in range(d, -d - 1, -2):
            x = _step(backward, k, d)
            y = x - k
            while x < n and 0 <= y < m and old[n - x - 1] == new[m - y - 1]:
                x, y = x + 1, y + 1
            backward[k] = x
            meets = not odd and abs(k - delta) <= d
            if meets and x + forward.get(-(k - delta), 0) >= n:
                return _inside(n - x, m - y, n, m)
    return None


def _step(reached: dict[int, int], k: int, d: int) -> int:
    if k == -d or (k != d and reached.get(k - 1, -1) < reached.get(k + 1, -1)):
        return reached[k + 1]
    return reached[k - 1] + 1


def _inside(x: int, y: int, n: int, m: int) -> tuple[int, int] | None:
    """Returns the point unless it splits nothing off."""
    if not (0 <= x <= n and 0 <= y <= m) or (x, y) in ((0, 0), (n, m)):
        return None
    return x, y
