"""Integers and floats as text, and digits as integers: any size, without a limit of digits."""

from __future__ import annotations

import re
import sys
from typing import Final

# A number in a text of data (JSON, TOML) that has more digits is an attack and no measurement:
# reading it takes time that grows faster than the text, and nothing can stop it meanwhile.
MOST_DIGITS_IN_DATA: Final = 100_000
# Only the first digit of a number is a place to begin: so the search takes the text's length.
_LONG_NUMBER: Final = re.compile(rf"(?<![0-9_])[0-9_]{{{MOST_DIGITS_IN_DATA + 1}}}")


def find_long_number(text: str) -> int:
    """Returns where a number stands that is too long for a text of data, -1 if there is none."""
    found = _LONG_NUMBER.search(text) if len(text) > MOST_DIGITS_IN_DATA else None
    return -1 if found is None else found.start()


def float_text(number: float) -> str:
    """Returns the shortest text that reads back as this float, without an exponent: ``1e21`` is
    ``1000000000000000000000.0``. Very large ones are written out digit by digit."""
    text = repr(number)
    if "e" not in text:
        if text[-1] == "n":
            return "NaN"
        return text
    if abs(number) >= 1:
        return f"{number:.1f}"
    from decimal import Decimal

    return format(Decimal(text), "f")


# Beyond this many digits Python's conversion refuses its service where a program has not been
# given more (process_settings.py), and takes time that grows with the square in Python 3.11.
_DIRECT_DIGITS: Final = 4000
_DIRECT_BITS: Final = 13000  # so many bits have fewer digits than that: 13000 · log10(2) = 3913
_QUICK: Final = sys.version_info >= (3, 12)


def _is_direct() -> bool:
    return _QUICK and sys.get_int_max_str_digits() == 0


def int_text(number: int) -> str:
    """Returns the decimal digits of an integer."""
    if number.bit_length() <= _DIRECT_BITS or _is_direct():
        return str(number)
    sign, number = ("-", -number) if number < 0 else ("", number)
    digits = int(number.bit_length() / 3.3219) + 1
    powers = [10**_DIRECT_DIGITS]
    width = _DIRECT_DIGITS
    while width * 2 <= digits:
        powers.append(powers[-1] * powers[-1])
        width *= 2
    # Split from the top: every piece becomes two of half the width.
    pieces = [number]
    for power_of_ten in reversed(powers):
        pieces = [part for piece in pieces for part in divmod(piece, power_of_ten)]
    text = "".join(str(piece).zfill(_DIRECT_DIGITS) for piece in pieces)
    return sign + text.lstrip("0")


def int_from_digits(text: str) -> int:
    """Returns the integer of decimal digits, with or without a sign in front."""
    if len(text) <= _DIRECT_DIGITS or _is_direct():
        return int(text)
    negative = text[0] == "-"
    digits = text.lstrip("+-")
    pad = -len(digits) % _DIRECT_DIGITS
    digits = "0" * pad + digits
    pieces = [int(digits[i : i + _DIRECT_DIGITS]) for i in range(0, len(digits), _DIRECT_DIGITS)]
    factor = 10**_DIRECT_DIGITS
    while len(pieces) > 1:
        if len(pieces) % 2:
            pieces.insert(0, 0)
        pieces = [pieces[i] * factor + pieces[i + 1] for i in range(0, len(pieces), 2)]
        factor *= factor
    return -pieces[0] if negative else pieces[0]
