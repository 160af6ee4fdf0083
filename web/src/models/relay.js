/**
 * Makes the requests of a program: the interpreter asks, the page fetches, adds the key that belongs
 * to exactly this origin, and hands the body over in batches.
 */
import { originOf } from "./keys.js";
import { adviseOnSilence } from "./local-servers.js";
import { MAX_REPLY_BYTES } from "../engine/protocol.js";

/** @typedef {import("./calls.js").RelayRequest} RelayRequest */

/** Failures as hosts/browser.py names them. */
class RelayError extends Error {
  /** @param {"refused" | "failed" | "lost" | "timeout"} error @param {string} message @param {string} advice */
  constructor(error, message, advice = "") {
    super(message);
    this.answer = { error, message, advice };
  }
}

const LOCAL = /^(localhost|127\.0\.0\.1|.*\.localhost)$/;
/** Addresses of what the page itself answers. */
const PAGE = "page:";
/** Helpers of the page that are no model: the list of calls does not show them. */
const UNLISTED = /^page:\/\/image\//;
/** The page reads ahead of the program by at most this much. */
const READ_AHEAD_BYTES = 8 * 1024 * 1024;

/** Servers that never answer without a key, so that a clear word beats their 401. */
const KEY_NEEDED = new Set([
  "https://api.anthropic.com",
  "https://api.openai.com",
  "https://generativelanguage.googleapis.com",
  "https://openrouter.ai",
  "https://api.groq.com",
  "https://api.mistral.ai",
]);

/** Takes note of nothing. */
const NO_NOTE = { answered() {}, received() {}, ended() {} };

/** @param {RelayRequest} request @param {import("./keys.js").Keys} keys */
function findKey({ url, credential }, keys) {
  if (!credential) return undefined;
  const { provider } = credential;
  const origin = originOf(url);
  const key = keys.find(provider, url);
  if (key !== undefined) return key;
  const others = keys.originsOf(provider);
  if (others.length) {
    throw new RelayError(
      "refused",
      `no key for ${origin}: the key for ${provider} belongs to ${others.join(", ")} and is sent nowhere else`,
      `if you trust ${origin}, enter a key for it in Settings; otherwise remove the base URL from the program`,
    );
  }
  if (KEY_NEEDED.has(origin)) {
    throw new RelayError(
      "refused",
      `${provider} needs a key for ${origin}`,
      "open Settings, choose the provider and enter your key (or use the demo model)",
    );
  }
  return undefined;
}

/** @param {string} url @returns {URL} the address, if this page may call it */
function checkAddress(url) {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed?.protocol === PAGE) return parsed;
  if (!parsed || !originOf(url)) {
    throw new RelayError("refused", `not a web address: ${url}`, "use https://…");
  }
  if (parsed.protocol === "http:" && !LOCAL.test(parsed.hostname) && parsed.origin !== location.origin) {
    throw new RelayError(
      "refused",
      `${parsed.origin} is not encrypted`,
      "the page calls https:// addresses, and http:// only on this machine (localhost, 127.0.0.1)",
    );
  }
  return parsed;
}

/**
 * @param {URL} url
 * @param {unknown} error
 * @param {string | undefined} provider
 * @returns {RelayError} for a fetch that gave no answer
 */
function explainFailure(url, error, provider) {
  const reason = error instanceof Error ? error.message : String(error);
  const advice = !navigator.onLine
    ? "this device is offline; the demo model works without a network"
    : LOCAL.test(url.hostname)
      ? adviseOnSilence(provider ?? "")
      : "the address may be wrong, the server down, or it does not allow calls from web pages (CORS), or it tried to redirect";
  return new RelayError("failed", `no answer from ${url.origin} (${reason})`, advice);
}

/** One request under way: its body is read ahead and handed out by `pull`. */
class Transfer {
  /** @param {AbortController} controller @param {number | null} timeoutSeconds */
  constructor(controller, timeoutSeconds) {
    this.controller = controller;
    this.timeoutSeconds = timeoutSeconds;
    /** @type {Uint8Array[]} */
    this.queue = [];
    this.queued = 0;
    this.done = false;
    /** @type {RelayError | null} */
    this.failure = null;
    this.signal = Promise.withResolvers();
    this.room = Promise.withResolvers();
    this.timer = 0;
  }

  /** Starts or restarts the clock that ends a silent transfer. */
  watch() {
    clearTimeout(this.timer);
    if (this.timeoutSeconds === null) return;
    this.timer = window.setTimeout(() => {
      this.failure = new RelayError(
        "timeout",
        `nothing arrived for ${this.timeoutSeconds} seconds`,
        "try again, or allow more time",
      );
      this.controller.abort(this.failure);
    }, this.timeoutSeconds * 1000);
  }

  notify() {
    this.signal.resolve(undefined);
    this.signal = Promise.withResolvers();
  }

  /** @param {Response} response @param {(chunk: Uint8Array) => void} onChunk */
  async read(response, onChunk) {
    try {
      const reader = response.body?.getReader();
      for (;;) {
        this.watch();
        const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
        if (done || !value) break;
        onChunk(value);
        this.queue.push(value);
        this.queued += value.length;
        this.notify();
        while (this.queued > READ_AHEAD_BYTES) {
          clearTimeout(this.timer);
          await this.room.promise;
        }
      }
    } catch (error) {
      this.failure ??= new RelayError(
        "lost",
        `the connection to ${originOf(response.url)} broke off (${error instanceof Error ? error.message : error})`,
        "try again",
      );
    }
    clearTimeout(this.timer);
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

/**
 * @param {import("./keys.js").Keys} keys
 * @param {import("./calls.js").Calls} calls takes note of every request, for the inspector
 * @param {import("./page-models.js").PageModels} pageModels answer what is asked of the page itself
 */
export function createRelay(keys, calls, pageModels) {
  /** @type {Map<number, Transfer>} */
  const transfers = new Map();
  let last = 0;

  /** @param {RelayRequest} request @param {string | undefined} key */
  function buildHeaders(request, key) {
    const headers = new Headers();
    for (const [name, value] of request.headers) headers.append(name, value);
    if (key !== undefined && request.credential) {
      headers.set(request.credential.header, request.credential.prefix + key);
    }
    return headers;
  }

  /**
   * @param {URL} url
   * @param {RelayRequest} request
   * @param {Uint8Array<ArrayBuffer>} body
   * @param {string | undefined} key
   * @param {AbortSignal} signal
   */
  function send(url, request, body, key, signal) {
    if (url.protocol === PAGE) return pageModels.answer(url, body, signal);
    const bodyless = request.method === "GET" || request.method === "HEAD";
    return fetch(url, {
      method: request.method,
      headers: buildHeaders(request, key),
      body: bodyless ? undefined : body,
      signal,
      // A redirect could carry a key or a prompt to a place that nobody chose.
      redirect: request.credential || !bodyless ? "error" : "follow",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
    });
  }

  /**
   * @param {RelayRequest} request
   * @param {Uint8Array<ArrayBuffer>} body
   * @returns {Promise<{handle: number, status: number, headers: Record<string, string>}>}
   */
  async function open(request, body) {
    const url = checkAddress(request.url);
    const key = url.protocol === PAGE ? undefined : findKey(request, keys);
    const transfer = new Transfer(new AbortController(), request.timeout);
    const handle = ++last;
    transfers.set(handle, transfer);
    const note = UNLISTED.test(request.url) ? NO_NOTE : calls.begin(request, body);
    try {
      transfer.watch();
      const response = await send(url, request, body, key, transfer.controller.signal);
      note.answered(response);
      transfer
        .read(response, (chunk) => note.received(chunk))
        .then(() => note.ended(transfer.failure?.message));
      return { handle, status: response.status, headers: Object.fromEntries(response.headers) };
    } catch (error) {
      clearTimeout(transfer.timer);
      transfers.delete(handle);
      const failure = transfer.failure ?? explainFailure(url, error, request.tags?.provider);
      note.ended(failure.message);
      throw failure;
    }
  }

  /** @param {RelayRequest} request @param {Uint8Array<ArrayBuffer>} body */
  async function openWhole(request, body) {
    try {
      const answer = await open(request, body);
      const transfer = transfers.get(answer.handle);
      while (transfer && !transfer.done && transfer.queued <= READ_AHEAD_BYTES) {
        await transfer.signal.promise;
      }
      return answer;
    } catch (error) {
      if (error instanceof RelayError) return error.answer;
      throw error;
    }
  }

  /** @param {RelayRequest[]} requests @param {number} limit @param {Uint8Array<ArrayBuffer>} bodies */
  async function openAll(requests, limit, bodies) {
    /** @type {object[]} */
    const replies = new Array(requests.length);
    let at = 0;
    const jobs = requests.map((request, index) => {
      const body = bodies.slice(at, (at += request.length ?? 0));
      return async () => {
        replies[index] = await openWhole(request, body);
      };
    });
    const lanes = Array.from({ length: Math.max(1, Math.min(limit, jobs.length)) }, async () => {
      for (let job = jobs.shift(); job; job = jobs.shift()) await job();
    });
    await Promise.all(lanes);
    return replies;
  }

  return {
    /**
     * @param {RelayRequest} request
     * @param {Uint8Array<ArrayBuffer>} body
     * @returns {Promise<Record<string, any>>} the answer's header
     */
    async open(request, body) {
      try {
        return await open(request, body);
      } catch (error) {
        if (error instanceof RelayError) return error.answer;
        throw error;
      }
    },

    openAll,

    /** @param {number} handle */
    async pull(handle) {
      const transfer = transfers.get(handle);
      if (!transfer) return { header: { done: true } };
      const answer = await transfer.pull();
      if (answer.header.done || "error" in answer.header) transfers.delete(handle);
      return answer;
    },

    /** @param {number} handle */
    abort(handle) {
      transfers.get(handle)?.controller.abort();
      transfers.delete(handle);
    },

    /** Ends every request that is under way. */
    abortAll() {
      for (const transfer of transfers.values()) transfer.controller.abort();
      transfers.clear();
    },
  };
}

/** @typedef {ReturnType<typeof createRelay>} Relay */
