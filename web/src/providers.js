/**
 * The providers that the settings offer. Names, addresses and models are those of
 * `lispcore/llm/catalog.py` (a test compares them); a new provider is one line there and one here.
 */

/**
 * @typedef {object} Provider
 * @property {string} name as in `(llm/set-default :name)`
 * @property {string} label
 * @property {"demo" | "page" | "cloud" | "local" | "retrieval"} group
 * @property {string} baseUrl "" for the demo model, which sends nothing
 * @property {string} model used where neither the program nor the settings name one
 * @property {string} [note]
 */

/** @type {Provider[]} */
export const PROVIDERS = [
  {
    name: "demo",
    label: "Demo model",
    group: "demo",
    baseUrl: "",
    model: "demo",
    note: "Not a real AI. It works without a network and says back what it was sent, so that you can see what a program does.",
  },
  {
    name: "chrome",
    label: "Chrome's built-in model",
    group: "page",
    baseUrl: "page://chrome/v1",
    model: "built-in",
    note: "Runs inside Chrome on this device: no key, no costs, nothing leaves your machine.",
  },
  {
    name: "local",
    label: "A model in this tab",
    group: "page",
    baseUrl: "page://local/v1",
    model: "default",
    note: "llama.cpp runs in this page with a GGUF model of your choice. It is kept in this browser until you delete it; nothing leaves your machine.",
  },
  {
    name: "anthropic",
    label: "Anthropic",
    group: "cloud",
    baseUrl: "https://api.anthropic.com",
    model: "claude-sonnet-4-6",
    note: "Called straight from this page. Some organisations do not allow that; the answer then says so.",
  },
  {
    name: "openai",
    label: "OpenAI (or any compatible server)",
    group: "cloud",
    baseUrl: "https://api.openai.com/v1",
    model: "gpt-5.5",
    note: "Works with every server that speaks OpenAI's chat completions: enter its base URL.",
  },
  {
    name: "gemini",
    label: "Google Gemini",
    group: "cloud",
    baseUrl: "https://generativelanguage.googleapis.com",
    model: "gemini-3.5-flash",
  },
  cloud("openrouter", "OpenRouter", "https://openrouter.ai/api/v1", "openai/gpt-5.2"),
  cloud("groq", "Groq", "https://api.groq.com/openai/v1", "llama-3.3-70b-versatile"),
  cloud("mistral", "Mistral", "https://api.mistral.ai/v1", "mistral-large-latest"),
  cloud("deepseek", "DeepSeek", "https://api.deepseek.com/v1", "deepseek-v4-flash"),
  cloud("xai", "xAI", "https://api.x.ai/v1", "grok-4.3"),
  cloud("moonshot", "Moonshot", "https://api.moonshot.ai/v1", "kimi-k2.6"),
  forRetrieval("jina", "Jina AI", "https://api.jina.ai/v1", "jina-embeddings-v3"),
  forRetrieval("voyage", "Voyage AI", "https://api.voyageai.com/v1", "voyage-3"),
  forRetrieval("cohere", "Cohere", "https://api.cohere.com/v2", "embed-english-v3.0"),
  forRetrieval("nomic", "Nomic", "https://api-atlas.nomic.ai/v1", "nomic-embed-text-v1.5"),
  {
    name: "ollama",
    label: "Ollama",
    group: "local",
    baseUrl: "http://localhost:11434",
    model: "gemma4",
    note: "Needs no key. Start it with OLLAMA_ORIGINS set to this page's address, or it refuses the page.",
  },
  {
    name: "lmstudio",
    label: "LM Studio",
    group: "local",
    baseUrl: "http://localhost:1234/v1",
    model: "",
    note: "Needs no key. Start its server with: lms server start --cors",
  },
  {
    name: "llamacpp",
    label: "llama.cpp server",
    group: "local",
    baseUrl: "http://localhost:8080/v1",
    model: "default",
    note: "Needs no key unless you started it with one.",
  },
  {
    name: "vllm",
    label: "vLLM",
    group: "local",
    baseUrl: "http://localhost:8000/v1",
    model: "",
    note: "Start it with --allowed-origins '[\"*\"]'. Enter the model it serves.",
  },
];

/** Other names of providers, as in lispcore/llm/catalog.py. @type {Record<string, string>} */
export const ALIASES = {
  google: "gemini",
  claude: "anthropic",
  grok: "xai",
  kimi: "moonshot",
  "lm-studio": "lmstudio",
  "llama.cpp": "llamacpp",
  "llama-cpp": "llamacpp",
};

/** @type {{group: Provider["group"], label: string}[]} */
export const GROUPS = [
  { group: "demo", label: "Without a key or a network" },
  { group: "page", label: "In this browser, without a key" },
  { group: "cloud", label: "Services" },
  { group: "local", label: "On this machine" },
  { group: "retrieval", label: "Embeddings and reranking" },
];

/**
 * @param {string} name @param {string} label @param {string} baseUrl @param {string} model
 * @returns {Provider}
 */
function cloud(name, label, baseUrl, model) {
  return { name, label, group: "cloud", baseUrl, model };
}

/**
 * @param {string} name @param {string} label @param {string} baseUrl @param {string} model
 * @returns {Provider}
 */
function forRetrieval(name, label, baseUrl, model) {
  const note =
    "For llm/embed and llm/rerank only. Keep its key here, then choose the model to chat with: " +
    "until then the demo model answers.";
  return { name, label, group: "retrieval", baseUrl, model, note };
}

/** @param {string} name @returns {Provider | undefined} */
export function findProvider(name) {
  return PROVIDERS.find((provider) => provider.name === name);
}
