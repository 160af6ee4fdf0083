"""Where `kv/*` keeps what it is given: an SQLite file, or a JSON file where a Python has no SQLite.

SQLite writes a change alone, and lets several processes read and write at once. The JSON file,
which the page has, is written whole at every change. What an older version kept as JSON is taken
over into SQLite when it is opened, and stays beside it under another name.
"""

from __future__ import annotations

import os
from _thread import allocate_lock
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, Final, Protocol

from lispcore.library.files import file_system
from lispcore.library.files.files import file_error, read_text, write_bytes
from lispcore.library.formats.json_text import decode_json, encode_json
from lispcore.tasks import context
from lispcore.values.errors import LispError
from lispcore.values.types import Map, Value

if TYPE_CHECKING:
    import sqlite3

# With these every SQLite file begins.
_MAGIC: Final = b"SQLite format 3\0"
# What is added to the name of a JSON file whose contents are in SQLite now.
OLD_SUFFIX: Final = ".before-sqlite"
# Locks of files tell processes apart, and this the threads of one.
_taking_over: Final = allocate_lock()
# How long a change waits for those of other processes.
_PATIENCE_SECONDS: Final = 20.0


class Store(Protocol):
    """An open store. Values go in and come out as JSON texts; `name` is who asks, for errors."""

    def get(self, name: str, key: str) -> str | None:
        """Returns what a key stands for, None if it is not there."""
        ...

    def put(self, name: str, key: str, text: str) -> None:
        """Stores what a key stands for."""
        ...

    def delete(self, name: str, key: str) -> bool:
        """Removes a key; tells whether it was there."""
        ...

    def keys(self, name: str) -> list[str]:
        """Returns the keys in alphabetical order."""
        ...

    def close(self) -> None:
        """Lets go of the file."""
        ...


def open_at(name: str, path: str) -> Store:
    """Returns the store that is kept in a file, which need not be there yet."""
    is_sqlite = _begins_as_sqlite(name, path)
    if _has_sqlite():
        return SqliteStore(name, path)
    if is_sqlite:
        raise LispError(
            f"{name} {path}: the file is an SQLite file, which this Python cannot read",
            kind="io",
            hint="a terminal can: there a list of what it holds could be written as JSON",
        )
    return JsonStore(name, path)


def _has_sqlite() -> bool:
    if context.host().name == "browser":
        return False  # a package that is not loaded for this
    try:
        import sqlite3  # noqa: F401
    except ImportError:
        return False
    return True


def _begins_as_sqlite(name: str, path: str) -> bool:
    try:
        with file_system.open_file(path) as file:
            return bool(file.read(len(_MAGIC)) == _MAGIC)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise file_error(name, path, error) from None


def _json_entries(name: str, path: str, text: str) -> dict[str, Value]:
    content = decode_json(text, f"{name} {path}")
    if not isinstance(content, Map):
        raise LispError(f"{name} {path}: the file holds no JSON object", kind="io")
    return {key.name: value for key, value in content.entries()}


class JsonStore:
    """All entries in a JSON file."""

    def __init__(self, name: str, path: str) -> None:
        self.path = path
        self.entries: dict[str, Value] = {}
        if file_system.exists(path):
            self.entries = _json_entries(name, path, read_text(name, path))

    def get(self, name: str, key: str) -> str | None:
        return encode_json(self.entries[key], name) if key in self.entries else None

    def put(self, name: str, key: str, text: str) -> None:
        self.entries[key] = decode_json(text, name)
        self._save(name)

    def delete(self, name: str, key: str) -> bool:
        if key not in self.entries:
            return False
        del self.entries[key]
        self._save(name)
        return True

    def keys(self, name: str) -> list[str]:
        return sorted(self.entries)

    def close(self) -> None:
        pass

    def _save(self, name: str) -> None:
        text = encode_json(Map(dict(self.entries)), name, pretty=True)
        write_bytes(name, self.path, text.encode("utf-8", "replace"))


class SqliteStore:
    """A row for each entry. The file is made at the first change."""

    def __init__(self, name: str, path: str) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        if file_system.exists(path):
            _take_over(name, path)
            self._connect(name)

    def get(self, name: str, key: str) -> str | None:
        rows = self._rows(name, "SELECT value FROM kv WHERE key = ?", key)
        return str(rows[0][0]) if rows else None

    def put(self, name: str, key: str, text: str) -> None:
        if self._connection is None:
            self._connect(name)
        self._rows(name, "INSERT OR REPLACE INTO kv VALUES (?, ?)", key, text)

    def delete(self, name: str, key: str) -> bool:
        before = self._changes()
        self._rows(name, "DELETE FROM kv WHERE key = ?", key)
        return self._changes() > before

    def keys(self, name: str) -> list[str]:
        return [str(row[0]) for row in self._rows(name, "SELECT key FROM kv ORDER BY key")]

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _changes(self) -> int:
        return 0 if self._connection is None else self._connection.total_changes

    def _rows(self, name: str, statement: str, *values: str) -> list[Any]:
        """Returns the rows that a statement gives: none while there is no file."""
        import sqlite3

        # Another process may have made the file since.
        if self._connection is None and file_system.exists(self.path):
            self._connect(name)
        if self._connection is None:
            return []
        try:
            return self._connection.execute(statement, values).fetchall()
        except (sqlite3.Error, ValueError) as error:
            raise LispError(f"{name} {self.path}: {error}", kind="io") from None

    def _connect(self, name: str) -> None:
        import sqlite3

        try:
            file_system.make_folder_above(self.path)
            self._connection = _connected(file_system.located(self.path))
        except sqlite3.Error as error:
            raise LispError(f"{name} {self.path}: {error}", kind="io") from None
        except OSError as error:
            raise file_error(name, self.path, error) from None


def _connected(place: str) -> sqlite3.Connection:
    """Returns a connection to a file that has the table of a store."""
    import sqlite3

    connection = sqlite3.connect(
        place, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if tables and "kv" not in tables:
            raise sqlite3.DatabaseError("the file belongs to something else: it has no table kv")
        if not tables:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS kv (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID"
            )
            with suppress(sqlite3.OperationalError):  # another process that does so may be first
                connection.execute("PRAGMA journal_mode = WAL")
        # Changes are safe so from anything but a loss of power, and cost some 50 microseconds.
        connection.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        connection.close()
        raise
    return connection


# --- what was JSON ------------------------------------------------------------------------------


def _take_over(name: str, path: str) -> None:
    """Makes an SQLite file of a JSON file, which stays beside it under another name.

    Of several processes that do so at once one does, and the others wait and find it done.
    """
    try:
        with _taking_over, file_system.open_file(path, "r+b") as file:
            _wait_for_lock(file)
            data = file.read()
            if data and not data.startswith(_MAGIC) and _is_still(path, file):
                _replace_by_sqlite(name, path, data)
    except OSError as error:
        raise file_error(name, path, error) from None


def _replace_by_sqlite(name: str, path: str, data: bytes) -> None:
    try:
        entries = _json_entries(name, path, data.decode("utf-8"))
    except UnicodeDecodeError:
        raise LispError(f"{name} {path}: the file holds no JSON object", kind="io") from None
    rows = [(key, encode_json(value, name)) for key, value in entries.items()]
    with file_system.folder_for_a_while(os.path.dirname(path) or ".") as aside:
        fresh = os.path.join(aside, "fresh")
        connection = _connected(fresh)
        try:
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO kv VALUES (?, ?)", rows)
            connection.execute("COMMIT")
        finally:
            connection.close()
        with file_system.open_file(path + OLD_SUFFIX, "wb") as kept:
            kept.write(data)
        file_system.replace(fresh, path)


def _wait_for_lock(file: IO[Any]) -> None:
    """Keeps other processes from taking over the same file, where files can be locked."""
    with suppress(ImportError, OSError):
        import fcntl

        fcntl.lockf(file, fcntl.LOCK_EX)


def _is_still(path: str, file: IO[Any]) -> bool:
    """Tells whether a path still leads to an open file."""
    found = file_system.status(path)
    opened = os.fstat(file.fileno())
    return (found.st_dev, found.st_ino) == (opened.st_dev, opened.st_ino)
