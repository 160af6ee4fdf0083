"""The memory from which workers start, as it is sent (web/src/engine/memory-image.js). Run by Node.js."""

from __future__ import annotations

from typing import Any

import pytest

from page_modules import needs_node, run_page_modules

pytestmark = needs_node

HEAD = """
import { createReader, createSum, packImage } from "SRC/engine/memory-image.js";
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
/** Reads pieces; the memory that is filled is there after the first `early` of them. */
async function read(pieces, early = 0) {
  const reader = createReader();
  const made = new Uint8Array(5000);
  made.set(before);
  let laid = null;
  const found = reader.opened.then((image) => image);
  found.catch(() => {});
  for (let at = 0; at < pieces.length; at++) {
    if (at === early) laid = found.then((image) => image.lay(made).then(() => image));
    await null;
    reader.put(pieces[at]);
  }
  laid ??= found.then((image) => image.lay(made).then(() => image));
  laid.catch(() => {});
  reader.end(sumOf(pieces));
  return { made, image: await laid };
}
const fails = (pieces) => read(pieces).then(() => "", (error) => error.message);
"""


def run(body: str) -> Any:
    """Runs statements that call `tell`; returns what they told."""
    return run_page_modules(HEAD, body)


@pytest.mark.parametrize("size", [1, 3, 64, 100_000])
@pytest.mark.parametrize("early", [0, 20, 1000])
def test_a_memory_comes_back_from_pieces_of_any_size(size: int, early: int) -> None:
    found = run(
        f"""
        const {{ made, image: {{ bytes, table, head }} }} = await read(cut(image, {size}), {early});
        tell([bytes, table, [...head], made.every((each, at) => each === memory[at])]);
        tell(sumOf(cut(image, {size})) === sumOf([image]));
        """
    )
    assert found == [[5000, 9, [5] * 8, True], True]


def test_the_beginning_is_known_before_the_rest_is_there() -> None:
    assert run(
        """
        const reader = createReader();
        for (const each of cut(image.slice(0, 300), 7)) reader.put(each);
        const { bytes, lay } = await reader.opened;
        const made = new Uint8Array(5000);
        let isLaid = false;
        void lay(made).then(() => { isLaid = true; });
        reader.put(image.slice(300));
        await null;
        tell([bytes, isLaid]);
        """
    ) == [[5000, False]]


def test_one_changed_byte_is_noticed_wherever_it_is() -> None:
    assert run(
        """
        const unnoticed = [];
        for (let at = 0; at < image.length; at++) {
          const changed = image.slice();
          changed[at] ^= 1;
          if (!(await fails([changed]))) unnoticed.push(at);
          // One that now says to lie far outside is not waited for either.
          changed[at] ^= 0x80;
          if (!(await fails([changed]))) unnoticed.push(at);
        }
        tell(unnoticed);
        const turned = image.slice();
        [turned[40], turned[41]] = [turned[41] ^ 1, turned[40] ^ 1];
        tell(await fails([turned]));
        """
    ) == [[], "the image of the memory is damaged"]


@pytest.mark.parametrize("end", [0, 7, 30, 100, 500])
def test_an_image_that_ends_too_early_is_noticed(end: int) -> None:
    assert run(
        f"""
        const reader = createReader();
        reader.put(image.slice(0, {end}));
        const laid = reader.opened.then((found) => found.lay(new Uint8Array(5000)));
        reader.end();
        tell(await laid.then(() => "", (error) => error.message));
        """
    ) == ["the image of the memory ends too early"]
