"""Whose programs run, and which files they see (web/src/app/owners.js). Run by Node.js."""

from __future__ import annotations

from typing import Any

import pytest

from aimock import node
from page_scripts import run_script

pytestmark = pytest.mark.skipif(node() is None, reason="Node.js is not installed")

IMPORTS = {"app/owners.js": "createOwners", "engine/engine.js": "VISITOR"}
START = """
const bytes = (...values) => Uint8Array.of(...values);
const state = {
  link: { isFromLink: true }, run: { isLimited: true },
  files: new Map([["mine.txt", bytes(1)], ["photo.png", bytes(2)]]),
};
const owners = createOwners(() => state);
const names = (owner) => owners.files(owner).map(([name, each]) => `${name}=${each.join("")}`);
const put = (owner, name, ...values) => {
  const place = owners.placeFor(owner, name, bytes(...values));
  state.files.set(place, bytes(...values));
  return place;
};
"""


def told(body: str) -> list[Any]:
    """Runs statements that call `tell`, where a link's program stands in the editor."""
    return run_script(IMPORTS, START + body)


def test_the_visitor_sees_all_files_and_a_link_none_but_its_own() -> None:
    assert told("""
        const link = owners.next();
        tell([names(VISITOR), names(link)]);
        put(link, "new.txt", 3);
        owners.give(link, "photo.png");
        tell(names(link));
        tell(names("link 99"));
    """) == [
        [["mine.txt=1", "photo.png=2"], []],
        ["new.txt=3", "photo.png=2"],
        [],
    ]


def test_each_link_is_somebody_else_and_stays_who_it_is() -> None:
    assert told("""
        const first = owners.next();
        tell(first === owners.next());
        state.link = { isFromLink: true };
        tell(first === owners.next());
        state.link = { isFromLink: false };
        tell(owners.next() === VISITOR);
    """) == [True, False, True]


def test_a_line_is_of_the_program_before() -> None:
    assert told("""
        const link = owners.ofRun(true);
        state.link = { isFromLink: false };
        state.run = { isLimited: false };
        tell(owners.ofRun(false) === link);
        tell(owners.ofRun(true) === VISITOR);
        tell(owners.ofRun(false) === VISITOR);
    """) == [True, True, True]


def test_a_link_cannot_change_what_was_there() -> None:
    assert told("""
        const link = owners.next();
        tell(put(link, "mine.txt", 9));
        tell(put(link, "mine.txt", 8));
        owners.give(link, "photo.png");
        tell(put(link, "photo.png", 7));
        tell(state.files.get("mine.txt")[0] + state.files.get("photo.png")[0]);
        tell(names(link));
    """) == ["mine-2.txt", "mine-2.txt", "photo-2.png", 3, ["mine.txt=8", "photo.png=7"]]


def test_a_link_deletes_what_it_made_and_nothing_else() -> None:
    assert told("""
        const link = owners.next();
        put(link, "new.txt", 3);
        put(link, "mine.txt", 9);
        owners.give(link, "photo.png");
        tell(["new.txt", "mine.txt", "photo.png", "never.txt"].map((name) => owners.forget(link, name)));
        tell(owners.forget(VISITOR, "mine.txt"));
        tell(names(link));
    """) == [["new.txt", "mine-2.txt", None, None], "mine.txt", []]


def test_the_same_content_under_the_same_name_is_the_same_file_and_stays_the_visitors() -> None:
    assert told("""
        const link = owners.next();
        tell(put(link, "photo.png", 2));
        tell(names(link));
        tell(owners.forget(link, "photo.png"));
    """) == ["photo.png", ["photo.png=2"], None]


def test_a_file_of_a_link_keeps_its_name_over_a_reload() -> None:
    assert told("""
        const link = owners.next();
        put(link, "mine.txt", 7);
        tell([owners.nameOf(link, "mine-2.txt"), owners.nameOf(link, "mine.txt")]);
        tell([owners.nameOf(VISITOR, "mine.txt"), owners.nameOf("link 9", "mine.txt")]);
        const later = createOwners(() => state);
        const again = later.next();
        later.bringBack(again, [["mine.txt", "mine-2.txt"]]);
        tell(later.files(again).map(([name, each]) => `${name}=${each.join("")}`));
        tell([later.placeFor(again, "mine.txt", bytes(8)), later.forget(again, "mine.txt")]);
    """) == [["mine.txt", None], ["mine.txt", None], ["mine.txt=7"], ["mine-2.txt", "mine-2.txt"]]


def test_a_link_says_nothing_of_what_the_visitors_programs_import() -> None:
    assert told("""
        const link = owners.next();
        for (const name of ["lispcore.lock", "packages/imported/a.lisp", "Packages/b.lisp", "my-packages/c"]) {
          tell(put(link, name, 3));
        }
        tell(owners.files(link).map(([name]) => name));
        tell(owners.forget(link, "lispcore.lock"));
        tell(owners.placeFor(VISITOR, "lispcore.lock", bytes(1)));
    """) == [
        "of-links/lispcore.lock",
        "of-links/packages/imported/a.lisp",
        "of-links/Packages/b.lisp",
        "my-packages/c",
        ["lispcore.lock", "packages/imported/a.lisp", "Packages/b.lisp", "my-packages/c"],
        "of-links/lispcore.lock",
        "lispcore.lock",
    ]
