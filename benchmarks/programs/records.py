"""Small objects made, read and replaced."""


class Particle:
    __slots__ = ("dx", "dy", "x", "y")

    def __init__(self, x, y, dx, dy):
        self.x = x
        self.y = y
        self.dx = dx
        self.dy = dy


def move(p):
    x, y = p.x + p.dx, p.y + p.dy
    return Particle(x, y, -p.dx if x < 0 or x > 100 else p.dx, -p.dy if y < 0 or y > 100 else p.dy)


def benchmark():
    particles = [Particle(i, 2 * i, 3 - i % 7, 2 - i % 5) for i in range(50)]
    for _ in range(200):
        particles = [move(p) for p in particles]
    return sum(p.x + p.y for p in particles)
