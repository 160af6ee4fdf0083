/**
 * Looks for model servers on the visitor's own machine, and says what stands in the way: not running,
 * closed to web pages (CORS), or the browser keeps pages from the local network.
 */
import { text, textLater } from "../texts/texts.js";

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
/** Reports come a little after what they report. */
const REPORT_MILLISECONDS = 200;

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
      text("macOS app: {command}, then restart Ollama", { command: `launchctl setenv OLLAMA_ORIGINS "${origin}"` }),
      text("Windows: {command}, then restart Ollama", { command: `setx OLLAMA_ORIGINS "${origin}"` }),
    ],
  },
  {
    provider: "lmstudio",
    label: "LM Studio",
    baseUrl: "http://localhost:1234/v1",
    list: "/models",
    read: readData,
    start: "lms server start --cors",
    open: () => ["lms server start --cors", text("or in the app: Developer, Server Settings, Enable CORS")],
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
    if (await isThere(url)) return { server, state: "closed", models: [] };
    return { server, state: (await isForbidden()) ? "forbidden" : "silent", models: [] };
  }
}

/**
 * Tells a server that is closed to pages from one that is not there: it gives an answer that this
 * page may not read. An isolated page gets not even that, but a report that one was withheld.
 * @param {string} url
 */
async function isThere(url) {
  /** @type {string[]} */
  const withheld = [];
  /** @type {any} not in the types of this compiler */
  const Observer = /** @type {any} */ (globalThis).ReportingObserver;
  const observer =
    Observer &&
    new Observer(
      (/** @type {any[]} */ reports) => withheld.push(...reports.map(({ body }) => body?.toJSON().blockedURL)),
      { types: ["coep"] },
    );
  observer?.observe();
  try {
    await ask(url, { mode: "no-cors", method: "HEAD" });
    return true;
  } catch {
    await new Promise((resolve) => setTimeout(resolve, REPORT_MILLISECONDS));
    return withheld.includes(url);
  } finally {
    observer?.disconnect();
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
      text: text("{name} runs, but does not answer this page. Let it, and look again:", { name: server.label }),
      commands: server.open(location.origin),
    };
  }
  if (state === "forbidden") {
    return {
      text: text("The browser keeps this page from your machine. Allow “local network access” in the site settings (the sign left of the address), and look again."),
      commands: [],
    };
  }
  if (state === "silent") return { text: text("{name} does not answer. To start it:", { name: server.label }), commands: [server.start] };
  return { text: models.length ? text("{name} offers:", { name: server.label }) : text("{name} runs, but has no model yet.", { name: server.label }), commands: [] };
}

/** @param {string} provider @returns {string} what to try after a server on this machine gave no answer */
export function adviseOnSilence(provider) {
  const server = LOCAL_SERVERS.find((each) => each.provider === provider);
  const origin = location.origin;
  if (!server) return `is the server running, and does it allow pages from ${origin} (CORS)?`;
  return (
    `is it running (${server.start}), and does it let this page in (${server.open(origin)[0]})? ` +
    "“Look for local servers” in Settings tells which; the browser may also ask whether this page may " +
    "reach your local network"
  );
}

/** What a browser says that keeps https pages from http servers altogether. */
export const MIXED_CONTENT = textLater("If nothing is found although a server runs: Safari keeps https pages from http://localhost. Use Chrome, Edge or Firefox, or serve this page from your own machine.");
