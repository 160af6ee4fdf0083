"""Regular expressions: find all, take groups, replace, split."""

import re

LOG = "\n".join(
    f"2026-0{1 + i % 9}-1{i % 10} user{i % 50}@example.org took {i * 3} ms" for i in range(1500)
)
TOOK = re.compile(r"took (\d+) ms")


def duration(line):
    found = TOOK.search(line)
    return int(found[1]) if found else 0


def benchmark():
    return (
        len(re.findall(r"user\d+@[a-z]+\.org", LOG))
        + sum(duration(line) for line in LOG.split("\n"))
        + len(re.sub(r"(\d{4})-(\d{2})-(\d{2})", r"\3.\2.\1", LOG))
        + len(re.split(r"\s+", LOG))
    )
