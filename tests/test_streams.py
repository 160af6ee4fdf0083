"""Streams in memory, of files and of the console, against a host that only takes notes."""

from types import SimpleNamespace

import pytest

from lispcore.library.files import streams
from lispcore.library.registry import CONSTANTS
from lispcore.tasks import context
from lispcore.values.errors import LispError
from lispcore.values.types import FALSE, TRUE, Bytevector


class Console:
    """A host that remembers what was shown and has lines to give."""

    def __init__(self, *lines):
        self.shown = []
        self.lines = list(lines)

    def write(self, text, kind="out"):
        self.shown.append((kind, text))

    def read_line(self, prompt):
        return self.lines.pop(0) if self.lines else None


@pytest.fixture
def console():
    host = Console("first", "zweite é")
    token = context.enter(SimpleNamespace(host=host))
    yield host
    context.leave(token)


def read_lines(stream):
    lines = []
    while (line := streams.read_line(stream)) is not None:
        lines.append(line)
    return lines


def test_lines_end_with_a_newline_a_carriage_return_or_the_end():
    assert read_lines(streams.from_string("a\r\n\nb\rc\nd")) == ["a", "", "b\rc", "d"]


def test_a_buffer_reads_from_a_place_of_its_own():
    buffer = streams.byte_buffer()
    streams.write(buffer, Bytevector(b"abc"))
    assert streams.read(buffer, 2) == Bytevector(b"ab")
    streams.write_byte(buffer, 100)
    assert streams.read_all(buffer) == Bytevector(b"cd")
    assert streams.to_bytes(buffer) == Bytevector(b"abcd")
    assert streams.is_available(buffer) is FALSE


def test_a_closed_stream_says_so():
    buffer = streams.byte_buffer()
    streams.close(buffer)
    streams.close(buffer)
    for call in (
        lambda: streams.read(buffer, 1),
        lambda: streams.write_byte(buffer, 1),
        lambda: streams.flush(buffer),
    ):
        with pytest.raises(LispError, match="stream is closed"):
            call()
    assert streams.is_readable(buffer) is FALSE


def test_limits_hold_before_anything_is_written():
    target = streams.byte_buffer()
    with pytest.raises(LispError, match="4-byte cap"):
        streams.copy(streams.from_string("hello"), target, 4)
    assert streams.to_string(target) == ""
    assert streams.copy(streams.from_string("hello"), target, 5) == 5


def test_copying_more_than_one_chunk():
    source = streams.from_bytes(Bytevector(bytes(3 * streams.CHUNK + 1)))
    target = streams.byte_buffer()
    assert streams.copy(source, target) == 3 * streams.CHUNK + 1
    assert len(streams.to_bytes(target)) == 3 * streams.CHUNK + 1


def test_files(tmp_path):
    path = str(tmp_path / "lines.txt")
    out = streams.open_output(path)
    assert streams.write_string(out, "one\ntwo é\n") == 11
    streams.close(out)
    source = streams.open_input(path)
    assert (streams.stream_type(source), streams.is_available(source)) == ("file-input", TRUE)
    assert read_lines(source) == ["one", "two é"]
    assert streams.is_available(source) is FALSE
    streams.close(source)
    with pytest.raises(LispError, match="write-only"):
        streams.read(streams.open_output(path), 1)


def test_a_file_that_is_not_there():
    with pytest.raises(LispError, match="no-such-file") as caught:
        streams.open_input("no-such-file")
    assert caught.value.kind == "io"
    with pytest.raises(LispError):
        streams.open_input("a\0b")


def test_the_console_is_written_by_characters(console):
    stdout = CONSTANTS["*stdout*"]
    streams.write(stdout, Bytevector("é".encode()[:1]))
    assert console.shown == []
    streams.write(stdout, Bytevector("é".encode()[1:]))
    streams.write_string(CONSTANTS["*stderr*"], "careful")
    assert console.shown == [("out", "é"), ("err", "careful")]


def test_the_console_is_read_by_lines_and_bytes(console):
    stdin = CONSTANTS["*stdin*"]
    assert streams.read_byte(stdin) == ord("f")
    assert streams.is_available(stdin) is TRUE
    assert read_lines(stdin) == ["irst", "zweite é"]
    assert streams.read_byte(stdin) is None


def test_the_console_stays_open(console):
    streams.close(CONSTANTS["*stdout*"])
    assert streams.is_writable(CONSTANTS["*stdout*"]) is TRUE
