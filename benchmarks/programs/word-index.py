"""An index of words: a text split, where each word stands, and the most frequent first."""

LINES = [
    "the quick brown fox",
    "jumps over the lazy dog",
    "while another fox sleeps",
    "in the sun",
]
TEXT = "\n".join([LINES[i % 4] for i in range(60)])


def index_text(text):
    index = {}
    for number, line in enumerate(text.split("\n"), 1):
        for word in line.split(" "):
            index.setdefault(word, []).append(number)
    return index


def benchmark():
    index = index_text(TEXT)
    top = sorted(index, key=lambda word: (-len(index[word]), word))
    return ",".join(f"{word}:{len(index[word])}:{index[word][-1]}" for word in top[:5])
