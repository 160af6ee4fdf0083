"""Where rows come from: lists, streams, files of JSON lines, CSV and Parquet, folders of files.

Files are read a piece at a time, so that a million rows need no more room than one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, Final

from lispcore.library.files import file_system
from lispcore.library.files.streams import Stream
from lispcore.library.formats.json_quick import UNDONE, read_lines_quickly
from lispcore.library.formats.json_text import decode_json
from lispcore.tasks import context
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import List, Map, Value, Vector, intern_keyword, list_items

_KINDS: Final = "a file that ends in .jsonl, .ndjson, .csv, .tsv or .parquet, or a folder"
_PARQUET_ROWS: Final = 1000
# Lines of JSON that are read together, which is quicker; long ones are not.
_WINDOW_LINES: Final = 64
_LONG_LINE: Final = 10_000
_MOST_COUNTED: Final = 1 << 30


def rows_of(name: str, source: Value) -> Iterator[Value]:
    """Returns the rows of a source; of files, they are maps with keywords."""
    if type(source) is List:
        return iter(list_items(source))
    if type(source) is Vector:
        return iter(source.items)
    if isinstance(source, Stream):
        return _lines_of_stream(name, source)
    if type(source) is not str:
        raise wrong_type(name, "list, vector, stream or path", source, 1)
    if file_system.is_folder(source):
        return _files_in(source)
    kind = os.path.splitext(source)[1].lower()
    if kind not in _READERS:
        raise LispError(f"{name}: rows are read from {_KINDS}, got {source}")
    if not file_system.is_file(source):
        raise LispError(f"{name}: there is no file {source}", kind="io", path=source)
    return _READERS[kind](name, source)


def count_of(source: Value) -> int | None:
    """Returns about how many rows a source has, None if that is not known without reading it all.

    Of files of lines, the lines are counted, which takes a thousandth of the time that rows take.
    """
    if type(source) is List or type(source) is Vector:
        return len(source)
    if type(source) is not str:
        return None
    ending = os.path.splitext(source)[1].lower()
    if ending not in (".jsonl", ".ndjson", ".csv", ".tsv") or not file_system.is_file(source):
        return None
    if file_system.status(source).st_size > _MOST_COUNTED:
        return None
    lines, last = 0, b"\n"
    with file_system.open_file(source) as file:
        while piece := file.read(1 << 20):
            lines += piece.count(b"\n")
            last = piece[-1:]
    lines += last != b"\n"
    return lines if ending in (".jsonl", ".ndjson") else max(lines - 1, 0)


def _json_row(name: str, text: str, place: str) -> Value:
    try:
        return decode_json(text, name)
    except LispError as error:
        raise LispError(f"{name}: {place} is no JSON: {error.message}", kind="io") from None


def _lines_of_stream(name: str, stream: Stream) -> Iterator[Value]:
    number = 0
    while line := stream.read_line():
        number += 1
        text = line.decode("utf-8", "replace").strip()
        if text:
            yield _json_row(name, text, f"line {number} of the stream")


def _json_lines(name: str, path: str) -> Iterator[Value]:
    from itertools import islice

    with file_system.open_file(path, "r", encoding="utf-8-sig", errors="replace") as file:
        number = 1
        while window := list(islice(file, _WINDOW_LINES)):
            lines = [line for line in window if not line.isspace()]
            rows: Any = UNDONE if max(map(len, window)) > _LONG_LINE else read_lines_quickly(lines)
            if rows is not UNDONE:
                yield from rows
            else:  # one by one, which also says what is wrong with which
                for at, line in enumerate(window, number):
                    if not line.isspace():
                        yield _json_row(name, line, f"line {at} of {path}")
            number += len(window)


def _separated(separator: str) -> Any:
    def rows(name: str, path: str) -> Iterator[Value]:
        import csv

        options = {"encoding": "utf-8-sig", "errors": "replace", "newline": ""}
        with file_system.open_file(path, "r", **options) as file:
            lines = csv.reader(file, delimiter=separator)
            heads = [intern_keyword(head) for head in next(lines, [])]
            for fields in lines:
                if not fields:
                    continue
                if len(fields) != len(heads):
                    raise LispError(
                        f"{name}: line {lines.line_num} of {path} has {len(fields)} fields, "
                        f"the first line has {len(heads)}",
                        kind="io",
                        path=path,
                    )
                yield Map(dict(zip(heads, fields, strict=True)))

    return rows


def _parquet(name: str, path: str) -> Iterator[Value]:
    missing = context.host().install("pyarrow")
    if missing:
        raise LispError(
            f"{name}: {missing}",
            kind="io",
            hint="it reads .parquet files; pip install 'lispcore[rows]' brings it, too",
        )
    import pyarrow.parquet as parquet

    with file_system.open_file(path) as file:
        for batch in parquet.ParquetFile(file).iter_batches(_PARQUET_ROWS):
            for row in batch.to_pylist():
                yield _plain(row)


def _plain(value: Any) -> Value:
    """Returns what a column holds as a value of Lisp: dates and the like are their texts."""
    from lispcore.values.types import Bytevector, boolean, list_from

    if value is None or type(value) in (int, float, str):
        return value
    if type(value) is bool:
        return boolean(value)
    if isinstance(value, dict):
        return Map({intern_keyword(str(key)): _plain(each) for key, each in value.items()})
    if isinstance(value, (list, tuple)):
        return list_from([_plain(each) for each in value])
    if isinstance(value, bytes):
        return Bytevector(value)
    return str(value)


def _files_in(folder: str) -> Iterator[Value]:
    """Yields ``{:path :text}`` for each file of a folder, in order; hidden ones are left out."""
    path_key, text_key = intern_keyword("path"), intern_keyword("text")
    for each in sorted(file_system.names_in(folder)):
        path = os.path.join(folder, each)
        if each.startswith(".") or not file_system.is_file(path):
            continue
        with file_system.open_file(path, "r", encoding="utf-8", errors="replace") as file:
            yield Map({path_key: path, text_key: file.read()})


_READERS: Final[dict[str, Callable[[str, str], Iterator[Value]]]] = {
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".csv": _separated(","),
    ".tsv": _separated("\t"),
    ".parquet": _parquet,
}
