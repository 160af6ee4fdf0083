"""Finding and blacking out secrets and personal data in a text. Positions are bytes of UTF-8."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final, NamedTuple

from lispcore.library.arguments import display, string_argument
from lispcore.library.regex.regex import matches
from lispcore.library.registry import function
from lispcore.values.errors import wrong_type
from lispcore.values.late_patterns import late_pattern
from lispcore.values.types import List, Map, Value, intern_keyword, list_from, list_items

# Texts that look as random as this, in bits per character, are taken for secrets.
MIN_ENTROPY: Final = 3.5


class Finding(NamedTuple):
    """A stretch of a text, in characters, and what it was taken for."""

    start: int
    end: int
    kind: str


_SECRETS: Final[tuple[tuple[str, str], ...]] = (
    ("aws-access-key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("jwt", r"\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"),
    ("slack-token", r"\bxox[baprs]-[0-9A-Za-z-]{10,}"),
    ("github-token", r"\bgh[pousr]_[0-9A-Za-z]{36,}\b"),
    ("private-key", r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
)
_ASSIGNMENT: Final = late_pattern(
    r"""\b(?:api[_-]?key|secret|token|password|passwd|pwd|access[_-]?key|auth)"""
    r"""\s*[:=]\s*['"]?([A-Za-z0-9_\-./+=]{16,})""",
    re.IGNORECASE,
)
_BLOB: Final = late_pattern(r"[A-Za-z0-9+/=_-]{32,}")
# What stands before and behind the @ of an e-mail address.
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_MAILBOX: Final = frozenset(_LETTERS + _LETTERS.upper() + "0123456789._%+-")
_MAIL_HOST: Final = late_pattern(r"[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
_OCTET: Final = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4: Final = late_pattern(rf"\b(?:{_OCTET}\.){{3}}{_OCTET}\b", re.ASCII)
_PHONE: Final = late_pattern(
    r"(?:\+?1[-. ]?)?(?:\([0-9]{3}\)|(?<![0-9])[0-9]{3})[-. ]?[0-9]{3}[-. ]?[0-9]{4}(?![0-9])"
)


def entropy(text: str) -> float:
    """Returns the Shannon entropy of a text in bits per character."""
    total = len(text)
    counts = [text.count(each) / total for each in set(text)]
    return -sum(share * math.log2(share) for share in counts)


def _secret_candidates(text: str) -> Iterator[Finding]:
    for kind, pattern in _SECRETS:
        # Only the parts of a web token may be so long that a failure costs time.
        found = matches(pattern, text) if kind == "jwt" else re.finditer(pattern, text)
        for match in found if kind != "jwt" or "eyJ" in text else ():
            yield Finding(match.start(), match.end(), kind)
    for match in _ASSIGNMENT.finditer(text):
        if entropy(match[1]) >= MIN_ENTROPY:
            yield Finding(match.start(), match.end(), "api-key")
    for match in _BLOB.finditer(text):
        if entropy(match.group()) >= MIN_ENTROPY:
            yield Finding(match.start(), match.end(), "high-entropy")


def _pii_candidates(text: str) -> Iterator[Finding]:
    yield from _emails(text)
    for kind, pattern in (("ipv4", _IPV4), ("phone", _PHONE)):
        for match in pattern.finditer(text):
            yield Finding(match.start(), match.end(), kind)


def _emails(text: str) -> Iterator[Finding]:
    """Yields the e-mail addresses: from each @ to the left and to the right.

    A pattern for the whole would begin anew at every letter of a long word.
    """
    end = 0
    at = text.find("@")
    while at >= 0:
        start = at
        while start > end and text[start - 1] in _MAILBOX:
            start -= 1
        host = _MAIL_HOST.match(text, at + 1) if start < at else None
        if host is not None:
            end = host.end()
            yield Finding(start, end, "email")
        at = text.find("@", max(end, at + 1))


def _without_overlaps(candidates: Iterator[Finding]) -> list[Finding]:
    """Returns the findings in the order of the text; an earlier rule wins where two overlap."""
    kept: list[Finding] = []
    for each in candidates:
        place = bisect_left(kept, each)
        clear_before = not place or kept[place - 1].end <= each.start
        if clear_before and (place == len(kept) or kept[place].start >= each.end):
            kept.insert(place, each)
    return kept


def _finding_maps(text: str, findings: list[Finding]) -> List:
    maps: list[Map] = []
    position = offset = 0
    for start, end, kind in findings:
        offset += len(text[position:start].encode("utf-8", "surrogatepass"))
        position = start
        match = text[start:end]
        fields: dict[str, Value] = {
            "type": kind,
            "match": match,
            "start": offset,
            "end": offset + len(match.encode("utf-8", "surrogatepass")),
        }
        maps.append(Map({intern_keyword(name): value for name, value in fields.items()}))
    return list_from(maps)


@function(
    "secret/detect",
    "text:string",
    "list",
    "Finds what looks like a credential: AWS keys, JSON web tokens, Slack and GitHub tokens, "
    "private keys, assignments such as `api_key = …`, and long random texts. Each is a map with "
    "`:type`, `:match`, `:start` and `:end`.",
    [
        ('(map :type (secret/detect "id AKIAABCDEFGHIJKLMNOP"))', '("aws-access-key")'),
        ('(secret/detect "nothing here")', "()"),
    ],
)
def detect_secrets(text: Value) -> List:
    source = string_argument("secret/detect", text, 1)
    return _finding_maps(source, _without_overlaps(_secret_candidates(source)))


@function(
    "secret/redact",
    "text:string",
    "string",
    "Returns the text with everything that `secret/detect` finds blacked out.",
    [('(secret/redact "id AKIAABCDEFGHIJKLMNOP.")', '"id «redacted:aws-access-key»."')],
)
def redact_secrets(text: Value) -> Value:
    source = string_argument("secret/redact", text, 1)
    for start, end, kind in reversed(_without_overlaps(_secret_candidates(source))):
        source = f"{source[:start]}«redacted:{kind}»{source[end:]}"
    return source


@function(
    "pii/detect",
    "text:string",
    "list",
    "Finds e-mail addresses, IPv4 addresses and American phone numbers.",
    [('(map :match (pii/detect "mail ann@site.org or 10.0.0.1"))', '("ann@site.org" "10.0.0.1")')],
)
def detect_personal_data(text: Value) -> List:
    source = string_argument("pii/detect", text, 1)
    return _finding_maps(source, _without_overlaps(_pii_candidates(source)))


@function(
    "redact/spans",
    "text:string spans:list",
    "string",
    "Blacks out stretches given as maps with `:start` and `:end` (bytes of UTF-8) and perhaps a "
    "`:label`. Spans that do not fit the text are passed over.",
    [
        (
            '(redact/spans "call Ann" (list {:start 5 :end 8 :label "name"}))',
            '"call «redacted:name»"',
        )
    ],
)
def redact_spans(text: Value, spans: Value) -> Value:
    source = string_argument("redact/spans", text, 1)
    if type(spans) is not List:
        raise wrong_type("redact/spans", "list", spans, 2)
    data = source.encode("utf-8", "surrogatepass")
    wanted: list[tuple[int, int, str]] = []
    for each in list_items(spans):
        if not isinstance(each, Map):
            continue
        start, end = each.get(intern_keyword("start")), each.get(intern_keyword("end"))
        if type(start) is not int or type(end) is not int:
            continue
        start, end = max(0, start), min(len(data), end)
        if start < end and _is_boundary(data, start) and _is_boundary(data, end):
            label = each.get(intern_keyword("label"))
            mark = "«redacted»" if label is None else f"«redacted:{display(label)}»"
            wanted.append((start, end, mark))
    return _blacked_out(data, wanted)


def _is_boundary(data: bytes, position: int) -> bool:
    return position == len(data) or data[position] & 0xC0 != 0x80


def _blacked_out(data: bytes, wanted: list[tuple[int, int, str]]) -> str:
    parts: list[bytes] = []
    position = 0
    for start, end, mark in sorted(wanted, key=lambda span: span[0]):
        if start >= position:
            parts += [data[position:start], mark.encode("utf-8", "surrogatepass")]
            position = end
    data = b"".join([*parts, data[position:]])
    return data.decode("utf-8", "surrogatepass")


@function(
    "hash/digest",
    "text:string",
    "string",
    "Returns the SHA-256 hash of a text, to recognize a redacted value by.",
    [('(= (hash/digest "a") (hash/sha256 "a"))', "#t")],
)
def digest(text: Value) -> Value:
    import hashlib

    source = string_argument("hash/digest", text, 1)
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
