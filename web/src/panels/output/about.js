/** Where the Learn panel tells more of an error: the name that it speaks of, else a page of the manual. */

/** Pages for kinds of errors. @type {Record<string, string>} */
export const PAGES = {
  arity: "functions",
  budget: "costs",
  cancelled: "tasks",
  checkpoint: "workflows",
  deadlock: "tasks",
  io: "files",
  llm: "models",
  mcp: "mcp",
  reader: "values",
  test: "testing",
  timeout: "tasks",
  "type-error": "values",
  unbound: "functions",
  user: "errors",
};

/** The name of the language with which a message begins. */
const NAME = /^([^\s:]+)(?::|\s)/;

/**
 * @param {{type: string, message: string}} error
 * @param {readonly {name: string, aliases: string[]}[]} library
 * @returns {{place: string, name: string} | null} `name`: "" for a page of the manual
 */
export function aboutError({ type, message }, library) {
  const [, name = ""] = NAME.exec(message) ?? [];
  if (name && library.some((each) => each.name === name || each.aliases.includes(name))) return { place: `name/${name}`, name };
  return PAGES[type] ? { place: `manual/${PAGES[type]}`, name: "" } : null;
}
