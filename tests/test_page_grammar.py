"""The editor's grammar (web/src/editor/lisp.grammar) sees a program as the reader does."""

from __future__ import annotations

import json
import subprocess

from aimock import node
from lispcore.reading.reader import read_source
from lispcore.values.errors import LispError
from page_modules import WEB, needs_node, run_page_modules
from test_cases import CASES, read_cases

PARSING = 'import { lisp } from "SRC/editor/lisp-mode.js";'
# Tells of each program where its forms begin and end, and whether the grammar found a mistake.
FORMS = """
const { parser } = lisp().language;
for (const text of PROGRAMS) {
    const tree = parser.parse(text);
    let isBroken = false;
    tree.iterate({ enter({ type }) { isBroken ||= type.isError; } });
    const forms = [];
    for (let each = tree.topNode.firstChild; each; each = each.nextSibling) {
        const skipped = ["LineComment", "BlockComment", "Discarded"].includes(each.name);
        if (!skipped) forms.push([each.from, each.to]);
    }
    tell([isBroken, forms]);
}
"""
INDENTING = """import { ensureSyntaxTree, getIndentation } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { lisp } from "SRC/editor/lisp-mode.js";"""
# Tells how far the line of each program is indented that begins at the mark.
COLUMNS = """
for (const marked of PROGRAMS) {
    const at = marked.indexOf("|");
    const doc = marked.slice(0, at) + marked.slice(at + 1);
    const state = EditorState.create({ doc, extensions: [lisp()] });
    ensureSyntaxTree(state, doc.length, 30_000);
    tell(getIndentation(state.update({}).state, at));  // which has the whole tree
}
"""


def programs(texts: list[str]) -> str:
    return f"const PROGRAMS = {json.dumps(texts)};\n"


def units(text: str) -> int:
    """Returns how long JavaScript finds a text."""
    return len(text.encode("utf-16-le")) // 2


def expected_forms(text: str) -> list[list[int]] | None:
    """Returns the ends of the forms of a text, in UTF-16 units; None if it cannot be read."""
    try:
        source = read_source(text)
    except LispError:
        return None
    places = []
    for line, column, end_line, end_column in source.top_spans:
        start, end = source.spans.offset(line, column), source.spans.offset(end_line, end_column)
        places.append([units(text[:start]), units(text[:end])])
    return places


@needs_node
def test_forms_of_all_cases_stand_where_the_reader_finds_them() -> None:
    texts = [program for path in CASES for _, program, _ in read_cases(path)]
    found = run_page_modules(PARSING, programs(texts) + FORMS)
    wrong, read = [], 0
    for text, (is_broken, forms) in zip(texts, found, strict=True):
        expected = expected_forms(text)
        if expected is None:
            continue
        read += 1
        if is_broken or forms != expected:
            wrong.append((text, is_broken, forms, expected))
    assert wrong == []
    assert read > 1000


@needs_node
def test_what_the_reader_refuses_has_a_mistake_in_the_tree() -> None:
    texts = ["(a", "a)", "(a]", "[1 2", "{:a 1", 'f"a', 'f"${a', "#(", "'", "(f '", "#u8(1"]
    found = run_page_modules(PARSING, programs(texts) + FORMS)
    assert [text for text, (is_broken, _) in zip(texts, found, strict=True) if not is_broken] == []


@needs_node
def test_lines_are_indented_as_lisp_people_expect() -> None:
    wanted = {
        "(define (f x)\n|": 2,
        "(let ((x 1)\n|": 6,
        "(let ((x 1))\n|": 2,
        "(if (= 1 2)\n|": 4,
        "(cond ((= 1 2) 3)\n|": 6,
        "(when x\n|": 2,
        "(f a\n|": 3,
        "(f\n|": 2,
        "(f (g 1\n|": 6,
        "(with-mine x\n|": 2,
        "(try (f)\n|": 2,
        "(try\n  (f)\n  (catch e\n|": 4,
        "(list [1\n|": 7,
        "{:a 1\n|": 1,
        "'(a\n|": 2,
        '(f "(" #\\( ; (\n|': 3,
        "(f #; ( b) a\n|": 11,
        "(f)\n|": 0,
        "(define x 1)\n(f\n|": 2,
    }
    found = run_page_modules(INDENTING, programs(list(wanted)) + COLUMNS)
    assert dict(zip(wanted, found, strict=True)) == wanted


@needs_node
def test_the_inside_of_a_text_is_left_as_it_is() -> None:
    assert run_page_modules(INDENTING, programs(['(f "a\n|b")', '(f """a\n|b""")']) + COLUMNS) == [
        None,
        None,
    ]


@needs_node
def test_the_parser_is_made_of_the_grammar() -> None:
    done = subprocess.run(
        [str(node()), "tools/grammar.mjs", "--check"],
        cwd=WEB,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
