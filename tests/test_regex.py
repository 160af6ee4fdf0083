"""The functions on regular expressions."""

from __future__ import annotations

import pytest

from lispcore.library.regex import regex
from lispcore.values.errors import LispError
from lispcore.values.types import intern_keyword, list_items


def test_offsets_count_bytes() -> None:
    found = regex.match("b+", "éébb日")
    assert (found.get(intern_keyword("start")), found.get(intern_keyword("end"))) == (4, 6)


def test_empty_matches_never_touch_the_match_before() -> None:
    assert list_items(regex.find_all("a*", "baac")) == ["", "aa", ""]
    assert regex.replace_all("x*", "-", "axb") == "-a-b-"


def test_references_in_replacements() -> None:
    assert regex.replace_all("(?P<first>a)(b)?", "[$first${2}$$$9]", "ab a") == "[ab$] [a$]"


@pytest.mark.parametrize(
    "pattern", ["(", ")", "[a", "a{2,1}", "*a", "\\q", "(?P<n>a)(?P<n>b)", "\\"]
)
def test_broken_patterns_say_why(pattern: str) -> None:
    with pytest.raises(LispError, match="invalid regex pattern: "):
        regex.is_match(pattern, "text")


def test_replacing_has_a_limit() -> None:
    with pytest.raises(LispError, match="the limit is"):
        regex.replace_all("a", "b" * 100_000, "a" * 10_000)
