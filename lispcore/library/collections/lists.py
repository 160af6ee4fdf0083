"""Lists: building them, taking them apart, and the basic questions about any sequence."""

from __future__ import annotations

from typing import Final

from lispcore.library.arguments import ABSENT, count_argument, integer_argument
from lispcore.library.collections.mutable import MutableArray
from lispcore.library.collections.sequences_access import (
    LENGTHS,
    check_size,
    own_list,
    sequence_items,
    wrong_sequence,
)
from lispcore.library.registry import WaitKind, function
from lispcore.values.comparing import equal
from lispcore.values.errors import LateError, LispError, wrong_type
from lispcore.values.types import (
    EMPTY,
    FALSE,
    IDENTITY_TYPES,
    HashMap,
    List,
    Map,
    Value,
    Vector,
    cons,
)

CHAPTER: Final = "lists"
WAITING = WaitKind.NEVER


# --- building ----------------------------------------------------------------------------------


@function(
    "list",
    "& items:any",
    "list",
    "Returns the list of its arguments.",
    [("(list 1 (+ 1 1) :three)", "(1 2 :three)"), ("(list)", "()")],
)
def make(*items: Value) -> List:
    return List(list(items[::-1]), len(items)) if items else EMPTY


@function(
    "cons",
    "item:any rest:list",
    "list",
    "Returns the list that begins with `item` and goes on with `rest`. There are no dotted pairs: "
    "anything but a list in second place becomes the second of two items, and nil counts as the "
    "empty list.",
    [
        ("(cons 'a '(b c))", "(a b c)"),
        ("(cons 1 2)", "(1 2)"),
        ("(cons 1 nil)", "(1)"),
    ],
)
def make_longer(item: Value, rest: Value) -> List:
    return cons(item, rest)


@function(
    "append",
    "& sequences:list|vector",
    "list",
    "Returns one list with the items of all the lists and vectors given, in order.",
    [
        ("(append '(1 2) [3] '(4 5))", "(1 2 3 4 5)"),
        ("(append)", "()"),
        ("(append '(1) 2)", "error: list or vector"),
    ],
)
def append(*sequences: Value) -> List:
    if not sequences:
        return EMPTY
    last = sequences[-1]
    if len(sequences) == 2 and type(last) is List and type(sequences[0]) is List:
        return append_two(sequences[0], last)
    for place, each in enumerate(sequences):
        if type(each) is not List and type(each) is not Vector:
            raise wrong_sequence("append", each, place + 1, "list or vector")
    if type(last) is List and last.count and last.count == len(last.cells):
        # The last list may lend its storage: the items before it are added as `cons` would.
        cells, sequences = last.cells, sequences[:-1]
    else:
        cells = []
    # Cells stand last item first.
    before = len(cells)
    for each in reversed(sequences):
        if type(each) is Vector:
            cells += each.items[::-1]
        elif each.cells is not cells:
            cells += each.cells if each.count == len(each.cells) else each.cells[: each.count]
        else:
            cells += cells[: min(each.count, before)]
    return List(cells, len(cells)) if cells else EMPTY


def append_two(first: List, last: List) -> List:
    """Returns the list with the items of two lists."""
    if not first.count:
        return last
    if not last.count:
        return first
    before = first.cells if first.count == len(first.cells) else first.cells[: first.count]
    cells = last.cells
    if last.count == len(cells) and cells is not before:
        cells += before
    else:
        cells = cells[: last.count] + before
    return List(cells, first.count + last.count)


@function(
    "range",
    "[start:int] end:int [step:int]",
    "list",
    "Returns the integers from `start` (0 unless given) up to but without `end`, `step` apart (1 "
    "unless given). A negative step counts down.",
    [
        ("(range 4)", "(0 1 2 3)"),
        ("(range 2 6)", "(2 3 4 5)"),
        ("(range 10 0 -3)", "(10 7 4 1)"),
        ("(range 0 5 0)", "error: step cannot be 0"),
    ],
)
def integers(first: Value, end: Value = ABSENT, step: Value = 1, /) -> List:
    start = integer_argument("range", first, 1)
    if end is ABSENT:
        start, end = 0, start
    else:
        integer_argument("range", end, 2)
    if integer_argument("range", step, 3) == 0:
        raise LispError("range: step cannot be 0", hint="use 1 to count up, -1 to count down")
    numbers = range(start, end, step)
    return _list_of_range("range", numbers)


def _list_of_range(name: str, numbers: range) -> List:
    try:
        size = len(numbers)
    except OverflowError:
        size = abs((numbers.stop - numbers.start) // numbers.step)
    check_size(name, size)
    return List(list(numbers[::-1]), size) if size else EMPTY


@function(
    "iota",
    "count:int [start:int] [step:int]",
    "list",
    "Returns `count` integers, the first `start` (0 unless given), each `step` (1 unless given) "
    "above the one before.",
    [("(iota 3)", "(0 1 2)"), ("(iota 3 5)", "(5 6 7)"), ("(iota 4 0 -10)", "(0 -10 -20 -30)")],
)
def iota(count: Value, start: Value = 0, step: Value = 1) -> List:
    size = max(integer_argument("iota", count, 1), 0)
    first = integer_argument("iota", start, 2)
    distance = integer_argument("iota", step, 3)
    check_size("iota", size)
    if distance == 0:
        return List([first] * size, size) if size else EMPTY
    return _list_of_range("iota", range(first, first + size * distance, distance))


@function(
    "list/repeat",
    "count:int value:any",
    "list",
    "Returns a list that holds the same value `count` times.",
    [('(list/repeat 3 "ho")', '("ho" "ho" "ho")'), ("(list/repeat 0 1)", "()")],
    aliases=("make-list",),
)
def repeat(count: Value, value: Value) -> List:
    size = count_argument("list/repeat", count, 1)
    check_size("list/repeat", size)
    return List([value] * size, size) if size else EMPTY


# --- taking apart ------------------------------------------------------------------------------


def _first(name: str, value: Value) -> Value:
    if type(value) is List:
        return value.cells[value.count - 1] if value.count else None
    if type(value) is Vector:
        items = value.items
        return items[0] if items else None
    raise wrong_sequence(name, value, 1, "list or vector")


def _rest(name: str, value: Value, steps: int = 1) -> Value:
    if type(value) is List:
        count = value.count - steps
        return List(value.cells, count) if count > 0 else EMPTY
    if type(value) is Vector:
        return Vector(value.items[steps:])
    raise wrong_sequence(name, value, 1, "list or vector")


@function(
    "car",
    "sequence:list|vector",
    "any",
    "Returns the first item of a list or vector, nil if there is none.",
    [("(car '(1 2 3))", "1"), ("(car '())", "nil"), ("(car 5)", "error: list or vector")],
)
def car(sequence: Value) -> Value:
    return _first("car", sequence)


@function(
    "cdr",
    "sequence:list|vector",
    "list|vector",
    "Returns what follows the first item: a list for a list, a vector for a vector.",
    [("(cdr '(1 2 3))", "(2 3)"), ("(cdr '())", "()"), ("(cdr [1 2 3])", "[2 3]")],
)
def cdr(sequence: Value) -> Value:
    return _rest("cdr", sequence)


@function(
    "first",
    "sequence:list|vector",
    "any",
    "Returns the first item of a list or vector, nil if there is none. The same as `car`.",
    [("(first [:a :b])", ":a"), ("(first [])", "nil")],
)
def first(sequence: Value) -> Value:
    return _first("first", sequence)


@function(
    "rest",
    "sequence:list|vector",
    "list|vector",
    "Returns all but the first item, as a list or vector like the argument. The same as `cdr`.",
    [("(rest '(1 2 3))", "(2 3)"), ("(rest [1])", "[]")],
)
def rest(sequence: Value) -> Value:
    return _rest("rest", sequence)


def _enter_composition(letters: str, example: str, result: str) -> None:
    """Enters one of cadr, cddr and so on; `letters` are those between c and r."""
    name = f"c{letters}r"
    path = letters[::-1]
    drops = len(path) - len(path.lstrip("d"))
    remaining = path[drops:]
    steps = " of ".join("(car" if letter == "a" else "(cdr" for letter in letters)
    steps = steps.replace(" of ", " ") + " x" + ")" * len(letters)

    @function(
        name,
        "x:list|vector",
        "any",
        f"Short for `{steps}`.",
        [(example, result)],
    )
    def compose(x: Value) -> Value:
        if remaining == "a" and type(x) is List:
            place = x.count - drops
            return x.cells[place - 1] if place > 0 else None
        value = _rest(name, x, drops) if drops else x
        for letter in remaining:
            value = _first(name, value) if letter == "a" else _rest(name, value)
        return value


for _letters, _example, _result in (
    ("aa", "(caar '((1 2) 3))", "1"),
    ("ad", "(cadr '(1 2 3))", "2"),
    ("da", "(cdar '((1 2) 3))", "(2)"),
    ("dd", "(cddr '(1 2 3))", "(3)"),
    ("aaa", "(caaar '(((1) 2) 3))", "1"),
    ("aad", "(caadr '(1 (2 3)))", "2"),
    ("ada", "(cadar '((1 2) 3))", "2"),
    ("add", "(caddr '(1 2 3))", "3"),
    ("daa", "(cdaar '(((1 2)) 3))", "(2)"),
    ("dad", "(cdadr '(1 (2 3)))", "(3)"),
    ("dda", "(cddar '((1 2 3)))", "(3)"),
    ("ddd", "(cdddr '(1 2 3 4))", "(4)"),
):
    _enter_composition(_letters, _example, _result)


@function(
    "last",
    "sequence:sequence",
    "any",
    "Returns the last item, nil if there is none.",
    [("(last '(1 2 3))", "3"), ("(last [])", "nil")],
)
def last(sequence: Value) -> Value:
    if type(sequence) is List:
        return sequence.cells[0] if sequence.count else None
    items = sequence_items("last", sequence, 1)
    return items[-1] if items else None


_WITH_ITEMS: Final = (Vector, MutableArray)


@function(
    "nth",
    "sequence:sequence index:int",
    "any",
    "Returns the item at an index, counting from 0. Takes the same time wherever the item is.",
    [
        ("(nth '(a b c) 1)", "b"),
        ("(nth [10 20] 0)", "10"),
        ("(nth '(1 2) 2)", "error: index 2 out of bounds (length 2)"),
    ],
)
def nth(sequence: Value, index: Value) -> Value:
    if type(index) is not int:
        integer_argument("nth", index, 2)
    if index >= 0:
        if type(sequence) is List:
            place = sequence.count - index
            if place > 0:
                return sequence.cells[place - 1]
        elif type(sequence) in _WITH_ITEMS and index < len(sequence.items):
            return sequence.items[index]
    if type(sequence) is not List and type(sequence) not in _WITH_ITEMS:
        raise wrong_sequence("nth", sequence, 1, "list or vector")
    length = LENGTHS[type(sequence)](sequence)
    raise LateError(_no_item, index, length)


def _no_item(index: int, length: int) -> tuple[str, str]:
    hint = "(list/nth-or sequence index default) does not fail"
    if index < 0:
        return f"nth: index must be non-negative, got {index}", hint
    return f"nth: index {index} out of bounds (length {length})", hint


@function(
    "list/nth-or",
    "sequence:sequence index:int default:any",
    "any",
    "Returns the item at an index, counting from 0, or `default` if the sequence is too short.",
    [("(list/nth-or '(a b) 1 :none)", "b"), ("(list/nth-or '(a b) 9 :none)", ":none")],
)
def nth_or(sequence: Value, index: Value, default: Value) -> Value:
    items = sequence_items("list/nth-or", sequence, 1)
    place = count_argument("list/nth-or", index, 2)
    return items[place] if place < len(items) else default


# --- size and order ----------------------------------------------------------------------------


@function(
    "length",
    "collection:any",
    "int",
    "Returns how many items a list, vector, map, bytevector, typed or mutable array has, and how "
    "many characters a string.",
    [("(length '(a b c))", "3"), ('(length "héllo")', "5"), ("(length {:a 1})", "1")],
)
def length(collection: Value) -> int:
    measure = LENGTHS.get(type(collection))
    if measure is None:
        raise wrong_type(
            "length",
            "list, vector, string, map, hashmap, bytevector, typed array, or mutable-array",
            collection,
        )
    return measure(collection)


_COUNTED: Final = (List, Vector, str, Map, HashMap)


@function(
    "count",
    "collection:list|vector|map|string|nil",
    "int",
    "Returns how many items a list or vector, entries a map or characters a string has. Unlike "
    "`length` it counts nil as empty.",
    [("(count {:a 1 :b 2})", "2"), ("(count nil)", "0"), ('(count "hi")', "2")],
)
def count_items(collection: Value) -> int:
    if collection is None:
        return 0
    kind = type(collection)
    if kind not in _COUNTED:
        error = wrong_type("count", "collection", collection)
        if kind in LENGTHS:
            error.hint = "use (length …) for this type"
        raise error
    return LENGTHS[kind](collection)


@function(
    "reverse",
    "sequence:list|vector",
    "list|vector",
    "Returns the items in the opposite order, as a list or vector like the argument.",
    [("(reverse '(1 2 3))", "(3 2 1)"), ("(reverse [1 2])", "[2 1]")],
)
def reverse(sequence: Value) -> Value:
    if type(sequence) is List:
        count = sequence.count
        return List(sequence.cells[count - 1 :: -1], count) if count else EMPTY
    if type(sequence) is Vector:
        return Vector(sequence.items[::-1])
    error = wrong_sequence("reverse", sequence, 1, "list or vector")
    if type(sequence) is str:
        error.hint = "(string/reverse text) turns a text around"
    raise error


# --- parts -------------------------------------------------------------------------------------


@function(
    "take",
    "count:int sequence:sequence",
    "list",
    "Returns the first `count` items, or all if there are fewer.",
    [("(take 2 '(a b c))", "(a b)"), ("(take 9 [1 2])", "(1 2)")],
)
def take(count: Value, sequence: Value) -> List:
    number = count_argument("take", count, 1)
    if type(sequence) is List:
        size = sequence.count
        if number >= size:
            return sequence
        return List(sequence.cells[size - number : size], number) if number else EMPTY
    return own_list(sequence_items("take", sequence, 2)[:number])


@function(
    "drop",
    "count:int sequence:sequence",
    "list",
    "Returns the list of all but the first `count` items.",
    [("(drop 2 '(a b c))", "(c)"), ("(drop 9 '(1))", "()")],
)
def drop(count: Value, sequence: Value) -> List:
    number = count_argument("drop", count, 1)
    if type(sequence) is List:
        size = sequence.count - number
        return List(sequence.cells, size) if size > 0 else EMPTY
    return own_list(sequence_items("drop", sequence, 2)[number:])


@function(
    "list/take-last",
    "count:int sequence:sequence",
    "list",
    "Returns the last `count` items, or all if there are fewer.",
    [("(list/take-last 2 '(a b c))", "(b c)"), ("(list/take-last 9 '(a))", "(a)")],
)
def take_last(count: Value, sequence: Value) -> List:
    number = count_argument("list/take-last", count, 1)
    items = sequence_items("list/take-last", sequence, 2)
    return own_list(items[max(len(items) - number, 0) :])


@function(
    "list/drop-last",
    "count:int sequence:sequence",
    "list",
    "Returns the list of all but the last `count` items.",
    [("(list/drop-last 1 '(a b c))", "(a b)"), ("(list/drop-last 9 '(a))", "()")],
)
def drop_last(count: Value, sequence: Value) -> List:
    number = count_argument("list/drop-last", count, 1)
    items = sequence_items("list/drop-last", sequence, 2)
    return own_list(items[: max(len(items) - number, 0)])


@function(
    "list/split-at",
    "sequence:sequence index:int",
    "list",
    "Returns two lists: the first `index` items and the others.",
    [("(list/split-at '(a b c) 1)", "((a) (b c))"), ("(list/split-at '(a) 5)", "((a) ())")],
)
def split_at(sequence: Value, index: Value) -> List:
    items = sequence_items("list/split-at", sequence, 1)
    place = count_argument("list/split-at", index, 2)
    return List([own_list(items[place:]), own_list(items[:place])], 2)


# --- association lists -------------------------------------------------------------------------


def find_pair(name: str, key: Value, pairs: Value) -> Value:
    """Returns the first list in `pairs` whose first item equals `key`, or #f."""
    kind = type(key)
    if kind in IDENTITY_TYPES:
        for pair in sequence_items(name, pairs, 2):
            if type(pair) is List and pair.count and pair.cells[pair.count - 1] is key:
                return pair
        return FALSE
    is_simple = kind is int or kind is str
    for pair in sequence_items(name, pairs, 2):
        if type(pair) is List and pair.count:
            head = pair.cells[pair.count - 1]
            if type(head) is kind and (head == key if is_simple else equal(head, key)):
                return pair
    return FALSE


@function(
    "assq",
    "key:any pairs:list",
    "list|#f",
    "Returns the first of the lists in `pairs` that begins with `key`, #f if there is none. Keys "
    "are compared by contents, as in `assoc`.",
    [("(assq 'b '((a 1) (b 2)))", "(b 2)"), ("(assq 'z '((a 1)))", "#f")],
)
def assq(key: Value, pairs: Value) -> Value:
    return find_pair("assq", key, pairs)


@function(
    "assv",
    "key:any pairs:list",
    "list|#f",
    "Returns the first of the lists in `pairs` that begins with `key`, #f if there is none. Keys "
    "are compared by contents, as in `assoc`.",
    [('(assv 2 \'((1 "one") (2 "two")))', '(2 "two")')],
)
def assv(key: Value, pairs: Value) -> Value:
    return find_pair("assv", key, pairs)
