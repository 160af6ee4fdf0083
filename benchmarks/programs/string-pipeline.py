"""Strings split, changed, filtered and joined."""

TEXT = " ".join(f"Word{i}{',' if i % 5 == 0 else ''}" for i in range(3000))


def benchmark():
    words = (word.lower().replace(",", "") for word in TEXT.split(" "))
    return len("\n".join(f"{word}-{word[::-1]}" for word in words if not word.endswith("7")))
