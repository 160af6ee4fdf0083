"""Small stores of keys and values that outlive the program, each in a file of its own."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from lispcore.library.arguments import string_argument
from lispcore.library.files.files import checked_path
from lispcore.library.files.kv_stores import Store, open_at
from lispcore.library.formats.json_text import decode_json, encode_json
from lispcore.library.registry import function
from lispcore.tasks.context import interpreter
from lispcore.tasks.session import Session
from lispcore.values.errors import LispError
from lispcore.values.types import Keyword, List, Value, boolean, list_from

_stores: WeakKeyDictionary[Session, dict[str, Store]] = WeakKeyDictionary()


def _open_stores() -> dict[str, Store]:
    return _stores.setdefault(interpreter(), {})


def _store(name: str, store: Value) -> Store:
    label = string_argument(name, store, 1)
    found = _open_stores().get(label)
    if found is None:
        names = ", ".join(sorted(_open_stores()))
        raise LispError(
            f'{name}: no store "{label}" is open',
            hint=f"open stores: {names}" if names else f'first (kv/open "{label}" "{label}.db")',
        )
    return found


def _key(name: str, key: Value) -> str:
    return key.name if type(key) is Keyword else string_argument(name, key, 2)


@function(
    "kv/open",
    "store:string path:string",
    "string",
    "Opens a store under a name; it is kept in a file, which is made at the first change: an "
    "SQLite file on a terminal, where several programs may use it at once, and a JSON file in the "
    "page. A JSON file that is opened on a terminal becomes one of SQLite. Returns the name.",
    [('(kv/open "notes" "notes.db")', '"notes"')],
)
def open_store(store: Value, path: Value) -> Value:
    label = string_argument("kv/open", store, 1)
    place = checked_path("kv/open", path, 2)
    earlier = _open_stores().get(label)
    opened = open_at("kv/open", place)
    if earlier is not None:
        earlier.close()
    _open_stores()[label] = opened
    return label


@function(
    "kv/get",
    "store:string key:string",
    "any",
    "Returns the value of a key, or nil.",
    [('(begin (kv/open "n" "n.json") (kv/set "n" "a" 1) (kv/get "n" "a"))', "1")],
)
def get(store: Value, key: Value) -> Value:
    text = _store("kv/get", store).get("kv/get", _key("kv/get", key))
    return None if text is None else decode_json(text, "kv/get")


@function(
    "kv/set",
    "store:string key:string value:any",
    "any",
    "Stores a value, which must be one that JSON can write, and returns it. It is in the file at "
    "once.",
    [('(begin (kv/open "n" "n.json") (kv/set "n" "a" (list 1 2)))', "(1 2)")],
)
def put(store: Value, key: Value, value: Value) -> Value:
    opened = _store("kv/set", store)
    opened.put("kv/set", _key("kv/set", key), encode_json(value, "kv/set"))
    return value


@function(
    "kv/delete",
    "store:string key:string",
    "bool",
    "Removes a key and tells whether it was there.",
    [('(begin (kv/open "n" "m.json") (kv/delete "n" "zz"))', "#f")],
)
def delete(store: Value, key: Value) -> Value:
    opened = _store("kv/delete", store)
    return boolean(opened.delete("kv/delete", _key("kv/delete", key)))


@function(
    "kv/keys",
    "store:string",
    "list",
    "Returns the keys in alphabetical order.",
    [
        (
            '(begin (kv/open "k" "k.json") (kv/set "k" "b" 1) (kv/set "k" "a" 2) (kv/keys "k"))',
            '("a" "b")',
        )
    ],
)
def keys(store: Value) -> List:
    return list_from(_store("kv/keys", store).keys("kv/keys"))


@function(
    "kv/close",
    "store:string",
    "nil",
    "Closes a store; its file stays.",
    [('(begin (kv/open "c" "c.json") (kv/close "c"))', "nil")],
)
def close(store: Value) -> Value:
    _store("kv/close", store).close()
    del _open_stores()[store]
    return None
