"""Structural editing keeps brackets in pairs (web/src/editor/lisp-structure.js). Run by Node.js."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from page_modules import needs_node, run_page_modules
from test_cases import CASES, read_cases

pytestmark = needs_node

HEAD = """
import { EditorState } from "@codemirror/state";
import { lisp } from "SRC/editor/lisp-mode.js";
import * as structure from "SRC/editor/lisp-structure.js";
const extensions = [lisp()];
const apply = (state, change) => (change ? state.update(change).state : state);
const marked = ({ doc, selection: { main } }) => {
  const text = doc.toString();
  return `${text.slice(0, main.head)}|${text.slice(main.head)}`;
};
// The cursor stands at the mark; between two marks the text is selected.
const open = (text) => {
  const [anchor, head] = [text.indexOf("|"), text.lastIndexOf("|")];
  const doc = text.replaceAll("|", "");
  return EditorState.create({ doc, extensions, selection: { anchor, head: head === anchor ? head : head - 1 } });
};
"""

# The command, the text with the cursor in it, and what becomes of both.
CASES_OF = [
    ("slurpForward", "(a |b) c d", "(a |b c) d"),
    ("slurpForward", "(|) c", "(|c)"),
    ("slurpForward", "(a|)b", "(a| b)"),
    ("slurpForward", "(f (g |x) ; why\n   y)", "(f (g |x ; why\n   y))"),
    ("slurpForward", "((a |b)) c", "((a |b) c)"),
    ("slurpForward", '[1 |2] "s)"', '[1 |2 "s)"]'),
    ("slurpForward", "{:a |1} #\\)", "{:a |1 #\\)}"),
    ("slurpForward", '(print f"n ${|x} y") z', '(print f"n ${|x} y") z'),
    ("slurpForward", 'f"n ${(g |x) y}"', 'f"n ${(g |x y)}"'),
    ("slurpForward", "'(a |b) 'c", "'(a |b 'c)"),
    ("barfForward", "(a |b c) d", "(a |b) c d"),
    ("barfForward", "(|a)", "() |a"),
    ("barfForward", "(|a b)c", "(|a) b c"),
    ("barfForward", "#(+ |% 1)", "#(+ |%) 1"),
    ("slurpBackward", "a (b| c)", "(a b| c)"),
    ("slurpBackward", "a '(b| c)", "'(a b| c)"),
    ("slurpBackward", "a #u8(1| 2)", "#u8(a 1| 2)"),
    ("slurpBackward", "(x (y ((|z))))", "(x ((y (|z))))"),
    ("barfBackward", "(a b| c)", "a (b| c)"),
    ("barfBackward", "x'(a b|)", "x a '(b|)"),
    ("barfBackward", "(a|)", "a (|)"),
    ("raise", "(if x (do |y z) w)", "(if x |y w)"),
    ("raise", '(f "a |b" c)', '|"a b"'),
    ("raise", "'(a |b)", "'|b"),
    ("raise", "x(|y)z", "x |y z"),
    ("raise", "top |level", "top |level"),
    ("wrap", "(f |x y)", "(f (|x) y)"),
    ("wrap", "(f |x y|)", "(f (|x y))"),
    ("wrap", "|'x", "(|'x)"),
    ("wrap", "(|)", "(|)"),
    ("splice", "(a (b |c) d)", "(a b |c d)"),
    ("splice", "(f '(|) g)", "(f | g)"),
    ("splice", "x(|a)y", "x |a y"),
    ("splice", "#;(a |b)", "a |b"),
    ("transpose", "(a |b c)", "(b a| c)"),
    ("transpose", "(f x| y)", "(f y x|)"),
    ("transpose", '("s"|#t)', '(#t "s"|)'),
    ("transpose", "(a|)", "(a|)"),
    ("forward", "(|a (b) c)", "(a| (b) c)"),
    ("forward", "(a| (b c))", "(a (b c)|)"),
    ("forward", "(a b|) c", "(a b)| c"),
    ("forward", "|#;(x) y", "#;(x)| y"),
    ("backward", "(a (b c)|)", "(a |(b c))"),
    ("backward", "(|a)", "|(a)"),
    ("up", "(a '(b |c))", "(a |'(b c))"),
    ("up", 'f"x ${(g |y)}"', 'f"x ${|(g y)}"'),
    ("down", "|(a)", "(|a)"),
]


def test_each_command_does_what_its_name_says() -> None:
    cases = [[command, text] for command, text, _ in CASES_OF]
    told = run_page_modules(
        HEAD,
        f"const CASES = {json.dumps(cases)};"
        """
        for (const [command, text] of CASES) {
          const state = open(text);
          tell(marked(apply(state, structure[command](state))));
        }
        """,
    )
    given = list(zip(cases, told, strict=True))
    wanted = [([c, t], e if t.count("|") < 2 or e != t else t) for c, t, e in CASES_OF]
    assert given == wanted


# -------------------------------------------------------------------------- whatever the text is

COMMANDS = [
    "slurpForward",
    "barfForward",
    "slurpBackward",
    "barfBackward",
    "raise",
    "wrap",
    "splice",
    "transpose",
]
PIECES = [
    "a", "b-c", "12", "-3.5", ":key", '"te(xt"', '"a\\"b]"', "#\\(", "#\\)", "#t", "nil", '#"re[x]"',
    'f"in ${(g x)} out ${y}"', 'f"plain )"', '"""long ( \' text"""', "'q", "`(x ,y ,@z)", "#;(gone)", "; c ( \n",
    "#| block ( #| in |# |#", "(define (f x) x)", "[1 [2]]", "{:a 1 :b [2]}", "#(+ % 1)", "#u8(1 2)", "()", "[]", "{}",
]  # fmt: skip


def made_texts(count: int) -> list[str]:
    """Returns texts of forms in forms, with little or no space between."""
    chance = random.Random(7)

    def make(depth: int) -> str:
        parts = []
        for _ in range(chance.randint(1, 4)):
            if depth and chance.random() < 0.5:
                opened, closed = chance.choice(["()", "[]", "{}", ("'(", ")"), ("#(", ")")])
                parts.append(opened + make(depth - 1) + closed)
            else:
                parts.append(chance.choice(PIECES))
            # Two texts that touch would be another one.
            parts.append(chance.choice([" ", "\n", "  ", " "]))
        return "".join(parts[: chance.choice([-1, len(parts)])])

    return [make(3) + "\n" for _ in range(count)]


# Tells of each command that broke a text: what it was, and what became of it.
CHECK = """
const { parser } = lisp().language;
const look = (text) => {
  let isBroken = false;
  const words = [];
  const pairs = {};
  parser.parse(text).iterate({
    enter({ type, name, from, to, node }) {
      isBroken ||= type.isError;
      if (/^[()[\\]{}]$/.test(name)) pairs[name] = (pairs[name] ?? 0) + 1;
      else if (!node.firstChild && !["Program", "Mark", "Bytevector", "ShortLambda", "List"].includes(name)) words.push(text.slice(from, to));
    },
  });
  return { isBroken, words: words.sort().join(" "), pairs };
};
let [broken, done] = [[], 0];
for (const [text, places] of TEXTS) {
  const before = look(text);
  if (before.isBroken) continue;
  for (const at of places) {
    const state = EditorState.create({ doc: text, extensions, selection: { anchor: at } });
    for (const command of COMMANDS) {
      const change = structure[command](state);
      if (!change) continue;
      done++;
      const next = state.update(change).state;
      const after = look(next.doc.toString());
      const isSameWords = command === "raise" || after.words === before.words;
      const { head } = next.selection.main;
      if (after.isBroken || !isSameWords || head > next.doc.length) broken.push([command, at, text, next.doc.toString()]);
    }
    const span = structure.topLevelForm(state);
    if (span && look(text.slice(span.from, span.to)).isBroken) broken.push(["topLevelForm", at, text]);
  }
}
tell(done);
tell(broken.slice(0, 3));
"""


def check(texts: list[str], places: int) -> int:
    """Does every command at some places of texts; returns how many changed something."""
    chance = random.Random(3)
    given = []
    for text in texts:
        length = len(text.encode("utf-16-le")) // 2
        given.append([text, sorted({chance.randint(0, length) for _ in range(places)})])
    head = f"const TEXTS = {json.dumps(given)}; const COMMANDS = {json.dumps(COMMANDS)};"
    done, broken = run_page_modules(HEAD, head + CHECK)
    assert broken == []
    return int(done)


def test_brackets_stay_in_pairs_in_made_texts() -> None:
    assert check(made_texts(250), 8) > 5_000


@pytest.mark.slow
def test_brackets_stay_in_pairs_in_programs() -> None:
    programs = [program for file in CASES for _, program, _ in read_cases(file)]
    assert check(programs[::15], 2) > 500


# -------------------------------------------------------------------------- what is whole


def whole(texts: list[str]) -> Any:
    told = run_page_modules(
        HEAD,
        f"for (const text of {json.dumps(texts)}) "
        "tell(structure.isWhole(EditorState.create({ doc: text, extensions })));",
    )
    return [text for text, is_whole in zip(texts, told, strict=True) if is_whole]


def test_a_line_is_whole_when_nothing_is_missing() -> None:
    complete = [
        "(+ 1 2)",
        "x",
        '"text"',
        'f"a ${b}"',
        "(a) (b)",
        "'x",
        '"""l"""',
        '#"re"',
        "",
        "; c",
        "#\\(",
    ]
    missing = [
        "(+ 1",
        '"text',
        'f"a ${b',
        'f"a',
        "(a) (b",
        "'",
        "[1",
        "{:a 1",
        '"""l',
        '"""l""',
        '"a\\"',
        '#"re',
        "#| c",
        "#;",
    ]
    assert whole(complete + missing) == complete
