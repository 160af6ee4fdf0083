"""Names and versions of files (web/src/storage/), undo, and work that waits (web/src/app/). Run by Node.js."""

from __future__ import annotations

import json
from typing import Any

from page_modules import needs_node, run_page_modules

pytestmark = needs_node

HEAD = """
import "fake-indexeddb/auto";
import { openStorage } from "SRC/stored.js";
import { createVault } from "SRC/storage/vault.js";
import { createFileStore } from "SRC/storage/file-store.js";
import { cleanName, freeName, nameOfOther, readableName } from "SRC/storage/file-names.js";
import { createRunStore } from "SRC/storage/run-store.js";
import { createState, firstState } from "SRC/state.js";
import { createUndo } from "SRC/app/undo.js";
import { createFiles } from "SRC/app/files.js";
import { endCalls, shortenCalls } from "SRC/app/keeping-runs.js";
const storage = openStorage(() => { throw new Error("refused"); });
const openTab = () => createFileStore(createVault({ storage }));
const bytes = (text) => new TextEncoder().encode(text);
const text = (content) => content && new TextDecoder().decode(content);
const all = async (store) => (await store.load()).map(([name, content]) => [name, text(content)]);
"""


def run(body: str) -> Any:
    """Runs statements that call `tell`; returns what they told."""
    return run_page_modules(HEAD, body)


FREE = (
    ("a.png", [], "a.png"),
    ("a.png", ["a.png"], "a-2.png"),
    ("a.png", ["a.png", "a-2.png"], "a-3.png"),
    ("A.PNG", ["a.png"], "A-2.PNG"),
    ("x.tar.gz", ["x.tar.gz"], "x-2.tar.gz"),
    ("noext", ["noext"], "noext-2"),
    (".env", [".env"], ".env-2"),
    ("e\u0301.txt", ["\u00e9.txt"], "e\u0301-2.txt"),
    ("b/a.txt", ["b/a.txt"], "b/a-2.txt"),
    # A folder is in the way of a file, or a file of a folder.
    ("b", ["b/a.txt"], "b-2"),
    ("b/a.txt", ["b"], "b-a.txt"),
    ("b/a.txt", ["b", "b-a.txt"], "b-a-2.txt"),
)
READABLE = (
    ("photo.jpg", "photo.jpg"),
    ("C:\\pictures\\photo.jpg", "C:/pictures/photo.jpg"),
    ("../../etc/passwd", "etc/passwd"),
    ("/absolute", "absolute"),
    ("e\u0301.txt", "\u00e9.txt"),
    ("evil\u202egnp.exe", "evilgnp.exe"),
    ("a\nb\u0000.txt", "ab.txt"),
    ("  spaces .txt ", "spaces .txt"),
    ("", "file"),
    ("..", "file"),
    ("   ", "file"),
    ("x" * 1000 + ".jpeg", "x" * 195 + ".jpeg"),
    ("ü" * 1000, "ü" * 100),
)


def test_names() -> None:
    asked = [[name, taken] for name, taken, _ in FREE]
    free, readable, other = run(f"""
        tell({json.dumps(asked)}.map(([name, taken]) => freeName(name, taken)));
        tell({json.dumps([name for name, _ in READABLE])}.map(readableName));
        tell(["a.txt", "a"].map((name) => nameOfOther(name, ["a (from other tab).txt"])));
    """)
    assert free == [expected for _, _, expected in FREE]
    assert readable == [expected for _, expected in READABLE]
    assert other == ["a (from other tab 2).txt", "a (from other tab)"]


def test_of_a_file_that_two_tabs_change_both_versions_stay() -> None:
    told = run("""
        const [one, two] = [openTab(), openTab()];
        await one.save([["a.txt", bytes("start")]]);
        await two.load();
        await one.save([["a.txt", bytes("one")]]);
        tell(await two.look(["a.txt", "b.txt"]).then((changes) => changes.map(([name, content]) => [name, text(content)])));
        const { others } = await two.save([["a.txt", bytes("two")]]);
        tell(others.map(({ name, copy, bytes }) => [name, copy, text(bytes)]));
        tell(await all(openTab()));
        // Nothing has happened meanwhile: there is no conflict any more.
        tell((await two.save([["a.txt", bytes("two again")]])).others.length);
        // Of the same content one is enough.
        await one.look(["a.txt"]);
        tell((await one.save([["a.txt", bytes("two again")]])).others.length);
    """)
    assert told == [
        [["a.txt", "one"]],
        [["a.txt", "a (from other tab).txt", "one"]],
        [["a (from other tab).txt", "one"], ["a.txt", "two"]],
        0,
        0,
    ]


def test_two_tabs_that_make_the_same_file_at_once_keep_both() -> None:
    assert run("""
        const [one, two] = [openTab(), openTab()];
        await Promise.all([one.load(), two.load()]);
        await Promise.all([one.save([["a", bytes("one")]]), two.save([["a", bytes("two")]])]);
        tell(await all(openTab()));
    """) == [[["a", "two"], ["a (from other tab)", "one"]]]


def test_a_file_that_another_tab_has_changed_is_not_deleted() -> None:
    assert run("""
        const [one, two] = [openTab(), openTab()];
        await one.save([["a", bytes("start")]]);
        await two.load();
        await one.save([["a", bytes("changed")]]);
        tell((await two.save([["a", null]])).notRemoved);
        await two.look(["a"]); // now it was seen
        tell((await two.save([["a", null]])).notRemoved);
        tell(await all(openTab()));
        tell(await one.look(["a"]));
    """) == [["a"], [], [], [["a", None]]]


def test_files_of_earlier_pages_are_read_and_broken_ones_left_out() -> None:
    assert run("""
        const vault = createVault({ storage });
        await vault.transact("readwrite", ["files"], async (transaction) => {
            await transaction.put("files", "old.txt", bytes("old"));
            await transaction.put("files", "broken", { some: "thing" });
        });
        const store = createFileStore(vault);
        tell(await all(store));
        tell((await store.save([["old.txt", bytes("new")]])).others.length);
    """) == [[["old.txt", "old"]], 0]


def test_one_file_without_room_does_not_cost_the_others() -> None:
    assert run("""
        const vault = createVault({ storage });
        const full = { ...vault, transact: (mode, stores, work) => vault.transact(mode, stores, (transaction) => work({
            ...transaction,
            put: (store, key, value) => {
                if (value.length > 20 && value instanceof Uint8Array) throw new DOMException("full", "QuotaExceededError");
                return transaction.put(store, key, value);
            },
        })) };
        const store = createFileStore(full);
        const { unkept } = await store.save([["a", bytes("a")], ["b", bytes("b".repeat(100))], ["c", bytes("c")]]);
        tell(unkept);
        tell(await all(openTab()));
    """) == [["b"], [["a", "a"], ["c", "c"]]]


def test_what_a_page_had_no_time_to_look_at_is_written_by_the_next_one() -> None:
    assert run("""
        const [one, two] = [openTab(), openTab()];
        await one.save([["a", bytes("start")], ["gone", bytes("x")], ["theirs", bytes("start")]]);
        await two.load();
        await two.save([["theirs", bytes("of two")]]);
        await one.sayFarewell([
            ["a", bytes("last")], ["new", bytes("new")], ["gone", null], ["theirs", bytes("of one")],
        ]);
        await new Promise((resolve) => setTimeout(resolve, 50));
        tell(await all(openTab()));
        tell((await all(openTab())).length);
    """) == [
        [
            ["a", "last"],
            ["new", "new"],
            ["theirs", "of one"],
            ["theirs (from other tab)", "of two"],
        ],
        4,
    ]


def test_a_write_that_was_under_way_is_no_conflict() -> None:
    assert run("""
        const one = openTab();
        const writing = one.save([["a", bytes("first")]]);
        await new Promise((resolve) => setTimeout(resolve, 0));
        await one.sayFarewell([["a", bytes("second")]]);
        await writing;
        await one.sayFarewell([["a", bytes("third")]]);
        await new Promise((resolve) => setTimeout(resolve, 50));
        const names = (await all(openTab())).map(([name]) => name);
        tell(names.filter((name) => name === "a"));
    """) == [["a"]]


PAGE = """
const state = createState(firstState());
const { get, dispatch } = state;
const sent = [];
const interpreter = { writeFile: (name) => sent.push(name), removeFile: (name) => sent.push(`-${name}`) };
const undo = createUndo(state);
const files = createFiles(state, interpreter, undo);
const shown = () => [...get().files].map(([name, content]) => [name, text(content)]).sort();
const program = (name, content) => dispatch(
    content === null ? { type: "file-lost", name } : { type: "file-written", name, bytes: bytes(content) });
"""


def test_what_was_deleted_in_a_row_is_taken_back_together() -> None:
    assert run(
        PAGE
        + """
        for (const name of ["a", "b", "c"]) files.write(name, bytes(name));
        files.remove("a");
        tell(get().undo.text);
        files.remove("b");
        tell(get().undo.text);
        files.remove("c");
        tell(get().undo.text);
        files.write("b", bytes("another"));
        undo.takeBack();
        tell(shown());
        tell(get().undo);
        undo.takeBack();
        files.remove("a");
        dispatch({ type: "undo-closed", number: get().undo.number });
        undo.takeBack();
        tell(get().files.has("a"));
    """
    ) == [
        "a was deleted",
        "a and b were deleted",
        "a and 2 others were deleted",
        [["a", "a"], ["b", "another"], ["b-2", "b"], ["c", "c"]],
        None,
        False,
    ]


def test_what_the_visitor_had_before_a_program_changed_it_stays() -> None:
    assert run(
        PAGE
        + """
        files.write("mine", bytes("mine"));
        program("mine", "changed");
        program("mine", "changed again");
        program("its", "new");
        program("its", "newer");
        program(".sema/cache", "x");
        tell([...get().earlier.keys()]);
        files.bringBack("mine");
        tell(shown().filter(([name]) => name === "mine"));
        tell([...get().earlier.keys()]);
        program("mine", "mine"); // the same content is no change
        tell([...get().earlier.keys()]);
        program("mine", null);
        tell(get().undo.text);
        undo.takeBack();
        tell(shown().filter(([name]) => name === "mine"));
    """
    ) == [
        ["mine"],
        [["mine", "mine"]],
        [],
        [],
        "mine was deleted by the program",
        [["mine", "mine"]],
    ]


def test_the_last_run_is_kept_by_its_parts_and_belongs_together() -> None:
    assert run("""
        const vault = createVault({ storage });
        const store = createRunStore(vault);
        const log = { run: "r1", at: 5, isRunning: true, code: "(x)", items: [{ kind: "out", text: "printed" }] };
        await store.save("tab", { log, recorded: { run: "r1", at: 5, recorded: null } });
        await store.save("tab", { calls: { run: "r0", at: 4, list: [] } });
        const kept = await store.load("tab");
        tell([kept.log.items[0].text, kept.recorded !== undefined, kept.calls === undefined]);
        // What the page said when it went is newer.
        store.saveLastWords({ log: { ...log, at: 6, items: [{ kind: "out", text: "printed more" }] } });
        tell((await store.load("tab")).log.items[0].text);
        tell((await store.load("tab")).log.items[0].text);
        await vault.transact("readwrite", ["runs"], (transaction) => transaction.put("runs", "tab/log", { items: 7 }));
        tell((await store.load("tab")).log === undefined);
        for (let at = 0; at < 40; at++) await store.save(`tab${at}`, { log: { ...log, at: 100 + at } });
        await store.tidy("tab3");
        tell((await store.load("tab39")).log !== undefined);
        tell((await store.load("tab3")).log !== undefined);
        tell((await store.load("tab4")).log === undefined);
    """) == [["printed", True, True], "printed more", "printed", True, True, True, True]


def test_calls_are_kept_without_keys_and_within_bounds() -> None:
    assert run("""
        const call = (id, size) => ({ id, state: "running", request: "r".repeat(size), response: "key-123", text: "", notes: [], error: null });
        const redact = (text) => text.replaceAll("key-123", "[key]");
        const kept = shortenCalls([call("old", 3_000_000), call("new", 2_000_000)], redact);
        tell(kept.map(({ id, request, response, notes }) => [id, request.length, response, notes]));
        tell(endCalls([call("a", 1)], true).map(({ state, error }) => [state, error !== null]));
        tell(endCalls([call("a", 1)], false).map(({ state }) => state));
    """) == [
        [["old", 0, "", ["not kept over the reload"]], ["new", 2_000_000, "[key]", []]],
        [["failed", True]],
        ["running"],
    ]
