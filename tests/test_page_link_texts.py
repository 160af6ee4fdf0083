"""The programs of links are known again (web/src/models/link-texts.js). Run by Node.js."""

from __future__ import annotations

import json
from typing import Any

import pytest

from browserless import run_page
from page_modules import needs_node

pytestmark = needs_node

MODULES = {"models/link-texts.js": "createLinkTexts", "stored.js": "listenForTroubles"}
LINKED = """; a demo
(define (ask question) (llm/complete question {:max-tokens 100}))
(for-each (fn (each) (println (ask (str "Tell me about " each)))) (list "cats" "dogs" "birds"))
"""

# What somebody makes of it, and whether it is still a stranger's program.
CHANGED = {
    LINKED: True,
    "": False,
    "  \n": False,
    "; only a comment\n": False,
    "(define (area r) (* 3 r r))": False,
    LINKED.upper(): False,  # names are told apart by their case
    LINKED.replace("; a demo", "; mine, mine, mine\n; really"): True,
    LINKED.replace("\n", "\n\n   ").replace("(", "[").replace(")", "]"): True,
    LINKED.replace("cats", "whales").replace("dogs", "ants"): True,
    f"(println 1)\n{LINKED}\n(println 2)": True,
    "\n".join(LINKED.split("\n")[:3]): True,
    LINKED.split("\n")[1]: True,
    f"{LINKED}\n" + "\n".join(f"(define a{at} {at})" for at in range(200)): True,
    "(llm/complete question)": False,
}


def told(body: str) -> list[Any]:
    return run_page(MODULES, body)


def test_a_links_program_is_known_again_when_it_was_changed() -> None:
    found = told(f"""
        const texts = createLinkTexts(storageOf());
        texts.add({json.dumps(LINKED)});
        for (const text of {json.dumps(list(CHANGED))}) tell(texts.resembles(text));
    """)
    assert dict(zip(CHANGED, found, strict=True)) == CHANGED


def test_it_is_known_on_later_visits_until_the_visitor_says_that_it_is_theirs() -> None:
    assert told(f"""
        const storage = storageOf();
        const linked = {json.dumps(LINKED)};
        createLinkTexts(storage).add(linked);
        createLinkTexts(storage).add("(something quite different (from (the first)))");
        tell(createLinkTexts(storage).resembles(linked));
        createLinkTexts(storage).own(linked + "; and more");
        const later = createLinkTexts(storage);
        tell([later.resembles(linked), later.resembles("(something quite different (from (the first)))")]);
    """) == [True, [False, True]]


def test_the_last_ones_are_kept_each_once_and_cut() -> None:
    assert told("""
        const storage = storageOf();
        const texts = createLinkTexts(storage);
        const program = (at) => `(define (f${at} x${at}) (g${at} h${at} i${at}))`;
        for (let at = 0; at < 20; at++) { texts.add(program(at)); texts.add(program(at)); }
        tell([texts.resembles(program(7)), texts.resembles(program(8)), texts.resembles(program(19))]);
        texts.add(`(start of it) ${"(word ".repeat(50_000)}`);
        texts.add("; a comment alone");
        const kept = JSON.parse(storage.map.get("lispcore.link-programs"));
        tell([kept.length, Math.max(...kept.map((each) => each.length))]);
    """) == [[False, True, True], [12, 20_000]]


@pytest.mark.parametrize("value", ["{", "null", "7", "{}", "[7]", '["ok", null]'])
def test_a_bad_store_is_reset_and_said(value: str) -> None:
    assert told(f"""
        const troubles = [];
        listenForTroubles(({{ name }}) => troubles.push(name));
        const storage = storageOf({{ "lispcore.link-programs": {json.dumps(value)} }});
        const texts = createLinkTexts(storage);
        tell([texts.resembles("(f x y z)"), troubles]);
        texts.add("(f x y z)");
        tell(createLinkTexts(storage).resembles("(f x y z)"));
    """) == [[False, ["lispcore.link-programs"]], True]


def test_long_texts_are_compared_at_once() -> None:
    assert told("""
        const texts = createLinkTexts(storageOf());
        for (let at = 0; at < 12; at++) texts.add(`(f${at} ${"a b c d ".repeat(4000)})`);
        const start = performance.now();
        tell(texts.resembles("x y z ".repeat(100_000)));
        tell(performance.now() - start < 5000);
    """) == [False, True]
