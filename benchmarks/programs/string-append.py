"""A long string built piece by piece."""


def benchmark():
    text = ""
    for i in range(40_000):
        text += f"{i},"
    return len(text)
