/**
 * Looks for model servers on the visitor's own machine, and says what stands in the way: not running,
 * closed to web pages (CORS), or the browser keeps pages from the local network.
 */

/** @typedef {{id: string, label: string}} ServerModel */
/**
 * @typedef {object} LocalServer
 * @property {string} provider as in providers.js
 * @property {string} label
 * @property {string} baseUrl
 * @property {string} list path of the list of models
 * @property {(answer: any) => string[]} read
 * @property {(origin: string) => string[]} open commands that open it to this page
 * @property {string} start
 */
/**
 * @typedef {object} Found
 * @property {LocalServer} server
 * @property {"found" | "closed" | "silent" | "forbidden"} state closed: it runs, but answers no pages
 * @property {string[]} models
 */

const WAIT_MILLISECONDS = 3000;

/** @param {any} answer of OpenAI's form */
const readData = (answer) => (answer?.data ?? []).map((/** @type {any} */ each) => String(each.id));

/** @type {LocalServer[]} */
export const LOCAL_SERVERS = [
  {
    provider: "ollama",
    label: "Ollama",
    baseUrl: "http://localhost:11434",
    list: "/api/tags",
    read: (answer) => (answer?.models ?? []).map((/** @type {any} */ each) => String(each.name)),
    start: "ollama serve",
    open: (origin) => [
      `OLLAMA_ORIGINS=${origin} ollama serve`,
      `macOS app: launchctl setenv OLLAMA_ORIGINS "${origin}", then restart Ollama`,
      `Windows: setx OLLAMA_ORIGINS "${origin}", then restart Ollama`,
    ],
  },
  {
    provider: "lmstudio",
    label: "LM Studio",
    baseUrl: "http://localhost:1234/v1",
    list: "/models",
    read: readData,
    start: "lms server start --cors",
    open: () => ["lms server start --cors", "or in the app: Developer, Server Settings, Enable CORS"],
  },
  {
    provider: "llamacpp",
    label: "llama.cpp server",
    baseUrl: "http://localhost:8080/v1",
    list: "/models",
    read: readData,
    start: "llama-server -m model.gguf",
    open: (origin) => [`llama-server -m model.gguf --cors-origins ${origin}`],
  },
  {
    provider: "vllm",
    label: "vLLM",
    baseUrl: "http://localhost:8000/v1",
    list: "/models",
    read: readData,
    start: "vllm serve MODEL",
    open: (origin) => [`vllm serve MODEL --allowed-origins '["${origin}"]'`],
  },
];

/** @returns {Promise<boolean>} whether the visitor told the browser to keep pages from this machine */
async function isForbidden() {
  for (const name of ["loopback-network", "local-network-access"]) {
    try {
      const status = await navigator.permissions.query(/** @type {any} */ ({ name }));
      if (status.state === "denied") return true;
    } catch {
      // This browser does not know that permission.
    }
  }
  return false;
}

/** @param {string} url @param {RequestInit} [options] */
const ask = (url, options) =>
  fetch(url, {
    ...options,
    credentials: "omit",
    referrerPolicy: "no-referrer",
    cache: "no-store",
    signal: AbortSignal.timeout(WAIT_MILLISECONDS),
  });

/** @param {LocalServer} server @param {string} baseUrl @returns {Promise<Found>} */
async function look(server, baseUrl) {
  const url = baseUrl.replace(/\/$/, "") + server.list;
  try {
    const response = await ask(url);
    if (!response.ok) return { server, state: response.status === 403 ? "closed" : "silent", models: [] };
    return { server, state: "found", models: server.read(await response.json()) };
  } catch {
    // An opaque answer tells a server that is closed to pages from one that is not there.
    const runs = await ask(url, { mode: "no-cors" }).then(
      () => true,
      () => false,
    );
    if (runs) return { server, state: "closed", models: [] };
    return { server, state: (await isForbidden()) ? "forbidden" : "silent", models: [] };
  }
}

/**
 * Asks all known servers for their models.
 * @param {(provider: string) => string} baseUrlOf where the settings say a server is
 * @returns {Promise<Found[]>}
 */
export const findLocalServers = (baseUrlOf) =>
  Promise.all(LOCAL_SERVERS.map((server) => look(server, baseUrlOf(server.provider) || server.baseUrl)));

/** @param {Found} found @returns {{text: string, commands: string[]}} what to say and what to type */
export function adviseOn({ server, state, models }) {
  if (state === "closed") {
    return {
      text: `${server.label} runs, but does not answer this page. Let it, and look again:`,
      commands: server.open(location.origin),
    };
  }
  if (state === "forbidden") {
    return {
      text:
        "The browser keeps this page from your machine. Allow “local network access” in the site " +
        "settings (the sign left of the address), and look again.",
      commands: [],
    };
  }
  if (state === "silent") return { text: `${server.label} does not answer. To start it:`, commands: [server.start] };
  return { text: models.length ? `${server.label} offers:` : `${server.label} runs, but has no model yet.`, commands: [] };
}

/** What a browser says that keeps https pages from http servers altogether. */
export const MIXED_CONTENT =
  "If nothing is found although a server runs: Safari keeps https pages from http://localhost. " +
  "Use Chrome, Edge or Firefox, or serve this page from your own machine.";
