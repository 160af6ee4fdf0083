"""Takes keys out of what a server sends, however the network cuts it.

Some servers repeat a key in an error, or the request's headers in the body. A program must not see
it, for it could send it on. A server that hides a key on purpose (it has it anyway) cannot be told
from one that sends noise: looked for are a key as it is, and the ways in which formats write it.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Final

from lispcore.llm.inspection import REDACTED

# What is shorter is no secret, and would tear holes into ordinary words.
MIN_KEY_LENGTH: Final = 8
_REDACTED: Final = REDACTED.encode()


class Scrubber:
    """Takes certain keys out of texts, and out of bytes that arrive in pieces."""

    def __init__(self, keys: Iterable[str]) -> None:
        forms = {form for key in keys if len(key) >= MIN_KEY_LENGTH for form in _forms(key)}
        self._forms = tuple(sorted(forms, key=len, reverse=True))
        self._longest = max(map(len, self._forms), default=0)
        self._found = re.compile(b"|".join(map(re.escape, self._forms))) if self._forms else None
        self._first = frozenset(form[0] for form in self._forms)

    def text(self, text: str) -> str:
        """Returns a text without keys."""
        if self._found is None:
            return text
        data = text.encode("utf-8", "surrogatepass")
        return self._found.sub(_REDACTED, data).decode("utf-8", "surrogatepass")

    def pieces(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yields the same bytes without keys.

        What may be the beginning of a key waits for the next piece, nothing else.
        """
        if self._found is None:
            yield from pieces
            return
        waiting = b""
        try:
            for piece in pieces:
                data = self._found.sub(_REDACTED, waiting + piece)
                kept = self._beginning_at_end(data)
                waiting = data[len(data) - kept :]
                if len(data) > kept:
                    yield data[: len(data) - kept]
        except Exception:
            if waiting:
                yield waiting
            raise
        if waiting:
            yield waiting

    def _beginning_at_end(self, data: bytes) -> int:
        """Returns how many of the last bytes could be the beginning of a key."""
        for place in range(max(0, len(data) - self._longest + 1), len(data)):
            if data[place] in self._first and any(
                form.startswith(data[place:]) for form in self._forms
            ):
                return len(data) - place
        return 0


def _forms(key: str) -> Iterator[bytes]:
    """Yields the ways in which a key may be written in a reply."""
    from urllib.parse import quote, quote_plus

    yield key.encode("utf-8", "surrogatepass")
    whole = key.encode("utf-8", "replace")
    yield quote(whole, safe="").encode()
    yield quote_plus(whole).encode()
    yield (
        key.replace("\\", "\\\\").replace('"', '\\"').replace("/", "\\/").encode("utf-8", "replace")
    )
    # Base64, wherever in a text the key stands: the letters that are its own in each case.
    for before in range(3):
        coded = b64encode(b"\0" * before + whole)
        own = coded[(before * 8 + 5) // 6 : (before + len(whole)) * 8 // 6]
        if len(own) >= 2 * MIN_KEY_LENGTH:
            yield own
            yield own.translate(bytes.maketrans(b"+/", b"-_"))
