"""How many columns a text takes on a terminal, and where one visible character ends.

Widths follow Unicode's East Asian Width (UAX #11), clusters the rules of UAX #29 as far as the
properties in Python's `unicodedata` go: combining marks, joiners, variation selectors, flags,
skin tones, Hangul syllables and Indic conjuncts written with a joiner.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Control sequences that a terminal swallows: CSI, OSC and its kin, two-character escapes, and a
# sequence that the text ends in before it is complete.
ANSI_SEQUENCE: Final = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]?"
    r"|[\]PX^_](?:[^\x07\x1b]|\x1b(?!\\))*(?:\x07|\x1b\\)?"
    r"|[ -/]+[0-~]?|[0-~])?"
)

_JOINER: Final = "\u200d"
_EMOJI_STYLE: Final = "\ufe0f"
_ZERO_WIDTH: Final = frozenset(("Mn", "Me", "Cf"))
_NEVER_COMBINED: Final = frozenset("\r\n")


def strip_ansi(text: str) -> str:
    """Returns the text without terminal control sequences."""
    return ANSI_SEQUENCE.sub("", text) if "\x1b" in text else text


def graphemes(text: str) -> list[str]:
    """Returns the visible characters of a text, each as a string of one or more code points."""
    if text.isascii():
        if "\r\n" not in text:
            return list(text)
        return [match.group() for match in re.finditer(r"\r\n|[\0-\x7f]", text)]
    clusters: list[str] = []
    start = 0
    flags = 0  # regional indicators at the end of the current cluster
    for position in range(1, len(text) + 1):
        if position < len(text):
            before, after = text[position - 1], text[position]
            flags = flags + 1 if _is_flag_letter(before) else 0
            if _joined(text, start, before, after, flags):
                continue
        clusters.append(text[start:position])
        start = position
        flags = 0
    return clusters


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _joined(text: str, start: int, before: str, after: str, flags: int) -> bool:
    """Tells whether no cluster boundary lies between two neighbouring code points."""
    if before < "\u0300" and after < "\u0300":
        return before == "\r" and after == "\n"
    if before in _NEVER_COMBINED or unicodedata.category(before) in ("Cc", "Zl", "Zp"):
        return False
    if after == _JOINER or after == "\u200c" or "\U0001f3fb" <= after <= "\U0001f3ff":
        return True
    if "\U000e0020" <= after <= "\U000e007f":
        return True
    category = unicodedata.category(after)
    if category in ("Mn", "Me", "Mc"):
        return True
    if before == _JOINER and _is_pictograph(after):
        return start < len(text) and _is_pictograph(text[start])
    if _is_flag_letter(before) and _is_flag_letter(after):
        return flags % 2 == 1
    return _hangul_joined(before, after)


def _is_pictograph(character: str) -> bool:
    return character >= "\u203c" and unicodedata.category(character) in ("So", "Sm", "Po", "Cn")


def _hangul_joined(before: str, after: str) -> bool:
    if "\u1100" <= before <= "\u115f":
        return "\u1100" <= after <= "\u11a7" or "\uac00" <= after <= "\ud7a3"
    if "\uac00" <= before <= "\ud7a3":
        open_syllable = (ord(before) - 0xAC00) % 28 == 0
        return "\u11a8" <= after <= "\u11ff" or (open_syllable and "\u1160" <= after <= "\u11a7")
    if "\u1160" <= before <= "\u11a7":
        return "\u1160" <= after <= "\u11ff"
    return "\u11a8" <= before <= "\u11ff" and "\u11a8" <= after <= "\u11ff"


def character_width(character: str) -> int:
    """Returns the columns of one code point: 0, 1 or 2; a line feed 0, other controls 1."""
    if character < "\x7f":
        return 0 if character == "\n" else 1
    if unicodedata.category(character) in _ZERO_WIDTH:
        return 1 if "\u0600" <= character <= "\u0605" else 0
    if "\u1160" <= character <= "\u11ff" or character == "\u3164":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cluster_width(cluster: str) -> int:
    """Returns the columns of one visible character."""
    if len(cluster) == 1:
        return character_width(cluster)
    if cluster == "\r\n":
        return 0
    first = cluster[0]
    if _is_flag_letter(first):
        return 2
    styled = _EMOJI_STYLE in cluster or _JOINER in cluster or cluster[1] >= "\U0001f3fb"
    if styled and (_is_pictograph(first) or first in "#*0123456789\xa9\xae"):
        return 2
    return sum(map(character_width, cluster))


def display_width(text: str) -> int:
    """Returns the columns that a text takes; terminal control sequences take none."""
    text = strip_ansi(text)
    if text.isascii():
        return len(text) - text.count("\n") - text.count("\r\n")
    return sum(map(cluster_width, graphemes(text)))


def take_width(text: str, width: int) -> str:
    """Returns as many visible characters from the front of the text as fit into `width` columns.

    Control sequences take no room and are all kept, so that a style that was on is switched off.
    """
    kept: list[str] = []
    room = width
    full = False
    position = 0
    for match in ANSI_SEQUENCE.finditer(text) if "\x1b" in text else ():
        room, full = _take_plain(text[position : match.start()], room, full, kept)
        kept.append(match.group())
        position = match.end()
    _take_plain(text[position:], room, full, kept)
    return "".join(kept)


def _take_plain(text: str, room: int, full: bool, kept: list[str]) -> tuple[int, bool]:
    if full:
        return room, True
    for cluster in graphemes(text):
        columns = cluster_width(cluster)
        if columns > room:
            return room, True
        kept.append(cluster)
        room -= columns
    return room, False


def wrap_words(text: str, width: int) -> list[str]:
    """Returns the lines of a text filled up to `width` columns; a longer word is broken."""
    width = max(width, 1)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_wrap_paragraph(paragraph, width))
    return lines


def _wrap_paragraph(paragraph: str, width: int) -> list[str]:
    lines: list[str] = []
    line: list[str] = []
    used = 0
    for word in paragraph.split(" "):
        if not word:
            continue
        columns = display_width(word)
        if line and used + 1 + columns <= width:
            line.append(word)
            used += 1 + columns
            continue
        if line:
            lines.append(" ".join(line))
        if columns > width:
            *whole, word = _break_word(word, width)
            lines.extend(whole)
            columns = display_width(word)
        line, used = [word], columns
    lines.append(" ".join(line))
    return lines


def _break_word(word: str, width: int) -> list[str]:
    pieces: list[str] = []
    piece = ""
    used = 0
    for cluster in graphemes(word):
        columns = cluster_width(cluster)
        if piece and used + columns > width:
            pieces.append(piece)
            piece, used = "", 0
        piece += cluster
        used += columns
    return [*pieces, piece]
