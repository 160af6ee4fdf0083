"""The memory from which workers start, as it is sent (web/src/engine/memory-image.js). Run by Node.js."""

from __future__ import annotations

from typing import Any

import pytest

from page_modules import needs_node, run_page_modules

pytestmark = needs_node

HEAD = """
import { createSum, openImage, packImage, readSum } from "SRC/engine/memory-image.js";
const memory = new Uint8Array(5000);
memory.set([1, 2, 3], 10);
memory.fill(7, 3000, 3500);
const before = Uint8Array.from({ length: 1000 }, (_, at) => (at === 10 ? 1 : 0));
const image = packImage({ memory, before, table: 9, head: new Uint8Array(8).fill(5) });
const cut = (bytes, size) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.slice(at * size, (at + 1) * size));
const sumOf = (pieces) => {
  const sum = createSum();
  for (const each of pieces) sum.add(each);
  return sum.value();
};
"""


def run(body: str) -> Any:
    """Runs statements that call `tell`; returns what they told."""
    return run_page_modules(HEAD, body)


@pytest.mark.parametrize("size", [1, 3, 64, 100_000])
def test_a_memory_comes_back_from_pieces_of_any_size(size: int) -> None:
    found = run(
        f"""
        const {{ bytes, table, head, lay }} = openImage(cut(image, {size}));
        const made = new Uint8Array(5000);
        made.set(before);
        lay(made);
        tell([bytes, table, [...head], made.every((each, at) => each === memory[at])]);
        tell(sumOf(cut(image, {size})) === readSum(image));
        """
    )
    assert found == [[5000, 9, [5] * 8, True], True]


def test_one_changed_byte_is_noticed_wherever_it_is() -> None:
    assert run(
        """
        const unnoticed = [];
        for (let at = 0; at < image.length; at++) {
          const changed = image.slice();
          changed[at] ^= 1;
          let isRead = true;
          try { openImage([changed]); } catch { isRead = false; }
          if (isRead && sumOf([changed]) === readSum(changed)) unnoticed.push(at);
        }
        tell(unnoticed);
        const turned = image.slice();
        [turned[40], turned[41]] = [turned[41] ^ 1, turned[40] ^ 1];
        tell(sumOf([turned]) === readSum(turned));
        tell(readSum(image.subarray(0, 7)));
        """
    ) == [[], False, None]
