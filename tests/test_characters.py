"""Characters of many scripts."""

from __future__ import annotations

import pytest

from lispcore.library.texts import characters
from lispcore.values.errors import LispError
from lispcore.values.types import FALSE, TRUE, intern_character


@pytest.mark.parametrize("text", ["a", "é", "λ", "日", "ª", "Ⅷ", "\u0345", "ि", "ⓐ"])
def test_letters(text: str) -> None:
    assert characters.is_alphabetic(intern_character(text)) is TRUE


@pytest.mark.parametrize("text", ["1", "_", " ", "\u0301", "½", "🙂", "्"])
def test_what_is_no_letter(text: str) -> None:
    assert characters.is_alphabetic(intern_character(text)) is FALSE


def test_numbers_and_spaces() -> None:
    assert characters.is_numeric(intern_character("½")) is TRUE
    assert characters.is_numeric(intern_character("一")) is FALSE
    assert characters.is_white_space(intern_character("\u3000")) is TRUE
    assert characters.is_white_space(intern_character("\x1c")) is FALSE


def test_a_string_is_no_character() -> None:
    with pytest.raises(LispError) as caught:
        characters.upcase("a")
    assert caught.value.hint is not None
    assert "#\\a" in caught.value.hint
