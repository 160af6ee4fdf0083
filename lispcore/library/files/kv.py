"""Small stores of keys and values, each kept in a JSON file and written through at every change."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from lispcore.library.arguments import string_argument
from lispcore.library.files import file_system
from lispcore.library.files.files import checked_path, read_text, write_bytes
from lispcore.library.formats.json_text import decode_json, encode_json
from lispcore.library.registry import function
from lispcore.tasks.context import interpreter
from lispcore.tasks.session import Session
from lispcore.values.errors import LispError
from lispcore.values.types import FALSE, TRUE, Keyword, List, Map, Value, list_from


class Store:
    """One open store: where it is kept and what it holds."""

    __slots__ = ("path", "entries")

    def __init__(self, path: str, entries: dict[str, Value]) -> None:
        self.path = path
        self.entries = entries

    def save(self, name: str) -> None:
        """Writes the file."""
        text = encode_json(Map(dict(self.entries)), name, pretty=True)
        write_bytes(name, self.path, text.encode("utf-8", "replace"))


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
            hint=f"open stores: {names}" if names else f'first (kv/open "{label}" "{label}.json")',
        )
    return found


def _key(name: str, key: Value) -> Value:
    return key.name if type(key) is Keyword else string_argument(name, key, 2)


@function(
    "kv/open",
    "store:string path:string",
    "string",
    "Opens a store under a name; it is kept in a JSON file, which is read if it is there and made "
    "at the first change. Returns the name.",
    [('(kv/open "notes" "notes.json")', '"notes"')],
)
def open_store(store: Value, path: Value) -> Value:
    label = string_argument("kv/open", store, 1)
    place = checked_path("kv/open", path, 2)
    entries: dict[str, Any] = {}
    if file_system.exists(place):
        content = decode_json(read_text("kv/open", place), f"kv/open {place}")
        if not isinstance(content, Map):
            raise LispError(f"kv/open {place}: the file holds no JSON object", kind="io")
        entries = {key.name: value for key, value in content.entries()}
    _open_stores()[label] = Store(place, entries)
    return label


@function(
    "kv/get",
    "store:string key:string",
    "any",
    "Returns the value of a key, or nil.",
    [('(begin (kv/open "n" "n.json") (kv/set "n" "a" 1) (kv/get "n" "a"))', "1")],
)
def get(store: Value, key: Value) -> Value:
    return _store("kv/get", store).entries.get(_key("kv/get", key))


@function(
    "kv/set",
    "store:string key:string value:any",
    "any",
    "Stores a value, which must be one that JSON can write, and returns it. The file is written at "
    "once.",
    [('(begin (kv/open "n" "n.json") (kv/set "n" "a" (list 1 2)))', "(1 2)")],
)
def put(store: Value, key: Value, value: Value) -> Value:
    opened = _store("kv/set", store)
    label = _key("kv/set", key)
    # What is read back later is what JSON makes of it, so it is that from now on.
    opened.entries[label] = decode_json(encode_json(value, "kv/set"), "kv/set")
    opened.save("kv/set")
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
    label = _key("kv/delete", key)
    if label not in opened.entries:
        return FALSE
    del opened.entries[label]
    opened.save("kv/delete")
    return TRUE


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
    return list_from(sorted(_store("kv/keys", store).entries))


@function(
    "kv/close",
    "store:string",
    "nil",
    "Closes a store; its file stays.",
    [('(begin (kv/open "c" "c.json") (kv/close "c"))', "nil")],
)
def close(store: Value) -> Value:
    _store("kv/close", store)
    del _open_stores()[store]
    return None
