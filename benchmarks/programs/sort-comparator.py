"""Sorting with a comparison of one's own, and by a key."""

from functools import cmp_to_key

ROWS = [(i * 7919 % 997, i * 31 % 101, i) for i in range(4000)]


def compare(a, b):
    if a[0] != b[0]:
        return -1 if a[0] < b[0] else 1
    return (a[1] > b[1]) - (a[1] < b[1])


def benchmark():
    rows = sorted(ROWS, key=cmp_to_key(compare))
    by_key = sorted(ROWS, key=lambda row: -row[1])
    return rows[100][2] + rows[3000][2] + by_key[2000][2]
