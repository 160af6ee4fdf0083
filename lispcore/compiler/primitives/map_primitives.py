"""Maps: look-ups, and new maps that are made of one."""

from __future__ import annotations

from lispcore.compiler.emit.map_writers import write_assoc, write_get, write_new_map
from lispcore.compiler.emit.text_operations import write_has_key
from lispcore.compiler.kinds import Kind
from lispcore.compiler.meanings import LOOKS, PURE, Change, Collection, Updater, primitive

primitive(
    "get", "hash-ref", effects=LOOKS, value=write_get, looks_up=True, peeks={Collection.MAP: (2, 3)}
)
primitive("map/new", result=Kind.MAP, effects=PURE, value=write_new_map)
primitive("contains?", effects=LOOKS, condition=write_has_key, peeks={Collection.MAP: (2,)})
primitive("keys", result=Kind.LIST, effects=LOOKS, lists_keys=True)
primitive("vals", result=Kind.LIST, effects=LOOKS)
primitive("assoc", effects=LOOKS, change=Change.PUT, value=write_assoc)
primitive("dissoc", effects=LOOKS, change=Change.REMOVE)
primitive("merge", effects=LOOKS, change=Change.MERGE)
primitive("map/assoc-in", updater=Updater.PATH_VALUE)
