"""The tree of files: its rows, its keys, and what is remembered of it (web/src/panels/files/). Run by Node.js."""

from __future__ import annotations

from typing import Any

from page_modules import needs_node, run_page_modules

pytestmark = needs_node

HEAD = """
import { growTree, move, movesOfFolder, rowsOf, isShown } from "SRC/panels/files/tree.js";
import { createFolders } from "SRC/panels/files/folders.js";
import { createTreeStore } from "SRC/storage/file-tree.js";
import { describeSum, freeOf, sumUp } from "SRC/panels/files/room.js";
import { readEntries } from "SRC/panels/files/input.js";
import { openStorage } from "SRC/stored.js";
const FILES = [["b.txt", 1], ["data/part 10.csv", 10], ["data/part 9.csv", 9], ["data/deep/x", 5], ["a.txt", 2], ["a/z", 3]];
const rows = (closed = [], made = []) => rowsOf(growTree(FILES, made), new Set(closed));
"""


def run(body: str) -> Any:
    """Runs statements that call `tell`; returns what they told."""
    return run_page_modules(HEAD, body)


def test_folders_stand_first_and_numbers_are_numbers() -> None:
    seen, sizes, places = run("""
        tell(rows().map(({ path, level }) => `${level} ${path}`));
        tell(rows().filter(({ isFolder }) => isFolder).map(({ path, size, count }) => [path, size, count]));
        tell(rows().map(({ place, beside }) => `${place}/${beside}`));
    """)
    assert seen == [
        "1 a", "2 a/z", "1 data", "2 data/deep", "3 data/deep/x", "2 data/part 9.csv", "2 data/part 10.csv",
        "1 a.txt", "1 b.txt",
    ]  # fmt: skip
    assert sizes == [["a", 3, 1], ["data", 24, 3], ["data/deep", 5, 1]]
    assert places == ["1/4", "1/1", "2/4", "1/3", "1/1", "2/3", "3/3", "3/4", "4/4"]


def test_a_closed_folder_hides_what_is_in_it_and_an_empty_one_is_there() -> None:
    closed, made = run("""
        tell(rows(["data", "gone"]).map(({ path, isOpen }) => [path, isOpen]));
        tell(rows(["a", "data"], ["new/inner", "data"]).map(({ path, count }) => [path, count]));
    """)
    assert closed == [
        ["a", True], ["a/z", False], ["data", False], ["a.txt", False], ["b.txt", False],
    ]  # fmt: skip
    assert made == [["a", 1], ["data", 3], ["new", 0], ["new/inner", 0], ["a.txt", 1], ["b.txt", 1]]


def test_very_many_files_and_very_deep_folders_have_rows() -> None:
    assert run("""
        const many = Array.from({ length: 150_000 }, (_, at) => [`big/f${at}`, 1]);
        tell(rowsOf(growTree(many, []), new Set()).length);
        tell(rowsOf(growTree([["d/".repeat(499) + "f", 7]], []), new Set()).at(-1).level);
    """) == [150_001, 500]


def test_the_keys_go_through_the_tree() -> None:
    keys = [
        ("ArrowDown", "a", {"go": "a/z"}),
        ("ArrowUp", "a", {}),
        ("ArrowDown", "b.txt", {}),
        ("Home", "b.txt", {"go": "a"}),
        ("End", "a", {"go": "b.txt"}),
        ("ArrowRight", "a", {"go": "a/z"}),
        ("ArrowRight", "data", {"turn": "data"}),
        ("ArrowRight", "a.txt", {}),
        ("ArrowLeft", "a", {"turn": "a"}),
        ("ArrowLeft", "a/z", {"go": "a"}),
        ("ArrowLeft", "a.txt", {}),
        ("ArrowDown", "data", {"go": "a.txt"}),
        ("x", "a", None),
        ("ArrowDown", "no such row", None),
    ]
    asked = [[key, path] for key, path, _ in keys]
    told = run(
        f"const seen = rows(['data']); for (const [k, p] of {asked}) tell(move(k, seen, p));"
    )
    assert [(key, path, got) for (key, path), got in zip(asked, told, strict=True)] == keys


def test_to_rename_a_folder_moves_all_in_it() -> None:
    told = run("""
        const paths = FILES.map(([path]) => path);
        for (const wanted of ["input", " other/place/ ", "data", "", "data/inner"]) tell(movesOfFolder("data", wanted, paths));
    """)
    inside = ["part 10.csv", "part 9.csv", "deep/x"]
    to = {"input": 0, "other/place": 1, "data/inner": 4}
    for folder, at in to.items():
        assert told[at] == [[f"data/{name}", f"{folder}/{name}"] for name in inside]
    assert told[2] == told[3] == []


def test_what_is_closed_and_made_is_remembered() -> None:
    assert run("""
        const storage = openStorage(() => { throw new Error("refused"); });
        let changes = 0;
        const open = () => createFolders(() => changes++, createTreeStore(storage));
        const folders = open();
        folders.toggle("data");
        folders.toggle("data/deep");
        folders.add("data/new");
        folders.add("other");
        tell([[...open().closed()], [...open().made()], open().isFolded()]);
        folders.rename("data", "input");
        folders.fold(true);
        tell([[...open().closed()], [...open().made()], open().isFolded()]);
        folders.remove("input");
        folders.openWay("input/deep/x");
        tell([[...open().closed()], [...open().made()]]);
        const before = changes;
        folders.openWay("nowhere/x");
        tell(changes - before);
        storage.setItem("lispcore.file-tree", '{"closed": 7}');
        tell([...open().closed()]);
    """) == [
        [["data", "data/deep"], ["data/new", "other"], False],
        [["input", "input/deep"], ["other", "input/new"], True],
        [[], ["other"]],
        0,
        [],
    ]


def test_sizes_and_room_are_said() -> None:
    assert run("""
        tell(sumUp(new Map([["a", new Uint8Array(5)], ["b/c", new Uint8Array(7)], [".sema/x", new Uint8Array(99)]])));
        tell(describeSum({ count: 0, size: 0 }, 5e9));
        tell(describeSum({ count: 1, size: 12 }, null));
        tell(describeSum({ count: 3, size: 1_200_000 }, 9_870_000_000));
        tell([freeOf({ quota: 10, usage: 4 }), freeOf({ quota: 1, usage: 4 }), freeOf({})]);
    """) == [
        {"count": 2, "size": 12},
        "none: drop or paste some",
        "1 file, 12 B",
        "3 files, 1.2 MB · 9.9 GB free",
        [6, 0, None],
    ]


def test_a_folder_that_is_dropped_is_read_with_what_is_in_it() -> None:
    assert run("""
        const file = (fullPath) => ({ isFile: true, name: fullPath.split("/").at(-1), fullPath, file: (give) => give({ size: 1 }) });
        const folder = (fullPath, ...batches) => ({
            isFile: false, name: fullPath.split("/").at(-1), fullPath,
            createReader: () => ({ readEntries: (give) => give(batches.shift() ?? []) }),
        });
        const broken = { isFile: true, name: "gone", fullPath: "/d/gone", file: (_, refuse) => refuse(new Error("gone")) };
        const tree = folder("/d", [file("/d/a"), folder("/d/.git", [file("/d/.git/x")])], [file("/d/b"), folder("/d/e", [file("/d/e/c")]), broken]);
        const read = await readEntries([tree, file("/top")], 10);
        tell([read.given.map(({ path }) => path), read.left, read.unread]);
        const many = folder("/m", Array.from({ length: 9 }, (_, at) => file(`/m/${at}`)));
        const some = await readEntries([many], 4);
        tell([some.given.length, some.left]);
    """) == [[["top", "d/a", "d/b", "d/e/c"], 1, 1], [4, 5]]
