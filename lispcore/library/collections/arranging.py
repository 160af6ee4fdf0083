"""List functions that lay items out anew: pairs, pieces, pages, padding, flattening, chance."""

from __future__ import annotations

from typing import Final

from lispcore.library.arguments import ABSENT, count_argument, integer_argument, string_argument
from lispcore.library.collections.sequences_access import check_size, own_list, sequence_items
from lispcore.library.registry import WaitKind, function
from lispcore.values.errors import LispError
from lispcore.values.printing import print_value
from lispcore.values.types import EMPTY, List, Value, Vector

CHAPTER: Final = "lists"
WAITING = WaitKind.NEVER


@function(
    "zip",
    "sequence:sequence other:sequence & more:sequence",
    "list",
    "Returns the list of lists with one item of each sequence, until the shortest ends.",
    [
        ("(zip '(1 2) '(a b))", "((1 a) (2 b))"),
        ("(zip '(1 2 3) '(a) [:x :y])", "((1 a :x))"),
    ],
)
def zip_lists(sequence: Value, other: Value, *more: Value) -> List:
    sequences = [
        sequence_items("zip", each, place + 1)
        for place, each in enumerate((sequence, other, *more))
    ]
    if not more:
        return own_list([List([b, a], 2) for a, b in zip(*sequences, strict=False)])
    width = len(sequences)
    sequences.reverse()  # the cells of a list hold its last item first
    return own_list([List(list(row), width) for row in zip(*sequences, strict=False)])


@function(
    "list/interleave",
    "sequence:sequence other:sequence & more:sequence",
    "list",
    "Returns the first item of each sequence, then the second of each, until the shortest ends.",
    [("(list/interleave '(1 2 3) '(a b c))", "(1 a 2 b 3 c)")],
)
def interleave(sequence: Value, other: Value, *more: Value) -> List:
    sequences = [
        sequence_items("list/interleave", each, place + 1)
        for place, each in enumerate((sequence, other, *more))
    ]
    return own_list([item for row in zip(*sequences, strict=False) for item in row])


@function(
    "interpose",
    "separator:any sequence:sequence",
    "list",
    "Returns the items with the separator between each two of them.",
    [("(interpose 'and '(a b c))", "(a and b and c)")],
)
def interpose(separator: Value, sequence: Value) -> List:
    items = sequence_items("interpose", sequence, 2)
    result = [separator] * max(2 * len(items) - 1, 0)
    result[::2] = items
    return own_list(result)


@function(
    "list/chunk",
    "size:int sequence:sequence",
    "list",
    "Returns the items in lists of `size`; the last list may be shorter.",
    [("(list/chunk 2 '(1 2 3 4 5))", "((1 2) (3 4) (5))")],
)
def chunk(size: Value, sequence: Value) -> List:
    number = count_argument("list/chunk", size, 1)
    if number == 0:
        raise LispError("list/chunk: chunk size must be positive", hint="use 1 or more")
    # The cells of a list hold its last item first, so the pieces are cut from the reversed items.
    cells = sequence_items("list/chunk", sequence, 2)[::-1]
    size_of_last = len(cells) % number
    chunks = [List(cells[:size_of_last], size_of_last)] if size_of_last else []
    chunks += [
        List(cells[start : start + number], number)
        for start in range(size_of_last, len(cells), number)
    ]
    return List(chunks, len(chunks)) if chunks else EMPTY


@function(
    "list/sliding",
    "sequence:sequence size:int [step:int]",
    "list",
    "Returns every run of `size` neighbouring items, the starts `step` apart (1 unless given).",
    [
        ("(list/sliding '(1 2 3 4) 2)", "((1 2) (2 3) (3 4))"),
        ("(list/sliding '(1 2 3 4 5) 2 3)", "((1 2) (4 5))"),
    ],
)
def sliding(sequence: Value, size: Value, step: Value = 1) -> List:
    items = sequence_items("list/sliding", sequence, 1)
    number = count_argument("list/sliding", size, 2)
    distance = count_argument("list/sliding", step, 3)
    if number == 0 or distance == 0:
        what = "size" if number == 0 else "step"
        raise LispError(f"list/sliding: {what} must be positive", hint="use 1 or more")
    starts = range(0, len(items) - number + 1, distance)
    check_size("list/sliding", len(starts) * number)
    return own_list([own_list(items[start : start + number]) for start in starts])


@function(
    "list/page",
    "sequence:sequence page:int size:int",
    "list",
    "Returns the items of one page when there are `size` on each; the first page is 1.",
    [("(list/page (range 20) 2 5)", "(5 6 7 8 9)"), ("(list/page '(1 2) 9 5)", "()")],
)
def page(sequence: Value, page_number: Value, size: Value) -> List:
    items = sequence_items("list/page", sequence, 1)
    if integer_argument("list/page", page_number, 2) < 1:
        raise LispError("list/page: page must be >= 1", hint="the first page is 1")
    number = count_argument("list/page", size, 3)
    start = (page_number - 1) * number
    return own_list(items[start : start + number])


@function(
    "list/cross-join",
    "sequence:sequence other:sequence",
    "list",
    "Returns each pair of an item of the first sequence and one of the second.",
    [("(list/cross-join '(1 2) '(a b))", "((1 a) (1 b) (2 a) (2 b))")],
)
def cross_join(sequence: Value, other: Value) -> List:
    left = sequence_items("list/cross-join", sequence, 1)
    right = sequence_items("list/cross-join", other, 2)
    check_size("list/cross-join", len(left) * len(right))
    return own_list([List([b, a], 2) for a in left for b in right])


@function(
    "list/pad",
    "sequence:sequence length:int value:any",
    "list",
    "Returns the items followed by as many times `value` as it takes to reach the length.",
    [("(list/pad '(1 2) 4 0)", "(1 2 0 0)"), ("(list/pad '(1 2 3) 2 0)", "(1 2 3)")],
)
def pad(sequence: Value, length: Value, value: Value) -> List:
    items = sequence_items("list/pad", sequence, 1)
    size = count_argument("list/pad", length, 2)
    check_size("list/pad", size)
    return own_list([*items, *([value] * (size - len(items)))])


@function(
    "list/join",
    "sequence:sequence separator:string [last-separator:string]",
    "string",
    "Returns the items, written as in a program (strings in quotes), with the separator between "
    "them; the last separator may be another one. `string/join` joins strings without quotes.",
    [
        ('(list/join \'(1 2 3) ", ")', '"1, 2, 3"'),
        ('(list/join \'(1 2 3) ", " " and ")', '"1, 2 and 3"'),
    ],
)
def join(sequence: Value, separator: Value, last_separator: Value = ABSENT) -> str:
    texts = [print_value(item) for item in sequence_items("list/join", sequence, 1)]
    between: str = string_argument("list/join", separator, 2)
    if last_separator is ABSENT:
        return between.join(texts)
    ending: str = string_argument("list/join", last_separator, 3)
    if len(texts) < 2:
        return between.join(texts)
    return between.join(texts[:-1]) + ending + texts[-1]


@function(
    "flatten",
    "sequence:sequence",
    "list",
    "Returns one list in which each list or vector among the items is replaced by its own items. "
    "What lies deeper stays as it is.",
    [("(flatten '(1 (2 (3)) [4]))", "(1 2 (3) 4)")],
)
def flatten(sequence: Value) -> List:
    result: list[Value] = []
    for item in sequence_items("flatten", sequence, 1):
        if type(item) is List:
            if item.count:
                result += item.cells[item.count - 1 :: -1]
        elif type(item) is Vector:
            result += item.items
        else:
            result.append(item)
    return own_list(result)


@function(
    "flatten-deep",
    "value:any",
    "list",
    "Returns one list of everything that lies in the lists and vectors, however deep.",
    [("(flatten-deep '(1 (2 [3 (4)]) ()))", "(1 2 3 4)"), ("(flatten-deep 5)", "(5)")],
)
def flatten_deep(value: Value) -> List:
    leaves: list[Value] = []  # from the last to the first: the order of a list's cells
    stack: list[Value] = [value]
    while stack:
        item = stack.pop()
        if type(item) is List:
            stack += item
        elif type(item) is Vector:
            stack += item.items
        else:
            leaves.append(item)
            check_size("flatten-deep", len(leaves))
    leaves.reverse()
    return own_list(leaves)


@function(
    "list/shuffle",
    "sequence:sequence",
    "list",
    "Returns the items in an order left to chance.",
    [("(sort (list/shuffle '(3 1 2)))", "(1 2 3)")],
)
def shuffle(sequence: Value) -> List:
    import random

    items = list(sequence_items("list/shuffle", sequence, 1))
    random.shuffle(items)
    return own_list(items)


@function(
    "list/pick",
    "sequence:sequence",
    "any",
    "Returns an item left to chance.",
    [("(list/pick '(7 7 7))", "7"), ("(list/pick '())", "error: empty list")],
)
def pick(sequence: Value) -> Value:
    import random

    items = sequence_items("list/pick", sequence, 1)
    if not items:
        raise LispError("list/pick: empty list", hint="check (empty? items) first")
    return random.choice(items)
