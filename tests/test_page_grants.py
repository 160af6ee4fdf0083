"""What a visitor has allowed for good (web/src/models/grants.js). Run by Node.js."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from browserless import run_page
from page_modules import needs_node

pytestmark = needs_node

STORE = "lispcore.allowed"
MODULES = {"models/grants.js": "createGrants, hashOf, titleOf", "stored.js": "listenForTroubles"}
BEGIN = """
const troubles = [];
listenForTroubles(({ name }) => troubles.push(name));
const hash = (letter) => letter.repeat(64);
const grant = (letter, more = {}) => ({ hash: hash(letter), title: "t", hosts: ["https://a.example"], files: [], ...more });
"""


def told(body: str) -> list[Any]:
    return run_page(MODULES, BEGIN + body)


def test_a_grant_holds_for_one_text_and_lasts() -> None:
    code = "(define überall 1)"
    assert told(f"""
        const storage = storageOf();
        const changes = [];
        const grants = createGrants(storage, (list) => changes.push(list.length));
        const own = await hashOf({json.dumps(code)});
        tell(own);
        grants.add({{ hash: own, title: titleOf({json.dumps(code)}), hosts: ["https://a.example"], files: ["x.txt"] }});
        grants.add({{ hash: own, title: "later", hosts: ["https://b.example", "https://a.example"], files: ["x.txt", "y.txt"] }});
        const again = createGrants(storage);
        tell(again.find(own));
        tell(again.find(await hashOf({json.dumps(code + " ")})) ?? null);
        tell(again.find("") ?? null);
        again.revoke(own);
        tell([again.list(), [...storage.map.keys()], changes]);
    """) == [
        hashlib.sha256(code.encode()).hexdigest(),
        {
            "hash": hashlib.sha256(code.encode()).hexdigest(),
            "title": "later",
            "hosts": ["https://a.example", "https://b.example"],
            "files": ["x.txt", "y.txt"],
        },
        None,
        None,
        [[], [], [1, 1]],
    ]


def test_grants_are_bounded_and_the_oldest_go() -> None:
    assert told("""
        const grants = createGrants(storageOf());
        for (let at = 0; at < 150; at++) grants.add(grant("a", { hash: at.toString(16).padStart(64, "0") }));
        tell([grants.list().length, grants.list()[0].hash.slice(-2)]);
        const hosts = Array.from({ length: 300 }, (_, at) => `https://h${at}.example`);
        grants.add(grant("b", { hosts, files: hosts }));
        const { hosts: kept, files } = grants.find(hash("b"));
        tell([kept.length, files.length, kept.at(-1)]);
    """) == [[100, "32"], [100, 100, "https://h299.example"]]


BAD = [
    "{",
    "null",
    "7",
    "{}",
    '[{"hash": "short", "title": "t", "hosts": [], "files": []}]',
    json.dumps([{"hash": "A" * 64, "title": "t", "hosts": [], "files": []}]),
    json.dumps([{"hash": "a" * 64, "title": "t", "hosts": "https://evil.example", "files": []}]),
    json.dumps([{"hash": "a" * 64, "title": "t", "hosts": [7], "files": []}]),
    json.dumps([{"hash": "a" * 64, "title": "t" * 3000, "hosts": [], "files": []}]),
    json.dumps([{"hash": "a" * 64, "title": "t", "hosts": []}]),
    json.dumps([{"hash": "a" * 64, "title": "t", "hosts": [], "files": []}] * 101),
]


@pytest.mark.parametrize("value", BAD, ids=range(len(BAD)))
def test_a_bad_store_allows_nothing_and_is_put_aside(value: str) -> None:
    assert told(f"""
        const storage = storageOf({{ {json.dumps(STORE)}: {json.dumps(value)} }});
        const grants = createGrants(storage);
        tell([grants.list(), troubles, storage.getItem("lispcore.broken.allowed") === {json.dumps(value)}]);
        grants.add(grant("c"));
        tell(createGrants(storage).list().length);
    """) == [[[], [STORE], True], 1]


def test_without_a_safe_hash_nothing_is_allowed_for_good() -> None:
    assert told("""
        tell(await hashOf("(f)", null));
        tell(titleOf("\\n  ; what it is\\n(f)"));
        tell(titleOf("  \\n"));
        tell(titleOf("x".repeat(500)).length);
        const full = { ...storageOf(), setItem: () => { throw new Error("full"); } };
        const grants = createGrants(full);
        grants.add(grant("d"));
        tell(grants.find(hash("d")) !== undefined);
    """) == ["", "; what it is", "(empty)", 80, True]
