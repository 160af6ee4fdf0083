/**
 * The messages between the page and an interpreter worker. docs/protocol.md tells the same in prose.
 *
 *   page                                  worker
 *     boot ───────────────────────────────▶   what it starts from, and the port for what follows
 *     machine ────────────────────────────▶   Pyodide's WebAssembly
 *     ◀──────────────── phase … phase, ready
 *     ping ───────────────────────────────▶
 *     ◀──────────────────────── pong, alive   it lives
 *     file, forget ───────────────────────▶   files the program can open
 *     documentation ──────────────────────▶
 *     ◀─────────────────────── documentation   for completion and hover, when nothing runs
 *     service ────────────────────────────▶
 *     ◀───────────────────────────── service   what is wrong with a text, how it is laid out …; nothing is run
 *     run ────────────────────────────────▶
 *     ◀─────────────────────── write, record   what is printed, what a model call did
 *     ◀──────────────────────────────── ask    the program waits for the page …
 *     reply ──────────────────────────────▶   … and goes on
 *     ◀──────────────────────────────── file   a file the program wrote
 *     stop ───────────────────────────────▶
 *     ◀─────────────────────────────── result
 *
 * The worker holds no key and opens no connection: a model call is an `ask`. How a program waits for
 * a `reply` depends on what the browser can do; see `Tier`. What comes from a worker is believed by
 * nobody: engine/checks.js reads it.
 */

/**
 * How a program waits, best first:
 * - "suspend": WebAssembly is suspended (JSPI); the reply is a message.
 * - "shared": `Atomics.wait` on shared memory; the reply is laid into that memory.
 * - "service": a synchronous request that our service worker answers once the page has the reply.
 * - "direct": the worker sends the request itself, whole and without a key (last resort).
 * @typedef {"suspend" | "shared" | "service" | "direct"} Tier
 */

/**
 * @typedef {{usd: number | null, tokens: number | null}} Budget null stands for no limit
 *
 * @typedef {object} ModelSettings what a program may know: never a key
 * @property {string | null} default
 * @property {Record<string, {base_url: string, model: string, has_key: boolean}>} providers
 * @property {Budget | null} [budget] what one run may use
 */

/**
 * Page to worker.
 * @typedef {{hasImage: true} | {stdlib: ArrayBuffer, language: ArrayBuffer}} Source what Python starts from:
 *            a memory in which it has started (memory-image.js, compressed), which follows, or files
 * @typedef {{type: "piece", bytes: Uint8Array | null}} Piece of that image; null at its end
 * @typedef {{type: "boot", tier: Tier, name: string, shared: SharedArrayBuffer | null,
 *            source: Source,
 *            wheels: Record<string, ArrayBuffer>, wait: string, sign: string}} Boot `wheels`: for tier
 *            "direct"; `wait`: where the service worker answers; `sign`: to try stop-sign.js out
 * @typedef {{type: "machine", module: WebAssembly.Module}} Machine it follows as soon as it is compiled
 * @typedef {{type: "run", id: number, code: string, session: string, fresh: boolean,
 *            settings: ModelSettings, tape?: string, debug?: Debug, sign: string}} Run `sign`: revoked by Stop
 * @typedef {{breakpoints: readonly number[], errors: boolean, calls: boolean, first: boolean}} Debug where a
 *            program is to stop: lines, where an error is thrown, at model calls, at its first form
 * @typedef {{type: "reply", id: number, header: Record<string, any>,
 *            body?: Uint8Array<ArrayBuffer>}} Reply
 * @typedef {{type: "stop", id: number}} Stop
 * @typedef {{type: "file", name: string, bytes: Uint8Array<ArrayBuffer>}} FileWrite
 * @typedef {{type: "forget", name: string}} FileForget
 * @typedef {{type: "documentation"}} AskDocumentation
 * @typedef {{type: "service", id: number, question: string}} AskService `question`: JSON for
 *            lispcore/services/answers.py
 * @typedef {{type: "ping", id: number}} Ping
 * @typedef {Boot | Piece | Machine | Run | AskDocumentation | AskService | Reply | Stop | FileWrite | FileForget | Ping} ToWorker
 */

/**
 * @typedef {object} ProgramError a mistake of the program, in the shape of the batch interface
 * @property {string} type
 * @property {string} message
 * @property {number} line 1-based; 0 when not known
 * @property {number} column
 * @property {string | null} hint
 * @property {(string | Frame)[]} stack
 * @property {string} [file] the imported file that the message speaks of
 * @property {number} [input] which text of the session `line` means; left out for the first, the program
 *
 * @typedef {{name: string, line: number, column: number, file?: string, input?: number}} Frame
 *
 * @typedef {object} Result
 * @property {string | null} value the printed value
 * @property {string[]} output what was printed, in lines
 * @property {ProgramError | null} error
 *
 * @typedef {"out" | "err" | "stream"} WriteKind `stream`: a model's words
 * @typedef {[WriteKind, string] | ["view", View]} Written a view comes as JSON, and is read by check-views.js
 *
 * @typedef {{view: string, text: string} & Record<string, any>} View what is shown in another form than
 *   text; `text` says the same in words
 */

/**
 * Worker to page. A `fault` is a defect of ours, never a mistake of the program.
 * @typedef {{type: "phase", phase: BootPhase}} Phase
 * @typedef {{type: "ready", tier: Tier, isStrict: boolean, isLocked: boolean,
 *            isStoppable: boolean}} Ready `isStrict`: its policy is in force and nothing is left in it that
 *            reaches out; `isLocked`: it holds a lock of its name; `isStoppable`: it sees the sign of Stop
 * @typedef {{type: "alive", seconds: number}} Alive and may be silent for so long
 * @typedef {{type: "compiling", done: number}} Compiling of a long program, from 0 to 1: then it runs
 * @typedef {{type: "pong", id: number, memory: number}} Pong `memory`: Python's, in bytes
 * @typedef {{type: "documentation", entries: Entry[]}} Documentation
 * @typedef {{type: "service", id: number, answer: string}} Service `answer`: JSON
 * @typedef {{type: "write", parts: Written[]}} Write
 * @typedef {{type: "record", events: Record<string, any>[]}} Record_
 * @typedef {{type: "ask", id: number, request: Record<string, any>,
 *            body?: Uint8Array<ArrayBuffer>, later?: boolean}} Ask `later`: the answer is kept until it is asked
 *            for by `next`
 * @typedef {{type: "tell", request: Record<string, any>}} Tell
 * @typedef {{type: "result", id: number, result: Result | null, stopped: boolean, view: View | null}} RunResult
 *            `view`: what shows the value in another form than text
 * @typedef {{type: "fault", message: string}} Fault
 * @typedef {Phase | Ready | Alive | Compiling | Pong | Documentation | Service | Write | Record_ | Ask | Tell | RunResult | Fault | FileWrite
 *           | FileForget} ToPage
 */

/**
 * What a program asks the visitor to fill in.
 * @typedef {object} Form
 * @property {"ask" | "confirm" | "choose" | "upload"} kind
 * @property {string} question
 * @property {string} value what stands there already
 * @property {boolean} lines a text may have several
 * @property {string[]} choices
 * @property {boolean} multiple several choices, or files
 * @property {string[]} types of files that are offered
 *
 * @typedef {string | boolean | number[] | File[] | null} Answer a text, yes or no, places of choices, files;
 *   null: declined, or the end of input
 */

/** @typedef {"runtime" | "python" | "language"} BootPhase the page itself is in the first */

/**
 * What is known of a name (lispcore/library/language/help.py).
 * @typedef {object} Entry
 * @property {string} name
 * @property {string} signature `(string/trim text:string) -> string`
 * @property {string} parameters
 * @property {string} text
 * @property {string} chapter
 * @property {[string, string][]} examples programs and the values they give
 * @property {string[]} aliases
 */

/** The words of shared memory that both sides look at. */
export const SHARED = {
  /** 1 once the user pressed Stop. */
  STOP: 0,
  /** 0 while the worker waits for a reply, 1 once it lies there. */
  STATE: 1,
  /** Length of the reply in bytes. */
  LENGTH: 2,
  /** Where the reply starts, in bytes. */
  DATA: 64,
  /** Size of the whole memory, in bytes. */
  SIZE: 2 * 1024 * 1024,
};

/** The page never sends a longer body in one reply, so that it fits into shared memory. */
export const MAX_REPLY_BYTES = 256 * 1024;

/** After this much text the worker waits until the page has shown it. */
export const DRAIN_EVERY_CHARACTERS = 1_000_000;

/** Folder of the program's files. */
export const HOME = "/home/web";

/**
 * Lays a reply out as bytes, for the tiers that do not pass messages.
 * @param {Record<string, any>} header
 * @param {Uint8Array} [body]
 * @returns {Uint8Array<ArrayBuffer>} length of the header (4 bytes, little endian), header, body
 */
export function encodeReply(header, body = new Uint8Array()) {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(4 + text.length + body.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  bytes.set(body, 4 + text.length);
  return bytes;
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes as made by `encodeReply`
 * @returns {{header: string, body: Uint8Array<ArrayBuffer>}} the header still as JSON
 */
export function decodeReply(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = 4 + view.getUint32(0, true);
  return { header: new TextDecoder().decode(bytes.slice(4, end)), body: bytes.slice(end) };
}

/**
 * An error in a file that the program has loaded says so in its message; `line` is that of the program.
 * @param {Pick<ProgramError, "message" | "file">} error
 * @returns {{file: string, line: number, column: number} | null}
 */
export function placeInFile({ message, file }) {
  if (!file || !message.startsWith(`${file}:`)) return null;
  const [, line, column] = /^(\d+):(\d+):/.exec(message.slice(file.length + 1)) ?? [];
  return line === undefined ? null : { file, line: Number(line), column: Number(column) };
}
