"""SQLite databases through Python's own `sqlite3`, where the Python at hand has it.

In the page a database's path is judged as every path is (file_system.py), and an authorizer looks
at each statement: ``ATTACH`` and ``VACUUM INTO``, which name files of their own, are refused where
those lie outside. Long statements hear Stop, and no value grows beyond what a text may be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from lispcore.library.arguments import ABSENT, MAX_TEXT_LENGTH, string_argument
from lispcore.library.files import file_system
from lispcore.library.files.files import checked_path, file_error, outside_hint
from lispcore.library.files.sqlite_functions import add_functions
from lispcore.library.registry import function
from lispcore.tasks.context import check_stop, interpreter
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
# How many steps of SQLite's machine lie between two looks at Stop: some milliseconds.
STEPS_BETWEEN_CHECKS: Final = 20_000
_MEMORY: Final = ":memory:"
# What only a program that wants to break out needs, where it sees its own folder only.
_REFUSED_PRAGMAS: Final = ("writable_schema", "temp_store_directory", "data_store_directory")
_REFUSED_FUNCTIONS: Final = ("load_extension", "fts3_tokenizer", "readfile", "writefile", "edit")


# What SQLite says of a statement that a call back broke off.
_BROKEN_OFF: Final = ("interrupted", "user-defined function raised exception")


class Guarded:
    """An open database and why its last statement was broken off, if it was."""

    __slots__ = ("connection", "ended_by", "refused")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.ended_by: BaseException | None = None
        self.refused = ""

    def end(self, stop: BaseException) -> None:
        """Keeps what a statement was broken off by."""
        self.ended_by = stop

    def look_for_stop(self) -> int:
        """Ends a statement when the user stops the program: a progress handler of SQLite."""
        try:
            check_stop()
        except BaseException as stop:
            self.ended_by = stop
            return 1
        return 0

    def authorize(self, action: int, first: str | None, second: str | None, *_: object) -> int:
        """Says whether a part of a statement may be prepared: an authorizer of SQLite."""
        import sqlite3

        if action == sqlite3.SQLITE_ATTACH:
            refused = _may_not_attach(first)
        elif action == sqlite3.SQLITE_PRAGMA:
            refused = (first or "").lower() in _REFUSED_PRAGMAS
        else:
            refused = action == sqlite3.SQLITE_FUNCTION and second in _REFUSED_FUNCTIONS
        if refused:
            self.refused = (second if action == sqlite3.SQLITE_FUNCTION else first) or "this file"
        return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK


def _may_not_attach(path: str | None) -> bool:
    """Tells whether a file must not be opened: it lies outside, or is known only later."""
    if path in ("", _MEMORY):
        return False  # no file, or one without a name that goes with the connection
    if path is None or path.lower().startswith("file:"):
        return True
    try:
        file_system.located(path)
    except file_system.OutsideError:
        return True
    return False


_connections: WeakKeyDictionary[Session, dict[str, Guarded]] = WeakKeyDictionary()


def _open_connections() -> dict[str, Guarded]:
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
        place = path if path == _MEMORY else file_system.located(path)
        connection = sqlite3.connect(place, isolation_level=None, check_same_thread=False)
        guarded = Guarded(connection)
        _bound(guarded)
        connection.execute("PRAGMA foreign_keys = ON")
        if path != _MEMORY:
            connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.Error as error:
        raise _database_error(name, error) from None
    _open_connections()[handle] = guarded
    return handle


def _bound(guarded: Guarded) -> None:
    """Keeps a connection to what a program may do."""
    import sqlite3

    connection = guarded.connection
    connection.set_progress_handler(guarded.look_for_stop, STEPS_BETWEEN_CHECKS)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_TEXT_LENGTH)
    add_functions(connection, guarded.end)
    if file_system.is_confined():
        connection.set_authorizer(guarded.authorize)


def _database_error(name: str, error: Exception) -> LispError:
    return LispError(f"{name}: {error}", kind="io")


def _failed(name: str, guarded: Guarded, error: Exception) -> BaseException:
    """Returns what a failed statement is to raise."""
    if guarded.ended_by is not None:
        return guarded.ended_by
    if str(error) in _BROKEN_OFF:
        return KeyboardInterrupt()  # it came in the midst of a call back, and SQLite has lost it
    if guarded.refused:
        return LispError(
            f"{name}: a program in the page may not use {guarded.refused} here",
            kind="io",
            hint=outside_hint(),
        )
    return _database_error(name, error)


def _connection(name: str, handle: Value) -> Guarded:
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

    guarded = _ready(name, handle)
    text = string_argument(name, sql, 2)
    parameters = [_parameter(name, each, place) for place, each in enumerate(values, 3)]
    try:
        return guarded.connection.execute(text, parameters)
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
        raise _failed(name, guarded, error) from None


def _ready(name: str, handle: Value) -> Guarded:
    """Returns a connection for a new statement."""
    guarded = _connection(name, handle)
    guarded.ended_by, guarded.refused = None, ""
    return guarded


def _rows(name: str, handle: Value, cursor: sqlite3.Cursor, limit: int) -> list[Map]:
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
        raise _failed(name, _connection(name, handle), error) from None
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
    try:
        file_system.located(place)
        if folder and place != _MEMORY and not file_system.is_folder(folder):
            raise FileNotFoundError(place)
    except OSError as error:
        raise file_error("db/open", place, error) from None
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

    guarded = _ready("db/exec-batch", handle)
    try:
        guarded.connection.executescript(string_argument("db/exec-batch", sql, 2))
    except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
        raise _failed("db/exec-batch", guarded, error) from None


@function(
    "db/query",
    "handle:string sql:string & values",
    "list",
    "Runs a SELECT with values for its `?` and returns its rows as maps with the columns as "
    "keywords.",
    [('(begin (db/open-memory "m3") (db/query "m3" "SELECT ? AS a, 2 AS b" 1))', "({:a 1 :b 2})")],
)
def query(handle: Value, sql: Value, *values: Value) -> List:
    return list_from(_rows("db/query", handle, _execute("db/query", handle, sql, values), -1))


@function(
    "db/query-one",
    "handle:string sql:string & values",
    "map or nil",
    "Runs a SELECT and returns its first row, or nil.",
    [('(begin (db/open-memory "m4") (db/query-one "m4" "SELECT 1 AS a WHERE 1 = 2"))', "nil")],
)
def query_one(handle: Value, sql: Value, *values: Value) -> Value:
    rows = _rows("db/query-one", handle, _execute("db/query-one", handle, sql, values), 1)
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
    _connection("db/close", handle).connection.close()
    del _open_connections()[handle]
