"""Counting words by hand."""

WORDS = [f"w{i * 7919 % 500}" for i in range(15_000)]


def benchmark():
    counts = {}
    for word in WORDS:
        counts[word] = counts.get(word, 0) + 1
    return max(counts.values())
