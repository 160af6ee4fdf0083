"""The engine whose time is linear finds what Python's finds, on every pattern."""

from __future__ import annotations

import random
import re

import pytest

from lispcore.library.regex import regex
from lispcore.library.regex.regex_automaton import Automaton, PatternTooLarge
from lispcore.library.regex.regex_translation import PatternError, translate
from lispcore.values.errors import LispError
from lispcore.values.types import list_items

LEAVES = ["a", "b", "ab", "[ab]", "[^a]", ".", r"\w", r"\d", r"\b", "x", "(?i:A)", "é", "$", r"\B"]
QUANTIFIERS = ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?", "{2,}"]


_EMPTY_TURNS = re.compile(r"([*?,}]|\\[bB]|[|$].*)\)+[*+{]")


def random_pattern(source: random.Random, depth: int = 0) -> str:
    """Returns a small regular expression."""
    kind = source.random()
    if depth > 3 or kind < 0.45:
        return source.choice(LEAVES)
    inner = random_pattern(source, depth + 1)
    if kind < 0.6:
        return inner + random_pattern(source, depth + 1)
    if kind < 0.7:
        return f"(?:{inner}|{random_pattern(source, depth + 1)})"
    if kind < 0.8:
        return f"({inner})"
    return f"(?:{inner}){source.choice(QUANTIFIERS)}"


def test_finds_what_pythons_engine_finds() -> None:
    source = random.Random(11)
    compared = 0
    for _ in range(1500):
        pattern = random_pattern(source)
        try:
            translated, names, tree = translate(pattern)
        except PatternError:
            continue
        python, ours = re.compile(translated), Automaton(tree, len(names))
        for _ in range(3):
            text = "".join(source.choice("aabbcx é\n1") for _ in range(source.randint(0, 9)))
            expected, found = python.search(text), ours.search(text)
            assert (expected is None) == (found is None), (pattern, text)
            # How often a loop turns whose body can match nothing is nowhere laid down.
            if expected is not None and found is not None and not _EMPTY_TURNS.search(pattern):
                assert found.span() == expected.span(), (pattern, text)
                assert found.groups() == expected.groups(), (pattern, text)
            compared += 1
    assert compared > 4000


def test_groups_and_lazy_loops() -> None:
    _, names, tree = translate(r"(a+?)(a*)(?:(b)|c)")
    found = Automaton(tree, len(names)).search("xaaac")
    assert found is not None
    assert (found.span(), found.groups()) == ((1, 5), ("a", "aa", None))
    assert (found.group(), found[0], found[3]) == ("aaac", "aaac", None)


def test_a_pattern_that_is_too_large_when_written_out() -> None:
    _, names, tree = translate("((a{100}){100}){100}")
    with pytest.raises(PatternTooLarge):
        Automaton(tree, len(names))
    with pytest.raises(LispError, match="repeats too many parts"):
        regex.is_match("((a?){1000}){1000}", "a" * 50)


BOMBS = [
    ("(a+)+b", "a" * 5000),
    ("(a|aa)+b", "a" * 5000),
    (r"^(\w+\s?)*$", "abc " * 1000 + "!"),
    ("(.*)*x", "a" * 5000),
    (".*.*.*x", "a" * 5000),
    ("a*a*a*a*a*b", "a" * 5000),
    (r"(([a-z])+.)+[A-Z]([a-z])+$", "a" * 5000),
    (r"\s+$", " " * 50_000 + "x"),
    (r"\d+x", "1" * 50_000),
    (r"(a*)*" * 10 + "b", "a" * 2000),
]


@pytest.mark.parametrize(("pattern", "text"), BOMBS)
def test_patterns_that_backtrack_for_ever_elsewhere(pattern: str, text: str) -> None:
    assert list_items(regex.find_all(pattern, text)) == []
    assert regex.replace_all(pattern, "", text) == text


def test_replacing_and_splitting_with_the_linear_engine() -> None:
    text = "x" * 60 + "y" + "x" * 40
    assert list_items(regex.split("(x+x+)+y", text)) == ["", "x" * 40]
    assert regex.replace_all("(x+x+)+y", "<$1>", text) == "<" + "x" * 60 + ">" + "x" * 40
