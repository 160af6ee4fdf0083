"""SQLite databases through Python's own `sqlite3`, where the Python at hand has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from lispcore.library.arguments import ABSENT, string_argument
from lispcore.library.files.files import checked_path, file_error
from lispcore.library.registry import function
from lispcore.tasks.context import interpreter
from lispcore.tasks.session import Session
from lispcore.values.errors import LispError, wrong_type
from lispcore.values.types import (
    TRUE,
    Boolean,
    Bytevector,
    Keyword,
    List,
    Map,
    Value,
    intern_keyword,
    list_from,
)

if TYPE_CHECKING:
    import sqlite3


MAX_ROWS: Final = 1_000_000  # each becomes a map of some hundred bytes: a tab has room for these
_connections: WeakKeyDictionary[Session, dict[str, sqlite3.Connection]] = WeakKeyDictionary()


def _open_connections() -> dict[str, sqlite3.Connection]:
    return _connections.setdefault(interpreter(), {})


def _connect(name: str, handle: str, path: str) -> Value:
    try:
        import sqlite3
    except ImportError:
        raise LispError(
            f"{name}: this Python has no SQLite", hint="kv/open keeps values in a JSON file"
        ) from None
    if handle in _open_connections():
        return handle
    try:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA foreign_keys = ON")
        if path != ":memory:":
            connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.Error as error:
        raise _database_error(name, error) from None
    _open_connections()[handle] = connection
    return handle


def _database_error(name: str, error: Exception) -> LispError:
    return LispError(f"{name}: {error}", kind="io")


def _connection(name: str, handle: Value) -> sqlite3.Connection:
    label = string_argument(name, handle, 1)
    found = _open_connections().get(label)
    if found is None:
        names = ", ".join(sorted(_open_connections()))
        raise LispError(
            f'{name}: no database "{label}" is open',
            hint=f"open: {names}" if names else f'first (db/open "{label}") or (db/open-memory)',
        )
    return found


def _parameter(name: str, value: Value, place: int) -> Any:
    if value is None or type(value) in (str, float):
        return value
    if type(value) is int:
        if -(2**63) <= value < 2**63:
            return value
        raise LispError(f"{name}: argument {place}: SQLite integers have at most 64 bits")
    if type(value) is Boolean:
        return 1 if value is TRUE else 0
    if type(value) is Bytevector:
        return bytes(value)
    if type(value) is Keyword:
        return value.name
    raise wrong_type(name, "string, number, boolean, bytevector or nil", value, place)


def _execute(name: str, handle: Value, sql: Value, values: tuple[Value, ...]) -> sqlite3.Cursor:
    import sqlite3

    connection = _connection(name, handle)
    text = string_argument(name, sql, 2)
    parameters = [_parameter(name, each, place) for place, each in enumerate(values, 3)]
    try:
        return connection.execute(text, parameters)
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
        raise _database_error(name, error) from None


def _rows(name: str, cursor: sqlite3.Cursor, limit: int) -> list[Map]:
    import sqlite3

    keys = [intern_keyword(column[0]) for column in cursor.description or ()]
    rows: list[Map] = []
    try:
        for row in cursor:
            if len(rows) >= MAX_ROWS:
                raise LispError(f"{name}: more than {MAX_ROWS} rows", hint="add LIMIT to the query")
            values = [Bytevector(each) if type(each) is bytes else each for each in row]
            rows.append(Map(dict(zip(keys, values, strict=True))))
            if len(rows) == limit:
                break
    except (sqlite3.Error, ValueError) as error:
        raise _database_error(name, error) from None
    return rows


@function(
    "db/open",
    "handle:string [path:string]",
    "string",
    "Opens a database file, which is made if need be, and returns its handle: the path, or the "
    "first of two arguments.",
    [('(begin (db/open "t" "t.db") (db/close "t"))', "nil")],
)
def open_database(handle: Value, path: Value = ABSENT) -> Value:
    import os

    label = string_argument("db/open", handle, 1)
    place = checked_path("db/open", label if path is ABSENT else path, 1 if path is ABSENT else 2)
    folder = os.path.dirname(place)
    if folder and not os.path.isdir(folder):
        raise file_error("db/open", place, FileNotFoundError())
    return _connect("db/open", label, place)


@function(
    "db/open-memory",
    "[handle:string]",
    "string",
    "Opens a database that lives in memory until it is closed, and returns its handle.",
    [('(db/open-memory "scratch")', '"scratch"')],
)
def open_memory(handle: Value = ":memory:") -> Value:
    return _connect("db/open-memory", string_argument("db/open-memory", handle, 1), ":memory:")


@function(
    "db/exec",
    "handle:string sql:string & values",
    "int",
    "Runs a statement that changes the database, with values for its `?`, and returns the number "
    "of rows it changed.",
    [('(begin (db/open-memory "m1") (db/exec "m1" "CREATE TABLE t (n INTEGER)"))', "0")],
)
def execute(handle: Value, sql: Value, *values: Value) -> Value:
    cursor = _execute("db/exec", handle, sql, values)
    return max(0, cursor.rowcount)


@function(
    "db/exec-batch",
    "handle:string sql:string",
    "nil",
    "Runs several statements separated by semicolons. They take no values: never build them from "
    "text that comes from outside.",
    [
        (
            '(begin (db/open-memory "m2") '
            '(db/exec-batch "m2" "CREATE TABLE a (n); CREATE TABLE b (n)"))',
            "nil",
        )
    ],
)
def execute_batch(handle: Value, sql: Value) -> None:
    import sqlite3

    connection = _connection("db/exec-batch", handle)
    try:
        connection.executescript(string_argument("db/exec-batch", sql, 2))
    except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
        raise _database_error("db/exec-batch", error) from None


@function(
    "db/query",
    "handle:string sql:string & values",
    "list",
    "Runs a SELECT with values for its `?` and returns its rows as maps with the columns as "
    "keywords.",
    [('(begin (db/open-memory "m3") (db/query "m3" "SELECT ? AS a, 2 AS b" 1))', "({:a 1 :b 2})")],
)
def query(handle: Value, sql: Value, *values: Value) -> List:
    return list_from(_rows("db/query", _execute("db/query", handle, sql, values), -1))


@function(
    "db/query-one",
    "handle:string sql:string & values",
    "map or nil",
    "Runs a SELECT and returns its first row, or nil.",
    [('(begin (db/open-memory "m4") (db/query-one "m4" "SELECT 1 AS a WHERE 1 = 2"))', "nil")],
)
def query_one(handle: Value, sql: Value, *values: Value) -> Value:
    rows = _rows("db/query-one", _execute("db/query-one", handle, sql, values), 1)
    return rows[0] if rows else None


@function(
    "db/last-insert-id",
    "handle:string",
    "int",
    "Returns the row number of the last INSERT.",
    [('(begin (db/open-memory "m5") (db/last-insert-id "m5"))', "0")],
)
def last_insert_id(handle: Value) -> Value:
    _connection("db/last-insert-id", handle)
    cursor = _execute("db/last-insert-id", handle, "SELECT last_insert_rowid()", ())
    return cursor.fetchone()[0]


@function(
    "db/tables",
    "handle:string",
    "list",
    "Returns the names of the tables in alphabetical order.",
    [
        (
            '(begin (db/open-memory "m6") (db/exec "m6" "CREATE TABLE t (n)") (db/tables "m6"))',
            '("t")',
        )
    ],
)
def tables(handle: Value) -> List:
    sql = (
        "SELECT name FROM sqlite_master WHERE type = 'table' "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    )
    return list_from([row[0] for row in _execute("db/tables", handle, sql, ())])


@function(
    "db/close",
    "handle:string",
    "nil",
    "Closes a database; its handle is free again.",
    [('(begin (db/open-memory "m7") (db/close "m7"))', "nil")],
)
def close(handle: Value) -> None:
    _connection("db/close", handle).close()
    del _open_connections()[handle]
