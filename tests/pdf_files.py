"""Writes small PDF files by hand: pages of text, facts, and protection by a password (RC4)."""

from __future__ import annotations

import hashlib

_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def pdf(pages: list[str], info: dict[str, str] | None = None, password: str | None = None) -> bytes:
    """Returns a PDF with one line of text for each line of each page.

    With a password it is encrypted as in PDF 1.3 (ISO 32000-1, 7.6.3, revision 2).
    """
    key, guard = _protection(password) if password is not None else (b"", b"")
    font = 3 + 2 * len(pages)
    kids = " ".join(f"{3 + 2 * number} 0 R" for number in range(len(pages)))
    objects: list[bytes] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
    ]
    for number, text in enumerate(pages):
        page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {4 + 2 * number} 0 R"
        objects.append(f"{page}/Resources<</Font<</F {font} 0 R>>>>>>".encode())
        content = _encrypted(_content(text), key, 4 + 2 * number)
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
    objects.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
    facts = "".join(f"/{name}({value})" for name, value in (info or {}).items())
    objects.append(f"<<{facts}>>".encode())
    return _assembled(objects, font + 1, guard)


def _content(text: str) -> bytes:
    shown = "".join(f"({line}) Tj T* " for line in text.split("\n"))
    return f"BT /F 12 Tf 14 TL 50 700 Td {shown}ET".encode("cp1252")


def _assembled(objects: list[bytes], info: int, guard: bytes) -> bytes:
    body = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(body)
    size = len(objects) + 1
    body += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    body += b"trailer\n<</Size %d/Root 1 0 R/Info %d 0 R%s>>\n" % (size, info, guard)
    return body + b"startxref\n%d\n%%%%EOF\n" % start


def _protection(password: str) -> tuple[bytes, bytes]:
    """Returns the key and the entries of the trailer for a password of the user and the owner."""
    padded = (password.encode("latin-1") + _PADDING)[:32]
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
    identifier = b"0123456789abcdef"
    rights = (-4).to_bytes(4, "little", signed=True)
    key = hashlib.md5(padded + owner + rights + identifier).digest()[:5]
    user = _rc4(key, _PADDING)
    entries = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (
        owner.hex().encode(),
        user.hex().encode(),
    )
    shown = identifier.hex().encode()
    return key, entries + b"/ID[<%s><%s>]" % (shown, shown)


def _encrypted(data: bytes, key: bytes, number: int) -> bytes:
    if not key:
        return data
    own = hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0").digest()[: len(key) + 5]
    return _rc4(own, data)


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    result = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        result.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(result)
