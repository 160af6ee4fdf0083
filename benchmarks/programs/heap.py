"""A leftist heap of small lists: items put in, merged and taken out in order."""


def rank(heap):
    return 0 if heap is None else heap[0]


def make_heap(item, left, right):
    if rank(left) < rank(right):
        return [1 + rank(left), item, right, left]
    return [1 + rank(right), item, left, right]


def merge(one, other):
    if one is None:
        return other
    if other is None:
        return one
    if one[1] < other[1]:
        return make_heap(one[1], one[2], merge(one[3], other))
    return make_heap(other[1], other[2], merge(one, other[3]))


def benchmark():
    heap = None
    for i in range(250):
        heap = merge([1, i * 7919 % 1009, None, None], heap)
    place, total = 1, 0
    while heap is not None:
        total += place * heap[1]
        heap = merge(heap[2], heap[3])
        place += 1
    return total
