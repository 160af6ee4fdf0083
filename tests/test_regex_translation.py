"""From the dialect's patterns to Python's, judged by what they match."""

from __future__ import annotations

import re

import pytest

from lispcore.library.regex.regex_translation import PatternError, translate

MATCHES = [
    (r"a$", "a\n", False),
    (r"(?m)a$", "a\nb", True),
    (r"\Aab\z", "ab", True),
    (r"x(?i)y", "xY", True),
    (r"(?i:x)y", "XY", False),
    (r"(?i)a(?-i)b", "AB", False),
    (r"(?x) a  b # a comment", "ab", True),
    (r"(?s)a.b", "a\nb", True),
    (r"a++", "aaa", True),
    (r"^(a**)$", "aa", True),
    (r"^\p{Lu}\P{Lu}$", "Ab", True),
    (r"^\pL+$", "aé日", True),
    (r"\p{Greek}", "alpha", False),
    (r"^[a-z&&[^aeiou]]+$", "xyz", True),
    (r"^[a-z&&[^aeiou]]+$", "xyza", False),
    (r"^[\w--\d]+$", "abc", True),
    (r"^[\w--\d]+$", "ab1", False),
    (r"^[a-c~~b-d]+$", "ad", True),
    (r"^[a-c~~b-d]+$", "b", False),
    (r"^[[:alpha:]_]+$", "ab_", True),
    (r"^[[:^digit:]]$", "5", False),
    (r"\x{1F600}", "😀", True),
    (r"[]a]", "]", True),
    (r"[a\]]+", "]", True),
    (r"\bcat\b", "a cat!", True),
    (r"^\w+$", "न\u093f", True),
    (r"[^\W]", "é", True),
    (r"\-\/\#", "-/#", True),
]


@pytest.mark.parametrize(("pattern", "text", "matches"), MATCHES)
def test_meaning(pattern: str, text: str, matches: bool) -> None:
    translated, _, _ = translate(pattern, wide=not text.isascii())
    assert bool(re.search(translated, text)) is matches
    # what was translated for any text means the same for an ASCII one
    assert bool(re.search(translate(pattern)[0], text)) is matches


def test_lazy_and_greedy_change_places() -> None:
    assert re.match(translate("(?U)a+")[0], "aaa").group() == "a"
    assert re.match(translate("(?U)a+?")[0], "aaa").group() == "aaa"


def test_group_names_are_kept_by_number() -> None:
    assert translate("(a)(?P<x>b)(?:c)(?<y>d)")[1] == [None, None, "x", "y"]


@pytest.mark.parametrize(
    ("pattern", "position"), [("ab(", 2), ("a{x}", 1), ("[z-a]", 1), (r"\y", 0), (r"a\p{Nope}", 1)]
)
def test_mistakes_have_a_position(pattern: str, position: int) -> None:
    with pytest.raises(PatternError) as caught:
        translate(pattern)
    assert caught.value.position == position


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(PatternError, match="nested deeper"):
        translate("(" * 100_000)
    with pytest.raises(PatternError, match="nested deeper"):
        translate("[a&&" * 100_000)
