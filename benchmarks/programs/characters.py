"""Strings as characters: palindromes, and a cipher."""


def rotate(c):
    if "a" <= c <= "z":
        return chr(97 + (ord(c) - 97 + 13) % 26)
    if "A" <= c <= "Z":
        return chr(65 + (ord(c) - 65 + 13) % 26)
    return c


def palindrome(text):
    i, j = 0, len(text) - 1
    while i < j:
        if text[i] != text[j]:
            return False
        i += 1
        j -= 1
    return True


def benchmark():
    total = 0
    for i in range(500):
        text = f"The quick brown fox {i} jumps over the lazy dog {i}"
        total += len("".join(rotate(c) for c in text)) + palindrome(text + text[::-1])
    return total
