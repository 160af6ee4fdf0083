"""Puts characters together that a server cut in two.

Servers that count in UTF-16 units may end a chunk in the middle of an emoji; JSON then carries each
half of the surrogate pair by itself.
"""

from __future__ import annotations


class CharacterJoiner:
    """Text in, whole characters out; a half at the end waits for the other half."""

    def __init__(self) -> None:
        self._half = ""

    def feed(self, text: str) -> str:
        """Returns the text that is whole by now."""
        text = self._half + text
        self._half = ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            self._half = text[-1]
            text = text[:-1]
        return joined(text)

    def finish(self) -> str:
        """Returns what is left: a replacement character for a half that stayed alone."""
        half, self._half = self._half, ""
        return joined(half)


def joined(text: str) -> str:
    """Returns the text with surrogate pairs as characters; lone ones become U+FFFD."""
    if not any("\ud800" <= letter <= "\udfff" for letter in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
