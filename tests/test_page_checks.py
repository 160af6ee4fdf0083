"""What a worker sends is read as hostile input (web/src/engine/checks.js). Run by Node.js."""

from __future__ import annotations

import json

import pytest

from aimock import node
from page_scripts import run_script

pytestmark = pytest.mark.skipif(node() is None, reason="Node.js is not installed")

IMPORTS = {
    "engine/checks.js": "readMessage, LIMITS",
    "storage/file-names.js": "fileName",
    "engine/reading.js": "Nonsense",
}
ENTRY = (
    '{name: "f", signature: "(f)", parameters: "", text: "", chapter: "c", examples: [["(f)", "1"]], '
    "aliases: []}"
)
REQUEST = (
    '{url: "https://a.example/", method: "POST", headers: [["a", "b"]], timeout: 5, tags: {}, '
    "credential: null}"
)
ERROR = '{type: "t", message: "m", line: 1, column: 2, hint: null, stack: ["a", {name: "f", line: 1, column: 1}]}'

GOOD = [
    '{type: "phase", phase: "python"}',
    '{type: "ready", tier: "suspend", isStrict: true, isLocked: false, isStoppable: false}',
    '{type: "alive", seconds: 3}',
    '{type: "compiling", done: 0.25}',
    '{type: "pong", id: 1, memory: 5}',
    f'{{type: "documentation", entries: [{ENTRY}]}}',
    '{type: "write", parts: [["out", "a"], ["stream", ""], ["err", "b"]]}',
    '{type: "record", events: [{type: "call-start", id: 1, provider: "p", model: "m", body: "{}", at: 1.5}]}',
    '{type: "record", events: [{type: "call-end", id: 1, status: 200, seconds: 0.1, text: "x", tool_calls: '
    '[{name: "f", arguments: {a: 1}}], usage: {prompt_tokens: 1, cache_read_tokens: null}, stop_reason: '
    'null, model: "m", events: [[0.1, "TextDelta", 3]], notes: [], error: {type: "t", message: "m"}}]}',
    '{type: "record", events: [{type: "call-summary", ids: [1, 2], cost_usd: 0.1, agent: null, turn: 1}]}',
    '{type: "record", events: [{type: "recording", number: 1, line: "{}", asked: "?"}]}',
    f'{{type: "ask", id: 1, request: {{operation: "fetch", request: {REQUEST}}}, body: new Uint8Array(3)}}',
    f'{{type: "ask", id: 1, request: {{operation: "fetch-all", requests: [{REQUEST}], limit: 8}}}}',
    '{type: "ask", id: 2, request: {operation: "pull", handle: 1}}',
    '{type: "ask", id: 3, request: {operation: "read-line", prompt: "?"}}',
    '{type: "ask", id: 3, request: {operation: "debug", told: {why: "look"}}}',
    '{type: "ask", id: 3, request: {operation: "debug", told: {why: "step", message: "", line: 1, '
    'column: 1, endLine: 1, endColumn: 2, frame: 0, stack: [["f", 1, 1]], locals: [["x", "1"]], '
    'result: null, call: {prompt: "?"}}}}',
    '{type: "record", events: [{type: "step-start", id: 1, parent: 0, kind: "agent", name: "bot", '
    "arguments: {}, at: 1.5}]}",
    '{type: "record", events: [{type: "step-end", id: 1, seconds: 1, result: "", error: ""}]}',
    '{type: "record", events: [{type: "call-preview", provider: "p", model: "m", method: "", '
    'url: "", headers: [["a", "b"]], body: "{}", notes: []}]}',
    '{type: "ask", id: 3, request: {operation: "wheel", package: "pypdf", at: 0}}',
    '{type: "tell", request: {operation: "abort", handle: 1}}',
    f'{{type: "result", id: 1, result: {{value: null, output: ["a"], error: {ERROR}}}, stopped: false}}',
    '{type: "result", id: 1, result: null, stopped: true}',
    '{type: "fault", message: "m"}',
    '{type: "file", name: "a/b.txt", bytes: new Uint8Array(2)}',
    '{type: "forget", name: "a"}',
]

BAD = [
    '{type: "ask", id: 3, request: {operation: "debug"}}',
    '{type: "ask", id: 3, request: {operation: "debug", told: {why: "evil"}}}',
    '{type: "ask", id: 3, request: {operation: "debug", told: {why: "step", message: "", line: 1, '
    'column: 1, endLine: 1, endColumn: 2, frame: 0, stack: [["f", "1", 1]], locals: []}}}',
    '{type: "record", events: [{type: "step-start", id: 1, kind: "evil", name: "b", at: 1}]}',
    '{type: "record", events: [{type: "call-preview", headers: [["a", 5]]}]}',
    "null",
    "undefined",
    "5",
    '"ready"',
    "[]",
    "{}",
    '{type: "boot"}',
    '{type: "__proto__"}',
    '{type: "constructor"}',
    '{type: "toString"}',
    "{type: {}}",
    '{type: "phase", phase: "later"}',
    '{type: "phase", phase: "__proto__"}',
    '{type: "ready", tier: "constructor", isStrict: true, isLocked: true, isStoppable: false}',
    '{type: "ready", tier: "suspend", isStrict: "yes", isLocked: true, isStoppable: false}',
    '{type: "alive", seconds: Infinity}',
    '{type: "alive", seconds: -1}',
    '{type: "alive", seconds: NaN}',
    '{type: "compiling", done: 1.5}',
    '{type: "compiling", done: "half"}',
    '{type: "pong", id: 1.5, memory: 0}',
    '{type: "pong", id: 1, memory: -1}',
    '{type: "documentation", entries: {length: 1}}',
    '{type: "documentation", entries: [{name: "f"}]}',
    f'{{type: "documentation", entries: [{{...{ENTRY}, text: {{toString: 1}}}}]}}',
    f'{{type: "documentation", entries: new Array(20000).fill({ENTRY})}}',
    '{type: "write", parts: "out"}',
    '{type: "write", parts: [["html", "<b>"]]}',
    '{type: "write", parts: [["out", 5]]}',
    '{type: "write", parts: [["out"]]}',
    '{type: "write", parts: new Array(20).fill(["out", "x".repeat(1e6)])}',
    '{type: "write", parts: new Array(200000).fill(["out", ""])}',
    '{type: "record", events: [{type: "other"}]}',
    '{type: "record", events: [{type: "call-start", id: "1"}]}',
    '{type: "record", events: [{type: "call-start", id: 1, model: {}}]}',
    '{type: "record", events: [{type: "call-end", id: 1, tool_calls: {}}]}',
    '{type: "record", events: [{type: "call-end", id: 1, usage: {prompt_tokens: "many"}}]}',
    '{type: "record", events: [{type: "call-end", id: 1, events: [5]}]}',
    '{type: "record", events: [{type: "call-summary", ids: "1"}]}',
    '{type: "record", events: [{type: "recording", number: 1, line: {}, asked: ""}]}',
    '{type: "record", events: [{type: "call-start", id: 1, body: 5n}]}',
    '{type: "record", events: [{type: "call-start", id: 1, more: new Map()}]}',
    '{type: "record", events: [{type: "call-start", id: 1, more: new Date()}]}',
    '{type: "ask", id: -1, request: {operation: "drain"}}',
    '{type: "ask", id: "1", request: {operation: "drain"}}',
    '{type: "ask", id: 1, request: {operation: "eval", code: "1"}}',
    '{type: "ask", id: 1, request: {operation: "constructor"}}',
    '{type: "ask", id: 1, request: {operation: "pull", handle: "1"}}',
    '{type: "ask", id: 1, request: {operation: "sleep", seconds: "long"}}',
    '{type: "ask", id: 1, request: {operation: "read-line", prompt: ["a"]}}',
    '{type: "ask", id: 1, request: {operation: "wheel", package: "a", at: -5}}',
    '{type: "ask", id: 1, request: {operation: "fetch", request: null}}',
    f'{{type: "ask", id: 1, request: {{operation: "fetch", request: {{...{REQUEST}, url: {{}}}}}}}}',
    f'{{type: "ask", id: 1, request: {{operation: "fetch", request: {{...{REQUEST}, headers: {{}}}}}}}}',
    f'{{type: "ask", id: 1, request: {{operation: "fetch", request: {{...{REQUEST}, headers: [["a"]]}}}}}}',
    f'{{type: "ask", id: 1, request: {{operation: "fetch", request: {{...{REQUEST}, timeout: "9"}}}}}}',
    f'{{type: "ask", id: 1, request: {{operation: "fetch", request: {{...{REQUEST}, length: -1}}}}}}',
    f'{{type: "ask", id: 1, request: {{operation: "fetch-all", requests: [{REQUEST}], limit: 0}}}}',
    '{type: "ask", id: 1, request: {operation: "drain"}, body: "text"}',
    '{type: "ask", id: 1, request: {operation: "drain"}, body: new Uint8Array(new SharedArrayBuffer(8))}',
    '{type: "tell", request: {operation: "abort", handle: NaN}}',
    '{type: "result", id: 1, result: {value: 5, output: [], error: null}, stopped: false}',
    '{type: "result", id: 1, result: {value: null, output: "a", error: null}, stopped: false}',
    '{type: "result", id: 1, result: {value: null, output: [5], error: null}, stopped: false}',
    '{type: "result", id: 1, result: {value: null, output: [], error: "bad"}, stopped: false}',
    f'{{type: "result", id: 1, result: {{value: null, output: [], error: {{...{ERROR}, line: "1"}}}}, stopped: false}}',
    f'{{type: "result", id: 1, result: {{value: null, output: [], error: {{...{ERROR}, stack: [5]}}}}, stopped: false}}',
    f'{{type: "result", id: 1, result: {{value: null, output: [], error: {{...{ERROR}, hint: {{}}}}}}, stopped: false}}',
    '{type: "result", id: 1, result: undefined, stopped: false}',
    '{type: "result", id: 1, result: null, stopped: 1}',
    '{type: "file", name: 5, bytes: new Uint8Array(2)}',
    '{type: "file", name: "a", bytes: "text"}',
    '{type: "file", name: "a", bytes: new Uint16Array(2)}',
    '{type: "file", name: "a", bytes: {length: 5, buffer: new ArrayBuffer(5)}}',
    '{type: "file", name: "a", bytes: new Uint8Array(new SharedArrayBuffer(8))}',
    '{type: "file", name: "a", bytes: new Uint8Array(LIMITS.file + 1)}',
    '{type: "forget"}',
]


def test_what_our_worker_says_is_read() -> None:
    # What comes out has the same members; only what does not belong is left out.
    messages = ", ".join(GOOD)
    told = run_script(
        IMPORTS,
        f"""
        for (const each of [{messages}]) {{
          const read = readMessage(structuredClone(each));
          tell(Object.keys(each).every((name) => name in read) ? read.type : each.type + " lost a part");
        }}""",
    )
    assert [each for each in told if " " in each] == []
    assert len(told) == len(GOOD)


def test_what_it_never_says_is_nonsense() -> None:
    cases = ",\n".join(f"() => ({case})" for case in BAD)
    told = run_script(
        IMPORTS,
        f"""
        for (const make of [{cases}]) {{
          try {{
            readMessage(make());
            tell(String(make));
          }} catch (error) {{
            tell(error instanceof Nonsense ? "" : String(error.stack));
          }}
        }}""",
    )
    assert [each for each in told if each] == []
    assert len(told) == len(BAD)


def test_a_message_is_read_into_a_new_value_of_known_parts() -> None:
    told = run_script(
        IMPORTS,
        """
        const parts = [["out", "a"]];
        const read = readMessage({ type: "write", parts, more: 1, onDone: 2 });
        tell(Object.keys(read));
        tell(read.parts !== parts && read.parts[0] !== parts[0]);
        const result = { value: "1", output: [], error: null, html: "<b>" };
        tell(Object.keys(readMessage({ type: "result", id: 1, result, stopped: false }).result));
        """,
    )
    assert told == [["type", "parts"], True, ["value", "output", "error"]]


def test_names_that_mean_something_to_javascript_are_harmless() -> None:
    told = run_script(
        IMPORTS,
        """
        const evil = JSON.parse('{"type": "call-start", "id": 1, "__proto__": {"polluted": 1},' +
          '"more": {"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}}');
        const { events: [event] } = readMessage({ type: "record", events: [evil] });
        tell([event.polluted, event.more.polluted, {}.polluted]);
        tell(Object.getPrototypeOf(event) === Object.prototype);
        // What is only inherited is not there.
        const heir = Object.create({ type: "fault", message: "inherited" });
        try { readMessage(heir); tell("read"); } catch { tell("refused"); }
        """,
    )
    assert told == [[None, None, None], True, "refused"]


def test_plain_values_are_bounded_in_depth_number_and_size() -> None:
    told = run_script(
        IMPORTS,
        """
        const refused = (more) => {
          try {
            readMessage({ type: "record", events: [{ type: "call-start", id: 1, more }] });
            return false;
          } catch (error) {
            return error instanceof Nonsense;
          }
        };
        let deep = 1;
        for (let n = 0; n < 100_000; n++) deep = [deep];
        const round = {};
        round.round = round;
        tell([deep, round, new Array(600_000).fill(1), "x".repeat(LIMITS.record + 1)].map(refused));
        tell([[[[1]]], { a: { b: [true, null, undefined, 1.5, NaN] } }].map(refused));
        """,
    )
    assert told == [[True] * 4, [False] * 2]


NAMES = {
    "photo.jpg": True,
    "a/b/c.txt": True,
    ".hidden": True,
    "naïve ü 🦊.txt": True,
    "a..b": True,
    "__proto__": True,
    "": False,
    ".": False,
    "..": False,
    "../a": False,
    "a/../b": False,
    "a/./b": False,
    "/etc/passwd": False,
    "a//b": False,
    "a/": False,
    "a\\b": False,
    "a\nb": False,
    "a\x00b": False,
    "a\x7fb": False,
    "a\x85b": False,
    "\ud800": False,
    "x" * 256: False,
    "/".join(["x" * 200] * 6): False,
}


def test_names_of_files() -> None:
    found = run_script(
        IMPORTS, f"for (const name of {json.dumps(list(NAMES))}) tell(fileName(name));"
    )
    assert found == [name if taken else None for name, taken in NAMES.items()]


def test_what_is_no_text_is_no_name() -> None:
    values = "[null, undefined, 5, {}, ['a'], new String('a')]"
    assert run_script(IMPORTS, f"for (const each of {values}) tell(fileName(each));") == [None] * 6
