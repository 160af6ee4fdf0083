"""Many small tuples that live shortly: trees built and walked."""


def make_tree(depth):
    return (make_tree(depth - 1), make_tree(depth - 1)) if depth else ()


def check(tree):
    return 1 + check(tree[0]) + check(tree[1]) if tree else 1


def benchmark():
    return sum(check(make_tree(11)) for _ in range(8))
