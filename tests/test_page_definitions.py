"""What the program in the editor defines (web/src/editor/): work per key is bounded. Run by Node.js.

Operations are counted, not time.
"""

from __future__ import annotations

from typing import Any

from page_modules import needs_node, run_page_modules

pytestmark = needs_node

HEAD = """
import { createDefinitions, MANY } from "SRC/editor/definitions.js";
import { findDefinitions } from "SRC/editor/documentation.js";
const program = (count) => Array.from({ length: count }, (_, n) => `(define (f${n} a b) "Text ${n}." (+ a ${n}))`).join("\\n");
let [steps, taken] = [0, 0];
function* find(source) {
  for (const each of findDefinitions(source)) { steps++; yield each; }
}
const textOf = (source) => ({ length: source.length, toString: () => { taken++; return source; } });
const works = [];
const wait = (work, time) => works.push([work, time]);
const open = () => createDefinitions({ find, wait });
"""


def run(body: str) -> Any:
    """Runs statements that call `tell`; returns what they told."""
    return run_page_modules(HEAD, body)


def test_names_have_their_parameters_texts_and_lines() -> None:
    entries = run(
        """
        const source = `;; first
(define (double x) "Twice \\\\"x\\\\"." (* 2 x))
(define limit
  10)
(defmacro unless2
  (test . body) "Not." 1)
(define (open`;
        tell([...findDefinitions(source)]);
        """
    )[0]
    told = [each and [each["signature"], each["chapter"], each["text"]] for each in entries]
    assert told == [
        ["(double x)", "function of this program, line 2", 'Twice "x".'],
        ["limit", "value of this program, line 3", ""],
        ["(unless2 test . body)", "macro of this program, line 5", "Not."],
        None,
    ]


def test_a_short_program_is_read_when_it_is_asked_for_and_once() -> None:
    assert run(
        """
        const own = open();
        const doc = textOf(program(20));
        tell(own.of(doc).entries.size);
        tell(own.of(doc).entries.get("f7").signature);
        tell([taken, steps, works.length]);
        """
    ) == [20, "(f7 a b)", [1, 20, 0]]


def test_keys_in_a_long_program_read_none_of_it() -> None:
    assert run(
        """
        const own = open();
        for (let key = 0; key < 50; key++) own.of(textOf(program(5000)));
        tell([taken, steps]);
        // Only the last one is read, in pieces.
        let most = 0;
        while (works.length) {
          const before = steps;
          works.shift()[0]();
          most = Math.max(most, steps - before);
        }
        tell([taken, steps, most <= 200]);
        const doc = textOf(program(5000));
        tell(own.of(doc).entries.size);
        """
    ) == [[0, 0], [1, 5000, True], 5000]


def test_of_many_names_those_are_offered_that_begin_so() -> None:
    assert run(
        """
        const own = open();
        own.of(textOf(program(5000)));
        while (works.length) works.shift()[0]();
        const known = own.of(textOf(program(5001)));
        tell(known.offers("f4321").map(({ name }) => name));
        tell(known.offers("f").length);
        tell(known.offers("zz").length);
        tell(own.of(textOf(program(MANY - 200))).offers("zz").length);
        """
    ) == [["f4321"], 100, 0, 100]


def test_what_is_never_closed_costs_no_more_than_a_page() -> None:
    """Unfinished definitions are looked into for so far only: a text of them is read in one go."""
    assert run(
        """
        const source = "(define (f a\\n".repeat(3000);
        tell([...findDefinitions(source)].filter(Boolean).length);
        const strings = "(define (f) \\"text\\n".repeat(2001);
        tell([...findDefinitions(strings)].length);
        """
    ) == [0, 2001]
