"""What is typed becomes part of the page's state (web/src/app/edits.js). Run by Node.js."""

from __future__ import annotations

from typing import Any

from page_modules import needs_node, run_page_modules

pytestmark = needs_node

HEAD = """
import { createEdits } from "SRC/app/edits.js";
import { createState, firstState } from "SRC/state.js";
const state = createState(firstState());
const seen = [];
state.subscribe(({ draft }) => draft.text, (text) => seen.push(text.length), { now: false });
let [taken, asked] = [0, 0];
const writes = [];
let work = () => {};
const later = (given) => { work = given; return { soon: () => void asked++ }; };
const { onChange, writeTo } = createEdits(state, later);
writeTo((file, text) => writes.push([file, text]));
const type = (text) => onChange(text.length, () => { taken++; return text; });
"""


def run(body: str) -> Any:
    """Runs statements that call `tell`; returns what they told."""
    return run_page_modules(HEAD, body)


def test_a_short_program_is_told_with_each_key() -> None:
    assert run('type("a"); type("ab"); type(""); tell([[...seen], taken, asked]);') == [
        [[1, 2, 0], 3, 0]
    ]


def test_keys_in_a_long_program_take_nothing_out_of_the_editor() -> None:
    assert run(
        """
        for (let key = 1; key <= 100; key++) type("x".repeat(50_000 + key));
        tell([[...seen], taken, asked]);
        work();
        tell([[...seen], taken]);
        work();
        tell(taken);
        """
    ) == [[[], 0, 100], [[50_100], 1], 1]


def test_whoever_asks_gets_the_last_of_it() -> None:
    assert run(
        """
        type("x".repeat(30_000));
        tell(state.get().draft.text.length);
        type("x".repeat(30_001));
        // What is told later comes after it.
        state.dispatch({ type: "program-replaced", text: "other", isFromLink: false, previous: null });
        tell([[...seen], state.get().draft.text]);
        work();
        tell([state.get().draft.text, taken]);
        """
    ) == [30_000, [[30_000, 30_001, 5], "other"], ["other", 2]]


def test_an_empty_editor_is_told_at_once() -> None:
    """What is typed into it then is the visitor's own, whatever link was there."""
    assert run(
        """
        state.dispatch({ type: "link-opened" });
        type("x".repeat(30_000));
        type("");
        type("mine");
        tell(state.get().link.isFromLink);
        """
    ) == [False]


def test_what_is_typed_into_a_file_is_written_before_anything_else_is_known() -> None:
    assert run(
        """
        const typeInto = (file, text) => onChange(text.length, () => text, file);
        typeInto("lib.lisp", "a");
        typeInto("lib.lisp", "ab");
        tell([[...writes], asked]);
        // Another file, and the program, come after it.
        typeInto("other.lisp", "x");
        tell([...writes]);
        type("program");
        tell([[...writes], state.get().draft.text]);
        """
    ) == [
        [[], 2],
        [["lib.lisp", "ab"]],
        [[["lib.lisp", "ab"], ["other.lisp", "x"]], "program"],
    ]
