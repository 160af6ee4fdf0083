"""The history of programs (web/src/storage/): what is kept, and that nobody writes over anybody. Run by Node.js."""

from __future__ import annotations

import json
from typing import Any

import pytest

from page_modules import needs_node, run_page_modules

pytestmark = needs_node

HEAD = """
import "fake-indexeddb/auto";
import { openStorage, readText, writeText, listenForTroubles } from "SRC/stored.js";
import { createVault } from "SRC/storage/vault.js";
import { createHistory, chooseGone, BOUNDS, shortenOutput } from "SRC/storage/history.js";
import { isContinued } from "SRC/storage/likeness.js";
import { titleOf } from "SRC/storage/program-record.js";
const refused = () => { throw new Error("refused"); };
const storage = openStorage(refused);
let time = 1_000_000;
const open = (options = {}) => {
  const vault = createVault({ storage, ...options });
  return { vault, history: createHistory(vault, { now: () => time, storage }) };
};
const names = async (history) => (await history.list()).map(({ name, versions }) => name || versions.at(-1).title);
const texts = async (history) => {
  const all = [];
  for (const { versions } of await history.list()) {
    const own = [];
    for (const { text } of versions) own.push(await history.read(text));
    all.push(own);
  }
  return all;
};
"""

WRITER = """
const { vault, history } = open();
let place = null;
const write = async (text, { from = "own", at = place } = {}) => {
  time += 5000;
  place = await history.keep({ text, from, place: at });
  return place;
};
"""


def run(body: str) -> Any:
    """Runs statements that call `tell`; returns what they told."""
    return run_page_modules(HEAD, body)


def test_what_is_typed_is_one_version_and_what_is_run_stays() -> None:
    assert run(
        WRITER
        + """
        for (const text of ["(de", "(define (f x)", "(define (f x) (* x 2))"]) await write(text);
        tell(await texts(history));
        await history.keepOutput(place, "42", "whole");
        await write("(define (f x) (* x 3))");
        tell(await texts(history));
        const [{ versions }] = await history.list();
        tell([await history.read(versions[0].output), versions[0].ending, versions[1].ending]);
    """
    ) == [
        [["(define (f x) (* x 2))"]],
        [["(define (f x) (* x 2))", "(define (f x) (* x 3))"]],
        ["42", "whole", ""],
    ]


def test_what_is_taken_out_is_kept_as_a_version() -> None:
    [found] = run(
        WRITER
        + """
        const long = Array.from({ length: 40 }, (_, at) => `(define name-${at} ${at})`).join("\\n");
        await write(long);
        await write(long.split("\\n").slice(0, 20).join("\\n"));
        await write(long.split("\\n").slice(0, 12).join("\\n"));
        tell((await texts(history))[0].map((text) => text.split("\\n").length));
    """
    )
    assert found == [40, 20, 12]


def test_another_program_is_a_program_of_its_own() -> None:
    assert run(
        WRITER
        + """
        await write("; the first\\n(println 1)\\n(define a 1)");
        await write("; quite another one\\n(let loop () (loop))");
        tell(await names(history));
    """
    ) == [["quite another one", "the first"]]


def test_two_tabs_with_the_same_program_do_not_write_over_one_another() -> None:
    # As a duplicated tab does: it has the other's place in the history.
    both = run(
        WRITER
        + """
        const start = await write("(define start 1)");
        await write("(define start 1) ; mine", { at: start });
        const other = createHistory(createVault({ storage }), { now: () => time });
        await other.keep({ text: "(define start 1) ; theirs", from: "own", place: start });
        await write("(define start 1) ; mine, too");
        tell((await texts(history)).flat());
    """
    )
    assert sorted(both[0]) == ["(define start 1) ; mine, too", "(define start 1) ; theirs"]


def test_the_same_text_is_kept_once() -> None:
    assert run(
        WRITER
        + """
        await write("(+ 1 2)");
        await write("(+ 1 2)", { at: null });
        await write("(other)", { at: null });
        await write("(+ 1 2)", { at: null });
        tell(await names(history));
        const keys = await vault.transact("readonly", ["texts"], (transaction) => transaction.keys("texts"));
        tell(keys.length);
    """
    ) == [["(other)", "(+ 1 2)"], 2]


def test_texts_of_one_key_are_told_apart() -> None:
    assert run(
        WRITER
        + """
        const { text: key } = await write("(one)");
        await vault.transact("readwrite", ["texts"], (transaction) => transaction.put("texts", key, "(another)"));
        const { text: next } = await write("(one)", { at: null });
        tell([next === key, await history.read(next), await history.read(key)]);
    """
    ) == [[False, "(one)", "(another)"]]


def test_links_cannot_push_out_what_the_visitor_wrote() -> None:
    assert run(
        WRITER
        + """
        await write("; mine\\n(precious)");
        for (let at = 0; at < BOUNDS.link.programs + 20; at++) {
            await write(`; link ${at}\\n(number ${at})`, { from: "link", at: null });
        }
        const all = await history.list();
        tell(all.filter(({ from }) => from === "own").length);
        tell(all.filter(({ from }) => from === "link").length);
        tell((await names(history)).includes("mine"));
    """
    ) == [1, 60, True]


def test_the_oldest_goes_first_and_what_is_pinned_stays() -> None:
    assert run("""
        const record = (id, changedAt, more = {}) => ({
            id, name: id, from: "own", isPinned: false, deletedAt: null, changedAt,
            versions: [{ size: BOUNDS.own.characters / 4, output: "" }], ...more,
        });
        const programs = [
            record("old", 1), record("pinned", 0, { isPinned: true }), record("new", 9), record("current", 0),
            record("deleted", 8, { deletedAt: 8 }), record("long deleted", 8, { deletedAt: -4_000_000 }),
        ];
        tell(chooseGone(programs, "current", 10).map(({ id }) => id));
    """) == [["long deleted", "old", "deleted"]]


def test_a_deleted_program_can_be_brought_back() -> None:
    assert run(
        WRITER
        + """
        const { program } = await write("(a program)");
        await history.markDeleted(program, true);
        tell(await names(history));
        await write("(another one)", { at: null });
        await history.markDeleted(program, false);
        tell(await names(history));
    """
    ) == [[], ["(another one)", "(a program)"]]


def test_all_are_deleted_taken_back_and_erased() -> None:
    assert run(
        WRITER
        + """
        const { program } = await write("(one)");
        await history.pin(program, true);
        await write("(two)", { at: null });
        await vault.transact("readwrite", ["programs"], (transaction) => transaction.put("programs", "bad", 7));
        const ids = await history.markAllDeleted();
        tell([ids.length, await names(history)]);
        await history.takeBack(ids);
        tell(await names(history));
        await history.markAllDeleted();
        await write("(three)", { at: null });
        await history.erase(ids, true);
        tell(await names(history));
        await vault.transact("readonly", ["programs", "texts"], async (transaction) => {
            tell([(await transaction.keys("programs")).length, await transaction.values("texts")]);
        });
        // What came back meanwhile, in another tab for instance, is not erased.
        const again = await history.markAllDeleted();
        await history.takeBack(again);
        await history.erase(again);
        tell(await names(history));
    """
    ) == [[2, []], ["(one)", "(two)"], ["(three)"], [1, ["(three)"]], ["(three)"]]


WORDS = '{ text: "(last)", from: "own", place, output: null, ending: "" }'


def test_what_a_page_left_that_went_is_kept_by_the_next() -> None:
    assert run(
        WRITER
        + """
        await write("(define last 1)");
        const words = { from: "own", place, output: null, ending: "" };
        history.sayFarewell({ ...words, text: "(define last 12)" });
        history.sayFarewell({ ...words, text: "(theirs)", from: "link", place: null });
        history.sayFarewell({ ...words, text: "(define last 1)", output: "printed", ending: "running" });
        const next = open().history;
        await next.takeFarewells();
        tell((await texts(next)).toSorted());
        const [{ versions }] = (await next.list()).filter(({ from }) => from === "own");
        tell([await next.read(versions[0].output), versions[0].ending]);
        tell(storage.length);
        await next.takeFarewells();
        tell((await next.list()).length);
    """
    ) == [
        [["(define last 1)", "(define last 12)"], ["(theirs)"]],
        ["printed", "running"],
        0,
        2,
    ]


def test_what_a_page_left_that_lived_on_is_no_second_program() -> None:
    assert run(
        WRITER
        + f"""
        await write("(las");
        const forget = history.sayFarewell({WORDS});
        await write("(last)");
        await open().history.takeFarewells();
        tell(await names(history));
        history.sayFarewell({WORDS});
        forget();
        tell([storage.length, (await history.list()).length]);
    """
    ) == [["(last)"], [1, 1]]


@pytest.mark.parametrize(
    "value",
    [
        "{",
        "7",
        "null",
        '{"at": 1}',
        '{"at": null, "text": "(x)", "from": "own", "place": null, "output": null, "ending": ""}',
        '{"at": 1, "text": "(x)", "from": "them", "place": null, "output": null, "ending": ""}',
    ],
)
def test_what_was_left_and_cannot_be_read_is_put_aside(value: str) -> None:
    assert run(f"""
        writeText(storage, "lispcore.farewell.x.1", {json.dumps(value)});
        const {{ history }} = open();
        history.sayFarewell({{ text: "(good)", from: "own", place: null, output: null, ending: "" }});
        await history.takeFarewells();
        tell(await names(history));
        tell(readText(storage, "lispcore.farewell.x.1"));
        tell(readText(storage, "lispcore.broken.farewell.x.1"));
    """) == [["(good)"], None, value]


def test_what_has_no_room_is_not_left() -> None:
    assert run("""
        const full = { ...storage, setItem: refused, getItem: () => null, length: 0 };
        const { history } = open();
        const other = createHistory(createVault({ storage }), { storage: full });
        other.sayFarewell({ text: "(x)", from: "own", place: null, output: null, ending: "" })();
        history.sayFarewell({ text: "x".repeat(2_000_000), from: "own", place: null, output: null, ending: "" })();
        const closed = { get length() { throw new Error("closed"); } };
        await createHistory(createVault({ storage }), { storage: closed }).takeFarewells();
        tell([storage.length, (await history.list()).length]);
    """) == [[0, 0]]


def test_a_version_is_brought_back_as_the_last_one() -> None:
    assert run(
        WRITER
        + """
        const first = await write("(define a 1)");
        await history.keepOutput(first, "", "whole");
        await write("(define a 12)");
        place = await history.bringBack(first.program, first.text);
        await write("(define a 15)");
        tell((await texts(history))[0]);
        tell(await history.bringBack(first.program, "nowhere"));
    """
    ) == [["(define a 1)", "(define a 12)", "(define a 1)", "(define a 15)"], None]


def test_programs_are_found_by_every_version_and_by_name() -> None:
    assert run(
        WRITER
        + """
        const { program } = await write("; colours\\n(list :red :green)");
        await history.keepOutput(place, "x", "whole");
        await write("; colours\\n(list :red :blue)");
        await write("; other\\n(print)", { at: null });
        await history.rename(program, "My \\n  paint \\u202e box");
        const find = async (wanted) => {
            const found = await history.find(await history.list(), wanted);
            return Promise.all(found.map(({ version }) => history.read(version.text)));
        };
        tell(await find("GREEN"));
        tell(await find("red colours"));
        tell(await find("paint box"));
        tell((await find("")).length);
        tell(await find("nowhere"));
        tell(await names(history));
    """
    ) == [
        ["; colours\n(list :red :green)"],
        ["; colours\n(list :red :blue)"],
        ["; colours\n(list :red :blue)"],
        2,
        [],
        ["other", "My paint box"],
    ]


def test_versions_are_thinned_and_outputs_shortened() -> None:
    [count, first, length] = run(
        WRITER
        + """
        for (let at = 0; at < 60; at++) {
            await write(`(define a ${at})`);
            await history.keepOutput(place, String(at), "whole");
        }
        const [{ versions }] = await history.list();
        tell(versions.length);
        tell(await history.read(versions[0].text));
        tell(shortenOutput("x".repeat(1_000_000)).length);
    """
    )
    assert count == 40
    assert first == "(define a 0)" or first.startswith("(define a ")
    assert length < 21_000


BROKEN = (
    "null",
    "7",
    "{}",
    '{ id: "bad" }',
    '{ id: "other", name: "", from: "own", isPinned: false, deletedAt: null, changedAt: 1, versions: [] }',
)


def test_a_broken_entry_is_taken_out_and_said() -> None:
    names = [f"bad {at}" for at in range(len(BROKEN))]
    entries = ", ".join(
        f"[{json.dumps(name)}, {value}]" for name, value in zip(names, BROKEN, strict=True)
    )
    listed, again, heard, after = run(
        WRITER
        + f"""
        await write("(good)");
        for (const [name, value] of [{entries}]) {{
            await vault.transact("readwrite", ["programs"], (transaction) => transaction.put("programs", name, value));
        }}
        const heard = [];
        listenForTroubles(({{ name, copy }}) => heard.push([name, copy]));
        tell(await names(history));
        tell(await names(history));
        tell(heard);
        await write("(good thing)");
        tell(await names(history));
    """
    )
    assert listed == again == ["(good)"]
    assert heard == [[name, f"lispcore.broken.{name}"] for name in names]
    assert after == ["(good thing)"]


@pytest.mark.parametrize("way", ["throws", "never answers"])
def test_without_a_database_the_history_is_in_the_local_storage(way: str) -> None:
    opened = "refused" if way == "throws" else "() => new Promise(() => {})"
    assert run(f"""
        const {{ vault, history }} = open({{ open: {opened}, patience: 50 }});
        const place = await history.keep({{ text: "(kept)", from: "own", place: null }});
        await history.keepOutput(place, "printed", "whole");
        tell(await vault.kind());
        const again = open({{ open: {opened}, patience: 50 }}).history;
        const [{{ versions }}] = await again.list();
        tell([await again.read(versions[0].text), await again.read(versions[0].output)]);
        // A later visit has a database: it takes over what was kept.
        const later = open();
        await later.vault.kind();
        await new Promise((resolve) => setTimeout(resolve, 100));
        tell(await names(later.history));
        tell(readText(storage, "lispcore.history"));
    """) == ["missing" if way == "throws" else "late", ["(kept)", "printed"], ["(kept)"], None]


def test_a_database_that_comes_late_takes_over_what_was_held() -> None:
    assert run("""
        import("idb").then(async ({ openDB }) => {
            const slow = async () => {
                await new Promise((resolve) => setTimeout(resolve, 300));
                return openDB("lispcore", 2, {
                    upgrade(made) {
                        for (const name of ["files", "fileVersions", "programs", "texts", "runs"]) made.createObjectStore(name);
                    },
                });
            };
            const { vault, history } = open({ open: slow, patience: 30 });
            let arrived = false;
            vault.onLateArrival(() => { arrived = true; });
            await history.keep({ text: "(early)", from: "own", place: null });
            tell([await vault.kind(), arrived]);
            await new Promise((resolve) => setTimeout(resolve, 600));
            tell([await vault.kind(), arrived, await names(history)]);
        });
        await new Promise((resolve) => setTimeout(resolve, 1500));
    """) == [["late", False], ["database", True, ["(early)"]]]


def test_the_local_storage_takes_as_much_as_has_room() -> None:
    assert run("""
        const { history } = open({ open: refused, patience: 50 });
        for (let at = 0; at < 5; at++) {
            time += 1000;
            await history.keep({ text: `; ${at}\\n${String(at).repeat(600_000)}`, from: "own", place: null });
        }
        tell((await history.list()).length);
        tell(await names(open({ open: refused, patience: 50 }).history));
    """) == [5, ["4", "3"]]


LIKE = (
    ("(+ 1 2)", "(+ 1 23)", True),
    ("(", "(define (f x) x)", True),
    ("(define a 1)\n(define b 2)", "(define b 2)\n(define c 3)\n(define a 1)", True),
    ("; mine\n(println 1)", "(theirs)", False),
    ("(define (area r) (* 3 r r))", "; a poem\n(llm/complete 5)", False),
    ("", "(+ 1 2)", True),
)


def test_whether_a_program_goes_on() -> None:
    found = run(
        f"for (const [before, after] of {json.dumps(LIKE)}) tell(isContinued(before, after));"
    )
    assert found == [expected for _, _, expected in LIKE]


TITLES = {
    "; Grüße an alle\n(println 1)": "Grüße an alle",
    ";;;; --- Title ---\n": "Title ---",
    "\n\n(define (area r)\n  (* r r)) ; not this": "area",
    "(define-record point x y)": "point",
    "(println 1)\n; later": "(println 1)",
    ";;;\n(defn go [] 1)": "go",
    "; " + "x" * 500: "x" * 80,
    "   \n": "Empty program",
    "; \u202eevil\u0007": "evil",
}


def test_titles() -> None:
    found = run(f"for (const text of {json.dumps(list(TITLES))}) tell(titleOf(text));")
    assert found == list(TITLES.values())
