"""Keys are taken out of replies, wherever the network cuts them."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest

from lispcore.llm.inspection import REDACTED
from lispcore.llm.scrubbing import Scrubber

KEY = "sk-proj-a/b+c=d_E0123456789"
KEYS = (KEY, "gsk_another-key-9876", "short", "")


def scrubbed(*pieces: bytes) -> bytes:
    return b"".join(Scrubber(KEYS).pieces(pieces))


@pytest.mark.parametrize(
    "written",
    [
        KEY,
        quote(KEY, safe=""),
        json.dumps(KEY),
        json.dumps(KEY).replace("/", "\\/"),
        base64.b64encode(KEY.encode()).decode(),
        base64.b64encode(b"Bearer " + KEY.encode()).decode(),
        base64.urlsafe_b64encode(b"x:" + KEY.encode() + b":y").decode(),
        "gsk_another-key-9876",
    ],
)
def test_a_key_is_found_wherever_the_reply_is_cut(written: str) -> None:
    reply = f'{{"error": "wrong key {written}!", "more": "sk-proj-a"}}'.encode()
    inside = written.strip('"')[8:-8].encode()
    whole = scrubbed(reply)
    assert inside not in whole
    assert REDACTED.encode() in whole
    assert whole.startswith(b'{"error": "wrong key ')
    assert whole.endswith(b'"more": "sk-proj-a"}')
    for cut in range(len(reply) + 1):
        assert scrubbed(reply[:cut], reply[cut:]) == whole, cut
    assert scrubbed(*(bytes([each]) for each in reply)) == whole


def test_nothing_else_changes_or_waits() -> None:
    words = [b"data: skills are short\n\n", b"data: s", b"k-proj", b"ect\n\n", b""]
    assert scrubbed(*words) == b"".join(words)
    assert next(iter(Scrubber(KEYS).pieces(words))) == words[0]  # at once
    assert list(Scrubber(()).pieces(words)) == words
    assert Scrubber(KEYS).text("short \ud800 words") == "short \ud800 words"
    assert Scrubber(KEYS).text(f"Illegal header value b'Bearer {KEY}'") == (
        f"Illegal header value b'Bearer {REDACTED}'"
    )


def test_one_key_within_another() -> None:
    both = Scrubber(("abcdefgh", "abcdefghijkl"))
    assert b"".join(both.pieces([b"x abcdefghijkl y"])) == f"x {REDACTED} y".encode()
