"""Lists made by adding and mapping: subsets, and trees flattened and turned."""


def subsets(items):
    if not items:
        return [[]]
    others = subsets(items[1:])
    return others + [[items[0], *each] for each in others]


def tree(depth):
    if depth == 0:
        return depth
    return [tree(depth - 1), depth, tree(depth - 1)]


def flatten_tree(node):
    if isinstance(node, list):
        return [each for part in node for each in flatten_tree(part)]
    return [node]


def mirror(node):
    if isinstance(node, list):
        return [mirror(each) for each in reversed(node)]
    return node


def benchmark():
    total = sum(sum(each) for each in subsets(list(range(9))))
    turned = 0
    for each in flatten_tree(mirror(tree(7))):
        turned = 2 * (turned % 1000) + each
    return total + turned
