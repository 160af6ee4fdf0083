"""A trie of nested dicts with characters as keys: words put in, found and counted by prefix."""

STARTS = ["pre", "sub", "un", "inter", "re"]
STEMS = ["view", "act", "form", "set", "port", "tend", "mark"]
ENDS = ["", "s", "ed", "ing"]
WORDS = [STARTS[i % 5] + STEMS[i % 7] + ENDS[i % 4] for i in range(140)]


def insert(trie, word):
    for character in word:
        trie = trie.setdefault(character, {})
    trie["end"] = True


def size(trie):
    total = 0
    for key, child in trie.items():
        total += 1 if key == "end" else size(child)
    return total


def prefix_count(trie, prefix):
    for character in prefix:
        trie = trie.get(character)
        if trie is None:
            return 0
    return size(trie)


def benchmark():
    trie = {}
    for word in WORDS:
        insert(trie, word)
    total = 0
    for prefix in ["pre", "sub", "unf", "inter", "re", "ret", "x", "prema"]:
        total = 7 * total + prefix_count(trie, prefix)
    return total
