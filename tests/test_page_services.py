"""Questions about a text (web/src/app/services.js), and what is done with answers. Run by Node.js."""

from __future__ import annotations

from typing import Any

from page_modules import needs_node, run_page_modules

pytestmark = needs_node

HEAD = """
import { createServices, fromPoints, toPoints } from "SRC/app/services.js";
import { behindSolid, difference } from "SRC/editor/commands.js";
let asked = [];
let at = "";
const answering = (answer) => createServices({
  askService: async (question) => {
    asked.push(JSON.parse(question));
    return typeof answer === "string" || answer === null ? answer : JSON.stringify(answer);
  },
  askValue: async () => answer,
}, () => ({ debugging: { pause: at ? { locals: [["x", at]] } : null } }));
console.warn = () => {};
"""


def run(body: str) -> Any:
    return run_page_modules(HEAD, body)


def test_places_are_counted_as_each_side_counts() -> None:
    told = run(
        """
        const text = "a😀b";
        tell([0, 1, 3, 4].map((at) => toPoints(text, at)));
        tell([0, 1, 2, 3, 9].map(fromPoints(text)));
        const { ask } = answering({ answer: [[2, 3]] });
        tell(await ask("definition", text, { at: 3 }));
        tell(asked[0].offset);
        const mistake = { line: 2, column: 2, end_line: 2, end_column: 3, severity: "error", kind: "x", message: "m", hint: null };
        tell((await answering({ answer: [mistake] }).ask("diagnose", "x\\n😀b")).said);
        """
    )
    assert told[:4] == [[0, 1, 2, 3], [0, 1, 3, 4, 4], {"said": [[3, 4]], "error": ""}, 2]
    assert told[4] == [{"from": 4, "to": 5, "severity": "error", "message": "m", "hint": ""}]


def test_a_variable_has_its_value_now_or_after_the_last_run() -> None:
    told = run(
        """
        for (const answer of ['{"answer": "(1 2)"}', '{"answer": null}', null, "no JSON", '{"answer": 5}']) {
          tell(await answering(answer).valueOf("x"));
        }
        at = "3";
        tell(await answering(null).valueOf("x"));
        tell(await answering(null).valueOf("y"));
        """
    )
    after, now = {"text": "(1 2)", "isNow": False}, {"text": "3", "isNow": True}
    assert told == [after, None, None, None, None, now, None]


def test_nobody_there_and_refusals_are_told_apart() -> None:
    told = run(
        """
        tell(await answering(null).ask("format", "x"));
        tell(await answering({ error: "no", hint: "do this" }).ask("format", "x"));
        tell(await answering({ answer: "y" }).ask("format", "x"));
        tell(await answering({ answer: "y" }).ask("format", "x".repeat(1_000_000)));
        tell(asked.length);
        """
    )
    nobody = {"said": None, "error": ""}
    assert told == [
        nobody,
        {"said": None, "error": "no: do this"},
        {"said": "y", "error": ""},
        nobody,
        3,
    ]


def test_answers_that_make_no_sense_are_none() -> None:
    told = run(
        """
        const wrong = [["format", 5], ["format", null], ["definition", [[5, 2]]], ["definition", "x"],
          ["rename", [["a", 1]]], ["signature", { label: 3 }], ["completions", [{}]],
          ["diagnose", [{ line: 9, column: 1, end_line: 9, end_column: 2, severity: "error", message: "m" }]],
          ["diagnose", [{ line: 1, column: 1, end_line: 1, end_column: 2, severity: "fatal", message: "m" }]]];
        for (const [service, answer] of wrong) tell((await answering({ answer }).ask(service, "abcdef")).said);
        tell((await answering("no JSON").ask("format", "x")).said);
        """
    )
    assert told == [None] * 10


def test_the_cursor_stays_where_it_was_and_little_is_replaced() -> None:
    told = run(
        """
        tell(difference("(a\\nb)", "(a\\n  b)"));
        tell(difference("abc", "abc"));
        tell(difference("aa", "aaa"));
        const after = "(a\\n  b)";
        tell(behindSolid(after, 3));
        tell(behindSolid(after, 0));
        """
    )
    assert told[0] == {"from": 3, "to": 3, "insert": "  "}
    assert told[1]["insert"] == ""
    assert told[2] == {"from": 2, "to": 2, "insert": "a"}
    assert told[3:] == [7 - 1, 0]
