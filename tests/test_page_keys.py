"""The keys and how they are remembered (web/src/models/keys.js, key-store.js). Run by Node.js."""

from __future__ import annotations

import json
from typing import Any

from browserless import run_page
from page_modules import needs_node

pytestmark = needs_node

MODULES = {
    "models/keys.js": "createKeys",
    "models/key-store.js": "createKeyStore",
    "stored.js": "listenForTroubles",
}
KEY = "sk-ant-api03-abcdefghijklmnop"
BASE = "https://api.anthropic.com"
URL = BASE + "/v1/messages"
BEGIN = """
const troubles = [];
listenForTroubles(({ text }) => troubles.push(text));
const newLock = () => {
  let lock;
  return { find: async () => lock, keep: async (key) => { lock = key; }, forget: async () => { lock = undefined; } };
};
const lock = newLock();
const baseFor = () => "";
const problems = [];
const open = async (storage, more = {}) => {
  const keys = createKeys(createKeyStore(storage, { lock, baseFor, ...more }), { onProblem: (text) => problems.push(text) });
  await keys.ready;
  return keys;
};
const post = (keys, provider, url) => keys.findFor(provider, url, "POST")?.key ?? null;
"""


def told(body: str) -> list[Any]:
    return run_page(MODULES, BEGIN + body)


# -------------------------------------------------------------------------- what is held


def test_a_key_belongs_to_a_provider_and_one_address() -> None:
    assert told(f"""
        const keys = await open(storageOf());
        await keys.set("openai", "https://gate.example/a/v1", {json.dumps(KEY)}, false);
        tell(post(keys, "openai", "https://gate.example/a/v1/chat/completions"));
        tell(post(keys, "openai", "https://gate.example/b/v1/chat/completions"));
        tell(post(keys, "groq", "https://gate.example/a/v1/chat/completions"));
        tell(keys.findFor("openai", "https://gate.example/a/v1/chat/completions", "GET") ?? null);
        tell(keys.basesOf("openai"));
        tell(keys.held());
    """) == [
        KEY,
        None,
        None,
        None,
        ["https://gate.example/a/v1"],
        [
            {
                "provider": "openai",
                "base": "https://gate.example/a/v1",
                "origin": "https://gate.example",
                "isRemembered": False,
            }
        ],
    ]


def test_keys_are_taken_out_of_texts_and_forgotten() -> None:
    assert told(f"""
        const storage = storageOf();
        const keys = await open(storage);
        await keys.set("claude", {json.dumps(BASE)}, {json.dumps(KEY)}, true);
        tell(keys.redact("x {KEY} y"));
        tell(keys.findIn("x {KEY}"));
        tell(post(keys, "anthropic", {json.dumps(URL)}));
        await keys.forgetAll();
        tell([keys.held().length, [...storage.map.keys()], await lock.find() ?? null]);
    """) == ["x [key] y", [{"provider": "anthropic", "at": 2}], KEY, [0, [], None]]


# -------------------------------------------------------------------------- what is remembered


def test_only_what_the_visitor_wants_is_remembered_and_never_readable() -> None:
    assert told(f"""
        const storage = storageOf();
        const first = await open(storage);
        await first.set("anthropic", {json.dumps(BASE)}, {json.dumps(KEY)}, true);
        await first.set("openai", "https://api.openai.com/v1", "sk-of-this-visit-only", false);
        const text = JSON.stringify([...storage.map]);
        tell(["sk-", btoa({json.dumps(KEY)}).slice(0, 12)].filter((each) => text.includes(each)));
        tell((await lock.find()).extractable);
        const second = await open(storage);
        tell(second.held().map(({{ provider }}) => provider));
        tell(post(second, "anthropic", {json.dumps(URL)}));
        await second.set("anthropic", {json.dumps(BASE)}, {json.dumps(KEY)}, false);
        tell([...storage.map.keys()]);
        tell([problems, troubles]);
    """) == [[], False, ["anthropic"], KEY, [], [[], []]]


def test_keys_of_earlier_versions_are_encrypted() -> None:
    old = {f"anthropic {BASE}": KEY, "openai https://gate.example": "sk-old-0123456789", "x y": "z"}
    assert told(f"""
        const storage = storageOf({{ "lispcore.keys": {json.dumps(json.dumps(old))} }});
        const keys = await open(storage, {{
          baseFor: (name) => (name === "openai" ? "https://gate.example/tenant/v1" : ""),
        }});
        tell(post(keys, "anthropic", {json.dumps(URL)}));
        tell(keys.basesOf("openai"));
        tell(storage.getItem("lispcore.keys").includes("sk-"));
        tell((await open(storage)).held().length);
        tell(problems);
    """) == [KEY, ["https://gate.example/tenant/v1"], False, 2, []]


def test_where_nothing_can_be_encrypted_keys_live_for_the_visit() -> None:
    old = json.dumps(json.dumps({f"anthropic {BASE}": KEY}))
    assert told(f"""
        const storage = storageOf({{ "lispcore.keys": {old} }});
        const keys = await open(storage, {{ subtle: null }});
        tell(post(keys, "anthropic", {json.dumps(URL)}));
        tell([...storage.map.keys()]);
        tell(keys.canRemember());
        tell(problems.length);
    """) == [KEY, [], False, 1]


BAD = (
    "{bad",
    "null",
    "[]",
    "7",
    '"text"',
    '{"anthropic https://api.anthropic.com": 5}',
    '{"version": 2, "iv": 1, "data": "x"}',
    '{"version": 2, "iv": "AAAA", "data": "AAAA"}',
    '{"version": 2, "iv": "%%%", "data": "%%%"}',
    '{"version": 3}',
    "",
)


def test_a_bad_store_is_reset_said_and_kept() -> None:
    assert told(f"""
        await lock.keep(await crypto.subtle.generateKey({{ name: "AES-GCM", length: 256 }}, false, ["encrypt", "decrypt"]));
        for (const bad of {json.dumps(BAD)}) {{
          const storage = storageOf({{ "lispcore.keys": bad }});
          const keys = await open(storage);
          const [kept, said] = [[...storage.map.values()], troubles.splice(0).length + problems.splice(0).length];
          const now = storage.getItem("lispcore.keys");
          await keys.set("anthropic", {json.dumps(BASE)}, {json.dumps(KEY)}, true);
          tell([kept, now, said, (await open(storage)).held().length]);
        }}
    """) == [[[bad], None, 1, 1] for bad in BAD]


def test_a_database_that_fails_or_is_silent_stops_nothing_and_loses_nothing() -> None:
    [held, problem, kept, after] = told(f"""
        const storage = storageOf();
        await (await open(storage)).set("anthropic", {json.dumps(BASE)}, {json.dumps(KEY)}, true);
        const before = storage.getItem("lispcore.keys");
        const fail = async () => {{ throw new Error("closed"); }};
        const keys = await open(storage, {{ lock: {{ find: fail, keep: fail, forget: fail }} }});
        tell(keys.held().length);
        await keys.set("openai", "https://api.openai.com/v1", "sk-another-key-0001", true);
        tell(problems.length);
        tell(storage.getItem("lispcore.keys") === before);
        tell((await open(storage)).held().length);
    """)
    assert (held, problem, kept, after) == (0, 2, True, 1)


def test_a_storage_that_refuses_is_said() -> None:
    [held, problems] = told(f"""
        const refuse = () => {{ throw new Error("full"); }};
        const keys = await open({{ getItem: () => null, setItem: refuse, removeItem: refuse }});
        await keys.set("anthropic", {json.dumps(BASE)}, {json.dumps(KEY)}, true);
        tell(keys.held().length);
        tell(problems);
    """)
    assert held == 1
    assert "could not be remembered" in problems[0]


def test_what_another_tab_forgets_is_forgotten() -> None:
    assert told(f"""
        const storage = storageOf();
        const [one, other] = [await open(storage), await open(storage)];
        await one.set("anthropic", {json.dumps(BASE)}, {json.dumps(KEY)}, true);
        await other.noticeChange("lispcore.keys");
        tell(other.held().length);
        await other.set("openai", "https://api.openai.com/v1", "sk-of-this-visit-only", false);
        await one.forgetAll();
        await other.noticeChange("lispcore.keys");
        tell(other.held().map(({{ provider }}) => provider));
    """) == [1, ["openai"]]
