"""Pattern matching over lists, dictionaries and literals, with guards."""


def simplify(e):
    match e:
        case ["add", 0, b]:
            return simplify(b)
        case ["add", a, 0]:
            return simplify(a)
        case ["mul", 1, b]:
            return simplify(b)
        case ["mul", a, 1]:
            return simplify(a)
        case ["mul", 0, _]:
            return 0
        case [op, a, b]:
            return [op, simplify(a), simplify(b)]
        case other:
            return other


def area(shape):
    match shape:
        case {"kind": "circle", "radius": r}:
            return 3 * r * r
        case {"kind": "rectangle", "width": w, "height": h}:
            return w * h
        case {"kind": "square", "side": s} if s > 3:
            return s * s
        case _:
            return 1


EXPRESSION = ["add", ["mul", 1, ["add", 3, 0]], ["mul", ["add", 0, 5], ["mul", 2, 1]]]
SHAPES = [
    {"kind": "circle", "radius": 2},
    {"kind": "rectangle", "width": 3, "height": 4},
    {"kind": "square", "side": 5},
    {"kind": "square", "side": 2},
]


def benchmark():
    total = 0
    for _ in range(1500):
        total += simplify(EXPRESSION)[1]
        for shape in SHAPES:
            total += area(shape)
    return total
