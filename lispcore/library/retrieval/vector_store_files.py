"""The files of vector stores: JSON, with one document a line.

::

    {"version":1,"name":"docs","documents":[
    {"id":"a","embedding":"AAAAAAAA8D8…","metadata":{"page":1}},
    {"id":"b","embedding":"AAAAAAAAAAA…","metadata":null}
    ]}

An embedding is base64 over little-endian 64-bit floats (RFC 4648, section 4). A file may also be
laid out otherwise, as long as it is this JSON; then it is read as a whole. An array of numbers in
the place of the base64 is read, too. Metadata is what `json/encode` makes of it.
"""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable, Iterator
from typing import IO, Any, Final

from lispcore.library.files import file_system
from lispcore.library.files.files import file_error, read_text
from lispcore.library.formats.json_text import decode_json, encode_json, json_string
from lispcore.values.errors import LispError
from lispcore.values.types import List, Map, Value, intern_keyword, list_items

VERSION: Final = 1
_FIRST_LINE: Final = b'{"version":1,"name":'
_FIRST_LINE_END: Final = b',"documents":['
_LAST_LINE: Final = b"]}"
# A line holds one document; a longer one is no line of ours.
_MAX_LINE: Final = 16 * 1024 * 1024

_ID: Final = intern_keyword("id")
_EMBEDDING: Final = intern_keyword("embedding")
_METADATA: Final = intern_keyword("metadata")
_DOCUMENTS: Final = intern_keyword("documents")
_VERSION: Final = intern_keyword("version")

Document = tuple[str, bytes, Value]  # id, packed embedding, metadata


def write_documents(name: str, path: str, label: str, documents: Iterable[Document]) -> None:
    """Writes a store for the function `name`; the file is replaced only when all is written."""
    partial = f"{path}.partial"
    try:
        with file_system.open_file(partial, "wb") as file:
            file.write(_FIRST_LINE + _utf8(json_string(label)) + _FIRST_LINE_END)
            separator = b"\n"
            for document in documents:
                file.write(separator + _utf8(_line(name, document)))
                separator = b",\n"
            file.write(b"\n" + _LAST_LINE + b"\n")
        file_system.replace(partial, path)
    except OSError as error:
        raise file_error(name, path, error) from None
    finally:
        if file_system.exists(partial):
            file_system.remove_file(partial)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _line(name: str, document: Document) -> str:
    identifier, embedding, metadata = document
    coded = b2a_base64(embedding, newline=False).decode("ascii")
    try:
        described = encode_json(metadata, name)
    except LispError as error:
        error.message = f"{error.message}, in the metadata of document {identifier!r}"
        raise
    return f'{{"id":{json_string(identifier)},"embedding":"{coded}","metadata":{described}}}'


# --- reading -------------------------------------------------------------------------------------


def read_documents(name: str, path: str) -> list[Document]:
    """Returns the documents of a file for the function `name`."""
    try:
        with file_system.open_file(path) as file:
            first = file.readline(_MAX_LINE)
            if first.startswith(_FIRST_LINE) and first.rstrip().endswith(_FIRST_LINE_END):
                return list(_documents_of_lines(name, path, file))
    except OSError as error:
        raise file_error(name, path, error) from None
    return _documents_of_text(name, path)


def _documents_of_lines(name: str, path: str, file: IO[bytes]) -> Iterator[Document]:
    number = 1
    while line := file.readline(_MAX_LINE):
        number += 1
        stripped = line.rstrip()
        if stripped == _LAST_LINE:
            return
        text = stripped.removesuffix(b",").decode("utf-8", "replace")
        where = f"{name} {path}, line {number}"
        if text:
            yield _document(where, decode_json(text, where))
    raise LispError(
        f"{name} {path}: the file breaks off after line {number}",
        kind="io",
        hint="restore it from a copy, or add its documents anew",
    )


def _documents_of_text(name: str, path: str) -> list[Document]:
    value = decode_json(read_text(name, path), f"{name} {path}")
    documents = value.get(_DOCUMENTS) if isinstance(value, Map) else value
    if type(documents) is not List:
        raise LispError(
            f"{name} {path}: the file holds no vector store",
            kind="io",
            hint='(vector-store/save "name" "path") writes one',
        )
    version = value.get(_VERSION, VERSION) if isinstance(value, Map) else VERSION
    if version != VERSION:
        raise LispError(f"{name} {path}: a format of the future, version {version}", kind="io")
    return [
        _document(f"{name} {path}, document {number}", each)
        for number, each in enumerate(list_items(documents), 1)
    ]


def _document(where: str, value: Value) -> Document:
    if not isinstance(value, Map):
        raise LispError(f"{where}: not a document (a JSON object)", kind="io")
    identifier = value.get(_ID)
    if type(identifier) is not str:
        raise LispError(f'{where}: the document has no "id" that is a string', kind="io")
    embedding = _embedding(value.get(_EMBEDDING))
    if not embedding or len(embedding) % 8:
        raise LispError(
            f'{where}: the "embedding" of {identifier!r} is damaged',
            kind="io",
            hint="expected base64 over 64-bit floats, or an array of numbers",
        )
    return identifier, embedding, value.get(_METADATA)


def _embedding(value: Value) -> bytes:
    """Returns a packed embedding, or nothing for one that cannot be read."""
    import struct

    if type(value) is str:
        try:
            return a2b_base64(value.encode("ascii"), strict_mode=True)
        except (Base64Error, UnicodeEncodeError):
            return b""
    items: list[Any] = list_items(value) if type(value) is List else []
    try:
        return struct.pack(f"<{len(items)}d", *items)
    except (struct.error, OverflowError, TypeError):
        return b""
