"""Bodies that attract each other."""

from itertools import combinations
from math import sqrt


def make_system():
    return [
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 39.47],
        [4.84, -1.16, -0.10, 0.60, 2.81, -0.02, 0.037],
        [8.34, 4.12, -0.40, -1.01, 1.82, 0.008, 0.011],
        [12.89, -15.11, -0.22, 1.08, 0.86, -0.01, 0.0017],
        [15.37, -25.9, 0.17, 0.97, 0.59, -0.03, 0.002],
    ]


def advance(bodies, pairs, dt):
    for a, b in pairs:
        dx, dy, dz = a[0] - b[0], a[1] - b[1], a[2] - b[2]
        squared = dx * dx + dy * dy + dz * dz
        pull = dt / (squared * sqrt(squared))
        from_b, from_a = b[6] * pull, a[6] * pull
        a[3] -= dx * from_b
        a[4] -= dy * from_b
        a[5] -= dz * from_b
        b[3] += dx * from_a
        b[4] += dy * from_a
        b[5] += dz * from_a
    for body in bodies:
        body[0] += dt * body[3]
        body[1] += dt * body[4]
        body[2] += dt * body[5]


def benchmark():
    bodies = make_system()
    pairs = list(combinations(bodies, 2))
    for _ in range(300):
        advance(bodies, pairs, 0.01)
    return int(1_000_000 * bodies[1][0])
