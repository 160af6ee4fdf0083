"""Look-ups in a list of pairs."""

TABLE = [
    ("alpha", 1),
    ("beta", 2),
    ("gamma", 3),
    ("delta", 4),
    ("epsilon", 5),
    ("zeta", 6),
    ("eta", 7),
    ("theta", 8),
]


def lookup(name, entries):
    for key, value in entries:
        if key == name:
            return value
    return 0


def benchmark():
    names = ["alpha", "theta", "gamma", "missing", "eta", "beta"]
    total = 0
    for _ in range(5000):
        for name in names:
            total += lookup(name, TABLE)
    return total
