"""About how many tokens a text is, since no provider says so before it is asked.

Each provider counts in its own way. Four ASCII characters are one token, the rule of thumb of the
dialect's manual. Other scripts cost more a character; the figures are between those of the
tokenizers in use, measured with texts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import Final

# A token has so many parts.
_PARTS: Final = 20
_ASCII: Final = 5
# From which code point on a character costs how many parts of a token.
_COSTS: Final = (
    (0x0000, _ASCII),
    (0x0080, 8),  # Latin with accents
    (0x0370, 8),  # Greek
    (0x0400, 6),  # Cyrillic
    (0x0530, 7),  # Armenian
    (0x0590, 8),  # Hebrew, Arabic and their neighbours
    (0x0900, 7),  # the scripts of India
    (0x0E00, 8),  # Thai
    (0x0E80, 20),  # Lao, Tibetan
    (0x1000, 16),  # Burmese
    (0x10A0, 7),  # Georgian
    (0x1100, 16),  # parts of Hangul
    (0x1200, 40),  # Ethiopic, Cherokee and others that are rare in what models have read
    (0x1E00, 10),  # Latin with two marks, as in Vietnamese
    (0x1F00, 16),  # old Greek
    (0x2000, 16),  # punctuation
    (0x2070, 32),  # signs, arrows, mathematics
    (0x2E80, 18),  # radicals
    (0x3000, 15),  # Japanese and Chinese punctuation, kana
    (0x3400, 18),  # Han
    (0xA000, 40),
    (0xAC00, 16),  # Hangul
    (0xD800, 20),
    (0xF900, 18),  # Han, for compatibility
    (0xFB00, 20),
    (0xFE00, 10),  # marks that say how the one before looks
    (0xFF00, 15),  # wide forms
    (0x10000, 32),  # emoji and what else is outside of the basic plane
    (0x20000, 30),  # rare Han
    (0x30000, 40),
)
_STARTS: Final = tuple(start for start, _ in _COSTS)


def estimate_tokens(*texts: str) -> int:
    """Returns about how many tokens texts are together; the last, begun one does not count."""
    return sum(map(_parts_of, texts)) // _PARTS


def estimate_whole_tokens(*texts: str) -> int:
    """The same with the last, begun one."""
    return -(-sum(map(_parts_of, texts)) // _PARTS)


def _parts_of(text: str) -> int:
    if text.isascii():
        return len(text) * _ASCII
    return sum(
        count * _COSTS[bisect_right(_STARTS, ord(character)) - 1][1]
        for character, count in Counter(text).items()
    )
