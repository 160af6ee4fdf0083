"""What the page offers to agents: tools in both forms of the proposal, and names that are looked up."""

from __future__ import annotations

from page_modules import needs_node, run_page_modules

pytestmark = needs_node

HEAD = """
import { agentTools, offerTools } from "SRC/app/agent-tools.js";
import { findEntries } from "SRC/app/lookup.js";
const did = [];
const playground = {
  ready: Promise.resolve(),
  run: async (code) => { did.push(["run", code ?? null]); return { value: "3", output: [], error: null }; },
  output: () => "shown",
  getCode: () => "(+ 1 2)",
  setCode: (code) => void did.push(["set", code]),
  examples: () => [{ slug: "a/b" }],
  openExample: async (slug) => void did.push(["open", slug]),
  lookup: (text) => [{ name: text }],
};
"""


def test_each_tool_does_what_it_says() -> None:
    told = run_page_modules(
        HEAD,
        """
        const inputs = { run_lisp: { code: "(f)" }, write_program: { code: "(g)" }, open_example: { slug: "a/b" }, look_up: { text: "map" } };
        for (const { name, description, inputSchema, execute } of agentTools(playground)) {
          const { content } = await execute(inputs[name] ?? {});
          tell([name, description.length > 20, inputSchema.required, content[0].text]);
        }
        await agentTools(playground)[0].execute();
        tell(did);
        """,
    )
    *tools, did = told
    assert [name for name, *_ in tools] == [
        "run_lisp", "read_output", "read_program", "write_program", "list_examples",
        "open_example", "look_up",
    ]  # fmt: skip
    assert all(described for _, described, *_ in tools)
    assert {name: required for name, _, required, _ in tools if required} == {
        "write_program": ["code"],
        "open_example": ["slug"],
        "look_up": ["text"],
    }
    assert '"value": "3"' in tools[0][3]
    assert tools[1][3] == "shown"
    assert did == [["run", "(f)"], ["set", "(g)"], ["open", "a/b"], ["run", None]]


def test_they_are_offered_in_both_forms_and_a_refusal_stops_nothing() -> None:
    told = run_page_modules(
        HEAD,
        """
        const names = [];
        offerTools(playground, { registerTool: ({ name }) => names.push(name) });
        tell(names.length);
        offerTools(playground, { provideContext: ({ tools }) => tell(tools.length) });
        console.warn = () => tell("warned");
        offerTools(playground, { registerTool() { throw new Error("no"); } });
        offerTools(playground, null);
        tell("on");
        """,
    )
    assert told == [7, 7, "warned", "on"]


def test_names_are_found_by_name_then_by_words() -> None:
    told = run_page_modules(
        HEAD,
        """
        const entry = (name, text, aliases = []) => ({ name, text, aliases });
        const entries = [entry("map", "Calls a function."), entry("map/get", "x"), entry("filter", "Like map."), entry("first", "y", ["car"])];
        for (const text of ["map", "ma", "MAP/", "car", "calls", "", "nothing"]) tell(findEntries(entries, text).map(({ name }) => name));
        """,
    )
    assert told == [
        ["map"], ["map", "map/get", "filter"], ["map/get"], ["first"], ["map"], [], [],
    ]  # fmt: skip
