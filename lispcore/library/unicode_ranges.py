"""A Unicode property that Python's `unicodedata` lacks: Other_Alphabetic (PropList.txt).

These marks and signs count as letters although their general category is no letter: vowel signs of
many scripts, and letters in circles and boxes.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from typing import Final

OTHER_ALPHABETIC: Final = (
    "345 363-36f 5b0-5bd 5bf 5c1-5c2 5c4-5c5 5c7 610-61a 64b-657 659-65f 670 6d6-6dc 6e1-6e4 "
    "6e7-6e8 6ed 711 730-73f 7a6-7b0 816-817 81b-823 825-827 829-82c 8d4-8df 8e3-8e9 8f0-903 "
    "93a-93b 93e-94c 94e-94f 955-957 962-963 981-983 9be-9cc 9d7 9e2-9e3 a01-a03 a3e-a4c a51 "
    "a70-a71 a75 a81-a83 abe-acc ae2-ae3 afa-afc b01-b03 b3e-b4c b56-b57 b62-b63 b82 bbe-bcc "
    "bd7 c00-c04 c3e-c4c c55-c56 c62-c63 c81-c83 cbe-ccc cd5-cd6 ce2-ce3 d00-d03 d3e-d4c d57 "
    "d62-d63 d81-d83 dcf-ddf df2-df3 e31 e34-e3a e4d eb1 eb4-eb9 ebb-ebc ecd f71-f83 f8d-fbc "
    "102b-1036 1038 103b-103e 1056-1059 105e-1060 1062-1064 1067-106d 1071-1074 1082-108d 108f "
    "109a-109d 1712-1713 1732-1733 1752-1753 1772-1773 17b6-17c8 1885-1886 18a9 1920-1938 "
    "1a17-1a1b 1a55-1a5e 1a61-1a74 1abf-1ac0 1acc-1b04 1b35-1b43 1b80-1b82 1ba1-1ba9 1bac-1bad "
    "1be7-1bf1 1c24-1c36 1dd3-1df4 24b6-24e9 2de0-2dff a674-a67b a69e-a69f a802 a80b a823-a827 "
    "a880-a881 a8b4-a8c3 a8c5 a8ff a926-a92a a947-a952 a980-a983 a9b4-a9bf a9e5 aa29-aa36 aa43 "
    "aa4c-aa4d aa7b-aa7d aab0 aab2-aab4 aab7-aab8 aabe aaeb-aaef aaf5 abe3-abea fb1e "
    "10376-1037a 10a01-10a0f 10d24-10d27 10eab-10eac 11000-11002 11038-11045 11073-11074 "
    "11080-11082 110b0-110b8 110c2 11100-11102 11127-11132 11145-11146 11180-11182 111b3-111bf "
    "111ce-111cf 1122c-11234 11237 1123e 112df-112e8 11300-11303 1133e-1134c 11357 11362-11363 "
    "11435-11441 11443-11445 114b0-114c1 115af-115be 115dc-115dd 11630-1163e 11640 116ab-116b5 "
    "1171d-1172a 1182c-11838 11930-1193c 11940 11942 119d1-119df 119e4 11a01-11a0a 11a35-11a39 "
    "11a3b-11a3e 11a51-11a5b 11a8a-11a97 11c2f-11c3e 11c92-11cb6 11d31-11d41 11d43 11d47 "
    "11d8a-11d96 11ef3-11ef6 16f4f 16f51-16f92 16ff0-16ff1 1bc9e 1e000-1e02a 1e947 1f130-1f149 "
    "1f150-1f169 1f170-1f189 "
)


@cache
def _bounds() -> tuple[list[int], list[int]]:
    starts: list[int] = []
    ends: list[int] = []
    for part in OTHER_ALPHABETIC.split():
        first, _, last = part.partition("-")
        starts.append(int(first, 16))
        ends.append(int(last or first, 16))
    return starts, ends


def is_other_alphabetic(character: str) -> bool:
    """Tells whether a character has the property."""
    starts, ends = _bounds()
    place = bisect_right(starts, ord(character)) - 1
    return place >= 0 and ord(character) <= ends[place]
