"""Functions that call a function with each item: loops in place of their calls."""

from __future__ import annotations

from typing import Any

from lispcore.compiler.kinds import Kind
from lispcore.compiler.meanings import Loop, Updater, primitive
from lispcore.compiler.passes import fold_templates
from lispcore.compiler.passes import loop_templates as templates
from lispcore.compiler.passes.loop_templates import then
from lispcore.compiler.passes.sort_template import sort_loop


def _loop(*names: str, loop: Loop, **known: Any) -> None:
    primitive(*names, loops=(loop,), **known)


_map = (
    Loop(2, 0, 1, templates.map_loop),
    Loop(3, 0, 2, templates.map_several_loop),
    Loop(4, 0, 3, templates.map_several_loop),
)
primitive("map", result=Kind.LIST, loops=_map)
# What it says of its arguments are the words of map.
primitive("mapcar", result=Kind.LIST, loops=_map, speaks_as="map")
_loop("map-indexed", loop=Loop(2, 0, 2, templates.map_indexed_loop))
_loop("list/times", loop=Loop(2, 1, 1, templates.times_loop))
_loop("for-each", loop=Loop(2, 0, 1, templates.for_each_loop))
_loop("flat-map", loop=Loop(2, 0, 1, templates.flat_map_loop))

_loop("filter", result=Kind.LIST, loop=Loop(2, 0, 1, templates.filter_loop))
_loop("list/reject", loop=Loop(2, 0, 1, templates.reject_loop))
_loop("partition", loop=Loop(2, 0, 1, templates.partition_loop))
_loop("take-while", "list/take-while", loop=Loop(2, 0, 1, templates.take_while_loop))
_loop("list/find", loop=Loop(2, 0, 1, templates.find_loop))
_loop("any", loop=Loop(2, 0, 1, templates.any_loop))
_loop("every", loop=Loop(2, 0, 1, templates.every_loop))

_loop("foldl", "fold", loop=Loop(3, 0, 2, fold_templates.fold_loop))
_loop("foldr", loop=Loop(3, 0, 2, fold_templates.fold_right_loop))
_loop("reduce", loop=Loop(2, 0, 2, fold_templates.reduce_loop))
_loop("f64-array/fold", "i64-array/fold", loop=Loop(3, 0, 2, fold_templates.fold_array_loop))

_loop("f64-array/map", loop=Loop(2, 0, 1, then("float_array", templates.numbers_of_array)))
_loop("i64-array/map", loop=Loop(2, 0, 1, then("integer_array", templates.numbers_of_array)))
_loop("string/map", loop=Loop(2, 0, 1, then("text_of_parts", templates.characters)))
_loop("list/group-by", loop=Loop(2, 0, 1, then("grouped")))
_loop("list/key-by", loop=Loop(2, 0, 1, then("keyed")))
_loop("sort-by", loop=Loop(2, 0, 1, then("in_order_of")))
_loop("sort", loop=Loop(2, 1, 2, sort_loop))

_loop("map/map-vals", loop=Loop(2, 0, 1, templates.map_part("map_values", "map_with_values")))
_loop("map/map-keys", loop=Loop(2, 0, 1, templates.map_part("map_keys", "map_with_keys")))
_loop("map/filter", loop=Loop(2, 0, 2, templates.filter_map_loop))
_loop("map/update", updater=Updater.KEY, loop=Loop(3, 2, 1, templates.update_loop))
_loop("map/update-in", updater=Updater.PATH, loop=Loop(3, 2, 1, templates.update_in_loop))
