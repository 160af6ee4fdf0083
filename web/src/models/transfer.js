/**
 * One request under way: its body is read ahead, cleaned of keys, and handed out by `pull`. What had
 * arrived is handed out before the news that nothing more will come.
 */
import { MAX_REPLY_BYTES } from "../engine/protocol.js";
import { RelayError } from "./relay-error.js";

/** The page reads ahead of the program by at most this much. */
export const READ_AHEAD_BYTES = 8 * 1024 * 1024;
/** Timers count no further, and one that should go on longer would go off at once. */
const MOST_MILLISECONDS = 2 ** 31 - 1;
/** After this long without a byte the visitor is asked what to do. */
const SILENCE_MILLISECONDS = 20_000;

/** Pieces that come faster are handed on together: what one costs does not depend on its size. */
const TOGETHER_MILLISECONDS = 16;
/** Where timers are late the page has too much to do: then pieces are gathered for so long at most. */
const LONGEST_TOGETHER_MILLISECONDS = 64;
/** So many are handed on at once before that. */
const AT_ONCE = 6;
/**
 * Of a reply of more pieces than this the next one is asked for when those before have been handed on, which
 * costs much less: then the browser joins what comes meanwhile. If the connection breaks, that is lost.
 */
const MANY = 1000;

/** @param {Uint8Array[]} pieces @returns {Uint8Array} */
function join(pieces) {
  if (pieces.length === 1) return pieces[0];
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/**
 * Gathers pieces that come fast, so that they are handed on about sixty times a second at most, or
 * more seldom while timers are late.
 * @param {(bytes: Uint8Array) => void} hand
 */
export function createGatherer(hand) {
  /** @type {Uint8Array[]} */
  let pieces = [];
  let left = AT_ONCE;
  let together = TOGETHER_MILLISECONDS;
  let due = 0;
  let last = performance.now();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let rested = () => {};
  let count = 0;

  /** @returns {boolean} whether the next may be handed on at once */
  function isSlow() {
    const now = performance.now();
    left = Math.min(AT_ONCE, left + (now - last) / together);
    last = now;
    // A hidden tab has slow clocks, and nobody who types.
    return left >= 1 || (typeof document !== "undefined" && document.hidden);
  }

  function flush() {
    clearTimeout(timer);
    timer = undefined;
    rested();
    if (!pieces.length) return;
    const all = join(pieces);
    pieces = [];
    left = Math.max(0, left - 1);
    hand(all);
  }

  function onTime() {
    const late = performance.now() - due;
    together = Math.min(LONGEST_TOGETHER_MILLISECONDS, Math.max(TOGETHER_MILLISECONDS, 2 * late));
    flush();
  }

  return {
    /** @param {Uint8Array} piece */
    add(piece) {
      pieces.push(piece);
      count++;
      if (isSlow()) flush();
      else if (timer === undefined) {
        due = performance.now() + together;
        timer = setTimeout(onTime, together);
      }
    },
    /** Hands on what waits. */
    flush,
    /** @returns {Promise<void> | null} until what waits is handed on */
    rest: () => (timer === undefined || count < MANY ? null : new Promise((resolve) => void (rested = resolve))),
  };
}

/**
 * @typedef {object} Listener is told of the bytes of a reply
 * @property {(chunk: Uint8Array) => void} raw as they came
 * @property {(chunk: Uint8Array) => void} clean without keys, as the program gets them
 *
 * @typedef {object} Silence
 * @property {(seconds: number) => void} begins or goes on: nothing has come for so long
 * @property {() => void} ends
 */

/** Turns of the browser's queue of promises until one that has its value has told so. */
const TURNS = 3;

/** @param {Promise<unknown>} promise @returns {Promise<boolean>} whether it has its value already */
async function isSettled(promise) {
  let isThere = false;
  const note = () => void (isThere = true);
  promise.then(note, note);
  for (let turn = 0; turn < TURNS && !isThere; turn++) await undefined;
  return isThere;
}

/**
 * @typedef {object} Answer
 * @property {Response} response
 * @property {ReadableStreamDefaultReader<Uint8Array> | undefined} reader of its body
 * @property {Promise<ReadableStreamReadResult<Uint8Array>> | undefined} first piece of it
 */

/** @param {ReadableStreamDefaultReader<Uint8Array> | undefined} reader */
function askOf(reader) {
  const next = reader?.read();
  next?.catch(() => {}); // who waits for it hears of it
  return next;
}

/** @param {Response} response @returns {Answer} of which the first piece is on its way */
export function beginReading(response) {
  const reader = response.body?.getReader();
  return { response, reader, first: askOf(reader) };
}

export class Transfer {
  /**
   * @param {string} host
   * @param {number | null} timeoutSeconds
   * @param {Silence} silence
   */
  constructor(host, timeoutSeconds, silence) {
    this.host = host;
    this.controller = new AbortController();
    this.timeoutSeconds = timeoutSeconds;
    this.silence = silence;
    /** @type {Uint8Array[]} */
    this.queue = [];
    this.queued = 0;
    this.done = false;
    /** @type {RelayError | null} */
    this.failure = null;
    this.signal = Promise.withResolvers();
    this.room = Promise.withResolvers();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.quiet = undefined;
    this.isSilent = false;
    // Who waits for room waits no more.
    this.controller.signal.addEventListener("abort", () => this.room.resolve(undefined));
  }

  /** Starts or restarts the clocks of a transfer from which nothing comes. */
  watch() {
    this.rest();
    this.listen();
    const seconds = this.timeoutSeconds;
    if (seconds === null) return;
    this.timer = setTimeout(() => {
      this.fail(new RelayError("timeout", `nothing arrived for ${seconds} seconds`, "try again, or allow more time"));
    }, Math.min(seconds * 1000, MOST_MILLISECONDS));
  }

  /** Counts the silence from now on. */
  listen() {
    clearInterval(this.quiet);
    this.endSilence();
    let passed = 0;
    this.quiet = setInterval(() => {
      this.isSilent = true;
      passed += SILENCE_MILLISECONDS;
      this.silence.begins(passed / 1000);
    }, SILENCE_MILLISECONDS);
  }

  /** Stops the clocks: nothing is expected. */
  rest() {
    clearTimeout(this.timer);
    clearInterval(this.quiet);
    this.endSilence();
  }

  endSilence() {
    if (!this.isSilent) return;
    this.isSilent = false;
    this.silence.ends();
  }

  /** Ends the transfer; what has arrived stays. @param {RelayError} failure */
  fail(failure) {
    this.failure ??= failure;
    this.controller.abort(this.failure);
  }

  notify() {
    this.signal.resolve(undefined);
    this.signal = Promise.withResolvers();
  }

  /** @param {Uint8Array} bytes */
  keep(bytes) {
    if (!bytes.length) return;
    this.queue.push(bytes);
    this.queued += bytes.length;
    this.notify();
  }

  /**
   * A browser forgets what it has not handed out when a connection breaks. So the next piece is asked for
   * before anything is done with the last one, and the first one in the moment in which there is an answer.
   * @param {Answer} answer
   * @param {{feed: (piece: Uint8Array) => Uint8Array, end: () => Uint8Array}} scrubber
   * @param {Listener} listener
   */
  async read({ reader, first }, scrubber, listener) {
    /** @param {Uint8Array} bytes */
    const take = (bytes) => {
      if (bytes.length) listener.clean(bytes);
      this.keep(bytes);
    };
    const gatherer = createGatherer((bytes) => {
      if (this.done) return;
      this.watch();
      try {
        listener.raw(bytes);
        take(scrubber.feed(bytes));
      } catch (error) {
        this.fail(new RelayError("lost", `the reply of ${this.host} could not be taken (${error})`, "try again"));
      }
    });
    try {
      this.watch();
      for (let next = first; ; next ??= askOf(reader)) {
        const rest = gatherer.rest();
        if (next && rest && !(await isSettled(next))) await rest;
        const { value, done } = (await next) ?? { value: undefined, done: true };
        if (done || !value) break;
        next = this.queued > READ_AHEAD_BYTES ? undefined : askOf(reader);
        gatherer.add(value);
        while (this.queued > READ_AHEAD_BYTES && !this.controller.signal.aborted) {
          this.rest();
          await this.room.promise;
          this.watch();
        }
      }
    } catch (error) {
      const reason = error instanceof Error ? error.message : error;
      this.failure ??= new RelayError("lost", `the connection to ${this.host} broke off (${reason})`, "try again");
    }
    gatherer.flush();
    this.rest();
    take(scrubber.end());
    this.done = true;
    this.notify();
  }

  /** @returns {Promise<{header: Record<string, any>, body?: Uint8Array<ArrayBuffer>}>} */
  async pull() {
    while (!this.queue.length && !this.done) await this.signal.promise;
    const body = this.takeBytes();
    if (body.length) return { header: { done: this.done && !this.queue.length && !this.failure }, body };
    return { header: this.failure ? this.failure.answer : { done: true } };
  }

  /** @returns {Uint8Array<ArrayBuffer>} what has arrived, up to the size of one reply */
  takeBytes() {
    const size = Math.min(this.queued, MAX_REPLY_BYTES);
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; ) {
      const piece = this.queue[0].subarray(0, size - at);
      bytes.set(piece, at);
      at += piece.length;
      if (piece.length === this.queue[0].length) this.queue.shift();
      else this.queue[0] = this.queue[0].subarray(piece.length);
    }
    this.queued -= size;
    this.room.resolve(undefined);
    this.room = Promise.withResolvers();
    return bytes;
  }
}
