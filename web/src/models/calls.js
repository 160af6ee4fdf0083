/**
 * The record of the model calls of the last run: what the page sent and got, and what the
 * interpreter tells about it (usage, the demo model's calls). Without keys.
 */

/**
 * @typedef {import("../state/calls.js").Call} Call
 *
 * @typedef {object} RelayRequest an HttpRequest of lispcore/llm/http.py without its body
 * @property {string} url
 * @property {string} method
 * @property {[string, string][]} headers
 * @property {number | null} timeout seconds without anything arriving
 * @property {Record<string, string>} tags
 * @property {{provider: string, header: string, prefix: string} | null} credential
 * @property {number} [length] of its body, where several bodies arrive as one
 */

const MAX_TEXT = 200_000;
/** More of a body is not looked at: a request can hold many megabytes of images. */
const MAX_BODY_BYTES = 1_000_000;
/** More pieces of one reply are not told one by one. */
const MAX_EVENTS = 2000;
/** Stands for a key: whoever copies a call puts their own there. */
export const KEY = "(redacted)";
const LONG_BASE64 = /[A-Za-z0-9+/]{400,}={0,2}/g;

/** What long jobs of the program tell: see state/jobs.js. */
const JOBS = new Set(["rows", "eval-began", "eval-trial", "eval-ended"]);

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

/** @param {string} text of a request @returns {string} the model that is asked, as far as that is said */
function modelIn(text) {
  const { model } = readJson(text);
  return typeof model === "string" ? model : "";
}

/** @param {RelayRequest} request @returns {[string, string][]} what goes out, with a word in the place of the key */
function headersOf({ headers, credential }) {
  if (!credential) return headers;
  return [...headers, [credential.header, `${credential.prefix}${KEY}`]];
}

/** @param {Partial<Call>} start @returns {Call} */
const newCall = (start) => ({
  id: "",
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
  thoughts: "",
  sources: [],
  toolCalls: [],
  usage: null,
  stopReason: null,
  notes: [],
  error: null,
  costUsd: null,
  agent: null,
  turn: 1,
  parent: 0,
  headers: [],
  events: [],
  recorded: 0,
  repeats: null,
  attempt: 1,
  attempts: 1,
  ...start,
});

/**
 * @param {Call} call
 * @param {Record<string, any>} told the end of it, as the interpreter tells it
 * @returns {Partial<Call>} what is known of the call now
 */
function endOf(call, told) {
  const first = told.events?.find((/** @type {any[]} */ each) => each[1] === "TextDelta");
  const error = told.error ? `${told.error.type}: ${told.error.message}` : call.error;
  return {
    model: told.model || call.model,
    status: call.status || (told.status ?? 0),
    text: told.text ?? "",
    thoughts: told.thinking ?? "",
    sources: told.sources ?? [],
    toolCalls: told.tool_calls ?? [],
    usage: told.usage ?? null,
    stopReason: told.stop_reason ?? null,
    notes: told.notes ?? [],
    events: (told.events ?? []).slice(0, MAX_EVENTS),
    firstChunkMilliseconds: call.firstChunkMilliseconds ?? (first ? Math.round(first[0] * 1000) : null),
    totalMilliseconds: call.totalMilliseconds ?? Math.round(told.seconds * 1000),
    error,
    state: error ? "failed" : "done",
  };
}

/**
 * @param {Pick<import("../state.js").Store, "get" | "dispatch">} store
 * @param {(text: string) => string} redact removes every key
 */
export function createCalls({ get, dispatch }, redact) {
  const list = () => get().calls.list;
  /** The call that is being made once more. @type {string | null} */
  let repeats = null;

  /** @param {Partial<Call>} start @returns {number} its place in the list; behind the end if that is full */
  function add(start) {
    const index = list().length;
    dispatch({ type: "call-added", call: newCall({ repeats, ...start }) });
    return index;
  }

  /** @param {number} index @param {Partial<Call>} change @param {number} [run] that the call belongs to */
  const change = (index, change, run = get().calls.run) =>
    dispatch({ type: "call-changed", run, index, change });

  /** Takes note of a call that may have taken several requests. @param {Record<string, any>} told */
  function summarize(told) {
    const ids = new Set((told.ids ?? []).map((/** @type {number} */ id) => `call ${id}`));
    const places = list().flatMap(({ id }, index) => (ids.has(id) ? [index] : []));
    const { agent = null, turn = 1, recorded = 0 } = told;
    const of = { agent, turn, recorded, attempts: places.length };
    places.forEach((index, at) => {
      const cost = at === places.length - 1 ? { costUsd: told.cost_usd ?? null } : {};
      change(index, { ...of, attempt: at + 1, ...cost });
    });
  }

  /** What is told besides the two halves of a call. @type {Record<string, (told: Record<string, any>) => void>} */
  const OTHERS = {
    "call-summary": summarize,
    "call-preview": ({ provider, model, url, method, headers, body: request, notes }) =>
      dispatch({ type: "call-previewed", preview: { provider, model, url, method, headers, request, notes } }),
    "step-start": ({ id, parent, kind, name, arguments: given, at }) => {
      const about = { id, parent, kind, name, startedAt: at * 1000, arguments: JSON.stringify(given) };
      dispatch({ type: "step-added", step: { ...about, milliseconds: null, result: "", error: "" } });
    },
    "step-end": ({ id, seconds, result, error }) =>
      dispatch({ type: "step-ended", id, change: { milliseconds: Math.round(seconds * 1000), result, error } }),
  };

  return {
    /**
     * Says of what is asked from now on that it is this call, made once more.
     * @param {string} id
     * @returns {() => void} says that this is over
     */
    repeat(id) {
      repeats = id;
      return () => {
        repeats = null;
      };
    },

    /**
     * Takes note of a request; what is returned is told how it goes on.
     * @param {RelayRequest} request
     * @param {Uint8Array} body
     */
    begin(request, body) {
      const started = performance.now();
      const passed = () => Math.round(performance.now() - started);
      const id = request.tags.call ? `call ${request.tags.call}` : `request ${list().length + 1}`;
      // The interpreter announces a model call before it sends it; a second try is a call of its own.
      const announced = list().findIndex((each) => each.id === id && !each.method);
      const index = announced < 0 ? add({ id }) : announced;
      const { run } = get().calls;
      // An announced call has its request already, without the images in it.
      const text = list()[announced]?.request || new TextDecoder().decode(body.subarray(0, MAX_BODY_BYTES));
      const first = {
        provider: request.tags.provider ?? request.credential?.provider ?? "",
        model: request.tags.model ?? modelIn(text),
        url: redact(request.url),
        method: request.method,
        request: redact(shorten(text)),
        headers: headersOf(request).map(([name, value]) => /** @type {[string, string]} */ ([name, redact(value)])),
      };
      change(index, first, run);
      const decoder = new TextDecoder();
      let [status, said] = [0, ""];
      /** @type {number | null} */
      let firstChunkMilliseconds = null;
      return {
        /** @param {Response} response */
        answered(response) {
          status = response.status;
          change(index, { status }, run);
        },
        /** @param {Uint8Array} chunk */
        received(chunk) {
          firstChunkMilliseconds ??= passed();
          if (said.length < MAX_TEXT) said += decoder.decode(chunk, { stream: true });
          change(index, { firstChunkMilliseconds, response: said }, run);
        },
        /** @param {string} [error] */
        ended(error) {
          const response = redact(shorten(said));
          const state = error || status >= 400 ? "failed" : "done";
          change(index, { response, totalMilliseconds: passed(), error: error ? redact(error) : null, state }, run);
        },
      };
    },

    /**
     * Takes note of what the interpreter says: the halves of a record of lispcore/llm/inspection.py.
     * @param {Record<string, any>} event
     */
    record(event) {
      const told = readJson(redact(shorten(JSON.stringify(event))));
      if (told.type in OTHERS) {
        OTHERS[told.type](told);
        return;
      }
      if (JOBS.has(told.type)) {
        dispatch({ type: "job-told", told: /** @type {{type: string}} */ (told) });
        return;
      }
      const id = `call ${told.id}`;
      if (told.type === "call-start") {
        const { provider, model, parent = 0, headers = [] } = told;
        add({ id, provider, model, parent, headers, request: told.body ?? "" });
        return;
      }
      const index = list().findLastIndex((each) => each.id === id);
      if (told.type === "call-end" && index >= 0) change(index, endOf(list()[index], told));
    },
  };
}

/** @typedef {ReturnType<typeof createCalls>} Calls */
