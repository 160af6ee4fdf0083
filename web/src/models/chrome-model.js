/**
 * Chrome's built-in model (the Prompt API: `LanguageModel`). It exists in windows only, so the page
 * asks it and the interpreter asks the page, with a request of OpenAI's form.
 */
import { PageModelError, blobOf, createStopFilter, streamReply } from "./page-reply.js";

/**
 * The part of the API that is used here.
 * @typedef {object} Session
 * @property {(prompt: any, options?: object) => ReadableStream<string>} promptStreaming
 * @property {() => void} destroy
 * @property {number} [contextUsage]
 * @property {number} [inputUsage] its older name
 * @typedef {object} LanguageModelApi
 * @property {(options?: object) => Promise<string>} availability
 * @property {(options?: object) => Promise<Session>} create
 *
 * @typedef {"missing" | "unavailable" | "downloadable" | "downloading" | "available"} Availability
 */

const MISSING = "this browser has no built-in model: it is in desktop Chrome, version 148 and newer";
const UNAVAILABLE =
  "Chrome's built-in model does not run on this device: it needs about 22 GB of free disk space, and " +
  "a graphics card with more than 4 GB of memory or a processor with 16 GB";

/** @returns {LanguageModelApi | undefined} */
const api = () => /** @type {any} */ (globalThis).LanguageModel;

/** @param {any} content of a message of OpenAI's form @returns {any} that of the Prompt API */
function translateContent(content) {
  if (typeof content === "string" || content === null) return content ?? "";
  return content.map((/** @type {any} */ part) => {
    if (part.type === "text") return { type: "text", value: part.text };
    return { type: "image", value: blobOf(part.image_url?.url ?? "") };
  });
}

/** @param {any[]} messages @returns {{role: string, content: any}[]} system first, as the API wants it */
function translateMessages(messages) {
  const systems = messages.filter(({ role }) => role === "system").map(({ content }) => content);
  const others = messages.filter(({ role }) => role !== "system");
  const translated = others.map(({ role, content }) => ({
    role: role === "assistant" ? "assistant" : "user",
    content: translateContent(content),
  }));
  if (systems.length) translated.unshift({ role: "system", content: systems.join("\n\n") });
  return translated;
}

/** @param {any} body @returns {boolean} */
const hasImages = (body) =>
  body.messages.some((/** @type {any} */ { content }) => Array.isArray(content));

/** @param {unknown} error @returns {unknown} in words that say what to do */
function explain(error) {
  const name = error instanceof Error ? error.name : "";
  if (name === "QuotaExceededError") {
    return new PageModelError(400, "context_length_exceeded", "the prompt is too long for Chrome's built-in model");
  }
  if (name === "NotAllowedError") {
    return new PageModelError(
      400,
      "page_model_not_downloaded",
      "Chrome's built-in model is not on this device yet, and Chrome loads it after a press of a button only",
    );
  }
  if (name === "NotSupportedError") {
    return new PageModelError(400, "page_model_unsupported", `Chrome's built-in model cannot do that: ${error}`);
  }
  return error;
}

/** @param {any} body what a program asked for that the model cannot do */
function checkRequest(body) {
  if (body.tools?.length) {
    throw new PageModelError(400, "page_model_no_tools", "Chrome's built-in model takes no tools");
  }
}

/** @param {(progress: {what: string, done: number} | null) => void} onProgress `done` from 0 to 1 */
export function createChromeModel(onProgress) {
  /** @param {object} options @param {(note: string) => void} note @param {AbortSignal} [signal] */
  async function createSession(options, note, signal) {
    const monitor = (/** @type {EventTarget} */ target) =>
      target.addEventListener("downloadprogress", (event) => {
        const done = Number(/** @type {any} */ (event).loaded) || 0;
        onProgress(done < 1 ? { what: "Chrome's built-in model", done } : null);
        note(`download ${Math.round(done * 100)} %`);
      });
    try {
      return await /** @type {LanguageModelApi} */ (api()).create({ ...options, monitor, signal });
    } finally {
      onProgress(null);
    }
  }

  /** @param {object} [options] @returns {Promise<Availability>} */
  async function availability(options) {
    const found = api();
    if (!found) return "missing";
    return /** @type {Availability} */ (await found.availability(options).catch(() => "unavailable"));
  }

  /** @param {any} body @param {import("./page-reply.js").ReplyWriter} writer @param {AbortSignal} signal */
  async function produce(body, writer, signal) {
    const messages = translateMessages(body.messages);
    const expected = hasImages(body) ? { expectedInputs: [{ type: "image" }, { type: "text" }] } : {};
    const last = messages.pop();
    const session = await createSession({ ...expected, initialPrompts: messages }, writer.note, signal);
    try {
      const schema = body.response_format?.json_schema?.schema;
      const constraint = schema ? { responseConstraint: schema } : {};
      const before = session.contextUsage ?? session.inputUsage ?? 0;
      const stream = session.promptStreaming([last], { signal, ...constraint });
      const { reason, pieces } = await relayText(stream, body, writer);
      const used = session.contextUsage ?? session.inputUsage ?? 0;
      // The session counts prompt and answer together; pieces are about a token each.
      const usage = { prompt_tokens: Math.max(before, used - pieces), completion_tokens: pieces };
      writer.end(reason, usage);
    } finally {
      session.destroy();
    }
  }

  return {
    availability,

    /** Loads the model onto the device; called from a press of a button, as Chrome demands. */
    async download() {
      const session = await createSession({}, () => {});
      session.destroy();
    },

    /** @param {any} body a chat request of OpenAI's form @param {AbortSignal} signal @returns {Promise<Response>} */
    async answer(body, signal) {
      checkRequest(body);
      const state = await availability(hasImages(body) ? { expectedInputs: [{ type: "image" }] } : undefined);
      if (state === "missing") throw new PageModelError(404, "page_model_missing", MISSING);
      if (state === "unavailable") throw new PageModelError(404, "page_model_missing", UNAVAILABLE);
      return streamReply("chrome-built-in", signal, (writer) =>
        produce(body, writer, signal).catch((error) => {
          throw explain(error);
        }),
      );
    },
  };
}

/** @typedef {ReturnType<typeof createChromeModel>} ChromeModel */

/**
 * @param {ReadableStream<string>} stream
 * @param {any} body
 * @param {import("./page-reply.js").ReplyWriter} writer
 * @returns {Promise<{reason: string, pieces: number}>}
 */
async function relayText(stream, body, writer) {
  const filter = createStopFilter(body.stop ?? []);
  const reader = stream.getReader();
  let pieces = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    pieces++;
    const { text, stopped } = filter.feed(value);
    if (text) writer.text(text);
    const full = pieces >= (body.max_tokens ?? Infinity);
    if (!stopped && !full) continue;
    if (full && !stopped && filter.rest()) writer.text(filter.rest());
    await reader.cancel();
    return { reason: stopped ? "stop" : "length", pieces };
  }
  if (filter.rest()) writer.text(filter.rest());
  return { reason: "stop", pieces };
}
