/**
 * Makes the requests of a program: the interpreter asks, the page judges, adds the key that belongs to
 * exactly this address, fetches, and hands the body over in batches. Whatever the interpreter says is
 * taken for what a hostile program could say: see credentials.js for what a request with a key may look
 * like, consent.js for who is asked, spending.js for the limit, scrubber.js for what comes back.
 */
import { hostOf, isThisMachine, originOf } from "./addresses.js";
import { findForeignHeader } from "./credentials.js";
import { adviseOnSilence } from "./local-servers.js";
import { RelayError } from "./relay-error.js";
import { LimitReached } from "./spending.js";
import { READ_AHEAD_BYTES, Transfer, beginReading } from "./transfer.js";

/** @typedef {import("./calls.js").RelayRequest} RelayRequest */
/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

/** Addresses of what the page itself answers. */
const PAGE = "page:";
/** Helpers of the page that are no model: the list of calls does not show them. */
const UNLISTED = /^page:\/\/image\//;

/** Servers that never answer without a key, so that a clear word beats their 401. */
const KEY_NEEDED = new Set([
  "https://api.anthropic.com",
  "https://api.openai.com",
  "https://generativelanguage.googleapis.com",
  "https://openrouter.ai",
  "https://api.groq.com",
  "https://api.mistral.ai",
]);

/**
 * The list of calls shows no helpers of the page, and not every look at a batch job.
 * @param {RelayRequest} request @param {import("./keys.js").Keys} keys
 */
function isListed({ url, method, credential }, keys) {
  const isLook = method === "GET" && credential && keys.findFor(credential.provider, url, method)?.endpoint.isBatch;
  return !UNLISTED.test(url) && !isLook;
}

/** Takes note of nothing. */
const NO_NOTE = { answered() {}, received() {}, ended() {} };

/**
 * @param {RelayRequest} request
 * @param {import("./keys.js").Keys} keys
 * @returns {ReturnType<import("./keys.js").Keys["findFor"]>} the key that goes with it, and how
 */
function findKey({ url, method, headers, credential }, keys) {
  if (!credential) return undefined;
  const { provider } = credential;
  const { origin, pathname } = new URL(url);
  const found = keys.findFor(provider, url, method);
  if (found) {
    const foreign = findForeignHeader(provider, headers);
    if (!foreign) return found;
    throw new RelayError("refused", `a request with your key for ${provider} may not have a header “${foreign}”`);
  }
  const bases = keys.basesOf(provider);
  if (bases.length) {
    const isSameHost = bases.some((base) => originOf(base) === origin);
    throw new RelayError(
      "refused",
      `no key for ${isSameHost ? origin + pathname : origin}: the key for ${provider} belongs to ${bases.join(", ")} ` +
        "and is sent nowhere else",
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

/**
 * Batch jobs outlive the run, and with them whatever limit it had.
 * @param {RelayRequest} request
 */
function refuseBatches({ credential }) {
  throw new RelayError(
    "refused",
    `a program that came with a link hands in no batches to ${credential?.provider}`,
    "if the program is yours, press “This is my program now” below Run; or leave out {:via :batch}",
  );
}

/**
 * A program of a link never gets a key; so one that it sends it has from a server that gave it back in a
 * spelling that nobody knows, and that is not the way it goes out.
 * @param {RelayRequest} request @param {Bytes} body @param {import("./keys.js").Keys} keys
 */
function checkSecrets({ url, headers }, body, keys) {
  const said = new TextEncoder().encode(`${url} ${headers.flat().join(" ")}`);
  if (!keys.isIn(said) && !keys.isIn(body)) return;
  throw new RelayError(
    "refused",
    `this request holds one of your keys, and the program came with a link: nothing was sent to ${hostOf(url)}`,
    "if the program is yours, press “This is my program now” below Run",
  );
}

/** @param {string} url @returns {URL} the address, if this page may call it */
function checkAddress(url) {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed?.protocol === PAGE) return parsed;
  if (!parsed || !originOf(url)) {
    throw new RelayError("refused", `not a web address: ${url}`, "use https://…");
  }
  if (parsed.protocol === "http:" && !isThisMachine(parsed.hostname) && parsed.origin !== location.origin) {
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
    : isThisMachine(url.hostname)
      ? adviseOnSilence(provider ?? "")
      : "the address may be wrong, the server down, or it does not allow calls from web pages (CORS), or it tried to redirect";
  return new RelayError("failed", `no answer from ${url.origin} (${reason})`, advice);
}

/**
 * @param {object} parts
 * @param {import("./keys.js").Keys} parts.keys
 * @param {import("./calls.js").Calls} parts.calls takes note of every request, for the inspector
 * @param {import("./page-models.js").PageModels} parts.pageModels answer what is asked of the page itself
 * @param {import("./consent.js").Consent} parts.consent
 * @param {import("./spending.js").Spending} parts.spending
 * @param {Pick<import("../state.js").Store, "get" | "dispatch">} parts.state
 */
export function createRelay({ keys, calls, pageModels, consent, spending, state: { get, dispatch } }) {
  /** @type {Map<number, Transfer>} */
  const transfers = new Map();
  let last = 0;

  /** Whatever is sent is sent for a program that runs, and none is while a recording plays. @param {URL} url */
  function checkRun({ href }) {
    const { phase, run } = get();
    if (phase !== "running") throw new RelayError("refused", "no program is running, so nothing is sent for one");
    if (run.isPlayed && !UNLISTED.test(href)) {
      throw new RelayError(
        "refused",
        "this run plays a recording, and nothing is sent while one plays",
        "press “Run it live instead” above the output to have the program make real requests",
      );
    }
  }

  /** @param {number} handle @param {string} host @returns {import("./transfer.js").Silence} */
  const silenceOf = (handle, host) => ({
    begins: (seconds) => dispatch({ type: "silence-began", silence: { handle, host, seconds } }),
    ends: () => dispatch({ type: "silence-ended", handle }),
  });

  /**
   * @param {URL} url
   * @param {RelayRequest} request
   * @param {Bytes} body
   * @param {ReturnType<import("./keys.js").Keys["findFor"]>} found
   * @param {AbortSignal} signal
   */
  function send(url, request, body, found, signal) {
    if (url.protocol === PAGE) return pageModels.answer(url, body, signal);
    const headers = new Headers();
    for (const [name, value] of request.headers) headers.append(name, value);
    if (found) headers.set(found.endpoint.header, found.endpoint.prefix + found.key);
    const bodyless = request.method === "GET" || request.method === "HEAD";
    return fetch(url, {
      method: request.method,
      headers,
      body: bodyless ? undefined : body,
      signal,
      // A redirect could carry a key or a prompt to a place that nobody chose.
      redirect: request.credential || !bodyless || get().run.isLimited ? "error" : "follow",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
    });
  }

  /** @param {Response} response @returns {Record<string, string>} its headers, without keys */
  const headersOf = (response) =>
    Object.fromEntries(
      [...response.headers].filter(([name]) => keys.redact(name) === name).map(([name, value]) => [name, keys.redact(value)]),
    );

  /**
   * Asks whoever has a say, and sends.
   * @param {URL} url
   * @param {RelayRequest} request
   * @param {Bytes} body
   * @param {Transfer} transfer
   */
  async function ask(url, request, body, transfer) {
    const { signal } = transfer.controller;
    checkRun(url);
    await keys.ready;
    signal.throwIfAborted();
    const isOfPage = url.protocol === PAGE;
    if (!isOfPage && get().run.isLimited) checkSecrets(request, body, keys);
    const found = isOfPage ? undefined : findKey(request, keys);
    if (found?.endpoint.isBatch && get().run.isLimited) refuseBatches(request);
    if (!isOfPage) await consent.allow(request, body, found !== undefined, signal);
    const provider = request.credential?.provider;
    const ticket =
      provider && !isOfPage
        ? await spending.admit({ provider, url: request.url, body, hasKey: found !== undefined }, signal)
        : undefined;
    checkRun(url);
    transfer.watch();
    try {
      return { ticket, answered: beginReading(await send(url, request, body, found, signal)) };
    } catch (error) {
      ticket?.end(!signal.aborted);
      throw error;
    }
  }

  /** @param {unknown} error @param {Transfer} transfer @param {() => RelayError} otherwise */
  function explain(error, transfer, otherwise) {
    if (transfer.failure) return transfer.failure;
    if (error instanceof RelayError) return error;
    if (error instanceof LimitReached) return new RelayError("limit", error.message, error.advice);
    return otherwise();
  }

  /**
   * @param {RelayRequest} request
   * @param {Bytes} body
   * @returns {Promise<{handle: number, status: number, headers: Record<string, string>, address?: string}>}
   */
  async function open(request, body) {
    const url = checkAddress(request.url);
    const handle = ++last;
    const host = hostOf(request.url);
    const transfer = new Transfer(host, request.timeout, silenceOf(handle, host));
    transfers.set(handle, transfer);
    const note = isListed(request, keys) ? calls.begin(request, body) : NO_NOTE;
    try {
      const { ticket, answered } = await ask(url, request, body, transfer);
      const { response } = answered;
      note.answered(response);
      const listener = {
        raw: (/** @type {Uint8Array} */ chunk) => ticket?.feed(chunk),
        clean: (/** @type {Uint8Array} */ chunk) => note.received(chunk),
      };
      void transfer.read(answered, keys.scrubStream(), listener).then(() => {
        ticket?.end(response.status >= 400);
        note.ended(transfer.failure?.message);
      });
      // Code that was imported from there imports more from beside it.
      const address = response.redirected ? keys.redact(response.url) : undefined;
      return { handle, status: response.status, headers: headersOf(response), address };
    } catch (error) {
      transfer.rest();
      transfers.delete(handle);
      const failure = explain(error, transfer, () => explainFailure(url, error, request.tags?.provider));
      note.ended(failure.message);
      throw failure;
    }
  }

  /** @param {RelayRequest} request @param {Bytes} body @returns {Promise<Record<string, any>>} the answer's header */
  async function answer(request, body) {
    try {
      return await open(request, body);
    } catch (error) {
      if (!(error instanceof RelayError)) throw error;
      return { ...error.answer, message: keys.redact(error.answer.message) };
    }
  }

  /** @param {RelayRequest} request @param {Bytes} body */
  async function answerWhole(request, body) {
    const header = await answer(request, body);
    const transfer = transfers.get(header.handle);
    while (transfer && !transfer.done && transfer.queued <= READ_AHEAD_BYTES) await transfer.signal.promise;
    return header;
  }

  return {
    open: answer,

    /** @param {RelayRequest[]} requests @param {number} limit @param {Bytes} bodies */
    async openAll(requests, limit, bodies) {
      /** @type {object[]} */
      const replies = new Array(requests.length);
      let at = 0;
      const jobs = requests.map((request, index) => {
        const body = bodies.slice(at, (at += request.length ?? 0));
        return async () => {
          replies[index] = await answerWhole(request, body);
        };
      });
      const lanes = Array.from({ length: Math.max(1, Math.min(limit, jobs.length)) }, async () => {
        for (let job = jobs.shift(); job; job = jobs.shift()) await job();
      });
      await Promise.all(lanes);
      return replies;
    },

    /** @param {number} handle */
    async pull(handle) {
      const transfer = transfers.get(handle);
      if (!transfer) return { header: { done: true } };
      const reply = await transfer.pull();
      if (reply.header.done || "error" in reply.header) transfers.delete(handle);
      return reply;
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

    /** The visitor goes on waiting for a transfer from which nothing comes. @param {number} handle */
    keepWaiting: (handle) => transfers.get(handle)?.listen(),

    /** The visitor has waited long enough; what has arrived stays. @param {number} handle */
    giveUp(handle) {
      const transfer = transfers.get(handle);
      transfer?.fail(
        new RelayError("lost", `you stopped waiting for ${transfer.host}`, "what had arrived is kept in :partial"),
      );
    },
  };
}

/** @typedef {ReturnType<typeof createRelay>} Relay */
