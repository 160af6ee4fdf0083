"""Breakpoints of programs, kept over a reload (web/src/storage/breakpoints.js). Run by Node.js."""

from __future__ import annotations

from typing import Any

from page_modules import needs_node, run_page_modules

pytestmark = needs_node

HEAD = """
import { createBreakpointStore } from "SRC/storage/breakpoints.js";
const values = new Map();
const storage = {
  getItem: (name) => values.get(name) ?? null,
  setItem: (name, text) => void values.set(name, text),
  removeItem: (name) => void values.delete(name),
};
const open = () => createBreakpointStore(storage);
"""


def run(body: str) -> Any:
    return run_page_modules(HEAD, body)


def test_a_reload_brings_them_back_to_the_program_as_it_is_now() -> None:
    told = run(
        """
        const store = open();
        store.set("(f)", [1]);
        store.set("(f 1)", [1, 2], "(f)");
        store.save();
        const later = open();
        tell([later.of("(f 1)"), later.of("(f)"), later.of("(g)")]);
        later.set("(f 1)", []);
        later.save();
        tell(open().of("(f 1)"));
        """
    )
    assert told == [[[1, 2], [], []], []]


def test_of_many_programs_the_last_ones_are_kept() -> None:
    told = run(
        """
        const store = open();
        for (let n = 0; n < 60; n++) store.set(`(f ${n})`, [1]);
        store.set("(f 30)", [2]);
        store.save();
        tell([0, 9, 10, 30, 59].map((n) => open().of(`(f ${n})`)));
        """
    )
    assert told == [[[], [], [1], [2], [1]]]


def test_what_others_left_there_is_no_trouble() -> None:
    told = run(
        """
        for (const text of ["{", "[[1, 2]]", '[["a", [0]]]', "null"]) {
          values.set("lispcore.breakpoints", text);
          tell(open().of("(f)"));
        }
        """
    )
    assert told == [[], [], [], []]
