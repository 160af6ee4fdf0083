"""A job over 100,000 lines: split, filter, count by key, find the most frequent."""

LOG = "\n".join(
    f"{i * 7 % 24}:00 {'INFO' if i % 9 else 'ERROR'} host{i % 40}" for i in range(100_000)
)


def benchmark():
    counts = {}
    for line in LOG.split("\n"):
        if "ERROR" in line:
            host = line.split(" ")[2]
            counts[host] = counts.get(host, 0) + 1
    return max(counts.values())
