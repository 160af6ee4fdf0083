/**
 * The interpreter worker: Pyodide with `lispcore` in it. Speaks the messages of protocol.js, holds
 * no key and opens no connection. Python's side of it is lispcore/hosts/browser.py.
 */
import { DRAIN_EVERY_CHARACTERS, HOME, SHARED } from "./protocol.js";
import {
  createNoWaiter,
  createServiceWaiter,
  createSharedWaiter,
  createSuspendingWaiter,
} from "./waiting.js";
import { createFileWatch } from "./worker-files.js";

/** @typedef {import("./protocol.js").Written} Written */

/** Text is handed over at once when this long nothing was, in milliseconds. */
const FLUSH_MILLISECONDS = 12;
const SCAN_MILLISECONDS = 300;
/** The documentation for the editor goes first. */
const WARMING_DELAY_MILLISECONDS = 150;
/** Between two pieces, so that a Run never waits for more than one. */
const WARMING_PAUSE_MILLISECONDS = 5;
const PACKAGES = "/lib/python3.14/site-packages";

/** @param {import("./protocol.js").ToPage} message @param {Transferable[]} [transfer] */
const post = (message, transfer = []) => self.postMessage(message, { transfer });

/** @type {Written[]} printed text on its way to the page */
let parts = [];
let lastFlush = 0;
let lastScan = 0;
let sinceDrain = 0;

/** @type {Int32Array | null} */
let words = null;
/** @type {import("./waiting.js").Waiter} */
let waiter;
/** @type {ReturnType<typeof createFileWatch>} */
let files;
/** @type {any} the module lispcore.hosts.browser */
let host;
/** @type {any} its function `run`, looked up once */
let runProgram;
/** @type {import("./protocol.js").Tier} */
let tier;
let interrupted = false;
/** Whether a program of the user's has been run. */
let hasRun = false;
/** @type {Record<string, string>} Python packages that the page serves, by name */
const wheelAddresses = {};
/** Set by a stop message; "shared" programs see theirs in shared memory. */
let stopped = false;

function flush() {
  if (parts.length) post({ type: "write", parts });
  parts = [];
  lastFlush = performance.now();
}

/** Hands over what is due. Called by Python every few steps of a program that computes. */
function tick() {
  const now = performance.now();
  if (parts.length && now - lastFlush > FLUSH_MILLISECONDS) flush();
  if (now - lastScan > SCAN_MILLISECONDS) {
    files.scan();
    lastScan = now;
  }
}

/**
 * Python looks here for a signal every few thousand steps (web/tools/seldom-signals.mjs). It takes
 * any object with an element 0, so this one also keeps text and files flowing while a program computes.
 */
const signals = {
  get 0() {
    tick();
    if (!words || interrupted || !Atomics.load(words, SHARED.STOP)) return 0;
    interrupted = true;
    return 2;
  },
  set 0(_value) {},
};

/** What Python calls. */
const bridge = {
  /** @param {string} text @param {import("./protocol.js").WriteKind} kind */
  write(text, kind) {
    const last = parts.at(-1);
    if (last && last[0] === kind) last[1] += text;
    else parts.push([kind, text]);
    sinceDrain += text.length;
    const length = parts[parts.length - 1][1].length;
    if (length > 32_768 || performance.now() - lastFlush > FLUSH_MILLISECONDS) flush();
    if (sinceDrain < DRAIN_EVERY_CHARACTERS) return false;
    sinceDrain = 0;
    return true;
  },
  /** @param {string} request JSON @param {Uint8Array<ArrayBuffer>} [body] */
  ask(request, body) {
    flush();
    files.scan();
    return waiter.ask(JSON.parse(request), body);
  },
  /** @param {number} seconds */
  sleep(seconds) {
    flush();
    files.scan();
    return waiter.sleep(seconds);
  },
  /**
   * Begins a task of the program: a call that may suspend by itself (lispcore/hosts/browser_tasks.py).
   * @param {any} body a Python function
   */
  start(body) {
    void Promise.resolve().then(() => body.callPromising());
  },
  /** @param {string} request JSON */
  tell: (request) => post({ type: "tell", request: JSON.parse(request) }),
  /** @param {string} event JSON */
  record: (event) => post({ type: "record", event: JSON.parse(event) }),
  /** Wheels of optional Python packages: names to addresses, as JSON. */
  wheels: () => JSON.stringify(wheelAddresses),
  /**
   * Fetches a file of the page's own while nothing else runs: works in every tier.
   * @param {string} address
   */
  download(address) {
    const http = new XMLHttpRequest();
    http.open("GET", address, false);
    http.responseType = "arraybuffer";
    http.send();
    if (http.status !== 200) throw new Error(`HTTP ${http.status}`);
    return new Uint8Array(http.response);
  },
  stopped() {
    const found = stopped || (words !== null && Atomics.load(words, SHARED.STOP) === 1);
    // Python knows it now: a signal besides would hit whatever runs after the program.
    if (found) interrupted = true;
    return found;
  },
};

/** @param {import("./protocol.js").Boot} message */
function chooseWaiter(message) {
  tier = message.tier;
  words = message.shared && new Int32Array(message.shared, 0, SHARED.DATA / 4);
  if (tier === "suspend") waiter = createSuspendingWaiter(post);
  else if (tier === "shared" && message.shared) waiter = createSharedWaiter(post, message.shared);
  else if (tier === "service") waiter = createServiceWaiter(post, message.addresses.wait, message.name);
  else waiter = createNoWaiter();
}

/** @param {import("./protocol.js").Boot} message */
async function boot(message) {
  const { addresses } = message;
  chooseWaiter(message);
  post({ type: "phase", phase: "runtime" });
  const language = fetchInflated(addresses.language);
  const { loadPyodide } = await import(`${addresses.runtime}pyodide.mjs`);
  post({ type: "phase", phase: "python" });
  const pyodide = await loadPyodide({
    indexURL: addresses.runtime,
    stdLibURL: addresses.stdlib,
    env: { HOME, LANG: "en_US.UTF-8" },
    fullStdLib: false,
  });
  post({ type: "phase", phase: "language" });
  pyodide.runPython(`${__MODULES_IN_ONE__}\ninstall`)(pyodide.toPy(new Uint8Array(await language)), PACKAGES);
  pyodide.FS.mkdirTree(HOME);
  pyodide.FS.chdir(HOME);
  files = createFileWatch(pyodide.FS, HOME, post);
  for (const [name, file] of Object.entries(__WHEELS__)) {
    wheelAddresses[name] = `${addresses.wheels}${file}`;
  }
  if (tier === "direct") await loadDirectTransport(pyodide);
  host = pyodide.pyimport("lispcore.hosts.browser");
  host.boot(bridge, tier);
  runProgram = host.run;
  pyodide.setInterruptBuffer(/** @type {any} */ (signals));
  post({ type: "ready", tier });
  setTimeout(() => warmUp(0), WARMING_DELAY_MILLISECONDS);
}

/**
 * Runs what makes the first Run quick, while there is nothing else to do.
 * @param {number} step
 */
function warmUp(step) {
  try {
    if (hasRun || !host.warm_up(step)) return;
  } catch {
    return; // what is wrong will be said when a program is run
  }
  setTimeout(() => warmUp(step + 1), WARMING_PAUSE_MILLISECONDS);
}

/** @param {string} address */
async function fetchBytes(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: HTTP ${response.status}`);
  return response.arrayBuffer();
}

/**
 * Fetches a compressed file and inflates it while it arrives; left to Python where the browser can not.
 * @param {string} address
 */
async function fetchInflated(address) {
  if (typeof DecompressionStream === "undefined") return fetchBytes(address);
  const response = await fetch(address);
  if (!response.ok || !response.body) throw new Error(`${address}: HTTP ${response.status}`);
  return new Response(response.body.pipeThrough(new DecompressionStream("deflate"))).arrayBuffer();
}

/** @param {any} pyodide */
async function loadDirectTransport(pyodide) {
  pyodide.unpackArchive(await fetchBytes(wheelAddresses.micropip), "wheel");
  await pyodide.pyimport("micropip").install(wheelAddresses["pyodide-http"]);
}

/** @param {import("./protocol.js").Run} message */
async function run({ id, code, session, fresh, settings, tape = "" }) {
  hasRun = true;
  stopped = interrupted = false;
  sinceDrain = 0;
  // What a short program prints goes along with its result.
  lastScan = lastFlush = performance.now();
  const options = [code, session, fresh, JSON.stringify(settings), tape];
  const answer =
    tier === "suspend" ? await runProgram.callPromising(...options) : runProgram(...options);
  interrupted = true; // what comes now is no program
  flush();
  files.scan();
  const { result, stopped: wasStopped } = JSON.parse(answer);
  post({ type: "result", id, result, stopped: wasStopped });
}

/** @type {Record<string, (message: any) => void | Promise<void>>} */
const handlers = {
  boot,
  run,
  documentation: () => post({ type: "documentation", entries: JSON.parse(host.documentation()) }),
  reply: (message) => waiter.receive(message),
  stop() {
    // The program waits, or this message could not be read. It must not be interrupted while it is
    // being woken up: it finds out by itself.
    stopped = interrupted = true;
    waiter.stop();
  },
  file: (message) => files.write(message.name, message.bytes),
  forget: (message) => files.remove(message.name),
};

self.onmessage = async ({ data }) => {
  try {
    await handlers[data.type]?.(data);
  } catch (error) {
    flush();
    post({ type: "fault", message: String(/** @type {Error} */ (error)?.stack ?? error) });
  }
};
