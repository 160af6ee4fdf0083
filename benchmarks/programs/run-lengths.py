"""Strings taken apart character by character: run lengths written and read back."""

TEXT = "".join(["abcd"[i * i % 4] * (1 + i * 5 % 9) for i in range(80)])


def encode(text):
    current, count, parts = None, 0, []
    for character in text:
        if character == current:
            count += 1
            continue
        if current is not None:
            parts.append(f"{count}{current}")
        current, count = character, 1
    if current is not None:
        parts.append(f"{count}{current}")
    return "".join(parts)


def decode(text):
    count, result = 0, ""
    for c in text:
        if c.isnumeric():
            count = 10 * count + ord(c) - 48
        else:
            result += c * count
            count = 0
    return result


def benchmark():
    packed = encode(TEXT)
    return f"{len(packed)} {'#t' if decode(packed) == TEXT else '#f'}"
