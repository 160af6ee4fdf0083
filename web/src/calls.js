/**
 * The record of the model calls of the last run: what the page sent and got, and what the
 * interpreter tells about it (usage, the demo model's calls). Without keys.
 */

/**
 * @typedef {object} Call
 * @property {string} id
 * @property {string} provider "" for a request that is no model call
 * @property {string} model
 * @property {string} url "" where nothing was sent (demo model)
 * @property {string} method
 * @property {number} status HTTP status, 0 while there is none
 * @property {"running" | "done" | "failed"} state
 * @property {number} startedAt milliseconds since 1970
 * @property {number | null} firstChunkMilliseconds
 * @property {number | null} totalMilliseconds
 * @property {string} request body as text, long base64 shortened
 * @property {string} response body as text
 * @property {string} text what the model said
 * @property {Record<string, any>[]} toolCalls
 * @property {Record<string, any> | null} usage
 * @property {string | null} stopReason
 * @property {string[]} notes
 * @property {string | null} error
 * @property {number | null} costUsd of the whole call; null while it is not known
 * @property {string | null} agent name of the agent that asked
 * @property {number} turn which of the agent's calls it is, from 1
 * @property {number} attempt which request of its call it is, from 1
 * @property {number} attempts how many requests its call took
 */

const MAX_TEXT = 200_000;
/** More of a body is not looked at: a request can hold many megabytes of images. */
const MAX_BODY_BYTES = 1_000_000;
const MAX_CALLS = 500;
const LONG_BASE64 = /[A-Za-z0-9+/]{400,}={0,2}/g;

/** @param {string} text */
function shorten(text) {
  const short = text.replace(LONG_BASE64, (found) => `${found.slice(0, 40)}…[${found.length} characters]`);
  return short.length > MAX_TEXT ? `${short.slice(0, MAX_TEXT)}…` : short;
}

/** @param {string} text @returns {Record<string, any>} */
function readJson(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/**
 * @param {import("./keys.js").Keys} keys
 * @param {() => void} onChange
 */
export function createCalls(keys, onChange) {
  /** @type {Call[]} */
  let calls = [];

  /** @param {Partial<Call>} start @returns {Call} */
  function add(start) {
    /** @type {Call} */
    const call = {
      id: String(calls.length + 1),
      provider: "",
      model: "",
      url: "",
      method: "",
      status: 0,
      state: "running",
      startedAt: Date.now(),
      firstChunkMilliseconds: null,
      totalMilliseconds: null,
      request: "",
      response: "",
      text: "",
      toolCalls: [],
      usage: null,
      stopReason: null,
      notes: [],
      error: null,
      costUsd: null,
      agent: null,
      turn: 1,
      attempt: 1,
      attempts: 1,
      ...start,
    };
    if (calls.length < MAX_CALLS) calls.push(call);
    onChange();
    return call;
  }

  /** Takes note of a call that may have taken several requests. @param {Record<string, any>} told */
  function summarize(told) {
    const ids = /** @type {number[]} */ (told.ids ?? []);
    const requests = calls.filter((call) => ids.some((id) => call.id === `call ${id}`));
    requests.forEach((call, index) => {
      Object.assign(call, { agent: told.agent ?? null, turn: told.turn ?? 1 });
      Object.assign(call, { attempt: index + 1, attempts: requests.length });
    });
    const last = requests.at(-1);
    if (last) last.costUsd = told.cost_usd ?? null;
    onChange();
  }

  return {
    /** Starts a new list, for a new run. */
    clear() {
      calls = [];
      onChange();
    },

    /** @returns {Call[]} */
    list: () => calls,

    /**
     * @param {import("./relay.js").RelayRequest} request
     * @param {Uint8Array} body
     */
    begin(request, body) {
      const started = performance.now();
      const id = request.tags.call ? `call ${request.tags.call}` : `request ${calls.length + 1}`;
      // The interpreter announces a model call before it sends it; a second try is a call of its own.
      const announced = calls.find((each) => each.id === id && !each.method);
      const call = announced ?? add({ id });
      // An announced call has its request already, without the images in it.
      const text = announced?.request || new TextDecoder().decode(body.subarray(0, MAX_BODY_BYTES));
      Object.assign(call, {
        provider: request.tags.provider ?? request.credential?.provider ?? "",
        model: request.tags.model ?? readJson(text).model ?? "",
        url: keys.redact(request.url),
        method: request.method,
        request: keys.redact(shorten(text)),
      });
      const decoder = new TextDecoder();
      return {
        /** @param {Response} response */
        answered(response) {
          call.status = response.status;
          onChange();
        },
        /** @param {Uint8Array} chunk */
        received(chunk) {
          call.firstChunkMilliseconds ??= Math.round(performance.now() - started);
          if (call.response.length < MAX_TEXT) {
            call.response += decoder.decode(chunk, { stream: true });
          }
          onChange();
        },
        /** @param {string} [error] */
        ended(error) {
          call.response = keys.redact(shorten(call.response));
          call.totalMilliseconds = Math.round(performance.now() - started);
          call.error = error ? keys.redact(error) : null;
          call.state = error || call.status >= 400 ? "failed" : "done";
          onChange();
        },
      };
    },

    /**
     * Takes note of what the interpreter says: the halves of a record of lispcore/llm/inspection.py.
     * @param {Record<string, any>} event
     */
    record(event) {
      const told = readJson(keys.redact(shorten(JSON.stringify(event))));
      if (told.type === "call-summary") {
        summarize(told);
        return;
      }
      const id = `call ${told.id}`;
      if (told.type === "call-start") {
        add({ id, provider: told.provider, model: told.model, request: told.body ?? "" });
        return;
      }
      const call = calls.findLast((each) => each.id === id);
      if (told.type !== "call-end" || !call) return;
      const first = told.events?.find((/** @type {any[]} */ each) => each[1] === "TextDelta");
      call.model = told.model || call.model;
      call.status ||= told.status ?? 0;
      call.text = told.text ?? "";
      call.toolCalls = told.tool_calls ?? [];
      call.usage = told.usage ?? null;
      call.stopReason = told.stop_reason ?? null;
      call.notes = told.notes ?? [];
      call.firstChunkMilliseconds ??= first ? Math.round(first[0] * 1000) : null;
      call.totalMilliseconds ??= Math.round(told.seconds * 1000);
      call.error = told.error ? `${told.error.type}: ${told.error.message}` : call.error;
      call.state = call.error ? "failed" : "done";
      onChange();
    },
  };
}

/** @typedef {ReturnType<typeof createCalls>} Calls */
