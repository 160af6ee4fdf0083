"""The output of a run over rows, which is its journal: one line a row, written when it is done.

The first line says which program and model the results are of; each further one is
``{"key", "result", "usage": {"tokens", "usd"}, "ms"}``, or has ``"error": {"type", "message"}`` in
the place of the result. A line that broke off is taken away when the run goes on.
"""

from __future__ import annotations

from _json import encode_basestring
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

from lispcore.library.files import file_system
from lispcore.library.models.calling.metering import Meter
from lispcore.library.workflows.run_locks import try_lock
from lispcore.llm.json_values import read_json
from lispcore.values.errors import LispError

_MARK: Final = "rows"
VERSION: Final = 1
_PIECE_BYTES: Final = 1 << 20
_NOTHING_USED: Final = '{"tokens":0,"usd":0.0}'


class RowJournal:
    """A file of results that is open for more."""

    def __init__(
        self, name: str, path: str, program: str, model: str, *, retries: bool, mixes: bool
    ) -> None:
        self._name = name
        self.path = path
        self._head = {_MARK: VERSION, "program": program, "model": model}
        self._done: set[int] = set()
        self._kept: bytes | None = None  # what `in_one_go` has not written yet
        try:
            file_system.make_folder_above(path)
            self._file: IO[Any] = file_system.open_file(path, "a+b", buffering=0)
        except OSError as error:
            raise self._failed(error) from None
        try:
            self._lock()
            self._take_up(retries, mixes)
        except BaseException:
            self._file.close()
            raise

    def has(self, key: Any) -> bool:
        """Tells whether a row is done."""
        # A line of Python for each step would cost more than the step, a million times.
        return (hash((key,)) if type(key) is str else _mark_of(key)) in self._done

    def add(
        self, key: Any, result: str, error: dict[str, Any] | None, meter: Meter, milliseconds: int
    ) -> None:
        """Writes the line of a row; `result` is a JSON text."""
        used = _NOTHING_USED
        if meter.calls:
            used = f'{{"tokens":{meter.usage.total_tokens},"usd":{_text_of(meter.usd)}}}'
        what = f'"result":{result}' if error is None else f'"error":{_text_of(error)}'
        # The usual case is written out: this is done a million times.
        if type(key) is str:
            name, mark = encode_basestring(key), hash((key,))
        else:
            name, mark = _text_of(key), _mark_of(key)
        text = f'{{"key":{name},{what},"usage":{used},"ms":{milliseconds}}}\n'
        self._append(text.encode("utf-8", "backslashreplace"))
        self._done.add(mark)

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    @contextmanager
    def in_one_go(self) -> Iterator[None]:
        """Writes what is added meanwhile at the end, together."""
        self._kept = b""
        try:
            yield
        finally:
            kept, self._kept = self._kept, None
            self._append(kept)

    def _append(self, data: bytes) -> None:
        if self._kept is not None:
            self._kept += data
            return
        try:
            written = self._file.write(data)
            while written < len(data):
                written += self._file.write(data[written:])
        except OSError as error:
            raise self._failed(error) from None

    def _lock(self) -> None:
        try:
            held = try_lock(self._file)
        except (OSError, ImportError):
            return  # files cannot be locked here
        if not held:
            raise LispError(
                f"{self._name}: another process writes {self.path}", kind="io", path=self.path
            )

    def _take_up(self, retries: bool, mixes: bool) -> None:
        """Reads what is done already, and makes the file fit for more."""
        whole = failed = 0
        heads = []
        for line in self._lines():
            whole += len(line)
            entry = self._entry(line)
            if _MARK in entry:
                heads.append(entry)
            elif "error" in entry and retries:
                failed += 1
            else:
                self._done.add(_mark_of(entry["key"]))
        self._file.truncate(whole)
        if heads and heads[-1] != self._head and not mixes:
            raise LispError(
                f"{self._name}: {self.path} holds results of another program or model",
                kind="io",
                path=self.path,
                hint="name another :out, or say {:mixed #t} to go on with the changed one",
            )
        if failed:
            self._drop_failures()
        if not heads or heads[-1] != self._head:
            self._append(_text_of(self._head).encode() + b"\n")

    def _lines(self) -> Iterator[bytes]:
        """Yields the lines of the file that are whole, with their ends.

        By hand, since closing anything else that reads the file would give up the lock.
        """
        self._file.seek(0)
        rest = b""
        while piece := self._file.read(_PIECE_BYTES):
            lines = (rest + piece).split(b"\n")
            rest = lines.pop()
            for line in lines:
                yield line + b"\n"

    def _entry(self, line: bytes) -> dict[str, Any]:
        try:
            entry = read_json(line.decode("utf-8"))
            if isinstance(entry, dict) and (_MARK in entry or "key" in entry):
                return entry
        except ValueError:
            pass
        raise LispError(
            f"{self._name}: {self.path} is there already, and holds something else",
            kind="io",
            path=self.path,
            hint="name another :out",
        )

    def _drop_failures(self) -> None:
        """Leaves the lines of rows that failed out of the file: they run again."""
        with file_system.written_whole(self.path) as file:
            file.writelines(line for line in self._lines() if "error" not in self._entry(line))
        self._file.close()
        self._file = file_system.open_file(self.path, "a+b", buffering=0)
        self._lock()

    def _failed(self, error: OSError) -> LispError:
        reason = (error.strerror or "failed").lower()
        return LispError(
            f"{self._name}: {self.path} cannot be written: {reason}", kind="io", path=self.path
        )


def _text_of(value: Any) -> str:
    """Returns a JSON value as text."""
    if type(value) is str:
        return encode_basestring(value)
    if type(value) is int or (type(value) is float and value - value == 0.0):
        return repr(value)
    import json

    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _mark_of(key: Any) -> int:
    """Returns a number for a key: a million of them take less room than the keys.

    It holds in this process only.
    """
    if type(key) is str:
        return hash((key,))
    # Of the text: Python's hashes of -1 and -2 are the same, and so are those of 0 and 2**61 - 1.
    return hash((_text_of(key), None))
