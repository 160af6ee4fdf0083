"""A search tree whose nodes are small lists: a value, and what is less and what is more."""


def insert(tree, key):
    if tree is None:
        return [key, None, None]
    value = tree[0]
    if key < value:
        return [value, insert(tree[1], key), tree[2]]
    return [value, tree[1], insert(tree[2], key)]


def depth(tree):
    if tree is None:
        return 0
    return 1 + max(depth(tree[1]), depth(tree[2]))


def benchmark():
    tree = None
    for i in range(800):
        tree = insert(tree, i * 7919 % 4001)
    return depth(tree)
