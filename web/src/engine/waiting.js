/**
 * How the worker waits for the page: one function `ask` per tier, chosen once at boot.
 *
 * All answer `{header, body}` with the header as JSON; the tier "suspend" a promise of it, which
 * Python hands to `run_sync`. A page that stops a program answers `{"stopped": true}`.
 */
import { SHARED, decodeReply } from "./protocol.js";

/**
 * @typedef {{header: string, body?: Uint8Array<ArrayBuffer>}} Answer
 * @typedef {object} Waiter
 * @property {(request: Record<string, any>, body?: Uint8Array<ArrayBuffer>) =>
 *            Answer | Promise<Answer>} ask
 * @property {(request: Record<string, any>, body?: Uint8Array<ArrayBuffer>) => number} begin asks without
 *            waiting; the answer comes with one to `{operation: "next"}`, which names the number
 * @property {(seconds: number) => Answer | Promise<Answer>} sleep
 * @property {(reply: import("./protocol.js").Reply) => void} receive takes a `reply` message
 * @property {() => void} stop ends every wait
 */

/** Taken before the worker's global is stripped of it (engine/confinement.js): nobody else has it then. */
const SyncRequest = globalThis.XMLHttpRequest;

const STOPPED = '{"stopped":true}';
const DONE = "{}";

/** A body goes over to the page without a copy. @param {Uint8Array<ArrayBuffer>} [body] */
const moved = (body) => (body ? [body.buffer] : []);

/**
 * @param {(message: import("./protocol.js").ToPage, transfer?: Transferable[]) => void} post
 * @returns {Waiter}
 */
export function createSuspendingWaiter(post) {
  let last = 0;
  /** @type {Map<number, (answer: Answer) => void>} */
  const waiting = new Map();

  /** @param {(id: number) => void} start */
  function wait(start) {
    const id = ++last;
    return new Promise((/** @type {(answer: Answer) => void} */ resolve) => {
      waiting.set(id, resolve);
      start(id);
    });
  }

  /** @param {number} id @param {Answer} answer */
  function settle(id, answer) {
    waiting.get(id)?.(answer);
    waiting.delete(id);
  }

  return {
    ask: (request, body) => wait((id) => post({ type: "ask", id, request, body }, moved(body))),
    begin: () => 0, // never called: a task waits on a stack of its own
    sleep: (seconds) =>
      wait((id) => setTimeout(() => settle(id, { header: DONE }), seconds * 1000)),
    receive: ({ id, header, body }) => settle(id, { header: JSON.stringify(header), body }),
    stop: () => {
      for (const id of [...waiting.keys()]) settle(id, { header: STOPPED });
    },
  };
}

/**
 * @param {(message: import("./protocol.js").ToPage, transfer?: Transferable[]) => void} post
 * @param {SharedArrayBuffer} shared
 * @returns {Waiter}
 */
export function createSharedWaiter(post, shared) {
  const words = new Int32Array(shared, 0, SHARED.DATA / 4);
  let last = 0;
  return {
    ask(request, body) {
      Atomics.store(words, SHARED.STATE, 0);
      post({ type: "ask", id: ++last, request, body }, moved(body));
      Atomics.wait(words, SHARED.STATE, 0);
      const length = Atomics.load(words, SHARED.LENGTH);
      return decodeReply(new Uint8Array(shared, SHARED.DATA, length).slice());
    },
    begin(request, body) {
      post({ type: "ask", id: ++last, request, body, later: true }, moved(body));
      return last;
    },
    sleep(seconds) {
      Atomics.wait(words, SHARED.STOP, 0, seconds * 1000);
      return { header: Atomics.load(words, SHARED.STOP) ? STOPPED : DONE };
    },
    receive() {},
    stop() {},
  };
}

/**
 * @param {(message: import("./protocol.js").ToPage, transfer?: Transferable[]) => void} post
 * @param {string} address where the service worker answers
 * @param {string} name this worker's name, unique among all pages
 * @returns {Waiter}
 */
export function createServiceWaiter(post, address, name) {
  let last = 0;

  /** @type {Waiter["ask"]} */
  function ask(request, body) {
    const id = ++last;
    post({ type: "ask", id, request, body }, moved(body));
    // The service worker gives up a wait after some seconds and wants to be asked again, because
    // browsers end service workers that take long over one request.
    for (let tries = 0; tries < 100_000; tries++) {
      const http = new SyncRequest();
      http.open("GET", `${address}?worker=${name}&id=${id}`, false);
      http.responseType = "arraybuffer";
      http.send();
      if (http.status === 200) return decodeReply(new Uint8Array(http.response));
      if (http.status !== 202) break;
    }
    return { header: JSON.stringify({ lost: "the page's service worker gave no answer" }) };
  }

  return {
    ask,
    begin(request, body) {
      post({ type: "ask", id: ++last, request, body, later: true }, moved(body));
      return last;
    },
    sleep: (seconds) => ask({ operation: "sleep", seconds }),
    receive() {},
    stop() {},
  };
}

/**
 * Waits for nothing: programs compute and print, a request is sent whole by Python itself, and what
 * needs the page's answer gets none.
 * @param {() => boolean} isToStop
 * @returns {Waiter}
 */
export function createNoWaiter(isToStop) {
  return {
    ask: (request) => ({ header: request.operation === "read-line" ? '{"line":null}' : DONE }),
    begin: () => 0, // never called: Python sends its requests itself
    sleep(seconds) {
      const until = performance.now() + seconds * 1000;
      while (performance.now() < until) if (isToStop()) return { header: STOPPED };
      return { header: DONE };
    },
    receive() {},
    stop() {},
  };
}
