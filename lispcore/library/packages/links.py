"""Links of the page, made and opened without it: a program, and what goes along, in an address.

The formats are those of web/src/sharing/link.js, which says what they hold; a test holds both
to one another.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from dataclasses import dataclass, field
from typing import Any

MOST_BYTES = 12_000_000
MOST_FILES = 500
_LINK = re.compile(r"v(\d+)=(.*)\Z", re.DOTALL)
_WHITE = re.compile(r"\s|%20")
_RAW_DEFLATE = -15


class LinkError(Exception):
    """Says in plain words why a link does not open."""


@dataclass
class Shared:
    """What a link carries. `settings` are those of the recording, and name models."""

    code: str
    title: str = ""
    about: str = ""
    model: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    tape: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)


def encode_link(shared: Shared) -> str:
    """Returns the part of an address that follows the ``#``."""
    header: dict[str, Any] = {"code": shared.code}
    if shared.title:
        header["title"] = shared.title
    if not (shared.about or shared.model or shared.files or shared.tape is not None):
        return f"v1={_pack(_json(header))}"
    header |= {
        name: text for name, text in (("about", shared.about), ("model", shared.model)) if text
    }
    if shared.tape is not None:
        settings = shared.settings or {"default": None, "providers": {}}
        header["recording"] = {"tape": shared.tape, "settings": settings}
    header["files"] = [[name, len(data)] for name, data in shared.files.items()]
    packed = _pack(b"\n".join([_json(header), b"".join(shared.files.values())]))
    return f"v3={packed}"


def decode_link(link: str) -> Shared:
    """Returns what a link carries; it may be a whole address. Raises `LinkError`."""
    found = _LINK.match(_WHITE.sub("", link.partition("#")[2] or link))
    if found is None:
        raise LinkError("there is no program in it: an address of the page has #v1= or the like")
    version, packed = found.groups()
    if version not in ("1", "2", "3"):
        raise LinkError(f"it was made by a newer version of the page (format {version})")
    data = _unpack(packed)
    if version == "1":
        return _read_program(_read_json(data))
    head, mark, rest = data.partition(b"\n")
    if not mark:
        raise LinkError("it is damaged or incomplete")
    header = _read_json(head)
    shared = _read_program(header)
    recording = header.get("recording")
    sizes = recording.get("files", []) if version == "2" and recording else header.get("files", [])
    shared.files = _read_files(sizes, rest)
    if recording is not None:
        if not isinstance(recording, dict) or not isinstance(recording.get("tape"), str):
            raise LinkError("there is no recording in it")
        shared.tape = recording["tape"]
        shared.settings = recording.get("settings") or {}
    return shared


def _json(value: object) -> bytes:
    import json

    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _pack(data: bytes) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, _RAW_DEFLATE)
    packed = packer.compress(data) + packer.flush()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _unpack(text: str) -> bytes:
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj(_RAW_DEFLATE)
        # A few bytes can stand for gigabytes: stop while it is still small.
        data = unpacker.decompress(packed, MOST_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise LinkError("it is damaged or incomplete") from None
    if len(data) > MOST_BYTES:
        raise LinkError("the program in it is too large")
    if not unpacker.eof:
        raise LinkError("it is incomplete: a part of it was lost on the way")
    return data


def _read_json(data: bytes) -> dict[str, Any]:
    import json

    try:
        value = json.loads(data.decode())
    except ValueError:
        raise LinkError("it is damaged or incomplete") from None
    if not isinstance(value, dict):
        raise LinkError("there is no program in it")
    return value


def _read_program(header: dict[str, Any]) -> Shared:
    if not isinstance(header.get("code"), str):
        raise LinkError("there is no program in it")
    shared = Shared(header["code"])
    for name in ("title", "about", "model"):
        if isinstance(header.get(name), str):
            setattr(shared, name, header[name])
    return shared


def _read_files(sizes: object, data: bytes) -> dict[str, bytes]:
    if not isinstance(sizes, list) or len(sizes) > MOST_FILES:
        raise LinkError(f"it brings more than {MOST_FILES} files along, or none that can be read")
    files: dict[str, bytes] = {}
    at = 0
    for entry in sizes:
        name, size = entry if isinstance(entry, list) and len(entry) == 2 else (None, None)
        if not isinstance(name, str) or type(size) is not int or not 0 <= size <= len(data) - at:
            raise LinkError("it is damaged or incomplete")
        if not is_plain(name):
            raise LinkError("it brings a file along whose name cannot be")
        files[name] = data[at : at + size]
        at += size
    return files


def is_plain(name: str) -> bool:
    """Tells whether a name is a path below the program's folder, on every system."""
    parts = name.split("/")
    if not name or "\\" in name or "\0" in name or ":" in name or len(name) > 255:
        return False
    # An absolute path begins with an empty part.
    return not any(part in ("", ".", "..") for part in parts) and all(each >= " " for each in name)
