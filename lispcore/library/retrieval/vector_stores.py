"""Vector stores: documents that are found by the nearness of their embeddings.

A store lives in memory under a name, with the interpreter; `vector-store/save` writes it to a file.
How a search among tens of thousands is fast is told in vector_index.py and vector_machine.py.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from lispcore.library.arguments import (
    bytes_argument,
    check_options,
    count_argument,
    map_argument,
    number_argument,
    string_argument,
)
from lispcore.library.collections.sequences_access import own_list
from lispcore.library.files import file_system
from lispcore.library.files.files import checked_path
from lispcore.library.registry import accepts_options, function
from lispcore.tasks.context import interpreter
from lispcore.tasks.session import Session
from lispcore.values.calls import call, check_function
from lispcore.values.comparing import equal
from lispcore.values.errors import LispError
from lispcore.values.types import FALSE, TRUE, List, Map, Value, intern_keyword

if TYPE_CHECKING:
    from lispcore.library.retrieval.vector_index import VectorIndex

CHAPTER = "vector-store"

MAX_DIMENSIONS: Final = 65_536
MAX_BYTES: Final = 1 << 30  # of all embeddings of a store together; a tab has no more than 4 GB
_SEARCH_OPTIONS: Final = ("where", "filter", "min-score")
_ID: Final = intern_keyword("id")
_SCORE: Final = intern_keyword("score")
_METADATA: Final = intern_keyword("metadata")


class VectorStore:
    """The documents of one store, and the indexes that find them: one for each dimension."""

    def __init__(self, path: str | None = None) -> None:
        self.path = path
        self.indexes: dict[int, VectorIndex] = {}
        self.size = 0  # bytes of all embeddings
        self.changes = 0
        # Id -> (index, position in it); and back, beside the metadata, by position.
        self._places: dict[str, tuple[VectorIndex, int]] = {}
        self._documents: dict[int, list[tuple[str, Value]]] = {}

    def __len__(self) -> int:
        return len(self._places)

    def add(self, identifier: str, embedding: bytes, metadata: Value) -> None:
        """Adds a document, or puts it in the place of the one with its id."""
        self.changes += 1
        dimensions = len(embedding) // 8
        place = self._places.get(identifier)
        if place is not None and place[0].dimensions == dimensions:
            index, position = place
            index.replace(position, embedding)
            self._documents[dimensions][position] = (identifier, metadata)
            return
        if place is not None:
            self.remove(identifier)
        found = self.indexes.get(dimensions)
        if found is None:
            found = self.indexes[dimensions] = _new_index(dimensions)
            self._documents[dimensions] = []
        self._places[identifier] = (found, found.add(embedding))
        self._documents[dimensions].append((identifier, metadata))
        self.size += len(embedding)

    def remove(self, identifier: str) -> bool:
        """Removes a document; tells whether there was one."""
        place = self._places.pop(identifier, None)
        if place is None:
            return False
        self.changes += 1
        index, position = place
        documents = self._documents[index.dimensions]
        self.size -= len(index.rows[position])
        index.remove(position)
        moved = documents.pop()
        if position < len(documents):
            documents[position] = moved
            self._places[moved[0]] = (index, position)
        if not documents:
            del self.indexes[index.dimensions], self._documents[index.dimensions]
        return True

    def index_for(self, name: str, dimensions: int) -> VectorIndex | None:
        """Returns the index for a query, None for an empty store; raises if it does not fit."""
        others = [each for each in self.indexes if each != dimensions]
        if others:
            raise LispError(
                f"{name}: dimension mismatch: the query has {dimensions} dimensions, "
                f"documents of the store have {others[0]}",
                hint="embed documents and queries with one model, and make the store anew",
            )
        return self.indexes.get(dimensions)

    def document(self, index: VectorIndex, position: int) -> tuple[str, Value]:
        """Returns id and metadata of a position."""
        return self._documents[index.dimensions][position]

    def documents(self) -> list[tuple[str, bytes, Value]]:
        """Returns all documents."""
        return [
            (identifier, index.rows[position], metadata)
            for dimensions, index in self.indexes.items()
            for position, (identifier, metadata) in enumerate(self._documents[dimensions])
        ]


def _new_index(dimensions: int) -> VectorIndex:
    """Returns an empty index: one that searches as machine code, where there is a machine."""
    machine = getattr(interpreter(), "machine", None)
    if machine is not None:
        from lispcore.library.retrieval.vector_machine import Kernels, MachineIndex

        kernels = Kernels.of(machine)
        if kernels is not None:
            return MachineIndex(dimensions, kernels)
    from lispcore.library.retrieval.vector_index import VectorIndex

    return VectorIndex(dimensions)


_stores: WeakKeyDictionary[Session, dict[str, VectorStore]] = WeakKeyDictionary()


def _open_stores() -> dict[str, VectorStore]:
    return _stores.setdefault(interpreter(), {})


def _store(name: str, store: Value) -> VectorStore:
    label = string_argument(name, store, 1)
    found = _open_stores().get(label)
    if found is None:
        names = ", ".join(sorted(_open_stores())[:20])
        raise LispError(
            f'{name}: there is no vector store "{label}"',
            hint=f"there are: {names}" if names else f'first (vector-store/create "{label}")',
        )
    return found


def _embedding(name: str, value: Value, argument: int) -> bytes:
    """Returns a packed embedding whose numbers can be compared."""
    from lispcore.library.retrieval.vector_index import has_length, unpacked

    data: bytes = bytes_argument(name, value, argument)
    dimensions, rest = divmod(len(data), 8)
    if rest or not dimensions:
        raise LispError(
            f"{name}: an embedding has 8 bytes for each dimension, got {len(data)} bytes",
            hint="(llm/embed text) and (embedding/list->embedding numbers) make embeddings",
        )
    if dimensions > MAX_DIMENSIONS:
        raise LispError(
            f"{name}: {dimensions} dimensions, the limit is {MAX_DIMENSIONS}",
            hint="no embedding model has that many",
        )
    if not has_length(unpacked(data)):
        raise LispError(f"{name}: the embedding holds a number that is infinite or none at all")
    return data


@function(
    "vector-store/create",
    "store:string",
    "string",
    "Makes an empty store in memory, in the place of one of that name. Returns the name.",
    [('(begin (vector-store/create "docs") (vector-store/count "docs"))', "0")],
)
def create(store: Value) -> Value:
    label = string_argument("vector-store/create", store, 1)
    _open_stores()[label] = VectorStore()
    return label


@function(
    "vector-store/open",
    "store:string path:string",
    "string",
    "Opens a store that is kept in a file: reads it if it is there, else begins with an empty one. "
    "`vector-store/save` needs no path then. Returns the name.",
    [('(vector-store/open "notes" "notes-store.json")', '"notes"')],
)
def open_store(store: Value, path: Value) -> Value:
    from lispcore.library.retrieval.vector_store_files import read_documents

    name = "vector-store/open"
    label = string_argument(name, store, 1)
    place = checked_path(name, path, 2)
    opened = VectorStore(place)
    if file_system.exists(place):
        for identifier, embedding, metadata in read_documents(name, place):
            _add(name, opened, identifier, embedding, metadata)
    _open_stores()[label] = opened
    return label


def _add(name: str, store: VectorStore, identifier: str, data: bytes, metadata: Value) -> None:
    from lispcore.values.types import Bytevector

    checked = _embedding(name, Bytevector(data) if type(data) is bytes else data, 3)
    if store.size + len(checked) > MAX_BYTES:
        raise LispError(
            f"{name}: the store would hold more than {MAX_BYTES} bytes of embeddings",
            hint="use embeddings with fewer dimensions, or several stores",
        )
    store.add(identifier, checked, metadata)


@function(
    "vector-store/add",
    "store:string id:string embedding:bytevector [metadata:any]",
    "string",
    "Adds a document: its id, its embedding, and whatever a search should give back with it, such "
    "as `{:text …}`. One with the same id is replaced. Returns the id.",
    [
        (
            '(begin (vector-store/create "d") (vector-store/add "d" "x" '
            '(embedding/list->embedding [1 0]) {:t "axis"}) (vector-store/count "d"))',
            "1",
        )
    ],
)
def add(store: Value, id: Value, embedding: Value, metadata: Value = None) -> Value:
    name = "vector-store/add"
    opened = _store(name, store)
    identifier = string_argument(name, id, 2)
    _add(name, opened, identifier, bytes_argument(name, embedding, 3), metadata)
    return identifier


@function(
    "vector-store/delete",
    "store:string id:string",
    "bool",
    "Removes a document and tells whether it was there.",
    [('(begin (vector-store/create "d") (vector-store/delete "d" "nobody"))', "#f")],
)
def delete(store: Value, id: Value) -> Value:
    identifier = string_argument("vector-store/delete", id, 2)
    return TRUE if _store("vector-store/delete", store).remove(identifier) else FALSE


@function(
    "vector-store/count",
    "store:string",
    "int",
    "Returns the number of documents.",
    [('(begin (vector-store/create "d") (vector-store/count "d"))', "0")],
)
def count(store: Value) -> int:
    return len(_store("vector-store/count", store))


@function(
    "vector-store/save",
    "store:string [path:string]",
    "string",
    "Writes a store to a file of JSON, by default that of `vector-store/open`: one document a line "
    "with `id`, `embedding` (base64 over 64-bit floats) and `metadata`. Returns the path.",
    [
        (
            '(begin (vector-store/create "d") (vector-store/save "d" "d-store.json"))',
            '"d-store.json"',
        ),
        ('(begin (vector-store/create "d") (vector-store/save "d"))', "error: no path"),
    ],
)
def save(store: Value, path: Value = None) -> Value:
    from lispcore.library.retrieval.vector_store_files import write_documents

    name = "vector-store/save"
    opened = _store(name, store)
    place = opened.path if path is None else checked_path(name, path, 2)
    if place is None:
        raise LispError(
            f'{name}: there is no path for the store "{store}"',
            hint=f'(vector-store/save "{store}" "{store}.json")',
        )
    write_documents(name, place, store, opened.documents())
    opened.path = place
    return place


# --- searching -----------------------------------------------------------------------------------


@function(
    "vector-store/search",
    "store:string query:bytevector k:int [options:map]",
    "list",
    "Returns the `k` documents whose embeddings are nearest to the query's, as maps with `:id`, "
    "`:score` (the cosine: 1.0 for the same direction) and `:metadata`, the nearest first. "
    "Options: `:where`, a map that the metadata must contain; `:filter`, a test of the metadata; "
    "`:min-score`.",
    [
        (
            '(begin (vector-store/create "d") '
            '(vector-store/add "d" "x" (embedding/list->embedding [1 0]) {:t "x-axis"}) '
            '(vector-store/add "d" "y" (embedding/list->embedding [0 1]) {:t "y-axis"}) '
            '(vector-store/search "d" (embedding/list->embedding [2 0]) 1))',
            '({:id "x" :metadata {:t "x-axis"} :score 1.0})',
        ),
        (
            '(begin (vector-store/create "d") '
            '(vector-store/add "d" "x" (embedding/list->embedding [1 0]) {:page 1}) '
            '(vector-store/add "d" "y" (embedding/list->embedding [0 1]) {:page 2}) '
            '(map :id (vector-store/search "d" (embedding/list->embedding [2 0]) 5 '
            "{:where {:page 2}})))",
            '("y")',
        ),
    ],
)
def search(store: Value, query: Value, k: Value, options: Value = None) -> List:
    name = "vector-store/search"
    opened = _store(name, store)
    wanted = _embedding(name, query, 2)
    most = count_argument(name, k, 3)
    given: dict[str, Any] = {}
    if options is not None:
        given = check_options(name, map_argument(name, options, 4), _SEARCH_OPTIONS)
    index = opened.index_for(name, len(wanted) // 8)
    if index is None:
        return own_list([])
    least = given.get("min-score")
    least = -math.inf if least is None else number_argument(f"{name}: option :min-score", least)
    found = index.search(wanted, most, _allowed(name, opened, index, given))
    return own_list([_hit(opened, index, at, score) for at, score in found if score >= least])


def _hit(store: VectorStore, index: VectorIndex, position: int, score: float) -> Map:
    identifier, metadata = store.document(index, position)
    return Map({_ID: identifier, _SCORE: score, _METADATA: metadata})


def _allowed(
    name: str, store: VectorStore, index: VectorIndex, given: dict[str, Any]
) -> list[int] | None:
    """Returns the positions that the options leave, None for all."""
    where, test = given.get("where"), given.get("filter")
    if where is None and test is None:
        return None
    if test is not None:
        check_function(f"{name}: option :filter", test)
    wanted = map_argument(f"{name}: option :where", where).entries() if where is not None else ()
    pairs = list(wanted)
    allowed = []
    changes = store.changes
    for position in range(len(index)):
        metadata = store.document(index, position)[1]
        if pairs and not _contains(metadata, pairs):
            continue
        verdict = TRUE if test is None else call(test, metadata)
        if verdict is not FALSE and verdict is not None:
            allowed.append(position)
        if store.changes != changes:
            raise LispError(
                f"{name}: the :filter changed the store that is searched",
                hint="collect the ids first, then add or delete",
            )
    return allowed


def _contains(metadata: Value, pairs: list[tuple[Value, Value]]) -> bool:
    if not isinstance(metadata, Map):
        return False
    for key, value in pairs:
        if key not in metadata or not equal(metadata.get(key), value):
            return False
    return True


accepts_options("vector-store/search", _SEARCH_OPTIONS)
