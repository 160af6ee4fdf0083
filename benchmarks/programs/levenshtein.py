"""The distance between two words, row by row."""

WORDS = [
    "interpretation",
    "international",
    "specialisation",
    "internationalisation",
    "characteristic",
    "transformation",
    "transcendental",
    "configuration",
]


def distance(a, b):
    previous = list(range(len(b) + 1))
    for i, c in enumerate(a, 1):
        row = [i]
        for j, d in enumerate(b):
            row.append(previous[j] if c == d else 1 + min(row[j], previous[j], previous[j + 1]))
        previous = row
    return previous[-1]


def benchmark():
    return sum(distance(a, b) for a in WORDS for b in WORDS)
