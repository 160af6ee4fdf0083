/**
 * The providers that the settings offer: those of `catalog.js`, which is made from the language's
 * own list, with what only the page has to say. A new provider is a line in lispcore/llm/catalog.py.
 */
import { textLater } from "../texts/texts.js";
import { CATALOG } from "./catalog.js";

export { ALIASES } from "./catalog.js";

/**
 * @typedef {object} Provider
 * @property {string} name as in `(llm/set-default :name)`
 * @property {string} label
 * @property {"demo" | "page" | "cloud" | "local" | "retrieval"} group
 * @property {string} baseUrl "" for the demo model, which sends nothing
 * @property {string} model used where neither the program nor the settings name one
 * @property {string} [note]
 */

/** @type {{group: Provider["group"], label: string, note?: string}[]} */
export const GROUPS = [
  { group: "demo", label: textLater("Without a key or a network") },
  { group: "page", label: textLater("In this browser, without a key") },
  { group: "cloud", label: textLater("Services") },
  { group: "local", label: textLater("On this machine") },
  {
    group: "retrieval",
    label: textLater("Embeddings and reranking"),
    note: textLater(
        "For llm/embed and llm/rerank only. Keep its key here, then choose the model to chat with: until then the demo model answers.",
    ),
  },
];

/**
 * What a page says of some providers besides; a label stands in place of the list's title.
 * @type {Record<string, {label?: string, note?: string}>}
 */
const WORDS = {
  demo: {
    label: textLater("Demo model"),
    note: textLater("Not a real AI. It works without a network and says back what it was sent, so that you can see what a program does."),
  },
  chrome: {
    note: textLater("Runs inside Chrome on this device: no key, no costs, nothing leaves your machine."),
  },
  local: {
    label: textLater("A model in this tab"),
    note: textLater("llama.cpp runs in this page with a GGUF model of your choice. It is kept in this browser until you delete it; nothing leaves your machine."),
  },
  anthropic: {
    note: textLater("Called straight from this page. Some organisations do not allow that; the answer then says so."),
  },
  openai: {
    label: textLater("OpenAI (or any compatible server)"),
    note: textLater("Works with every server that speaks OpenAI's chat completions: enter its base URL."),
  },
  ollama: {
    note: textLater("Needs no key. Start it with OLLAMA_ORIGINS set to this page's address, or it refuses the page."),
  },
  lmstudio: { note: textLater("Needs no key. Start its server with: lms server start --cors") },
  llamacpp: {
    label: textLater("llama.cpp server"),
    note: textLater("Needs no key unless you started it with one."),
  },
  vllm: { note: "Start it with --allowed-origins '[\"*\"]'. Enter the model it serves." },
};

/** In the order of their groups. @type {Provider[]} */
export const PROVIDERS = GROUPS.flatMap(({ group, note }) =>
  CATALOG.filter((each) => each.group === group).map(({ name, title, baseUrl, model }) => ({
    ...{ name, group, baseUrl, model, label: title, note },
    ...WORDS[name],
  })),
);

/** @param {string} name @returns {Provider | undefined} */
export function findProvider(name) {
  return PROVIDERS.find((provider) => provider.name === name);
}
