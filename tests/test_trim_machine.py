"""What nobody uses is left out of Pyodide's loader (web/tools/trim-machine.mjs). Run by Node.js."""

from __future__ import annotations

from typing import Any

from page_modules import needs_node, run_page_modules

pytestmark = needs_node

# As Emscripten writes it: the variables, what gives them their values, and the code that uses them.
HEAD = """
import { trimLoader } from "SRC/../tools/trim-machine.mjs";
const names = ["called", "by_module", "by_name", "unused", "address", "unused_address", "odd"];
const given = (name) => `_${name}=Module["_${name}"]=wasmExports["${name}"]`;
const loader = (body) => "async function create(moduleArg={}){var Module=moduleArg,wasmImports={};" +
  `var ${names.map((name) => `_${name}`).join(",")};` +
  `function assignWasmExports(wasmExports){${body}}` +
  "assignWasmExports(Module.given);return [_called(),Module._by_module(),Module.given.by_name(),_address,_odd]}";
const body = [...names.slice(0, 4).map(given), ...names.slice(4, 6).map((name) => `${given(name)}.value>>>0`),
  'Module["odd"]=_odd=wasmExports["odd"]'].join(";");
const exports = { called: () => 1, by_module: () => 2, by_name: () => 3, address: { value: 4 }, odd: 5 };
const run = (text) => new Function(`return ${text}`)()({ given: exports });
function attempt(text) {
  try { trimLoader(text, []); return "trimmed"; } catch (error) { return error.message.split(":").at(-1).trim(); }
}
"""


def run(body: str) -> Any:
    """Runs statements that call `tell`; returns what they told."""
    return run_page_modules(HEAD, body)


def test_what_is_used_stays_and_what_is_not_goes() -> None:
    told = run(
        """
        const { text, isNeeded } = trimLoader(loader(body), ["Module._elsewhere"]);
        tell(await run(text));
        tell(/unused/.test(text));
        tell([...names, "elsewhere", "_elsewhere", "nowhere"].filter(isNeeded));
        """
    )
    assert told == [
        [1, 2, 3, 4, 5],
        False,
        ["called", "by_module", "by_name", "address", "odd", "_elsewhere"],
    ]


def test_a_name_in_another_script_is_used() -> None:
    told = run(
        """
        const { text, isNeeded } = trimLoader(loader(body), ["machine._unused()"]);
        tell([isNeeded("unused"), isNeeded("unused_address"), text.includes('wasmExports["unused"]')]);
        """
    )
    assert told == [[True, False, True]]


def test_another_shape_is_refused() -> None:
    told = run(
        """
        tell(attempt(loader("").replace("assignWasmExports(wasmExports)", "assign(wasmExports)")));
        tell(attempt(loader("for(const name in wasmExports)Module[name]=wasmExports[name]")));
        tell(attempt(loader(body)));
        """
    )
    assert told == ["read trim-machine.mjs", "read trim-machine.mjs", "trimmed"]
