"""Symbolic derivation over nested lists."""


def derive(e):
    if isinstance(e, int):
        return 0
    if isinstance(e, str):
        return 1 if e == "x" else 0
    operator, *parts = e
    if operator in ("+", "-"):
        return [operator, *(derive(part) for part in parts)]
    if operator == "*":
        return ["*", e, ["+", *(["/", derive(part), part] for part in parts)]]
    if operator == "/":
        a, b = parts
        return ["-", ["/", derive(a), b], ["/", a, ["*", b, b, derive(b)]]]
    raise ValueError("unknown operator")


def size(e):
    return sum(size(part) for part in e) if isinstance(e, list) else 1


EXPRESSION = [
    "+",
    ["*", 3, "x", "x"],
    ["*", "a", "x", "x"],
    ["*", "b", "x"],
    ["/", ["-", "x", 1], ["+", "x", 5]],
    5,
]


def benchmark():
    return sum(size(derive(EXPRESSION)) for _ in range(400))
