/**
 * Reads what a worker sends. A program may have taken the worker over, so nothing in a message is
 * believed: it becomes a new plain value of known shape and bounded size, or it is `Nonsense`, which
 * ends the worker. No browser is needed for this: the tests run it under Node.js.
 *
 * A text stays a text: whoever shows it does so as text. What a name or a number means (a file, a
 * request under way, the program that runs) is decided by those who get it.
 */

import { readForm, readPiece } from "./check-forms.js";
import { readRecord } from "./check-records.js";
import { readView } from "./check-views.js";
import { bytes, count, flag, list, must, number, oneOf, own, plain, record, text } from "./reading.js";

const MB = 1024 * 1024;

/** More is not taken. Each is far above what programs that mean well need. */
export const LIMITS = {
  /** Characters of one batch of printed text, of a result, of a record. */
  written: 8 * MB,
  result: 256 * MB,
  record: 32 * MB,
  answer: 32 * MB,
  lines: 8 * MB,
  fault: 20_000,
  /** A request for the page: its description, and its body in bytes. */
  request: 4 * MB,
  body: 256 * MB,
  requests: 10_000,
  /** A name in a request: of a provider, a model, a call. */
  word: 1000,
  /** A file in bytes; the name of one that an error stands in. */
  file: 64 * MB,
  name: 1000,
};

/** @param {unknown} value @returns {import("./protocol.js").Entry} */
function entry(value) {
  const given = record(value, "an entry");
  const word = (/** @type {string} */ name) => text(own(given, name), 20_000, name);
  const words = (/** @type {unknown} */ each) => text(each, 20_000, "a text of an entry");
  return {
    name: word("name"),
    signature: word("signature"),
    parameters: word("parameters"),
    text: word("text"),
    chapter: word("chapter"),
    examples: list(own(given, "examples"), 100, (each) => {
      const [program, gives] = list(each, 2, words, "an example");
      return [program ?? "", gives ?? ""];
    }, "examples"),
    aliases: list(own(given, "aliases"), 100, words, "aliases"),
  };
}

/** @param {Record<string, unknown>} given @returns {{file?: string, input?: number}} which text a place is in */
function textOf(given) {
  const [file, input] = [own(given, "file") ?? null, own(given, "input") ?? null];
  return {
    ...(file === null ? {} : { file: text(file, LIMITS.name, "the name of a file") }),
    ...(input === null ? {} : { input: count(input, "the number of a text") }),
  };
}

/** @param {unknown} value @returns {import("./protocol.js").ProgramError | null} */
function programError(value) {
  if (value === null) return null;
  const given = record(value, "an error");
  const hint = own(given, "hint") ?? null;
  return {
    type: text(own(given, "type"), 1000, "the type of an error"),
    message: text(own(given, "message"), LIMITS.written, "the message of an error"),
    line: count(own(given, "line"), "a line"),
    column: count(own(given, "column"), "a column"),
    hint: hint === null ? null : text(hint, LIMITS.written, "a hint"),
    stack: list(own(given, "stack"), 100_000, (each) => {
      if (typeof each === "string") return text(each, LIMITS.written, "a frame");
      const frame = record(each, "a frame");
      return {
        name: text(own(frame, "name"), LIMITS.written, "the name of a frame"),
        line: count(own(frame, "line"), "a line"),
        column: count(own(frame, "column"), "a column"),
        ...textOf(frame),
      };
    }, "a stack"),
    ...textOf(given),
  };
}

/** @param {unknown} value @returns {import("./protocol.js").Result | null} */
function result(value) {
  if (value === null) return null;
  const given = record(value, "a result");
  const shown = own(given, "value") ?? null;
  return {
    value: shown === null ? null : text(shown, LIMITS.result, "a value"),
    output: list(own(given, "output"), LIMITS.lines, (each) => text(each, LIMITS.result, "a line"), "the output"),
    error: programError(own(given, "error") ?? null),
  };
}

/** @param {unknown} value @returns {import("./protocol.js").View | null} of the value of a program */
const viewOf = (value) => (value === null ? null : readView(text(value, LIMITS.written, "a view")));

/** Why a program stops; "look" only asks whether it is to. */
const WHYS = /** @type {const} */ (["look", "step", "breakpoint", "pause", "error", "before-call", "after-call"]);

/** @param {Record<string, unknown>} given @returns {Record<string, any>} */
function debugStop(given) {
  const why = oneOf(own(given, "why"), WHYS, "why it stops");
  if (why === "look") return { why };
  const word = (/** @type {unknown} */ value) => text(value, LIMITS.written, "a word of a stop");
  const place = (/** @type {string} */ name) => count(own(given, name), name);
  const [result, call] = [own(given, "result") ?? null, own(given, "call") ?? null];
  return {
    why,
    message: word(own(given, "message")),
    line: place("line"),
    column: place("column"),
    endLine: place("endLine"),
    endColumn: place("endColumn"),
    frame: place("frame"),
    stack: list(own(given, "stack"), 1000, (each) => {
      const [name, line, column] = list(each, 3, (part) => part, "a frame");
      return [word(name), count(line, "a line"), count(column, "a column")];
    }, "a stack"),
    locals: list(own(given, "locals"), 10_000, (each) => {
      const [name, value] = list(each, 2, word, "a variable");
      return [name ?? "", value ?? ""];
    }, "variables"),
    result: result === null ? null : word(result),
    call: call === null ? null : wordsOnly(record(call, "a call"), word),
  };
}

/** @param {Record<string, unknown>} given @param {(value: unknown) => string} word @returns {Record<string, string>} */
const wordsOnly = (given, word) => Object.fromEntries(Object.entries(given).map(([name, value]) => [word(name), word(value)]));

/** What a program may want of the page, and what belongs to each wish. */
const OPERATIONS = {
  fetch: (/** @type {Record<string, unknown>} */ given) => ({ request: httpRequest(own(given, "request")) }),
  "fetch-all": (/** @type {Record<string, unknown>} */ given) => ({
    requests: list(own(given, "requests"), LIMITS.requests, httpRequest, "the requests"),
    limit: number(own(given, "limit"), 1, 10_000, "the limit"),
  }),
  pull: (/** @type {Record<string, unknown>} */ given) => ({ handle: count(own(given, "handle"), "a handle") }),
  abort: (/** @type {Record<string, unknown>} */ given) => ({ handle: count(own(given, "handle"), "a handle") }),
  next: (/** @type {Record<string, unknown>} */ given) => ({
    seconds: number(own(given, "seconds"), 0, 1e9, "seconds"),
  }),
  drain: () => ({}),
  sleep: (/** @type {Record<string, unknown>} */ given) => ({
    seconds: number(own(given, "seconds"), 0, 1e9, "seconds"),
  }),
  "read-line": (/** @type {Record<string, unknown>} */ given) => ({
    prompt: text(own(given, "prompt"), LIMITS.written, "a prompt"),
  }),
  // Without an address it asks where a sign-in comes back to.
  "sign-in": (/** @type {Record<string, unknown>} */ given) => ({
    url: text(own(given, "url"), LIMITS.request, "an address"),
    server: text(own(given, "server"), LIMITS.request, "an address"),
  }),
  // Said by a program that is debugged: where it stands, and what it sees there.
  debug: (/** @type {Record<string, unknown>} */ given) => ({ told: debugStop(record(own(given, "told"), "a stop")) }),
  form: (/** @type {Record<string, unknown>} */ given) => ({ form: readForm(own(given, "form")) }),
  upload: readPiece,
  wheel: (/** @type {Record<string, unknown>} */ given) => ({
    package: text(own(given, "package"), 100, "a package"),
    at: count(own(given, "at"), "a place"),
  }),
};

/** @param {Record<string, unknown>} tags @returns {Record<string, string>} those that are words */
function words(tags) {
  const read = Object.entries(tags).map(([name, value]) => [name, typeof value === "number" ? String(value) : value]);
  return Object.fromEntries(read.filter(([, value]) => typeof value === "string" && value.length <= LIMITS.word));
}

/** @param {Record<string, unknown>} given @returns {Record<string, string>} it, of which the page believes the provider */
function readCredential(given) {
  const word = (/** @type {string} */ name) => text(own(given, name) ?? "", LIMITS.word, `the ${name} of a credential`);
  return { provider: word("provider"), header: word("header"), prefix: word("prefix") };
}

/** @param {unknown} value @returns {Record<string, any>} a request for the network, as hosts/browser.py describes it */
function httpRequest(value) {
  const given = plain(record(value, "a request"), LIMITS.request, "a request");
  const { url, method, headers, timeout = null, tags = {}, credential = null, length = 0 } = given;
  const word = (/** @type {unknown} */ each) => text(each, LIMITS.request, "a word of a request");
  return {
    ...given,
    url: text(url, LIMITS.request, "an address"),
    method: text(method, 20, "a method"),
    headers: list(headers, 1000, (each) => {
      const pair = list(each, 2, word, "a header");
      must(pair.length === 2, "a header is no pair");
      return pair;
    }, "headers"),
    timeout: timeout === null ? null : number(timeout, 0, 1e9, "a time limit"),
    tags: words(record(tags, "tags")),
    credential: credential === null ? null : readCredential(record(credential, "a credential")),
    length: count(length, "a length"),
  };
}

/** @param {unknown} value @returns {Record<string, any>} */
function wish(value) {
  const given = record(value, "a wish");
  const names = /** @type {(keyof typeof OPERATIONS)[]} */ (Object.keys(OPERATIONS));
  const operation = oneOf(own(given, "operation"), names, "an operation");
  return { operation, ...OPERATIONS[operation](given) };
}

const PHASES = /** @type {const} */ (["runtime", "python", "language"]);
const TIERS = /** @type {const} */ (["suspend", "shared", "service", "direct"]);
const KINDS = /** @type {const} */ (["out", "err", "stream"]);

/** @type {Record<string, (given: Record<string, unknown>) => object>} what belongs to a message of each type */
const MESSAGES = {
  phase: (given) => ({ phase: oneOf(own(given, "phase"), PHASES, "a phase") }),
  ready: (given) => ({
    tier: oneOf(own(given, "tier"), TIERS, "a tier"),
    isStrict: flag(own(given, "isStrict"), "isStrict"),
    isLocked: flag(own(given, "isLocked"), "isLocked"),
    isStoppable: flag(own(given, "isStoppable"), "isStoppable"),
  }),
  alive: (given) => ({ seconds: number(own(given, "seconds"), 0, 1e9, "seconds") }),
  compiling: (given) => ({ done: number(own(given, "done"), 0, 1, "a part") }),
  pong: (given) => ({ id: count(own(given, "id"), "a number"), memory: count(own(given, "memory"), "memory") }),
  documentation: (given) => ({ entries: list(own(given, "entries"), 10_000, entry, "the documentation") }),
  service: (given) => ({
    id: count(own(given, "id"), "a number"),
    answer: text(own(given, "answer"), LIMITS.answer, "an answer"),
  }),
  write: (given) => {
    let left = LIMITS.written;
    const parts = list(own(given, "parts"), 100_000, (each) => {
      must(Array.isArray(each) && each.length === 2, "a part of printed text is no pair");
      if (each[0] === "view") {
        const given = text(each[1], left, "a view");
        left -= given.length;
        return ["view", readView(given)];
      }
      const printed = text(each[1], left, "printed text");
      left -= printed.length;
      return [oneOf(each[0], KINDS, "a kind of text"), printed];
    }, "printed text");
    return { parts };
  },
  record: (given) => {
    const read = (/** @type {unknown} */ each) => readRecord(each, LIMITS.record);
    return { events: list(own(given, "events"), 10_000, read, "records") };
  },
  ask: (given) => {
    const body = own(given, "body");
    return {
      id: count(own(given, "id"), "a number"),
      request: wish(own(given, "request")),
      ...(own(given, "later") === true ? { later: true } : {}),
      ...(body === undefined ? {} : { body: bytes(body, LIMITS.body, "a body") }),
    };
  },
  tell: (given) => ({ request: wish(own(given, "request")) }),
  result: (given) => ({
    id: count(own(given, "id"), "a number"),
    result: result(own(given, "result")),
    stopped: flag(own(given, "stopped"), "stopped"),
    view: viewOf(own(given, "view") ?? null),
  }),
  fault: (given) => ({ message: String(own(given, "message")).slice(0, LIMITS.fault) }),
  // Whether a file has a name that the page takes is looked at later: a program may choose any.
  file: (given) => ({
    name: text(own(given, "name"), 100_000, "a name"),
    bytes: bytes(own(given, "bytes"), LIMITS.file, "a file"),
  }),
  forget: (given) => ({ name: text(own(given, "name"), 100_000, "a name") }),
};

/**
 * @param {unknown} message from a worker
 * @returns {import("./protocol.js").ToPage} the same in a new value, without anything that does not belong
 * @throws {Nonsense}
 */
export function readMessage(message) {
  const given = record(message, "a message");
  const type = own(given, "type");
  must(typeof type === "string" && Object.hasOwn(MESSAGES, type), "a message of an unknown type");
  return /** @type {any} */ ({ type, ...MESSAGES[type](given) });
}
