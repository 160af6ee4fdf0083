/**
 * The interpreter worker: Pyodide with `lispcore` in it. Speaks the messages of protocol.js over a
 * port of its own. It holds no key, opens no connection and fetches nothing: the page hands over all
 * that it is made of. Python's side of it is lispcore/hosts/browser.py.
 */
import { confine, refusesText } from "./confinement.js";
import { DRAIN_EVERY_CHARACTERS, HOME, SHARED } from "./protocol.js";
import { createIntake, enterHome, installLanguage, prepareModule, startPython } from "./python.js";
import { createStopSign } from "./stop-sign.js";
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
/** So many changed files go over while a program runs; the others with the next look. */
const FILES_AT_ONCE = 100;
/** A program that computes and says nothing lets the page know this often that it is alive. */
const ALIVE_MILLISECONDS = 3000;
/** The documentation for the editor goes first. */
const WARMING_DELAY_MILLISECONDS = 150;
/** Between two pieces, so that a Run never waits for more than one. */
const WARMING_PAUSE_MILLISECONDS = 5;

/** @type {(message: import("./protocol.js").ToPage, transfer?: Transferable[]) => void} */
let post = () => {};

/** @type {Written[]} printed text on its way to the page */
let parts = [];
/** @type {Record<string, any>[]} what model calls did, on its way as well */
let records = [];
let lastFlush = 0;
let lastScan = 0;
let lastSign = 0;
let sinceDrain = 0;

/** @type {Int32Array | null} */
let words = null;
/** @type {import("./waiting.js").Waiter} */
let waiter;
/** @type {ReturnType<typeof createFileWatch>} */
let files;
/** @type {any} */
let python;
/** @type {any} the module lispcore.hosts.browser */
let host;
/** @type {any} its function `run`, looked up once */
let runProgram;
/** @type {import("./protocol.js").Tier} */
let tier;
/** @type {(module: WebAssembly.Module) => void} */
let takeMachine = () => {};
/** Pyodide's WebAssembly, which comes by itself once it is compiled. @type {Promise<WebAssembly.Module>} */
const machine = new Promise((resolve) => {
  takeMachine = resolve;
});
/** The memory that it starts from, which comes in pieces. */
const intake = createIntake();
let interrupted = false;
/** Whether a program of the user's has been run. */
let hasRun = false;
/** @type {Record<string, ArrayBuffer>} wheels that came along, for the tier that cannot ask */
let wheels = {};
const sign = createStopSign();
/** Set by a stop message; "shared" programs see theirs in shared memory. */
let stopped = false;

function flush() {
  if (parts.length) post({ type: "write", parts });
  if (records.length) post({ type: "record", events: records });
  parts = [];
  records = [];
  lastFlush = performance.now();
}

/** @param {number} seconds for which nothing more may be heard */
function saySign(seconds) {
  lastSign = performance.now();
  post({ type: "alive", seconds });
}

/** Hands over what is due. Called by Python every few steps of a program that computes. */
function tick() {
  const now = performance.now();
  if ((parts.length || records.length) && now - lastFlush > FLUSH_MILLISECONDS) flush();
  if (now - lastScan > SCAN_MILLISECONDS) {
    files.scan(FILES_AT_ONCE);
    lastScan = now;
  }
  if (now - lastSign > ALIVE_MILLISECONDS) saySign(0);
}

/** @returns {boolean} whether the page wants the program to stop, as far as it can be seen without a message */
function isToStop() {
  if (words) return Atomics.load(words, SHARED.STOP) === 1;
  if (!stopped && sign.isRevoked(performance.now())) stopped = true;
  return stopped;
}

/**
 * Python looks here for a signal every few thousand steps (web/tools/seldom-signals.mjs). It takes
 * any object with an element 0, so this one also keeps text and files flowing while a program computes.
 */
const signals = {
  get 0() {
    tick();
    if (interrupted || !isToStop()) return 0;
    interrupted = true;
    return 2;
  },
  set 0(_value) {},
};

/** What Python calls. */
const bridge = {
  /** @param {string} text @param {import("./protocol.js").WriteKind | "view"} kind */
  write(text, kind) {
    const last = parts.at(-1);
    if (last && last[0] === kind && kind !== "view") last[1] += text;
    else parts.push(/** @type {any} */ ([kind, text])); // a view as JSON: the page reads it
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
    files.scan(FILES_AT_ONCE);
    return waiter.ask(JSON.parse(request), body);
  },
  /** @param {string} request JSON @param {Uint8Array<ArrayBuffer>} [body] @returns {number} */
  begin(request, body) {
    flush();
    files.scan(FILES_AT_ONCE);
    return waiter.begin(JSON.parse(request), body);
  },
  /** @param {number} seconds */
  sleep(seconds) {
    flush();
    files.scan(FILES_AT_ONCE);
    if (seconds > ALIVE_MILLISECONDS / 1000) saySign(seconds);
    return waiter.sleep(seconds);
  },
  /**
   * Begins a task of the program: a call that may suspend by itself (lispcore/hosts/browser_tasks.py).
   * @param {any} body a Python function
   */
  start(body) {
    void Promise.resolve().then(() => body.callPromising());
  },
  /** @param {number} done how far compiling is, from 0 to 1 */
  compiling(done) {
    // The page hears of a program that it runs alone, not of those that warm up.
    if (hasRun) post({ type: "compiling", done });
  },
  /** @param {string} request JSON */
  tell: (request) => post({ type: "tell", request: JSON.parse(request) }),
  /** @param {string} event JSON */
  record(event) {
    records.push(JSON.parse(event));
    if (performance.now() - lastFlush > FLUSH_MILLISECONDS) flush();
  },
  /** @param {string} name of a package @returns {Uint8Array | undefined} its wheel, if it came along */
  wheel: (name) => (Object.hasOwn(wheels, name) ? new Uint8Array(wheels[name]) : undefined),
  /** @param {Uint8Array<ArrayBuffer>} module WebAssembly */
  prepare: (module) =>
    prepareModule(module, () => {
      tick();
      return isToStop() ? 1 : 0;
    }),
  stopped() {
    const found = stopped || isToStop();
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
  else if (tier === "service") waiter = createServiceWaiter(post, message.wait, message.name);
  else waiter = createNoWaiter(isToStop);
}

/**
 * Holds a lock for as long as this worker lives: the page is told by the browser when it is free.
 * @param {string} name
 * @returns {Promise<boolean>} whether it could get one
 */
function holdLock(name) {
  const { locks } = navigator;
  if (!locks) return Promise.resolve(false);
  return new Promise((resolve) => {
    const never = new Promise(() => {});
    const hold = () => {
      resolve(true);
      return never;
    };
    locks.request(name, hold).catch(() => resolve(false));
  });
}

/** @param {import("./protocol.js").Boot} message */
async function boot(message) {
  const locked = holdLock(message.name);
  chooseWaiter(message);
  // Only Python's own requests of the last tier go out from here, to where its policy lets them.
  const left = confine(globalThis, tier === "direct" ? ["XMLHttpRequest"] : []);
  const { source } = message;
  const here = "hasImage" in source ? intake.arrived : machine;
  void here.then(() => post({ type: "phase", phase: "python" })).catch(() => {});
  if ("hasImage" in source) {
    python = await startPython({ module: machine, image: intake.image });
    python.pyimport("lispcore.hosts.browser_snapshot").renew();
  } else {
    python = await startPython({ module: machine, stdlib: source.stdlib });
    post({ type: "phase", phase: "language" });
    installLanguage(python, source.language);
  }
  enterHome(python);
  files = createFileWatch(python.FS, HOME, post);
  wheels = message.wheels;
  host = python.pyimport("lispcore.hosts.browser");
  host.boot(bridge, tier);
  runProgram = host.run;
  python.setInterruptBuffer(/** @type {any} */ (signals));
  const isStoppable = words !== null || sign.tryOut(message.sign);
  post({ type: "ready", tier, isStrict: refusesText() && !left.length, isLocked: await locked, isStoppable });
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

/** @param {import("./protocol.js").Run} message */
async function run({ id, code, session, fresh, settings, tape = "", debug, sign: given }) {
  hasRun = true;
  stopped = interrupted = false;
  sign.begin(given);
  sinceDrain = 0;
  // What a short program prints goes along with its result.
  lastScan = lastFlush = lastSign = performance.now();
  const options = [code, session, fresh, JSON.stringify(settings), tape, debug ? JSON.stringify(debug) : ""];
  const answer =
    tier === "suspend" ? await runProgram.callPromising(...options) : runProgram(...options);
  interrupted = true; // what comes now is no program
  flush();
  files.scan();
  const { result, stopped: wasStopped, view } = JSON.parse(answer);
  post({ type: "result", id, result, stopped: wasStopped, view });
}

/** @type {Record<string, (message: any) => void | Promise<void>>} */
const handlers = {
  machine: ({ module }) => takeMachine(module),
  piece: ({ bytes }) => intake.put(bytes),
  run,
  documentation: () => post({ type: "documentation", entries: JSON.parse(host.documentation()) }),
  service: ({ id, question }) => post({ type: "service", id, answer: host.service(question) }),
  reply: (message) => waiter.receive(message),
  stop() {
    // The program waits, or this message could not be read. It must not be interrupted while it is
    // being woken up: it finds out by itself.
    stopped = interrupted = true;
    waiter.stop();
  },
  file: (message) => files.write(message.name, message.bytes),
  forget: (message) => files.remove(message.name),
  ping: ({ id }) => post({ type: "pong", id, memory: python._module.HEAPU8.length }),
};

/** @param {() => void | Promise<void>} act */
async function guarded(act) {
  try {
    await act();
  } catch (error) {
    flush();
    post({ type: "fault", message: String(/** @type {Error} */ (error)?.stack ?? error) });
  }
}

// The first message brings the port, and is the only one that is read here.
self.onmessage = ({ data, ports: [port] }) => {
  self.onmessage = null;
  post = (message, transfer = []) => port.postMessage(message, transfer);
  port.onmessage = ({ data: message }) => void guarded(() => handlers[message.type]?.(message));
  void guarded(() => boot(data));
};
