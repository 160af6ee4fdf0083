"""Streams: byte by byte reading and writing of texts, buffers, files and the console.

A stream is closed once; afterwards it can be asked what it is, but not read or written. Streams in
memory keep what was written to them, and read from a place of their own.
"""

from __future__ import annotations

import atexit
import codecs
from contextlib import suppress
from typing import IO, Any, Final
from weakref import WeakSet

from lispcore.library.arguments import (
    bytes_argument,
    count_argument,
    integer_argument,
    string_argument,
)
from lispcore.library.collections.bytevectors import byte_argument, decode
from lispcore.library.files import file_system
from lispcore.library.files.files import checked_path
from lispcore.library.registry import constant, function
from lispcore.tasks.context import host
from lispcore.values.borders import stays
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.printing import PRINTERS
from lispcore.values.types import EMPTY, TYPE_NAMES, Boolean, Bytevector, Value, boolean

# How much one stream/read-all or stream/copy handles unless told otherwise, in bytes.
DEFAULT_LIMIT: Final = 256 * 1024 * 1024
CHUNK: Final = 64 * 1024  # bytes read at once


class Stream:
    """What all streams have in common; `name` is the answer of ``stream/type``."""

    __slots__ = ("name", "closed")

    reads = False
    writes = False

    def __init__(self, name: str) -> None:
        self.name = name
        self.closed = False

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<stream:{self.name}>"

    def read(self, size: int) -> bytes:
        """Returns up to `size` bytes, fewer at the end only."""
        raise NotImplementedError

    def read_line(self) -> bytes:
        """Returns the bytes up to and with the next newline, none at the end."""
        pieces = []
        while byte := self.read(1):
            pieces.append(byte)
            if byte == b"\n":
                break
        return b"".join(pieces)

    def available(self) -> bool:
        """Tells whether a byte can be read at once."""
        return False

    def write(self, data: bytes) -> None:
        """Takes all the bytes."""
        raise NotImplementedError

    def flush(self) -> None:
        """Hands on what was written."""

    def close(self) -> None:
        """Lets go of what the stream stands for."""
        self.closed = True


class MemoryStream(Stream):
    """Bytes in memory: a text to read, or a buffer that grows by writing."""

    __slots__ = ("data", "place", "writes")
    reads = True

    def __init__(self, name: str, data: bytes, writes: bool) -> None:
        super().__init__(name)
        self.data = bytearray(data)
        self.place = 0
        self.writes = writes

    def read(self, size: int) -> bytes:
        found = bytes(self.data[self.place : self.place + size])
        self.place += len(found)
        return found

    def read_line(self) -> bytes:
        end = self.data.find(b"\n", self.place) + 1
        return self.read((end or len(self.data)) - self.place)

    def available(self) -> bool:
        return self.place < len(self.data)

    def write(self, data: bytes) -> None:
        self.data += data


class FileStream(Stream):
    """A file of the program's file system, opened for reading or for writing."""

    __slots__ = ("file", "reads", "writes")

    def __init__(self, name: str, file: IO[bytes], reads: bool) -> None:
        super().__init__(name)
        self.file = file
        self.reads = reads
        self.writes = not reads

    def read(self, size: int) -> bytes:
        return self.file.read(size)

    def read_line(self) -> bytes:
        return self.file.readline()

    def available(self) -> bool:
        place = self.file.tell()
        found = self.file.read(1)
        self.file.seek(place)
        return bool(found)

    def write(self, data: bytes) -> None:
        self.file.write(data)

    def flush(self) -> None:
        self.file.flush()

    def close(self) -> None:
        super().close()
        self.file.close()


class ConsoleInput(Stream):
    """What the user types, asked for line by line."""

    __slots__ = ("rest",)
    reads = True

    def __init__(self) -> None:
        super().__init__("stdin")
        self.rest = b""

    def _fill(self) -> bool:
        if not self.rest:
            line = host().read_line("")
            self.rest = b"" if line is None else line.removesuffix("\n").encode() + b"\n"
        return bool(self.rest)

    def read(self, size: int) -> bytes:
        pieces = b""
        while len(pieces) < size and self._fill():
            wanted = size - len(pieces)
            pieces += self.rest[:wanted]
            self.rest = self.rest[wanted:]
        return pieces

    def available(self) -> bool:
        return bool(self.rest)

    def close(self) -> None:
        """Does nothing: the console belongs to every program."""


class ConsoleOutput(Stream):
    """What the user sees; bytes become text as soon as a character is complete."""

    __slots__ = ("kind", "decoder")
    writes = True

    def __init__(self, name: str, kind: str) -> None:
        super().__init__(name)
        self.kind = kind
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def write(self, data: bytes) -> None:
        text = self.decoder.decode(data)
        if text:
            host().write(text, self.kind)

    def close(self) -> None:
        """Does nothing: the console belongs to every program."""


for _class in (MemoryStream, FileStream, ConsoleInput, ConsoleOutput):
    TYPE_NAMES[_class] = "stream"
    stays(_class)
    PRINTERS[_class] = repr

constant(
    "*stdin*",
    ConsoleInput(),
    "stream",
    "The stream of what the user types.",
    [("(stream/type *stdin*)", '"stdin"')],
    chapter="streams",
)
constant(
    "*stdout*",
    ConsoleOutput("stdout", "out"),
    "stream",
    "The stream of what the program prints.",
    [("(stream/type *stdout*)", '"stdout"')],
    chapter="streams",
)
constant(
    "*stderr*",
    ConsoleOutput("stderr", "err"),
    "stream",
    "The stream of what the program prints apart from its results, such as warnings.",
    [("(stream/type *stderr*)", '"stderr"')],
    chapter="streams",
)


constant(
    "*command-line-args*",
    EMPTY,
    "list",
    "The words behind the program on the command line, as texts; there are none in the page.",
    [("*command-line-args*", "()")],
    chapter="system",
)


def _stream(name: str, value: Value, argument: int = 1) -> Stream:
    if isinstance(value, Stream):
        return value
    error = wrong_type(name, "stream", value, argument)
    if type(value) is str:
        error.hint = "(stream/from-string text) reads a text, (stream/open-input path) a file"
    raise error


def _source(name: str, value: Value, argument: int = 1) -> Stream:
    stream = _stream(name, value, argument)
    if stream.closed:
        raise LispError(f"{name}: stream is closed", hint="read before (stream/close s)")
    if not stream.reads:
        raise LispError(f"{name}: stream is write-only ({stream.name} stream)")
    return stream


def _sink(name: str, value: Value, argument: int = 1) -> Stream:
    stream = _stream(name, value, argument)
    if stream.closed:
        raise LispError(f"{name}: stream is closed", hint="write before (stream/close s)")
    if not stream.writes:
        raise LispError(
            f"{name}: stream is read-only ({stream.name} stream)",
            hint="(stream/byte-buffer) can be read and written",
        )
    return stream


def _read_chunks(name: str, source: Stream, limit: int) -> Any:
    """Yields the rest of a stream in pieces; more than `limit` bytes are an error."""
    total = 0
    while piece := source.read(min(CHUNK, limit - total + 1)):
        total += len(piece)
        if total > limit:
            raise LispError(
                f"{name}: input exceeds the configured {limit}-byte cap",
                hint="give a larger limit as the last argument, or read in pieces",
            )
        yield piece


# --- opening -----------------------------------------------------------------------------------


@function(
    "stream/from-string",
    "text:string",
    "stream",
    "Returns a stream that reads the bytes of a text in UTF-8.",
    [('(stream/read-line (stream/from-string "one\\ntwo"))', '"one"')],
)
def from_string(text: Value) -> Stream:
    data = string_argument("stream/from-string", text, 1).encode("utf-8", "surrogatepass")
    return MemoryStream("string", data, writes=False)


@function(
    "stream/from-bytes",
    "bytes:bytevector",
    "stream",
    "Returns a stream that reads these bytes.",
    [("(stream/read-byte (stream/from-bytes #u8(7 8)))", "7")],
)
def from_bytes(data: Value) -> Stream:
    return MemoryStream("byte-buffer", bytes_argument("stream/from-bytes", data, 1), writes=True)


@function(
    "stream/byte-buffer",
    "",
    "stream",
    "Returns an empty buffer in memory: what is written to it can be read from it, and "
    "`stream/to-string` or `stream/to-bytes` gives all of it.",
    [
        (
            "(let ((b (stream/byte-buffer))) "
            '(stream/write-string b "one ") (stream/write-string b "two") (stream/to-string b))',
            '"one two"',
        )
    ],
)
def byte_buffer() -> Stream:
    return MemoryStream("byte-buffer", b"", writes=True)


def _open(name: str, path: Value, mode: str) -> Any:
    place = checked_path(name, path)
    try:
        return file_system.open_file(place, mode)
    except OSError as problem:
        raise LispError(
            f"{name}: {place}: {problem.strerror or problem}",
            kind="io",
            hint='(file/list ".") shows the files there are' if mode == "rb" else None,
        ) from None


@function(
    "stream/open-input",
    "path:string",
    "stream",
    "Opens a file for reading.",
    [('(stream/open-input "no-such-file")', "error: no-such-file")],
)
def open_input(path: Value) -> Stream:
    return FileStream("file-input", _open("stream/open-input", path, "rb"), reads=True)


@function(
    "stream/open-output",
    "path:string",
    "stream",
    "Opens a file for writing; what it held before is lost. Close the stream to have everything in "
    "the file, best by `with-stream`.",
    [('(stream/open-output "no-such-directory/file")', "error: no-such-directory")],
)
def open_output(path: Value) -> Stream:
    file = _open("stream/open-output", path, "wb")
    _written.add(file)
    return FileStream("file-output", file, reads=False)


# Files that are open for writing: a program that ends without closing them loses nothing.
_written: WeakSet[IO[bytes]] = WeakSet()


def _flush_all() -> None:
    for file in list(_written):
        if not file.closed:
            with suppress(OSError):
                file.flush()


atexit.register(_flush_all)


# --- reading -----------------------------------------------------------------------------------


@function(
    "stream/read",
    "stream:stream count:int",
    "bytevector",
    "Reads up to `count` bytes; there are fewer at the end only.",
    [('(stream/read (stream/from-string "abc") 2)', "#u8(97 98)")],
)
def read(stream: Value, count: Value) -> Bytevector:
    source = _source("stream/read", stream)
    size = integer_argument("stream/read", count, 2)
    if size < 0:
        raise LispError(f"stream/read: count must be non-negative, got {size}")
    return Bytevector(source.read(min(size, DEFAULT_LIMIT)))


@function(
    "stream/read-byte",
    "stream:stream",
    "int|nil",
    "Reads one byte, an integer from 0 to 255; nil at the end.",
    [
        ('(stream/read-byte (stream/from-string "A"))', "65"),
        ('(stream/read-byte (stream/from-string ""))', "nil"),
    ],
)
def read_byte(stream: Value) -> int | None:
    data = _source("stream/read-byte", stream).read(1)
    return data[0] if data else None


@function(
    "stream/read-line",
    "stream:stream",
    "string|nil",
    "Reads up to the next newline and returns the text before it, without a carriage return at its "
    "end; nil at the end of the stream.",
    [
        ('(stream/read-line (stream/from-string "one\\r\\ntwo"))', '"one"'),
        ('(stream/read-line (stream/from-string ""))', "nil"),
    ],
)
def read_line(stream: Value) -> str | None:
    line = _source("stream/read-line", stream).read_line()
    if not line:
        return None
    return decode("stream/read-line", line.removesuffix(b"\n").removesuffix(b"\r"))


def _limit(name: str, value: Value, argument: int) -> int:
    if type(value) is int and value < 0:
        raise LispError(f"{name}: max-bytes must be a non-negative integer, got {value}")
    return int(count_argument(name, value, argument))


@function(
    "stream/read-all",
    "stream:stream [max-bytes:int]",
    "bytevector",
    "Reads all that is left. More than `max-bytes` (256 MiB unless given) is an error.",
    [
        ('(stream/read-all (stream/from-string "abc"))', "#u8(97 98 99)"),
        ('(stream/read-all (stream/from-string "abc") 2)', "error: 2-byte cap"),
    ],
)
def read_all(stream: Value, max_bytes: Value = DEFAULT_LIMIT) -> Bytevector:
    limit = _limit("stream/read-all", max_bytes, 2)
    source = _source("stream/read-all", stream)
    return Bytevector(b"".join(_read_chunks("stream/read-all", source, limit)))


# --- writing -----------------------------------------------------------------------------------


@function(
    "stream/write",
    "stream:stream bytes:bytevector",
    "int",
    "Writes the bytes and returns how many they are.",
    [("(stream/write (stream/byte-buffer) #u8(1 2 3))", "3")],
)
def write(stream: Value, data: Value) -> int:
    sink = _sink("stream/write", stream)
    written: bytes = bytes_argument("stream/write", data, 2)
    sink.write(written)
    return len(written)


@function(
    "stream/write-byte",
    "stream:stream byte:int",
    "nil",
    "Writes one byte, an integer from 0 to 255.",
    [
        (
            "(let ((b (stream/byte-buffer))) (stream/write-byte b 65) (stream/to-bytes b))",
            "#u8(65)",
        )
    ],
)
def write_byte(stream: Value, byte: Value) -> None:
    sink = _sink("stream/write-byte", stream)
    sink.write(bytes([byte_argument("stream/write-byte", byte, "value")]))


@function(
    "stream/write-string",
    "stream:stream text:string",
    "int",
    "Writes a text in UTF-8 and returns the number of bytes.",
    [('(stream/write-string (stream/byte-buffer) "hé")', "3")],
)
def write_string(stream: Value, text: Value) -> int:
    sink = _sink("stream/write-string", stream)
    data: bytes = string_argument("stream/write-string", text, 2).encode("utf-8", "surrogatepass")
    sink.write(data)
    return len(data)


@function(
    "stream/flush",
    "stream:stream",
    "nil",
    "Hands on what was written so far.",
    [("(stream/flush (stream/byte-buffer))", "nil")],
)
def flush(stream: Value) -> None:
    target = _stream("stream/flush", stream)
    if target.closed:
        raise LispError("stream/flush: stream is closed")
    target.flush()


@function(
    "stream/close",
    "stream:stream",
    "nil",
    "Closes a stream. Closing it again does nothing; the three streams of the console stay open.",
    [
        (
            '(let ((s (stream/from-string "a"))) (stream/close s) (stream/read s 1))',
            "error: stream is closed",
        )
    ],
)
def close(stream: Value) -> None:
    target = _stream("stream/close", stream)
    if not target.closed:
        target.close()


@function(
    "stream/copy",
    "source:stream target:stream [max-bytes:int]",
    "int",
    "Writes all that is left in `source` to `target` and returns the number of bytes. More than "
    "`max-bytes` (256 MiB unless given) is an error.",
    [('(stream/copy (stream/from-string "hello") (stream/byte-buffer))', "5")],
)
def copy(source: Value, target: Value, max_bytes: Value = DEFAULT_LIMIT) -> int:
    limit = _limit("stream/copy", max_bytes, 3)
    reader = _source("stream/copy", source, 1)
    _stream("stream/copy", target, 2)
    if source is target:
        raise LispError("stream/copy: source and target are the same stream")
    total = 0
    for piece in _read_chunks("stream/copy", reader, limit):
        _sink("stream/copy", target, 2).write(piece)
        total += len(piece)
    return total


# --- questions ---------------------------------------------------------------------------------


@function(
    "stream?",
    "value:any",
    "bool",
    "Tells whether a value is a stream.",
    [("(stream? *stdout*)", "#t"), ("(stream? 42)", "#f")],
)
def is_stream(value: Value) -> Boolean:
    return boolean(isinstance(value, Stream))


@function(
    "stream/readable?",
    "stream:stream",
    "bool",
    "Tells whether the stream can be read: it is of a kind that can, and open.",
    [
        ('(stream/readable? (stream/from-string "x"))', "#t"),
        ("(stream/readable? *stdout*)", "#f"),
    ],
)
def is_readable(stream: Value) -> Boolean:
    target = _stream("stream/readable?", stream)
    return boolean(target.reads and not target.closed)


@function(
    "stream/writable?",
    "stream:stream",
    "bool",
    "Tells whether the stream can be written: it is of a kind that can, and open.",
    [
        ('(stream/writable? (stream/from-string "x"))', "#f"),
        ("(stream/writable? *stdout*)", "#t"),
    ],
)
def is_writable(stream: Value) -> Boolean:
    target = _stream("stream/writable?", stream)
    return boolean(target.writes and not target.closed)


@function(
    "stream/available?",
    "stream:stream",
    "bool",
    "Tells whether a byte can be read at once.",
    [
        ('(stream/available? (stream/from-string "x"))', "#t"),
        ("(stream/available? (stream/byte-buffer))", "#f"),
    ],
)
def is_available(stream: Value) -> Boolean:
    target = _stream("stream/available?", stream)
    return boolean(target.reads and not target.closed and target.available())


@function(
    "stream/type",
    "stream:stream",
    "string",
    "Returns what kind of stream it is: string, byte-buffer, file-input, file-output, stdin, "
    "stdout or stderr.",
    [("(stream/type (stream/byte-buffer))", '"byte-buffer"')],
)
def stream_type(stream: Value) -> str:
    return _stream("stream/type", stream).name


def _buffer(name: str, value: Value) -> MemoryStream:
    stream = _stream(name, value)
    if isinstance(stream, MemoryStream) and stream.name == "byte-buffer":
        return stream
    raise LispError(
        f"{name}: expected byte-buffer stream, got {stream.name} stream",
        hint="(stream/read-all s) reads any stream",
    )


@function(
    "stream/to-bytes",
    "stream:stream",
    "bytevector",
    "Returns all that was written to a byte buffer, whether it was read or not.",
    [
        (
            "(let ((b (stream/byte-buffer))) (stream/write b #u8(1 2)) (stream/to-bytes b))",
            "#u8(1 2)",
        )
    ],
)
def to_bytes(stream: Value) -> Bytevector:
    return Bytevector(_buffer("stream/to-bytes", stream).data)


@function(
    "stream/to-string",
    "stream:stream",
    "string",
    "Returns all that was written to a byte buffer as a text in UTF-8.",
    [
        (
            '(let ((b (stream/byte-buffer))) (stream/write-string b "hi") (stream/to-string b))',
            '"hi"',
        )
    ],
)
def to_string(stream: Value) -> str:
    return decode("stream/to-string", bytes(_buffer("stream/to-string", stream).data))
