"""Cuts a stream of bytes into records, wherever the network happens to split it.

`SseDecoder` follows the parsing rules of server-sent events (WHATWG HTML, section 9.2.6);
`JsonLinesDecoder` takes one record a line. Neither looks into the data of a record.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Final

from lispcore.llm.failures import MalformedReply

# Above any record that was seen (an image of 20 MB is 27 MB of base64), below a tab's memory.
MAX_RECORD_CHARACTERS: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the event's name ("" where there is none) and its data."""

    event: str
    data: str


class LineDecoder:
    """Bytes in, whole lines out. Lines end in LF, CRLF or CR; a byte order mark is dropped."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._pending: list[str] = []
        self._pending_size = 0
        self._at_start = True
        self._after_return = False

    def feed(self, data: bytes) -> list[str]:
        """Returns the lines that `data` completes."""
        return self._split(self._decode(data))

    def finish(self) -> str:
        """Returns the last line if the stream ended without a line end, else ""."""
        self._pending.extend(self._split(self._decode(b"", True)))
        line = "".join(self._pending)
        self._pending.clear()
        return line

    def _split(self, text: str) -> list[str]:
        if self._at_start and text:
            self._at_start = False
            text = text.removeprefix("\ufeff")
        if self._after_return and text:
            self._after_return = False
            text = text.removeprefix("\n")
        if not text:
            return []
        # A CR at the very end ends the line now; the LF that may follow must not end another.
        self._after_return = text.endswith("\r")
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        rest = lines.pop()
        if lines:
            self._pending.append(lines[0])
            lines[0] = "".join(self._pending)
            self._pending.clear()
            self._pending_size = 0
        if rest:
            self._pending.append(rest)
            self._pending_size += len(rest)
            if self._pending_size > MAX_RECORD_CHARACTERS:
                raise MalformedReply("the stream holds a line of more than 64 million characters")
        return lines


class SseDecoder:
    """Server-sent events: bytes in, records out.

    `last_id` is the id of the last record ("" for none), `retry` how many seconds the server wants
    to be left alone before it is asked for the rest.
    """

    def __init__(self) -> None:
        self.last_id = ""
        self.retry: float | None = None
        self._id = ""
        self._lines = LineDecoder()
        self._event = ""
        self._data: list[str] = []
        self._size = 0

    def feed(self, data: bytes) -> list[Record]:
        """Returns the records that `data` completes."""
        records: list[Record] = []
        for line in self._lines.feed(data):
            self._take(line, records)
        return records

    def finish(self) -> list[Record]:
        """Returns the record that the end of the stream left open, if any.

        Browsers drop it. Servers exist that forget the last empty line, so it is handed out; be
        ready for data that is cut off.
        """
        records: list[Record] = []
        line = self._lines.finish()
        if line:
            self._take(line, records)
        self._take("", records)
        return records

    def _take(self, line: str, records: list[Record]) -> None:
        if not line:
            self.last_id = self._id
            if self._data:
                records.append(Record(self._event, "\n".join(self._data)))
            self._event = ""
            self._data = []
            self._size = 0
            return
        field, colon, value = line.partition(":")
        if not field and colon:
            return  # a comment; some servers send them to keep the connection open
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
            self._size += len(value) + 1
            if self._size > MAX_RECORD_CHARACTERS:
                raise MalformedReply("the stream holds a record of more than 64 million characters")
        elif field == "event":
            self._event = value
        elif field == "id" and "\0" not in value:
            self._id = value
        elif field == "retry" and len(value) < 10 and value.isascii() and value.isdigit():
            self.retry = int(value) / 1000
        elif field == "error" and value.startswith("{"):  # llama.cpp, when it fails in mid-stream
            self._event = field
            self._data.append(value)


class JsonLinesDecoder:
    """One JSON text a line: bytes in, records out; empty lines are skipped."""

    def __init__(self) -> None:
        self._lines = LineDecoder()

    def feed(self, data: bytes) -> list[Record]:
        """Returns the records that `data` completes."""
        return [Record("", line) for line in self._lines.feed(data) if line.strip()]

    def finish(self) -> list[Record]:
        """Returns the last line if no line end closed it."""
        line = self._lines.finish()
        return [Record("", line)] if line.strip() else []
