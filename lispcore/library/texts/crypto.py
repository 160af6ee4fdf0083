"""Hashes, message authentication, Base64 and random identifiers."""

from __future__ import annotations

from typing import Final

from lispcore.library.arguments import bytes_argument, string_argument
from lispcore.library.registry import WaitKind, function
from lispcore.values.errors import LispError
from lispcore.values.late_patterns import late_pattern
from lispcore.values.types import Bytevector, Value

WAITING = WaitKind.NEVER

_NOT_BASE64: Final = late_pattern(r"[^A-Za-z0-9+/=]")


def _utf8(name: str, text: Value, argument: int = 1) -> bytes:
    source: str = string_argument(name, text, argument)
    return source.encode("utf-8", "surrogatepass")


def _encode_base64(data: bytes) -> str:
    import binascii

    encoded: bytes = binascii.b2a_base64(data, newline=False)
    return encoded.decode("ascii")


def _decode_base64(name: str, text: Value) -> bytes:
    import binascii

    source = string_argument(name, text, 1)
    wrong = _NOT_BASE64.search(source)
    if wrong is not None:
        hint = "only A-Z a-z 0-9 + / and = at the end belong to Base64"
        if wrong.group() in "-_":
            hint = "this is the URL form: replace - by + and _ by / first"
        elif wrong.group().isspace():
            hint = 'take white space away first: (string/remove text "\\n")'
        raise LispError(
            f"{name}: invalid symbol {wrong.group()!r} at position {wrong.start()}", hint=hint
        )
    try:
        return binascii.a2b_base64(source, strict_mode=True) if source else b""
    except binascii.Error as error:
        raise LispError(
            f"{name}: {str(error).lower()}",
            hint="the length must be a multiple of 4, filled with =",
        ) from None


@function(
    "base64/encode",
    "text:string",
    "string",
    "Returns the UTF-8 bytes of a text in Base64.",
    [('(base64/encode "hi!")', '"aGkh"'), ('(base64/encode "")', '""')],
)
def encode(text: Value) -> Value:
    return _encode_base64(_utf8("base64/encode", text))


@function(
    "base64/encode-bytes",
    "bytes:bytevector",
    "string",
    "Returns the bytes in Base64.",
    [("(base64/encode-bytes #u8(0 255))", '"AP8="')],
)
def encode_bytes(bytes: Value) -> Value:
    return _encode_base64(bytes_argument("base64/encode-bytes", bytes, 1))


@function(
    "base64/decode",
    "text:string",
    "string",
    "Returns the text that was encoded in Base64; its bytes must be UTF-8.",
    [('(base64/decode "aGkh")', '"hi!"'), ('(base64/decode "a?")', "error: invalid symbol")],
)
def decode(text: Value) -> Value:
    try:
        return _decode_base64("base64/decode", text).decode("utf-8")
    except UnicodeDecodeError:
        raise LispError(
            "base64/decode: the bytes are no text in UTF-8",
            hint="(base64/decode-bytes text) gives them as a bytevector",
        ) from None


@function(
    "base64/decode-bytes",
    "text:string",
    "bytevector",
    "Returns the bytes that were encoded in Base64.",
    [('(base64/decode-bytes "AP8=")', "#u8(0 255)")],
)
def decode_bytes(text: Value) -> Value:
    return Bytevector(_decode_base64("base64/decode-bytes", text))


@function(
    "hash/md5",
    "text:string",
    "string",
    "Returns the MD5 hash of a text in 32 hexadecimal digits. It protects nothing; use it for "
    "comparing only.",
    [('(hash/md5 "abc")', '"900150983cd24fb0d6963f7d28e17f72"')],
)
def md5(text: Value) -> Value:
    import hashlib

    return hashlib.md5(_utf8("hash/md5", text), usedforsecurity=False).hexdigest()


@function(
    "hash/sha256",
    "text:string",
    "string",
    "Returns the SHA-256 hash of a text in 64 hexadecimal digits.",
    [
        (
            '(hash/sha256 "abc")',
            '"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"',
        )
    ],
)
def sha256(text: Value) -> Value:
    import hashlib

    return hashlib.sha256(_utf8("hash/sha256", text)).hexdigest()


@function(
    "hash/hmac-sha256",
    "key:string message:string",
    "string",
    "Returns the HMAC (RFC 2104) of a message with SHA-256 in 64 hexadecimal digits.",
    [
        (
            '(hash/hmac-sha256 "key" "message")',
            '"6e9ef29b75fffc5b7abae527d58fdadb2fe42e7219011976917343065f58ed4a"',
        )
    ],
)
def hmac_sha256(key: Value, message: Value) -> Value:
    import hmac

    secret = _utf8("hash/hmac-sha256", key)
    return hmac.digest(secret, _utf8("hash/hmac-sha256", message, 2), "sha256").hex()


@function(
    "uuid/v4",
    "",
    "string",
    "Returns a new random identifier (RFC 9562, version 4).",
    [("(string/length (uuid/v4))", "36")],
)
def uuid_v4() -> str:
    import os

    digits = bytearray(os.urandom(16))
    digits[6] = digits[6] & 0x0F | 0x40
    digits[8] = digits[8] & 0x3F | 0x80
    text = digits.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
