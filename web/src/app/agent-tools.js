/**
 * The page's tools for agents of the browser (WebMCP, `navigator.modelContext`): to run a program, to read
 * what it printed, to find examples, to look names up. They do what a visitor could do, no more.
 */

/** @typedef {Window["playground"]} Playground */

/**
 * @typedef {object} Tool as WebMCP describes one
 * @property {string} name
 * @property {string} description
 * @property {object} inputSchema
 * @property {(input: any) => Promise<{content: {type: "text", text: string}[]}>} execute
 */

/** @param {unknown} value */
const answer = (value) => ({
  content: [{ type: /** @type {const} */ ("text"), text: typeof value === "string" ? value : JSON.stringify(value, null, 2) }],
});

/** @param {Record<string, string>} properties texts, with what each is @param {string[]} [required] */
const texts = (properties, required = Object.keys(properties)) => ({
  type: "object",
  properties: Object.fromEntries(Object.entries(properties).map(([name, description]) => [name, { type: "string", description }])),
  required,
});

/** @param {Playground} playground @returns {Tool[]} */
export function agentTools(playground) {
  return [
    {
      name: "run_lisp",
      description:
        "Runs a Lispcore program in the page and returns its value, its printed lines and its error. Without code it runs what is in the editor.",
      inputSchema: texts({ code: "the program" }, []),
      async execute({ code } = {}) {
        await playground.ready;
        return answer(await playground.run(code));
      },
    },
    {
      name: "read_output",
      description: "Returns the text of the output pane.",
      inputSchema: texts({}),
      execute: async () => answer(playground.output()),
    },
    {
      name: "read_program",
      description: "Returns the program in the editor.",
      inputSchema: texts({}),
      execute: async () => answer(playground.getCode()),
    },
    {
      name: "write_program",
      description: "Puts a program into the editor, where the visitor sees it; it does not run by that.",
      inputSchema: texts({ code: "the program" }),
      async execute({ code }) {
        playground.setCode(code);
        return answer("It is in the editor.");
      },
    },
    {
      name: "list_examples",
      description: "Returns the examples: a name for open_example, topic, title and what each shows.",
      inputSchema: texts({}),
      execute: async () => answer(playground.examples()),
    },
    {
      name: "open_example",
      description: "Puts an example into the editor; the program that was there stays in the history.",
      inputSchema: texts({ slug: "its name, as list_examples gives it" }),
      async execute({ slug }) {
        await playground.openExample(slug);
        return answer(playground.getCode());
      },
    },
    {
      name: "look_up",
      description: "Returns signature, description and examples of a name of the language, or of names that hold a text.",
      inputSchema: texts({ text: "a name such as llm/complete, or words" }),
      async execute({ text }) {
        await playground.ready;
        return answer(playground.lookup(text));
      },
    },
  ];
}

/**
 * Offers the tools where the browser has agents; both forms of the proposal are known.
 * @param {Playground} playground
 * @param {any} [context]
 */
export function offerTools(playground, context = /** @type {any} */ (navigator).modelContext) {
  const tools = agentTools(playground);
  try {
    if (typeof context?.registerTool === "function") for (const tool of tools) context.registerTool(tool);
    else if (typeof context?.provideContext === "function") context.provideContext({ tools });
  } catch (error) {
    console.warn("the browser takes no tools", error); // the page goes on without them
  }
}
